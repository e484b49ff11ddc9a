"""What holds of every window: a screen reader can name each control, the keyboard reaches it, and
other languages and larger letters find their room."""

import os
from contextlib import contextmanager
from dataclasses import dataclass

from a11y import access_key, controls, cut_off, focused, tabs
from applet import Applet
from assistant import ASSISTANT
from desk import (ABOUT, LOGS, PREFERENCES, REVIEW, SITES, STATUS, conflict, quit_by_command,
                  turn_to, same)
from waiting import wait_until
from words import Words

REVIEW_ENTRY = "Review &Conflicts (%s)..."
MOST_TABS = 60  # presses until every control of a window was reached
ALWAYS_TOGETHER = ("radio button", "page tab")  # one is reached with Tab, the others with arrows


@dataclass
class Window:
    picture: str
    title: str
    way: tuple = ()  # the buttons and pages that lead to it from the status window
    ours: bool = True  # else GTK's, and so are its texts


# Every window of the applet: a new one belongs here.
WINDOWS = [
    Window("status", STATUS),
    Window("about", ABOUT, ("&About Cloud Folder Sync",), ours=False),
    Window("logs", LOGS, ("&Latest Logs...",)),
    Window("review", REVIEW, (REVIEW_ENTRY,)),
    Window("sites", SITES, ("S&ites...",)),
    Window("preferences", PREFERENCES, ("Pr&eferences...",)),
    Window("assistant", ASSISTANT, ("Pr&eferences...", "page: Databases", "E&nable a Database...")),
]


@contextmanager
def environment(**names):
    os.environ.update(names)
    try:
        yield
    finally:
        for name in names:
            del os.environ[name]


def described(node):
    return f"{node.get_role_name()} {node.get_name()!r}"


@dataclass
class Shown:
    """A window, or a page of it, as it is on the screen."""
    applet: Applet
    name: str
    x_window: str
    node: object


def pages(applet, window, words):
    title = words(window.title)
    shown = Shown(applet, window.picture, applet.window(title), applet.screen.find_window(title))
    for tab in tabs(shown.node) or [None]:
        if tab:
            turn_to(applet, tab)
            shown.name = f"{window.picture}-{tab.lower()}"
        yield shown


def go(applet, window, words):
    applet.again()
    applet.window(STATUS)
    for step in window.way:
        if step.startswith("page: "):
            turn_to(applet, words(step.removeprefix("page: ")))
        else:
            applet.screen.click("push button", words(step).replace("%s", "1"))


def close(applet, window, words):
    """And what was opened on the way to it."""
    for other in reversed(WINDOWS):
        if set(window.way).issuperset(other.way) and other.way:
            applet.window(words(other.title))
            applet.close(words(other.title))


def every_window(desk, language="en"):
    """Yields each page of each window of an applet that has synced and has a conflict."""
    words = Words(language)
    west, east = desk.two_sites()
    east.sync()
    west.sync()
    conflict(west, east, "555-0600")
    west.sync()
    applet = Applet(desk.session, desk.program, west.state, "--language", language)
    applet.icon()
    for window in WINDOWS:
        if not window.ours and language != "en":
            continue
        go(applet, window, words)
        yield from pages(applet, window, words)
        close(applet, window, words)
    quit_by_command(applet)


def check_names(shown, found):
    nameless = [described(node) for node in found if not (node.get_name() or "").strip()]
    same(nameless, [], f"controls without a name in {shown.name}")


def check_access_keys(shown, found):
    keys = {}
    for node in found:
        if access_key(node):
            keys.setdefault(access_key(node), set()).add(node.get_name())
    twice = {key: names for key, names in keys.items() if len(names) > 1}
    same(twice, {}, f"access keys that mean two things in {shown.name}")


def check_tab(shown, found):
    left = {described(node): node for node in found if node.get_role_name() not in ALWAYS_TOGETHER}
    screen = shown.applet.screen
    for _ in range(MOST_TABS):
        for name in [name for name, node in left.items() if focused(node)]:
            del left[name]
        if not left:
            return
        before = screen.focused()
        shown.applet.press("Tab")
        wait_until(lambda: screen.focused() != before, f"Tab moves on in {shown.name}")
    raise AssertionError(f"Tab does not reach in {shown.name}: {sorted(left)}")


def every_window_works_without_eyes_and_mouse(desk):
    for shown in every_window(desk):
        found = controls(shown.node)
        check_names(shown, found)
        check_access_keys(shown, found)
        check_tab(shown, found)


def check_language(desk, language):
    for shown in every_window(desk, language):
        desk.pictures.window(shown.x_window, f"{language}-{shown.name}")
        check_access_keys(shown, controls(shown.node))
        same(cut_off(shown.node), [], f"cut off in {shown.name} in {language}")


def german_has_room_at_twice_the_size(desk):
    with environment(GDK_SCALE="2"):
        check_language(desk, "de")


def japanese_has_room(desk):
    check_language(desk, "ja")


STORIES = [
    every_window_works_without_eyes_and_mouse,
    german_has_room_at_twice_the_size,
    japanese_has_room,
]
