"""Stories of two clinics with OpenEMR on MariaDB, told with cfsync."""

import hashlib
import unittest

from database_server import MariaDbServer, started
from open_emr_site import (DATA, FORMS, KEYS, SCRIPTS, OpenEmrSite, insert, layout_form, user,
                           visit)

from clinic import ClinicTest, call


class OpenEmrTest(ClinicTest):
    # What is special about the clinics.
    first = {}
    second = {"first_user": 40}

    @classmethod
    def setUpClass(cls):
        if not all((DATA / script).is_file() for script in SCRIPTS):
            raise unittest.SkipTest(f"there is no {DATA}")
        cls.server = started(MariaDbServer, cls.addClassCleanup)

    def setUp(self):
        super().setUp()
        self.done(call("init", "--state", self.place / "starter", "--folder", self.folder,
                       "--mapping", "open-emr"))
        self.a, self.b = self.clinic("A", **self.first), self.clinic("B", **self.second)
        self.others = {site.name: site.dump_of_others() for site in (self.a, self.b)}
        for site in (self.a, self.b):
            self.done(site.enable())
        self.meet()

    def clinic(self, name, **special):
        site = OpenEmrSite(self.place, name, self.folder, self.server)
        self.server.sql(f"DROP DATABASE IF EXISTS {site.database}")
        site.load(**special)
        return site

    def meet(self, status=0):
        for site in (self.a, self.b) * 2:
            outcome = site.sync()
            self.assertEqual(outcome.json["errors"], [], site.name)
            self.assertEqual(outcome.json["pending"], 0, outcome.out[-2000:])
        self.assertEqual(outcome.status, status, outcome.out[-2000:])

    def assert_equal_sites(self):
        for table in KEYS:
            rows = self.a.rows(table)
            self.assertEqual(rows, self.b.rows(table), table)
            self.assertTrue(rows, table)
        for site in (self.a, self.b):
            self.assertEqual(site.run("verify").json["differences"], [], site.name)
            counts = site.sync().json
            self.assertEqual((counts["files"]["written"], counts["rows"]),
                             (0, {"inserted": 0, "updated": 0, "restored": 0}))
            self.assertEqual(site.dump_of_others(), self.others[site.name])
            self.assert_files(site)

    def assert_files(self, site):
        """Each row names two files of its own, which hold what it says, below its patient's number
        unless they came from nowhere else; nothing beside the directory has changed."""
        files, named = site.files(), site.named_files()
        paths = [path for *_, url, thumb in named for path in (url, thumb)]
        self.assertEqual(len(set(paths)), len(paths), site.name)
        for pid, _, digest, url, thumb in named:
            self.assertEqual(hashlib.sha1(files[url]).hexdigest(), digest, url)
            self.assertEqual(files[thumb], files[url][:10], thumb)
            self.assertEqual({path.split("/")[0] for path in (url, thumb)}, {pid}, url)
        self.assertEqual([path for path in files if path.startswith("~")], [])
        self.assertEqual([path.name for path in site.documents.parent.iterdir()
                          if path != site.documents], ["config.php"])
        self.assertEqual((site.documents.parent / "config.php").read_text(), "no document")

    def one(self, site, statement):
        (row,) = site.sql(statement)
        return row


class Copies(OpenEmrTest):
    def test_the_mapping_has_nothing_to_complain_of_but_the_sample(self):
        checked = self.a.run("mapping", "check", "--mapping", self.a.mapping).json
        self.assertEqual({table["table"] for table in checked["tables"]}, set(KEYS))
        said = [(table["table"], column["column"], column["rows"]) for table in checked["tables"]
                for column in table["columns"]]
        # The sample's patients have providers that the sample's users are not.
        self.assertEqual(said, [("patient_data", "providerID", 10)])
        for table in checked["tables"]:
            self.assertEqual((table["orphans"], table["two_owners"], table["same_key"]), (0, 0, 0))

    def test_copies_of_one_clinic_agree_whatever_their_users_numbers_are(self):
        self.assertEqual(self.a.sql("SELECT id FROM users ORDER BY 1"), [("1",), ("2",)])
        self.assertEqual(self.b.sql("SELECT id FROM users ORDER BY 1"), [("41",), ("42",)])
        self.assertEqual(self.a.sql("SELECT COUNT(*) FROM patient_data"), [("14",)])
        self.assert_equal_sites()

    def test_new_patients_and_visits_under_the_same_numbers_stay_apart(self):
        for site, name, day in ((self.a, "Nordlund", 26), (self.b, "Ogawa", 27)):
            site.sql(insert("patient_data", pid=42, pubpid="'42'", lname=f"'{name}'",
                            fname="'New'", DOB="'2000-01-01'", sex="'Female'", date="NOW()",
                            financial_review="'0000-00-00 00:00:00'", providerID=user(),
                            ref_providerID=0, care_team=0)
                     + visit(42, name) + visit(5, name + " 5", f"2026-11-{day} 10:00:00"))
        number = "SELECT encounter FROM form_encounter WHERE external_id = '{}'"
        clashing = self.one(self.a, number.format("Nordlund"))
        self.assertEqual(self.one(self.b, number.format("Ogawa")), clashing)
        self.meet()
        self.assert_equal_sites()
        for site, own, other in ((self.a, "Nordlund", "Ogawa"), (self.b, "Ogawa", "Nordlund")):
            self.assertEqual(self.one(site, number.format(own)), clashing)
            self.assertNotEqual(self.one(site, number.format(other)), clashing)
            self.assertEqual(site.sql("SELECT lname, pid FROM patient_data WHERE pid > 41 ORDER BY "
                                      "pid"), [(own, "42"), (other, "43")])
            # No number twice, and the program goes on after the last one.
            self.assertEqual(site.sql("SELECT encounter FROM form_encounter GROUP BY encounter "
                                      "HAVING COUNT(*) > 1"), [])
            self.assertEqual(site.sql("SELECT 1 FROM sequences WHERE id >= (SELECT MAX(encounter) "
                                      "FROM form_encounter)"), [("1",)])
            # Each form of a visit is filed with its patient and its visit.
            for kind, (table, key, _) in FORMS.items():
                patient = "patient_id" if table == "procedure_order" else "pid"
                found = site.sql(
                    f"SELECT p.lname, e.external_id, f.form_name FROM forms f JOIN {table} t ON "
                    f"t.{key} = f.form_id JOIN patient_data p ON p.pid = f.pid AND p.pid = "
                    f"t.{patient} JOIN form_encounter e ON e.encounter = f.encounter AND e.pid = "
                    f"p.pid WHERE p.lname IN ('Nordlund', 'Ogawa') AND f.formdir = '{kind}' "
                    f"ORDER BY 1")
                self.assertEqual(found, [(name, name, f"{kind} of {name}")
                                         for name in ("Nordlund", "Ogawa")], kind)

    def test_edits_of_both_clinics_come_together(self):
        self.a.sql("UPDATE patient_data SET phone_cell = '555-1111', date = NOW() WHERE pid = 1")
        self.b.sql("UPDATE patient_data SET email = 'new@example.org', date = NOW() WHERE pid = 1")
        self.a.sql("UPDATE form_vitals SET weight = 70.25, note = 'Ærø ''s' WHERE external_id = 'V4'")
        self.b.sql("UPDATE prescriptions SET dosage = '250', active = 0 WHERE external_id = 'V5'")
        self.b.sql("UPDATE forms SET deleted = 1 WHERE form_name = 'soap of V8'")
        self.b.sql(f"UPDATE form_encounter SET provider_id = {user('hamming')} WHERE "
                   "external_id = 'V17'")
        self.meet()
        for site in (self.a, self.b):
            self.assertEqual(site.sql("SELECT phone_cell, email FROM patient_data WHERE pid = 1"),
                             [("555-1111", "new@example.org")])
            self.assertEqual(site.sql("SELECT weight, note FROM form_vitals WHERE external_id = 'V4'"),
                             [("70.25", "Ærø 's")])
        self.assertEqual(self.a.sql("SELECT provider_id FROM form_encounter WHERE "
                                    "external_id = 'V17'"), [("2",)])
        self.assert_equal_sites()

    def test_a_provider_that_no_user_is_outlives_edits_of_the_patient(self):
        self.b.sql("UPDATE patient_data SET email = 'new@example.org' WHERE pid = 8")
        self.meet()
        for site in (self.a, self.b):
            self.assertEqual(site.sql("SELECT email, providerID FROM patient_data WHERE pid = 8"),
                             [("new@example.org", "5")])
        self.assert_equal_sites()

    def test_a_visit_does_not_wait_for_a_user_that_comes_later(self):
        new = "INSERT INTO users (id, username, lname) VALUES ({}, 'ito', 'Ito')"
        for site in (self.a, self.b):  # users are no business of the sync
            self.others.pop(site.name)
        self.a.sql(new.format(9) + ";UPDATE form_encounter SET provider_id = 9 WHERE "
                   "external_id = 'V22'")
        provider = "SELECT provider_id FROM form_encounter WHERE external_id = 'V22'"
        for site in (self.a, self.b) * 2:
            self.assertEqual(site.sync().json["errors"], [])
        self.assertEqual((self.a.sql(provider), self.b.sql(provider)), ([("9",)], [("0",)]))
        self.b.sql(new.format(60))
        self.others = {site.name: site.dump_of_others() for site in (self.a, self.b)}
        self.done(self.b.sync("--full"))  # a list is no patient: nothing else would look at it
        self.meet()
        self.assertEqual((self.a.sql(provider), self.b.sql(provider)), ([("9",)], [("60",)]))
        self.assert_equal_sites()

    def test_two_insurances_of_one_day_wait_and_are_reported(self):
        for site, plan in ((self.a, "Plan of A"), (self.b, "Plan of B")):
            site.sql(insert("insurance_data", pid=5, type="'secondary'", date="'2026-11-25'",
                            plan_name=f"'{plan}'"))
        plans = "SELECT plan_name FROM insurance_data WHERE pid = 5 AND type = 'secondary'"
        for site in (self.a, self.b) * 2:
            outcome = site.sync()
        for site, plan in ((self.a, "Plan of A"), (self.b, "Plan of B")):
            outcome = site.sync()
            self.assertEqual(outcome.status, 1, outcome.out[-2000:])
            self.assertEqual(outcome.codes, ["row_refused"])
            self.assertIn("insurance_data", outcome.sentence)
            self.assertEqual(site.sql(plans), [(plan,)])
        # One of them is corrected by a person.
        self.b.sql("UPDATE insurance_data SET date = '2026-11-26' WHERE plan_name = 'Plan of B'")
        self.b.sync()
        self.meet()
        for site in (self.a, self.b):
            self.assertEqual(sorted(site.sql(plans)), [("Plan of A",), ("Plan of B",)])
        self.assert_equal_sites()

    def test_a_field_edited_at_both_clinics_is_a_conflict_that_keeps_both_values(self):
        for site, phone, dosage in ((self.a, "555-1111", "750"), (self.b, "555-2222", "125")):
            site.sql(f"UPDATE patient_data SET phone_home = '{phone}' WHERE pid = 4;"
                     f"UPDATE prescriptions SET dosage = '{dosage}' WHERE external_id = 'V5'")
        self.meet(status=1)
        for site in (self.a, self.b):
            conflicts = {conflict["table"]: conflict
                         for conflict in site.run("conflicts").json["conflicts"]}
            kept = {table: sorted(value["fields"][column] for value in conflicts[table]["values"])
                    for table, column in (("patient_data", "phone_home"), ("prescriptions", "dosage"))}
            self.assertEqual(kept, {"patient_data": ["555-1111", "555-2222"],
                                    "prescriptions": ["125", "750"]})
            self.assertTrue(conflicts["prescriptions"]["safety"])
        for conflict in conflicts.values():
            keep = next(value["version"] for value in conflict["values"]
                        if {"555-1111", "750"} & set(value["fields"].values()))
            self.done(self.a.run("resolve", conflict["id"], "--keep", keep))
        self.meet()
        self.assertEqual(self.b.sql("SELECT phone_home, dosage FROM patient_data JOIN prescriptions "
                                    "ON external_id = 'V5' WHERE pid = 4"), [("555-1111", "750")])
        self.assert_equal_sites()

    def test_deleted_rows_come_back_under_their_numbers(self):
        # Of a visit the number is the key, the id beside it is given anew.
        columns = {"form_vitals": "*", "lists": "*", "immunizations": "*",
                   "form_encounter": "encounter, pid, date, reason, provider_id"}
        query = "SELECT {} FROM {} WHERE external_id = 'V8'"
        rows = {table: self.a.sql(query.format(shown, table)) for table, shown in columns.items()}
        for table in columns:
            self.a.sql(f"DELETE FROM {table} WHERE external_id = 'V8'")
        self.meet()
        for table, shown in columns.items():
            self.assertEqual(self.a.sql(query.format(shown, table)), rows[table], table)
        self.assertEqual(self.a.sql("SELECT e.external_id FROM forms f JOIN form_encounter e ON "
                                    "e.id = f.form_id WHERE f.form_name = 'newpatient of V8'"),
                         [("V8",)])
        self.assert_equal_sites()

    def test_an_order_that_the_program_writes_anew_is_an_edit(self):
        self.b.sql("SET @form = (SELECT procedure_order_id FROM procedure_order WHERE "
                   "external_id = 'V22'); DELETE FROM procedure_order_code WHERE "
                   "procedure_order_id = @form;"
                   + insert("procedure_order_code", procedure_order_id="@form",
                            procedure_order_seq=1, procedure_code="'718-7'",
                            procedure_name="'V22'", diagnoses="'ICD10:D64.9'"))
        self.meet()
        self.assertEqual(self.a.sql("SELECT diagnoses FROM procedure_order_code WHERE "
                                    "procedure_name = 'V22'"), [("ICD10:D64.9",)])
        self.assert_equal_sites()


# What the program shows of the forms that are made of layouts.
FIELDS = ("SELECT p.pid, f.form_name, d.field_id, d.field_value FROM forms f JOIN patient_data p "
          "ON p.pid = f.pid JOIN lbf_data d ON d.form_id = f.form_id WHERE f.formdir LIKE 'LBF%' "
          "AND f.deleted = 0 AND {} ORDER BY 2, 3")
NUMBER = "(SELECT form_id FROM forms WHERE form_name = '{}')"


def start(pid):
    """What the program knows when a form is begun, of the patient's last visit."""
    return (f"SET @pid = {pid}, @at = NOW(), @problem = 0, @visit = (SELECT MAX(encounter) FROM "
            f"form_encounter WHERE pid = {pid} AND external_id NOT LIKE 'part%');")


def save(form, **fields):
    """An edit of a form, as the program does it: each field anew."""
    return "".join(f"REPLACE INTO lbf_data SET field_value = '{value}', form_id = "
                   f"{NUMBER.format(form)}, field_id = '{name}';" for name, value in fields.items())


class Layouts(OpenEmrTest):
    def fields(self, site, condition):
        return site.sql(FIELDS.format(condition))

    def number(self, site, form):
        return self.one(site, "SELECT " + NUMBER.format(form))

    def test_forms_of_two_persons_under_one_number_stay_apart(self):
        self.a.sql(start(4) + layout_form("A", gait="of 4"))
        self.b.sql(start(5) + layout_form("B", gait="of 5", tremor="left"))
        self.assertEqual(self.number(self.a, "LBFneuro of A"), self.number(self.b, "LBFneuro of B"))
        self.meet()
        self.assert_equal_sites()
        for site in (self.a, self.b):
            self.assertEqual(self.fields(site, "f.form_name IN ('LBFneuro of A', 'LBFneuro of B')"),
                             [("4", "LBFneuro of A", "gait", "of 4"),
                              ("5", "LBFneuro of B", "gait", "of 5"),
                              ("5", "LBFneuro of B", "tremor", "left")])
        # The program's next number is nobody's at either clinic.
        for site, pid in ((self.a, 8), (self.b, 17)):
            site.sql(start(pid) + layout_form(f"next at {site.name}", gait=f"of {pid}"))
            self.assertEqual(site.sql("SELECT form_id FROM forms WHERE formdir LIKE 'LBF%' GROUP BY "
                                      "form_id HAVING COUNT(*) > 1"), [])
        self.meet()
        self.assert_equal_sites()

    def test_a_form_without_fields_keeps_its_number_for_itself(self):
        self.a.sql(start(4) + layout_form("first", "LBFempty"))
        self.meet()
        number = self.number(self.b, "LBFempty of first")
        self.b.sql(start(5) + layout_form("second", gait="of 5"))
        self.assertNotEqual(self.number(self.b, "LBFneuro of second"), number)
        self.a.sql(save("LBFempty of first", gait="of 4"))
        self.meet()
        self.assertEqual(self.fields(self.b, f"f.form_id = {number[0]}"),
                         [("4", "LBFempty of first", "gait", "of 4")])
        self.assert_equal_sites()

    def test_edits_come_together_and_what_both_write_into_one_field_is_a_conflict(self):
        self.a.sql(save("LBFneuro of V4", gait="Slow", smoker="no"))
        self.b.sql(save("LBFneuro of V4", reflexes="brisk", smoker="no")
                   + save("LBFneuro of V5", tremor="left"))
        self.b.sql("UPDATE forms SET deleted = 1 WHERE form_name = 'LBFneuro of V8'")
        self.meet()
        for site in (self.a, self.b):
            self.assertEqual([row[2:] for row in self.fields(site, "f.form_name LIKE '%LBFneuro of V4'")],
                             [("gait", "Slow"), ("pain", "None V4"), ("reflexes", "brisk"),
                              ("smoker", "no")])
            self.assertEqual(self.fields(site, "f.form_name = 'LBFneuro of V8'"), [])
        self.assert_equal_sites()
        self.a.sql(save("LBFneuro of V5", balance="good"))
        self.b.sql(save("LBFneuro of V5", balance="poor"))
        self.meet(status=1)
        for site in (self.a, self.b):
            (conflict,) = site.run("conflicts").json["conflicts"]
            self.assertEqual((conflict["table"], conflict["safety"]), ("lbf_data", True))
            self.assertEqual(sorted(value["fields"]["field_value"] for value in conflict["values"]),
                             ["good", "poor"])
        keep = next(value["version"] for value in conflict["values"]
                    if value["fields"]["field_value"] == "poor")
        self.done(self.b.run("resolve", conflict["id"], "--keep", keep))
        self.meet()
        self.assert_equal_sites()

    def test_an_attribute_that_both_clinics_give_a_patient_is_one(self):
        for site in (self.a, self.b):
            site.sql(f"REPLACE INTO shared_attributes SET pid = 4, encounter = 0, field_id = 'work', "
                     f"last_update = '2026-11-24 10:00:00', user_id = {user()}, field_value = 'farmer'")
        self.meet()
        self.assert_equal_sites()

    def test_a_sync_while_the_program_saves_a_form_loses_nothing(self):
        steps = (start(4) + layout_form("halfway", gait="of 4", pain="none")).splitlines()
        filed = next(i for i, line in enumerate(steps) if line.startswith("INSERT INTO forms"))
        # The fields first, then the form.
        self.a.sql("\n".join(steps[:filed] + steps[filed + 1:]) + "SELECT @form")
        self.meet()
        number = self.one(self.a, "SELECT MAX(form_id) FROM lbf_data")[0]
        self.a.sql(start(4) + f"SET @form = {number};" + steps[filed])
        self.meet()
        self.assertEqual(self.fields(self.b, "f.form_name = 'LBFneuro of halfway'"),
                         [("4", "LBFneuro of halfway", "gait", "of 4"),
                          ("4", "LBFneuro of halfway", "pain", "none")])
        self.assert_equal_sites()

    def test_deleted_forms_and_fields_come_back(self):
        shown = self.fields(self.b, "1")
        self.a.sql(f"DELETE FROM lbf_data WHERE form_id = {NUMBER.format('LBFneuro of V4')};"
                   "DELETE FROM forms WHERE form_name IN ('LBFneuro of V4', 'LBFneuro of V5');"
                   f"DELETE FROM lbf_data WHERE form_id = {NUMBER.format('LBFneuro of V8')} AND "
                   "field_id = 'pain'")
        self.meet()
        for site in (self.a, self.b):
            self.assertEqual(self.fields(site, "1"), shown)
        self.assert_equal_sites()


class Documents(OpenEmrTest):
    def test_documents_of_new_patients_with_one_number_lie_under_the_numbers_of_each_clinic(self):
        content = {}
        for site, name in ((self.a, "Nordlund"), (self.b, "Ogawa")):
            content[name] = name.encode() * 20_000
            site.sql(insert("patient_data", pid=42, pubpid="'42'", lname=f"'{name}'",
                            fname="'New'", DOB="'2000-01-01'", sex="'Female'", date="NOW()",
                            financial_review="'0000-00-00 00:00:00'", providerID=0,
                            ref_providerID=0, care_team=0))
            site.add_document(42, "scan.png", content[name])
        self.meet()
        self.assert_equal_sites()
        for site, own, other in ((self.a, "Nordlund", "Ogawa"), (self.b, "Ogawa", "Nordlund")):
            files = site.files()
            self.assertEqual(files["42/scan.png"], content[own])
            self.assertEqual(files["43/scan.png"], content[other])
        for path in self.folder.rglob("*.xml"):
            self.assertNotIn(b"/documents/", path.read_bytes(), path)

    def test_an_edited_document_is_a_new_file_beside_the_old_one(self):
        before = self.b.files()
        name, content = "4/scan.png", b"scanned again" * 9
        (self.a.documents / name).write_bytes(content)
        (self.a.documents / "4/th_scan.png").write_bytes(content[:10])
        self.a.sql(f"UPDATE documents SET size = {len(content)}, hash = "
                   f"'{hashlib.sha1(content).hexdigest()}' WHERE foreign_id = 4")
        self.meet()
        self.assert_equal_sites()
        self.assertEqual(self.b.files(), {**before, "4/scan-2.png": content,
                                          "4/th_scan-2.png": content[:10]})

    def test_documents_are_filed_and_noted_alike(self):
        self.a.sql("UPDATE categories_to_documents SET category_id = 3 WHERE document_id = (SELECT "
                   "id FROM documents WHERE foreign_id = 5);"
                   "UPDATE notes SET note = 'Seen' WHERE foreign_id = (SELECT id FROM documents "
                   "WHERE foreign_id = 8)")
        self.b.sql("UPDATE procedure_result SET document_id = (SELECT id FROM documents WHERE "
                   "foreign_id = 5) WHERE result_text = 'V5'")
        self.meet()
        self.assert_equal_sites()
        self.assertEqual(self.b.sql("SELECT category_id FROM categories_to_documents JOIN documents "
                                    "ON document_id = id WHERE foreign_id = 5"), [("3",)])
        self.assertEqual(self.a.sql("SELECT d.foreign_id FROM procedure_result r JOIN documents d "
                                    "ON d.id = r.document_id"), [("5",)])

    def test_what_only_one_clinic_can_open_stays_there(self):
        files = self.b.files()
        self.a.add_document(5, "sealed.png", b"sealed", encrypted=1)
        self.a.add_document(5, "couch.png", b"couch", storagemethod=1)
        self.meet()
        self.assertEqual(self.b.files(), files)
        self.assertEqual(self.b.sql("SELECT 1 FROM documents WHERE foreign_id = 5"), [("1",)])

    def test_a_file_that_is_lost_is_told_and_nothing_else_happens(self):
        lost = self.a.documents / "4/scan.png"
        content = lost.read_bytes()
        lost.unlink()
        self.a.sql("UPDATE documents SET docdate = '2026-11-01' WHERE foreign_id = 4")
        for site in (self.a, self.b) * 2:
            outcome = site.sync()
            self.assertEqual(outcome.codes, ["attachment_missing"] if site is self.a else [])
        self.assertEqual(self.b.sql("SELECT docdate FROM documents WHERE foreign_id = 4"),
                         [("2026-11-01",)])
        self.assertEqual(self.b.files()["4/scan.png"], content)
        self.assertFalse(lost.exists())
        lost.write_bytes(content)
        self.meet()
        self.assert_equal_sites()


class Strangers(OpenEmrTest):
    # All users that the sample's patients have.
    first = {"more_users": "INSERT INTO users (id, username) VALUES (4, 'ortiz'), (5, 'kahn')"}
    second = {**first, "first_user": 40, "letter": "W"}

    def test_clinics_with_other_patients_under_all_the_same_numbers_join(self):
        for site in (self.a, self.b):
            self.assertEqual(site.sql("SELECT COUNT(*), COUNT(DISTINCT pid), SUM(lname LIKE 'W-%') "
                                      "FROM patient_data"), [("28", "28", "14")])
            self.assertEqual(site.sql("SELECT COUNT(*), COUNT(DISTINCT encounter) FROM "
                                      "form_encounter"), [("56", "56")])
            # Each visit is with the patient it was made for, and its forms with both.
            self.assertEqual(site.sql("SELECT 1 FROM form_encounter e JOIN patient_data p ON p.pid = "
                                      "e.pid WHERE (e.external_id LIKE '%W%') <> (p.lname LIKE "
                                      "'W-%')"), [])
            self.assertEqual(site.sql("SELECT 1 FROM forms f JOIN form_encounter e ON e.encounter = "
                                      "f.encounter WHERE e.pid <> f.pid OR f.form_name NOT LIKE "
                                      "CONCAT('%of ', e.external_id)"), [])
            self.assertEqual(site.sql("SELECT COUNT(*), COUNT(DISTINCT f.form_id), "
                                      "SUM(d.field_value LIKE CONCAT('% ', e.external_id)) FROM "
                                      "lbf_data d JOIN forms f ON f.form_id = d.form_id AND "
                                      "f.formdir LIKE 'LBF%' JOIN form_encounter e ON e.encounter = "
                                      "f.encounter AND e.pid = f.pid AND e.external_id NOT LIKE "
                                      "'part%'"), [("56", "28", "56")])
        self.assert_equal_sites()


if __name__ == "__main__":
    unittest.main()
