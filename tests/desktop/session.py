"""A private desktop without a screen: X server, D-Bus session, window manager, tray and
notification service. Everything it starts is ended by its process."""

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

from waiting import wait_until

TOOLS = {
    "Xvfb": "xvfb", "openbox": "openbox", "trayer": "trayer", "xfce4-panel": "xfce4-panel",
    "dunst": "dunst", "dunstctl": "dunst", "xdotool": "xdotool", "xwininfo": "x11-utils",
    "xprop": "x11-utils",
    "import": "imagemagick", "display": "imagemagick", "dbus-daemon": "dbus-daemon",
    "gdbus": "libglib2.0-bin", "gnome-keyring-daemon": "gnome-keyring",
    "sway": "sway", "swaymsg": "sway", "waybar": "waybar", "grim": "grim",
    "setpriv": "util-linux",
}
A11Y_LAUNCHER = Path("/usr/libexec/at-spi-bus-launcher")
PICTURE_OF_SCREEN = "2400x1600x24"

BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <servicedir>{services}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
    <allow user="*"/>
  </policy>
</busconfig>
"""

A11Y_SERVICE = f"[D-BUS Service]\nName=org.a11y.Bus\nExec={A11Y_LAUNCHER}\n"

EXTENSION = "ubuntu-appindicators@ubuntu.com"  # of GNOME, for icons
# Not among what all tests need, for they are many: setup-debian.sh --panels.
GNOME = {
    "gnome-shell": "/usr/bin/gnome-shell",
    "gnome-shell-extension-appindicator": f"/usr/share/gnome-shell/extensions/{EXTENSION}",
}


class Skipped(Exception):
    """A story can't be told here; the text says why."""


def need_gnome():
    missing = [package for package, path in GNOME.items() if not Path(path).exists()]
    if missing:
        raise Skipped("it needs the packages: " + " ".join(missing))


# Who runs what refuses to run as root, if the tests run as root.
NOBODY = 65534


@contextmanager
def environment(**changes):
    """With these variables changed; None: not set at all."""
    before = {name: os.environ.get(name) for name in changes}
    _set(changes)
    try:
        yield
    finally:
        _set(before)


def _set(variables):
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def missing_packages():
    packages = {package for tool, package in TOOLS.items() if not shutil.which(tool)}
    if not A11Y_LAUNCHER.exists():
        packages.add("at-spi2-core")
    try:
        import dbus  # noqa: F401
    except ImportError:
        packages.add("python3-dbus")
    try:
        import dbusmock  # noqa: F401
    except ImportError:
        packages.add("python3-dbusmock")
    try:
        import gi
        gi.require_version("Atspi", "2.0")
    except (ImportError, ValueError):
        packages.update({"python3-gi", "gir1.2-atspi-2.0"})
    return sorted(packages)


class Session:
    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="cfs-desktop-"))
        self.processes = []
        self.tray = self.notifications = None

    def __enter__(self):
        self._set_environment()
        _, os.environ["DISPLAY"] = self.start_display("-screen", "0", PICTURE_OF_SCREEN, "-noreset")
        _, os.environ["DBUS_SESSION_BUS_ADDRESS"] = self.start_bus(
            "session-bus", {"org.a11y.Bus": A11Y_SERVICE})
        self._output(["display", "-size", "1100x720", "-window", "root", "xc:#5b7b8f"])
        self.start("openbox", ["openbox", "--sm-disable"])
        manager = ["xprop", "-root", "_NET_SUPPORTING_WM_CHECK"]
        wait_until(lambda: b"window id" in self._output(manager), "the window manager answers")
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            self.end(process)
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, name, command):
        log = open(self.folder / f"{name}.log", "ab")
        process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        log.close()
        self.processes.append(process)
        return process

    def start_unprivileged(self, name, command):
        if os.getuid() != 0:
            return self.start(name, command)
        return self.start(name, ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}",
                                 "--clear-groups", *command])

    def unprivileged_folder(self, name, files=None):
        """A folder with these files (of path and content) that belongs to whom
        start_unprivileged() starts programs as."""
        self.folder.chmod(0o711)
        folder = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self.folder))
        for path, content in (files or {}).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(content)
        if os.getuid() == 0:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, NOBODY, NOBODY)
        return folder

    def end(self, process):
        if process in self.processes:
            self.processes.remove(process)
        if process.poll() is None:
            process.terminate()
        try:
            return process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()

    def log(self, name):
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def start_tray(self):
        self.tray = self.start("trayer", [
            "trayer", "--edge", "top", "--align", "right", "--widthtype", "request",
            "--height", "30", "--iconspacing", "6", "--transparent", "false"])
        wait_until(lambda: b"trayer" in self._output(["xwininfo", "-root", "-tree"]),
                   "the tray shows")

    @contextmanager
    def without_tray(self):
        self.end(self.tray)
        try:
            yield
        finally:
            self.start_tray()

    def start_notifications(self, command):
        self.notifications = self.start("notifications", command)
        wait_until(lambda: self.owned("org.freedesktop.Notifications"),
                   "the notification service answers")

    def end_notifications(self):
        self.end(self.notifications)
        wait_until(lambda: not self.owned("org.freedesktop.Notifications"),
                   "the notification service is gone")

    def owned(self, name):
        return b"true" in self._output([
            "gdbus", "call", "--session", "-d", "org.freedesktop.DBus", "-o",
            "/org/freedesktop/DBus", "-m", "org.freedesktop.DBus.NameHasOwner", name])

    @staticmethod
    def _output(command):
        return subprocess.run(command, capture_output=True, check=False).stdout

    def _set_environment(self):
        for name in ("runtime", "home", "config", "cache", "data"):
            (self.folder / name).mkdir(mode=0o700)
        os.environ.update(
            HOME=str(self.folder / "home"), XDG_RUNTIME_DIR=str(self.folder / "runtime"),
            XDG_CONFIG_HOME=str(self.folder / "config"), XDG_CACHE_HOME=str(self.folder / "cache"),
            XDG_DATA_HOME=str(self.folder / "data"), GDK_BACKEND="x11", XDG_SESSION_TYPE="x11",
            LIBGL_ALWAYS_SOFTWARE="1", GSETTINGS_BACKEND="memory", GTK_THEME="Adwaita",
            LC_ALL="C.UTF-8")
        for name in ("WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "AT_SPI_BUS_ADDRESS"):
            os.environ.pop(name, None)

    def start_display(self, *options):
        """Another X server, and the number of its display, which it picks itself."""
        reader, writer = os.pipe()
        with open(self.folder / "xvfb.log", "ab") as log:
            server = subprocess.Popen(["Xvfb", "-displayfd", str(writer), "-nolisten", "tcp",
                                       *options], pass_fds=[writer], stdout=log, stderr=log)
        self.processes.append(server)
        os.close(writer)
        with os.fdopen(reader) as numbers:
            return server, ":" + numbers.readline().strip()

    def start_bus(self, name, services=None):
        """A message bus, and its address. Nothing but `services` (of name and content) can be
        activated: no notification service of the machine steps in."""
        folder = self.folder / f"{name}-services"
        folder.mkdir(exist_ok=True)
        for service, content in (services or {}).items():
            (folder / f"{service}.service").write_text(content)
        config = self.folder / f"{name}.conf"
        config.write_text(BUS_CONFIG.format(services=folder))
        with open(self.folder / f"{name}.log", "ab") as log:
            bus = subprocess.Popen(["dbus-daemon", f"--config-file={config}", "--nofork",
                                    "--print-address=1"], stdout=subprocess.PIPE, stderr=log,
                                   text=True)
        self.processes.append(bus)
        return bus, bus.stdout.readline().strip()
