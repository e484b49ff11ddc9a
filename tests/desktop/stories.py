"""What a receptionist does with the applet, step by step. Every story starts an applet of its own
and ends it."""

import json
import os
import signal

from a11y import checked, enabled, focused, rows, text
from applet import Applet
from demo_sites import two_sites
from waiting import wait_until

LOGS = "Cloud Folder Sync: Latest Logs"
PREFERENCES = "Cloud Folder Sync Preferences"


class Desk:
    """What a story works with."""

    def __init__(self, session, applet, cfsync, pictures, notified):
        self.session = session
        self.program = applet
        self.cfsync = cfsync
        self.pictures = pictures
        self.notified = notified  # where the notification double writes
        self.sites = 0

    def two_sites(self):
        self.sites += 1
        return two_sites(self.cfsync, self.session.folder / f"sites-{self.sites}")

    def start_applet(self, site, *options):
        return Applet(self.session, self.program, site.state, *options)

    def notifications(self):
        if not self.notified.exists():
            return []
        return [json.loads(line) for line in self.notified.read_text(encoding="utf-8").splitlines()]


def same(actual, expected, what):
    if actual != expected:
        raise AssertionError(f"{what}: {actual!r} instead of {expected!r}")


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


def conflict(west, east, phone):
    """Both sites change one patient's phone before they hear of each other."""
    west.set_phone(3, phone + "-west")
    east.set_phone(3, phone + "-east")
    east.sync()


def the_icon_syncs_from_its_menu(desk):
    west, east = desk.two_sites()
    applet = desk.start_applet(west)
    applet.icon()
    same(west.published(), 0, "patient files before the first sync")
    applet.open_menu()
    for entry in ("Sync Now", "Latest Logs...", "Preferences...", "Open Sync Folder", "Quit"):
        same(enabled(applet.screen.find("menu item", entry)), True, f"{entry} is enabled")
    applet.press("Escape")
    applet.choose("Sync Now")
    wait_until(lambda: west.published() == 24, "24 patient files in the folder")

    east.sync()
    east.set_phone(1, "555-0199")
    east.sync()
    applet.choose("Sync Now")
    wait_until(lambda: west.phone(1) == "555-0199", "East's edit arrives in West's database")
    wait_until(lambda: applet.status_line().startswith("Synced with the folder"), "synced, it says")
    applet.open_menu()
    desk.pictures.corner("tray-menu")
    applet.press("Escape")
    same(desk.notifications(), [], "notifications of ordinary runs")
    quit_from_menu(applet)


def a_conflict_is_told_once(desk):
    west, east = desk.two_sites()
    west.sync()
    east.sync()
    conflict(west, east, "555-0300")
    before = len(desk.notifications())
    applet = desk.start_applet(west)
    applet.choose("Latest Logs...")
    applet.window(LOGS)
    runs = count_runs(applet)
    sync_and_wait(applet, runs + 1)
    told = wait_until(lambda: desk.notifications()[before:], "a notification")
    same([one["summary"] for one in told], ["1 new conflict"], "what is told")
    if "Castillo" in json.dumps(told) or "Joaqu" in json.dumps(told):
        raise AssertionError("a patient's name in a notification")
    sync_and_wait(applet, runs + 2)
    sync_and_wait(applet, runs + 3)
    same(len(desk.notifications()) - before, 1, "notifications after two more syncs")
    same(applet.status_line(), "1 conflict to review", "the menu's status line")
    quit_from_menu(applet)

    applet = desk.start_applet(west, "--sync-now")
    applet.choose("Latest Logs...")
    wait_until(lambda: count_ended(applet) == runs + 4, "the run of the second start")
    same(len(desk.notifications()) - before, 1, "notifications after a new start")
    quit_from_menu(applet)


def an_error_is_told_once_and_ends(desk):
    west, _ = desk.two_sites()
    before = len(desk.notifications())
    applet = desk.start_applet(west)
    applet.choose("Latest Logs...")
    applet.window(LOGS)
    runs = count_runs(applet)
    away = west.shared.with_name("unplugged")
    west.shared.rename(away)
    sync_and_wait(applet, runs + 1)
    sync_and_wait(applet, runs + 2)
    same([one["summary"] for one in desk.notifications()[before:]],
         ["The sync folder was not found"], "what is told of two syncs without the folder")
    same(applet.status_line().startswith("The last sync failed"), True, "the status line tells it")
    away.rename(west.shared)
    sync_and_wait(applet, runs + 3)
    same(applet.status_line().startswith("Synced with the folder"), True, "and that it is over")
    quit_from_menu(applet)


def it_syncs_by_itself(desk):
    west, _ = desk.two_sites()
    west.run("options", "--auto", "1")
    applet = desk.start_applet(west)
    wait_until(lambda: west.published() == 24, "24 patient files without a click")
    quit_from_menu(applet)


def preferences_work_by_keyboard(desk):
    west, _ = desk.two_sites()
    applet = desk.start_applet(west)
    applet.choose("Preferences...")
    window = applet.window(PREFERENCES)
    same(text(applet.screen.find("text", "Sync Folder")), str(west.shared), "the folder shown")
    desk.pictures.window(window, "preferences")

    logs = applet.screen.find("check box", "Use logs for faster sync")
    was_on = checked(logs)
    applet.press("alt+l")
    wait_until(lambda: checked(logs) != was_on, "Alt+L toggles the logs")
    applet.press("alt+a")
    minutes = applet.screen.find("spin button", "Minutes between syncs")
    wait_until(lambda: enabled(minutes), "the minutes can be set")
    applet.press("alt+e")
    wait_until(lambda: focused(minutes), "Alt+E moves to the minutes")
    applet.press("ctrl+a")
    applet.type("45")

    applet.press("alt+f")
    wait_until(lambda: focused(applet.screen.find("text", "Sync Folder")), "Alt+F moves to the folder")
    applet.press("ctrl+a")
    applet.type("/nowhere/at/all")
    applet.press("alt+o")
    applet.screen.find("label", lambda name: name is not None and "/nowhere/at/all" in name)
    desk.pictures.window(applet.window(PREFERENCES), "preferences-fault")
    applet.press("ctrl+a")
    applet.type(str(west.shared))
    applet.press("alt+o")
    applet.wait_closed(PREFERENCES)

    same(applet.again("--preferences"), 0, "exit status of a second start")
    applet.window(PREFERENCES)
    same(checked(applet.screen.find("check box", "Use logs for faster sync")), not was_on,
         "logs, as saved")
    same(checked(applet.screen.find("check box", "Automatically sync when app is running")), True,
         "automatic syncs, as saved")
    same(text(applet.screen.find("spin button", "Minutes between syncs")), "45", "minutes, as saved")
    applet.press("Escape")
    applet.wait_closed(PREFERENCES)
    quit_from_menu(applet)


def a_database_is_enabled_by_keyboard(desk):
    west, _ = desk.two_sites()
    north = desk.session.folder / "north-state"
    applet = Applet(desk.session, desk.program, north)
    same(applet.status_line(), "No database is enabled yet", "the status line of a fresh start")
    applet.choose("Preferences...")
    applet.window(PREFERENCES)
    applet.press("alt+n")
    window = applet.window("Enable a Database")
    applet.press("alt+d")
    applet.type("/no/such.sqlite")
    applet.press("alt+n")
    applet.type("North")
    applet.press("alt+f")
    applet.type(str(west.shared))
    applet.press("alt+e")
    applet.screen.find("label", lambda name: name is not None and "/no/such.sqlite" in name)
    north_database = desk.session.folder / "North.sqlite"
    north_database.write_bytes((west.state.parent / "East.sqlite").read_bytes())
    applet.press("ctrl+a")
    applet.type(str(north_database))
    desk.pictures.window(window, "enable")
    applet.press("alt+e")
    applet.wait_closed("Enable a Database")
    applet.screen.find("label", lambda name: name is not None and 'Enabled as "North"' in name)
    applet.press("Escape")
    applet.wait_closed(PREFERENCES)
    applet.choose("Sync Now")
    wait_until(lambda: west.published() == 24, "North's patients in the folder")
    same(applet.again("--quit"), 0, "exit status of --quit")
    same(applet.wait_end(), 0, "exit status of the applet")


def logs_open_and_work_by_keyboard(desk):
    west, east = desk.two_sites()
    east.sync()
    west.sync()
    west.set_phone(2, "555-0402")
    conflict(west, east, "555-0400")
    applet = desk.start_applet(west)
    applet.choose("Latest Logs...")
    window = applet.window(LOGS)
    runs = count_runs(applet)
    applet.press("alt+s")
    wait_until(lambda: count_runs(applet) == runs + 1, "Alt+S syncs")
    lines = applet.screen.find("table", "Lines of the chosen run")
    wait_until(lambda: count_ended(applet) == runs + 1, "the run ends")
    newest = wait_until(lambda: rows(lines), "the lines of the newest run")
    desk.pictures.window(window, "logs")
    applet.press("alt+l")
    wait_until(lambda: focused(lines), "Alt+L moves to the lines")
    applet.press("alt+r")
    wait_until(lambda: focused(applet.screen.find("table", "Runs")), "Alt+R moves to the runs")
    applet.press("Down")
    wait_until(lambda: rows(lines) != newest, "the next run's lines after Down")
    applet.press("Escape")
    applet.wait_closed(LOGS)
    quit_from_menu(applet)


def quitting_ends_whatever_is_open(desk):
    west, _ = desk.two_sites()
    applet = desk.start_applet(west)
    applet.open_menu()
    applet.process.send_signal(signal.SIGTERM)
    same(applet.wait_end(), 0, "exit status after SIGTERM with the menu open")

    applet = desk.start_applet(west, "--preferences")
    applet.window(PREFERENCES)
    applet.press("alt+n")
    applet.window("Enable a Database")
    applet.process.send_signal(signal.SIGTERM)
    same(applet.wait_end(), 0, "exit status after SIGTERM with a dialog in a dialog")

    applet = desk.start_applet(west, "--preferences")
    applet.window(PREFERENCES)
    applet.screen.click("push button", "Browse: Sync Folder")
    applet.window("Choose the folder")
    same(applet.again("--quit"), 0, "exit status of --quit")
    same(applet.wait_end(), 0, "exit status with a folder chooser open")


def a_running_sync_ends_cleanly(desk):
    west, _ = desk.two_sites()
    applet = desk.start_applet(west)
    with west.locked():
        applet.choose("Sync Now")
        applet.process.send_signal(signal.SIGTERM)
        same(applet.wait_end(), 0, "exit status after SIGTERM while a sync waits for the database")
    west.sync()
    same(west.published(), 24, "patient files after the next sync")


def without_a_tray_there_is_a_window(desk):
    desk.session.end_tray()
    try:
        west, _ = desk.two_sites()
        applet = desk.start_applet(west)
        window = applet.window("Cloud Folder Sync")
        applet.screen.click("push button", "Sync Now")
        wait_until(lambda: west.published() == 24, "24 patient files in the folder")
        applet.screen.find("label", lambda name: name is not None and "Synced with the folder" in name)
        desk.pictures.window(window, "status")
        applet.screen.click("push button", "Quit")
        same(applet.wait_end(), 0, "exit status after Quit")
    finally:
        desk.session.start_tray()


def dunst_shows_the_conflict(desk):
    """The same with a notification service that people use."""
    desk.session.end_notifications()
    desk.session.start_notifications(["dunst", "-conf", os.devnull])
    west, east = desk.two_sites()
    west.sync()
    east.sync()
    conflict(west, east, "555-0500")
    applet = desk.start_applet(west)
    applet.choose("Latest Logs...")
    applet.window(LOGS)
    runs = count_runs(applet)
    sync_and_wait(applet, runs + 1)
    wait_until(lambda: dunst_count() == 1, "dunst shows one notification")
    desk.pictures.corner("notification", height=160)
    sync_and_wait(applet, runs + 2)
    same(dunst_count(), 1, "notifications in dunst after one more sync")
    quit_from_menu(applet)


def dunst_count():
    from applet import x
    return sum(int(x("dunstctl", "count", kind) or 0) for kind in ("waiting", "displayed", "history"))


STORIES = [
    the_icon_syncs_from_its_menu,
    a_conflict_is_told_once,
    an_error_is_told_once_and_ends,
    it_syncs_by_itself,
    preferences_work_by_keyboard,
    a_database_is_enabled_by_keyboard,
    logs_open_and_work_by_keyboard,
    quitting_ends_whatever_is_open,
    a_running_sync_ends_cleanly,
    without_a_tray_there_is_a_window,
    dunst_shows_the_conflict,
]
