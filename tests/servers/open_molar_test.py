"""OpenMolar at two practices on MariaDB, with its own schema and the rows that come with it."""

import unittest
import xml.etree.ElementTree

from database_server import MariaDbServer, started
from server_site import TESTS, ServerSite

from clinic import ClinicTest, call

DATA = TESTS.parent.parent / "shared" / "data" / "openmolar"
MAPPING = TESTS.parent / "core" / "mappings" / "open-molar.xml"
TABLES = [element.get("table") for element in xml.etree.ElementTree.parse(MAPPING).getroot()]
STAMP = "'2026-11-25 08:00:00'"


class Practice(ServerSite):
    def make(self):
        self.server.create(self.database)
        for script in ("schema", "minimal_data", "triggers", "demo_data"):
            self.server.load(self.database, DATA / f"{script}.sql", strict=False)
        # The same dentist and another one, under different numbers.
        initials = ("HG", "BW") if self.name == "A" else ("BW", "ZZ")
        for number, who in enumerate(initials, 1):
            self.sql(f"INSERT INTO clinicians (ix, initials, name) VALUES ({number}, '{who}', '{who}')")
        # Appointments, which the program's own triggers watch over.
        self.sql("INSERT INTO aday VALUES ('2026-12-01', 1, 800, 1700, 1, '')")
        self.sql("INSERT INTO aslot (adate, apptix, start, end, name, serialno) VALUES "
                 "('2026-12-01', 1, 900, 930, 'Someone', 1)")

    def clinician(self, initials):
        return self.sql("SELECT ix FROM clinicians WHERE initials = ?", initials)[0][0]

    def register(self, name, dentist="BW"):
        """A patient with a row in each table, as the program numbers them."""
        number = int(self.sql("SELECT MAX(serialno) + 1 FROM new_patients")[0][0])
        who = self.clinician(dentist)
        self.sql("INSERT INTO new_patients (serialno, sname, fname, dob, cset, dnt1) VALUES "
                 f"({number}, ?, 'Test', '1970-01-01', 'P', {who})", name)
        for table in ("static_chart", "patient_dates", "patient_money", "patient_nhs"):
            self.sql(f"INSERT INTO {table} (pt_sno) VALUES ({number})")
        for table in ("plandata", "appt_prefs"):
            self.sql(f"INSERT INTO {table} (serialno) VALUES ({number})")
        self.sql(f"INSERT INTO userdata VALUES ({number}, X'00ff27')")
        self.sql(f"INSERT INTO bpe VALUES ({number}, '2026-01-02', '012210')")
        self.sql(f"INSERT INTO perio VALUES ({number}, '2026-01-02', '012210', X'0001fe', 0)")
        self.sql(f"INSERT INTO medforms VALUES ({number}, '2026-01-02')")
        family = int(self.sql("SELECT COALESCE(MAX(familyno), 0) + 1 FROM families")[0][0])
        self.sql(f"INSERT INTO families VALUES ({family}, {number})")
        self.sql(f"UPDATE new_patients SET familyno = {family} WHERE serialno = {number}")
        self.sql(f"INSERT INTO currtrtmt2 (serialno, accd, ur8pl) VALUES ({number}, '2026-01-02', 'MO ')")
        course = self.last("currtrtmt2", "courseno")
        self.sql(f"UPDATE new_patients SET courseno0 = {course} WHERE serialno = {number}")
        self.sql("INSERT INTO claims (serialno, courseno, dntix, claimdata) VALUES "
                 f"({number}, {course}, {who}, X'ff00')")
        self.sql("INSERT INTO newestimates (serialno, courseno, itemcode, description, fee, ptfee, dent, "
                 "modified_by, time_stamp) VALUES "
                 f"({number}, {course}, 'E0101', 'exam', 2200, 2200, {who}, 'rec', {STAMP})")
        self.sql("INSERT INTO est_link2 (est_id, tx_hash) VALUES "
                 f"({self.last('newestimates', 'ix')}, SHA1('{name}'))")
        self.sql("INSERT INTO daybook (date, serialno, coursetype, dntid, trtid, chart) VALUES "
                 f"('2026-01-02', {number}, 'P', {who}, {who}, X'00')")
        self.sql("INSERT INTO daybook_link (daybook_id, tx_hash) VALUES "
                 f"({self.last('daybook', 'id')}, SHA1('{name}'))")
        self.sql(f"INSERT INTO exemptions (serialno, exemption) VALUES ({number}, 'M')")
        self.answer(number, "penicillin", "Abciximab")
        self.note(number, f"first of {name}")
        self.sql("INSERT INTO clinical_memos (serialno, author, datestamp, synopsis) VALUES "
                 f"({number}, 'rec', {STAMP}, 'memo')")
        self.sql("INSERT INTO ptmemos (serialno, author, mdate, message) VALUES "
                 f"({number}, 'rec', {STAMP}, 'memo')")
        self.sql("INSERT INTO newdocsprinted (serialno, printdate, docname, data) VALUES "
                 f"({number}, '2026-01-02', 'letter', X'255044460a')")
        self.sql(f"INSERT INTO previous_snames (serialno, psn) VALUES ({number}, 'Before')")
        self.sql(f"INSERT INTO pseudonyms (serialno, alt_sname) VALUES ({number}, 'Known as')")
        return number

    def last(self, table, key):
        return self.sql(f"SELECT MAX({key}) FROM {table}")[0][0]

    def answer(self, number, allergies, *drugs):
        """A medical history, with what the patient takes."""
        self.sql("INSERT INTO medhist (pt_sno, allergies, chkdate) VALUES "
                 f"({number}, '{allergies}', '2026-01-02')")
        history = self.last("medhist", "ix")
        for drug in drugs:
            self.sql(f"INSERT INTO medication_link VALUES ({history}, '{drug}', 'daily')")

    def note(self, number, *lines):
        """A note of several lines: the program puts them together by their numbers."""
        for line in lines:
            self.sql("INSERT INTO formatted_notes (serialno, ndate, op1, ntype, note, timestamp) "
                     f"VALUES ({number}, '2026-01-02', 'rec', 'newNOTE', '{line}', {STAMP})")

    def document(self, number, parts):
        self.sql(f"INSERT INTO docsimported (serialno, name, filedate) VALUES ({number}, 'scan', {STAMP})")
        master = self.last("docsimported", "ix")
        for part in parts:
            self.sql(f"INSERT INTO docsimporteddata (masterid, filedata) VALUES ({master}, X'{part}')")

    def number(self, name):
        (number,), = self.sql("SELECT serialno FROM new_patients WHERE sname = ?", name)
        return number

    def notes(self, name):
        return [note for note, in self.sql(
            f"SELECT note FROM formatted_notes WHERE serialno = {self.number(name)} ORDER BY ix")]

    def outside(self):
        names = self.sql("SELECT table_name FROM information_schema.tables WHERE table_schema = "
                         "DATABASE() AND table_name NOT LIKE 'cfs%'")
        return {name: self.sql(f"CHECKSUM TABLE `{name}`") for name, in names
                if name not in TABLES and name != "medications"}

    def broken(self):
        """Rows whose constraint leads nowhere: the server checks only what it writes."""
        return [(table, column, self.sql(
            f"SELECT COUNT(*) FROM `{table}` c LEFT JOIN `{other}` p ON c.`{column}` = p.`{target}` "
            f"WHERE c.`{column}` IS NOT NULL AND p.`{target}` IS NULL")[0][0])
            for table, column, other, target in self.sql(
                "SELECT table_name, column_name, referenced_table_name, referenced_column_name FROM "
                "information_schema.key_column_usage WHERE table_schema = DATABASE() AND "
                "referenced_table_name IS NOT NULL")]


@unittest.skipUnless(DATA.is_dir(), f"the data of OpenMolar are not in {DATA}")
class OpenMolarTest(ClinicTest):
    def setUp(self):
        super().setUp()
        server = started(MariaDbServer, self.addCleanup)
        self.done(call("--state", self.place / "starter", "init", "--folder", self.folder,
                       "--mapping", "open-molar"))
        # The program's triggers are this account's.
        server.sql("CREATE USER academy@localhost; GRANT ALL ON *.* TO academy@localhost")
        self.a, self.b = (Practice(self.place, name, self.folder, server) for name in "AB")
        for site in (self.a, self.b):
            site.make()
            site.register(f"Of {site.name}")
            outcome = site.run("mapping", "check", "--mapping", "open-molar")
            self.assertEqual(outcome.status, 0, outcome.out)
            self.done(site.enable(mapping="open-molar"))
        self.before = {site.name: site.outside() for site in (self.a, self.b)}
        self.meet()

    def meet(self, conflicts=0):
        for site in (self.a, self.b, self.a, self.b):
            outcome = site.sync()
            self.assertIn(outcome.status, (0, 1), outcome.out[-3000:] + outcome.err)
        digests = [site.sql("SELECT patient, digest FROM cfs_patient ORDER BY patient")
                   for site in (self.a, self.b)]
        self.assertEqual(digests[0], digests[1])
        for site in (self.a, self.b):
            self.assertEqual(site.outside(), self.before[site.name])
            self.assertEqual([count for _, _, count in site.broken()], ["0"] * len(site.broken()))
            self.assertEqual(site.run("verify").json["differences"], [])
            report = site.sync().json
            self.assertEqual((report["errors"], report["pending"], report["conflicts"]["open"],
                              report["files"]["written"], report["rows"]),
                             ([], 0, conflicts, 0, {"inserted": 0, "updated": 0, "restored": 0}))

    def test_a_life_with_two_practices(self):
        a, b = self.a, self.b
        with self.subTest("each has the patients of both, under a number of its own"):
            self.assertEqual((a.number("Of A"), b.number("Of B")), ("2", "2"))
            self.assertEqual((b.number("Of A"), a.number("Of B")), ("3", "3"))
            for site in (a, b):
                for table in TABLES:
                    rows = int(site.sql(f"SELECT COUNT(*) FROM `{table}`")[0][0])
                    self.assertGreaterEqual(rows, 2 if "docsimported" not in table else 0, table)
                self.assertEqual(site.sql("SELECT COUNT(*) FROM new_patients"), [("3",)])

        with self.subTest("what hangs on a patient is this patient's, by this practice's numbers"):
            for site, name in ((a, "Of B"), (b, "Of A")):
                number = site.number(name)
                self.assertEqual(site.sql(
                    "SELECT accd, description, f.head, hex(u.data) FROM new_patients p "
                    "JOIN currtrtmt2 c ON c.courseno = p.courseno0 AND c.serialno = p.serialno "
                    "JOIN claims k ON k.courseno = c.courseno AND k.serialno = p.serialno "
                    "JOIN newestimates e ON e.courseno = c.courseno "
                    "JOIN families f ON f.familyno = p.familyno JOIN userdata u ON u.serialno = "
                    f"p.serialno WHERE p.serialno = {number}"),
                    [("2026-01-02", "exam", number, "00FF27")])
                self.assertEqual(site.notes(name), [f"first of {name}"])
                self.assertEqual(site.sql(
                    "SELECT med, details FROM medication_link JOIN medhist ON ix = med_ix "
                    f"WHERE pt_sno = {number}"), [("Abciximab", "daily")])

        with self.subTest("a clinician is the one with these initials"):
            for site, name in ((a, "Of B"), (b, "Of A")):
                self.assertEqual(site.sql("SELECT initials FROM new_patients JOIN clinicians ON ix = "
                                          "dnt1 WHERE sname = ?", name), [("BW",)])

        with self.subTest("notes and documents keep their order"):
            lines = [f"line {number}" for number in range(1, 13)]
            a.note(a.number("Of B"), *lines)
            b.note(b.number("Of B"), "of the other")
            parts = [f"{number:02x}00" for number in range(1, 13)]
            b.document(b.number("Of A"), parts)
            self.meet()
            notes = [note for note in b.notes("Of B") if note.startswith("line")]
            self.assertEqual(notes, lines)
            self.assertIn("of the other", a.notes("Of B"))
            self.assertEqual([part for part, in a.sql("SELECT lower(hex(filedata)) FROM docsimporteddata "
                                                      "ORDER BY ix")], parts)

        with self.subTest("edits, a drug that is not listed, a clinician who is not here"):
            b.sql("INSERT INTO medications VALUES ('Newdrug', 1)")
            b.answer(b.number("Of A"), "none known", "Newdrug", "Abatacept")
            a.sql(f"UPDATE medication_link SET details = 'weekly' WHERE med = 'Abciximab' AND med_ix = "
                  f"(SELECT MIN(ix) FROM medhist WHERE pt_sno = {a.number('Of B')})")
            b.register("Of ZZ", dentist="ZZ")
            self.meet()
            self.assertEqual(a.sql("SELECT warning FROM medications WHERE medication = 'Newdrug'"),
                             [("1",)])
            self.assertEqual(b.sql("SELECT COUNT(*) FROM medication_link WHERE details = 'weekly'"),
                             [("1",)])
            self.assertEqual(a.sql("SELECT allergies FROM medhist WHERE pt_sno = "
                                   f"{a.number('Of A')} ORDER BY ix DESC LIMIT 1"), [("none known",)])
            self.assertEqual(a.sql("SELECT COALESCE(dnt1, 0) = 0 FROM new_patients WHERE sname = 'Of ZZ'"),
                             [("1",)])
            self.assertEqual(b.sql("SELECT initials FROM new_patients JOIN clinicians ON ix = dnt1 "
                                   "WHERE sname = 'Of ZZ'"), [("ZZ",)])

        with self.subTest("teeth go together, amounts are a conflict"):
            for site, tooth in ((a, "ur8"), (b, "ll8")):
                site.sql(f"UPDATE static_chart SET {tooth} = 'UE ' WHERE pt_sno = {site.number('Of A')}")
                site.sql("UPDATE patient_money SET money0 = ? WHERE pt_sno = "
                         f"{site.number('Of B')}", 100 if site is a else 200)
            self.meet(conflicts=1)
            self.assertEqual(a.sql(f"SELECT ur8, ll8 FROM static_chart WHERE pt_sno = {a.number('Of A')}"),
                             [("UE ", "UE ")])
            self.settle(a, "money0", ["100", "200"], keep="200")
            self.meet()

        with self.subTest("deleted rows come back"):
            number = a.number("Of B")
            notes = a.notes("Of B")
            a.sql(f"DELETE FROM formatted_notes WHERE serialno = {number}")
            a.sql(f"DELETE FROM medication_link WHERE med_ix IN (SELECT ix FROM medhist WHERE pt_sno = {number})")
            self.assertEqual(a.sync().json["rows"]["restored"], len(notes) + 1)
            self.assertEqual(a.notes("Of B"), notes)
            self.meet()

        with self.subTest("and all of ours goes"):
            for site in (a, b):
                self.done(site.run("disable"))
                self.assertEqual(site.sql("SHOW TABLES LIKE 'cfs%'"), [])
                self.assertEqual({row[0] for row in site.sql("SHOW TRIGGERS")},
                                 {"aday_update_trigger", "aslot_trigger"})


if __name__ == "__main__":
    unittest.main()
