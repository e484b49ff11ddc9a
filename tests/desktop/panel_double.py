#!/usr/bin/python3
"""Stands for a panel that shows StatusNotifierItems: the watcher, with a host registered. It knows
which items have registered, no more; panel.py looks at them and clicks."""

import dbus
import dbus.service
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib

NAME = "org.kde.StatusNotifierWatcher"
PROPERTIES = "org.freedesktop.DBus.Properties"


class PanelDouble(dbus.service.Object):
    def __init__(self, bus):
        super().__init__(bus, "/StatusNotifierWatcher")
        self.bus = bus
        self.items = []

    @dbus.service.method(NAME, in_signature="s", sender_keyword="sender")
    def RegisterStatusNotifierItem(self, service, sender=None):
        item = sender + service if service.startswith("/") else service + "/StatusNotifierItem"
        if item not in self.items:
            self.items.append(item)

        def owned(owner):
            if not owner and item in self.items:
                self.items.remove(item)
        self.bus.watch_name_owner(item.split("/")[0], owned)

    @dbus.service.method(NAME, in_signature="s")
    def RegisterStatusNotifierHost(self, _):
        self.StatusNotifierHostRegistered()

    @dbus.service.signal(NAME)
    def StatusNotifierHostRegistered(self):
        pass

    @dbus.service.method(PROPERTIES, in_signature="ss", out_signature="v")
    def Get(self, interface, name):
        return self.GetAll(interface)[name]

    @dbus.service.method(PROPERTIES, in_signature="s", out_signature="a{sv}")
    def GetAll(self, _):
        return {"RegisteredStatusNotifierItems": dbus.Array(self.items, signature="s"),
                "IsStatusNotifierHostRegistered": True, "ProtocolVersion": 0}


DBusGMainLoop(set_as_default=True)
session_bus = dbus.SessionBus()
double = PanelDouble(session_bus)
bus_name = dbus.service.BusName(NAME, session_bus)
GLib.MainLoop().run()
