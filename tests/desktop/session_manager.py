"""A double of the desktop's session manager: the stories log out by it."""

import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from waiting import wait_until

NAME = "org.gnome.SessionManager"
PATH = "/org/gnome/SessionManager"


class Manager:
    def __init__(self, record):
        self.record = record

    def told(self):
        """What the applet said, in its order."""
        return self.record.read_text().splitlines() if self.record.exists() else []

    @staticmethod
    def call(method):
        """Query asks the applet whether the session may end, End ends it."""
        subprocess.run(["gdbus", "call", "--session", "-d", NAME, "-o", PATH, "-m",
                        f"tests.SessionDouble.{method}"], check=True, stdout=subprocess.DEVNULL)


@contextmanager
def session_manager(session):
    record = session.folder / "session-manager"
    process = session.start("session-double", [
        sys.executable, str(Path(__file__).with_name("session_double.py")), str(record)])
    try:
        wait_until(lambda: session.owned(NAME), "the session manager answers")
        yield Manager(record)
    finally:
        session.end(process)
        record.unlink(missing_ok=True)
