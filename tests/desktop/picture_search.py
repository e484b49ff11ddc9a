"""Finds an icon in a picture of the screen."""

import re
import subprocess

from icon_stories import as_png

FOUND = re.compile(r"\(([\d.e-]+)\) @ (\d+),(\d+)")
ALIKE = 0.03  # at most this far apart, of 1: some panels round or scale


def find(pixmap, size, picture):
    """The middle of the icon in the picture, None where it isn't; its ground is the colour of the
    picture's upper left corner."""
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
