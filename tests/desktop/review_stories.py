"""Conflicts reviewed and settled, and who shares the folder. Every story starts an applet of its
own."""

from a11y import containing, enabled, focused, rows, text
from desk import REVIEW, SITES, quit_from_menu, same
from waiting import wait_until


def two_conflicts(desk):
    """One that may wait, and one of safety."""
    west, east = desk.two_sites()
    for site in (west, east):
        site.sync()
    for site in (west, east):
        site.set_phone(3, f"555-03-{site.name}")
        site.sql("UPDATE patient SET blood_group = ? WHERE patient_id = 5",
                 {"West": "AB-", "East": "B-"}[site.name])
    for site in (east, west):
        site.sync()
    return west, east


def open_conflicts(applet):
    return rows(applet.screen.find("table", "Open conflicts"))


def safety_comes_first_and_keyboard_settles(desk):
    west, east = two_conflicts(desk)
    before = west.phone(3), west.value("SELECT blood_group FROM patient WHERE patient_id = 5")
    applet = desk.start_applet(west, "--review")
    window = applet.window(REVIEW)
    found = wait_until(lambda: open_conflicts(applet) or None, "the conflicts")
    same(["Safety" in row[0] for row in found], [True, False], "which of them are of safety")
    same([row[3] for row in found], ["Blood group", "Phone"], "what differs")
    same(found[1][1].startswith("Castillo"), True, "the patient is named")
    applet.screen.find("label", containing("Shown at present"))
    applet.screen.find("label", "\u2260 Blood group")
    wait_until(lambda: focused(applet.screen.find("table", "Open conflicts")), "the list's focus")
    desk.pictures.window(window, "review")

    applet.press("alt+n")
    applet.screen.find("label", "\u2260 Phone")
    applet.press("alt+p")
    applet.screen.find("label", "\u2260 Blood group")
    applet.press("alt+2")
    applet.screen.find("label", containing("Kept."))
    same(len(open_conflicts(applet)), 1, "conflicts left")
    applet.screen.find("label", "\u2260 Phone")
    same(west.value("SELECT blood_group FROM patient WHERE patient_id = 5") != before[1], True,
         "the other blood group is in the database")

    applet.press("alt+u")
    applet.screen.find("label", containing("Undone"))
    same(len(open_conflicts(applet)), 2, "conflicts after Undo")
    same(west.value("SELECT blood_group FROM patient WHERE patient_id = 5"), before[1],
         "the blood group is the former one")
    same(enabled(applet.screen.find("push button", "Undo")), False, "there is no more to undo")
    quit_from_menu(applet)


def what_was_kept_travels_to_the_other_site(desk):
    west, east = two_conflicts(desk)
    applet = desk.start_applet(west)
    applet.choose("Review Conflicts (2)...")
    applet.window(REVIEW)
    wait_until(lambda: len(open_conflicts(applet)) == 2, "the conflicts")
    applet.press("Down")
    applet.screen.find("label", "\u2260 Phone")
    other = next(phone for phone in ("555-03-West", "555-03-East") if phone != west.phone(3))
    applet.screen.click("push button", containing(f"Keep this: {other[7:]}"))
    wait_until(lambda: west.phone(3) == other, "the other phone number is in the database")
    applet.press("alt+a")
    applet.window("Keep all as shown?")
    applet.screen.find("label", containing("1 conflict is settled"))
    applet.press("alt+k")
    applet.screen.find("label", containing("Kept."))
    same(open_conflicts(applet), [], "conflicts left")
    published = west.published_bytes()
    applet.close(REVIEW)
    wait_until(lambda: west.published_bytes() != published, "closing the window syncs")
    east.sync()
    same(east.phone(3), other, "East's phone number")
    same(east.run("conflicts").stdout, "", "conflicts at East")
    quit_from_menu(applet)


def a_conflict_that_changed_meanwhile_is_not_settled(desk):
    west, east = two_conflicts(desk)
    applet = desk.start_applet(west, "--review")
    applet.window(REVIEW)
    wait_until(lambda: len(open_conflicts(applet)) == 2, "the conflicts")
    applet.press("Down")
    applet.screen.find("label", "\u2260 Phone")
    east.sync()
    east.set_phone(3, "555-03-again")
    east.sync()
    west.sync()
    applet.press("alt+1")
    applet.screen.find("label", containing("changed meanwhile"))
    same(len(open_conflicts(applet)), 2, "conflicts still open")
    quit_from_menu(applet)


def of_several_databases_one_is_chosen(desk):
    west, _ = two_conflicts(desk)
    west.neighbour("North")
    applet = desk.start_applet(west, "--review")
    window = applet.window(REVIEW)
    wait_until(lambda: len(open_conflicts(applet)) == 2, "West's conflicts")
    desk.pictures.window(window, "review-databases")
    applet.press("alt+d")
    applet.screen.find("combo box", "Database")
    applet.press("Down")
    applet.screen.find("label", "There are no conflicts to review.")
    same(open_conflicts(applet), [], "North's conflicts")
    quit_from_menu(applet)


def a_long_record_shows_what_differs_first(desk):
    west, east = desk.two_sites()
    for site in (west, east):
        site.sync()
    for site in (west, east):
        site.sql("UPDATE visit SET findings = ? WHERE visit_id = 1",
                 f"{site.name} found: " + "a clear chest and a calm heart. " * 12)
    for site in (east, west):
        site.sync()
    applet = desk.start_applet(west, "--review")
    window = applet.window(REVIEW)
    wait_until(lambda: open_conflicts(applet), "the conflict")
    for site in (west, east):
        field = applet.screen.find("text", f"Findings, {site.name}")
        same(text(field).startswith(f"{site.name} found: "), True, "the whole text can be read")
    applet.screen.find("label", "Doctor")
    desk.pictures.window(window, "review-record")
    applet.press("alt+w")
    applet.screen.wait_gone("label", "Doctor")
    applet.screen.find("label", "\u2260 Findings")
    quit_from_menu(applet)


def sites_tell_who_was_not_seen_for_days(desk):
    west, east = desk.two_sites()
    for site in (west, east, west):
        site.sync()
    west.introduce("North", days_ago=5)
    applet = desk.start_applet(west)
    applet.choose("Sites...")
    window = applet.window(SITES)
    table = applet.screen.find("table", "Sites that share the sync folder")
    found = wait_until(lambda: rows(table) or None, "the sites")
    same([row[0] for row in found], ["West (this site)", "East", "North"], "the sites")
    same(found[2][1], "5 days ago", "when North was last seen")
    applet.screen.find("label", containing("North was last seen 5 days ago"))
    wait_until(lambda: focused(table), "the table has the keyboard")
    desk.pictures.window(window, "sites")
    (west.shared / "sites").rename(west.shared / "sites-away")
    applet.press("alt+l")
    wait_until(lambda: len(rows(table)) == 1, "only this site is known by now")
    applet.close(SITES)
    quit_from_menu(applet)


STORIES = [
    safety_comes_first_and_keyboard_settles,
    what_was_kept_travels_to_the_other_site,
    a_conflict_that_changed_meanwhile_is_not_settled,
    of_several_databases_one_is_chosen,
    a_long_record_shows_what_differs_first,
    sites_tell_who_was_not_seen_for_days,
]
