"""Unison between the folders of two clinics.

Run by a timer it must not ask: `-batch`. A conflict then stays as it is, and no site ever sees the
other's file, until somebody chooses. So a clinic lets it choose, `-prefer newer`, and keep the
other file as a copy, `-copyonconflict`. Whether a file changed it may tell from time and inode;
after a rename within one second that is not sure, so it reads the files: `-fastcheck false`."""

import os

from one_shot import OneShot, OneShotTest
from story import ROUNDS

CHOOSE = ("-prefer", "newer")
KEEP = ("-copyonconflict",)


class Unison(OneShot):
    copy_sign = b" (conflict"

    def __init__(self, place, *options):
        super().__init__(place)
        self.home = place / "unison"
        self.home.mkdir()
        self.options = options

    def command(self):
        return ["unison", *map(str, self.folders), "-batch", "-silent", "-times", "-fastcheck",
                "false", "-confirmbigdel=false", *self.options]

    def environment(self):
        return dict(os.environ, HOME=str(self.place), UNISON=str(self.home))

    def mend(self):
        """As it says itself: a run that was killed leaves its lock."""
        for lock in self.home.glob("lk*"):
            lock.unlink()
        return []


class UnisonTest(OneShotTest):
    def test_conflicts_of_unison_are_imported_and_deleted_with_the_option_on(self):
        self.begin_with(Unison(self.place, *CHOOSE, *KEEP))
        self.assertNotEqual(self.offline_conflict("--delete-conflicts"), set())
        self.assertEqual(self.cloud.copies(), set())
        self.check()

    def test_conflicts_of_unison_are_imported_and_kept_with_the_option_off(self):
        self.begin_with(Unison(self.place, *CHOOSE, *KEEP))
        copies = self.offline_conflict("--keep-conflicts")
        self.assertNotEqual(copies, set())
        self.assertLessEqual(copies, self.cloud.copies())
        self.check()

    def test_a_newer_file_that_replaces_the_other_without_a_copy_loses_nothing(self):
        self.begin_with(Unison(self.place, *CHOOSE))
        self.assertEqual(self.offline_conflict("--delete-conflicts"), set())
        self.check()

    def test_a_conflict_that_is_left_alone_waits_for_somebody_to_choose(self):
        self.begin_with(Unison(self.place))
        self.offline_edits([self.any_group()])
        for site in self.sites:
            self.sync(site)
        self.assertEqual(self.cloud.run(), 1)
        before = [self.cloud.files(number) for number in (0, 1)]
        self.assertNotEqual(*before)
        for site in self.sites:
            self.sync(site)
        self.cloud.options = CHOOSE
        self.settle_and_check()

    def test_two_clinics_lose_nothing_whatever_is_killed(self):
        self.begin_with(Unison(self.place, *CHOOSE, *KEEP))
        self.play(ROUNDS)
        self.assertNotEqual(self.met, set())
