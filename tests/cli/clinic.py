"""Clinics, sites and sync folders for the tests of the command line."""

import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import tempfile
import unittest

CFSYNC = os.environ.get("CFSYNC", "cfsync")
DEMO = pathlib.Path(__file__).resolve().parent.parent / "demo"
# Which site syncs just now: the one thing that a sync which changes nothing writes and takes away.
LEASE = "cfs_lease"
# What a site remembers of the folder, so that it need not read it again.
MEMORY = ("cfs_file", "cfs_directory")
# What it may note of a file that it could not read.
NOTES = (*MEMORY, "cfs_meta", "cfs_touched", "cfs_site", "cfs_segment", "cfs_outbox")


class Outcome:
    """What one call of cfsync gave."""

    def __init__(self, done):
        self.status = done.returncode
        self.out = done.stdout
        self.err = done.stderr

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def codes(self):
        return [error["code"] for error in self.json.get("errors", [])]

    @property
    def sentence(self):
        return self.json["errors"][-1]["sentence"]


def quick_place():
    """In memory where there is room: the tests flush thousands of files."""
    memory = "/dev/shm"
    free = shutil.disk_usage(memory).free if os.path.isdir(memory) else 0
    return memory if free > 100 << 20 else None


def call(*arguments, stdin=None, timeout=60):
    """Runs cfsync with exactly these arguments."""
    done = subprocess.run([CFSYNC, *map(str, arguments)], capture_output=True, timeout=timeout,
                          input=stdin, encoding="utf-8", errors="surrogateescape", check=False)
    return Outcome(done)


def make_clinic(path, patients=True):
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as database:
        database.executescript((DEMO / "demo_schema.sql").read_text(encoding="utf-8"))
        if patients:
            database.executescript((DEMO / "demo_clinic.sql").read_text(encoding="utf-8"))
    database.close()


def folder_bytes(folder):
    """All that lies in a folder: path to content, or to what it is."""
    found = {}
    for directory, directories, names in os.walk(os.fsencode(folder)):
        for name in directories + names:
            path = os.path.join(directory, name)
            if os.path.islink(path):
                found[path] = "link to " + os.fsdecode(os.readlink(path))
            elif os.path.isfile(path):
                status = os.stat(path)
                small = status.st_size <= 10_000_000
                plain = pathlib.Path(os.fsdecode(path))
                found[path] = plain.read_bytes() if small else status.st_size
            else:
                found[path] = "no file"
    return found


class Site:
    """A clinic's database with a state of its own."""

    patience = 60  # seconds that a call may take

    def __init__(self, place, name, folder):
        self.name = name
        self.folder = pathlib.Path(folder)
        self.state = place / (name + "-state")
        self.database = place / (name + ".db")
        self.connection = f"sqlite3://{self.database}"

    def run(self, *arguments, **more):
        return call("--state", self.state, "--database", self.connection, "--json", *arguments,
                    **{"timeout": self.patience, **more})

    def enable(self, *options, mapping="demo"):
        return self.run("enable", "--site", self.name, "--folder", self.folder, "--mapping",
                        mapping, *options)

    def sync(self, *options):
        return self.run("sync", *options)

    def sql(self, statement, *values):
        with sqlite3.connect(self.database) as database:
            rows = database.execute(statement, values).fetchall()
        database.close()
        return rows

    def dump(self, without=()):
        """Every row of every table, and the schema."""
        database = sqlite3.connect(self.database)
        database.text_factory = bytes
        try:
            tables = [row[0].decode() for row in database.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table'")]
            content = {"schema": database.execute(
                "SELECT sql FROM sqlite_master ORDER BY name").fetchall()}
            for table in tables:
                if table == LEASE or table in without:
                    continue
                content[table] = sorted(
                    database.execute(f'SELECT * FROM "{table}"').fetchall(), key=repr)
            return content
        finally:
            database.close()

    def marks(self):
        """What tells whether anything was changed: the database and the folder."""
        return self.dump(), folder_bytes(self.folder)

    def state_bytes(self):
        """The state, the history of runs and the locks aside."""
        return {path: content for path, content in folder_bytes(self.state).items()
                if b"history" not in path and b"/locks" not in path}

    def patient_file(self, patient):
        return self.folder / "patients" / patient[:2] / (patient + ".xml")

    def patient(self, family_name):
        return self.sql("SELECT r.row_id FROM cfs_row r JOIN patient p ON r.tbl = 'patient' AND "
                        "r.local_key = p.patient_id WHERE p.family_name = ?", family_name)[0][0]


class ClinicTest(unittest.TestCase):
    """A test with a place of its own; `self.site()` makes the sites that it needs."""

    def setUp(self):
        self.place = pathlib.Path(tempfile.mkdtemp(prefix="cfs-cli-", dir=quick_place()))
        self.addCleanup(shutil.rmtree, self.place, ignore_errors=True)
        self.folder = self.place / "folder"
        self.folder.mkdir()

    def new_folder(self, name="folder"):
        folder = self.place / name
        folder.mkdir(exist_ok=True)
        self.done(call("init", "--state", self.place / "starter", "--folder", folder, "--mapping",
                       "demo"))
        return folder

    def site(self, name="A", folder=None):
        """A site that is not enabled yet."""
        site = Site(self.place, name, folder or self.folder)
        make_clinic(site.database)
        return site

    def enabled(self, name="A", *options):
        """A site that has joined the folder, which is started first where it is not yet."""
        if not (self.folder / "cloud-folder-sync.xml").exists():
            self.new_folder()
        site = self.site(name)
        self.done(site.enable(*options))
        return site

    def synced(self, name="A", *options):
        site = self.enabled(name, *options)
        self.done(site.sync())
        return site

    def two_synced(self, *options):
        a, b = self.synced("A", *options), self.synced("B", *options)
        self.done(a.sync())
        return a, b

    def done(self, outcome):
        self.assertEqual(outcome.status, 0, outcome.err[-2000:] or outcome.out[-2000:])
        return outcome

    def settle(self, site, column, values, keep):
        """The only conflict, which shows just these values of the column, by keeping one of them."""
        conflict, = site.run("conflicts").json["conflicts"]
        shown = {value["fields"][column]: value["version"] for value in conflict["values"]}
        self.assertEqual(sorted(shown), values)
        self.assertEqual(len(conflict["values"]), len(values))
        self.done(site.run("resolve", conflict["id"], "--keep", shown[keep]))

    def assert_code(self, outcome, code, status, *words):
        self.assertEqual(outcome.status, status, outcome.err[-2000:] or outcome.out[-2000:])
        self.assertIn(code, outcome.codes)
        sentence = next(error["sentence"] for error in outcome.json["errors"]
                        if error["code"] == code)
        self.assertRegex(sentence, r"^[A-Z0-9].{30,}[.?]$")
        for word in words:
            self.assertIn(str(word), sentence)
        for word in ("Adeyemi", "Folake"):
            self.assertNotIn(word, outcome.out + outcome.err)


class PatientFileTest(ClinicTest):
    """Two synced sites of one folder, and the file of one of their patients."""

    def setUp(self):
        super().setUp()
        self.a, self.b = self.two_synced()
        self.patient = self.b.patient("Adeyemi")
        self.file = self.b.patient_file(self.patient)
        self.good = self.file.read_bytes()
