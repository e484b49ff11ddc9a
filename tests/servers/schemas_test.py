"""Stories of clinics whose tables lie in several schemas of a server, told with cfsync."""

import re
import unittest

from database_server import MariaDbServer, PostgreSqlServer, started
from postgresql_test import PostgreSqlSite
from server_site import TABLES, TESTS, ServerSite, demo_rows
from server_story import ServerStory

from clinic import call

MAPPING = TESTS.parent / "core" / "mappings" / "demo.xml"
MAPPED = [table for table in TABLES if table not in ("doctor", "drug")]


def mapping_with(schema_of):
    """The demo's mapping, with the schema that a table or a lookup's table is in."""
    def placed(match):
        schema = schema_of.get(match["table"])
        return match[0] + (f' schema="{schema}"' if schema else "")
    return re.sub(r'<(?:patient|record|lookup column="\w+") table="(?P<table>\w+)"', placed,
                  MAPPING.read_text(encoding="utf-8"))


class ScatteredPostgreSqlSite(PostgreSqlSite):
    """Patients in one schema, doctors in another; the connection finds neither."""

    def make_demo(self, schema, rows):
        super().make_demo(schema, rows)
        tables = {**{table: "records" for table in MAPPED}, "doctor": "Lists of all", "drug": "public"}
        self.server.sql('CREATE SCHEMA records; CREATE SCHEMA "Lists of all"; ' + "".join(
            f'ALTER TABLE {table} SET SCHEMA "{schema}";' for table, schema in tables.items()
            if schema != "public"), self.database)
        self.mapping = mapping_with(tables)

    def sql(self, statement, *values):
        return super().sql('SET search_path = public, records, "Lists of all"; ' + statement, *values)


class ScatteredMariaDbSite(ServerSite):
    """Patients in another database than the doctors and the tables of the sync."""

    def make_demo(self, schema, rows):
        super().make_demo(schema, rows)
        self.server.create("records")
        self.server.sql("RENAME TABLE " + ", ".join(
            f"{self.database}.{table} TO records.{table}" for table in MAPPED))
        self.mapping = mapping_with({table: "records" for table in MAPPED})

    def sql(self, statement, *values):
        own, self.database = self.database, self.database if "cfs_" in statement else "records"
        try:
            return super().sql(statement.replace("doctor ", own + ".doctor "), *values)
        finally:
            self.database = own


class Stories(ServerStory):
    server_kind = PostgreSqlServer

    def enabled_with(self, site):
        path = self.place / f"{site.name}.xml"
        path.write_text(site.mapping, encoding="utf-8")
        self.done(call("--state", site.state, "--database", site.connection, "mapping", "check",
                       "--mapping", path))
        self.done(site.enable(mapping=path))
        return site

    def test_each_site_has_its_tables_where_it_likes(self):
        laptop = self.enabled("Sqlite")
        sites = [laptop]
        for kind, name, schema in ((ScatteredPostgreSqlSite, "P", "postgresql"),
                                   (ScatteredMariaDbSite, "M", "mariadb")):
            server = self.server if name == "P" else started(MariaDbServer, self.addCleanup)
            site = kind(self.place, name, self.folder, server)
            site.make_demo(f"demo_schema_{schema}.sql", demo_rows(self.place))
            sites.append(self.enabled_with(site))
        self.meet(*sites)
        self.assert_equal_sites(*sites)
        for number, site in enumerate(sites):
            site.sql(f"INSERT INTO patient (family_name, given_name, birth_date, sex, registered_on, "
                     f"family_doctor_id) VALUES ('New{number}', 'Test', '2000-01-01', 'X', "
                     "'2026-11-25', 1)")
            site.sql("INSERT INTO visit (patient_id, visited_at, reason, fee) SELECT patient_id, "
                     f"'2026-11-25 10:00:00', 'Visit {number}', 12.5 FROM patient WHERE family_name = "
                     f"'New{number}'")
            site.sql(f"UPDATE medication SET dose = {number}.5 WHERE medication_id = 1")
            site.sql(f"UPDATE visit SET findings = 'seen' WHERE visit_id = {number + 2}")
        self.meet(*sites)
        self.assert_equal_sites(*sites)
        conflict, = laptop.run("conflicts").json["conflicts"]
        self.assertEqual(conflict["table"], "medication")
        self.assertEqual(sorted(value["fields"]["dose"] for value in conflict["values"]),
                         ["0.5", "1.5", "2.5"])
        for site in sites[1:]:
            self.assertEqual(site.sql("SELECT COUNT(*) FROM patient WHERE family_name LIKE 'New%'"),
                             [("3",)])
            site.sql("DELETE FROM medication WHERE medication_id = 2")
            self.assertEqual(self.synced_now(site).json["rows"]["restored"], 1)
            preview = site.sync("--preview")
            self.assertEqual(preview.json["rows"], {"inserted": 0, "updated": 0, "restored": 0})
            self.done(site.run("disable"))
            site.sql("UPDATE patient SET phone = '1'")
        # The records' schema holds nothing of ours.
        self.assertEqual(sites[1].sql("SELECT relname FROM pg_class WHERE relname LIKE 'cfs%' UNION "
                                      "ALL SELECT tgname FROM pg_trigger WHERE tgname LIKE 'cfs%'"),
                         [])
        self.assertEqual(sites[2].sql("SELECT trigger_name FROM information_schema.triggers"), [])


if __name__ == "__main__":
    unittest.main()
