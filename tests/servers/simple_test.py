"""The app of Simple at two devices, with its own schema and invented rows, told with cfsync."""

import sqlite3
import unittest
import uuid
import xml.etree.ElementTree

from server_site import TESTS

from clinic import ClinicTest, Site, call

SCHEMA = TESTS.parent.parent / "shared" / "data" / "simple" / "simple_android_v123_sqlite.sql"
MAPPING = TESTS.parent / "core" / "mappings" / "simple.xml"
TABLES = [element.get("table") for element in xml.etree.ElementTree.parse(MAPPING).getroot()]
STAMP = "2026-11-25T08:00:00.000Z"


def row_uuid(*parts):
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, " ".join(map(str, parts))))


FACILITY, USER = row_uuid("facility"), row_uuid("user")


def value_of(name, kind, patient, table):
    """A value for a column that may not be null."""
    given = {"uuid": row_uuid(table, patient), "patientUuid": row_uuid("Patient", patient),
             "addressUuid": row_uuid("PatientAddress", patient), "fullName": f"Patient {patient}",
             "facilityUuid": FACILITY, "userUuid": USER, "syncStatus": "DONE", "status": "active",
             "scheduledDate": "2026-12-24", "name": "Amlodipine"}
    if name in given:
        return given[name]
    if kind == "INTEGER":
        return 120
    return STAMP if name.endswith("At") else f"{name} of {patient}"


class Device(Site):
    def enable(self, *options, mapping="simple"):
        return super().enable(*options, mapping=mapping)

    def make(self, patients):
        with sqlite3.connect(self.database) as database:
            database.executescript(SCHEMA.read_text(encoding="utf-8"))
        database.close()
        for patient in patients:
            self.add(patient)
        self.sql("INSERT INTO Protocol VALUES (?, 'P', 28, ?, ?, 'DONE', NULL)", row_uuid(self.name),
                 STAMP, STAMP)
        self.sql("INSERT INTO MissingPhoneReminder VALUES (?, ?)", row_uuid("Patient", 1), STAMP)

    def add(self, patient):
        """Somebody with a row in each table."""
        for table in ["PatientAddress", *(name for name in TABLES if name != "PatientAddress")]:
            columns = [(name, kind) for _, name, kind, needed, _, _ in
                       self.sql(f"PRAGMA table_info({table})") if needed]
            names = ", ".join(f'"{name}"' for name, _ in columns)
            places = ", ".join("?" for _ in columns)
            self.sql(f"INSERT INTO {table} ({names}) VALUES ({places})",
                     *(value_of(name, kind, patient, table) for name, kind in columns))

    def rows(self):
        return {table: sorted(self.sql(f"SELECT * FROM {table}"), key=repr) for table in TABLES}

    def others(self):
        return {name: self.sql(f"SELECT * FROM {name}") for name, in self.sql(
            "SELECT name FROM sqlite_master WHERE type = 'table'")
            if name not in TABLES and not name.startswith(("cfs_", "sqlite_"))}


class SimpleTest(ClinicTest):
    def setUp(self):
        if not SCHEMA.is_file():
            raise unittest.SkipTest(f"the schema of Simple is not in {SCHEMA}")
        super().setUp()
        self.done(call("init", "--state", self.place / "starter", "--folder", self.folder,
                       "--mapping", "simple"))
        self.a, self.b = (Device(self.place, name, self.folder) for name in "AB")
        self.a.make(range(1, 9))
        self.b.make(range(5, 13))
        self.before = {site.name: site.others() for site in (self.a, self.b)}
        for site in (self.a, self.b):
            self.done(site.run("mapping", "check", "--mapping", "simple"))
            self.done(site.enable())
        self.meet()

    def synced_now(self, site, *, conflicts=0):
        outcome = site.sync()
        self.assertEqual(outcome.status, 1 if conflicts else 0, outcome.out[-3000:] + outcome.err)
        report = outcome.json
        self.assertEqual((report["errors"], report["pending"], report["conflicts"]["open"]),
                         ([], 0, conflicts), site.name)
        return report

    def meet(self):
        for site in (self.a, self.b, self.a, self.b):
            self.synced_now(site)
        self.assertEqual(self.a.rows(), self.b.rows())
        for site in (self.a, self.b):
            self.assertEqual(site.sql("PRAGMA foreign_key_check"), [])
            self.assertEqual(site.others(), self.before[site.name])
            self.assertEqual(site.run("verify").json["differences"], [])
            report = self.synced_now(site)
            self.assertEqual((report["files"]["written"], report["rows"]),
                             (0, {"inserted": 0, "updated": 0, "restored": 0}))

    def test_devices_that_share_some_patients_have_each_once(self):
        for table in TABLES:
            self.assertEqual(self.a.sql(f"SELECT COUNT(*) FROM {table}"), [(12,)])

    def test_new_patients_and_edits_come_across(self):
        a, b = self.a, self.b
        a.add(20)
        b.add(21)
        a.sql("UPDATE Patient SET fullName = 'Ærø ''x''', updatedAt = 'later', syncStatus = 'PENDING' "
              "WHERE uuid = ?", row_uuid("Patient", 1))
        b.sql("UPDATE PrescribedDrug SET deletedAt = ?, isDeleted = 1 WHERE uuid = ?", STAMP,
              row_uuid("PrescribedDrug", 2))
        self.meet()
        self.assertEqual(b.sql("SELECT fullName, updatedAt, syncStatus FROM Patient WHERE uuid = ?",
                               row_uuid("Patient", 1)), [("Ærø 'x'", "later", "PENDING")])
        self.assertEqual(a.sql("SELECT isDeleted FROM PrescribedDrug WHERE deletedAt = ?", STAMP),
                         [(1,)])

    def test_that_the_app_has_sent_a_row_is_no_edit(self):
        self.a.sql("UPDATE Patient SET syncStatus = 'IN_FLIGHT'")
        self.assertEqual(self.synced_now(self.a)["files"]["written"], 0)
        self.assertEqual(self.b.sql("SELECT DISTINCT syncStatus FROM Patient"), [("DONE",)])

    def test_an_edit_of_the_same_row_keeps_both_values(self):
        for site, value in ((self.a, 141), (self.b, 152)):
            site.sql("UPDATE BloodPressureMeasurement SET systolic = ? WHERE uuid = ?", value,
                     row_uuid("BloodPressureMeasurement", 3))
        self.synced_now(self.a)
        self.synced_now(self.b, conflicts=1)
        self.synced_now(self.a, conflicts=1)
        self.settle(self.a, "systolic", ["141", "152"], keep="141")
        self.meet()
        self.assertEqual(self.b.sql("SELECT systolic FROM BloodPressureMeasurement WHERE uuid = ?",
                                    row_uuid("BloodPressureMeasurement", 3)), [(141,)])

    def test_deleted_rows_come_back(self):
        before = self.a.rows()
        self.a.sql("DELETE FROM PatientAddress WHERE uuid = ?", row_uuid("PatientAddress", 4))
        self.a.sql("DELETE FROM Appointment WHERE uuid = ?", row_uuid("Appointment", 5))
        self.assertEqual(self.synced_now(self.a)["rows"]["restored"], 2)
        self.assertEqual(self.a.rows(), before)
        self.meet()


if __name__ == "__main__":
    unittest.main()
