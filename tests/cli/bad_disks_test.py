"""Disks that are full, write-protected or another's, and databases that are locked or exchanged:
the sync says so, nothing is lost, and the next one heals."""

import os
import shutil
import sqlite3
import subprocess
import sys
import time
import unittest

from clinic import CFSYNC, ClinicTest, Outcome, folder_bytes

NOBODY = 65534
MANY = """
WITH RECURSIVE n (i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
INSERT INTO patient (patient_id, family_name, given_name, birth_date, sex, registered_on)
SELECT i, 'Family ' || i, 'Given ' || i, '1970-01-01', 'X', '2026-01-01' FROM n"""
PHONE = "UPDATE patient SET phone = ? WHERE patient_id = 1"


def clinic_rows(site):
    return site.dump()["patient"], site.dump()["visit"]


class DiskTest(ClinicTest):
    def mounted(self, place, *options):
        """A disk of its own at `place`, or a skip."""
        place.mkdir(exist_ok=True)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", ",".join(options), "none", place],
                              capture_output=True, check=False)
        if done.returncode != 0:
            self.skipTest("mounting is not allowed here")
        self.addCleanup(subprocess.run, ["umount", place], check=False)
        return place

    def fill(self, place):
        """Takes all the room."""
        filler = place / "filler"
        with open(filler, "wb") as file:
            os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(place).free)
        return filler

    def assert_healed(self, *sites):
        for site in sites:
            self.done(site.sync())
        for site in sites:
            self.done(site.run("verify"))
            written = self.done(site.sync()).json["files"]["written"]
            self.assertEqual(written, 0)
            self.assertEqual(site.sql("PRAGMA integrity_check"), [("ok",)])

    def test_the_disk_of_the_database_is_full(self):
        a, b = self.two_synced()
        disk = self.mounted(self.place / "disk", "size=4m")
        shutil.move(b.database, disk / "B.db")
        os.symlink(disk / "B.db", b.database)
        a.sql(MANY)
        self.done(a.sync("--confirm", "patients-gone"))
        filler = self.fill(disk)
        before = clinic_rows(b)
        outcome = b.sync()
        self.assert_code(outcome, "disk_full", 4, b.database)
        self.assertEqual(clinic_rows(b), before)
        filler.unlink()
        self.assert_healed(b, a)
        self.assertEqual(b.sql("SELECT count(*) FROM patient"), [(325,)])

    def test_the_disk_of_the_state_is_full(self):
        a = self.synced("A")
        site = self.site("B")
        site.state = self.mounted(self.place / "disk", "size=1m") / "state"
        self.done(site.enable("--delete-conflicts"))
        self.done(site.sync())
        a.sql(PHONE, "555-1")
        self.done(a.sync())
        path = a.patient_file(a.patient("Adeyemi"))
        copy = path.with_name(path.stem + " (A's conflicted copy 2026-11-22).xml")
        copy.write_bytes(path.read_bytes())
        filler = self.fill(site.state.parent)
        self.assert_code(site.sync(), "disk_full", 4, site.state)
        # It could not be kept in the archive, so it stays where it was.
        self.assertTrue(copy.exists())
        filler.unlink()
        self.done(site.sync())
        self.assertFalse(copy.exists())
        self.assert_healed(site, a)

    def test_folder_state_and_database_on_three_disks(self):
        self.mounted(self.folder, "size=40m")
        self.new_folder()
        site = self.site("A")
        site.state = self.mounted(self.place / "states", "size=8m") / "state"
        other = self.site("B")
        self.done(site.enable("--delete-conflicts"))
        self.done(other.enable())
        self.done(site.sync())
        self.done(other.sync())
        other.sql("INSERT INTO document (patient_id, title, media_type, content, added_on) VALUES "
                  "(1, 'Scan', 'image/png', randomblob(90000), '2026-11-22')")
        self.done(other.sync())
        path = other.patient_file(other.patient("Adeyemi"))
        copy = path.with_name(path.stem + " (B's conflicted copy 2026-11-22).xml")
        copy.write_bytes(path.read_bytes())
        report = self.done(site.sync()).json
        self.assertEqual(report["copies"]["deleted"], 1)
        self.assert_healed(site, other)
        content = "SELECT content FROM document WHERE title = 'Scan'"
        self.assertEqual(site.sql(content), other.sql(content))

    def test_the_folder_moves_to_another_disk(self):
        site = self.synced()
        disk = self.mounted(self.place / "disk", "size=40m")
        moved = disk / "folder"
        shutil.copytree(self.folder, moved)
        shutil.rmtree(self.folder)
        self.assert_code(site.sync(), "folder_missing", 3, self.folder)
        self.done(site.run("options", "--folder", moved))
        site.folder = moved
        site.sql(PHONE, "555-2")
        self.assertEqual(self.done(site.sync()).json["patients"]["exported"], 1)
        self.assert_healed(site)


@unittest.skipUnless(os.geteuid() == 0 and shutil.which("setpriv"), "only root can be another user")
class RightsTest(ClinicTest):
    """As an ordinary user: root's rights end nowhere."""

    def setUp(self):
        super().setUp()
        self.mine = self.synced()
        self.place.chmod(0o755)
        for directory, directories, names in os.walk(self.place):
            for name in (".", *directories, *names):
                os.chown(os.path.join(directory, name), NOBODY, NOBODY)

    def as_nobody(self, *arguments):
        done = subprocess.run(
            ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", CFSYNC,
             "--state", self.mine.state, "--database", self.mine.connection, "--json",
             *map(str, arguments)],
            capture_output=True, encoding="utf-8", check=False, timeout=60)
        return Outcome(done)

    def sql(self, statement, *values):
        """The clinic program is nobody, too: no file of the database may become root's."""
        code = "import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); " \
               "d.execute(sys.argv[2], sys.argv[3:]); d.commit()"
        subprocess.run(["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
                        sys.executable, "-c", code, self.mine.database, statement, *values],
                       check=True)

    def assert_healed(self):
        self.done(self.as_nobody("sync"))
        self.done(self.as_nobody("verify"))
        self.assertEqual(self.done(self.as_nobody("sync")).json["files"]["written"], 0)

    def test_the_folder_may_not_be_written_any_more(self):
        self.sql(PHONE, "555-3")
        shard = self.mine.patient_file(self.mine.patient("Adeyemi")).parent
        shard.chmod(0o555)
        before = folder_bytes(self.folder)
        outcome = self.as_nobody("sync")
        self.assert_code(outcome, "folder_unwritable", 1, self.folder)
        self.assertEqual(folder_bytes(self.folder), before)
        for directory in (self.folder, self.folder / "logs"):
            directory.chmod(0o555)
        self.assert_code(self.as_nobody("sync"), "folder_unwritable", 4, self.folder)
        self.assertEqual(folder_bytes(self.folder), before)
        for directory in (self.folder, self.folder / "logs", shard):
            directory.chmod(0o755)
        self.assert_healed()
        self.assertIn(b"555-3", self.mine.patient_file(self.mine.patient("Adeyemi")).read_bytes())

    def test_the_folder_may_not_be_read_any_more(self):
        self.sql(PHONE, "555-4")
        before = self.mine.dump(), folder_bytes(self.folder)
        self.folder.chmod(0)
        self.assert_code(self.as_nobody("sync"), "folder_unwritable", 4, self.folder)
        self.folder.chmod(0o755)
        self.assertEqual((self.mine.dump(), folder_bytes(self.folder)), before)
        self.assert_healed()

    def test_a_patients_file_may_not_be_read(self):
        path = self.mine.patient_file(self.mine.patient("Adeyemi"))
        self.sql(PHONE, "555-5")
        before = path.read_bytes()
        path.chmod(0)
        outcome = self.as_nobody("sync")
        self.assert_code(outcome, "folder_unwritable", 1, self.folder)
        self.assertEqual(path.read_bytes(), before)
        path.chmod(0o644)
        self.assert_healed()
        self.assertIn(b"555-5", path.read_bytes())

    def test_the_database_may_not_be_written(self):
        self.sql(PHONE, "555-6")
        self.mine.database.chmod(0o444)
        before = self.mine.dump(), folder_bytes(self.folder)
        self.assert_code(self.as_nobody("sync"), "database_refused", 4, self.mine.database)
        self.assertEqual((self.mine.dump(), folder_bytes(self.folder)), before)
        self.mine.database.chmod(0)
        self.assert_code(self.as_nobody("sync"), "database_refused", 4, self.mine.database)
        self.mine.database.chmod(0o644)
        self.assert_healed()

    def test_the_state_may_not_be_written(self):
        self.sql(PHONE, "555-7")
        before = self.mine.dump(), folder_bytes(self.folder)
        for directory, directories, names in os.walk(self.mine.state):
            for name in names:
                os.chmod(os.path.join(directory, name), 0o444)
            os.chmod(directory, 0o555)
        outcome = self.as_nobody("sync")
        self.assertEqual(outcome.status, 4, outcome.out)
        self.assertIn(str(self.mine.state), outcome.sentence)
        self.assertEqual((self.mine.dump(), folder_bytes(self.folder)), before)
        for directory, directories, names in os.walk(self.mine.state):
            os.chmod(directory, 0o700)
            for name in names:
                os.chmod(os.path.join(directory, name), 0o600)
        self.assert_healed()


class LockedTest(ClinicTest):
    def test_a_database_locked_for_a_minute_is_given_up_in_seconds(self):
        site = self.synced()
        site.sql(PHONE, "555-8")
        program = sqlite3.connect(site.database, isolation_level=None)
        self.addCleanup(program.close)
        program.execute("BEGIN IMMEDIATE")
        program.execute("UPDATE patient SET notes = 'Typed meanwhile' WHERE patient_id = 2")
        before = folder_bytes(self.folder)
        begin = time.monotonic()
        self.assert_code(site.sync(), "database_locked", 4, site.database)
        # Five seconds are waited, once.
        self.assertLess(time.monotonic() - begin, 15)
        self.assertEqual(folder_bytes(self.folder), before)
        program.execute("COMMIT")
        self.assertEqual(self.done(site.sync()).json["patients"]["exported"], 2)
        self.done(site.run("verify"))
        self.assertEqual(site.sql("SELECT notes FROM patient WHERE patient_id = 2"),
                         [("Typed meanwhile",)])


class RunningSync:
    """A sync of many patients that has begun to publish."""

    def __init__(self, test, site):
        self.process = subprocess.Popen(
            [CFSYNC, "sync", "--json", "--state", site.state, "--database", site.connection,
             "--confirm", "patients-gone"],
            encoding="utf-8", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        test.addCleanup(self.process.kill)
        deadline = time.monotonic() + 30
        patients = site.folder / "patients"
        count = len(list(patients.rglob("*.xml")))
        while len(list(patients.rglob("*.xml"))) < count + 5 and time.monotonic() < deadline:
            time.sleep(0.005)

    def end(self):
        out, err = self.process.communicate(timeout=60)
        return Outcome(subprocess.CompletedProcess([], self.process.returncode, out, err))


class ReplacedTest(ClinicTest):
    """A backup put back in the way that is right: another file, renamed over the database."""

    def put(self, site, backup):
        fresh = site.database.with_suffix(".restored")
        shutil.copy(backup, fresh)
        fresh.replace(site.database)

    def backup(self, site, name="backup.db"):
        return shutil.copy(site.database, self.place / name)

    def test_between_two_syncs(self):
        a, b = self.two_synced()
        backup = self.backup(a)
        a.sql(PHONE, "555-9")
        a.sql("INSERT INTO visit (patient_id, doctor_id, visited_at, reason) "
              "VALUES (2, 1, '2026-11-22 10:00:00', 'After the backup')")
        self.done(a.sync())
        self.put(a, backup)
        a.sql("UPDATE patient SET city = 'Lagos' WHERE patient_id = 3")
        self.done(a.sync())
        self.done(b.sync())
        self.done(a.sync())
        for site in (a, b):
            self.assertEqual(site.sql("SELECT phone FROM patient WHERE patient_id = 1"),
                             [("555-9",)])
            self.assertEqual(site.sql("SELECT count(*) FROM visit WHERE reason LIKE 'After the%'"),
                             [(1,)])
            self.assertEqual(site.sql("SELECT city FROM patient WHERE patient_id = 3"),
                             [("Lagos",)])
            self.done(site.run("verify"))

    def test_by_a_backup_from_before_it_was_enabled(self):
        site = self.site()
        backup = self.backup(site)
        self.new_folder()
        self.done(site.enable())
        self.done(site.sync())
        site.sql(PHONE, "555-10")
        self.done(site.sync())
        self.put(site, backup)
        before = site.marks()
        self.assert_code(site.sync(), "not_enabled", 3, site.database, "cfsync enable")
        self.assertEqual(site.marks(), before)
        self.done(site.enable())
        self.done(site.sync())
        self.assertEqual(site.sql("SELECT phone FROM patient WHERE patient_id = 1"), [("555-10",)])
        self.assertEqual(site.sql("SELECT count(*) FROM patient"), [(24,)])
        self.done(site.run("verify"))

    def replace_in_mid_run(self, mode):
        a, b = self.two_synced()
        for site in (a, b):
            site.sql(f"PRAGMA journal_mode={mode}")
        a.sql(PHONE, "555-11")
        self.done(a.sync())
        backup = self.backup(a)
        a.sql(MANY)
        running = RunningSync(self, a)
        self.put(a, backup)
        outcome = running.end()
        self.assert_code(outcome, "database_replaced", 4, a.database)
        self.assertEqual(outcome.json["result"], "failed")
        # Nothing of that run came into the file that was put there.
        self.assertEqual(clinic_rows(a), self.rows_of(backup))
        self.assertEqual(a.sql("PRAGMA integrity_check"), [("ok",)])
        published = len(list((self.folder / "patients").rglob("*.xml")))
        self.assertLess(published, 325)
        # What was published of the rows that the backup lacks comes back from the folder.
        for site in (a, b, a):
            self.done(site.sync())
        for site in (a, b):
            self.done(site.run("verify"))
            self.assertEqual(site.sql("SELECT count(*) FROM patient"), [(published,)])
            self.assertEqual(site.sql("SELECT phone FROM patient WHERE patient_id = 1"),
                             [("555-11",)])

    def rows_of(self, backup):
        database = sqlite3.connect(backup)
        database.text_factory = bytes
        try:
            return tuple(sorted(database.execute(f"SELECT * FROM {table}").fetchall(), key=repr)
                         for table in ("patient", "visit"))
        finally:
            database.close()

    def test_while_a_sync_runs(self):
        self.replace_in_mid_run("DELETE")

    def test_while_a_sync_runs_in_wal_mode(self):
        self.replace_in_mid_run("WAL")

    def test_it_is_removed_while_a_sync_runs(self):
        site = self.synced()
        site.sql(MANY)
        backup = self.backup(site)
        running = RunningSync(self, site)
        site.database.unlink()
        self.assert_code(running.end(), "database_replaced", 4, site.database)
        self.assertFalse(site.database.exists())
        self.assert_code(site.sync(), "database_missing", 4, site.database)
        self.put(site, backup)
        self.done(site.sync("--confirm", "patients-gone"))
        self.done(site.run("verify"))
