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

BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
  </policy>
</busconfig>
"""


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

    def prepare_for_sleep(self, begins):
        call(LOGIN, "org.freedesktop.DBus.Mock.EmitSignal", LOGIN[2], "PrepareForSleep", "b",
             f"[<{'true' if begins else 'false'}>]")

    def sleep_is_delayed(self):
        return "Cloud Folder Sync" in call(LOGIN, f"{LOGIN[2]}.ListInhibitors")

    @staticmethod
    def _set(service, name, value):
        call(service, "org.freedesktop.DBus.Mock.UpdateProperties", service[2],
             f"{{'{name}': {value}}}")


@contextmanager
def system_services(session):
    config = session.folder / "system-bus.conf"
    config.write_text(BUS_CONFIG)
    with open(session.folder / "system-bus.log", "wb") as log:
        bus = subprocess.Popen(["dbus-daemon", f"--config-file={config}", "--nofork",
                                "--print-address=1"], stdout=subprocess.PIPE, stderr=log,
                               text=True)
    session.processes.append(bus)
    os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = bus.stdout.readline().strip()
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
