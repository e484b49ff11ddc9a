"""A sync that takes its time: interrupted, and asked for twice."""

import signal
import subprocess
import time

from clinic import CFSYNC, ClinicTest

MANY = """
WITH RECURSIVE n (i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 800)
INSERT INTO patient (patient_id, family_name, given_name, birth_date, sex, registered_on)
SELECT i, 'Family ' || i, 'Given ' || i, '1970-01-01', 'X', '2026-01-01' FROM n"""


class RunningTest(ClinicTest):
    def setUp(self):
        super().setUp()
        self.site_ = self.site()
        self.site_.sql(MANY)
        self.new_folder()
        self.done(self.site_.enable())
        self.running = subprocess.Popen(
            [CFSYNC, "sync", "--json", "--state", self.site_.state], encoding="utf-8",
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(self.running.kill)
        deadline = time.monotonic() + 30
        while not (self.folder / "patients").exists() and time.monotonic() < deadline:
            time.sleep(0.01)

    def test_a_second_sync_is_busy_and_an_interrupted_one_is_continued(self):
        second = self.site_.sync()
        self.running.send_signal(signal.SIGINT)
        out, err = self.running.communicate(timeout=60)
        self.assert_code(second, "busy", 5, self.site_.database)
        self.assertEqual(second.json["result"], "busy")
        self.assertEqual(self.running.returncode, 6, err)
        self.assertIn('"code": "cancelled"', out)
        self.done(self.site_.sync())
        self.done(self.site_.run("verify"))

    def test_a_sync_that_is_killed_is_continued_at_once(self):
        self.running.kill()
        self.running.communicate()
        self.done(self.site_.sync())
        self.done(self.site_.run("verify"))
        self.assertEqual(self.done(self.site_.sync()).json["files"]["written"], 0)
