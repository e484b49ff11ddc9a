"""What happens in years, in the applet as the guide tells it. tests/cli/life_test.py shows the rest."""

import shutil

from applet import Applet
from assistant import (ASSISTANT, accept_options, choose_database, finish, name_site, press_button,
                       says)
from desk import PREFERENCES, quit_from_menu, same, turn_to

PHONE = "555-0800"


def set_up_again(applet, database, site):
    """The assistant, for a database that is enabled already, with the folder and site as before."""
    applet.window(ASSISTANT)
    choose_database(applet, database)
    name_site(applet, site.name)
    says(applet, "Step 3 of 5")
    applet.press("alt+d", "ctrl+a")
    applet.type(str(site.shared))
    press_button(applet, "Next")
    accept_options(applet)
    says(applet, "is enabled already")
    press_button(applet, "Enable")
    press_button(applet, "Sync Now")
    says(applet, f"{site.name} is set up")
    finish(applet)


def the_pc_is_replaced(desk):
    west, east = desk.two_sites()
    west.sync()
    east.sync()
    west.set_phone(1, PHONE)
    new = west.folder / "new-pc"
    new.mkdir()
    shutil.copy(west.database, new / "clinic.sqlite")
    shutil.rmtree(west.state)
    applet = Applet(desk.session, desk.program, new / "state")
    set_up_again(applet, new / "clinic.sqlite", west)
    east.sync()
    same(east.phone(1), PHONE, "what was edited last on the old PC, at East")
    quit_from_menu(applet)


def the_database_moves(desk):
    west, east = desk.two_sites()
    west.sync()
    east.sync()
    west.set_phone(1, PHONE)
    moved = west.folder / "moved.sqlite"
    shutil.move(west.database, moved)
    applet = desk.start_applet(west, "--preferences")
    applet.window(PREFERENCES)
    turn_to(applet, "Databases")
    applet.press("alt+n")
    set_up_again(applet, moved, west)
    east.sync()
    same(east.phone(1), PHONE, "what was edited before the move, at East")
    applet.window(PREFERENCES)
    applet.close(PREFERENCES)
    settings = (west.state / "settings.xml").read_text(encoding="utf-8")
    same(settings.count("sqlite3://"), 1, "databases in the settings")
    quit_from_menu(applet)


STORIES = [
    the_pc_is_replaced,
    the_database_moves,
]
