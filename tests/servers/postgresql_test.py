"""Stories of clinics whose data lies on a PostgreSQL server, told with cfsync."""

import os
import random
import re
import subprocess
import time
import unittest

from database_server import MariaDbServer, PostgreSqlServer, started
from server_site import TABLES, ServerSite, demo_rows
from server_story import ServerStory, rights_of_the_page

from clinic import CFSYNC, DEMO

# What the stories compare documents with.
HEX = ("CREATE FUNCTION hex(bytea) RETURNS text LANGUAGE sql AS "
       "'SELECT upper(encode($1, ''hex''))';")
NOTHING_OF_OURS = ("SELECT relname FROM pg_class WHERE relname LIKE 'cfs%' UNION ALL "
                   "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'cfs%' UNION ALL "
                   "SELECT proname FROM pg_proc WHERE proname LIKE 'cfs%'")

# Waits until a sync is connected, and a bit longer.
END_CONNECTION = """
DO $$ BEGIN
    FOR attempt IN 1..400 LOOP
        PERFORM pg_stat_clear_snapshot();
        IF EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'cloud-folder-sync') THEN
            PERFORM pg_sleep({after});
            PERFORM pg_stat_clear_snapshot();
            PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE application_name = 'cloud-folder-sync';
            EXIT;
        END IF;
        PERFORM pg_sleep(0.005);
    END LOOP;
END $$;
"""


class PostgreSqlSite(ServerSite):
    def make_demo(self, schema, rows):
        self.server.create(self.database)
        self.server.load(self.database, DEMO / schema)
        self.server.sql(HEX + re.sub(r"X'([0-9a-f]*)'", r"'\\x\1'", rows), self.database)
        for table in TABLES:
            if table != "drug":
                self.server.sql(f"SELECT setval(pg_get_serial_sequence('{table}', '{table}_id'), "
                                f"(SELECT max({table}_id) FROM {table}))", self.database)

    def sql(self, statement, *values):
        assert not values
        client = [*self.server.client(self.database), "--pset=null=NULL"]
        return [tuple(line.split("\t"))
                for line in self.server.call(*client, text=statement).splitlines()]


class PostgreSqlTest(ServerStory):
    server_kind = PostgreSqlServer

    def setUp(self):
        super().setUp()
        for name in self.server.sql("SELECT datname FROM pg_database WHERE datname LIKE "
                                    "'clinic%'").split():
            self.server.sql(f'DROP DATABASE "{name}" WITH (FORCE)')

    def site(self, name="A", folder=None):
        if name.startswith("Sqlite"):
            return super().site(name, folder)
        site = PostgreSqlSite(self.place, name, folder or self.folder, self.server)
        site.make_demo("demo_schema_postgresql.sql", demo_rows(self.place))
        return site

    def make_user(self, name, database, rights):
        if self.server.sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{name}'").strip():
            self.server.sql(f"DROP OWNED BY {name}", database)
            self.server.sql(f"DROP USER {name}")
        rights = rights.replace("'a long password'", "'a ''long'' pass\\word'")
        self.server.sql(re.sub(r"\bsync\b", name, rights), database)


class Stories(PostgreSqlTest):
    def test_two_sites_live_through_a_week(self):
        a, b = self.two_synced()
        self.assert_equal_sites(a, b)
        a.sql("UPDATE patient SET phone = '555-1111' WHERE family_name = 'Adeyemi'")
        b.sql("UPDATE visit SET findings = 'Ærø: it''s \\ fine' WHERE visit_id = 3")
        for site, family in ((a, "Nordlund"), (b, "Ogawa")):
            site.sql(f"INSERT INTO patient (family_name, given_name, birth_date, sex, registered_on)"
                     f" VALUES ('{family}', 'New', '2000-01-01', 'X', '2026-11-25');"
                     f"INSERT INTO visit (patient_id, visited_at, reason, fee) SELECT patient_id, "
                     f"'2026-11-25 10:00:00', 'First visit of {family}', 12.5 FROM patient "
                     f"WHERE family_name = '{family}'")
        a.sql("UPDATE medication SET dose = 7.5 WHERE medication_id = 1")
        b.sql("UPDATE medication SET dose = 2.5, unit = 'ml' WHERE medication_id = 1")
        self.meet(a, b)
        self.assertEqual(a.sql("SELECT p.family_name FROM visit v JOIN patient p ON p.patient_id = "
                               "v.patient_id WHERE v.reason = 'First visit of Ogawa'"), [("Ogawa",)])
        conflict, = a.run("conflicts").json["conflicts"]
        self.assertEqual(sorted(value["fields"]["dose"] for value in conflict["values"]),
                         ["2.5", "7.5"])
        self.assert_equal_sites(a, b)
        before = a.sql("SELECT * FROM medication WHERE medication_id = 2")
        a.sql("DELETE FROM medication WHERE medication_id = 2")
        self.assertEqual(self.synced_now(a).json["rows"]["restored"], 1)
        self.assertEqual(a.sql("SELECT * FROM medication WHERE medication_id = 2"), before)
        # The clinic program's own last number is still its own.
        self.assertEqual(a.sql("INSERT INTO allergy (patient_id, substance, severity) VALUES "
                               "(1, 'Dust', 'mild'); SELECT lastval() = max(allergy_id) FROM allergy"),
                         [("t",)])
        self.done(a.run("disable"))
        self.assertEqual(a.sql(NOTHING_OF_OURS), [])

    def test_a_file_a_postgresql_and_a_mariadb_clinic_share_a_folder(self):
        mariadb = started(MariaDbServer, self.addCleanup)
        a, laptop = self.enabled("A"), self.enabled("Sqlite")
        hospital = ServerSite(self.place, "M", self.folder, mariadb)
        hospital.make_demo("demo_schema_mariadb.sql", demo_rows(self.place))
        self.done(hospital.enable())
        sites = (a, laptop, hospital)
        self.meet(*sites)
        self.assert_equal_sites(*sites)
        self.assert_no_conflicts(*sites)  # each system writes a fee in a form of its own
        a.sql("UPDATE visit SET weight_kg = 71.3, temperature_c = 38.6, fee = 12.5 WHERE visit_id = 2")
        laptop.sql("UPDATE visit SET weight_kg = 0.1, fee = 99.95 WHERE visit_id = 5")
        hospital.sql("UPDATE patient SET blood_group = 'AB-' WHERE patient_id = 4")
        a.sql("INSERT INTO document (patient_id, title, media_type, content, added_on) VALUES "
              "(3, 'Bytes', 'application/x', '\\x0027225c0d0a1aff', '2026-11-25'), "
              "(3, 'Attached', 'application/x', decode(repeat('00ff27', 30000), 'hex'), '2026-11-25')")
        hospital.sql("INSERT INTO document (patient_id, title, media_type, content, added_on) VALUES "
                     "(4, 'Attached', 'application/x', repeat(x'005c1a', 40000), '2026-11-25')")
        self.meet(*sites)
        for site in sites:
            self.assertEqual(site.sql("SELECT hex(content) FROM document WHERE title = 'Bytes'"),
                             [("0027225C0D0A1AFF",)])
            sizes = site.sql("SELECT length(content) FROM document WHERE title = 'Attached'")
            self.assertEqual(sorted(int(size) for size, in sizes), [90000, 120000])
            self.assertEqual(site.sql("SELECT blood_group FROM patient WHERE patient_id = 4"),
                             [("AB-",)])
        self.assert_equal_sites(*sites)
        self.assert_no_conflicts(*sites)

    def test_a_user_with_the_rights_of_the_page_about_servers_can_do_everything(self):
        a, b = self.site("A"), self.site("B")
        self.new_folder()
        for site in (a, b):
            name = "sync_" + site.name.lower()
            self.make_user(name, site.database, rights_of_the_page(1))
            site.let_in(name, "a 'long' pass\\word")
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
        self.done(a.run("disable"))
        self.assertEqual(a.sql(NOTHING_OF_OURS), [])

    def test_a_user_who_may_make_no_triggers_compares_the_rows(self):
        a, b = self.site("A"), self.site("B")
        self.new_folder()
        self.make_user("sync_a", a.database, rights_of_the_page(1).replace(", TRIGGER", ""))
        a.let_in("sync_a", "a 'long' pass\\word")
        for site in (a, b):
            self.done(site.enable())
        self.assertEqual(a.sql("SELECT tgname FROM pg_trigger WHERE tgname LIKE 'cfs%'"), [])
        self.assert_changes_are_found(a, b)

    def test_each_thing_that_is_wrong_with_a_server_has_its_sentence(self):
        a = self.enabled("A")
        good = a.connection
        wrong = {
            good.replace("dbname=clinic_a", "dbname=nothing"): ("database_missing", "nothing"),
            good.replace("user=postgres", "user=nobody_known"): ("database_refused", "user"),
            re.sub("host=[^ ]*", "host=127.0.0.1", re.sub("port=[0-9]*", "port=1", good)):
                ("database_missing", "reached"),
        }
        for connection, (code, word) in wrong.items():
            a.connection = connection
            self.assert_code(a.sync(), code, 4, word)
        a.connection = good
        self.done(a.sync())

    def test_a_database_that_can_not_hold_each_text_is_refused_before_it_is_enabled(self):
        self.new_folder()
        for encoding in ("SQL_ASCII", "LATIN1"):
            site = PostgreSqlSite(self.place, encoding, self.folder, self.server)
            self.server.sql(f"CREATE DATABASE {site.database} ENCODING '{encoding}' "
                            "TEMPLATE template0")
            self.server.load(site.database, DEMO / "demo_schema_postgresql.sql")
            self.assert_code(site.enable(), "database_refused", 4, encoding, site.database, "UTF8")
            self.assertEqual(site.sql(NOTHING_OF_OURS), [])

    def test_a_word_of_a_connection_that_nobody_knows_is_named_without_its_value(self):
        self.new_folder()
        site = self.site("A")
        for word, value in (("prt", "5433"), ("passwrd", "s3cret"), ("passwrd", "long s3cret x")):
            connection = site.connection
            site.connection += f" {word}={value}"
            outcome = site.enable()
            site.connection = connection
            self.assertEqual((outcome.status, outcome.codes), (2, ["usage"]), outcome.out)
            self.assertIn("name=value" if " " in value else f" {word} ", outcome.sentence)
            for part in value.split():
                self.assertNotIn(part, outcome.sentence)

    def test_a_server_that_only_follows_another_is_told_as_read_only(self):
        server = started(PostgreSqlServer, self.addCleanup)
        site = PostgreSqlSite(self.place, "A", self.folder, server)
        site.make_demo("demo_schema_postgresql.sql", demo_rows(self.place))
        self.new_folder()
        self.follow(server)
        self.assert_code(site.enable(), "database_refused", 4, "read-only", site.database)
        self.lead(server)
        self.done(site.enable())
        self.done(site.sync())
        site.sql("UPDATE patient SET phone = '555-1111' WHERE patient_id = 1")
        self.follow(server)
        self.assert_code(site.sync(), "database_refused", 4, "read-only", site.database)
        self.lead(server)
        self.assertEqual(self.done(site.sync()).json["files"]["written"], 1)

    def follow(self, server):
        """As a server that repeats what another one does, and refuses to write."""
        server.stop()
        signal = server.place / "data" / "standby.signal"
        signal.touch()
        if server.account:
            os.chown(signal, server.account.pw_uid, server.account.pw_gid)
        server.start()

    def lead(self, server):
        server.stop()
        (server.place / "data" / "standby.signal").unlink()
        server.start()

    def test_connections_that_end_in_mid_sync_lose_nothing(self):
        seed = random.randrange(10**6)
        print(f"seed {seed}", flush=True)
        chance = random.Random(seed)
        a, b = self.two_synced()
        ended = 0
        for number in range(6):
            a.sql(f"UPDATE patient SET phone = 'a{number}-' || patient_id WHERE patient_id % 2 = 0")
            b.sql(f"UPDATE patient SET phone = 'b{number}-' || patient_id WHERE patient_id % 2 = 1")
            for site in (a, b):
                running = subprocess.Popen([CFSYNC, "--state", str(site.state), "--database",
                                            site.connection, "--json", "sync"],
                                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                           text=True)
                if number % 2 == 0:
                    self.server.sql(END_CONNECTION.format(after=chance.uniform(0, 0.2)))
                else:
                    time.sleep(chance.uniform(0.02, 0.5))
                    self.server.kill()
                    self.server.start()
                said, _ = running.communicate(timeout=120)
                self.assertIn(running.returncode, (0, 1, 4), said)
                self.assertNotIn("internal", said)
                ended += running.returncode == 4
        print(f"{ended} of 12 syncs were ended", flush=True)
        self.assertGreater(ended, 0)
        self.meet(a, b)
        self.assert_equal_sites(a, b)
        for site in (a, b):
            self.assertEqual(site.sql("SELECT count(*) FROM patient WHERE phone LIKE '_5-%'"),
                             site.sql("SELECT count(*) FROM patient"))


if __name__ == "__main__":
    unittest.main()
