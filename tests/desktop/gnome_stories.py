"""The icon on GNOME's panel, and the windows there, under Wayland. Every story starts an applet of
its own. GNOME Shell is driven from within, as its unsafe mode allows."""

import json
from contextlib import contextmanager

import dbus

from desk import LOGS, SITES, STATUS, same
from icon_search import wait_for_icon
from icon_stories import show_every_state
from panel import WATCHER
from session import EXTENSION, environment, need_gnome
from waiting import NeverHappened, wait_until

SIZE = 1280, 800
PANEL_HEIGHT, TRAY_WIDTH, ICON_SIZE = 32, 200, 16
START_SECONDS = 120
CLICK_SECONDS = 5  # until a click that had no effect is done again
LEFT, RIGHT = 1, 3
SETTINGS = f"""[org/gnome/shell]
enabled-extensions=['{EXTENSION}']
welcome-dialog-last-shown-version='999'
"""
# The middle of the entry below `path`, once it shows.
PLACE_OF_ENTRY = """(path => {
    const icon = Object.keys(Main.panel.statusArea).find(name => name.startsWith('appindicator'));
    let menu = Main.panel.statusArea[icon]?.menu, entry = null;
    for (const label of path) {
        entry = menu?._getMenuItems().find(item => item.label?.text === label);
        menu = entry?.menu;
    }
    const [left, top] = entry?.get_transformed_position() ?? [];
    const [width, height] = entry?.get_transformed_size() ?? [];
    return entry?.mapped && width > 0 &&
        [Math.round(left + width / 2), Math.round(top + height / 2)];
})(%s)"""


def happens_soon(happened):
    try:
        return wait_until(happened, "the effect of a click", CLICK_SECONDS)
    except NeverHappened:
        return None


class Gnome:
    def __init__(self, folder):
        self.folder = folder
        self.shell = dbus.SessionBus().get_object("org.gnome.Shell", "/org/gnome/Shell",
                                                  introspect=False)

    def evaluate(self, script):
        fine, result = self.shell.Eval(script, dbus_interface="org.gnome.Shell")
        if not fine:
            raise AssertionError(f"GNOME Shell: {result}")
        return json.loads(result) if result else None

    def prepare(self):
        wait_until(self._started, "GNOME Shell has started", START_SECONDS)
        self.evaluate("imports.gi.St.Settings.get().inhibit_animations()")
        self.evaluate("Main.overview.hide()")
        wait_until(lambda: self.evaluate("Main.overview.visible") is False, "windows show")
        self.evaluate("global.mouse = imports.gi.Clutter.get_default_backend().get_default_seat()"
                      ".create_virtual_device(imports.gi.Clutter.InputDeviceType.POINTER_DEVICE);"
                      "null")

    def _started(self):
        try:
            return self.evaluate("Main.layoutManager._startingUp") is False
        except dbus.DBusException:
            return False  # it has its name before it answers

    def move(self, x, y):
        self.evaluate("global.mouse.notify_absolute_motion("
                      f"imports.gi.GLib.get_monotonic_time(), {x}, {y})")

    def click(self, place, button, count=1):
        self.move(*place)
        self.evaluate(f"for (const state of Array({count}).fill([1, 0]).flat()) "
                      "global.mouse.notify_button(imports.gi.GLib.get_monotonic_time(), "
                      f"{button}, state)")

    def icon(self):
        """Where the panel shows the icon, as it is now."""
        picture = self.folder / "panel.png"
        screenshots = dbus.SessionBus().get_object(
            "org.gnome.Shell.Screenshot", "/org/gnome/Shell/Screenshot", introspect=False)
        left = SIZE[0] - TRAY_WIDTH
        self.move(*(number // 2 for number in SIZE))  # not in the way

        def take_picture():
            screenshots.ScreenshotArea(left, 0, TRAY_WIDTH, PANEL_HEIGHT, False, str(picture),
                                       dbus_interface="org.gnome.Shell.Screenshot",
                                       signature="iiiibs")
            return picture
        return wait_for_icon(ICON_SIZE, (left, 0), take_picture)

    def choose(self, *path):
        """From the icon's menu; above the last entry are submenus."""
        self._click_until(self.icon, RIGHT, lambda: self._entry(path[:1]), "the icon's menu")
        for end in range(1, len(path)):
            self._click_until(lambda: self._entry(path[:end]), LEFT,
                              lambda: self._entry(path[:end + 1]), f"the entry {path[end]!r}")
        self._click_until(lambda: self._entry(path), LEFT, lambda: not self._entry(path[:1]),
                          "the menu closes")

    def _entry(self, path):
        """The middle of an entry that shows."""
        return self.evaluate(PLACE_OF_ENTRY % json.dumps(path))

    def _click_until(self, place, button, happened, what):
        """Under load a menu may move or not be ready, so a click without effect is done again."""
        def clicked():
            middle = place()
            if middle:
                self.click(middle, button)
            return happens_soon(happened)
        wait_until(clicked, what)

    def front(self):
        return self.evaluate("global.display.focus_window?.title ?? null")

    def wait_front(self, title):
        wait_until(lambda: self.front() == title, f"the window {title!r} in front")

    def set_extension(self, on):
        self.evaluate(f"Main.extensionManager.{'enable' if on else 'disable'}Extension"
                      f"('{EXTENSION}')")


@contextmanager
def gnome(session):
    need_gnome()
    folder = session.unprivileged_folder("gnome", {"glib-2.0/settings/keyfile": SETTINGS})
    system, address = session.start_bus("gnome-system-bus")
    place = {f"XDG_{name}": str(folder)
             for name in ("RUNTIME_DIR", "CONFIG_HOME", "CACHE_HOME", "DATA_HOME")}
    with environment(**place, HOME=str(folder), DBUS_SYSTEM_BUS_ADDRESS=address, DISPLAY=None,
                     GSETTINGS_BACKEND="keyfile", XDG_SESSION_TYPE="wayland", GTK_THEME=None):
        shell = session.start_unprivileged("gnome-shell", [
            "gnome-shell", "--headless", "--wayland", "--no-x11", "--unsafe-mode",
            "--virtual-monitor", f"{SIZE[0]}x{SIZE[1]}"])
    try:
        wait_until(lambda: session.owned("org.gnome.Shell"), "GNOME Shell answers", START_SECONDS)
        display = wait_until(lambda: next(folder.glob("wayland-?"), None), "its display")
        desktop = Gnome(folder)
        desktop.prepare()
        wait_until(lambda: session.owned(WATCHER), "the panel is there")
        with environment(WAYLAND_DISPLAY=str(display), DISPLAY=None, GDK_BACKEND="wayland",
                         XDG_SESSION_TYPE="wayland"):
            yield desktop
    finally:
        session.end(shell)
        session.end(system)


def gnome_shows_the_icon_in_every_state(desk):
    with gnome(desk.session) as desktop:
        show_every_state(desk, desktop)


def gnome_shows_the_menu(desk):
    with gnome(desk.session) as desktop:
        west, _ = desk.two_sites()
        west.neighbour("North")
        applet = desk.start_applet(west)
        desktop.choose("North", "Sync Now")
        wait_until(lambda: west.published() == 24, "North's patients in the folder")
        for entry, title in (("Latest Logs...", LOGS), ("Sites...", SITES),
                             ("Latest Logs...", LOGS)):
            desktop.choose(entry)
            desktop.wait_front(title)
        desktop.click(desktop.icon(), LEFT, count=2)
        desktop.wait_front(STATUS)
        desktop.choose("Quit")
        same(applet.wait_end(), 0, "exit status after Quit")


def in_gnome_without_its_extension_a_window_comes(desk):
    with gnome(desk.session) as desktop:
        desktop.set_extension(False)
        wait_until(lambda: not desk.session.owned(WATCHER), "there are no icons")
        west, _ = desk.two_sites()
        applet = desk.start_applet(west)
        desktop.wait_front(STATUS)
        desktop.evaluate("global.display.focus_window.delete(global.get_current_time())")
        wait_until(lambda: desktop.front() is None, "the window is closed")
        same(applet.again(), 0, "exit status of a second start")
        desktop.wait_front(STATUS)
        desktop.set_extension(True)
        desktop.choose("Quit")
        same(applet.wait_end(), 0, "exit status after Quit")


STORIES = [
    gnome_shows_the_icon_in_every_state,
    gnome_shows_the_menu,
    in_gnome_without_its_extension_a_window_comes,
]
