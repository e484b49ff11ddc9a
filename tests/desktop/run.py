#!/usr/bin/python3
"""Tries the applet from end to end on a desktop of its own; needs no screen.

    run.py --applet build/release/cloud-folder-sync --cfsync build/release/cfsync
           [--bare build/release/bare_tray] [--pictures DIR] [STORY ...]

Exit status: 0 fine, 1 a story failed, 77 the tools for it are missing."""

import argparse
import sys
import time
import traceback
from pathlib import Path

sys.dont_write_bytecode = True

from session import Session, Skipped, missing_packages  # noqa: E402

SKIPPED = 77
# GTK's accessible notebook asks for the labels of pages that have just gone with their window.
HARMLESS = "gtk_notebook_get_tab_label"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--applet", required=True)
    parser.add_argument("--cfsync", required=True)
    parser.add_argument("--bare", help="the bare tray program; beside the applet, if not given")
    parser.add_argument("--pictures", help="folder for pictures of the applet")
    parser.add_argument("stories", nargs="*", help="some stories alone, by name")
    return parser.parse_args()


def run_story(story, desk):
    begin = time.monotonic()
    try:
        story(desk)
    except Skipped as why:
        print(f"skipped {story.__name__}: {why}", flush=True)
        return True
    except Exception:  # the next story has a right to run
        traceback.print_exc()
        print("--- the applet's own words:\n" + desk.session.log("applet"), flush=True)
        print(f"FAILED  {story.__name__}", flush=True)
        return False
    print(f"ok      {story.__name__}  ({time.monotonic() - begin:.1f} s)", flush=True)
    return True


def end_applets(session):
    for process in list(session.processes):
        if process.args[0].endswith("cloud-folder-sync"):
            session.end(process)


def complaints(session):
    """The toolkit's own finds: a widget misused, an assertion that does not hold."""
    found = [line for line in session.log("applet").splitlines()
             if ("CRITICAL" in line or ".cpp:" in line) and HARMLESS not in line]
    if found:
        print("FAILED  the toolkit complains:\n" + "\n".join(found), flush=True)
    return len(found)


def main():
    chosen = arguments()
    missing = missing_packages()
    if missing:
        print("The desktop test is skipped; it needs the packages: " + " ".join(missing))
        return SKIPPED
    failed = 0
    with Session() as session:
        # Both ask the environment that the session has just set.
        from pictures import Pictures
        import accessibility_stories
        import assistant_stories
        import gnome_stories
        import icon_stories
        import life_stories
        import log_stories
        import manners_stories
        import notice_stories
        import panel_stories
        import preferences_stories
        import review_stories
        import stories
        import sway_stories
        import tray_stories
        import window_stories
        import xfce_stories
        from desk import Desk
        notified = session.folder / "notifications.jsonl"
        session.start_tray()
        double = Path(__file__).with_name("notification_double.py")
        session.start_notifications([sys.executable, str(double), str(notified)])
        pictures = Pictures(Path(chosen.pictures or session.folder / "pictures"))
        programs = [str(Path(program).resolve()) for program in (
            chosen.applet, chosen.cfsync, chosen.bare or Path(chosen.applet).with_name("bare_tray"))]
        desk = Desk(session, *programs, pictures, notified)
        # The last puts another notification service in the double's place.
        topics = [window_stories, log_stories, life_stories, assistant_stories, preferences_stories,
                  review_stories, tray_stories, panel_stories, xfce_stories, sway_stories,
                  gnome_stories, icon_stories, manners_stories, notice_stories,
                  accessibility_stories, stories]
        for story in (story for topic in topics for story in topic.STORIES):
            if chosen.stories and story.__name__ not in chosen.stories:
                continue
            failed += not run_story(story, desk)
            end_applets(session)
        failed += complaints(session)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
