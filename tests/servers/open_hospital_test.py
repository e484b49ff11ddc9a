"""Open Hospital's demonstration data: two clinics on MariaDB and a laptop with a SQLite file."""

import shutil
import unittest
import xml.etree.ElementTree

from database_server import MariaDbServer, started
from server_site import TESTS, ServerSite

from clinic import ClinicTest, Site, call

DATA = TESTS.parent.parent / "shared" / "data" / "openhospital"
MAPPING = TESTS.parent / "core" / "mappings" / "open-hospital.xml"


def mapped_tables():
    root = xml.etree.ElementTree.parse(MAPPING).getroot()
    return {element.get("table") for element in root
            if element.tag.endswith("}patient") or element.tag.endswith("}record")}


def new_patient(key, name):
    return (f"INSERT INTO oh_patient (PAT_ID, PAT_FNAME, PAT_SNAME, PAT_NAME, PAT_SEX, PAT_CITY, "
            f"PAT_BDATE) VALUES ({key}, '{name}', 'New', '{name} New', 'F', 'Harbour', '1990-02-28')")


@unittest.skipUnless(DATA.exists(), f"there is no {DATA}")
class OpenHospital(ClinicTest):
    def setUp(self):
        super().setUp()
        server = started(MariaDbServer, self.addCleanup)
        self.done(call("--state", self.place / "starter", "init", "--folder", self.folder,
                       "--mapping", "open-hospital"))
        self.a, self.b = [ServerSite(self.place, name, self.folder, server) for name in "AB"]
        for site in (self.a, self.b):
            server.create(site.database)
            server.load(site.database, DATA / "openhospital_demo.sql")
        self.laptop = Site(self.place, "Laptop", self.folder)
        shutil.copyfile(DATA / "openhospital_demo.sqlite", self.laptop.database)
        self.sites = (self.a, self.b, self.laptop)

    def meet(self, rounds=2):
        for _ in range(rounds):
            for site in self.sites:
                outcome = site.run("sync", timeout=600)  # hundreds of patients
                self.assertIn(outcome.status, (0, 1), outcome.out[-2000:])

    def outside(self, site):
        """What lies in tables that are not mapped."""
        names = site.sql("SELECT table_name FROM information_schema.tables WHERE table_schema = "
                         "DATABASE() AND table_name NOT LIKE 'cfs%'")
        return {name: site.sql(f"CHECKSUM TABLE `{name}`") for name, in names
                if name not in mapped_tables()}

    def assert_equal_sites(self):
        digests = [site.sql("SELECT patient, digest FROM cfs_patient ORDER BY patient")
                   for site in self.sites]
        self.assertEqual(digests[0], digests[1])
        self.assertEqual(digests[0], digests[2])
        for site in self.sites:
            self.assertEqual(site.run("verify").json["differences"], [], site.name)
            counts = site.sync().json
            self.assertEqual((counts["files"]["written"], counts["rows"]),
                             (0, {"inserted": 0, "updated": 0, "restored": 0}), site.name)

    def broken_references(self):
        """The sample has some; a server checks each row that is written itself."""
        return sorted(self.laptop.sql("SELECT \"table\", rowid, parent FROM pragma_foreign_key_check"))

    def test_three_copies_of_one_database_live_apart_and_meet(self):
        before = [self.outside(site) for site in (self.a, self.b)]
        broken = self.broken_references()
        for site in self.sites:
            self.done(site.enable(mapping="open-hospital"))
        self.meet()
        # Copies agree without talking, on a server and in a file: nothing was written twice.
        self.assert_equal_sites()
        self.assertEqual(self.laptop.run("conflicts").json["conflicts"], [])

        # New patients under one key, a patient edited at two sites, a deletion.
        for site, name in zip(self.sites, ("Ærø", "Bo", "Cy")):
            site.sql(new_patient(9000, name))
        self.a.sql("UPDATE oh_patient SET PAT_TELE = '111' WHERE PAT_ID = 5")
        self.b.sql("UPDATE oh_patient SET PAT_CITY = 'Elsewhere' WHERE PAT_ID = 5")
        self.a.sql("UPDATE oh_patient SET PAT_NOTE = 'of A' WHERE PAT_ID = 4")
        self.laptop.sql("UPDATE oh_patient SET PAT_NOTE = 'of the laptop' WHERE PAT_ID = 4")
        gone = self.b.sql("SELECT MIN(LABR_ID) FROM oh_laboratoryrow")[0][0]
        row = self.b.sql(f"SELECT * FROM oh_laboratoryrow WHERE LABR_ID = {gone}")
        self.b.sql(f"DELETE FROM oh_laboratoryrow WHERE LABR_ID = {gone}")
        self.meet(rounds=3)

        for site in self.sites:
            names = site.sql("SELECT PAT_FNAME FROM oh_patient WHERE PAT_SNAME = 'New'")
            self.assertEqual(sorted(name for name, in names), ["Bo", "Cy", "Ærø"])
            self.assertEqual(site.sql("SELECT PAT_TELE, PAT_CITY FROM oh_patient WHERE PAT_ID = 5"),
                             [("111", "Elsewhere")])
        conflict, = self.b.run("conflicts").json["conflicts"]
        self.assertEqual(sorted(value["fields"]["PAT_NOTE"] for value in conflict["values"]),
                         ["of A", "of the laptop"])
        self.assertEqual(self.b.sql(f"SELECT * FROM oh_laboratoryrow WHERE LABR_ID = {gone}"), row)
        keep = next(value["version"] for value in conflict["values"]
                    if value["fields"]["PAT_NOTE"] == "of A")
        self.done(self.b.run("resolve", conflict["id"], "--keep", keep))
        self.meet()
        self.assertEqual(self.laptop.sql("SELECT PAT_NOTE FROM oh_patient WHERE PAT_ID = 4"),
                         [("of A",)])
        self.assert_equal_sites()
        self.assertEqual([self.outside(site) for site in (self.a, self.b)], before)
        self.assertEqual(self.broken_references(), broken)
        for site in (self.a, self.b):
            self.done(site.run("disable"))
            self.assertEqual(site.sql("SHOW TRIGGERS") + site.sql("SHOW TABLES LIKE 'cfs%'"), [])


if __name__ == "__main__":
    unittest.main()
