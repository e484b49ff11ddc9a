"""Syncthing between two and three clinics: daemons and syncs are killed at any moment."""

import time

from story import ROUNDS, StoryTest
from syncthing import Syncthing


class SyncthingTest(StoryTest):
    def begin_syncthing(self, *names, **more):
        cloud = Syncthing(self.place, len(names), **more)
        self.addCleanup(cloud.kill)
        cloud.start()
        self.begin(cloud, names)
        self.settle_and_check()

    def test_real_conflict_copies_are_imported_and_deleted_with_the_option_on(self):
        self.begin_syncthing("A", "B")
        self.cloud.kill()
        self.assertNotEqual(self.offline_conflict("--delete-conflicts"), set())
        self.assertEqual(self.cloud.copies(), set())
        self.assertGreater(self.figures["copies deleted"], 0)
        self.check()

    def test_real_conflict_copies_are_imported_and_kept_with_the_option_off(self):
        self.begin_syncthing("A", "B")
        self.cloud.kill()
        copies = self.offline_conflict("--keep-conflicts")
        self.assertNotEqual(copies, set())
        self.assertLessEqual(copies, self.cloud.copies())
        self.assertEqual(self.figures["copies deleted"], 0)
        self.check()

    def test_two_clinics_lose_nothing_whatever_is_killed(self):
        self.begin_syncthing("A", "B")
        self.play(ROUNDS - ROUNDS // 2)

    def test_three_clinics_lose_nothing_whatever_is_killed(self):
        # The third replaces a file edited at two sites by the newer one and keeps no copy.
        self.begin_syncthing("A", "B", "C", without_copies=[2])
        self.play(max(1, ROUNDS // 2))

    def play(self, rounds):
        for number in range(rounds):
            self.figures["rounds"] = number + 1
            self.play_round()
            if number == rounds - 1 or self.chance.random() < 0.7:
                self.settle_and_check()
        self.assertNotEqual(self.met, set())
        self.assertGreater(self.figures["copies read"], 0)

    def play_round(self):
        if self.chance.random() < 0.3:
            self.settle_and_check()
            self.delete_records()
        for daemon in self.cloud.daemons:
            self.send_away(daemon)
        for _ in range(self.chance.randint(1, 2)):
            groups = [self.any_group() for _ in range(self.chance.randint(1, 3))]
            self.offline_edits(groups)
            for program in self.chance.sample(self.programs, len(self.programs)):
                self.sync_somehow(program)
        self.come_back()
        for program in self.chance.sample(self.programs, self.chance.randint(0, 2)):
            self.sync_somehow(program)
            program.edit(*self.any_group())

    def send_away(self, daemon):
        """Down, without a line, or as it was."""
        kind = self.chance.random()
        if not daemon.is_running:
            return
        if kind < 0.6:
            self.kill_daemon(daemon)
        elif kind < 0.8:
            daemon.rest("POST", "system/pause")

    def come_back(self):
        """All daemons up again; some are killed in the middle of the exchange and come back."""
        self.cloud.start()
        for daemon in self.cloud.daemons:
            daemon.rest("POST", "system/resume")
        for daemon in self.chance.sample(self.cloud.daemons, self.chance.randint(0, 2)):
            for other in self.cloud.daemons:
                self.cloud.rescan(other)
            time.sleep(self.chance.uniform(0, 0.5))
            self.kill_daemon(daemon)
            self.cloud.start()

    def kill_daemon(self, daemon):
        daemon.kill()
        self.figures["clients killed"] += 1
