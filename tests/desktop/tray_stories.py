"""The icon and its menu on each kind of desktop. Every story starts an applet of its own."""

import re

from desk import quit_from_menu, same
from waiting import wait_until

ABOUT = "About Cloud Folder Sync"


def about_tells_the_version(desk):
    west, _ = desk.two_sites()
    applet = desk.start_applet(west)
    applet.choose(ABOUT)
    window = applet.window(ABOUT)
    applet.screen.find("label", lambda name: re.fullmatch(r"\d+\.\d+\.\d+", name))
    desk.pictures.window(window, "about")
    same(applet.again("--quit"), 0, "exit status of --quit")
    same(applet.wait_end(), 0, "exit status with the box open")


def each_database_has_a_submenu(desk):
    west, _ = desk.two_sites()
    west.neighbour("North")
    applet = desk.start_applet(west)
    applet.open_menu()
    applet.screen.click("menu", "North")
    applet.screen.find("menu item", "Not synced yet")
    desk.pictures.corner("tray-menu-databases")
    applet.screen.click("menu item", "Sync Now")
    wait_until(lambda: west.published() == 24, "North's patients in the folder")
    same(applet.status_line(), "West: Not synced yet", "West, which was not chosen")
    quit_from_menu(applet)


def the_window_has_the_same_menu(desk):
    west, _ = desk.two_sites()
    west.neighbour("North")
    applet = desk.start_applet(west)
    applet.icon()
    same(applet.again(), 0, "exit status of a second start")
    window = applet.window("Cloud Folder Sync")
    desk.pictures.window(window, "status-databases")
    applet.screen.focus("push button", "North")
    applet.press("space")
    applet.screen.find("menu item", "Not synced yet")
    applet.screen.click("menu item", "Sync Now")
    wait_until(lambda: west.published() == 24, "North's patients in the folder")
    applet.screen.click("push button", "Quit")
    same(applet.wait_end(), 0, "exit status after Quit")


STORIES = [
    about_tells_the_version,
    each_database_has_a_submenu,
    the_window_has_the_same_menu,
]
