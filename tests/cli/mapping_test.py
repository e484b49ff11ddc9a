"""cfsync mapping check and suggest: what they print, and that they change nothing."""

import pathlib
import shutil
import sqlite3
import subprocess
import unittest

from clinic import ClinicTest, call

SCHEMA = pathlib.Path(__file__).resolve().parents[2] / "core" / "schema" / "mapping.xsd"
# Values of the demo's patients.
PRIVATE = ("Adeyemi", "Folake", "1979", "@")


class MappingTest(ClinicTest):
    def suggest(self, site, *options):
        return call("--state", site.state, "--database", site.connection, "mapping", "suggest",
                    *options)

    def check(self, site, mapping, *options):
        return call("--state", site.state, "--database", site.connection, "mapping", "check",
                    "--mapping", mapping, *options)

    def suggested(self, site):
        path = self.place / "suggested.xml"
        path.write_text(self.done(self.suggest(site)).out, encoding="utf-8")
        return path

    def test_a_suggestion_can_be_checked_and_enabled(self):
        site = self.site()
        path = self.suggested(site)
        self.done(self.check(site, path))
        self.done(call("init", "--state", site.state, "--folder", self.folder, "--mapping", path))
        self.done(site.enable(mapping=path))
        self.done(site.sync())
        self.assertEqual(site.run("verify").json["differences"], [])

    def test_two_sites_sync_with_a_suggested_mapping(self):
        a, b = self.site("A"), self.site("B")
        path = self.suggested(a)
        self.done(call("init", "--state", a.state, "--folder", self.folder, "--mapping", path))
        for site in (a, b):
            self.done(site.enable(mapping=path))
            self.done(site.sync())
        a.sql("UPDATE patient SET phone = '12345' WHERE patient_id = 1")
        for site in (a, b):
            self.done(site.sync())
        self.assertEqual(b.sql("SELECT phone FROM patient WHERE patient_id = 1"), [("12345",)])

    @unittest.skipUnless(shutil.which("xmllint"), "xmllint is not installed")
    def test_a_suggestion_is_what_the_schema_allows(self):
        path = self.suggested(self.site())
        subprocess.run(["xmllint", "--noout", "--schema", SCHEMA, path], check=True,
                       capture_output=True)

    def test_a_suggestion_shows_no_value(self):
        text = self.done(self.suggest(self.site())).out
        self.assertIn("please check", text)
        for value in PRIVATE:
            self.assertNotIn(value, text)

    def test_a_suggestion_as_json(self):
        site = self.site()
        text = self.done(self.suggest(site)).out
        self.assertEqual(self.done(self.suggest(site, "--json")).json,
                         {"format": 1, "mapping": text})

    def test_neither_changes_anything(self):
        for site in (self.site("plain"), self.enabled("enabled")):
            before = site.dump(), site.database.read_bytes()
            self.done(self.suggest(site))
            self.done(self.check(site, "demo"))
            self.assertEqual((site.dump(), site.database.read_bytes()), before)

    def test_a_suggestion_for_an_enabled_database_leaves_our_tables_out(self):
        self.assertNotIn("cfs_", self.done(self.suggest(self.enabled())).out)

    def test_a_check_counts_what_can_not_be_placed(self):
        site = self.site()
        self.assertEqual(self.check(site, "demo").status, 0)
        site.sql("UPDATE visit SET patient_id = 999 WHERE visit_id = 1")
        outcome = self.check(site, "demo", "--json")
        self.assertEqual(outcome.status, 1)
        visit = next(table for table in outcome.json["tables"] if table["table"] == "visit")
        self.assertEqual(visit["orphans"], 1)
        self.assertEqual(set(visit), {"table", "patient", "rows", "mapped", "skipped", "unknown",
                                      "orphans", "two_owners", "same_key", "same_identifier",
                                      "columns", "faults"})
        self.assertIn("doctor", outcome.json["unmapped"])
        text = self.check(site, "demo").out
        self.assertRegex(text, r"visit: \d+ rows")
        self.assertIn("belong to no patient", text)
        for value in PRIVATE:
            self.assertNotIn(value, text)

    def test_bad_input_is_one_sentence(self):
        site = self.site()
        self.assert_code(self.check(site, "demo2", "--json"), "mapping_invalid", 4, "demo2")
        self.assert_code(self.check(site, "open-hospital", "--json"), "mapping_table", 4,
                         "oh_patient")
        empty = self.place / "empty.db"
        sqlite3.connect(empty).close()
        empty.write_bytes(b"")
        outcome = call("--database", f"sqlite3://{empty}", "--json", "mapping", "suggest")
        self.assert_code(outcome, "mapping_table", 4)
        outcome = call("--database", f"sqlite3://{self.place / 'no.db'}", "--json", "mapping",
                       "suggest")
        self.assertIn("database_missing", outcome.codes)
        self.assertEqual(call("mapping").status, 2)
        self.assertEqual(call("mapping", "check").status, 2)


if __name__ == "__main__":
    unittest.main()
