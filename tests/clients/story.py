"""Clinics that edit the same patients, offline and online, and a real cloud client between them."""

import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cli"))

from clinic import CFSYNC, MEMORY, ClinicTest, Site, call, folder_bytes, make_clinic
from oracle import Oracle, content
from program import RECORDS, Program

# As run.py says.
SEED = int(os.environ.get("CFS_SEED", "1"))
ROUNDS = int(os.environ.get("CFS_ROUNDS", "4"))
PATIENTS = 12
OPTIONS = (("--logs", "--no-logs"), ("--delete-conflicts", "--keep-conflicts"))
# What dies with the test, however that ends.
DIE_TOGETHER = ("setpriv", "--pdeathsig", "KILL")


def run_together(*command, **more):
    """Starts a program that is killed when the test dies."""
    return subprocess.Popen([*DIE_TOGETHER, *map(str, command)], stdin=subprocess.DEVNULL,
                            start_new_session=True, **more)


def wrote(report):
    """Did this sync write anything?"""
    return any((report["files"]["written"], report["segments"]["written"],
                report["copies"]["deleted"], *report["rows"].values()))


def changed(before, after):
    """The tables and files that differ."""
    return [name for one, other in zip(before, after) for name in one.keys() | other.keys()
            if one.get(name) != other.get(name)]


class StoryTest(ClinicTest):
    """`begin` makes sites with one folder each; `self.cloud` is the client between the folders.

    A cloud has `folders`, `deliver()`, which returns when all folders hold the same, and
    `copies()`: the conflict copies that lie there, as (folder's number, path)."""

    def setUp(self):
        super().setUp()
        self.chance = random.Random(SEED)
        self.oracle = Oracle()
        self.sites, self.programs, self.cloud = [], [], None
        self.met = set()
        self.figures = {"rounds": 0, "syncs": 0, "syncs killed": 0, "clients killed": 0,
                        "copies read": 0, "copies deleted": 0, "rows restored": 0,
                        "damaged files": 0}
        self.started = time.monotonic()
        self.sync_s = 0.1  # what one takes, about

    def tell(self):
        """One line of what was done, also when it failed."""
        figures = dict(self.figures, edits=self.oracle.edits, conflict_files=len(self.met),
                       seconds=round(time.monotonic() - self.started, 1))
        print(f"{self.id()}: seed {SEED}, "
              + ", ".join(f"{value} {name}" for name, value in figures.items()), file=sys.stderr)

    def begin(self, cloud, names):
        """Copies of one database at all sites, enabled and delivered."""
        self.cloud = cloud
        self.addCleanup(self.tell)
        first = Program(self.make_site(names[0], cloud.folders[0]), self.oracle, 0)
        first.site.sql("INSERT INTO drug (code, name) VALUES ('PARA500', 'Paracetamol 500 mg')")
        for _ in range(PATIENTS):
            patient = first.new_patient()
            for table in RECORDS:
                first.new_record(table, patient)
        self.programs.append(first)
        for number, name in enumerate(names[1:], 1):
            site = self.make_site(name, cloud.folders[number])
            shutil.copyfile(self.sites[0].database, site.database)
            self.programs.append(Program(site, self.oracle, number * 1_000_000))
        self.done(call("init", "--state", self.place / "starter", "--folder", cloud.folders[0],
                       "--mapping", "demo"))
        cloud.deliver()
        for site in self.sites:
            self.done(site.enable())
        self.sync(self.sites[0])

    def make_site(self, name, folder):
        site = Site(self.place, name, folder)
        make_clinic(site.database, patients=False)
        self.sites.append(site)
        return site

    # What a site does

    def sync(self, site, *options):
        """A sync that is left to end; gives its report."""
        self.note_copies()
        start = time.monotonic()
        outcome = site.sync(*options)
        self.sync_s = 0.7 * self.sync_s + 0.3 * (time.monotonic() - start)
        return self.sync_ended(site, outcome)

    def sync_ended(self, site, outcome):
        self.assertIn(outcome.status, (0, 1), (site.name, outcome.out[-3000:], outcome.err[-3000:]))
        report = outcome.json
        # A file that the client is just writing may be unreadable for a moment, nothing else.
        self.assertLessEqual({error["code"] for error in report["errors"]}, {"file_damaged"},
                             report)
        self.figures["syncs"] += 1
        self.figures["copies read"] += report["copies"]["read"]
        self.figures["copies deleted"] += report["copies"]["deleted"]
        self.figures["rows restored"] += report["rows"]["restored"]
        self.figures["damaged files"] += len(report["errors"])
        return report

    def start_sync(self, site, *options):
        return run_together(CFSYNC, "--state", site.state, "--database", site.connection, "--json",
                            "sync", *options, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def killed_sync(self, site, *options):
        """A sync that is killed at some moment, if it is not over before."""
        running = self.start_sync(site, *options)
        time.sleep(self.chance.uniform(0, self.sync_s))
        running.send_signal(signal.SIGKILL)
        if running.wait(timeout=60) == -signal.SIGKILL:
            self.figures["syncs killed"] += 1

    def sync_under_edits(self, program, *options):
        running = self.start_sync(program.site, *options)
        while running.poll() is None:
            program.edit(*self.any_group())
            time.sleep(0.01)
        self.assertIn(running.returncode, (0, 1))

    def some_options(self):
        return [self.chance.choice(pair) for pair in OPTIONS if self.chance.random() < 0.7]

    # What its clinic program does

    def any_group(self):
        """A table, a row's code and columns, known at some site."""
        return self.chance.choice(list(self.oracle.left))

    def insert(self, program):
        if self.chance.random() < 0.3:
            program.new_patient()
            return
        patient = self.chance.choice([key[1] for key in self.oracle.left if key[0] == "patient"])
        program.new_record(self.chance.choice(list(RECORDS)), patient)

    def delete_records(self):
        """Rows that the folder holds, so that they have to come back."""
        records = [key for key in self.oracle.left if key[0] not in ("patient", "visit")]
        for table, code, _ in self.chance.sample(records, 2):
            self.chance.choice(self.programs).delete(table, code)

    def offline_edits(self, groups):
        """The same rows edited at every site, other rows at one."""
        for program in self.programs:
            for group in groups:
                program.edit(*group)
            program.edit(*self.any_group())
            if self.chance.random() < 0.3:
                self.insert(program)

    def sync_somehow(self, program):
        """Whole, killed, or with edits in between."""
        kind = self.chance.random()
        options = self.some_options()
        if kind < 0.4:
            self.killed_sync(program.site, *options)
        elif kind < 0.6:
            self.sync_under_edits(program, *options)
        else:
            self.sync(program.site, *options)

    def offline_conflict(self, option):
        """One patient and one record edited at all sites; gives the copies that the client made."""
        groups = [key for key in self.oracle.left if key[0] == "medication"][:1]
        groups += [key for key in self.oracle.left if key[0] == "patient"][3:4]
        self.offline_edits(groups)
        for site in self.sites:
            self.sync(site, option)
        self.cloud.deliver()
        copies = self.note_copies()
        read = self.figures["copies read"]
        self.settle(option)
        self.assertEqual(self.figures["copies read"] > read, copies != set())
        for site in self.sites:
            self.assertGreaterEqual(len(self.conflicts(site)), len(groups))
        return copies

    # What must come out of it

    def note_copies(self):
        copies = self.cloud.copies()
        self.met |= {path for _, path in copies}
        return copies

    def settle(self, *options):
        """Delivers and syncs until nobody writes any more; within two rounds a site, and as many
        more if a killed client left a file cut off everywhere."""
        reports = self.settle_once(*options)
        if any(report["errors"] for report in reports):
            self.ten_minutes_pass()
            self.settle_once(*options)

    def settle_once(self, *options):
        for _ in range(2 * len(self.sites) + 1):
            reports = []
            for number, site in enumerate(self.sites):
                if number == 0 or self.cloud.is_run_between_syncs:
                    self.cloud.deliver()
                reports.append(self.sync(site, *options))
            if not any(map(wrote, reports)):
                return reports
        return self.fail(f"not quiet: {reports}")

    def ten_minutes_pass(self):
        """For the sites' files that can't be read: one that stays so is written anew then."""
        for site in self.sites:
            site.sql("UPDATE cfs_file SET since = '2000-01-01T00:00:00Z' WHERE state = 'damaged'")

    def check(self):
        """The invariants, when everything is delivered and quiet."""
        self.cloud.deliver()
        for site in self.sites:
            report = self.sync(site)
            self.assertFalse(wrote(report), report)
            self.assertEqual(report["errors"], [])
        for site in self.sites:
            before = site.dump(without=MEMORY), folder_bytes(site.folder)
            self.sync(site)
            after = site.dump(without=MEMORY), folder_bytes(site.folder)
            self.assertEqual(changed(before, after), [], site.name)
            verified = site.run("verify")
            self.assertEqual(verified.json["differences"], [], site.name)
        self.assertEqual([fault for site in self.sites for fault in self.oracle.faults(site)], [])
        first = content(self.sites[0]), self.conflicts(self.sites[0])
        for site in self.sites[1:]:
            self.assertEqual(first, (content(site), self.conflicts(site)), site.name)
        files = self.cloud.files(0)
        for number in range(1, len(self.sites)):
            self.assertEqual(files, self.cloud.files(number))

    @staticmethod
    def conflicts(site):
        return {conflict["id"]: [value["version"] for value in conflict["values"]]
                for conflict in site.run("conflicts").json["conflicts"]}

    def settle_and_check(self):
        keep = self.chance.random() < 0.5
        before = self.figures["copies deleted"]
        self.settle("--keep-conflicts" if keep else "--delete-conflicts")
        if keep:
            self.assertEqual(self.figures["copies deleted"], before)
        else:
            self.assertEqual(self.note_copies(), set())
        self.check()


class Cloud:
    """What all clients have in common."""

    copy_sign = None  # what the names of its conflict copies hold
    # Does it take a file that two sites wrote to the same bytes for a conflict?
    is_run_between_syncs = False

    def __init__(self, place, count):
        self.folders = [place / f"folder{number}" for number in range(count)]
        for folder in self.folders:
            folder.mkdir()

    def files(self, number):
        """Path to bytes of what cfsync cares for, without the client's own files."""
        folder = os.fsencode(self.folders[number])
        return {path[len(folder):]: found for path, found in folder_bytes(folder).items()
                if found != "no file" and b"/.st" not in path and b"/.syncthing." not in path
                and b"/.unison." not in path}

    def copies(self):
        return {(number, os.fsdecode(path)) for number in range(len(self.folders))
                for path in self.files(number) if self.copy_sign in path}

    def equal(self):
        return all(self.files(0) == self.files(number)
                   for number in range(1, len(self.folders)))

