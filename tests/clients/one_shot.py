"""Clients between two folders that a timer starts now and then, and the story with them."""

import signal
import subprocess
import time

from story import Cloud, StoryTest, run_together

ATTEMPTS = 10


class OneShot(Cloud):
    """`command` gives the program's call; `mend` follows a run that was killed, failed or in vain."""

    def __init__(self, place):
        super().__init__(place, 2)
        self.place = place
        self.told = ""
        self.run_s = 0.1  # what a run takes, about

    def command(self):
        raise NotImplementedError

    def mend(self):
        """What a person does then; gives more options for the next run."""
        return []

    def run(self, *options):
        start = time.monotonic()
        done = subprocess.run([*self.command(), *options], capture_output=True, timeout=60,
                              stdin=subprocess.DEVNULL, check=False, encoding="utf-8",
                              errors="replace", env=self.environment())
        self.run_s = 0.7 * self.run_s + 0.3 * (time.monotonic() - start)
        self.told = done.stdout[-2000:] + done.stderr[-2000:]
        return done.returncode

    def environment(self):
        raise NotImplementedError

    def killed_run(self, after_s):
        """True if it was still at work."""
        running = run_together(*self.command(), stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, env=self.environment())
        time.sleep(after_s)
        running.send_signal(signal.SIGKILL)
        return running.wait(timeout=60) == -signal.SIGKILL

    def deliver(self):
        options, in_vain = [], 0
        for _ in range(ATTEMPTS):
            failed = self.run(*options) != 0
            if not failed and self.equal():
                return
            # A conflict takes a second run. More change nothing: the client takes what differs for
            # delivered.
            in_vain = 0 if failed else in_vain + 1
            options = self.mend() if failed or in_vain > 2 else []
        raise AssertionError("the folders never became equal: " + self.told)


class OneShotTest(StoryTest):
    """The story of two clinics; the tests of each client choose how it is called."""

    def begin_with(self, cloud):
        self.begin(cloud, ["A", "B"])
        self.settle_and_check()

    def play(self, rounds):
        for number in range(rounds):
            self.figures["rounds"] = number + 1
            self.delete_records()
            for _ in range(self.chance.randint(1, 2)):
                self.offline_edits([self.any_group() for _ in range(self.chance.randint(1, 3))])
                for program in self.chance.sample(self.programs, len(self.programs)):
                    self.sync_somehow(program)
                if self.chance.random() < 0.7:
                    self.run_killed_or_under_sync()
            self.settle_and_check()

    def run_killed_or_under_sync(self):
        if self.chance.random() < 0.7:
            killed = self.cloud.killed_run(self.chance.uniform(0, self.cloud.run_s))
            self.figures["clients killed"] += killed
            return
        running = self.start_sync(self.sites[0])
        self.cloud.run()
        self.assertIn(running.wait(timeout=60), (0, 1))
