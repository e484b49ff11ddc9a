#!/usr/bin/python3
"""Stands for the desktop's session manager: writes a line for all that the applet says as its client
into the file that is its argument. Query and End play the user who logs out, for the applet alone:
others, such as the launcher of the accessibility bus, are still needed."""

import sys

import dbus
import dbus.service
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib

NAME = "org.gnome.SessionManager"
CLIENT = "org.gnome.SessionManager.ClientPrivate"
CLIENT_PATH = "/org/gnome/SessionManager/Client"
APPLET = "cloud-folder-sync"


def note(line):
    with open(sys.argv[1], "a", encoding="utf-8") as file:
        file.write(line + "\n")


class Client(dbus.service.Object):
    @dbus.service.method(CLIENT, in_signature="bs")
    def EndSessionResponse(self, agrees, reason):
        note("agreed" if agrees else f"refused: {reason}")

    @dbus.service.signal(CLIENT, signature="u")
    def QueryEndSession(self, flags):
        pass

    @dbus.service.signal(CLIENT, signature="u")
    def EndSession(self, flags):
        pass


class SessionDouble(dbus.service.Object):
    def __init__(self, bus):
        super().__init__(bus, "/org/gnome/SessionManager")
        self.client = Client(bus, CLIENT_PATH)  # the applet

    @dbus.service.method(NAME, in_signature="ss", out_signature="o")
    def RegisterClient(self, program, startup):
        if program != APPLET:
            return dbus.ObjectPath(CLIENT_PATH + "Other")
        note("joined")
        return dbus.ObjectPath(CLIENT_PATH)

    @dbus.service.method("tests.SessionDouble")
    def Query(self):
        self.client.QueryEndSession(0)

    @dbus.service.method("tests.SessionDouble")
    def End(self):
        self.client.EndSession(0)


DBusGMainLoop(set_as_default=True)
session_bus = dbus.SessionBus()
double = SessionDouble(session_bus)
bus_name = dbus.service.BusName(NAME, session_bus)
GLib.MainLoop().run()
