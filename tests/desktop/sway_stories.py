"""The icon on waybar and the windows under sway, which knows Wayland only. Every story starts an
applet of its own."""

import json
from contextlib import contextmanager

from a11y import Application
from applet import x
from desk import LOGS, PREFERENCES, SITES, STATUS, same, status_becomes
from icon_search import wait_for_icon
from icon_stories import show_every_state
from panel import WATCHER, Panel
from session import environment
from waiting import wait_until
from wayland_pointer import WaylandPointer

SIZE = 1280, 800
CONFIG = f"output * resolution {SIZE[0]}x{SIZE[1]}\nxwayland disable\n"
BAR_HEIGHT, ICON_SIZE = 40, 24
TRAY_WIDTH = 100
BAR = {"position": "top", "height": BAR_HEIGHT, "modules-right": ["tray"],
       "tray": {"icon-size": ICON_SIZE}}
STYLE = "window#waybar { background: #303030; }"


class Sway:
    """The compositor with its panel, and the mouse."""

    def __init__(self, session, display):
        self.session = session
        self.pointer = WaylandPointer(display, SIZE)
        self.panel = None

    def start_panel(self):
        settings, style = self.session.folder / "waybar.json", self.session.folder / "waybar.css"
        settings.write_text(json.dumps(BAR))
        style.write_text(STYLE)
        self.panel = self.session.start("waybar", ["waybar", "-c", str(settings), "-s", str(style)])
        wait_until(lambda: self.session.owned(WATCHER), "the panel is there")

    def end_panel(self):
        self.session.end(self.panel)
        wait_until(lambda: not self.session.owned(WATCHER), "the panel is gone")

    def icon(self):
        """Where the panel shows the icon, as it is now."""
        self.pointer.move(*(number // 2 for number in SIZE))  # not in the way
        picture = self.session.folder / "bar.png"
        left = SIZE[0] - TRAY_WIDTH

        def take_picture():
            x("grim", "-g", f"{left},0 {TRAY_WIDTH}x{BAR_HEIGHT}", str(picture))
            return picture
        return wait_for_icon(ICON_SIZE, (left, 0), take_picture)

    def choose(self, *entries):
        """From the panel's menu, by a real click on the icon; above the last are submenus."""
        self.pointer.click(*self.icon(), 3)
        menu = Application(self.panel.pid)
        for entry in entries[:-1]:
            menu.click("menu", entry)
        menu.click("menu item", entries[-1])
        menu.wait_gone("menu item", "Quit")

    @staticmethod
    def windows():
        """The titles of all windows, and of that which has the keyboard."""
        found = [node for node in _nodes(json.loads(x("swaymsg", "-t", "get_tree", "-r")))
                 if node.get("app_id") == "cloud-folder-sync"]
        return ([node["name"] for node in found],
                next((node["name"] for node in found if node["focused"]), None))

    def wait_front(self, title):
        wait_until(lambda: self.windows()[1] == title, f"the window {title!r} in front")


def _nodes(node):
    yield node
    for child in node["nodes"] + node["floating_nodes"]:
        yield from _nodes(child)


@contextmanager
def sway(session):
    folder = session.unprivileged_folder("sway", {"config": CONFIG})
    with environment(XDG_RUNTIME_DIR=str(folder), WLR_BACKENDS="headless", WLR_RENDERER="pixman",
                     WLR_LIBINPUT_NO_DEVICES="1", DISPLAY=None):
        compositor = session.start_unprivileged("sway", [
            "sway", "-c", str(folder / "config")])
    try:
        control = wait_until(lambda: next(folder.glob("sway-ipc*.sock"), None), "sway answers")
        display = wait_until(lambda: next(folder.glob("wayland-?"), None), "sway's display")
        with environment(WAYLAND_DISPLAY=str(display), SWAYSOCK=str(control), DISPLAY=None,
                         GDK_BACKEND="wayland", XDG_SESSION_TYPE="wayland"):
            desktop = Sway(session, str(display))
            yield desktop
            desktop.pointer.close()
            if desktop.panel:
                session.end(desktop.panel)
    finally:
        session.end(compositor)


def waybar_shows_the_icon_in_every_state(desk):
    with sway(desk.session) as desktop:
        desktop.start_panel()
        show_every_state(desk, desktop)


def waybar_shows_the_menu(desk):
    with sway(desk.session) as desktop:
        desktop.start_panel()
        west, _ = desk.two_sites()
        west.neighbour("North")
        applet = desk.start_applet(west)
        desktop.choose("North", "Sync Now")
        wait_until(lambda: west.published() == 24, "North's patients in the folder")
        status_becomes(Panel(), "West: Not synced yet")
        desktop.pointer.click(*desktop.icon(), 1)
        desktop.wait_front(STATUS)
        desktop.choose("Quit")
        same(applet.wait_end(), 0, "exit status after Quit")


def a_window_that_is_open_comes_to_the_front_under_wayland(desk):
    with sway(desk.session) as desktop:
        desktop.start_panel()
        west, _ = desk.two_sites()
        applet = desk.start_applet(west)
        for entry, title in (("Latest Logs...", LOGS), ("Sites...", SITES),
                             ("Preferences...", PREFERENCES), ("Latest Logs...", LOGS)):
            desktop.choose(entry)
            desktop.wait_front(title)
        same(sorted(desktop.windows()[0]), sorted([LOGS, SITES, PREFERENCES]), "the windows")
        same(applet.again(), 0, "exit status of a second start")
        desktop.wait_front(STATUS)
        desktop.choose("Quit")
        same(applet.wait_end(), 0, "exit status after Quit")


def under_wayland_a_window_comes_where_no_panel_is(desk):
    with sway(desk.session) as desktop:
        west, _ = desk.two_sites()
        applet = desk.start_applet(west)
        desktop.wait_front(STATUS)
        desktop.start_panel()
        desktop.icon()
        desktop.end_panel()
        desktop.start_panel()
        desktop.choose("Quit")
        same(applet.wait_end(), 0, "exit status after Quit")


STORIES = [
    waybar_shows_the_icon_in_every_state,
    waybar_shows_the_menu,
    a_window_that_is_open_comes_to_the_front_under_wayland,
    under_wayland_a_window_comes_where_no_panel_is,
]
