"""A system bus of the test's own, with doubles of what tells of sleep, battery and network."""

import os
import subprocess
import sys
from contextlib import contextmanager

from waiting import wait_until

LOGIN = ("org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager")
POWER = ("org.freedesktop.UPower", "/org/freedesktop/UPower", "org.freedesktop.UPower")
NETWORK = ("org.freedesktop.NetworkManager", "/org/freedesktop/NetworkManager",
           "org.freedesktop.NetworkManager")


def call(service, method, *arguments):
    name, path, _ = service
    done = subprocess.run(["gdbus", "call", "--system", "-d", name, "-o", path, "-m", method,
                           *arguments], capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else ""


class Services:
    def set_battery(self, on):
        self._set(POWER, "OnBattery", f"<{'true' if on else 'false'}>")

    def set_metered(self, on):
        self._set(NETWORK, "Metered", f"<uint32 {1 if on else 2}>")

    def prepare_for(self, what, begins):
        """`what` is Sleep or Shutdown."""
        call(LOGIN, "org.freedesktop.DBus.Mock.EmitSignal", LOGIN[2], f"PrepareFor{what}", "b",
             f"[<{'true' if begins else 'false'}>]")

    def delayed(self, what):
        """Does the computer wait for the applet? `what` is sleep or shutdown."""
        return any("Cloud Folder Sync" in inhibitor and what in inhibitor
                   for inhibitor in call(LOGIN, f"{LOGIN[2]}.ListInhibitors").split("), ("))

    @staticmethod
    def _set(service, name, value):
        call(service, "org.freedesktop.DBus.Mock.UpdateProperties", service[2],
             f"{{'{name}': {value}}}")


@contextmanager
def system_services(session):
    bus, os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = session.start_bus("system-bus")
    started = [bus]
    for template, service in (("logind", LOGIN), ("upower", POWER), ("networkmanager", NETWORK)):
        started.append(session.start(template, [
            sys.executable, "-m", "dbusmock", "--system", "--template", template]))
        wait_until(lambda asked=service: call(asked, "org.freedesktop.DBus.Peer.Ping"),
                   f"the double of {template} answers")
    try:
        yield Services()
    finally:
        for process in reversed(started):
            session.end(process)
        del os.environ["DBUS_SYSTEM_BUS_ADDRESS"]
