#!/usr/bin/python3
"""Stands for the desktop's notification service: writes one line of JSON for every Notify into the
file that is its argument. Click plays the user."""

import json
import sys

import dbus
import dbus.service
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib

NAME = "org.freedesktop.Notifications"


class NotificationDouble(dbus.service.Object):
    def __init__(self, bus, path):
        super().__init__(bus, "/org/freedesktop/Notifications")
        self.path = path
        self.last_id = 0

    @dbus.service.method(NAME, in_signature="susssasa{sv}i", out_signature="u")
    def Notify(self, app, replaces, icon, summary, body, actions, hints, timeout):
        if not replaces:
            self.last_id += 1
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps({"id": int(replaces or self.last_id), "app": str(app),
                                   "summary": str(summary), "body": str(body),
                                   "actions": [str(action) for action in actions],
                                   "urgency": int(hints.get("urgency", 1)),
                                   "entry": str(hints.get("desktop-entry", ""))}) + "\n")
        return dbus.UInt32(replaces or self.last_id)

    @dbus.service.method(NAME, in_signature="u")
    def CloseNotification(self, number):
        self.NotificationClosed(number, 3)

    @dbus.service.method(NAME, out_signature="as")
    def GetCapabilities(self):
        return ["body", "actions", "body-markup"]

    @dbus.service.method(NAME, out_signature="ssss")
    def GetServerInformation(self):
        return ("notification-double", "tests", "1", "1.2")

    @dbus.service.method("tests.NotificationDouble", in_signature="us")
    def Click(self, number, action):
        self.ActionInvoked(number, action)
        self.NotificationClosed(number, 2)

    @dbus.service.signal(NAME, signature="us")
    def ActionInvoked(self, number, action):
        pass

    @dbus.service.signal(NAME, signature="uu")
    def NotificationClosed(self, number, reason):
        pass


DBusGMainLoop(set_as_default=True)
session_bus = dbus.SessionBus()
double = NotificationDouble(session_bus, sys.argv[1])
bus_name = dbus.service.BusName(NAME, session_bus)
GLib.MainLoop().run()
