"""The preferences, page by page. Every story starts an applet of its own."""

import json
import os
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from a11y import checked, containing, enabled, rows
from assistant import says
from clinic_server import SERVER_PASSWORD, clinic_server
from desk import DISABLE, PREFERENCES, quit_from_menu, same, turn_to
from keyring import keyring
from waiting import wait_until

FIRST_LANGUAGE = "de"
ENTRY = "autostart/cloud-folder-sync.desktop"


def general_of(site):
    return ElementTree.parse(site.state / "settings.xml").getroot().find("general").attrib


def toggle(applet, name):
    box = applet.screen.find("check box", name)
    before = checked(box)
    box.get_action_iface().do_action(0)
    wait_until(lambda: checked(box) != before, f"{name} is toggled")


def choices_are_kept(desk):
    west, _ = desk.two_sites()
    applet = desk.start_applet(west, "--preferences")
    applet.window(PREFERENCES)
    turn_to(applet, "Notifications")
    desk.pictures.window(applet.window(PREFERENCES), "preferences-notifications")
    toggle(applet, "When there are new conflicts")
    toggle(applet, "Name the patients concerned")
    turn_to(applet, "General")
    desk.pictures.window(applet.window(PREFERENCES), "preferences-general")
    toggle(applet, "Start when I log in")
    toggle(applet, "Wait while this computer runs on battery")
    applet.press("alt+g")
    applet.press("Down")
    applet.press("alt+o")
    applet.wait_closed(PREFERENCES)
    general = general_of(west)
    same([general[name] for name in ("notify-conflicts", "notify-errors", "name-patients",
                                     "watch-folder", "spare-battery", "spare-metered", "language")],
         ["false", "true", "true", "true", "true", "false", FIRST_LANGUAGE], "the settings file")
    entry = Path(os.environ["XDG_CONFIG_HOME"]) / ENTRY
    same(f'"--state" "{west.state}"' in entry.read_text(), True, "the entry starts this applet")

    entry.write_text(entry.read_text() + "Hidden=true\n")  # as a desktop's own list would
    applet.choose("Preferences...")
    applet.window(PREFERENCES)
    turn_to(applet, "General")
    login = applet.screen.find("check box", "Start when I log in")
    same(checked(login), False, "an entry disabled elsewhere counts as off")
    same(checked(applet.screen.find("check box", "Wait while this computer runs on battery")), True,
         "battery, as saved")
    toggle(applet, "Start when I log in")
    applet.press("alt+o")
    applet.wait_closed(PREFERENCES)
    same("Hidden" in entry.read_text(), False, "the entry after it was turned on again")
    entry.unlink()
    quit_from_menu(applet)


def what_cannot_be_written_is_told_at_its_field(desk):
    west, _ = desk.two_sites()
    place = Path(os.environ["XDG_CONFIG_HOME"]) / "autostart"
    if place.exists():
        place.rmdir()
    place.write_text("a file where the folder should be")
    applet = desk.start_applet(west, "--preferences")
    applet.window(PREFERENCES)
    turn_to(applet, "General")
    toggle(applet, "Start when I log in")
    turn_to(applet, "Sync")
    applet.press("alt+o")
    applet.screen.find("label", containing("can't be written"))
    desk.pictures.window(applet.window(PREFERENCES), "preferences-login-fault")
    applet.close(PREFERENCES)
    place.unlink()
    quit_from_menu(applet)


def the_databases_are_listed(desk):
    west, east = desk.two_sites()
    west.run("enable", "--database", f"sqlite3://{east.database}", "--site", "East",
             "--folder", str(west.shared), "--mapping", "demo")
    applet = desk.start_applet(west, "--preferences")
    applet.window(PREFERENCES)
    desk.pictures.window(applet.window(PREFERENCES), "preferences-two")
    turn_to(applet, "Databases")
    listed = rows(applet.screen.find("table", "Databases"))
    same(listed, [["West", str(west.database), "demo", str(west.shared)],
                  ["East", str(east.database), "demo", str(west.shared)]], "the list")
    desk.pictures.window(applet.window(PREFERENCES), "preferences-databases")
    same(enabled(applet.screen.find("push button", "Disable...")), True, "Disable can be pressed")
    applet.press("alt+b")
    applet.window(DISABLE)
    applet.press("alt+d")
    wait_until(lambda: len(rows(applet.screen.find("table", "Databases"))) == 1, "one is left")
    applet.close(PREFERENCES)
    quit_from_menu(applet)


def a_password_that_cannot_be_kept_is_told(desk):
    """There is no keyring here, and a password goes nowhere else."""
    west, _ = desk.two_sites()
    settings = west.state / "settings.xml"
    settings.write_text(settings.read_text().replace("</settings>", (
        '<database connection="postgresql://dbname=clinic host=127.0.0.1 port=1 user=sync" '
        f'site="Server" folder="{west.shared}" mapping="demo"/></settings>')))
    applet = desk.start_applet(west, "--preferences")
    applet.window(PREFERENCES)
    turn_to(applet, "Databases")
    change = applet.screen.find("push button", "Change Password...")
    same(enabled(change), False, "a file has no password to change")
    applet.screen.focus("table", "Databases")
    applet.press("Down")
    wait_until(lambda: enabled(change), "a server has one")
    applet.press("alt+p")
    applet.window("Change Password")
    applet.type("Xyzzy")
    applet.press("Return")
    applet.screen.find("label", containing("The password can't be kept"))
    desk.pictures.window(applet.window(PREFERENCES), "preferences-password-fault")
    same("Xyzzy" in settings.read_text(), False, "the password in the settings")
    applet.close(PREFERENCES)
    quit_from_menu(applet)


def a_password_is_kept_once_the_server_takes_it(desk):
    with clinic_server() as server, keyring(desk.session):
        if server is None:
            return
        west, _ = desk.two_sites()
        connection = server.connection("clinic", "sync")
        settings = west.state / "settings.xml"
        settings.write_text(settings.read_text().replace("</settings>", (
            f'<database connection="{connection}" site="Server" folder="{west.shared}" '
            'mapping="demo"/></settings>')))
        applet = desk.start_applet(west, "--preferences")
        applet.window(PREFERENCES)
        turn_to(applet, "Databases")
        change = applet.screen.find("push button", "Change Password...")
        for password, answer in (("wrong", "refused the user or the password"),
                                 (SERVER_PASSWORD, "The password is kept, and the server takes it.")):
            applet.screen.focus("table", "Databases")
            applet.press("Down")
            wait_until(lambda: enabled(change), "Change Password can be pressed")
            applet.press("alt+p")
            applet.window("Change Password")
            applet.type(password)
            applet.press("Return")
            says(applet, answer)
        desk.pictures.window(applet.window(PREFERENCES), "preferences-password-kept")
        applet.close(PREFERENCES)
        quit_from_menu(applet)
        status = west.run("status", "--database", connection, "--json")
        same(json.loads(status.stdout)["enabled"], False, "cfsync gets in with the password kept")
        same(SERVER_PASSWORD in settings.read_text(), False, "the password in the settings")


STORIES = [
    choices_are_kept,
    what_cannot_be_written_is_told_at_its_field,
    the_databases_are_listed,
    a_password_that_cannot_be_kept_is_told,
    a_password_is_kept_once_the_server_takes_it,
]
