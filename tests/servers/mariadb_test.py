"""Stories of clinics whose data lies on a MariaDB server, told with cfsync."""

import os
import random
import subprocess
import tempfile
import threading
import time
import unittest

from database_server import MariaDbServer, started
from server_site import ServerSite, demo_rows
from server_story import ServerStory, rights_of_the_page

from clinic import CFSYNC


class MariaDbTest(ServerStory):
    server_kind = MariaDbServer

    def setUp(self):
        super().setUp()
        for name in self.server.sql("SHOW DATABASES LIKE 'clinic%'").split():
            self.server.sql(f"DROP DATABASE `{name}`")

    def site(self, name="A", folder=None):
        if name.startswith("Sqlite"):
            return super().site(name, folder)
        site = ServerSite(self.place, name, folder or self.folder, self.server)
        site.make_demo("demo_schema_mariadb.sql", demo_rows(self.place))
        return site


class Stories(MariaDbTest):
    def test_two_sites_live_through_a_week(self):
        a, b = self.two_synced()
        self.assert_equal_sites(a, b)
        # Edits of different patients, each at one site.
        a.sql("UPDATE patient SET phone = '555-1111' WHERE family_name = 'Adeyemi'")
        b.sql("UPDATE visit SET findings = 'Ærø: it''s \\\\ fine' WHERE visit_id = 3")
        a.sql("UPDATE patient SET notes = NULL, birth_date = '1949-01-24' WHERE patient_id = 5")
        # New patients under the same key, each with a visit.
        for site, family in ((a, "Nordlund"), (b, "Ogawa")):
            site.sql(f"INSERT INTO patient (patient_id, family_name, given_name, birth_date, sex, "
                     f"registered_on) VALUES (500, '{family}', 'New', '2000-01-01', 'X', '2026-11-25');"
                     f"INSERT INTO visit (visit_id, patient_id, visited_at, reason, fee) VALUES "
                     f"(900, 500, '2026-11-25 10:00:00', 'First visit of {family}', 12.5)")
        self.meet(a, b)
        self.assert_equal_sites(a, b)
        self.assertEqual(b.sql("SELECT phone FROM patient WHERE family_name = 'Adeyemi'"),
                         [("555-1111",)])
        self.assertEqual(len(a.sql("SELECT 1 FROM patient WHERE family_name IN "
                                   "('Nordlund', 'Ogawa')")), 2)
        self.assertEqual(a.sql("SELECT p.family_name FROM visit v JOIN patient p ON p.patient_id = "
                               "v.patient_id WHERE v.reason = 'First visit of Ogawa'"), [("Ogawa",)])
        # A deleted record comes back from the folder, under its own key and with the same UUID.
        row = a.sql("SELECT row_id FROM cfs_row WHERE tbl = 'medication' AND local_key = '2'")
        before = a.sql("SELECT * FROM medication WHERE medication_id = 2")
        a.sql("DELETE FROM medication WHERE medication_id = 2")
        self.assertEqual(self.synced_now(a).json["rows"]["restored"], 1)
        self.assertEqual(a.sql("SELECT * FROM medication WHERE medication_id = 2"), before)
        self.assertEqual(a.sql("SELECT row_id FROM cfs_row WHERE tbl = 'medication' AND "
                               "local_key = '2'"), row)
        self.meet(a, b)
        self.assert_equal_sites(a, b)

    def test_a_conflict_is_kept_shown_and_settled(self):
        a, b = self.two_synced()
        a.sql("UPDATE medication SET dose = 7.5 WHERE medication_id = 1")
        b.sql("UPDATE medication SET dose = 2.5, unit = 'ml' WHERE medication_id = 1")
        self.meet(a, b)
        self.settle(a, "dose", ["2.5", "7.5"], keep="7.5")
        self.meet(a, b)
        for site in (a, b):
            self.assertEqual(site.sql("SELECT dose + 0, unit FROM medication WHERE medication_id = 1"),
                             [("7.5", "mg")])
            self.assertEqual(site.run("conflicts").json["conflicts"], [])
        self.assert_equal_sites(a, b)

    def test_disabling_leaves_the_database_as_it_was_and_enabling_again_knows_the_rows(self):
        a, b = self.two_synced()
        definitions = ("SELECT table_name, column_name, column_type FROM "
                       "information_schema.columns WHERE table_schema = DATABASE() AND "
                       "table_name NOT LIKE 'cfs%' ORDER BY 1, ordinal_position")
        before, defined = self.rows_of(a), a.sql(definitions)
        ids = dict(a.sql("SELECT CONCAT(tbl, ' ', local_key), row_id FROM cfs_row"))
        self.done(a.run("disable"))
        self.assertEqual(self.rows_of(a), before)
        self.assertEqual(a.sql(definitions), defined)
        self.assertEqual(a.sql("SHOW TABLES LIKE 'cfs%'"), [])
        self.assertEqual(a.sql("SHOW TRIGGERS"), [])
        a.sql("UPDATE patient SET phone = '555-2222' WHERE patient_id = 2")
        self.done(a.enable())
        self.assertEqual(dict(a.sql("SELECT CONCAT(tbl, ' ', local_key), row_id FROM cfs_row")), ids)
        self.meet(a, b)
        self.assert_equal_sites(a, b)

    def test_a_preview_changes_nothing(self):
        a, b = self.two_synced()
        b.sql("UPDATE patient SET phone = '555-3333' WHERE patient_id = 3")
        self.synced_now(b)
        a.sql("DELETE FROM allergy WHERE allergy_id = 1")
        query = ("SELECT 'n', COUNT(*) FROM cfs_journal UNION ALL SELECT document, digest FROM "
                 "cfs_patient UNION ALL SELECT patient, 't' FROM cfs_touched")
        before, noted = self.rows_of(a), a.sql(query)
        preview = a.sync("--preview").json
        self.assertEqual(preview["rows"], {"inserted": 0, "updated": 1, "restored": 1})
        self.assertEqual((self.rows_of(a), a.sql(query)), (before, noted))
        self.meet(a, b)
        self.assert_equal_sites(a, b)

    def test_a_rebuilt_table_is_noticed_and_compared(self):
        a, b = self.two_synced()
        a.sql("CREATE TABLE rebuilt LIKE allergy; INSERT INTO rebuilt SELECT * FROM allergy;"
              "UPDATE rebuilt SET reaction = 'Rash' WHERE allergy_id = 2;"
              "DROP TABLE allergy; RENAME TABLE rebuilt TO allergy")
        outcome = a.sync()
        self.assert_code(outcome, "triggers_missing", 3, "allergy")
        self.done(a.sync("--confirm", "triggers-missing"))
        self.meet(a, b)
        self.assertEqual(b.sql("SELECT reaction FROM allergy WHERE allergy_id = 2"), [("Rash",)])
        self.assert_equal_sites(a, b)

    def test_a_server_and_a_file_share_a_folder(self):
        a, laptop = self.enabled("A"), self.enabled("Sqlite")
        self.meet(a, laptop)
        a.sql("UPDATE visit SET weight_kg = 71.3, temperature_c = 38.6, fee = 12.5 WHERE visit_id = 2")
        laptop.sql("UPDATE visit SET weight_kg = 0.1, temperature_c = 36.6, fee = 99.95 "
                   "WHERE visit_id = 5")
        a.sql("INSERT INTO patient (family_name, given_name, birth_date, sex, registered_on) VALUES "
              "('Ærøskøbing', 'Þóra', '1999-12-31', 'F', '2026-11-25')")
        laptop.sql("INSERT INTO document (patient_id, title, media_type, content, added_on) VALUES "
                   "(3, 'Bytes', 'application/x', X'0027225c0d0a1aff', '2026-11-25')")
        self.meet(a, laptop)
        self.assertEqual(a.sql("SELECT HEX(content) FROM document WHERE title = 'Bytes'"),
                         [("0027225C0D0A1AFF",)])
        self.assertEqual(laptop.sql("SELECT weight_kg, temperature_c, fee FROM visit WHERE "
                                    "visit_id = 2"), [(71.3, 38.6, 12.5)])
        self.assert_equal_sites(a, laptop)


    def test_a_user_with_the_rights_of_the_page_about_servers_can_do_everything(self):
        rights = rights_of_the_page(0)
        a, b = self.site("A"), self.site("B")
        self.new_folder()
        for site in (a, b):
            name = "sync_" + site.name.lower()
            self.server.sql(f"DROP USER IF EXISTS {name}@'127.0.0.1'")
            self.server.sql(rights.replace("clinic.", site.database + ".")
                            .replace("sync@", name + "@"))
            site.let_in(name, "a long password")
            self.done(site.enable())
        self.meet(a, b)
        a.sql("UPDATE patient SET phone = '555-4444' WHERE patient_id = 4")
        b.sql("DELETE FROM lab_result WHERE lab_result_id = 1")
        self.done(b.sync("--preview"))
        self.meet(a, b)
        self.assertEqual(b.sql("SELECT phone FROM patient WHERE patient_id = 4"), [("555-4444",)])
        self.assert_equal_sites(a, b)
        b.password = "a wrong password"
        self.assert_code(b.sync(), "database_refused", 4, "password")
        b.password = "a long password"
        self.done(a.run("disable"))
        self.assertEqual(a.sql("SHOW TABLES LIKE 'cfs%'") + a.sql("SHOW TRIGGERS"), [])

    def test_rows_that_go_by_a_cascade_come_back(self):
        a, b = self.two_synced()
        a.sql("ALTER TABLE lab_result DROP FOREIGN KEY lab_result_ibfk_1, ADD FOREIGN KEY (visit_id) "
              "REFERENCES visit (visit_id) ON DELETE CASCADE")
        before = self.rows_of(a)
        a.sql("DELETE FROM visit WHERE visit_id = 4")
        self.meet(a, b)
        self.assertEqual(self.rows_of(a), before)
        self.assert_equal_sites(a, b)

    def test_tables_in_latin1_send_and_take_what_they_can_hold(self):
        a, b = self.site("A"), self.site("B")
        names = "UPDATE patient SET given_name = 'Zoë' WHERE patient_id IN (15, 19)"
        for site in (a, b):
            site.sql(names)  # Greek and Japanese before
        for table in ("patient", "visit"):
            a.sql(f"ALTER TABLE {table} CONVERT TO CHARACTER SET latin1")
        self.new_folder()
        for site in (a, b):
            self.done(site.enable())
        self.meet(a, b)
        self.assert_equal_sites(a, b)
        a.sql("UPDATE patient SET notes = 'Jürgen aus Ærø, 5 €' WHERE patient_id = 3")
        b.sql("UPDATE visit SET findings = 'Grüße, naïve Größe' WHERE visit_id = 4;"
              "UPDATE patient SET notes = 'Ελένη 🧠' WHERE patient_id = 5;"
              "UPDATE patient SET notes = 'Þóra' WHERE patient_id = 6")
        self.synced_now(a)
        self.synced_now(b)
        # What the table can't hold waits; it is never cut, and nothing else waits with it.
        outcome = self.synced_now(a)
        self.assertIn("row_refused", outcome.codes)
        notes = "SELECT patient_id, notes FROM patient WHERE patient_id IN (3, 5, 6) ORDER BY 1"
        self.assertEqual([row for row in a.sql(notes) if row[0] != "5"],
                         [("3", "Jürgen aus Ærø, 5 €"), ("6", "Þóra")])
        self.assertNotIn("?", a.sql(notes)[1][1])
        self.assertEqual(b.sql("SELECT notes FROM patient WHERE patient_id = 3"),
                         [("Jürgen aus Ærø, 5 €",)])
        self.assertEqual(a.sql("SELECT findings FROM visit WHERE visit_id = 4"),
                         [("Grüße, naïve Größe",)])
        b.sql("UPDATE patient SET notes = 'Eleni' WHERE patient_id = 5")
        self.meet(a, b)
        self.assertEqual(a.sql(notes), b.sql(notes))
        self.assert_equal_sites(a, b)

    def test_a_server_that_is_too_old_is_refused_by_its_version(self):
        class Old(MariaDbServer):
            version = ""

            def command(self):
                return [*super().command(), f"--version={self.version}"]

        server = started(Old, self.addCleanup)
        site = ServerSite(self.place, "A", self.folder, server)
        site.make_demo("demo_schema_mariadb.sql", demo_rows(self.place))
        self.new_folder()
        for version in ("10.2.44-MariaDB", "5.7.44"):
            server.kill()
            server.version = version
            server.start()
            self.assert_code(site.enable(), "database_refused", 4, version, "10.3", "8.0",
                             site.database)
            self.assertEqual(site.sql("SHOW TABLES LIKE 'cfs%'") + site.sql("SHOW TRIGGERS"), [])

    def test_a_user_who_may_make_no_triggers_compares_the_rows(self):
        a, b = self.site("A"), self.site("B")
        self.new_folder()
        self.server.sql("DROP USER IF EXISTS sync_a@'127.0.0.1'")
        self.server.sql(rights_of_the_page(0).replace("clinic.", a.database + ".")
                        .replace("sync@", "sync_a@").replace(", TRIGGER", ""))
        a.let_in("sync_a", "a long password")
        for site in (a, b):
            self.done(site.enable())
        self.assertEqual(a.sql("SHOW TRIGGERS"), [])
        self.assert_changes_are_found(a, b)

    def test_a_table_that_can_not_undo_is_refused(self):
        a = self.site("A")
        self.new_folder()
        a.sql("DROP TABLE allergy; CREATE TABLE allergy (allergy_id INT AUTO_INCREMENT PRIMARY KEY, "
              "patient_id INT, substance VARCHAR(100), severity VARCHAR(20), reaction VARCHAR(200), "
              "noted_on DATE) ENGINE=MyISAM")
        outcome = a.enable()
        self.assertEqual(outcome.status, 4, outcome.out)
        for word in ("allergy", "MyISAM", "InnoDB"):
            self.assertIn(word, outcome.out)
        self.assertEqual(a.sql("SHOW TABLES LIKE 'cfs%'") + a.sql("SHOW TRIGGERS"), [])


class Interruptions(MariaDbTest):
    """What ends connections ends no record: the next sync goes on."""

    ROUNDS = int(os.environ.get("CFS_ROUNDS", "6"))

    def work_at(self, a, b, number):
        """Something to do in both directions, for many patients."""
        a.sql(f"UPDATE patient SET phone = CONCAT('a{number}-', patient_id) WHERE patient_id % 2 = 0;"
              f"INSERT INTO visit (patient_id, visited_at, reason) SELECT patient_id, "
              f"'2026-11-25 12:00:00', 'Round {number} of a' FROM patient WHERE patient_id % 3 = 0")
        b.sql(f"UPDATE patient SET phone = CONCAT('b{number}-', patient_id) WHERE patient_id % 2 = 1;"
              f"INSERT INTO visit (patient_id, visited_at, reason) SELECT patient_id, "
              f"'2026-11-25 13:00:00', 'Round {number} of b' FROM patient WHERE patient_id % 3 = 1")

    def interrupted(self, site, after, interrupt):
        """Runs a sync and interrupts it; what it says of it."""
        with tempfile.TemporaryFile("w+") as out:
            running = subprocess.Popen([CFSYNC, "--state", str(site.state), "--database",
                                        site.connection, "--json", "sync"], stdout=out,
                                       stderr=subprocess.STDOUT)
            time.sleep(after)
            interrupt()
            status = running.wait(120)
            out.seek(0)
            said = out.read()
        self.assertIn(status, (0, 1, 4), said)
        self.assertNotIn("internal", said)
        return status, said

    def kill_connections(self):
        for line in self.server.sql("SELECT id FROM information_schema.processlist WHERE "
                                    "db LIKE 'clinic%'").split():
            try:
                self.server.sql(f"KILL CONNECTION {line}")
            except Exception:  # gone by itself
                pass

    def restart(self):
        self.server.kill()
        self.server.start()

    def run_rounds(self, interrupt, codes):
        seed = int(os.environ.get("CFS_SEED", str(random.randrange(10**6))))
        print(f"seed {seed}", flush=True)
        chance = random.Random(seed)
        a, b = self.two_synced()
        ended = 0
        for number in range(self.ROUNDS):
            self.work_at(a, b, number)
            for site in (a, b):
                status, said = self.interrupted(site, chance.uniform(0.02, 0.7), interrupt)
                ended += status == 4
                if status == 4:
                    self.assertTrue(any(code in said for code in codes), said)
        self.meet(a, b)
        for site in (a, b):
            for number in range(self.ROUNDS):
                for who, rest in (("a", 0), ("b", 1)):
                    reasons = site.sql(f"SELECT COUNT(*), COUNT(DISTINCT patient_id) FROM visit "
                                       f"WHERE reason = 'Round {number} of {who}'")
                    people = site.sql(f"SELECT COUNT(*) FROM patient WHERE patient_id % 3 = {rest}")
                    self.assertEqual(reasons, [(people[0][0], people[0][0])])
        self.assert_equal_sites(a, b)
        print(f"{ended} of {2 * self.ROUNDS} syncs were ended", flush=True)
        self.assertGreater(ended, 0)

    def test_connections_are_killed(self):
        self.run_rounds(self.kill_connections, ["database_lost"])

    def test_the_server_is_killed_and_started_again(self):
        self.run_rounds(self.restart, ["database_lost", "database_missing"])

    def test_two_workstations_sync_one_database_by_turns(self):
        a, b = self.two_synced()
        self.work_at(a, b, 0)
        other = ServerSite(self.place, "A2", self.folder, self.server)
        other.connection, other.database = a.connection, a.database
        self.done(other.enable())
        running = [subprocess.Popen([CFSYNC, "--state", str(site.state), "--database",
                                     site.connection, "--json", "sync"], stdout=subprocess.PIPE,
                                    stderr=subprocess.STDOUT, text=True)
                   for site in (a, other) * 3]
        outcomes = [(process.communicate(timeout=120)[0], process.returncode)
                    for process in running]
        for said, status in outcomes:
            self.assertIn(status, (0, 1, 5), said)
        self.assertIn(0, [status for _, status in outcomes])
        self.meet(a, b, other)
        self.assert_equal_sites(a, b)

    def test_the_clinic_program_is_never_kept_waiting_nor_failed(self):
        a, b = self.two_synced()
        self.work_at(a, b, 0)
        self.synced_now(b)
        slowest, stop, failures = [0.0], threading.Event(), []

        def work():
            count = 0
            while not stop.is_set():
                count += 1
                began = time.monotonic()
                try:
                    # The client's own start is part of it.
                    a.sql(f"UPDATE patient SET city = 'c{count}' WHERE patient_id = {count % 20 + 1};"
                          f"INSERT INTO allergy (patient_id, substance, severity) VALUES "
                          f"({count % 20 + 1}, 'Dust {count}', 'mild')")
                except Exception as error:  # pylint: disable=broad-except
                    failures.append(str(error))
                slowest[0] = max(slowest[0], time.monotonic() - began)

        program = threading.Thread(target=work)
        program.start()
        try:
            for _ in range(4):
                self.synced_now(a)
        finally:
            stop.set()
            program.join()
        print(f"slowest of the clinic program's writes: {slowest[0] * 1000:.0f} ms", flush=True)
        self.assertEqual(failures, [])
        self.meet(a, b)
        self.assert_equal_sites(a, b)


if __name__ == "__main__":
    unittest.main()
