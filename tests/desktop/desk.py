"""What every story works with: the desk it starts at and a few things done over and over."""

import json
import subprocess

from a11y import rows
from applet import Applet
from demo_sites import Site, two_sites
from waiting import wait_until

STATUS = "Cloud Folder Sync"
ABOUT = "About Cloud Folder Sync"
LOGS = "Cloud Folder Sync: Latest Logs"
PREFERENCES = "Cloud Folder Sync Preferences"
REVIEW = "Cloud Folder Sync: Review Conflicts"
SITES = "Cloud Folder Sync: Sites"
DISABLE = "Disable this database?"


class Desk:
    """What a story works with."""

    def __init__(self, session, applet, cfsync, bare, pictures, notified):
        self.session = session
        self.program = applet
        self.cfsync = cfsync
        self.bare = bare
        self.pictures = pictures
        self.notified = notified  # where the notification double writes
        self.sites = 0

    def two_sites(self):
        self.sites += 1
        return two_sites(self.cfsync, self.session.folder / f"sites-{self.sites}")

    def new_site(self, name):
        """A clinic that never heard of the program: a database alone."""
        self.sites += 1
        folder = self.session.folder / f"sites-{self.sites}"
        folder.mkdir()
        return Site(self.cfsync, folder, name)

    def start_applet(self, site, *options):
        return Applet(self.session, self.program, site.state, *options)

    def notifications(self):
        if not self.notified.exists():
            return []
        return [json.loads(line) for line in self.notified.read_text(encoding="utf-8").splitlines()]

    def click_notification(self, notification, action):
        """As the user does: "default" is a click on the whole."""
        subprocess.run(["gdbus", "call", "--session", "-d", "org.freedesktop.Notifications", "-o",
                        "/org/freedesktop/Notifications", "-m", "tests.NotificationDouble.Click",
                        str(notification["id"]), action], check=True, stdout=subprocess.DEVNULL)


def same(actual, expected, what):
    if actual != expected:
        raise AssertionError(f"{what}: {actual!r} instead of {expected!r}")


def status_becomes(menu, line):
    """The menu's first line, of an applet or a panel, once its databases have been looked at."""
    wait_until(lambda: menu.status_line() == line, f"the status line {line!r}")


def turn_to(applet, page):
    """To a page of the preferences."""
    tab = applet.screen.find("page tab", page)
    parent = tab.get_parent()
    index = [parent.get_child_at_index(i).get_name()
             for i in range(parent.get_child_count())].index(page)
    parent.get_selection_iface().select_child(index)


def open_logs(desk, site):
    """An applet with its log window, and that window."""
    applet = desk.start_applet(site)
    applet.choose("Latest Logs...")
    return applet, applet.window(LOGS)


def count_runs(applet):
    return len(rows(applet.screen.find("table", "Runs")))


def count_ended(applet):
    return sum(row[2] != "Running" for row in rows(applet.screen.find("table", "Runs")))


def sync_and_wait(applet, runs):
    """Sync Now from the tray's menu; the open log window shows that the run has ended."""
    applet.choose("Sync Now")
    wait_until(lambda: count_ended(applet) == runs, f"{runs} runs in the log")


def quit_from_menu(applet):
    applet.choose("Quit")
    same(applet.wait_end(), 0, "exit status after Quit")


def quit_by_command(applet):
    same(applet.again("--quit"), 0, "exit status of --quit")
    same(applet.wait_end(), 0, "exit status of the applet")


def conflict(west, east, phone):
    """Both sites change one patient's phone before they hear of each other."""
    west.set_phone(3, phone + "-west")
    east.set_phone(3, phone + "-east")
    east.sync()
