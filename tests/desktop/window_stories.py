"""The windows, worked by keyboard. Every story starts an applet of its own."""

import signal

from a11y import checked, containing, enabled, focused, rows, text
from applet import Applet
from assistant import (ASSISTANT, accept_options, choose_database, choose_folder, finish, name_site,
                       press_button, says)
from desk import (DISABLE, PREFERENCES, LOGS, STATUS, conflict, count_ended, count_runs, open_logs,
                  quit_by_command, quit_from_menu, same, turn_to)
from waiting import wait_until


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
    folder = applet.screen.find("text", "Sync Folder")
    wait_until(lambda: focused(folder), "Alt+F moves to the folder")
    applet.press("ctrl+a")
    applet.type("/nowhere/at/all")
    applet.press("alt+o")
    applet.screen.find("label", containing("/nowhere/at/all"))
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
    minutes = applet.screen.find("spin button", "Minutes between syncs")
    same(text(minutes), "45", "minutes, as saved")
    applet.close(PREFERENCES)
    quit_from_menu(applet)


def a_database_is_enabled_and_disabled_by_keyboard(desk):
    west, _ = desk.two_sites()
    north = desk.session.folder / "north-state"
    applet = Applet(desk.session, desk.program, north)
    applet.window(ASSISTANT)
    applet.close(ASSISTANT)
    same(applet.status_line(), "No database is enabled yet", "the status line of a fresh start")
    applet.choose("Preferences...")
    applet.window(PREFERENCES)
    applet.press("alt+n")
    applet.window(ASSISTANT)
    north_database = desk.session.folder / "North.sqlite"
    north_database.write_bytes((west.state.parent / "East.sqlite").read_bytes())
    choose_database(applet, north_database)
    name_site(applet, "North")
    choose_folder(applet, west.shared, "Another site began")
    accept_options(applet)
    press_button(applet, "Enable")
    says(applet, "Is that what you expect?")
    applet.press("alt+s")
    says(applet, "North is set up")
    wait_until(lambda: west.published() == 24, "North's patients in the folder")
    finish(applet)
    applet.window(PREFERENCES)
    listed = applet.screen.find("table", "Databases")
    wait_until(lambda: [row[0] for row in rows(listed)] == ["North"], "North in the list")
    turn_to(applet, "Databases")
    applet.press("alt+b")
    applet.window(DISABLE)
    applet.press("alt+d")
    applet.screen.find("label", containing("No database is enabled"))
    quit_by_command(applet)


def logs_open_and_work_by_keyboard(desk):
    west, east = desk.two_sites()
    east.sync()
    west.sync()
    west.set_phone(2, "555-0402")
    conflict(west, east, "555-0400")
    applet, window = open_logs(desk, west)
    runs = count_runs(applet)
    applet.press("alt+s")
    wait_until(lambda: count_runs(applet) == runs + 1, "Alt+S syncs")
    lines = applet.screen.find("table", "Lines of the chosen run")
    wait_until(lambda: count_ended(applet) == runs + 1, "the run ends")
    newest = wait_until(lambda: rows(lines), "the lines of the newest run")
    sync_now = applet.screen.find("push button", "Sync Now")
    wait_until(lambda: enabled(sync_now), "Sync Now can be pressed again")
    desk.pictures.window(window, "logs")
    applet.press("alt+l")
    wait_until(lambda: focused(lines), "Alt+L moves to the lines")
    applet.press("alt+r")
    wait_until(lambda: focused(applet.screen.find("table", "Runs")), "Alt+R moves to the runs")
    applet.press("Down")
    wait_until(lambda: rows(lines) != newest, "the next run's lines after Down")
    applet.close(LOGS)
    quit_from_menu(applet)


def quitting_ends_whatever_is_open(desk):
    west, _ = desk.two_sites()
    applet = desk.start_applet(west)
    applet.open_menu()
    applet.process.send_signal(signal.SIGTERM)
    same(applet.wait_end(), 0, "exit status after SIGTERM with the menu open")

    for key, title in (("alt+b", DISABLE), ("alt+n", ASSISTANT)):
        applet = desk.start_applet(west, "--preferences")
        applet.window(PREFERENCES)
        turn_to(applet, "Databases")
        applet.press(key)
        applet.window(title)
        applet.process.send_signal(signal.SIGTERM)
        same(applet.wait_end(), 0, f"exit status after SIGTERM with {title!r} open")

    applet = desk.start_applet(west, "--preferences")
    applet.window(PREFERENCES)
    applet.screen.click("push button", "Browse: Sync Folder")
    applet.window("Choose the folder")
    quit_by_command(applet)


def without_a_tray_there_is_a_window(desk):
    with desk.session.without_tray():
        west, _ = desk.two_sites()
        applet = desk.start_applet(west)
        window = applet.window(STATUS)
        applet.screen.click("push button", "Sync Now")
        wait_until(lambda: west.published() == 24, "24 patient files in the folder")
        applet.screen.find("label", containing("Synced with the folder"))
        desk.pictures.window(window, "status")
        applet.screen.click("push button", "Quit")
        same(applet.wait_end(), 0, "exit status after Quit")


STORIES = [
    preferences_work_by_keyboard,
    a_database_is_enabled_and_disabled_by_keyboard,
    logs_open_and_work_by_keyboard,
    quitting_ends_whatever_is_open,
    without_a_tray_there_is_a_window,
]
