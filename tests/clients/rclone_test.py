"""rclone bisync between the folders of two clinics.

Debian's 1.60 takes a file that was changed at both ends for a conflict also when both ends are
equal. It then leaves `..path1` and `..path2` and no file under the old name. Both sites write that
file anew, to the same bytes, and if both do so before the next run, that is a conflict again, and
so on: nothing is lost, but it is never quiet. So here, in the end, the sites sync one after the
other with a run in between. rclone 1.64 and later compare first (rclone's issue 6082)."""

import os

from one_shot import OneShot, OneShotTest
from story import ROUNDS


class Rclone(OneShot):
    copy_sign = b"..path"
    is_run_between_syncs = True

    def __init__(self, place):
        super().__init__(place)
        self.work = place / "bisync"
        self.work.mkdir()
        (place / "rclone.conf").touch()
        self.run("--resync")

    def command(self):
        # --force: in so small a folder a few deletions are half of the files.
        return ["rclone", "bisync", *map(str, self.folders), "--workdir", str(self.work),
                "--config", str(self.place / "rclone.conf"), "--force"]

    def environment(self):
        return dict(os.environ, HOME=str(self.place), GOMAXPROCS="2")

    def mend(self):
        """As its manual says. The first folder's file may replace the second's newer one."""
        for lock in self.work.glob("*.lck"):
            lock.unlink()
        return ["--resync"]


class RcloneTest(OneShotTest):
    def test_conflicts_of_rclone_are_imported_and_deleted_with_the_option_on(self):
        self.begin_with(Rclone(self.place))
        self.assertNotEqual(self.offline_conflict("--delete-conflicts"), set())
        self.assertEqual(self.cloud.copies(), set())
        self.check()

    def test_conflicts_of_rclone_are_imported_and_kept_with_the_option_off(self):
        self.begin_with(Rclone(self.place))
        copies = self.offline_conflict("--keep-conflicts")
        self.assertNotEqual(copies, set())
        self.assertLessEqual(copies, self.cloud.copies())
        self.check()

    def test_a_resync_that_replaces_the_newer_file_loses_nothing(self):
        self.begin_with(Rclone(self.place))
        self.offline_edits([self.any_group() for _ in range(3)])
        for site in self.sites:
            self.sync(site)
        self.cloud.run("--resync")
        self.assertEqual(self.note_copies(), set())
        self.assertTrue(self.cloud.equal())
        self.settle_and_check()

    def test_a_file_that_was_cut_off_everywhere_is_written_anew_and_loses_nothing(self):
        self.begin_with(Rclone(self.place))
        for path in sorted((self.cloud.folders[0] / "patients").glob("*/*.xml"))[:2]:
            path.write_bytes(path.read_bytes()[:200])
        self.assertEqual(self.cloud.run("--resync"), 0)
        self.assertTrue(self.cloud.equal())
        self.settle_and_check()
        self.assertGreater(self.figures["damaged files"], 0)

    def test_sites_that_both_sync_before_every_run_lose_nothing(self):
        self.begin_with(Rclone(self.place))
        self.offline_edits([self.any_group() for _ in range(2)])
        for _ in range(4):
            for site in self.sites:
                self.sync(site, *self.some_options())
            self.cloud.deliver()
        self.assertNotEqual(self.note_copies(), set())
        self.settle_and_check()

    def test_two_clinics_lose_nothing_whatever_is_killed(self):
        self.begin_with(Rclone(self.place))
        self.play(ROUNDS)
        self.assertNotEqual(self.met, set())
