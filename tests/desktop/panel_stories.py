"""The icon on a panel that speaks StatusNotifierItem. Every story starts an applet of its own."""

from applet import visible_windows
from desk import LOGS, STATUS, same, status_becomes
from panel import Panel, start_panel
from waiting import wait_until

SIZES = {16, 22, 24, 32, 48}


def with_a_panel(story):
    def told(desk):
        process = start_panel(desk.session)
        try:
            story(desk, process)
        finally:
            desk.session.end(process)
    told.__name__ = story.__name__
    return told


def end_by_panel(applet):
    Panel().click("Quit")
    same(applet.wait_end(), 0, "exit status after Quit")


@with_a_panel
def a_panel_shows_the_icon_and_its_menu(desk, _):
    west, _ = desk.two_sites()
    west.neighbour("North")
    applet = desk.start_applet(west)
    panel = Panel()
    same(str(panel.property("Id")), "cloud-folder-sync", "the item's name")
    same(str(panel.property("Status")), "Active", "the item's state")
    same(set(panel.pixmaps()), SIZES, "the sizes of the icon")
    same(applet.icon_now(), None, "a second icon in the other tray")
    status_becomes(panel, "West: Not synced yet")
    same(panel.tooltip(), "West: Not synced yet\nNext sync: by hand", "the tooltip")
    panel.click("North/Sync Now")
    wait_until(lambda: west.published() == 24, "North's patients in the folder")
    wait_until(lambda: panel.menu().get("North/Sync Now", (0, {}))[1].get("enabled"),
               "another sync is offered")
    panel.click("Latest Logs...")
    applet.window(LOGS)
    panel.activate()
    applet.window(STATUS)
    end_by_panel(applet)


@with_a_panel
def the_icon_survives_the_panel(desk, process):
    """Where a panel starts anew the icon is back; where it stays away there is the other tray."""
    west, _ = desk.two_sites()
    applet = desk.start_applet(west)
    panel = Panel()
    panel.item()
    desk.session.end(process)
    applet.icon()
    again = start_panel(desk.session)
    try:
        same(panel.status_line(), "Not synced yet", "the menu after the panel's new start")
        wait_until(lambda: applet.icon_now() is None, "the other tray's icon is gone")
        panel.click("Sync Now")
        wait_until(lambda: west.published() == 24, "24 patient files in the folder")
        end_by_panel(applet)
    finally:
        desk.session.end(again)


@with_a_panel
def without_its_panel_a_window_comes(desk, process):
    with desk.session.without_tray():
        west, _ = desk.two_sites()
        applet = desk.start_applet(west)
        Panel().item()
        same(visible_windows(STATUS), [], "windows while there is a panel")
        desk.session.end(process)
        applet.window(STATUS)
        applet.screen.click("push button", "Quit")
        same(applet.wait_end(), 0, "exit status after Quit")


STORIES = [
    a_panel_shows_the_icon_and_its_menu,
    the_icon_survives_the_panel,
    without_its_panel_a_window_comes,
]
