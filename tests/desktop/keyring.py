"""The desktop's keyring: a real one, unlocked, on the session's bus."""

import subprocess
from contextlib import contextmanager

from waiting import wait_until

NAME = "org.freedesktop.secrets"


@contextmanager
def keyring(session):
    process = subprocess.Popen(["gnome-keyring-daemon", "--foreground", "--unlock",
                                "--components=secrets"], stdin=subprocess.PIPE,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    session.processes.append(process)
    process.stdin.write(b"of the keyring itself")
    process.stdin.close()
    try:
        wait_until(lambda: session.owned(NAME), "the keyring answers")
        yield
    finally:
        session.end(process)
        wait_until(lambda: not session.owned(NAME), "the keyring is gone")
