"""What stories of clinics on a server have in common, whatever the server."""

from database_server import started
from server_site import TABLES, TESTS

from clinic import ClinicTest

# No UUID of a row, no key: what a person would compare.
PEOPLE = ("SELECT family_name, given_name, birth_date, sex, phone, city FROM patient "
          "ORDER BY family_name, given_name, phone")
VISITS = ("SELECT p.family_name, v.visited_at, v.reason, v.findings, v.weight_kg, v.fee + 0 FROM "
          "visit v JOIN patient p ON p.patient_id = v.patient_id ORDER BY 1, 2, 3")
MEDICATIONS = ("SELECT p.family_name, m.drug_code, m.dose, m.unit, m.started_on, m.ended_on FROM "
               "medication m JOIN patient p ON p.patient_id = m.patient_id ORDER BY 1, 2, 5")
DOCUMENTS = ("SELECT p.family_name, d.title, length(d.content), hex(substr(d.content, 1, 200)) FROM "
             "document d JOIN patient p ON p.patient_id = d.patient_id ORDER BY 1, 2")


def plain(rows):
    """The same values as texts, from either system."""
    def text(value):
        if value is None:
            return "NULL"
        try:
            return f"{float(value):.6g}"
        except ValueError:
            return str(value)
    return sorted(tuple(map(text, row)) for row in rows)


def rights_of_the_page(number):
    """The statements of the page about servers that give a user its rights."""
    page = (TESTS.parent / "core" / "mappings" / "servers.md").read_text(encoding="utf-8")
    return page.split("```sql\n")[1 + number].split("```")[0]


class ServerStory(ClinicTest):
    """On a server of `server_kind`, which the stories of one class share."""

    server_kind = None

    @classmethod
    def setUpClass(cls):
        cls.server = started(cls.server_kind, cls.addClassCleanup)

    def meet(self, *sites, rounds=3):
        for _ in range(rounds):
            for site in sites:
                self.synced_now(site)

    def synced_now(self, site):
        outcome = site.sync()
        self.assertIn(outcome.status, (0, 1), outcome.out[-2000:] + outcome.err[-2000:])
        return outcome

    def assert_equal_sites(self, first, *others):
        digests = "SELECT patient, digest FROM cfs_patient ORDER BY patient"
        for other in others:
            for query in (PEOPLE, VISITS, MEDICATIONS, DOCUMENTS):
                self.assertEqual(plain(first.sql(query)), plain(other.sql(query)))
            self.assertEqual(first.sql(digests), other.sql(digests))
        for site in (first, *others):
            verified = site.run("verify")
            self.assertEqual(verified.json["differences"], [], site.name)
            # Nothing more to do, and nothing written.
            counts = site.sync().json
            self.assertEqual((counts["files"]["written"], counts["segments"]["written"],
                              counts["rows"]), (0, 0, {"inserted": 0, "updated": 0, "restored": 0}))

    def assert_no_conflicts(self, *sites):
        for site in sites:
            self.assertEqual(site.run("conflicts").json["conflicts"], [], site.name)

    def assert_changes_are_found(self, a, b):
        """An edit, a new row and one that is gone at `a`, an edit at `b`."""
        self.meet(a, b)
        self.assert_equal_sites(a, b)
        a.sql("UPDATE patient SET phone = '555-5555' WHERE patient_id = 5;"
              "INSERT INTO allergy (patient_id, substance, severity) VALUES (7, 'Nuts', 'severe')")
        gone = a.sql("SELECT * FROM allergy WHERE allergy_id = 1")
        a.sql("DELETE FROM allergy WHERE allergy_id = 1")
        b.sql("UPDATE patient SET city = 'Elsewhere' WHERE patient_id = 6")
        counts = self.synced_now(a).json["rows"]
        self.assertEqual(counts["restored"], 1)
        self.meet(a, b)
        self.assertEqual(b.sql("SELECT phone FROM patient WHERE patient_id = 5"), [("555-5555",)])
        self.assertEqual(a.sql("SELECT city FROM patient WHERE patient_id = 6"), [("Elsewhere",)])
        self.assertEqual(b.sql("SELECT COUNT(*) FROM allergy WHERE substance = 'Nuts'"), [("1",)])
        self.assertEqual(a.sql("SELECT * FROM allergy WHERE allergy_id = 1"), gone)
        self.assert_equal_sites(a, b)

    def rows_of(self, site):
        return {table: sorted(site.sql(f"SELECT * FROM {table}")) for table in TABLES}
