#!/usr/bin/env python3
"""Suggested mappings for real clinic programs' schemas, measured against what a person found there.

MEASURE is the program measure_suggestion; with FIGURES=1 its tables are printed. Where the schemas
or a server's packages are missing the system is skipped.
"""

import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parent.parent.parent / "shared" / "data"
MEASURE = os.environ.get("MEASURE", "measure_suggestion")

sys.path.insert(0, str(HERE.parent / "servers"))

from database_server import MariaDbServer, PostgreSqlServer  # noqa: E402


class SuggestionTest(unittest.TestCase):
    def data(self, *names):
        paths = [DATA / name for name in names]
        if not all(path.is_file() for path in paths):
            self.skipTest(f"there is no {paths[0]}")
        return paths

    def measure(self, connection, truth):
        done = subprocess.run([MEASURE, connection, HERE / "truth" / (truth + ".txt")],
                              capture_output=True, text=True, timeout=300, check=False)
        if os.environ.get("FIGURES"):
            print(f"\n{truth}: {done.stdout}{done.stderr}", flush=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


class SqliteTest(SuggestionTest):
    def setUp(self):
        self.place = pathlib.Path(tempfile.mkdtemp(prefix="cfs-suggestion-"))
        self.addCleanup(shutil.rmtree, self.place, ignore_errors=True)

    def from_script(self, script, truth):
        path = self.place / "clinic.sqlite"
        with sqlite3.connect(path) as database:
            database.executescript(self.data(script)[0].read_text(encoding="utf-8"))
        database.close()
        self.measure(f"sqlite3://{path}", truth)

    def test_simpleipd(self):
        self.from_script("simpleipd/data.schema.sql", "simpleipd")

    def test_the_simple_app(self):
        self.from_script("simple/simple_android_v123_sqlite.sql", "simple-app")

    def test_open_hospital(self):
        path = self.place / "clinic.sqlite"
        shutil.copy(self.data("openhospital/openhospital_demo.sqlite")[0], path)
        self.measure(f"sqlite3://{path}", "open-hospital")


class ServerTest(SuggestionTest):
    make_server = None
    server = None

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(cls.make_server())

    def loaded(self, truth, *scripts, **options):
        paths = self.data(*scripts)
        self.server.create("clinic_" + truth.replace("-", "_"))
        for path in paths:
            self.server.load("clinic_" + truth.replace("-", "_"), path, **options)
        self.measure(self.server.connection("clinic_" + truth.replace("-", "_")), truth)


@unittest.skipUnless(shutil.which("mariadbd"), "MariaDB is not installed")
class MariaDbTest(ServerTest):
    make_server = MariaDbServer

    def test_openemr(self):
        self.loaded("openemr", "openemr/database.sql", "openemr/example_patient_data.sql",
                    "openemr/example_patient_users.sql")

    def test_openmrs(self):
        self.loaded("openmrs", "openmrs/openmrs_core_schema.sql",
                    "openmrs/initialInMemoryTestDataSet.sql", "openmrs/standardTestDataset.sql")

    def test_open_hospital(self):
        self.loaded("open-hospital", "openhospital/openhospital_demo.sql")

    def test_openmolar(self):
        self.loaded("openmolar", "openmolar/schema.sql", "openmolar/minimal_data.sql",
                    "openmolar/triggers.sql", "openmolar/demo_data.sql", strict=False)


@unittest.skipUnless(list(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb")),
                     "PostgreSQL is not installed")
class PostgreSqlTest(ServerTest):
    make_server = PostgreSqlServer

    def test_openmrs(self):
        self.loaded("openmrs", "openmrs/openmrs_pg.sql")

    def test_the_simple_server(self):
        self.loaded("simple-server", "simple/simple_server_pg_excerpt.sql")


if __name__ == "__main__":
    unittest.main()
