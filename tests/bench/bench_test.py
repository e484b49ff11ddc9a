"""That the benchmark works, with few patients; what it measures then says nothing."""

import contextlib
import io
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import profile_sync  # noqa: E402
import run  # noqa: E402
from database_server import quick_place  # noqa: E402
from plot import Line, svg  # noqa: E402


class BenchTest(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory(prefix="cfs-bench-test-", dir=quick_place())
        self.addCleanup(place.cleanup)
        self.place = pathlib.Path(place.name)

    def run_bench(self, *words):
        """What the benchmark prints."""
        with contextlib.redirect_stdout(io.StringIO()) as out:
            run.main(["--cfsync", os.environ["CFSYNC"], "--bench", os.environ["BENCH"],
                      "--place", str(self.place), "--repeats", "1", *words])
        return out.getvalue()

    def test_every_case_is_measured_and_nothing_stays_behind(self):
        told = self.run_bench("--patients", "100")
        for part in ("database to empty folder", "full folder to empty", "logs on", "logs off",
                     "edited, push", "edited elsewhere, pull", "one patient edited",
                     "100 conflict copies", "first sync, pull, beside a clinic program at work",
                     "as a guest"):
            self.assertIn(part, told)
        self.assertEqual([], list(self.place.iterdir()))

    def test_growth_is_plotted_beside_the_report(self):
        report = self.place / "figures.md"
        self.run_bench("--growth", "--patients", "10,20", "--report", str(report))
        text = report.read_text(encoding="utf-8")
        self.assertIn("sqlite, by the number of patients", text)
        self.assertIn("growth-sqlite.svg", text)
        plot = xml.etree.ElementTree.parse(self.place / "growth-sqlite.svg")
        self.assertIn("one patient edited, push", "".join(plot.getroot().itertext()))

    def test_plain_code_as_a_guest_moves_the_same_files_and_rows(self):
        def bench(*words):
            subprocess.run([os.environ["BENCH"], *map(str, words)], check=True,
                           stdout=subprocess.DEVNULL)

        def database(name, patients):
            bench("make", f"sqlite3://{self.place / name}", patients)
            return f"sqlite3://{self.place / name}"

        def rows(name):
            with contextlib.closing(sqlite3.connect(self.place / name)) as there:
                return [there.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
                        for table in ("patient", "visit")]

        def files(folder):
            return {path.relative_to(folder): path.read_bytes()
                    for path in folder.glob("*/*.xml")}

        made, plain, guest = database("made", 30), self.place / "plain", self.place / "guest"
        bench("write-folder", made, plain, 1, 7)
        bench("write-folder-as-guest", made, guest, 7)
        self.assertEqual(30, len(files(plain)))
        self.assertEqual(files(plain), files(guest))
        bench("read-folder", plain, database("from-plain", 0), 7)
        bench("read-folder-as-guest", plain, database("from-guest", 0))
        self.assertEqual(30 * 8, len(rows("from-plain")[1]))
        self.assertEqual(rows("from-plain"), rows("from-guest"))
        with contextlib.closing(sqlite3.connect(self.place / "from-guest")) as there:
            for notes, count in (("row", 30 * 21), ("key", 30 * 21), ("patient", 30), ("file", 30)):
                self.assertEqual([(count,)], there.execute(
                    f"SELECT COUNT(*) FROM guest_{notes}").fetchall())

    def test_a_plot_may_have_more_lines_than_colours(self):
        lines = [Line(f"line {number}", [(1, 1), (10, number)]) for number in range(1, 20)]
        drawn = xml.etree.ElementTree.fromstring(svg("x", "y", lines))
        self.assertIn("line 19", "".join(drawn.itertext()))

    def test_a_profile_counts_what_each_kind_of_code_spends_itself(self):
        told = ["version: 1", "summary: 1000", "ob=(1) /x/libsqlite3.so.0", "fn=(1) sqlite3_step",
                "0 30", "cob=(2) /usr/lib/libc.so.6", "cfn=(2) malloc", "calls=3 0", "0 900", "0 5",
                "ob=(2)", "fn=(2)", "+7 40", "fn=(3) __memcpy_avx_unaligned", "* 2", "fn=(4) fopen",
                "-3 1", "ob=(3) /y/build/release/cfsync", "fn=(5) cfs::plan(cfs::Row)", "12 600"]
        self.assertEqual({"SQLite": 35, "allocation": 40, "copying and comparing bytes": 2,
                          "all else": 1, "our own code": 600}, profile_sync.spent(told))

    def test_sites_that_are_in_step_are_kept_for_the_next_run(self):
        keep = ("--patients", "20", "--keep", str(self.place / "kept"))
        first = self.run_bench(*keep, "--cases", "nothing")
        self.assertNotIn("first sync", first)
        marker = self.place / "kept" / "sqlite-20" / "in-step"
        before = marker.stat().st_mtime_ns
        self.assertIn("one patient edited", self.run_bench(*keep, "--cases", "one-patient"))
        self.assertEqual(before, marker.stat().st_mtime_ns)
        self.run_bench(*keep, "--cases", "first-export")  # begins anew
        self.assertFalse(marker.exists())

    def test_a_clinic_program_that_waits_too_long_is_refused_and_goes_on(self):
        path = self.place / "clinic.sqlite"
        connection = f"sqlite3://{path}"
        subprocess.run([os.environ["BENCH"], "make", connection, "5"], check=True,
                       stdout=subprocess.DEVNULL)
        program = subprocess.Popen([os.environ["BENCH"], "work-beside", connection], text=True,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.assertEqual("ready\n", program.stdout.readline())
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            told = json.loads(program.communicate()[0])
        self.assertGreaterEqual(told["refused"], 1)
        self.assertGreater(told["wait_ms"]["longest"], 1000)

    def test_postgresql(self):
        self.on_a_server("postgresql", "/usr/lib/postgresql/*/bin/initdb")

    def test_mariadb(self):
        self.on_a_server("mariadb", shutil.which("mariadbd"))

    def on_a_server(self, system, program):
        if not program or not list(pathlib.Path("/").glob(program.lstrip("/"))):
            self.skipTest(f"{system} is not installed")
        told = self.run_bench("--database", system, "--patients", "20", "--cases",
                              "first-import,one-percent,locks,scan")
        self.assertIn("edited elsewhere, pull", told)
        self.assertIn("scanning instead of triggers", told)
        self.assertIn("enabling beside a clinic program at work", told)
        self.assertIn("first sync, pull, beside a clinic program at work", told)


if __name__ == "__main__":
    unittest.main()
