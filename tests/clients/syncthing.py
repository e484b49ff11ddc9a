"""Syncthing daemons on loopback that know of each other only: no discovery, relays or reports."""

import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as ElementTree

from story import Cloud, run_together

FOLDER = "clinic"
KEY = "key-of-the-test"
PATIENCE_S = 180
# A daemon waits for minutes after a failed pull or a few broken connections, but not once it is
# started again.
IMPATIENCE_S = 4
# Everything that speaks with others than the test's own daemons is off.
OPTIONS = {
    "globalAnnounceEnabled": "false", "localAnnounceEnabled": "false", "relaysEnabled": "false",
    "natEnabled": "false", "urAccepted": "-1", "crashReportingEnabled": "false",
    "autoUpgradeIntervalH": "0", "startBrowser": "false", "announceLANAddresses": "false",
    "stunServer": "", "stunKeepaliveStartS": "0", "setLowPriority": "false",
    "reconnectionIntervalS": "1",
}
# Below the ports that the system gives to outgoing connections: a daemon that is down for a while
# finds its port free again.
PORTS = range(20000, 32000)


def free_port():
    while True:
        port = random.choice(PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def sub(parent, tag, text=None, **attributes):
    element = ElementTree.SubElement(parent, tag, attributes)
    element.text = text
    return element


def wait_for(condition, seconds):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.03)
    return True


class Daemon:
    """One site's Syncthing."""

    def __init__(self, home, folder):
        self.home = home
        # What Syncthing's own pages set for a new folder.
        self.max_conflicts = 10
        self.folder = folder
        self.listen = f"tcp://127.0.0.1:{free_port()}"
        self.gui = f"127.0.0.1:{free_port()}"
        self.process = None
        self.environment = dict(os.environ, HOME=str(home), STNOUPGRADE="1", STHASHING="standard",
                                GOMAXPROCS="2",
                                # Without the process that starts it again.
                                STMONITORED="yes")
        subprocess.run(["syncthing", "generate", "--home", home, "--no-default-folder",
                        "--skip-port-probing"], env=self.environment, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)
        self.device = ElementTree.parse(home / "config.xml").find("device").get("id")
        (folder / ".stfolder").mkdir()

    def configure(self, daemons):
        root = ElementTree.Element("configuration", version="36")
        folder = sub(root, "folder", id=FOLDER, path=str(self.folder), type="sendreceive",
                     rescanIntervalS="3600", fsWatcherEnabled="true", fsWatcherDelayS="1")
        sub(folder, "maxConflicts", str(self.max_conflicts))
        for daemon in daemons:
            sub(folder, "device", id=daemon.device)
            device = sub(root, "device", id=daemon.device)
            sub(device, "address", daemon.listen)
        gui = sub(root, "gui", enabled="true", tls="false")
        sub(gui, "address", self.gui)
        sub(gui, "apikey", KEY)
        options = sub(root, "options")
        sub(options, "listenAddress", self.listen)
        for option, value in OPTIONS.items():
            sub(options, option, value)
        ElementTree.ElementTree(root).write(self.home / "config.xml")

    @property
    def is_running(self):
        return self.process is not None

    def start(self):
        with open(self.home / "log", "ab") as log:
            self.process = run_together(
                "syncthing", "serve", "--home", self.home, "--no-browser", "--no-restart",
                stdout=log, stderr=log, env=self.environment)

    def kill(self):
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def rest(self, method, path, **query):
        request = urllib.request.Request(
            f"http://{self.gui}/rest/{path}?{urllib.parse.urlencode(query)}", method=method,
            headers={"X-API-Key": KEY})
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def wait_until_up(self):
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                return self.rest("GET", "system/ping")
            except (urllib.error.URLError, ConnectionError):
                if self.process.poll() is not None or time.monotonic() > deadline:
                    log = (self.home / "log").read_text(encoding="utf-8", errors="replace")
                    raise AssertionError("Syncthing does not answer: " + log[-2000:]) from None
                time.sleep(0.02)


class Syncthing(Cloud):
    """A daemon for each folder."""

    copy_sign = b".sync-conflict-"

    def __init__(self, place, count, without_copies=()):
        super().__init__(place, count)
        self.daemons = [Daemon(place / f"syncthing{number}", folder)
                        for number, folder in enumerate(self.folders)]
        for number in without_copies:
            self.daemons[number].max_conflicts = 0
        for daemon in self.daemons:
            daemon.configure(self.daemons)

    def start(self):
        """One after the other: two that dial each other at once close both connections."""
        for daemon in self.daemons:
            if not daemon.is_running:
                daemon.start()
                daemon.wait_until_up()
                # A daemon keeps 5 s long in memory only that it goes on: killed in that time it
                # comes back without a line.
                daemon.rest("POST", "system/resume")

    def kill(self):
        for daemon in self.daemons:
            daemon.kill()

    def rescan(self, daemon):
        daemon.rest("POST", "db/scan", folder=FOLDER)

    def has_all_of(self, daemon, other):
        """Does `other` hold all that `daemon` knows of, as far as `daemon` knows?"""
        if not daemon.rest("GET", "system/connections")["connections"][other.device]["connected"]:
            return False
        done = daemon.rest("GET", "db/completion", folder=FOLDER, device=other.device)
        return done["completion"] == 100 and done["needDeletes"] == 0 and done["needItems"] == 0

    def is_complete(self):
        return all(self.has_all_of(daemon, other) for daemon in self.daemons
                   for other in self.daemons if other is not daemon)

    def deliver(self):
        """Until every daemon knows that every other holds the same, and the disks agree."""
        deadline = time.monotonic() + PATIENCE_S
        impatience_s = IMPATIENCE_S
        while True:
            self.start()
            for daemon in self.daemons:
                self.rescan(daemon)
            if wait_for(self.is_complete, impatience_s):
                if self.equal():
                    return
            else:
                self.kill()
                impatience_s *= 2
            if time.monotonic() > deadline:
                raise AssertionError(f"Syncthing does not deliver: {self.differences()}, "
                                     f"{self.states()}")

    def states(self):
        """What each daemon says of the folder and its lines, for the message of a failure."""
        self.start()
        return [(daemon.rest("GET", "db/status", folder=FOLDER),
                 daemon.rest("GET", "folder/errors", folder=FOLDER),
                 daemon.rest("GET", "system/connections")) for daemon in self.daemons]

    def differences(self):
        files = [self.files(number) for number in range(len(self.folders))]
        return sorted({path for one in files for path in one
                       if any(other.get(path) != one[path] for other in files)})
