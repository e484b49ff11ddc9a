"""The log window: finding, saving and copying what happened, looking ahead, taking back, answering
a doubt. Every story starts an applet of its own."""

import shutil
import sqlite3
import time
from pathlib import Path

from a11y import containing, enabled, focused, rows, text
from applet import visible_windows
from desk import LOGS, conflict, open_logs, quit_from_menu, same
from waiting import NeverHappened, wait_until

PHONE = "555-0700"
SAVE = "Save the log as a text file"


def lines(applet):
    return rows(applet.screen.find("table", "Lines of the chosen run"))


def results(applet):
    return [row[2] for row in rows(applet.screen.find("table", "Runs"))]


def wait_lines(applet, part):
    return wait_until(lambda: [line for line in lines(applet) if part in line[1]],
                      f"a line with {part!r}")


def copied(applet):
    """What Ctrl+C in the lines gives, pasted where it can be read."""
    applet.press("alt+l")
    wait_until(lambda: focused(applet.screen.find("table", "Lines of the chosen run")),
               "Alt+L: the lines")
    applet.press("ctrl+c", "ctrl+f", "ctrl+v")
    field = applet.screen.find("text", "Find in the lines")
    return text(field)


def save_as(applet, path):
    applet.window(SAVE)
    applet.press("ctrl+a")
    applet.type(str(path))

    for _ in range(3):  # the first may go to the list of names that complete what is typed
        applet.press("Return")
        try:
            wait_until(lambda: not visible_windows(SAVE), "the dialog is closed", 5)
            break
        except NeverHappened:
            pass
    applet.screen.find("label", containing(str(path)))
    return path.read_text(encoding="utf-8")


def with_a_conflict_and_an_error(desk):
    west, east = desk.two_sites()
    west.sync()
    east.sync()
    conflict(west, east, PHONE)
    west.sync()
    with west.unplugged():
        west.fail("sync")
    return west


def runs_are_found_by_what_happened(desk):
    west = with_a_conflict_and_an_error(desk)
    applet, window = open_logs(desk, west)
    wait_until(lambda: results(applet) == ["Refused", "Needs attention", "Fine"], "all runs")
    wait_lines(applet, "The sync folder was not found")
    applet.screen.find("label", containing("The sync folder"))
    desk.pictures.window(window, "logs-error")
    applet.press("alt+w")
    applet.press("Down")
    wait_until(lambda: results(applet) == ["Refused"], "the runs with errors")
    applet.press("Down")
    wait_until(lambda: results(applet) == ["Needs attention"], "the runs with new conflicts")
    patient = wait_until(lambda: [line for line in lines(applet) if line[2]], "a patient")[0][2]
    applet.press("Down")
    wait_until(lambda: focused(applet.screen.find("text", "Patient's id")), "the id is asked for")
    applet.type(patient[:8])
    wait_until(lambda: results(applet) == ["Needs attention", "Fine"], "the patient's runs")
    desk.pictures.window(window, "logs-patient")
    applet.type("00000")
    applet.screen.find("label", "No run is like that.")
    quit_from_menu(applet)


def lines_are_found_copied_and_saved(desk):
    west = with_a_conflict_and_an_error(desk)
    applet, window = open_logs(desk, west)
    wait_until(lambda: len(results(applet)) == 3, "the runs")
    applet.press("Down", "Down")
    wait_lines(applet, "published")
    wanted = lines(applet)[7]
    applet.press("ctrl+f")
    wait_until(lambda: focused(applet.screen.find("text", "Find in the lines")), "Ctrl+F")
    applet.type(wanted[2])
    applet.press("Return")
    desk.pictures.window(window, "logs-search")
    same(copied(applet).strip(), "\t".join(wanted), "the line that was found, copied")
    applet.press("alt+l", "shift+Down")
    wait_until(lambda: copied(applet).count("published") == 2, "two lines are copied")
    applet.press("ctrl+f")
    applet.type("no such thing")
    applet.press("F3")
    applet.screen.find("label", "Not found")

    place = Path(desk.session.folder)
    applet.screen.click("push button", "Export This Run...")
    one = save_as(applet, place / "one.txt")
    same(one.count("published"), 24, "lines of the saved run")
    applet.screen.click("push button", "Export All Shown...")
    every = save_as(applet, place / "all.txt")
    same(every.count("Started "), 3, "runs saved")
    same("The sync folder was not found" in every, True, "the error is saved with its sentence")
    quit_from_menu(applet)


def a_sync_is_looked_at_beforehand(desk):
    west, east = desk.two_sites()
    west.sync()
    east.sync()
    east.set_phone(1, PHONE)
    east.sync()
    before = west.phone(1)
    applet = desk.start_applet(west)
    applet.choose("Preview Sync...")
    window = applet.window(LOGS)
    wait_until(lambda: results(applet)[:1] == ["Preview"], "the preview is a run of the log")
    applet.screen.find("label", containing("A preview: nothing was changed."))
    applet.screen.find("label", containing("1 patient received"))
    same(west.phone(1), before, "West's phone after a preview")
    desk.pictures.window(window, "logs-preview")
    applet.press("alt+s")
    wait_until(lambda: results(applet)[:2] == ["Fine", "Preview"], "Sync Now does it")
    same(west.phone(1), PHONE, "West's phone after the sync")
    quit_from_menu(applet)


def a_sync_is_taken_back(desk):
    west, east = desk.two_sites()
    west.sync()
    east.sync()
    before = west.phone(1)
    east.set_phone(1, PHONE)
    east.sync()
    west.sync()
    same(west.phone(1), PHONE, "West's phone after East's edit")
    applet = desk.start_applet(west)
    applet.choose("Undo Last Sync...")
    applet.screen.find("label", containing("1 record gets back the values"))
    desk.pictures.window(applet.window("Cloud Folder Sync"), "undo")
    applet.press("alt+u")
    wait_lines(applet, "1 row put back")
    same(west.phone(1), before, "West's phone after the undo")

    applet.choose("Undo Last Sync...")
    applet.screen.find("label", containing("1 record gets back the values"))
    applet.press("Escape")
    applet.window(LOGS)
    applet.press("alt+u")
    applet.screen.find("label", containing("1 record gets back the values"))
    applet.press("alt+u")
    wait_until(lambda: west.phone(1) == PHONE, "the undo itself is undone")
    quit_from_menu(applet)


def a_doubt_is_answered(desk):
    west, _ = desk.two_sites()
    west.sync()
    shutil.rmtree(west.shared / "patients")
    (west.shared / "patients").mkdir()
    applet, window = open_logs(desk, west)
    applet.press("alt+s")
    wait_until(lambda: results(applet)[:1] == ["Refused"], "the sync is refused")
    wait_lines(applet, "Many files are gone")
    same(west.published(), 0, "files after a refused sync")
    answer = applet.screen.find("push button", "Answer and Sync...")
    wait_until(lambda: enabled(answer), "it can be answered")
    desk.pictures.window(window, "logs-doubt")
    applet.press("alt+a")
    applet.screen.find("label", containing("Is the drive connected"))
    desk.pictures.window(applet.window("Cloud Folder Sync"), "doubt")
    applet.press("Escape")
    applet.window(LOGS)
    same(west.published(), 0, "files after Cancel")
    applet.press("alt+a")
    applet.screen.find("label", containing("Is the drive connected"))
    applet.press("alt+s")
    wait_until(lambda: west.published() == 24, "the patients come back into the folder")
    wait_until(lambda: results(applet)[:1] == ["Fine"], "the sync is fine")
    quit_from_menu(applet)


MANY = """
WITH RECURSIVE n (i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 12099)
INSERT INTO patient (patient_id, family_name, given_name, birth_date, sex, registered_on)
SELECT i, 'Family ' || i, 'Given ' || i, '1970-01-01', 'X', '2026-01-01' FROM n"""


def a_long_sync_is_watched_and_cancelled(desk):
    west, _ = desk.two_sites()
    with sqlite3.connect(west.database, timeout=10) as database:
        database.execute(MANY)
    applet, window = open_logs(desk, west)
    applet.press("alt+s")
    applet.screen.find("label", containing("left"))
    wait_lines(applet, "published")
    desk.pictures.window(window, "logs-running")
    applet.press("alt+c")
    wait_until(lambda: results(applet)[:1] == ["Stopped"], "the sync is stopped")
    published = west.published()
    same(0 < published < 12024, True, f"some patients, {published}, are in the folder")
    west.sync()
    same(west.published(), 12024, "patients after the next sync")
    quit_from_menu(applet)


def a_log_that_cannot_be_read_says_why(desk):
    west, _ = desk.two_sites()
    west.sync()
    applet = desk.start_applet(west)
    applet.icon()
    with sqlite3.connect(west.state / "history.sqlite") as history:
        history.execute("DROP TABLE errors")
    applet.choose("Latest Logs...")
    applet.window(LOGS)
    applet.screen.find("label", containing("no such table"))
    quit_from_menu(applet)


COPY_RUNS = """
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999)
INSERT INTO runs SELECT NULL, run || i, site, connection, trigger, started, ended, preview, result,
safety, patients_exported, patients_imported, rows_inserted, rows_updated, rows_restored,
CASE WHEN i % 100 = 0 THEN 1 ELSE 0 END, conflicts_open, copies_read, copies_deleted, copies_kept,
files_opened, files_written, files_listed, segments_read, segments_written, pending FROM runs, n"""

COPY_LINES = """
INSERT INTO lines SELECT runs.number, line, time, patient, text FROM lines, runs
WHERE lines.number = (SELECT MIN(number) FROM runs) AND runs.number > lines.number"""


def ten_thousand_runs_are_no_burden(desk):
    west, _ = desk.two_sites()
    west.sync()
    with sqlite3.connect(west.state / "history.sqlite") as history:
        history.execute(COPY_RUNS)
        history.execute(COPY_LINES)
    applet = desk.start_applet(west)
    applet.icon()
    applet.open_menu()
    begin = time.monotonic()
    applet.screen.click("menu item", "Latest Logs...")
    applet.window(LOGS)
    shown = time.monotonic() - begin
    table = applet.screen.find("table", "Runs")
    wait_until(lambda: count_rows(table) == 10_000, "10,000 runs")
    loaded = time.monotonic() - begin
    begin = time.monotonic()
    applet.press("End")
    wait_until(lambda: lines(applet), "the oldest run's lines")
    for _ in range(50):
        applet.press("Prior")
    scrolled = time.monotonic() - begin
    applet.press("alt+w")
    begin = time.monotonic()
    applet.press("Down", "Down")
    wait_until(lambda: count_rows(table) == 99, "the runs with new conflicts")
    filtered = time.monotonic() - begin
    print(f"        10,000 runs: window after {shown:.2f} s, all rows after {loaded:.2f} s, the end "
          f"and 50 pages up {scrolled:.2f} s, filter {filtered:.2f} s", flush=True)
    quit_from_menu(applet)


def count_rows(table):
    table.clear_cache()
    return table.get_table_iface().get_n_rows()


STORIES = [
    runs_are_found_by_what_happened,
    lines_are_found_copied_and_saved,
    a_sync_is_looked_at_beforehand,
    a_sync_is_taken_back,
    a_doubt_is_answered,
    a_long_sync_is_watched_and_cancelled,
    a_log_that_cannot_be_read_says_why,
    ten_thousand_runs_are_no_burden,
]
