"""The set-up assistant, worked by keyboard: from a database that nobody shares to a synced one."""

import json
import os
import sqlite3
import subprocess
from pathlib import Path

from a11y import text
from assistant import (ASSISTANT, LEAVE, accept_options, at_step, choose_database, choose_folder,
                       fill, fill_in, finish, name_site, press_button, says, try_folder)
from clinic_server import SERVER_PASSWORD, clinic_server
from desk import PREFERENCES, quit_by_command, quit_from_menu, same, turn_to
from waiting import wait_until

MANY = 1_500  # patients
PATIENCE_SECONDS = 180  # for all of them


def begin(desk):
    """A clinic whose applet is started for the first time."""
    clinic = desk.new_site("North")
    applet = desk.start_applet(clinic)
    applet.window(ASSISTANT)
    return clinic, applet


def our_tables(site):
    return site.value("SELECT count(*) FROM sqlite_master WHERE name LIKE 'cfs%'")


def picture(desk, applet, name):
    desk.pictures.window(applet.window(ASSISTANT), name)


def run_cfsync(desk, *command):
    subprocess.run([desk.cfsync, command[0], "--state", str(desk.session.folder / "scratch-state"),
                    *map(str, command[1:])], check=True, capture_output=True)


def a_first_start_leads_from_nothing_to_a_synced_folder(desk):
    clinic, applet = begin(desk)
    picture(desk, applet, "assistant-database")
    choose_database(applet, clinic.database)
    at_step(applet, 2)
    same(text(applet.screen.find("text", "Name of this site")), os.uname().nodename,
         "the name suggested")
    picture(desk, applet, "assistant-program")
    name_site(applet, "North")
    choose_folder(applet, clinic.shared, "will be made")
    at_step(applet, 4)
    picture(desk, applet, "assistant-options")
    accept_options(applet)
    says(applet, "will be enabled for multiple databases")
    picture(desk, applet, "assistant-summary")
    same(our_tables(clinic), 0, "tables of ours before the last step")
    press_button(applet, "Enable")
    says(applet, "24 patients are only in this database")
    same(clinic.published(), 0, "patients in the folder before the first sync")
    picture(desk, applet, "assistant-preview")
    press_button(applet, "Sync Now")
    says(applet, "North is set up: 24 patients sent")
    same(clinic.published(), 24, "patients in the folder")
    picture(desk, applet, "assistant-done")
    finish(applet)
    wait_until(lambda: "Synced" in applet.status_line(), "the tray knows of the sync")
    quit_from_menu(applet)


def another_site_joins_the_folder(desk):
    west, _ = desk.two_sites()
    west.sync()
    clinic, applet = begin(desk)
    clinic.shared = west.shared
    fill_in(applet, clinic, "This site will join: West")
    says(applet, "It joins the sync folder")
    press_button(applet, "Enable")
    says(applet, "24 patients are on both sides")
    press_button(applet, "Sync Now")
    says(applet, "North is set up")
    finish(applet)
    quit_from_menu(applet)


def what_is_wrong_is_said_at_its_field(desk):
    west, _ = desk.two_sites()
    clinic, applet = begin(desk)
    press_button(applet, "Next")
    says(applet, "Please choose the database's file.")
    choose_database(applet, "/no/such.sqlite")
    says(applet, "/no/such.sqlite")
    picture(desk, applet, "assistant-database-fault")
    wrong = clinic.folder / "letter.txt"
    wrong.write_text("Dear colleague, this is no database at all. " * 50)
    choose_database(applet, wrong)
    says(applet, str(wrong))
    other = clinic.folder / "other.sqlite"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE patients (id INTEGER PRIMARY KEY, name TEXT, born TEXT)")
    choose_database(applet, other)
    says(applet, "none of the clinic programs")
    press_button(applet, "Next")
    says(applet, "Please choose the mapping's file.")
    picture(desk, applet, "assistant-unknown-program")
    press_button(applet, "Back")
    choose_database(applet, clinic.database)
    name_site(applet, "")
    says(applet, "Please give this site a name.")
    name_site(applet, "North")
    at_step(applet, 3)
    press_button(applet, "Next")
    says(applet, "Please choose the sync folder.")
    marker = west.shared / "cloud-folder-sync.xml"
    foreign = clinic.folder / "foreign"
    foreign.mkdir()
    run_cfsync(desk, "init", "--folder", foreign, "--mapping", "open-emr")
    try_folder(applet, foreign, "holds records of the mapping open-emr")
    half = clinic.folder / "half"
    (half / "patients").mkdir(parents=True)
    try_folder(applet, half, "has not downloaded")
    picture(desk, applet, "assistant-folder-fault")
    full = clinic.folder / "full"
    full.mkdir()
    (full / "holiday.jpg").write_bytes(b"x")
    choose_folder(applet, full, f"{full}/clinic-sync will be made")
    at_step(applet, 4)
    assert marker.exists()
    applet.close(ASSISTANT)
    same(our_tables(clinic), 0, "tables of ours after Cancel")
    same((full / "clinic-sync").exists(), False, "a folder was made")
    quit_from_menu(applet)


def a_first_mapping_is_written_for_a_program_that_nobody_knows(desk):
    clinic, applet = begin(desk)
    with sqlite3.connect(clinic.folder / "other.sqlite") as connection:
        connection.executescript("""
            CREATE TABLE patients (id INTEGER PRIMARY KEY, last_name TEXT, first_name TEXT,
                                   birth_date TEXT);
            CREATE TABLE visits (id INTEGER PRIMARY KEY,
                                 patient_id INTEGER REFERENCES patients (id), at TEXT, note TEXT);
            INSERT INTO patients VALUES (1, 'Okafor', 'Ada', '1970-01-01');
            INSERT INTO visits VALUES (1, 1, '2026-01-01', 'x');""")
    mapping = clinic.folder / "mapping.xml"
    choose_database(applet, clinic.folder / "other.sqlite")
    says(applet, "none of the clinic programs")
    applet.press("alt+w")
    applet.window("Save the first mapping")
    applet.press("ctrl+a")
    applet.type(str(mapping))
    applet.press("Return")
    says(applet, "somebody who knows the database must check it")
    same(text(applet.screen.find("text", "Mapping file")), str(mapping), "the mapping chosen")
    picture(desk, applet, "assistant-first-mapping")
    press_button(applet, "Next")
    at_step(applet, 3)
    applet.close(ASSISTANT)
    quit_from_menu(applet)


def a_database_that_is_enabled_already_is_left_alone(desk):
    west, _ = desk.two_sites()
    applet = desk.start_applet(west, "--preferences")
    applet.window(PREFERENCES)
    turn_to(applet, "Databases")
    applet.press("alt+n")
    applet.window(ASSISTANT)
    choose_database(applet, west.database)
    says(applet, "This database is enabled already.")
    applet.close(ASSISTANT)
    applet.window(PREFERENCES)
    quit_by_command(applet)


def a_database_in_use_is_enabled_a_moment_later(desk):
    clinic, applet = begin(desk)
    fill_in(applet, clinic, "will be made")
    with clinic.locked():
        press_button(applet, "Enable")
        says(applet, "The database is in use")
        picture(desk, applet, "assistant-enable-fault")
    same(our_tables(clinic), 0, "tables of ours after a failure")
    same(clinic.shared.exists(), False, "the folder that was made is there")
    press_button(applet, "Enable")
    says(applet, "24 patients are only in this database")
    press_button(applet, "Sync Now")
    says(applet, "North is set up: 24 patients sent")
    quit_by_command(applet)


def cancelling_leaves_nothing_half_done(desk):
    clinic, applet = begin(desk)
    fill_in(applet, clinic, "will be made")
    press_button(applet, "Enable")
    says(applet, "24 patients are only in this database")
    applet.press("Escape")
    applet.window(LEAVE)
    desk.pictures.window(applet.window(LEAVE), "assistant-leave")
    applet.press("alt+g")
    applet.wait_closed(LEAVE)
    applet.window(ASSISTANT)
    applet.press("Escape")
    applet.window(LEAVE)
    applet.press("alt+d")
    applet.wait_closed(ASSISTANT)
    same(our_tables(clinic), 0, "tables of ours after Disable Again")
    same(clinic.shared.exists(), False, "the folder that was made is there")
    same(applet.status_line(), "No database is enabled yet", "the status line")
    quit_from_menu(applet)


def in_the_first_sync(desk):
    """A clinic with so many patients that the first sync takes a while, and its applet meanwhile."""
    clinic, applet = begin(desk)
    clinic.add_patients(MANY)
    fill_in(applet, clinic, "will be made")
    press_button(applet, "Enable")
    says(applet, f"{MANY + 24:,} patients are only in this database")
    press_button(applet, "Sync Now")
    says(applet, f" of {MANY + 24:,} patients")
    return clinic, applet


def the_first_sync_is_stopped_and_gone_on_with(desk):
    clinic, applet = in_the_first_sync(desk)
    applet.press("Escape")
    says(applet, "The sync was stopped.")
    picture(desk, applet, "assistant-stopped")
    same(clinic.published() < MANY + 24, True, "patients are left for the next sync")
    press_button(applet, "Sync Now")
    wait_until(lambda: clinic.published() == MANY + 24, "all patients in the folder", PATIENCE_SECONDS)
    says(applet, "North is set up")
    finish(applet)
    quit_from_menu(applet)


def quitting_in_the_first_sync_loses_nothing(desk):
    clinic, applet = in_the_first_sync(desk)
    quit_by_command(applet)
    same(clinic.published() < MANY + 24, True, "patients are left for the next sync")
    same('auto-sync="true"' in (clinic.state / "settings.xml").read_text(), True,
         "syncs are automatic, as it was chosen")
    applet = desk.start_applet(clinic)
    applet.choose("Sync Now")
    wait_until(lambda: clinic.published() == MANY + 24, "all patients in the folder", PATIENCE_SECONDS)
    wait_until(lambda: "Synced" in applet.status_line(), "the tray knows of the sync")
    quit_from_menu(applet)


def a_database_server_is_asked_with_the_right_password(desk):
    with clinic_server() as server:
        if server is not None:
            _work_with_server(desk, server)


def _work_with_server(desk, server):
    clinic, applet = begin(desk)
    applet.press("alt+v", "alt+k", "Down")
    fill(applet, "h", "127.0.0.1")
    fill(applet, "o", "1")
    fill(applet, "m", "clinic")
    fill(applet, "u", "sync")
    fill(applet, "w", "wrong one")
    press_button(applet, "Test Connection")
    says(applet, "can't be reached")
    picture(desk, applet, "assistant-server-fault")
    fill(applet, "o", str(server.port))
    press_button(applet, "Test Connection")
    says(applet, "refused the user or the password")
    fill(applet, "m", "nothing")
    fill(applet, "w", SERVER_PASSWORD)
    press_button(applet, "Test Connection")
    says(applet, "There is no database nothing")
    fill(applet, "m", "clinic")
    applet.press("alt+r")
    press_button(applet, "Test Connection")
    says(applet, f"Connected to clinic at 127.0.0.1:{server.port}")
    picture(desk, applet, "assistant-server")
    fill(applet, "u", "guest")
    press_button(applet, "Next")
    says(applet, "lacks a right")
    press_button(applet, "Back")
    at_step(applet, 1)
    fill(applet, "u", "sync")
    press_button(applet, "Next")
    name_site(applet, "North")
    choose_folder(applet, clinic.shared, "will be made")
    accept_options(applet)
    press_button(applet, "Enable")
    says(applet, "Is that what you expect?")
    press_button(applet, "Sync Now")
    says(applet, "North is set up")
    finish(applet)
    quit_from_menu(applet)
    for path in [*clinic.state.rglob("*"), desk.session.folder / "applet.log"]:
        if path.is_file() and SERVER_PASSWORD.encode() in path.read_bytes():
            raise AssertionError(f"the password stands in {path}")


def folders_of_cloud_clients_are_offered(desk):
    home = Path(os.environ["HOME"])
    config = Path(os.environ["XDG_CONFIG_HOME"])
    dropbox, sync = home / "Dropbox", home / "Sync"
    for folder in (dropbox, sync, home / ".dropbox", config / "syncthing"):
        folder.mkdir(parents=True, exist_ok=True)
    (home / ".dropbox" / "info.json").write_text(
        json.dumps({"personal": {"path": str(dropbox), "host": 1}}))
    (config / "syncthing" / "config.xml").write_text(
        f'<configuration version="37"><folder id="a" label="Clinic" path="{sync}" '
        'type="sendreceive"/></configuration>')
    clinic, applet = begin(desk)
    choose_database(applet, clinic.database)
    name_site(applet, "North")
    at_step(applet, 3)
    applet.screen.find("table cell", f"Dropbox: {dropbox}")
    applet.press("alt+f", "Down", "Down")
    says(applet, "Send & Receive")
    says(applet, f"A new sync folder will be started in {sync}")
    same(text(applet.screen.find("text", "Sync folder")), str(sync), "the folder that was chosen")
    picture(desk, applet, "assistant-folder")
    applet.close(ASSISTANT)
    quit_from_menu(applet)


STORIES = [
    a_first_start_leads_from_nothing_to_a_synced_folder,
    another_site_joins_the_folder,
    what_is_wrong_is_said_at_its_field,
    a_first_mapping_is_written_for_a_program_that_nobody_knows,
    a_database_that_is_enabled_already_is_left_alone,
    a_database_in_use_is_enabled_a_moment_later,
    cancelling_leaves_nothing_half_done,
    the_first_sync_is_stopped_and_gone_on_with,
    quitting_in_the_first_sync_loses_nothing,
    a_database_server_is_asked_with_the_right_password,
    folders_of_cloud_clients_are_offered,
]
