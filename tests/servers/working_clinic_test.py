"""The clinic program works, rights change and workstations die while databases are synced, told with
cfsync on either server."""

import signal
import subprocess
import threading
import time
import unittest

from mariadb_test import MariaDbTest
from postgresql_test import PostgreSqlTest
from server_story import rights_of_the_page

from clinic import CFSYNC

STAMPED = """<?xml version="1.0" encoding="UTF-8"?>
<mapping xmlns="urn:cloud-folder-sync:mapping" format="1" name="demo" family="demo" version="1">
  <patient table="patient">
    <key column="patient_id"/>
    <identity column="family_name"/>
    <identity column="birth_date"/>
    <lookup column="family_doctor_id" table="doctor" target="doctor_id" missing="null">
      <by column="username"/>
    </lookup>
    <volatile column="saved_at" write="now"/>
  </patient>
</mapping>
"""
# Fewer than what would be asked about.
PEOPLE = (3, 5, 6, 7, 8, 9, 10, 11)
PATIENCE_S = 60


class Stories:
    """On either server: `password` is that of `rights`, `begin` a transaction that writes."""

    def start_sync(self, site):
        running = subprocess.Popen([CFSYNC, "--state", str(site.state), "--database", site.connection,
                                    "--json", "sync"], stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True)
        self.addCleanup(running.stdout.close)
        self.addCleanup(running.kill)
        return running

    def program(self, site):
        """The clinic program with a connection that it keeps."""
        running = subprocess.Popen([str(part) for part in self.server.client(site.database)],
                                   stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
                                   **self.server.as_account())
        self.addCleanup(running.wait)
        self.addCleanup(running.stdin.close)
        self.addCleanup(running.kill)
        return running

    def tell(self, program, statements):
        program.stdin.write(statements + "\n")
        program.stdin.flush()

    def editing(self, site):
        """The clinic program with a patient that it has not saved yet."""
        program = self.program(site)
        self.tell(program, "BEGIN; UPDATE patient SET city = 'of a' WHERE patient_id = 3;")
        self.until(lambda: self.is_locked(site))
        return program

    def until(self, is_so):
        deadline = time.monotonic() + PATIENCE_S
        while not is_so():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)

    def phones(self, site):
        return dict(site.sql("SELECT patient_id, phone FROM patient"))

    def assert_both_kept(self, *sites):
        for site in sites:
            self.assertEqual(site.sql("SELECT phone, city FROM patient WHERE patient_id = 3"),
                             [("of b", "of a")])
        self.assert_equal_sites(*sites)

    # ---- others' changes and locks

    def test_a_patient_in_use_is_left_to_the_next_sync_and_nothing_is_lost(self):
        a, b = self.two_synced()
        b.sql("UPDATE patient SET phone = 'of b' WHERE patient_id IN (3, 4)")
        self.synced_now(b)
        program = self.editing(a)
        outcome = a.sync()
        self.assertIn("database_locked", outcome.codes)
        self.assertEqual(self.phones(a)["4"], "of b")
        self.assertNotEqual(self.phones(a)["3"], "of b")
        self.tell(program, "COMMIT;")
        self.until(lambda: not self.is_locked(a))
        self.meet(a, b)
        self.assert_both_kept(a, b)
        self.assert_no_conflicts(a, b)

    def test_a_patient_that_is_free_again_in_time_is_synced_at_once(self):
        a, b = self.two_synced()
        b.sql("UPDATE patient SET phone = 'of b' WHERE patient_id = 3")
        self.synced_now(b)
        program = self.editing(a)
        before = self.undone(a)
        running = self.start_sync(a)
        self.until(lambda: self.undone(a) > before or running.poll() is not None)
        self.tell(program, "COMMIT;")
        said, _ = running.communicate(timeout=PATIENCE_S)
        self.assertIn(running.returncode, (0, 1), said)
        self.meet(a, b)
        self.assert_both_kept(a, b)

    def test_rows_that_are_changed_while_they_are_written_keep_both_changes(self):
        a, b = self.two_synced()
        b.sql(f"UPDATE patient SET phone = 'b' WHERE patient_id IN {PEOPLE}")
        self.synced_now(b)
        before = self.undone(a)
        self.synced_now(a)
        self.assertEqual(self.undone(a), before)
        met, failures = 0, []

        def work(number, stop):
            try:
                while not stop.is_set():
                    a.sql("".join(f"UPDATE patient SET city = 'a{number}' WHERE patient_id = {key};"
                                  for key in PEOPLE))
                    time.sleep(0.02)  # more at once would only be drained, and nothing written
            except Exception as error:  # pylint: disable=broad-except
                failures.append(str(error))

        for number in range(10):
            b.sql(f"UPDATE patient SET phone = 'b{number}' WHERE patient_id IN {PEOPLE}")
            self.synced_now(b)
            before, stop = self.undone(a), threading.Event()
            clinic = threading.Thread(target=work, args=(number, stop))
            clinic.start()
            try:
                self.synced_now(a)
            finally:
                stop.set()
                clinic.join()
            met += self.undone(a) - before
            if number > 1 and met > 0:
                break
        print(f"{met} transactions were undone", flush=True)
        self.assertEqual(failures, [])
        self.assertGreater(met, 0)
        self.meet(a, b)
        for site in (a, b):
            self.assertEqual(site.sql("SELECT DISTINCT phone, city FROM patient WHERE patient_id IN "
                                      f"{PEOPLE}"),
                             [(f"b{number}", f"a{number}")])
            self.assertEqual(site.run("conflicts").json["conflicts"], [])
        self.assert_equal_sites(a, b)

    # ---- stamps

    def test_a_stamp_is_the_time_of_the_write_and_never_an_edit(self):
        mapping = self.place / "stamped.xml"
        mapping.write_text(STAMPED, encoding="utf-8")
        self.new_folder()
        a, b = self.site("A"), self.site("B")
        for site in (a, b):
            site.sql(f"ALTER TABLE patient ADD saved_at {self.stamp_type};"
                     "UPDATE patient SET saved_at = '2001-02-03 04:05:06'")
            self.done(site.enable(mapping=mapping))
        for site in (a, b, a, b):
            self.synced_now(site)
        old = "SELECT COUNT(*) FROM patient WHERE saved_at < '2001-02-04'"
        everybody = a.sql("SELECT COUNT(*) FROM patient")
        self.assertEqual([a.sql(old), b.sql(old)], [everybody, everybody])
        a.sql("UPDATE patient SET phone = 'of a' WHERE patient_id = 3")
        b.sql("UPDATE patient SET saved_at = '2002-02-03 04:05:06' WHERE patient_id = 4")
        for site in (a, b, a, b):
            self.synced_now(site)
        self.assertEqual(b.sql(f"SELECT patient_id, phone FROM patient WHERE {self.is_recent}"),
                         [("3", "of a")])
        self.assertEqual(b.sql("SELECT COUNT(*) FROM patient WHERE saved_at < '2002-02-04' AND "
                               "saved_at > '2002-02-02'"), [("1",)])
        self.assertEqual(a.sql(old), everybody)
        for site in (a, b):
            self.assertEqual(site.run("conflicts").json["conflicts"], [])
            counts = site.sync().json
            self.assertEqual((counts["files"]["written"], counts["rows"]["updated"]), (0, 0))

    # ---- rights

    def test_rights_that_were_taken_away_are_told_and_nothing_is_lost_until_they_are_back(self):
        a, b = self.enabled("A"), self.site("B")
        user = self.let_in_with_rights(b)
        self.done(b.enable())
        self.meet(a, b)
        a.sql("UPDATE patient SET phone = 'of a' WHERE patient_id = 3")
        self.synced_now(a)
        for right, table in (("UPDATE", "patient"), ("SELECT", "visit")):
            place = self.table_of(b, table)
            self.server.sql(f"REVOKE {right} ON {place} FROM {user}", b.database)
            b.sql(f"UPDATE patient SET city = '{right}' WHERE patient_id = 4")
            outcome = b.sync()
            self.assertEqual(outcome.status, 4, outcome.out)
            self.assertIn("right", outcome.sentence)
            self.assertIn(b.database, outcome.sentence)
            self.assertNotIn("internal", outcome.codes)
            self.assertNotEqual(self.phones(b)["3"], "of a")
            self.server.sql(f"GRANT {right} ON {place} TO {user}", b.database)
        self.meet(a, b)
        self.assertEqual(self.phones(b)["3"], "of a")
        self.assertEqual(a.sql("SELECT city FROM patient WHERE patient_id = 4"), [("SELECT",)])
        self.assert_equal_sites(a, b)

    # ---- workstations

    def test_a_workstation_that_died_in_a_sync_keeps_the_others_out_until_its_lease_ends(self):
        a, b = self.two_synced()
        other = self.same_database(a)
        for number in range(20):
            b.sql(f"UPDATE patient SET phone = 'b{number}' WHERE patient_id IN {PEOPLE}")
            self.synced_now(b)
            running = self.start_sync(a)
            self.until(lambda r=running: r.poll() is not None or
                       a.sql("SELECT 1 FROM cfs_lease"))
            running.send_signal(signal.SIGSTOP)
            held = running.poll() is None and a.sql("SELECT 1 FROM cfs_lease")
            running.kill()
            running.wait()
            if held:
                break
        self.assertTrue(held, "no sync was killed while it held the lease")
        outcome = other.sync()
        self.assertEqual(outcome.status, 5, outcome.out)
        # Two minutes later.
        a.sql("UPDATE cfs_lease SET until = '2001-01-01T00:00:00.000Z'")
        self.synced_now(other)
        self.assertEqual({self.phones(a)[str(key)] for key in PEOPLE}, {f"b{number}"})
        self.meet(a, b, other)
        self.assert_equal_sites(a, b)

    def same_database(self, site):
        other = type(site)(self.place, "A2", self.folder, self.server)
        other.connection, other.database = site.connection, site.database
        self.done(other.enable())
        return other


class MariaDb(Stories, MariaDbTest):
    stamp_type = "DATETIME"
    is_recent = "saved_at > UTC_TIMESTAMP() - INTERVAL 10 MINUTE AND saved_at <= UTC_TIMESTAMP()"

    def is_locked(self, site):
        time.sleep(0.15)  # the server tells what it told before to who asks again within 0.1 s
        return bool(site.sql("SELECT 1 FROM information_schema.innodb_trx WHERE trx_rows_modified > 0"))

    def undone(self, _site):
        """Transactions that were rolled back so far."""
        return int(self.server.sql("SHOW GLOBAL STATUS LIKE 'Handler_rollback'").split()[1])

    def table_of(self, site, table):
        return f"{site.database}.{table}"

    def let_in_with_rights(self, site):
        self.server.sql("DROP USER IF EXISTS sync_b@'127.0.0.1'")
        self.server.sql(rights_of_the_page(0).replace("clinic.", site.database + ".")
                        .replace("sync@", "sync_b@"))
        site.let_in("sync_b", "a long password")
        return "sync_b@'127.0.0.1'"


class PostgreSql(Stories, PostgreSqlTest):
    stamp_type = "timestamptz"
    is_recent = "saved_at > now() - interval '10 minutes' AND saved_at <= now()"

    def is_locked(self, site):
        return bool(site.sql("SELECT 1 FROM pg_locks JOIN pg_class c ON c.oid = relation WHERE "
                             "relname = 'patient' AND mode = 'RowExclusiveLock' AND "
                             f"database = (SELECT oid FROM pg_database WHERE datname = "
                             f"'{site.database}')"))

    def undone(self, site):
        return int(site.sql("SELECT xact_rollback FROM pg_stat_database WHERE datname = "
                            f"'{site.database}'")[0][0])

    def table_of(self, _site, table):
        return table

    def let_in_with_rights(self, site):
        self.make_user("sync_b", site.database, rights_of_the_page(1))
        site.let_in("sync_b", "a 'long' pass\\word")
        return "sync_b"


if __name__ == "__main__":
    unittest.main()
