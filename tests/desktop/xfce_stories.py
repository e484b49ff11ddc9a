"""The icon on a panel that people use: Xfce's. Every story starts an applet of its own."""

import os
import re
from contextlib import contextmanager
from pathlib import Path

from applet import search, x
from desk import STATUS, same, status_becomes
from panel import WATCHER, Panel
from waiting import wait_until

XFCONFD = Path("/usr/lib/x86_64-linux-gnu/xfce4/xfconf/xfconfd")
PLUGIN = re.compile(r"\"wrapper-2\.0\".* (3\d)x(3\d)\+\d+\+\d+  \+(\d+)\+(\d+)")
MENU_HEIGHT = 100  # what is taller is no icon
SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array"><value type="int" value="1"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=8;x=0;y=0"/>
      <property name="length" type="uint" value="100"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="size" type="uint" value="30"/>
      <property name="plugin-ids" type="array"><value type="int" value="1"/></property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="systray">
      <property name="square-icons" type="bool" value="true"/>
    </property>
  </property>
</channel>
"""


@contextmanager
def xfce_panel(session):
    folder = Path(os.environ["XDG_CONFIG_HOME"]) / "xfce4/xfconf/xfce-perchannel-xml"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "xfce4-panel.xml").write_text(SETTINGS)
    processes = [session.start("xfconfd", [str(XFCONFD)])]
    wait_until(lambda: session.owned("org.xfce.Xfconf"), "the panel's settings")
    processes.append(session.start("xfce4-panel", ["xfce4-panel", "--disable-wm-check"]))
    wait_until(lambda: session.owned(WATCHER), "the panel is there")
    try:
        yield
    finally:
        for process in reversed(processes):
            session.end(process)


def icon_middle():
    found = PLUGIN.search(x("xwininfo", "-root", "-tree"))
    if not found:
        return None
    width, height, left, top = (int(number) for number in found.groups())
    return str(left + width // 2), str(top + height // 2)


def menus():
    """Windows of the panel's plugin beside the icon itself."""
    return [window for window in search("--class", "wrapper-2.0")
            if int(re.search(r"HEIGHT=(\d+)", x("xdotool", "getwindowgeometry", "--shell",
                                                window)).group(1)) > MENU_HEIGHT]


def a_panel_of_xfce_shows_the_icon(desk):
    """Its menu has no accessible names, so it is worked by its mnemonics."""
    with desk.session.without_tray(), xfce_panel(desk.session):
        west, _ = desk.two_sites()
        applet = desk.start_applet(west)
        status_becomes(Panel(), "Not synced yet")
        middle = wait_until(icon_middle, "the icon on the panel")
        x("xdotool", "mousemove", *middle, "click", "3")
        wait_until(menus, "the icon's menu")
        desk.pictures.screen("panel-xfce")
        applet.press("s")
        wait_until(lambda: west.published() == 24, "24 patient files in the folder")
        x("xdotool", "mousemove", *middle, "click", "1")
        applet.window(STATUS)
        applet.screen.click("push button", "Quit")
        same(applet.wait_end(), 0, "exit status after Quit")


STORIES = [a_panel_of_xfce_shows_the_icon]
