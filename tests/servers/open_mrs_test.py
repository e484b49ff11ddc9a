"""OpenMRS at two sites, with its own schema and sample rows, told with cfsync. The first site's numbers
are other ones throughout: what is the same is known by its UUID alone."""

import pathlib
import unittest
import xml.etree.ElementTree

from database_server import MariaDbServer, PostgreSqlServer, started
from server_site import TESTS, ServerSite

from clinic import ClinicTest, call

SAMPLE = TESTS.parent.parent / "shared" / "data" / "openmrs"
MAPPING = TESTS.parent / "core" / "mappings" / "open-mrs.xml"
NAMESPACE = "{urn:cloud-folder-sync:mapping}"
# Tables whose rows bear other numbers at the first site.
RENUMBERED = ("person", "concept", "location", "users", "provider", "visit", "encounter", "orders",
              "obs", "visit_type", "encounter_type", "program")
STEP = 5000
# Tables without a UUID have that of the row whose key they share.
PARENTS = {"patient": "person", "drug_order": "orders", "test_order": "orders",
           "referral_order": "orders"}
FOREIGN_KEYS = ("SELECT table_name, column_name, referenced_table_name, referenced_column_name FROM "
                "information_schema.key_column_usage WHERE table_schema = DATABASE() AND "
                "referenced_table_name IS NOT NULL ORDER BY 1, 2")
ADMIN = "1010d442-e134-11de-babe-001e378eb67e"
VISIT = "aaaaaaaa-0000-4000-8000-000000000001"
NURSE = "aaaaaaaa-0000-4000-8000-000000000002"
DAEMON = "A4F30A1B-5EB9-11DF-A648-37A07F9C90FB"


class MappedTable:
    """What the mapping says of a table's columns that hold numbers of one database."""

    def __init__(self, element):
        def of(name):
            return element.findall(NAMESPACE + name)
        self.name = element.get("table")
        self.key = element.get("key") or of("key")[0].get("column")
        self.numbers = {entry.get("column"): (entry.get("table") or "person",
                                              entry.get("target") or "person_id")
                        for entry in of("owner") + of("reference") + of("lookup")}
        if element.get("key"):  # a part's, which is that of its record
            self.numbers[self.key] = ("orders", "order_id")


def mapped_tables():
    root = xml.etree.ElementTree.parse(MAPPING).getroot()
    return [MappedTable(element) for element in [*root, *root.iter(NAMESPACE + "part")]]


class OpenMrsSite(ServerSite):
    def enable(self, *options, mapping="open-mrs"):
        return super().enable(*options, mapping=mapping)

    def as_uuid(self, column, table, target):
        """What a number means, everywhere."""
        if table in PARENTS:
            table, target = PARENTS[table], {"person": "person_id"}.get(PARENTS[table], "order_id")
        return f"(SELECT x.uuid FROM {table} x WHERE x.{target} = t.{column})"

    def give_uuids(self):
        """To three rows of the sample; they have texts that are none."""
        for table, start, last in (("encounter", "y403fafb-e5e4-42d0-9d11-4f52e89d123", "r"),
                                   ("orders", "3c96f25c-4949-4f72-9931-d808fbc226d", "g"),
                                   ("orders", "4c96f25c-4949-4f72-9931-d808fbc226d", "h")):
            self.sql(f"UPDATE {table} SET uuid = '{start.replace('y', 'f')}f' WHERE uuid = "
                     f"'{start}{last}'")

    def rows(self, table):
        """A table's rows in terms that all sites share."""
        expressions = []
        for column in sorted(self.columns(table.name)):
            if column in table.numbers:
                expressions.append(self.text(self.as_uuid(column, *table.numbers[column])))
            elif column != table.key:
                expressions.append(self.text(self.plain(table.name, column)))
        return sorted(self.sql(f"SELECT {', '.join(expressions)} FROM {table.name} t"))

    def orphans(self, foreign_keys):
        """Foreign keys that lead nowhere."""
        parts = [f"SELECT '{table}.{column}' AS name, COUNT(*) AS n FROM {table} t WHERE {column} IS "
                 f"NOT NULL AND NOT EXISTS (SELECT 1 FROM {other} o WHERE o.{target} = t.{column})"
                 for table, column, other, target in foreign_keys]
        return self.sql(f"SELECT name, n FROM ({' UNION ALL '.join(parts)}) x WHERE n > 0 ORDER BY 1")

    def unmapped(self, mapped):
        """Every row of the tables that the mapping does not have."""
        others = sorted(name for name in self.tables()
                        if name not in mapped and not name.startswith("cfs_"))
        assert len(others) == 87, others
        return self.sql("".join(f"SELECT 'the table {name}'; SELECT * FROM {name};"
                                for name in others))

    def add_patient(self, family):
        """Somebody new with records of every kind, the numbers being the same at each site."""
        mark = {"Nordlund": "a", "Ogawa": "b"}[family]
        script = (TESTS / "servers" / "open_mrs_patient.sql").read_text(encoding="utf-8")
        self.sql(script.replace("FAMILY", family).replace("MARK", mark))


class MariaDbSite(OpenMrsSite):
    def make(self):
        self.server.create(self.database)
        for name in ("openmrs_core_schema", "initialInMemoryTestDataSet", "standardTestDataset"):
            self.server.load(self.database, SAMPLE / (name + ".sql"))

    def renumber(self):
        keys = self.sql(FOREIGN_KEYS)
        columns = {(table, self.sql(f"SHOW KEYS FROM {table} WHERE key_name = 'PRIMARY'")[0][4])
                   for table in RENUMBERED}
        columns.add(("orders", "concept_id"))  # no foreign key says so
        size = 0
        while len(columns) > size:
            size = len(columns)
            columns.update((table, column) for table, column, other, target in keys
                           if (other, target) in columns)
        statements = [f"UPDATE {table} SET {column} = {column} + {STEP};" for table, column in columns]
        self.sql("SET FOREIGN_KEY_CHECKS = 0;" + "".join(statements))

    def tables(self):
        return [row[0] for row in self.sql("SHOW TABLES")]

    def columns(self, table):
        return [row[0] for row in self.sql(f"SHOW COLUMNS FROM {table}")]

    def text(self, expression):
        return f"COALESCE(HEX(CAST({expression} AS CHAR)), '-')"

    def plain(self, _, column):
        return f"t.`{column}`"


class PostgreSqlSite(OpenMrsSite):
    def make(self):
        self.server.create(self.database)
        self.server.load(self.database, SAMPLE / "openmrs_pg.sql")
        # As OpenMRS makes them; the tool that moved the sample to PostgreSQL gave them a zone.
        stamps = self.sql("SELECT table_name, column_name FROM information_schema.columns WHERE "
                          "table_schema = 'public' AND data_type = 'timestamp with time zone'")
        self.sql("SET TimeZone = 'UTC';" + "".join(
            f"ALTER TABLE {table} ALTER COLUMN {column} TYPE timestamp(0) USING {column};"
            for table, column in stamps))
        # Person 1, whom the second part of the sample puts in the place of the first.
        self.sql("UPDATE person SET uuid = 'ba1b19c2-3ed6-4f63-b8c0-f762dc8d7562', gender = 'M', "
                 "birthdate = '1948-01-01', creator = 1 WHERE person_id = 1")
        self.booleans = set(self.sql("SELECT table_name, column_name FROM information_schema.columns "
                                     "WHERE table_schema = 'public' AND data_type = 'boolean'"))

    def tables(self):
        return [row[0] for row in self.sql("SELECT table_name FROM information_schema.tables WHERE "
                                           "table_schema = 'public'")]

    def columns(self, table):
        return [row[0] for row in self.sql(
            f"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}'")]

    def text(self, expression):
        return f"COALESCE(UPPER(ENCODE(CONVERT_TO(({expression})::text, 'UTF8'), 'hex')), '-')"

    def plain(self, table, column):
        return f't."{column}"' + ("::int" if (table, column) in self.booleans else "")


class OpenMrsTest(ClinicTest):
    @classmethod
    def setUpClass(cls):
        if not pathlib.Path(SAMPLE).is_dir():
            raise unittest.SkipTest(f"the sample database of OpenMRS is not in {SAMPLE}")
        cls.mariadb = started(MariaDbServer, cls.addClassCleanup)

    def two_sites(self, kind, server):
        self.done(call("init", "--state", self.place / "starter", "--folder", self.folder,
                       "--mapping", "open-mrs"))
        a = MariaDbSite(self.place, "A", self.folder, self.mariadb)
        b = kind(self.place, "B", self.folder, server)
        for site in (a, b):
            site.make()
            site.give_uuids()
            self.addCleanup(server.sql if site is b else self.mariadb.sql,
                            f"DROP DATABASE {site.database}")
        self.foreign_keys = a.sql(FOREIGN_KEYS)
        a.renumber()
        self.mapped = mapped_tables()
        names = {table.name for table in self.mapped}
        self.before = {site.name: (site.orphans(self.foreign_keys), site.unmapped(names))
                       for site in (a, b)}
        for site in (a, b):
            self.done(site.enable())
        return a, b

    def synced_now(self, site, *, conflicts=0):
        outcome = site.sync()
        self.assertEqual(outcome.status, 1 if conflicts else 0,
                         outcome.out[-3000:] + outcome.err[-2000:])
        report = outcome.json
        self.assertEqual((report["errors"], report["pending"], report["conflicts"]["open"]),
                         ([], 0, conflicts), site.name)
        return report

    def meet(self, *sites, rounds=2):
        for _ in range(rounds):
            for site in sites:
                report = self.synced_now(site)
        return report

    def assert_equal_sites(self, a, b):
        for table in self.mapped:
            self.assertEqual(a.rows(table), b.rows(table), table.name)
        names = {table.name for table in self.mapped}
        for site in (a, b):
            orphans, unmapped = self.before[site.name]
            self.assertEqual(site.orphans(self.foreign_keys), orphans, site.name)
            self.assertEqual(site.unmapped(names), unmapped, site.name)
            self.assertEqual(site.run("verify").json["differences"], [], site.name)
            report = self.synced_now(site)
            self.assertEqual((report["files"]["written"], report["rows"]),
                             (0, {"inserted": 0, "updated": 0, "restored": 0}), site.name)

    def live_through_a_week(self, a, b):
        # The same rows under other numbers: nothing to add.
        for site in (a, b, a):
            self.assertEqual(self.synced_now(site)["rows"]["inserted"], 0, site.name)
        self.assert_equal_sites(a, b)
        self.assertEqual(a.sql("SELECT COUNT(*) FROM person"), [("12",)])
        # Somebody new at each, under the same numbers; records of every kind.
        a.add_patient("Nordlund")
        b.add_patient("Ogawa")
        self.meet(a, b)
        self.assert_equal_sites(a, b)
        self.check_new_patients(a, b)
        self.edit_apart(a, b)
        self.edit_the_same(a, b)
        self.delete(a, b)

    def check_new_patients(self, a, b):
        for site, other in ((a, "Ogawa"), (b, "Nordlund")):
            # Each keeps the number that its site gave it.
            numbers = site.sql("SELECT n.family_name, o.order_number FROM person_name n JOIN orders o "
                               "ON o.patient_id = n.person_id WHERE n.family_name IN ('Nordlund', "
                               "'Ogawa') AND o.previous_order_id IS NULL ORDER BY 1")
            self.assertEqual(numbers, [("Nordlund", "ORD-100"), ("Ogawa", "ORD-100")], site.name)
            # The parts of one record stand together, under a number of this site.
            parts = site.sql(
                "SELECT n.family_name, d.brand_name, t.note_id <> 7000, g.value_text FROM "
                "person_name n JOIN patient p ON p.patient_id = n.person_id JOIN orders o ON "
                "o.patient_id = p.patient_id JOIN drug_order d ON d.order_id = o.order_id JOIN note t "
                "ON t.patient_id = p.patient_id JOIN obs c ON c.person_id = p.patient_id JOIN obs g ON "
                f"g.obs_id = c.obs_group_id WHERE n.family_name = '{other}'")
            self.assertEqual(len(parts), 1)
            self.assertEqual(parts[0][1::2], (f"Brand of {other}", f"Group of {other}"))
            self.assertIn(parts[0][2], ("1", "t"))

    def edit_apart(self, a, b):
        a.sql("UPDATE person_name SET given_name = 'Ærøskøbing ''x''', changed_by = (SELECT user_id "
              f"FROM users WHERE uuid = '{ADMIN}'), date_changed = '2026-11-25 10:00:00' WHERE "
              "family_name = 'Ogawa'")
        b.sql("UPDATE encounter SET voided = '1', date_voided = '2026-11-25 11:00:00', void_reason = "
              f"'twice', voided_by = (SELECT user_id FROM users WHERE uuid = '{DAEMON}') WHERE uuid = "
              "'0000000a-0000-4000-8000-000000000007'")
        a.sql("UPDATE obs SET value_numeric = 0.1, value_text = 'line 1\nline 2' WHERE uuid = "
              "'39fb7f47-e80a-4056-9285-bd798be13c63'")
        self.meet(a, b)
        self.assert_equal_sites(a, b)
        self.assertEqual(a.sql("SELECT COUNT(*) FROM encounter WHERE void_reason = 'twice'"), [("1",)])
        self.assertEqual(b.sql("SELECT given_name, date_changed FROM person_name WHERE family_name = "
                               "'Ogawa'"), [("Ærøskøbing 'x'", "2026-11-25 10:00:00")])
        self.assertEqual(b.sql("SELECT value_numeric FROM obs WHERE uuid = "
                               "'39fb7f47-e80a-4056-9285-bd798be13c63'"), [("0.1",)])

    def edit_the_same(self, a, b):
        order = "uuid = '0000000b-0000-4000-8000-000000000009'"
        born = ("UPDATE person SET birthdate = '{}' WHERE uuid = "
                "'0000000a-0000-4000-8000-000000000001'")
        whole = ("SELECT dose, date_stopped FROM orders JOIN drug_order USING (order_id) WHERE " + order)
        former = a.sql(whole)[0][0]
        a.sql("UPDATE drug_order SET dose = 7.5 WHERE order_id = (SELECT order_id FROM orders WHERE "
              f"{order})")
        b.sql(f"UPDATE orders SET date_stopped = '2026-11-25 12:00:00' WHERE {order}")
        for site, day in ((a, "1980-01-01"), (b, "1980-02-02")):
            site.sql(born.format(day))
        self.synced_now(a)
        self.synced_now(b, conflicts=2)
        self.synced_now(a, conflicts=2)
        # The order and its dose are one record: both sites show one of the two as a whole.
        self.assertEqual(a.sql(whole), b.sql(whole))
        for site in (a, b):
            kept = {conflict["table"]: conflict
                    for conflict in site.run("conflicts").json["conflicts"]}
            self.assertEqual(sorted(kept), ["orders", "person"])
            self.assertTrue(kept["orders"]["safety"])
            both = {value["fields"]["drug_order/dose"]: value["fields"]["date_stopped"]
                    for value in kept["orders"]["values"]}
            self.assertEqual(both, {"7.5": None, former: "2026-11-25 12:00:00"})
        for table, column, wanted in (("orders", "drug_order/dose", "7.5"),
                                      ("person", "birthdate", "1980-02-02")):
            version = next(value["version"] for value in kept[table]["values"]
                           if value["fields"][column] == wanted)
            self.assertIn(a.run("resolve", kept[table]["id"], "--keep", version).status, (0, 1))
        self.meet(a, b)
        self.assert_equal_sites(a, b)
        for site in (a, b):
            self.assertEqual([row[0] for row in site.sql(whole + " AND date_stopped IS NULL")], ["7.5"])
        self.assertEqual(b.sql("SELECT birthdate FROM person WHERE uuid = "
                               "'0000000a-0000-4000-8000-000000000001'"), [("1980-02-02",)])

    def delete(self, a, b):
        queries = ("SELECT * FROM drug_order ORDER BY order_id",
                   "SELECT * FROM allergy_reaction ORDER BY 1")
        before = [a.sql(query) for query in queries]
        a.sql("DELETE FROM drug_order WHERE brand_name = 'Brand of Ogawa';"
              "DELETE FROM allergy_reaction")
        # The dose comes back with its order, which was there.
        rows = self.synced_now(a)["rows"]
        self.assertEqual((rows["restored"], rows["updated"]), (2, 1))
        self.assertEqual([a.sql(query) for query in queries], before)
        self.meet(a, b)
        self.assert_equal_sites(a, b)

    def test_two_sites_on_mariadb(self):
        self.live_through_a_week(*self.two_sites(MariaDbSite, self.mariadb))

    def test_one_site_on_mariadb_and_one_on_postgresql(self):
        server = started(PostgreSqlServer, self.addCleanup)
        self.live_through_a_week(*self.two_sites(PostgreSqlSite, server))

    def test_what_a_user_unknown_elsewhere_wrote_waits_there_until_the_user_is_added(self):
        a, b = self.two_sites(MariaDbSite, self.mariadb)
        self.meet(a, b)
        user = ("INSERT INTO users (system_id, creator, date_created, person_id, uuid) SELECT 'nurse', "
                f"user_id, '2026-11-25', person_id, '{NURSE}' FROM users WHERE uuid = '{ADMIN}'")
        a.sql(user)
        a.sql("INSERT INTO visit (patient_id, visit_type_id, date_started, creator, date_created, "
              "uuid) SELECT v.patient_id, v.visit_type_id, '2026-11-25 09:00:00', u.user_id, "
              f"'2026-11-25 09:00:00', '{VISIT}' FROM visit v JOIN users u ON u.uuid = '{NURSE}' "
              "ORDER BY v.uuid LIMIT 1")
        self.synced_now(a)
        outcome = b.sync()
        self.assertEqual((outcome.status, outcome.json["pending"], outcome.codes),
                         (1, 1, ["row_refused"]))
        self.assertIn("creator", outcome.sentence)
        b.sql(user)
        self.synced_now(b)
        self.assertEqual(b.sql("SELECT u.system_id FROM visit v JOIN users u ON u.user_id = v.creator "
                               f"WHERE v.uuid = '{VISIT}'"), [("nurse",)])

    def test_a_check_counts_only_who_is_related_and_an_observation_at_another_encounter(self):
        site = MariaDbSite(self.place, "A", self.folder, self.mariadb)
        site.make()
        self.addCleanup(self.mariadb.sql, f"DROP DATABASE {site.database}")
        outcome = site.run("mapping", "check", "--mapping", "open-mrs")
        self.assertEqual(outcome.status, 1)
        troubles = {table["table"]: [(column["column"], column["rows"]) for column in table["columns"]]
                    for table in outcome.json["tables"]
                    if table["columns"] or table["orphans"] or table["two_owners"] or table["same_key"]}
        self.assertEqual(troubles, {"relationship": [("person_b", 2)], "obs": [("encounter_id", 1)]})


if __name__ == "__main__":
    unittest.main()
