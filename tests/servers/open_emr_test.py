"""Two clinics with OpenEMR on MariaDB: its real schema and sample patients, with visits made here."""

import unittest

from database_server import MariaDbServer
from server_site import TESTS, ServerSite

from clinic import ClinicTest, call

DATA = TESTS.parent.parent / "shared" / "data" / "openemr"
SCRIPTS = ("database.sql", "example_patient_users.sql", "example_patient_data.sql")

PATIENT = ("patient_data", "pid", "CONCAT(lname, '/', fname)")
VISIT = ("form_encounter", "encounter", "external_id")
USER = ("users", "id", "username")
FACILITY = ("facility", "id", "name")
PROBLEM = ("lists", "id", "external_id")
ORDER = ("procedure_order", "procedure_order_id", "external_id")
# The columns that hold a key, and what the row that they mean is known by. None: a clinic's own.
KEYS = {
    "patient_data": {"pid": None, "id": None, "providerID": USER, "ref_providerID": USER,
                     "care_team": USER, "pharmacy_id": ("pharmacies", "id", "name")},
    "history_data": {"id": None, "pid": PATIENT},
    "employer_data": {"id": None, "pid": PATIENT},
    "insurance_data": {"id": None, "pid": PATIENT,
                       "provider": ("insurance_companies", "id", "name")},
    "form_encounter": {"id": None, "encounter": None, "pid": PATIENT, "provider_id": USER,
                       "supervisor_id": USER, "facility_id": FACILITY,
                       "billing_facility": FACILITY,
                       "parent_encounter_id": ("form_encounter", "id", "external_id")},
    "lists": {"id": None, "pid": PATIENT, "reinjury_id": PROBLEM, "modifydate": None},
    "issue_encounter": {"pid": PATIENT, "list_id": PROBLEM, "encounter": VISIT},
    "forms": {"id": None, "pid": PATIENT, "encounter": VISIT, "issue_id": PROBLEM,
              "provider_id": USER, "form_id": None},
    "form_vitals": {"id": None, "pid": PATIENT},
    "form_soap": {"id": None, "pid": PATIENT},
    "form_ros": {"id": None, "pid": PATIENT},
    "form_reviewofs": {"id": None, "pid": PATIENT},
    "form_dictation": {"id": None, "pid": PATIENT},
    "form_clinical_instructions": {"id": None, "pid": PATIENT, "encounter": VISIT, "date": None},
    "form_misc_billing_options": {"id": None, "pid": PATIENT, "provider_id": USER},
    "pnotes": {"id": None, "pid": PATIENT, "update_by": USER},
    "prescriptions": {"id": None, "patient_id": PATIENT, "encounter": VISIT, "provider_id": USER,
                      "drug_id": ("drugs", "drug_id", "name"),
                      "pharmacy_id": ("pharmacies", "id", "name")},
    "immunizations": {"id": None, "patient_id": PATIENT, "administered_by_id": USER,
                      "ordering_provider": USER, "created_by": USER, "updated_by": USER,
                      "update_date": None},
    "immunization_observation": {"imo_id": None, "imo_pid": PATIENT, "imo_user": USER,
                                 "imo_im_id": ("immunizations", "id", "external_id")},
    "amendments": {"amendment_id": None, "pid": PATIENT, "created_by": USER, "modified_by": USER},
    "procedure_order": {"procedure_order_id": None, "patient_id": PATIENT, "encounter_id": VISIT,
                        "provider_id": USER, "lab_id": ("procedure_providers", "ppid", "name")},
    "procedure_order_code": {"procedure_order_id": ORDER},
    "procedure_answers": {"procedure_order_id": ORDER},
    "procedure_report": {"procedure_report_id": None, "procedure_order_id": ORDER, "source": USER},
    "procedure_result": {"procedure_result_id": None, "procedure_report_id": (
        "procedure_report", "procedure_report_id", "specimen_num")},
}
# What the row of a form means, by the kind of the form.
FORMS = {"newpatient": ("form_encounter", "id", "external_id"),
         "vitals": ("form_vitals", "id", "external_id"),
         "soap": ("form_soap", "id", "subjective"), "ros": ("form_ros", "id", "date"),
         "reviewofs": ("form_reviewofs", "id", "additional_notes"),
         "dictation": ("form_dictation", "id", "dictation"),
         "clinical_instructions": ("form_clinical_instructions", "id", "instruction"),
         "misc_billing_options": ("form_misc_billing_options", "id", "comments"),
         "procedure_order": ORDER}
# A form that is made of a layout: not in the mapping.
LAYOUT = "LBFathbf"


def user(name="davis"):
    return f"(SELECT id FROM users WHERE username = '{name}')"


def insert(table, **values):
    return (f"INSERT INTO {table} ({', '.join(f'`{name}`' for name in values)}) VALUES "
            f"({', '.join(str(value) for value in values.values())});\n")


def form(kind, code):
    """The row that files the form whose row was inserted last."""
    return "SET @form = LAST_INSERT_ID();\n" + insert(
        "forms", date="@at", encounter="@visit", form_name=f"'{kind} of {code}'", form_id="@form",
        pid="@pid", user="'davis'", groupname="'Default'", authorized=1, formdir=f"'{kind}'",
        issue_id="@problem", provider_id=user())


def visit(pid, code, at="2026-11-25 09:30:00"):
    """A visit with a row in each of the mapped tables, numbered as the program does it."""
    text = f"'{code}'"
    common = {"date": "@at", "pid": "@pid", "user": "'davis'", "activity": 1}
    return "".join((
        f"SET @pid = {pid}, @at = '{at}';\n",
        "UPDATE sequences SET id = (@visit := id + 1);\n",
        insert("lists", date="@at", type="'allergy'", title=f"'Penicillin {code}'", pid="@pid",
               begdate="'0000-00-00'", activity=1, user="'davis'", modifydate="@at",
               external_id=text),
        "SET @problem = LAST_INSERT_ID();\n",
        insert("lists", date="@at", type="'medical_problem'", title=f"'Asthma {code}'", pid="@pid",
               reinjury_id="@problem", external_id=f"'again {code}'"),
        insert("issue_encounter", pid="@pid", list_id="@problem", encounter="@visit", resolved=0),
        insert("form_encounter", date="@at", reason=f"'Visit {code}'", facility="'Clinic'",
               facility_id=3, billing_facility=3, pid="@pid", encounter="@visit", pc_catid=5,
               provider_id=user(), supervisor_id=user("hamming"), external_id=text),
        form("newpatient", code),
        insert("form_encounter", date="@at", reason=f"'Part of {code}'", facility="'Clinic'",
               pid="@pid", encounter="@visit + 1", parent_encounter_id="@form",
               external_id=f"'part {code}'"),
        "UPDATE sequences SET id = id + 1;\n",
        insert("form_vitals", **common, bps="'120'", bpd="'80'", weight=154.33, height=66.5,
               temperature=98.6, pulse=72, BMI=24.5, head_circ=0.1, external_id=text),
        form("vitals", code),
        insert("form_soap", **common, subjective=text, plan="'Rest\\nand \\\\ tea'"),
        form("soap", code),
        insert("form_ros", pid="@pid", date="@at", allergies="'YES'", fever="'NO'"),
        form("ros", code),
        insert("form_reviewofs", **common, fever="'on'", additional_notes=text),
        form("reviewofs", code),
        insert("form_dictation", **common, dictation=text),
        form("dictation", code),
        insert("form_clinical_instructions", pid="@pid", encounter="@visit", user="'davis'",
               instruction=text),
        form("clinical_instructions", code),
        insert("form_misc_billing_options", **common, comments=text, lab_amount="12.50",
               provider_id=user()),
        form("misc_billing_options", code),
        insert("pnotes", date="@at", body=text, pid="@pid", user="'davis'", title=text,
               update_by=user(), update_date="@at"),
        insert("prescriptions", patient_id="@pid", date_added="@at", provider_id=user(),
               encounter="@visit", pharmacy_id=0, drug=f"'Amoxicillin {code}'", dosage="'500'",
               interval=3, form=1, unit=1, txDate="'0000-00-00'", external_id=text),
        insert("immunizations", patient_id="@pid", administered_date="@at", create_date="@at",
               cvx_code="'08'", amount_administered=0.5, administered_by_id=user("hamming"),
               created_by=user(), updated_by=user(), update_date="@at", external_id=text),
        "SET @form = LAST_INSERT_ID();\n",
        insert("immunization_observation", imo_im_id="@form", imo_pid="@pid", imo_user=user(),
               imo_criteria=text, imo_date_observation="@at"),
        insert("amendments", pid="@pid", amendment_date="@at", amendment_by="'Patient'",
               amendment_desc=text, created_by=user(), created_time="@at"),
        insert("history_data", date="@at", pid="@pid", tobacco=text),
        insert("employer_data", date="@at", pid="@pid", name=text),
        insert("insurance_data", date="@at", pid="@pid", type="'primary'", plan_name=text,
               provider="(SELECT id FROM insurance_companies)"),
        insert("procedure_order", patient_id="@pid", encounter_id="@visit", provider_id=user(),
               date_ordered="@at", order_priority="'normal'", external_id=text),
        form("procedure_order", code),
        insert("procedure_order_code", procedure_order_id="@form", procedure_order_seq=1,
               procedure_code="'718-7'", procedure_name=text),
        insert("procedure_answers", procedure_order_id="@form", procedure_order_seq=1,
               question_code="'FAST'", answer_seq=1, answer="'yes'"),
        insert("procedure_report", procedure_order_id="@form", date_report="@at", source=user(),
               specimen_num=text),
        insert("procedure_result", procedure_report_id="LAST_INSERT_ID()", result_code="'718-7'",
               result_text=text, result="'13.5'", units="'g/dL'", range="'12-16'", date="@at")))


class OpenEmrSite(ServerSite):
    def enable(self, *options, mapping="open-emr"):
        return super().enable(*options, mapping=mapping)

    def load(self, first_user=None, letter="V", more_users=""):
        """The program's database and sample, its visits named by `letter`; the users with other keys
        from `first_user` on. With another letter than V the patients are others, too."""
        self.server.create(self.database)
        for script in SCRIPTS:
            self.server.load(self.database, DATA / script)
        self.sql("INSERT INTO insurance_companies (id, name) VALUES (77, 'Mutual')")
        self.sql(more_users)
        if letter != "V":
            self.sql(f"UPDATE patient_data SET lname = CONCAT('{letter}-', lname), "
                     "DOB = DOB + INTERVAL 1 YEAR, pubpid = pid")
        patients = self.sql("SELECT pid FROM patient_data")
        self.sql("".join(visit(pid, letter + pid) for (pid,) in patients))
        if first_user:
            users = ", ".join(key for (key,) in self.sql("SELECT id FROM users"))
            self.sql(f"UPDATE users SET id = id + {first_user};"
                     f"UPDATE insurance_companies SET id = id + {first_user};"
                     f"UPDATE insurance_data SET provider = provider + {first_user}")
            for table, columns in KEYS.items():
                for column in (name for name, target in columns.items() if target == USER):
                    self.sql(f"UPDATE {table} SET {column} = {column} + {first_user} WHERE "
                             f"{column} IN ({users})")

    def rows(self, table):
        """What each row says, with codes for keys."""
        names = [name for (name,) in self.sql(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE() "
            f"AND table_name = '{table}' ORDER BY ordinal_position")]
        keys = {"uuid": None, **KEYS[table]}
        shown = [name for name in names if keys.get(name, name)]
        terms = [f"t.`{name}`" if name not in keys else meant(f"t.`{name}`", keys[name])
                 for name in shown]
        if table == "forms":
            cases = " ".join(f"WHEN '{kind}' THEN {meant('t.form_id', target)}"
                             for kind, target in FORMS.items())
            terms.append(f"CASE t.formdir {cases} END")
        where = f" WHERE t.formdir <> '{LAYOUT}'" if table == "forms" else ""
        return sorted(self.sql(f"SELECT {', '.join(terms)} FROM {table} t{where}"))

    def dump_of_others(self):
        """All that is in the tables which the mapping does not have; of `sequences` the tests tell."""
        left = [name for (name,) in self.sql("SHOW TABLES")
                if name not in KEYS and name != "sequences" and not name.startswith("cfs_")]
        return len(left), self.server.call(
            "mariadb-dump", "--no-defaults", f"--socket={self.server.socket}", "--user=root",
            "--skip-comments", "--skip-triggers", "--order-by-primary", self.database, *left)


def meant(column, target):
    """The code of the row that a key means; the key itself where there is none."""
    table, key, code = target
    return (f"COALESCE((SELECT {code} FROM {table} WHERE {key} = {column}), "
            f"NULLIF({column}, 0))")


class OpenEmrTest(ClinicTest):
    # What is special about the clinics.
    first = {}
    second = {"first_user": 40}

    @classmethod
    def setUpClass(cls):
        if not all((DATA / script).is_file() for script in SCRIPTS):
            raise unittest.SkipTest(f"there is no {DATA}")
        cls.server = MariaDbServer()
        try:
            cls.server.__enter__()
        except FileNotFoundError as error:
            raise unittest.SkipTest("MariaDB is not installed") from error
        cls.addClassCleanup(cls.server.close)

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

    def one(self, site, statement):
        (row,) = site.sql(statement)
        return row


class Copies(OpenEmrTest):
    def test_the_mapping_has_nothing_to_complain_of_but_the_sample(self):
        checked = self.a.run("mapping", "check", "--mapping", "open-emr").json
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

    def test_a_form_made_of_a_layout_stays_in_its_clinic(self):
        before = len(self.b.sql("SELECT 1 FROM forms"))
        self.a.sql(insert("forms", date="NOW()", encounter=2, form_id=1, pid=5, user="'davis'",
                          form_name="'Layout'", formdir=f"'{LAYOUT}'"))
        self.meet()
        self.assertEqual(len(self.b.sql("SELECT 1 FROM forms")), before)
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
        self.assert_equal_sites()


if __name__ == "__main__":
    unittest.main()
