"""What a panel does with a StatusNotifierItem: reads the icon, the tooltip and the menu over D-Bus,
and clicks."""

import sys
from pathlib import Path

import dbus

from waiting import wait_until

WATCHER = "org.kde.StatusNotifierWatcher"
ITEM = "org.kde.StatusNotifierItem"
MENU = "com.canonical.dbusmenu"
PROPERTIES = "org.freedesktop.DBus.Properties"


def start_panel(session):
    double = Path(__file__).with_name("panel_double.py")
    process = session.start("panel", [sys.executable, str(double)])
    wait_until(lambda: session.owned(WATCHER), "the panel is there")
    return process


class Panel:
    """The applet's item of the panel, once it has registered."""

    def __init__(self):
        self.bus = dbus.SessionBus()

    def items(self):
        watcher = self.bus.get_object(WATCHER, "/StatusNotifierWatcher", introspect=False)
        return [str(item) for item in watcher.Get(WATCHER, "RegisteredStatusNotifierItems",
                                                  dbus_interface=PROPERTIES)]

    def item(self):
        return wait_until(self._own_item, "the applet's item in the panel")

    def _own_item(self):
        for item in self.items():
            name, path = item.split("/", 1)
            # GNOME puts an @ between the two.
            found = self.bus.get_object(name.rstrip("@"), "/" + path, introspect=False)
            try:
                if found.Get(ITEM, "Id", dbus_interface=PROPERTIES) == "cloud-folder-sync":
                    return found
            except dbus.DBusException:
                pass  # it has just gone
        return None

    def property(self, name):
        return self.item().Get(ITEM, name, dbus_interface=PROPERTIES)

    def tooltip(self):
        return str(self.property("ToolTip")[3])

    def pixmaps(self, name="IconPixmap"):
        """By size: (width, bytes as ARGB)."""
        return {int(width): bytes(data) for width, _, data in self.property(name)}

    def menu(self):
        """Of every entry, by its labels joined by "/": its number and properties."""
        return dict(self._entries(self._layout(), ""))

    def status_line(self):
        return next(iter(self.menu()))

    def click(self, path):
        """`path` is a label, below a submenu "North/Sync Now"."""
        number, properties = wait_until(lambda: self.menu().get(path), f"the menu entry {path!r}")
        if not properties.get("enabled", True):
            raise AssertionError(f"the menu entry {path!r} is disabled")
        self._menu_object().Event(number, "clicked", dbus.Int32(0, variant_level=1),
                                  dbus.UInt32(0), dbus_interface=MENU)

    def activate(self):
        self.item().Activate(0, 0, dbus_interface=ITEM)

    def _menu_object(self):
        return self.bus.get_object(self.item().bus_name, self.property("Menu"), introspect=False)

    def _layout(self):
        menu = self._menu_object()
        menu.AboutToShow(0, dbus_interface=MENU)
        return menu.GetLayout(0, -1, dbus.Array([], signature="s"), dbus_interface=MENU)[1]

    def _entries(self, node, above):
        for child in node[2]:
            number, properties, _ = child
            label = str(properties.get("label", ""))
            if not label:
                continue  # a separator
            path = above + label.replace("__", "\0").replace("_", "").replace("\0", "_")
            yield path, (int(number), dict(properties))
            yield from self._entries(child, path + "/")
