"""Finds the applet's icon in pictures of a panel."""

import re
import subprocess

from icon_stories import as_png
from panel import Panel
from waiting import wait_until

FOUND = re.compile(r"\(([\d.e-]+)\) @ (\d+),(\d+)")
ALIKE = 0.06  # at most this far apart, of 1: panels round and scale; two states are 0.11 apart


def wait_for_icon(size, corner, take_picture):
    """The middle of the icon on the screen, once the panel shows it as it is now; `take_picture`
    gives the file of a picture that has its upper left corner there."""
    now = set()  # one picture, or those of an icon that moves

    def place():
        picture = take_picture()
        now.add(Panel().pixmaps()[size])
        return next(filter(None, (_find(pixmap, size, picture) for pixmap in now)), None)
    x, y = wait_until(place, "the icon on the panel")
    return corner[0] + x, corner[1] + y


def _find(pixmap, size, picture):
    """On a ground of the colour that the picture has in its upper left corner."""
    icon = picture.with_name("icon.png")
    as_png(pixmap, size, icon)
    ground = _run("convert", str(picture), "-format", "%[pixel:p{0,0}]", "info:")
    _run("convert", str(icon), "-background", ground, "-flatten", str(icon))
    found = FOUND.search(_run("compare", "-metric", "RMSE", "-subimage-search", str(picture),
                              str(icon), "null:"))
    if not found or float(found.group(1)) > ALIKE:
        return None
    return int(found.group(2)) + size // 2, int(found.group(3)) + size // 2


def _run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr
