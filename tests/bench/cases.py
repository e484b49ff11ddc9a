"""The cases of the benchmark: each measures a sync, what it costs at least by plain code and, where
another program does the like, that program; all in one run on one machine."""

import os
import shutil
import time
from dataclasses import dataclass, field

from databases import TABLES
from measure import Cost, forget_writes, median, run
from sites import ClinicProgram, Site, patient_files

LONG_S = 30             # what takes longer is not repeated
ALONE_S = 60            # the clinic program works as long without a sync as beside one, or so long
PERCENT = 100           # every hundredth patient, or one
COPIES = 1000
LOGS_OF = ("North", "South", "Home", "Van")  # with West five sites other than East
KNOWN_TO_OTHERS = 20    # patients
MARKER = "cloud-folder-sync.xml"
# Below, starting a program is most of what it takes; above, copies of the folder need too much disk.
PEERS_FROM, PEERS_TO = 20_000, 100_000
GUEST = "plain code as a guest"
CERTAIN = 100_000       # from here on unison has to be a hundred times slower

FIRST = ("first-export", "first-import")
STEADY = ("nothing", "nothing-no-logs", "one-percent", "one-patient", "copies")
CASES = FIRST + STEADY + ("locks", "scan")
FLAT = ("nothing", "one-patient")  # these must take the same at any size


@dataclass
class Check:
    """Something else than the ratio that has a bar."""

    what: str
    value: float
    bar: float
    kept: bool


def at_most(what, value, bar):
    return Check(what, value, bar, value <= bar)


def exactly(what, value, bar):
    return Check(what, value, bar, value == bar)


@dataclass
class Case:
    key: str                   # one of CASES
    name: str
    bar: float = 0             # at most so many times the floor; 0: none
    sync: Cost = None
    floor: Cost = None         # plain code
    base: Cost = None          # an empty run of cfsync, which a small case's floor comes on top of
    peers: dict = field(default_factory=dict)
    transactions: int = 0
    files: dict = field(default_factory=dict)
    checks: list = field(default_factory=list)
    remark: str = ""

    def ratio(self, what="wall"):
        if not self.floor:
            return None
        least = sum(getattr(cost, what) for cost in (self.floor, self.base) if cost)
        return getattr(self.sync, what) / max(least, 1e-3)

    def all_checks(self):
        ratio = [at_most("ratio", self.ratio(), self.bar)] if self.bar and self.floor else []
        return ratio + self.checks


class Bench:
    """One size in one system. Sites that are in step already are taken as they are."""

    def __init__(self, chosen, databases, place, patients):
        self.programs = chosen
        self.databases = databases
        self.place = place
        self.patients = patients
        self.batch = chosen.batch
        self.chosen = chosen.cases
        self.folder = place / "folder"
        self.plain = place / "plain"
        self.copy = place / "copy"
        self.in_step = place / "in-step"
        self.away = place / "away"
        self.cases = []
        self.east = self.site("East")
        self.west = self.site("West")

    def site(self, name, folder=None):
        return Site(self.programs, self.databases, self.place, name, folder or self.folder)

    def run(self):
        # With sites of their own, which are gone before the others fill the disk.
        self.run_chosen(("locks", self.locks), ("scan", self.scan))
        if self.some_of(FIRST) or (self.some_of(STEADY) and not self.in_step.exists()):
            self.bring_together()
        if self.some_of(STEADY):
            self.east.sync()
        self.run_chosen(
            ("nothing", self.nothing_with_logs), ("nothing-no-logs", self.nothing_without_logs),
            ("one-percent", self.one_percent), ("one-patient", self.one_patient),
            ("copies", self.conflict_copies))
        return self.cases

    def run_chosen(self, *known):
        for key, measure in known:
            if key in self.chosen:
                measure()

    def some_of(self, keys):
        return set(keys) & set(self.chosen)

    def repetitions(self):
        """Counts as long as what is repeated is short."""
        begin = time.monotonic()
        for count in range(self.programs.repeats):
            yield count
            if time.monotonic() - begin > LONG_S:
                return

    def bring_together(self):
        self.clear()
        self.first_syncs()
        if self.some_of(STEADY):
            self.east.sync()
            self.west.sync()
            self.in_step.touch()

    def clear(self):
        """What an earlier run has left, but for the data that were made."""
        for path in self.place.iterdir():
            if path.is_dir() and not path.name.startswith("server-"):
                shutil.rmtree(path)
            elif path.is_file() and path != self.databases.made:
                path.unlink()

    def put_away(self, path):
        """It is deleted when all is measured. Where files were deleted in the last minutes ext4 makes
        new ones several times as slowly: it passes over the inodes that were theirs, one by one."""
        self.away.mkdir(exist_ok=True)
        path.rename(self.away / str(len(list(self.away.iterdir()))))

    def case(self, key, name, **more):
        case = Case(key, name, **more)
        if key in self.chosen:
            self.cases.append(case)
        return case

    def plain_code(self, *words):
        forget_writes()
        return run(self.programs.bench, *words)

    def sync(self, case, site, *words):
        """Gives the case the cost of a sync; the report."""
        forget_writes()
        before = site.transactions()
        case.sync, report = site.sync(*words)
        case.transactions = site.transactions() - before
        case.files = {**report["files"], "segments": report["segments"]["written"]}
        return report

    def enable(self, case, site):
        before = site.transactions()
        case.sync = site.enable()
        case.transactions = site.transactions() - before

    def peer(self, program):
        return self.patients <= PEERS_TO and shutil.which(program)

    def compare(self, case, peer, cost, times, least):
        """At most so many times what the other program takes, where there are enough patients."""
        case.peers[peer] = cost
        if self.patients >= least:
            case.checks.append(at_most(f"of {peer}", case.sync.wall / cost.wall, times))

    def first_syncs(self):
        export = self.case("first-export", "first sync, database to empty folder", bar=2.5)
        import_ = self.case("first-import", "first sync, full folder to empty database", bar=2.5)
        self.east.fill(self.patients)
        if self.some_of(FIRST):
            self.first_floors(export, import_)
        self.east.enable()
        report = self.sync(export, self.east)
        assert report["patients"]["exported"] == self.patients, report
        if self.peer("cp"):
            forget_writes()
            export.peers["cp -r and sync"] = run(
                "sh", "-c", f"cp -r '{self.folder}' '{self.copy}' && sync")
        if self.some_of(STEADY):
            self.join_others()
        self.west.fill(0)
        self.west.enable()
        self.sync(import_, self.west)
        assert self.west.rows("visit") == 8 * self.patients
        for case in (export, import_):
            bar = 96 if self.patients <= 100_000 else 128
            case.checks.append(at_most("peak MB", case.sync.peak, bar))

    def first_floors(self, export, import_):
        """Before the syncs, so that what they make need not lie beside what the syncs make."""
        export.floor = self.plain_code("write-folder", self.east.connection, self.plain, 1,
                                       self.batch)
        self.databases.fill("plain", 0)
        import_.floor = self.plain_code("read-folder", self.plain,
                                        self.databases.connection("plain"), self.batch)
        self.databases.drop("plain")
        if self.databases.name == "sqlite":
            self.guest_floors(export, import_)
        self.put_away(self.plain)
        if self.databases.name == "sqlite" and shutil.which("sqlite3"):
            import_.peers["sqlite3 .import"] = self.sqlite_import()

    def guest_floors(self, export, import_):
        """The same by plain code that keeps what a sync promises the clinic program."""
        self.databases.fill("plain", 0)
        import_.peers[GUEST] = self.plain_code("read-folder-as-guest", self.plain,
                                               self.databases.connection("plain"))
        self.databases.drop("plain")
        self.put_away(self.plain)
        self.databases.fill("plain", self.patients)
        export.peers[GUEST] = self.plain_code("write-folder-as-guest",
                                              self.databases.connection("plain"), self.plain,
                                              self.batch)
        self.databases.drop("plain")

    def sqlite_import(self):
        """The same rows by SQLite's own program, which reads no XML: a floor that is slower than
        this and parsing is none."""
        made, target = self.databases.made, self.databases.path("plain")
        files = {table: self.place / f"{table}.csv" for table in TABLES}
        run("sqlite3", "-csv", made, *(word for table, file in files.items() for word in (
            f".once '{file}'", f"SELECT * FROM {table}")))
        self.databases.fill("plain", 0)
        forget_writes()
        cost = run("sqlite3", "-csv", target, *(f".import '{file}' {table}"
                                                for table, file in files.items()))
        self.databases.drop("plain")
        for file in files.values():
            file.unlink()
        return cost

    def join_others(self):
        """Four more sites, so that there are logs to read; each has edited and told so. They know a
        few patients only, in a folder of their own, which is then copied back: to take in every
        patient would take as long as what is measured."""
        for name in LOGS_OF:
            apart = self.place / f"folder-{name}"
            for path in (self.folder / MARKER, *patient_files(self.folder, KNOWN_TO_OTHERS)):
                there = apart / path.relative_to(self.folder)
                there.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, there)
            site = self.site(name, apart)
            site.fill(0)
            site.enable()
            site.sync()
            site.edit(1, f"seen by {name}")
            site.sync()
            site.leave()
            shutil.copytree(apart, self.folder, dirs_exist_ok=True)
            self.put_away(apart)

    # All sites are in step.

    def nothing_with_logs(self):
        case = self.case("nothing", "nothing changed, logs on, 5 other sites", bar=2)
        self.nothing(case, self.east, "read-files", self.folder / "logs")
        if self.peer("unison"):
            self.compare(case, "unison", self.unison(), 1 / 100, CERTAIN)

    def nothing_without_logs(self):
        case = self.case("nothing-no-logs", "nothing changed, logs off", bar=2)
        self.nothing(case, self.east, "stat-files", self.folder / "patients", words=["--no-logs"])
        if self.peer("unison"):
            self.compare(case, "unison", self.unison(), 1, PEERS_FROM)
        if self.peer("rclone"):
            case.peers["rclone bisync"] = self.rclone()

    def nothing(self, case, site, *floor, words=()):
        report = self.sync(case, site, *words)
        assert not report["patients"]["exported"], report
        costs = [(site.sync(*words)[0], self.plain_code(*floor), site.status())
                 for _ in self.repetitions()]
        case.sync, case.floor, case.base = map(median, zip(*costs))

    def unison(self):
        """Brings a copy up to date, then looks again: what looking costs."""
        self.unison_once()
        return median([self.unison_once() for _ in self.repetitions()])

    def unison_once(self):
        os.environ["UNISON"] = str(self.place / "unison")
        self.copy.mkdir(exist_ok=True)
        return run("unison", "-batch", "-silent", "-fastcheck", "true", self.folder, self.copy,
                   accepted=(0, 1))

    def rclone(self):
        mirror, state = self.place / "mirror", self.place / "bisync"
        words = ("rclone", "bisync", self.folder, mirror, "--workdir", state, "--config",
                 "/dev/null")
        mirror.mkdir()
        run(*words, "--resync")
        cost = median([run(*words) for _ in self.repetitions()])
        self.put_away(mirror)
        self.put_away(state)
        return cost

    def one_percent(self):
        push = self.case("one-percent", "1 % of patients edited, push", bar=3)
        pull = self.case("one-percent", "1 % of patients edited elsewhere, pull", bar=3)
        if self.peer("unison"):
            self.unison_once()
        self.databases.fill("plain", self.patients)
        costs = [self.one_percent_once(push, pull) for _ in self.repetitions()]
        self.databases.drop("plain")
        push.sync, push.floor, pull.sync, pull.floor, status, *unison = map(median, zip(*costs))
        push.base = pull.base = status
        if unison:
            self.compare(push, "unison", *unison, 1, PEERS_FROM)

    def one_percent_once(self, push, pull):
        every = min(PERCENT, self.patients)
        edited = self.east.edit(every, f"edit {time.time_ns()}")
        report = self.sync(push, self.east)
        assert report["patients"]["exported"] == edited, report
        written = self.plain_code("write-folder", self.east.connection, self.plain, every,
                                  self.batch)
        report = self.sync(pull, self.west)
        assert report["patients"]["imported"] == edited, report
        updated = self.plain_code("update-rows", self.listed(self.plain.rglob("*.xml")),
                                  self.databases.connection("plain"), self.batch)
        assert int(updated.out) >= edited, updated  # and what the other sites edited of them
        self.put_away(self.plain)
        costs = [push.sync, written, pull.sync, updated, self.east.status()]
        if self.peer("unison"):
            forget_writes()
            costs.append(self.unison_once())
        return costs

    def one_patient(self):
        push = self.case("one-patient", "one patient edited, push")
        pull = self.case("one-patient", "the same, pull at the other site")
        costs = []
        for _ in self.repetitions():
            self.east.edit(self.patients, f"edit {time.time_ns()}")
            report = self.sync(push, self.east)
            assert report["patients"]["exported"] == 1, report
            report = self.sync(pull, self.west)
            assert report["patients"]["imported"] == 1, report
            costs.append((push.sync, pull.sync, self.east.status()))
        push.sync, pull.sync, push.base = map(median, zip(*costs))
        pull.base = push.base
        for case, written in ((push, 1), (pull, 0)):
            case.checks += [exactly("files opened", case.files["opened"], 1),
                            exactly("files written", case.files["written"], written),
                            exactly("segments written", case.files["segments"], written)]

    def conflict_copies(self):
        copies = []
        for path in patient_files(self.folder, COPIES):
            copy = path.with_name(f"{path.stem} (West's conflicted copy 2026-11-20){path.suffix}")
            shutil.copyfile(path, copy)
            copies.append(copy)
        case = self.case("copies", f"{len(copies)} conflict copies", bar=4)
        report = self.sync(case, self.east)
        assert report["copies"]["read"] == len(copies), report
        listed = self.listed(copies)
        costs = [(self.plain_code("parse-files", listed), self.east.status())
                 for _ in self.repetitions()]
        case.floor, case.base = map(median, zip(*costs))
        for copy in copies:
            copy.unlink()
        self.east.sync()

    def listed(self, paths):
        path = self.place / "list"
        path.write_text("".join(f"{one}\n" for one in paths), encoding="utf-8")
        return path

    # These have sites and a folder of their own.

    def locks(self):
        """The clinic program works beside enabling and the first syncs. What a transaction of its
        takes when it is alone is the disk's."""
        folder = self.place / "folder-beside"
        sites = [self.site("Front", folder), self.site("Back", folder)]
        for site, way, patients in zip(sites, ("push", "pull"), (self.patients, 0)):
            site.fill(patients)
            if patients:
                self.beside("enabling", site, self.enable)
            else:
                site.enable()
            self.beside(f"first sync, {way},", site, self.sync)
            site.leave()
        self.put_away(folder)

    def beside(self, what, site, work):
        case = self.case("locks", f"{what} beside a clinic program at work")
        with ClinicProgram(site) as beside:
            work(case, site)
        with ClinicProgram(site) as alone:
            time.sleep(min(case.sync.wall, ALONE_S))
        case.checks += [at_most("longest wait ms", beside.told["wait_ms"]["longest"], 100),
                        exactly("refused", beside.told["refused"], 0)]
        case.remark = f"beside: {told(beside.told)}; alone: {told(alone.told)}"

    def scan(self):
        """Without the right to make triggers."""
        if not self.databases.scans:
            return
        site = self.site("Scan", self.place / "folder-scan")
        site.fill(self.patients)
        site.connection = self.databases.connection_without_triggers(site.database)
        site.enable()
        site.sync()
        case = self.case("scan", "scanning instead of triggers, nothing changed", bar=1.5)
        self.nothing(case, site, "select-rows", site.connection)
        site.leave()
        self.put_away(site.folder)


def told(outcome):
    """What the clinic program says of its transactions."""
    times = ", ".join(f"{name} {value:.1f}" for name, value in outcome["wait_ms"].items())
    return (f"{outcome['transactions']} transactions, {outcome['refused']} refused, waited {times} ms,"
            f" the longest took {outcome['whole_ms']['longest']:.0f} ms")
