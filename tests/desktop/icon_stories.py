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
RIM_ALPHA = 64  # what is more transparent has rounded colours


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


def reached(panel, line):
    """Once the menu's first line begins so."""
    wait_until(lambda: panel.status_line().startswith(line), f"the status {line!r}")


def all_states(panel, west, east):
    """Leads the applet through them; gives the name of each while it lasts."""
    reached(panel, "Not synced yet")
    yield "unknown"
    with west.locked():
        panel.click("Sync Now")
        reached(panel, "Syncing")
        yield "syncing"
    reached(panel, "Synced with the folder")
    yield "idle"
    panel.click("Pause/Until resumed")
    reached(panel, "Paused")
    yield "paused"
    panel.click("Resume")
    with west.unplugged():
        panel.click("Sync Now")
        reached(panel, "The sync folder could not be reached")
        yield "offline"
    marker = next(file for file in west.shared.iterdir() if file.is_file())
    hidden = west.shared.with_name("marker")
    marker.rename(hidden)
    panel.click("Sync Now")
    reached(panel, "The last sync failed")
    yield "error"
    hidden.rename(marker)
    east.sync()
    conflict(west, east, "555-0800")
    panel.click("Sync Now")
    reached(panel, "1 conflict to review")
    yield "attention"


def show_every_state(desk, desktop):
    """On a desktop's panel, of which `icon()` waits until the icon of the state is there."""
    west, east = desk.two_sites()
    applet = desk.start_applet(west)
    for _ in all_states(Panel(), west, east):
        desktop.icon()
    desktop.choose("Quit")
    same(applet.wait_end(), 0, "exit status after Quit")


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
    states = {}
    for state in all_states(panel, west, east):
        states[state] = panel.pixmaps()
        if state == "syncing":
            states["moved on"] = wait_until(
                lambda: panel.pixmaps() != states["syncing"] and panel.pixmaps(), "the icon moves")
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


@with_a_panel
def no_icon_has_a_dark_rim(desk, _):
    """What is half transparent has a colour as bright as what is opaque."""
    west, _ = desk.two_sites()
    applet = desk.start_applet(west)
    for size, pixmap in Panel().pixmaps().items():
        pixels = [(pixmap[at], max(pixmap[at + 1:at + 4])) for at in range(0, len(pixmap), 4)]
        darkest = min(brightness for alpha, brightness in pixels if alpha == 255)
        rim = [brightness for alpha, brightness in pixels if RIM_ALPHA < alpha < 255]
        same(min(rim) >= darkest - 10, True, f"a bright rim at {size} pixels")
    end_by_panel(applet)


STORIES = [
    every_state_has_a_shape_of_its_own,
    no_icon_has_a_dark_rim,
]
