"""What the demo says when it can't go on."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
STOPPED = "The demo stopped"


@unittest.skipUnless(shutil.which("bash") and shutil.which("sqlite3"), "needs bash and sqlite3")
class DemoTest(unittest.TestCase):
    """Of a copy of the demo beside programs that do as they are told."""

    def setUp(self):
        place = tempfile.TemporaryDirectory(prefix="cfs-demo-")
        self.addCleanup(place.cleanup)
        self.place = pathlib.Path(place.name)
        self.program("source/installer/setup-debian.sh", "exit 0")
        shutil.copy(ROOT / "installer" / "demo.sh", self.place / "source" / "installer")
        shutil.copytree(ROOT / "tests" / "demo", self.place / "source" / "tests" / "demo")
        self.program("bin/cmake", "exit 0")
        self.program("source/build/release/cfsync", "exit 0")

    def program(self, name, script):
        path = self.place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n" + script + "\n", encoding="utf-8")
        path.chmod(0o755)

    def stopped(self):
        (self.place / "tmp").mkdir()
        environment = {**os.environ, "PATH": f"{self.place / 'bin'}:{os.environ['PATH']}",
                       "CFS_DEMO_DIR": str(self.place / "demo"), "TMPDIR": str(self.place / "tmp")}
        done = subprocess.run(
            ["bash", self.place / "source" / "installer" / "demo.sh", "--terminal", "--yes"],
            capture_output=True, timeout=60, encoding="utf-8", env=environment, check=False)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(done.stderr.count(STOPPED), 1, done.stderr)
        self.assertEqual(list((self.place / "tmp").iterdir()), [])
        return done.stderr

    def test_a_build_that_fails_stops_it_with_one_message(self):
        self.program("bin/cmake", "echo no compiler >&2; exit 1")
        self.assertRegex(self.stopped(), r"no compiler\s+The demo stopped: a command failed in line")

    def test_a_program_that_fails_stops_it_with_one_message(self):
        self.program("source/build/release/cfsync", "exit 4")
        self.assertIn("at East, cfsync --json init", self.stopped())

    def test_a_report_that_says_nothing_stops_it_with_one_message(self):
        self.stopped()


if __name__ == "__main__":
    unittest.main()
