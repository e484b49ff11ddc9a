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


# What a visit of a new patient may leave, on MariaDB: a row of each mapped table. The numbers within
# the year are the next ones, which are the same at copies that live apart.
RECORDS = """
INSERT INTO oh_patient_profile_photo (PAT_PHOTO) VALUES (X'89504e470d0a1a0a00ff');
UPDATE oh_patient SET PAT_PROFILE_PHOTO_ID = LAST_INSERT_ID() WHERE PAT_ID = {key};
INSERT INTO oh_patienthistory (PAH_PAT_ID, PAH_PAT_ALLERGY, PAH_CREATED_DATE) VALUES
    ({key}, 'Dust of {name}', NOW());
INSERT INTO oh_patient_consensus (PTC_PAT_ID, PTC_CONSENSUS, PTC_CREATED_DATE) VALUES
    ({key}, 1, NOW());
INSERT INTO oh_patientexamination (PEX_PAT_ID, PEX_DATE, PEX_CREATED_DATE, PEX_WEIGHT) VALUES
    ({key}, NOW(), NOW(), 61.5);
INSERT INTO oh_patientvaccine (PAV_PAT_ID, PAV_YPROG, PAV_DATE, PAV_VAC_ID_A) SELECT
    {key}, (SELECT COALESCE(MAX(PAV_YPROG), 0) + 1 FROM oh_patientvaccine), NOW(), MIN(VAC_ID_A)
    FROM oh_vaccine;
INSERT INTO oh_admission (ADM_PAT_ID, ADM_YPROG, ADM_DATE_ADM, ADM_CREATED_DATE, ADM_WRD_ID_A,
    ADM_ADMT_ID_A_ADM) SELECT {key}, (SELECT MAX(ADM_YPROG) + 1 FROM oh_admission), NOW(), NOW(),
    (SELECT MIN(WRD_ID_A) FROM oh_ward), MIN(ADMT_ID_A) FROM oh_admissiontype;
SET @admission = LAST_INSERT_ID();
INSERT INTO oh_malnutritioncontrol (MLN_ADM_ID, MLN_DATE_SUPP, MLN_HEIGHT, MLN_WEIGHT,
    MLN_CREATED_DATE) VALUES (@admission, NOW(), 1.62, 48.5, NOW());
INSERT INTO oh_visits (VST_PAT_ID, VST_DATE, VST_CREATED_DATE, VST_WRD_ID_A) SELECT
    {key}, NOW(), NOW(), MIN(WRD_ID_A) FROM oh_ward;
SET @visit = LAST_INSERT_ID();
INSERT INTO oh_opd (OPD_PAT_ID, OPD_PROG_YEAR, OPD_DATE, OPD_CREATED_DATE, OPD_SEX, OPD_NOTE,
    OPD_WRD_ID_A, OPD_NEXT_VISIT_ID) SELECT {key}, (SELECT MAX(OPD_PROG_YEAR) + 1 FROM oh_opd),
    NOW(), NOW(), 'F', 'of {name}', MIN(WRD_ID_A), @visit FROM oh_ward;
SET @opd = LAST_INSERT_ID();
INSERT INTO oh_laboratory (LAB_PAT_ID, LAB_DATE, LAB_RES, LAB_EXA_ID_A) SELECT
    {key}, NOW(), 'of {name}', MIN(EXA_ID_A) FROM oh_exam;
INSERT INTO oh_laboratoryrow (LABR_LAB_ID, LABR_DESC) VALUES (LAST_INSERT_ID(), 'of {name}');
INSERT INTO oh_therapies (THR_PAT_ID, THR_STARTDATE, THR_ENDDATE, THR_MDSR_ID, THR_QTY, THR_UNT_ID,
    THR_FREQINDAY, THR_FREQINPRD) SELECT {key}, NOW(), NOW() + INTERVAL 9 DAY, MIN(MDSR_ID), 1.5, 1,
    3, 1 FROM oh_medicaldsr;
INSERT INTO oh_bills (BLL_ID_PAT, BLL_DATE, BLL_UPDATE, BLL_CREATED_DATE, BLL_IS_LST, BLL_IS_PAT,
    BLL_ADM_ID, BLL_ID_LST) SELECT {key}, NOW(), NOW(), NOW(), 1, 1, @admission, MIN(LST_ID)
    FROM oh_pricelists;
SET @bill = LAST_INSERT_ID();
INSERT INTO oh_billitems (BLI_ID_BILL, BLI_IS_PRICE, BLI_ID_PRICE, BLI_ITEM_DESC, BLI_ITEM_AMOUNT,
    BLI_QTY) VALUES (@bill, 1, 'EXA03.01', 'of {name}', 12.5, 2);
INSERT INTO oh_billpayments (BLP_ID_BILL, BLP_DATE, BLP_AMOUNT) VALUES (@bill, NOW(), 25);
INSERT INTO oh_operationrow (OPER_OPE_ID_A, OPER_PRESCRIBER, OPER_RESULT, OPER_OPDATE, OPER_REMARKS,
    OPER_OPD_ID) SELECT MIN(OPE_ID_A), 'admin', 'success', NOW(), 'of {name}', @opd
    FROM oh_operation;
INSERT INTO oh_dicom (DM_PAT_ID, DM_FILE_NOME, DM_FILE_ST_UID, DM_FILE_SER_UID,
    DM_FILE_SER_INST_UID, DM_FILE_INST_UID) VALUES ({key}, 'scan', '1', '1', '1.2.{name}', '1.3');
INSERT INTO oh_dicom_data (DMD_FILE_ID, DMD_CREATED_DATE, DMD_DATA) VALUES
    (LAST_INSERT_ID(), NOW(), X'00ff');
"""


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
        for site in self.sites:
            site.patience = 600  # hundreds of patients

    def meet(self, rounds=2):
        for _ in range(rounds):
            for site in self.sites:
                outcome = site.sync()
                self.assertIn(outcome.status, (0, 1), outcome.out[-2000:])

    def outside(self, site):
        """What lies in tables that are not mapped."""
        if site is self.laptop:
            return {name: rows for name, rows in site.dump(mapped_tables()).items()
                    if name != "schema" and not name.startswith(("cfs_", "sqlite_"))}
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

    def broken_references(self, site):
        """The sample has some; a server checks each row that is written itself."""
        if site is self.laptop:
            return sorted(site.sql("SELECT \"table\", rowid, parent FROM pragma_foreign_key_check"))
        links = site.sql(
            "SELECT table_name, column_name, referenced_table_name, referenced_column_name FROM "
            "information_schema.key_column_usage WHERE table_schema = DATABASE() AND "
            "referenced_table_name IS NOT NULL ORDER BY 1, 2")
        return site.sql(" UNION ALL ".join(
            f"SELECT '{table} {column}', a.`{column}` FROM `{table}` a LEFT JOIN `{target}` b ON "
            f"b.`{key}` = a.`{column}` WHERE a.`{column}` IS NOT NULL AND b.`{key}` IS NULL"
            for table, column, target, key in links))

    def counts(self, site):
        return {table: int(site.sql(f"SELECT COUNT(*) FROM {table}")[0][0])
                for table in mapped_tables()}

    def test_three_copies_of_one_database_live_apart_and_meet(self):
        before = [self.outside(site) for site in self.sites]
        broken = [self.broken_references(site) for site in self.sites]
        rows = self.counts(self.a)
        for site in self.sites:
            self.done(site.enable(mapping="open-hospital"))
        self.meet()
        # Copies agree without talking, on a server and in a file: nothing was written twice.
        self.assert_equal_sites()
        self.assertEqual(self.laptop.run("conflicts").json["conflicts"], [])

        # New patients under one key, two of them with all that a visit leaves; a patient edited at two
        # sites, a deletion.
        for site, name in zip(self.sites, ("Ærø", "Bo", "Cy")):
            site.sql(new_patient(9000, name))
        for site, name in ((self.a, "Ærø"), (self.b, "Bo")):
            site.sql(RECORDS.format(key=9000, name=name))
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
            self.assertEqual(self.counts(site), {table: count + (3 if table == "oh_patient" else 2)
                                                 for table, count in rows.items()})
            # Each record is its own patient's, and a number that stands on two papers is on both.
            for table, mine, text in (("oh_opd", "OPD_PAT_ID", "OPD_NOTE"),
                                      ("oh_laboratory", "LAB_PAT_ID", "LAB_RES")):
                self.assertEqual(sorted(site.sql(
                    f"SELECT PAT_FNAME, {text} FROM {table} JOIN oh_patient ON PAT_ID = {mine} "
                    "WHERE PAT_SNAME = 'New'")), [("Bo", "of Bo"), ("Ærø", "of Ærø")])
            number, other = site.sql("SELECT OPD_PROG_YEAR FROM oh_opd WHERE OPD_NOTE LIKE 'of %'")
            self.assertEqual(number, other)
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
        self.assertEqual([self.outside(site) for site in self.sites], before)
        self.assertEqual([self.broken_references(site) for site in self.sites], broken)
        for site in (self.a, self.b):
            self.done(site.run("disable"))
            self.assertEqual(site.sql("SHOW TRIGGERS") + site.sql("SHOW TABLES LIKE 'cfs%'"), [])


if __name__ == "__main__":
    unittest.main()
