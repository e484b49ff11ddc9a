"""The icon in each of its states, as a panel gets it."""

import subprocess

from desk import conflict, same
from panel import Panel
from panel_stories import end_by_panel, with_a_panel
from waiting import wait_until

SIZES = (16, 22, 24, 32, 48)
PANELS = {"light": "#f2f2f2", "dark": "#2b2b2b"}
SHADES_APART = 40  # of 255: what still differs on a screen without colours
PIXELS_APART = 0.05


def grey(pixmap):
    """The shades over a middle grey: what is left without colours."""
    shades = []
    for at in range(0, len(pixmap), 4):
        alpha, red, green, blue = pixmap[at:at + 4]
        shade = 0.299 * red + 0.587 * green + 0.114 * blue
        shades.append(shade * alpha / 255 + 128 * (255 - alpha) / 255)
    return shades


def differing(one, other):
    pairs = list(zip(grey(one), grey(other)))
    return sum(abs(a - b) > SHADES_APART for a, b in pairs) / len(pairs)


def seen(panel, line):
    """The pictures once the menu's first line begins so."""
    wait_until(lambda: panel.status_line().startswith(line), f"the status {line!r}")
    return panel.pixmaps()


def moving(panel, west):
    with west.locked():
        panel.click("Sync Now")
        first = seen(panel, "Syncing")
        second = wait_until(lambda: panel.pixmaps() != first and panel.pixmaps(), "the icon moves")
    return first, second


def all_states(panel, west, east):
    states = {"unknown": seen(panel, "Not synced yet")}
    states["syncing"], states["moved on"] = moving(panel, west)
    states["idle"] = seen(panel, "Synced with the folder")
    panel.click("Pause/Until resumed")
    states["paused"] = seen(panel, "Paused")
    panel.click("Resume")
    with west.unplugged():
        panel.click("Sync Now")
        states["offline"] = seen(panel, "The sync folder could not be reached")
    marker = next(file for file in west.shared.iterdir() if file.is_file())
    hidden = west.shared.with_name("marker")
    marker.rename(hidden)
    panel.click("Sync Now")
    states["error"] = seen(panel, "The last sync failed")
    hidden.rename(marker)
    east.sync()
    conflict(west, east, "555-0800")
    panel.click("Sync Now")
    states["attention"] = seen(panel, "1 conflict to review")
    return states


def as_png(pixmap, size, file):
    rgba = bytearray()
    for at in range(0, len(pixmap), 4):
        rgba += pixmap[at + 1:at + 4] + pixmap[at:at + 1]
    subprocess.run(["convert", "-size", f"{size}x{size}", "-depth", "8", "rgba:-", str(file)],
                   input=bytes(rgba), check=True)


def contact_sheet(desk, states):
    """Every state at every size, on a light and on a dark panel."""
    folder = desk.session.folder / "icons"
    folder.mkdir()
    rows = []
    for panel, colour in PANELS.items():
        for size in SIZES:
            for number, pixmaps in enumerate(states.values()):
                as_png(pixmaps[size], size, folder / f"{number}.png")
            row = folder / f"{panel}-{size}.png"
            cells = [str(folder / f"{number}.png") for number in range(len(states))]
            subprocess.run(["montage", *cells, "-tile", f"{len(cells)}x1", "-geometry", "56x52>",
                            "-background", colour, str(row)], check=True)
            rows.append(str(row))
    subprocess.run(["convert", *rows, "-append", str(desk.pictures.folder / "icons.png")],
                   check=True)


@with_a_panel
def every_state_has_a_shape_of_its_own(desk, _):
    west, east = desk.two_sites()
    applet = desk.start_applet(west)
    panel = Panel()
    states = all_states(panel, west, east)
    same(str(panel.property("Status")), "NeedsAttention", "the item's state")
    same(panel.pixmaps("AttentionIconPixmap"), panel.pixmaps(), "the icon that asks for attention")
    contact_sheet(desk, states)
    names = [name for name in states if name != "moved on"]
    for index, one in enumerate(names):
        for other in names[index + 1:]:
            for size in SIZES:
                if differing(states[one][size], states[other][size]) < PIXELS_APART:
                    raise AssertionError(f"{one} looks like {other} at {size} pixels")
    end_by_panel(applet)


STORIES = [every_state_has_a_shape_of_its_own]
