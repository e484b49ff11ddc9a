"""Finds and drives what is on the screen by role and accessible name, as a screen reader would."""

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

from waiting import NeverHappened, wait_until  # noqa: E402

WIDEST = 200  # children looked at below one node


def _nodes(node):
    yield node
    for index in range(min(node.get_child_count(), WIDEST)):
        child = node.get_child_at_index(index)
        if child is not None:
            yield from _nodes(child)


class Application:
    def __init__(self, pid):
        self.pid = pid

    def _root(self):
        desktop = Atspi.get_desktop(0)
        for index in range(desktop.get_child_count()):
            application = desktop.get_child_at_index(index)
            if application is not None and application.get_process_id() == self.pid:
                return application
        return None

    def _search(self, role, name, showing):
        try:
            root = self._root()
            for node in _nodes(root) if root is not None else ():
                if node.get_role_name() != role or not _matches(node.get_name(), name):
                    continue
                if not showing or node.get_state_set().contains(Atspi.StateType.SHOWING):
                    return node
        except GLib.Error:
            pass  # it changed while it was looked at
        return None

    def appears(self, role, name, seconds):
        try:
            return wait_until(lambda: self._search(role, name, True), name, seconds)
        except NeverHappened:
            return None

    def find(self, role, name, showing=True):
        return wait_until(lambda: self._search(role, name, showing),
                          f"{role} {name!r} on the screen")

    def wait_gone(self, role, name):
        wait_until(lambda: self._search(role, name, True) is None, f"{role} {name!r} is gone")

    def click(self, role, name):
        node = self.find(role, name)
        if not node.get_state_set().contains(Atspi.StateType.SENSITIVE):
            raise AssertionError(f"{role} {name!r} is disabled")
        node.get_action_iface().do_action(0)

    def focus(self, role, name):
        node = self.find(role, name)
        node.get_component_iface().grab_focus()
        wait_until(lambda: focused(node), f"{role} {name!r} has the keyboard")

    def focused(self):
        """What has the keyboard, as role and name; empty while it moves."""
        try:
            return [(node.get_role_name(), node.get_name()) for node in _nodes(self._root())
                    if focused(node)]
        except GLib.Error:
            return []

    def find_window(self, title):
        return wait_until(lambda: self._search("frame", title, True) or
                          self._search("dialog", title, True), f"window {title!r}")

    def tree(self):
        root = self._root()
        return "\n".join(f"{node.get_role_name()} {node.get_name()!r}"
                         for node in (_nodes(root) if root is not None else ()))


def _matches(text, wanted):
    return wanted(text or "") if callable(wanted) else text == wanted


def containing(part):
    """A wanted name that has `part` in it."""
    return lambda name: part in name


CELLS = ("table cell", "tree item", "list item", "menu item", "table column header")
FRAMES = ("frame", "dialog", "split pane", "scroll pane", "panel", "page tab list")


def controls(window):
    """What the keyboard can work with in `window` as it is now."""
    wanted = (Atspi.StateType.SHOWING, Atspi.StateType.SENSITIVE, Atspi.StateType.FOCUSABLE)
    return [node for node in _nodes(window)
            if all(node.get_state_set().contains(state) for state in wanted)
            and node.get_role_name() not in CELLS + FRAMES]


def access_key(node):
    """"<Alt>s", empty if there is none."""
    actions = node.get_action_iface()
    keys = actions.get_key_binding(0) if actions and actions.get_n_actions() else ""
    return (keys or "").split(";")[0].lower()


def tabs(window):
    """The names of the pages that `window` has, none where it has one alone."""
    return [node.get_name() for node in _nodes(window) if node.get_role_name() == "page tab"]


def cut_off(window):
    """The texts that end outside of the window that shows them."""
    frame = window.get_component_iface().get_extents(Atspi.CoordType.SCREEN)
    return [node.get_name() for node in _nodes(window)
            if node.get_role_name() in ("label", "push button", "check box", "radio button")
            and node.get_state_set().contains(Atspi.StateType.SHOWING)
            and not _within(node.get_component_iface().get_extents(Atspi.CoordType.SCREEN), frame)]


def _within(inner, outer):
    return (inner.x >= outer.x and inner.y >= outer.y and
            inner.x + inner.width <= outer.x + outer.width and
            inner.y + inner.height <= outer.y + outer.height)


def checked(node):
    return node.get_state_set().contains(Atspi.StateType.CHECKED)


def focused(node):
    return node.get_state_set().contains(Atspi.StateType.FOCUSED)


def enabled(node):
    return node.get_state_set().contains(Atspi.StateType.SENSITIVE)


def text(node):
    return Atspi.Text.get_text(node, 0, -1)


def rows(table):
    """The texts of a table's cells, row by row."""
    return wait_until(lambda: _rows_if_still(table), "a table that holds still")[0]


def _rows_if_still(table):
    try:
        table.clear_cache()
        interface = table.get_table_iface()
        return ([[interface.get_accessible_at(row, column).get_name()
                  for column in range(interface.get_n_columns())]
                 for row in range(interface.get_n_rows())],)
    except (GLib.Error, AttributeError):
        return None  # rows came or went meanwhile
