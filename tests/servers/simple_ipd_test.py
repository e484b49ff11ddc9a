"""SimpleIPD at two wards, whose tables have no key, with its own schema and invented rows."""

import sqlite3
import unittest

from server_site import TESTS

from clinic import ClinicTest, Site, call

SCHEMA = TESTS.parent.parent / "shared" / "data" / "simpleipd" / "data.schema.sql"
TABLES = ("patients", "physician", "nursing", "reports", "requisition", "treatment", "discharge",
          "death")
HOUR = 3600
START = 1764000000


class Ward(Site):
    def enable(self, *options, mapping="simple-ipd"):
        return super().enable(*options, mapping=mapping)

    def make(self):
        with sqlite3.connect(self.database) as database:
            database.executescript(SCHEMA.read_text(encoding="utf-8"))
        database.close()
        self.sql("INSERT INTO users VALUES (?, 'doctor', ?, 'secret', 0, 1)", self.name, self.name)

    def admit(self, pid, name):
        self.sql("INSERT INTO patients (pid, name, age, sex, status, diagnosis, admission, ward, bed, "
                 "data, history) VALUES (?, ?, 40, 'F', 'admitted', 'fever', ?, 'W', ?, ?, '')",
                 pid, name, START + pid, pid, '{"weight": "60"}')
        self.sql("INSERT INTO physician VALUES (?, ?, ?)", pid, START, '{"note": "seen"}')
        # Two nurses write down the same at the same time: two rows that hold the same.
        for _ in range(2):
            self.sql("INSERT INTO nursing VALUES (?, ?, ?)", pid, START + HOUR, '{"pulse": "80"}')
        self.sql("INSERT INTO reports VALUES (?, ?, 'blood', ?)", pid, START, '{"hb": "11.2"}')
        self.sql("INSERT INTO requisition VALUES (?, 'blood', ?, 'lab', 'serum', 'blood', 'sent')",
                 pid, START)
        self.sql("INSERT INTO treatment (pid, drug, dose, route, frequency, start) VALUES "
                 "(?, 'Amoxicillin', '500 mg', 'oral', '1-1-1', ?)", pid, START)
        self.sql("INSERT INTO discharge VALUES (?, 'Iron', '1', 'oral', '1-0-0', '30 days', '')", pid)

    def rows(self):
        return {table: sorted(self.sql(f"SELECT * FROM {table}"), key=repr) for table in TABLES}


@unittest.skipUnless(SCHEMA.is_file(), f"the schema of SimpleIPD is not in {SCHEMA}")
class SimpleIpdTest(ClinicTest):
    def setUp(self):
        super().setUp()
        self.done(call("init", "--state", self.place / "starter", "--folder", self.folder,
                       "--mapping", "simple-ipd"))
        self.a, self.b = (Ward(self.place, name, self.folder) for name in "AB")
        for site, first in ((self.a, 1), (self.b, 11)):
            site.make()
            for pid in range(first, first + 4):
                site.admit(pid, f"Patient {pid}")
            self.done(site.run("mapping", "check", "--mapping", "simple-ipd"))
            self.done(site.enable())
        self.users = {site.name: site.sql("SELECT * FROM users") for site in (self.a, self.b)}
        self.meet()

    def synced_now(self, site, *, conflicts=0, pending=0):
        report = site.sync().json
        self.assertEqual((len(report["errors"]), report["pending"], report["conflicts"]["open"]),
                         (pending, pending, conflicts), (site.name, report["errors"]))
        return report

    def meet(self):
        for site in (self.a, self.b, self.a, self.b):
            self.synced_now(site)
        self.assertEqual(self.a.rows(), self.b.rows())
        for site in (self.a, self.b):
            self.assertEqual(site.sql("SELECT * FROM users"), self.users[site.name])
            self.assertEqual(site.run("verify").json["differences"], [])
            report = self.synced_now(site)
            self.assertEqual((report["files"]["written"], report["rows"]),
                             (0, {"inserted": 0, "updated": 0, "restored": 0}))

    def test_each_ward_has_the_patients_of_both(self):
        for table in TABLES:
            expected = {"nursing": 16, "death": 0}.get(table, 8)
            self.assertEqual(self.a.sql(f"SELECT COUNT(*) FROM {table}"), [(expected,)], table)

    def test_edits_and_new_rows_come_across(self):
        a, b = self.a, self.b
        a.sql("UPDATE treatment SET end = ?, omit = 1 WHERE pid = 11", START + 5 * HOUR)
        b.sql("UPDATE treatment SET dose = '250 mg' WHERE pid = 2")
        a.sql("UPDATE nursing SET data = 'corrected' WHERE rowid = "
              "(SELECT min(rowid) FROM nursing WHERE pid = 3)")
        b.sql("INSERT INTO death VALUES (12, ?, 'cause')", START)
        b.sql("UPDATE patients SET departure = ?, status = 'discharged' WHERE pid = 1", START)
        a.admit(5, "New")
        self.meet()
        self.assertEqual(b.sql("SELECT omit FROM treatment WHERE end IS NOT NULL"), [(1,)])
        self.assertEqual(sorted(b.sql("SELECT data FROM nursing WHERE pid = 3")),
                         [("corrected",), ('{"pulse": "80"}',)])
        self.assertEqual(a.sql("SELECT pid FROM death"), [(12,)])

    def test_an_edit_of_the_same_row_keeps_both_values(self):
        for site, dose in ((self.a, "1 g"), (self.b, "2 g")):
            site.sql("UPDATE treatment SET dose = ? WHERE pid = 3", dose)
        self.synced_now(self.a)
        self.synced_now(self.b, conflicts=1)
        self.synced_now(self.a, conflicts=1)
        self.settle(self.a, "dose", ["1 g", "2 g"], keep="1 g")
        self.meet()
        self.assertEqual(self.b.sql("SELECT dose FROM treatment WHERE pid = 3"), [("1 g",)])

    def test_deleted_rows_come_back(self):
        before = self.a.rows()
        self.a.sql("DELETE FROM treatment WHERE pid = 2")
        self.a.sql("DELETE FROM nursing WHERE pid = 4")
        self.assertEqual(self.synced_now(self.a)["rows"]["restored"], 3)
        self.assertEqual(self.a.rows(), before)
        self.meet()

    def test_rows_keep_their_identity_when_the_file_is_compacted(self):
        """Without a key SQLite numbers rows anew then, which no trigger tells."""
        self.a.sql("DELETE FROM physician WHERE pid = 1")
        self.a.sql("INSERT INTO physician VALUES (1, ?, ?)", START, '{"note": "seen"}')
        self.meet()
        self.a.sql("VACUUM")
        self.b.sql("UPDATE physician SET data = 'later' WHERE pid = 3")
        self.meet()
        self.assertEqual(self.a.sql("SELECT pid FROM physician WHERE data = 'later'"), [(3,)])

    def test_one_hospital_number_for_two_persons_waits_and_is_told(self):
        self.a.admit(77, "One")
        self.b.admit(77, "Two")
        self.synced_now(self.a)
        outcome = self.b.sync()
        self.assertEqual(outcome.status, 1)
        self.assertGreater(outcome.json["pending"], 0)
        self.assertNotIn("One", outcome.out)
        self.assertEqual(self.b.sql("SELECT name FROM patients WHERE pid = 77"), [("Two",)])
        self.assertEqual(self.a.sql("SELECT name FROM patients WHERE pid = 77"), [("One",)])
        # A person gives one of them another number, and with it the records.
        for table in TABLES:
            self.b.sql(f"UPDATE {table} SET pid = 78 WHERE pid = 77")
        self.synced_now(self.b)
        self.meet()
        self.assertEqual(self.a.sql("SELECT name FROM patients WHERE pid > 76 ORDER BY pid"),
                         [("One",), ("Two",)])


if __name__ == "__main__":
    unittest.main()
