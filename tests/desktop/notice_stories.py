"""Notifications, and what a click on them does. Every story starts an applet of its own."""

import html

from desk import (PREFERENCES, REVIEW, conflict, count_runs, open_logs, quit_from_menu, same,
                  sync_and_wait, turn_to)
from waiting import wait_until

CRITICAL = 2


def told_since(desk, before, count):
    return wait_until(lambda: len(desk.notifications()) >= before + count
                      and desk.notifications()[before:], f"{count} notifications")


def an_error_leads_to_its_remedy(desk):
    west, _ = desk.two_sites()
    before = len(desk.notifications())
    applet, _ = open_logs(desk, west)
    runs = count_runs(applet)
    with west.unplugged():
        sync_and_wait(applet, runs + 1)
        error = told_since(desk, before, 1)[0]
        same(error["actions"][1::2], ["Preferences", "Preferences"], "what a click offers")
        same(error["entry"], "cloud-folder-sync", "the program's desktop entry")
        desk.click_notification(error, "open")
        applet.window(PREFERENCES)
        applet.close(PREFERENCES)

    sync_and_wait(applet, runs + 2)
    told = told_since(desk, before, 2)
    same(told[1]["summary"], "Syncing works again", "the first success after the error")
    sync_and_wait(applet, runs + 3)
    same(len(desk.notifications()) - before, 2, "notifications after one more success")
    quit_from_menu(applet)


def a_database_of_another_version_is_left_alone(desk):
    west, _ = desk.two_sites()
    layout = west.value("SELECT value FROM cfs_meta WHERE name = 'enabled'")
    west.sql("UPDATE cfs_meta SET value = ? WHERE name = 'enabled'", str(int(layout) + 1))
    before = len(desk.notifications())
    applet = desk.start_applet(west, "--sync-now")
    told = told_since(desk, before, 1)[0]
    same(told["summary"], "The database is another version's", "what is told")
    body = html.unescape(told["body"])
    for part in (str(west.database), "newer version", "Update this program"):
        same(part in body, True, f"{part!r} in {body!r}")
    applet.choose("Preferences...")
    applet.window(PREFERENCES)
    turn_to(applet, "Databases")
    applet.close(PREFERENCES)
    west.sql("UPDATE cfs_meta SET value = ? WHERE name = 'enabled'", layout)
    applet.choose("Sync Now")
    wait_until(lambda: west.published() == 24, "a sync after the update")
    quit_from_menu(applet)


def a_later_notification_takes_the_place(desk):
    west, _ = desk.two_sites()
    before = len(desk.notifications())
    applet, _ = open_logs(desk, west)
    runs = count_runs(applet)
    with west.unplugged():
        sync_and_wait(applet, runs + 1)
        told_since(desk, before, 1)
    sync_and_wait(applet, runs + 2)
    error, success = told_since(desk, before, 2)
    same(success["id"], error["id"], "the number of the notification that is replaced")
    quit_from_menu(applet)


def a_click_on_a_conflict_leads_to_it(desk):
    west, east = desk.two_sites()
    west.sync()
    east.sync()
    conflict(west, east, "555-0600")
    before = len(desk.notifications())
    applet = desk.start_applet(west, "--sync-now")
    told = told_since(desk, before, 1)[0]
    same(told["actions"][1::2], ["Review", "Review"], "what a click offers")
    same(told["urgency"] < CRITICAL, True, "no disturbance for a phone number")
    desk.click_notification(told, "default")
    applet.window(REVIEW)
    quit_from_menu(applet)


def patients_are_named_where_that_is_wanted(desk):
    west, east = desk.two_sites()
    for site in (west, east):
        site.sql("UPDATE patient SET family_name = ? WHERE patient_id = 3", "<b>O'Neill</b> & Sons")
    west.sync()
    east.sync()
    conflict(west, east, "555-0601")
    settings = west.state / "settings.xml"
    settings.write_text(settings.read_text().replace('name-patients="false"', 'name-patients="true"'))
    before = len(desk.notifications())
    applet = desk.start_applet(west, "--sync-now")
    body = told_since(desk, before, 1)[0]["body"]
    same("<" in body, False, "markup of a patient's name in the body")
    same(html.unescape(body).splitlines()[-1].startswith("Patient: <b>O'Neill</b> & Sons, "), True,
         f"the name, in {body!r}")
    quit_from_menu(applet)


STORIES = [
    an_error_leads_to_its_remedy,
    a_database_of_another_version_is_left_alone,
    a_later_notification_takes_the_place,
    a_click_on_a_conflict_leads_to_it,
    patients_are_named_where_that_is_wanted,
]
