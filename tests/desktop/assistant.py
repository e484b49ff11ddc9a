"""The pages of the set-up assistant, filled in by keyboard."""

from a11y import enabled, focused
from waiting import wait_until

ASSISTANT = "Set Up Cloud Folder Sync"
LEAVE = "Leave the database enabled?"


def fill(applet, key, words):
    """Into the field of that mnemonic, in the place of what is there."""
    applet.press(f"alt+{key}", "ctrl+a", "BackSpace")
    if words:
        applet.type(words)


def says(applet, part):
    """Whatever the lines that the sentence is broken into."""
    return applet.screen.find("label", lambda name: part in " ".join(name.split()))


def press_button(applet, name):
    button = applet.screen.find("push button", name)
    wait_until(lambda: enabled(button), f"{name} can be pressed")
    applet.press(f"alt+{name[0].lower()}")


def at_step(applet, number):
    says(applet, f"Step {number} of 5")


def accept_options(applet):
    at_step(applet, 4)
    press_button(applet, "Next")
    at_step(applet, 5)


def fill_in(applet, site, part):
    """All pages up to the last, for a site that starts or joins a folder; `part` says which."""
    choose_database(applet, site.database)
    name_site(applet, site.name)
    choose_folder(applet, site.shared, part)
    accept_options(applet)


def finish(applet):
    press_button(applet, "Done")
    applet.wait_closed(ASSISTANT)


def choose_database(applet, path):
    at_step(applet, 1)
    fill(applet, "d", str(path))
    press_button(applet, "Next")


def name_site(applet, name):
    says(applet, "This looks like Demo clinic: 6 of 6 tables found.")
    fill(applet, "s", name)
    press_button(applet, "Next")


def choose_folder(applet, path, part):
    at_step(applet, 3)
    fill(applet, "d", str(path))
    says(applet, part)
    press_button(applet, "Next")


def try_folder(applet, path, part):
    """One that is refused: its field has the keyboard again, from which it was taken before."""
    fill(applet, "d", str(path))
    says(applet, part)
    applet.press("Tab")
    press_button(applet, "Next")
    field = applet.screen.find("text", "Sync folder")
    wait_until(lambda: focused(field), "the folder's field has the keyboard")
    says(applet, part)
