"""What the applet does for a receptionist: it syncs, tells what matters once, and ends cleanly.
Every story starts an applet of its own."""

import json
import os
import signal

from a11y import enabled
from applet import x
from desk import (conflict, count_ended, count_runs, open_logs, quit_from_menu, same,
                  sync_and_wait)
from waiting import wait_until


def the_icon_syncs_from_its_menu(desk):
    west, east = desk.two_sites()
    before = len(desk.notifications())
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
    same(desk.notifications()[before:], [], "notifications of ordinary runs")
    quit_from_menu(applet)


def a_conflict_is_told_once(desk):
    west, east = desk.two_sites()
    west.sync()
    east.sync()
    conflict(west, east, "555-0300")
    before = len(desk.notifications())
    applet, _ = open_logs(desk, west)
    runs = count_runs(applet)
    sync_and_wait(applet, runs + 1)
    told = wait_until(lambda: desk.notifications()[before:], "a notification")
    same([one["summary"] for one in told], ["1 new conflict in one patient's records"], "what is told")
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
    applet, _ = open_logs(desk, west)
    runs = count_runs(applet)
    with west.unplugged():
        sync_and_wait(applet, runs + 1)
        sync_and_wait(applet, runs + 2)
        same([one["summary"] for one in desk.notifications()[before:]],
             ["The sync folder was not found"], "what is told of two syncs without the folder")
        same(applet.status_line().startswith("The sync folder could not be reached"), True,
             "the status line tells it")
    sync_and_wait(applet, runs + 3)
    same(applet.status_line().startswith("Synced with the folder"), True, "and that it is over")
    quit_from_menu(applet)


def it_syncs_by_itself(desk):
    west, _ = desk.two_sites()
    west.run("options", "--auto", "1")
    applet = desk.start_applet(west)
    wait_until(lambda: west.published() == 24, "24 patient files without a click")
    quit_from_menu(applet)


def a_running_sync_ends_cleanly(desk):
    west, _ = desk.two_sites()
    applet = desk.start_applet(west)
    with west.locked():
        applet.choose("Sync Now")
        applet.process.send_signal(signal.SIGTERM)
        same(applet.wait_end(), 0, "exit status after SIGTERM while a sync waits for the database")
    west.sync()
    same(west.published(), 24, "patient files after the next sync")


def dunst_count():
    """How many notifications dunst has ever been sent."""
    return sum(int(x("dunstctl", "count", kind) or 0)
               for kind in ("waiting", "displayed", "history"))


def dunst_shows_the_conflict(desk):
    """The same with a notification service that people use."""
    desk.session.end_notifications()
    desk.session.start_notifications(["dunst", "-conf", os.devnull])
    west, east = desk.two_sites()
    west.sync()
    east.sync()
    conflict(west, east, "555-0500")
    applet, _ = open_logs(desk, west)
    runs = count_runs(applet)
    sync_and_wait(applet, runs + 1)
    wait_until(lambda: dunst_count() == 1, "dunst shows one notification")
    desk.pictures.corner("notification", height=160)
    sync_and_wait(applet, runs + 2)
    same(dunst_count(), 1, "notifications in dunst after one more sync")
    quit_from_menu(applet)


# The last one puts another notification service in the double's place.
STORIES = [
    the_icon_syncs_from_its_menu,
    a_conflict_is_told_once,
    an_error_is_told_once_and_ends,
    it_syncs_by_itself,
    a_running_sync_ends_cleanly,
    dunst_shows_the_conflict,
]
