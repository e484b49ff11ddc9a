"""The applet under test: its process, its icon in the tray, its menu and its windows."""

import re
import subprocess

from a11y import Application
from waiting import wait_until

EMBEDDED = re.compile(
    r"^\s*(0x[0-9a-f]+) .*\(\"cloud-folder-sync\" \"[^\"]*\"\)", re.M)

CLICK_SECONDS = 5  # until a click that had no effect is done again


def x(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def search(*conditions):
    """The windows on screen; a search amid which one goes fails, and says nothing of the others."""
    def found():
        done = subprocess.run(["xdotool", "search", "--onlyvisible", *conditions],
                              capture_output=True, text=True, check=False)
        return None if "X Error" in done.stderr else (done.stdout.split(),)
    return wait_until(found, "a search amid which no window goes")[0]


def visible_windows(title):
    return search("--name", f"^{re.escape(title)}$")


class Applet:
    def __init__(self, session, program, state, *options):
        self.session = session
        self.program = program
        self.state = state
        self.process = session.start("applet", [program, "--state", str(state), *options])
        self.screen = Application(self.process.pid)

    def again(self, *options):
        """A second start of the program for the same state folder; its exit status."""
        return subprocess.run([self.program, "--state", str(self.state), *options], timeout=30,
                              check=False).returncode

    def wait_end(self):
        status = self.process.wait(30)
        self.session.processes.remove(self.process)
        return status

    def icon(self):
        return wait_until(self.icon_now, "the icon in the tray")

    def icon_now(self):
        tray = re.search(r"(0x[0-9a-f]+) .*\"trayer\"\)", x("xwininfo", "-root", "-tree"))
        found = EMBEDDED.search(x("xwininfo", "-id", tray.group(1), "-tree")) if tray else None
        return found.group(1) if found else None

    def open_menu(self):
        """A real click on the icon; the menu is found by name."""
        def clicked():
            left, top, width, height = self._settled_place()
            middle = str(left + width // 2), str(top + height // 2)
            x("xdotool", "mousemove", *middle, "click", "3")
            return self.screen.appears("menu item", "Quit", CLICK_SECONDS)
        wait_until(clicked, "the icon's menu")

    def choose(self, entry):
        self.open_menu()
        self.screen.click("menu item", entry)
        self.screen.wait_gone("menu item", entry)

    def status_line(self):
        """What the first line of the menu says."""
        self.open_menu()
        line = self.screen.find("menu item", lambda name: name not in ("", None)).get_name()
        self.press("Escape")
        self.screen.wait_gone("menu item", "Quit")
        return line

    def window(self, title):
        """The X window of that title, in front and with the keyboard."""
        def ready():
            active = x("xdotool", "getactivewindow").strip()
            return active if active in visible_windows(title) else None
        return wait_until(ready, f"the window {title!r} in front")

    def wait_closed(self, title):
        wait_until(lambda: not visible_windows(title), f"the window {title!r} is closed")

    def close(self, title):
        self.press("Escape")
        self.wait_closed(title)

    @staticmethod
    def press(*keys):
        for key in keys:
            subprocess.run(["xdotool", "key", "--clearmodifiers", key], check=True)

    @staticmethod
    def type(words):
        subprocess.run(["xdotool", "type", "--clearmodifiers", words], check=True)

    def _settled_place(self):
        """Where the icon is once the tray has stopped to move it."""
        seen = []

        def settled():
            icon = self.icon_now()
            seen.append(self._place(icon) if icon else None)
            return len(seen) > 2 and seen[-1] if seen[-3:].count(seen[-1]) == 3 else None
        return wait_until(settled, "the icon at rest")

    @staticmethod
    def _place(window):
        info = x("xwininfo", "-id", window)
        return tuple(int(re.search(rf"{name}:\s+(-?\d+)", info).group(1)) for name in
                     ("Absolute upper-left X", "Absolute upper-left Y", "Width", "Height"))
