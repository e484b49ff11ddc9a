"""The icon and its menu on each kind of desktop. Every story starts an applet of its own."""

import os
import re
from pathlib import Path
from urllib.parse import unquote, urlparse

from desk import ABOUT, STATUS, quit_by_command, quit_from_menu, same
from waiting import wait_until


def about_tells_the_version(desk):
    west, _ = desk.two_sites()
    applet = desk.start_applet(west)
    applet.choose(ABOUT)
    window = applet.window(ABOUT)
    applet.screen.find("label", lambda name: re.fullmatch(r"\d+\.\d+\.\d+", name))
    desk.pictures.window(window, "about")
    quit_by_command(applet)


BROWSER = """[Desktop Entry]
Type=Application
Name=Browser
Exec=sh -c 'echo "$1" >"{opened}"' browser %u
MimeType=text/html;
"""
DEFAULTS = "[Default Applications]\ntext/html=browser.desktop\n"


def the_guide_opens_in_the_browser(desk):
    opened = desk.session.folder / "opened"
    applications = Path(os.environ["XDG_DATA_HOME"]) / "applications"
    applications.mkdir(exist_ok=True)
    (applications / "browser.desktop").write_text(BROWSER.format(opened=opened))
    (Path(os.environ["XDG_CONFIG_HOME"]) / "mimeapps.list").write_text(DEFAULTS)
    west, _ = desk.two_sites()
    applet = desk.start_applet(west)
    applet.choose("User's Guide")
    url = wait_until(lambda: opened.exists() and opened.read_text().strip(), "a page is opened")
    page = Path(unquote(urlparse(url).path))
    text = page.read_text(encoding="utf-8")
    for link in re.findall(r'(?:href|src)="([^":]+)"', text):
        same((page.parent / link).exists(), True, f"{link} of the guide is there")
    quit_from_menu(applet)


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
    # North's sync goes on for a moment.
    wait_until(lambda: applet.status_line() == "West: Not synced yet", "West, which was not chosen")
    quit_from_menu(applet)


def the_window_has_the_same_menu(desk):
    west, _ = desk.two_sites()
    west.neighbour("North")
    applet = desk.start_applet(west)
    applet.icon()
    same(applet.again(), 0, "exit status of a second start")
    window = applet.window(STATUS)
    desk.pictures.window(window, "status-databases")
    applet.screen.focus("push button", "North")
    applet.press("space")
    applet.screen.find("menu item", "Not synced yet")
    applet.screen.click("menu item", "Sync Now")
    wait_until(lambda: west.published() == 24, "North's patients in the folder")
    applet.screen.click("push button", "Quit")
    same(applet.wait_end(), 0, "exit status after Quit")


def a_pause_outlasts_the_applet(desk):
    west, _ = desk.two_sites()
    west.run("options", "--auto", "1")
    applet = desk.start_applet(west)
    wait_until(lambda: west.published() == 24, "the first sync by itself")
    applet.open_menu()
    applet.screen.click("menu", "Pause")
    applet.screen.click("menu item", "Until resumed")
    same(applet.status_line(), "Paused until you resume", "the status line of a pause")
    quit_from_menu(applet)

    applet = desk.start_applet(west)
    same(applet.status_line(), "Paused until you resume", "the status line after a new start")
    desk.pictures.corner("tray-paused", height=40)
    west.set_phone(1, "555-0700")
    runs = west.runs()
    applet.choose("Sync Now")
    wait_until(lambda: west.runs() == runs + 1, "a sync by hand during the pause")
    applet.choose("Resume")
    wait_until(lambda: applet.status_line().startswith("Synced with the folder"), "no pause now")
    quit_from_menu(applet)


STORIES = [
    about_tells_the_version,
    the_guide_opens_in_the_browser,
    each_database_has_a_submenu,
    the_window_has_the_same_menu,
    a_pause_outlasts_the_applet,
]
