"""The cases of the benchmark: each measures a sync, what it costs at least by plain code and, where
another program does the like, that program; all in one run on one machine."""

import json
import os
import shutil
from dataclasses import dataclass, field

from measure import Cost, forget_writes, median, run
from sites import Site, patient_files

REPEATS = 3
PERCENT = 100  # every hundredth patient: one in a hundred


@dataclass
class Case:
    name: str
    bar: float = 0             # at most so many times the floor; 0: none
    sync: Cost = None
    floor: Cost = None         # plain code
    base: Cost = None          # an empty run of cfsync, which a small case's floor comes on top of
    peers: dict = field(default_factory=dict)
    transactions: int = 0
    files: dict = field(default_factory=dict)

    def ratio(self):
        if not self.floor:
            return None
        base = self.base.wall if self.base else 0
        return self.sync.wall / max(self.floor.wall + base, 1e-6)


class Bench:
    """The cases need each other's outcome: they are run in the order in which they stand here."""

    def __init__(self, programs, place, patients):
        self.programs = programs
        self.place = place
        self.patients = patients
        self.folder = place / "folder"
        self.plain = place / "plain"
        self.pristine = place / "pristine.sqlite"  # East's database before anything was enabled
        self.cases = []
        self.east = Site(programs, place, "East", self.folder)
        self.west = Site(programs, place, "West", self.folder)

    def run_all(self):
        self.first_export()
        self.first_import()
        self.join_others()
        self.nothing_with_logs()
        self.nothing_without_logs()
        self.push_and_pull()
        self.one_patient()
        self.conflict_copies()
        return self.cases

    def plain_code(self, *words):
        forget_writes()
        return run(self.programs.bench, *words)

    def measured(self, case, site, *words):
        forget_writes()
        before = site.transactions()
        case.sync, report = site.sync(*words)
        case.transactions = site.transactions() - before
        case.files = {**report["files"], "segments": report["segments"]["written"]}
        self.cases.append(case)
        return report

    def first_export(self):
        self.east.make(self.patients)
        shutil.copyfile(self.east.database, self.pristine)
        self.east.init()
        self.east.enable()
        case = Case("first sync, database to empty folder", 2.5)
        report = self.measured(case, self.east)
        assert report["patients"]["exported"] == self.patients, report
        case.floor = self.plain_code("write-folder", self.pristine, self.plain, 1, "batch")
        forget_writes()
        case.peers["cp -r and sync"] = run(
            "sh", "-c", f"cp -r '{self.folder}' '{self.place}/copy' && sync")

    def first_import(self):
        self.west.make(0)
        self.west.enable()
        case = Case("first sync, full folder to empty database", 2.5)
        report = self.measured(case, self.west)
        assert self.west.rows() == 8 * self.patients, report
        case.floor = self.plain_code("read-folder", self.plain, self.place / "plain.sqlite")

    def join_others(self):
        """Four more sites, so that there are logs to read; each has edited and told so."""
        for name in ("North", "South", "Home", "Van"):
            site = Site(self.programs, self.place, name, self.folder)
            site.take(self.pristine)
            site.enable()
            site.sync()
            site.edit(max(self.patients // 20, 1), f"seen by {name}")
            site.sync()
        self.east.sync()
        self.west.sync()
        self.east.sync()

    def nothing_with_logs(self):
        self.status = median([self.east.cfsync("status") for _ in range(REPEATS)])
        case = Case("nothing changed, logs on, 5 other sites", 2, base=self.status)
        self.repeated(case)
        case.floor = median([self.plain_code("read-files", self.folder / "logs")
                             for _ in range(REPEATS)])

    def repeated(self, case, *words):
        report = self.measured(case, self.east, *words)
        assert not report["patients"]["exported"], report
        case.sync = median([case.sync, *(self.east.sync(*words)[0] for _ in range(REPEATS - 1))])

    def nothing_without_logs(self):
        case = Case("nothing changed, logs off", 2, base=self.status)
        self.repeated(case, "--no-logs")
        case.floor = median([self.plain_code("stat-files", self.folder / "patients")
                             for _ in range(REPEATS)])
        case.peers["unison"] = self.unison()
        case.peers["rclone bisync"] = self.rclone()

    def unison(self):
        """Brings a copy up to date, then looks again: what looking costs."""
        os.environ["UNISON"] = str(self.place / "unison")
        self.unison_once()
        return median([self.unison_once() for _ in range(REPEATS)])

    def unison_once(self):
        return run("unison", "-batch", "-silent", "-fastcheck", "true", self.folder,
                   self.place / "copy", accepted=(0, 1))

    def rclone(self):
        words = ("rclone", "bisync", self.folder, self.place / "mirror", "--workdir",
                 self.place / "bisync", "--config", "/dev/null")
        (self.place / "mirror").mkdir()
        run(*words, "--resync")
        return median([run(*words) for _ in range(REPEATS)])

    def push_and_pull(self):
        edited = self.east.edit(PERCENT, "edited at East")
        case = Case("1 % of patients edited, push", 3, base=self.status)
        report = self.measured(case, self.east)
        assert report["patients"]["exported"] == edited, report
        case.floor = self.plain_code("write-folder", self.pristine, self.plain, PERCENT, "batch")
        forget_writes()
        case.peers["unison"] = self.unison_once()
        case = Case("1 % of patients edited elsewhere, pull", 3, base=self.status)
        report = self.measured(case, self.west)
        assert report["patients"]["imported"] == edited, report
        files = sorted(self.plain.rglob("*.xml"))[:edited]
        case.floor = self.plain_code("update-rows", self.listed(files), self.place / "plain.sqlite")

    def one_patient(self):
        for site, name in ((self.east, "one patient edited, push"),
                           (self.west, "the same, pull at the other site")):
            if site is self.east:
                site.edit(self.patients, "one edit at East")
            self.measured(Case(name, base=self.status), site)

    def conflict_copies(self):
        files = patient_files(self.folder)[:1000]
        copies = []
        for path in files:
            copy = path.with_name(f"{path.stem} (West's conflicted copy 2026-11-20){path.suffix}")
            shutil.copyfile(path, copy)
            copies.append(copy)
        case = Case(f"{len(copies)} conflict copies", 4, base=self.status)
        report = self.measured(case, self.east)
        assert report["copies"]["read"] == len(copies), report
        case.floor = self.plain_code("parse-files", self.listed(copies))
        for copy in copies:
            copy.unlink()
        self.east.sync()

    def listed(self, paths):
        path = self.place / "list"
        path.write_text("".join(f"{one}\n" for one in paths), encoding="utf-8")
        return path


def as_json(cases):
    return json.dumps([{
        "case": case.name, "bar": case.bar, "ratio": case.ratio(),
        "sync": vars(case.sync) | {"out": None},
        "floor": vars(case.floor) | {"out": None} if case.floor else None,
        "peers": {name: cost.wall for name, cost in case.peers.items()},
        "transactions": case.transactions, "files": case.files} for case in cases], indent=1)
