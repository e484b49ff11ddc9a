"""A clinic with OpenEMR on MariaDB: its real schema and sample patients, with visits made here."""

import hashlib

from server_site import TESTS, ServerSite

MAPPING = TESTS.parent / "core" / "mappings" / "open-emr.xml"
DATA = TESTS.parent.parent / "shared" / "data" / "openemr"
SCRIPTS = ("database.sql", "example_patient_users.sql", "example_patient_data.sql")

PATIENT = ("patient_data", "pid", "CONCAT(lname, '/', fname)")
VISIT = ("form_encounter", "encounter", "external_id")
USER = ("users", "id", "username")
FACILITY = ("facility", "id", "name")
PROBLEM = ("lists", "id", "external_id")
DOCUMENT = ("documents", "id", "hash")
# The names of layouts begin so; the numbers of their forms are those of lbf_data.
LAYOUT = "LBFneuro"
LAYOUT_FORM = ("(SELECT * FROM forms WHERE formdir LIKE 'LBF%') layout_form", "form_id", "form_name")
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
    "lbf_data": {"form_id": LAYOUT_FORM},
    "shared_attributes": {"pid": PATIENT, "encounter": VISIT, "user_id": USER},
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
    "procedure_result": {"procedure_result_id": None, "document_id": DOCUMENT,
                         "procedure_report_id": ("procedure_report", "procedure_report_id",
                                                 "specimen_num")},
    # The paths of files are compared by what lies there.
    "documents": {"id": None, "foreign_id": PATIENT, "owner": USER, "list_id": PROBLEM,
                  "encounter_id": VISIT, "url": None, "thumb_url": None, "revision": None},
    "categories_to_documents": {"document_id": DOCUMENT,
                                "category_id": ("categories", "id", "name")},
    "notes": {"id": None, "foreign_id": DOCUMENT, "owner": USER, "revision": None},
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


def layout_form(code, layout=LAYOUT, **fields):
    """A form made of a layout for @pid: its number is that of a row that is there for a moment."""
    return (insert("lbf_data", field_id="''", field_value="''")
            + form(layout, code)
            + "DELETE FROM lbf_data WHERE form_id = @form AND field_id = '';\n"
            + "".join(insert("lbf_data", form_id="@form", field_id=f"'{name}'",
                             field_value=f"'{value}'") for name, value in fields.items()))


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
        layout_form(code, gait=f"Steady {code}", pain=f"None {code}"),
        layout_form(code, "LBFempty"),
        insert("shared_attributes", pid="@pid", encounter="@visit", field_id="'smoker'",
               last_update="@at", user_id=user(), field_value=text),
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
    def __init__(self, place, name, *others):
        super().__init__(place, name, *others)
        self.documents = place / f"files-{name}" / "documents"
        self.documents.mkdir(parents=True)
        (self.documents.parent / "config.php").write_text("no document")
        self.mapping = place / f"open-emr-{name}.xml"
        self.mapping.write_text(MAPPING.read_text(encoding="utf-8").replace(
            "/var/www/openemr/sites/default/documents", str(self.documents)), encoding="utf-8")

    def enable(self, *options, mapping=None):
        return super().enable(*options, mapping=mapping or self.mapping)

    def add_document(self, pid, name, content, category="Lab Report", **special):
        """As the program does: the file with its thumbnail, then the rows."""
        urls = []
        for path, data in ((f"{pid}/{name}", content), (f"{pid}/th_{name}", content[:10])):
            (self.documents / path).parent.mkdir(exist_ok=True)
            (self.documents / path).write_bytes(data)
            urls.append(f"'file://{self.documents / path}'")
        values = {"id": "@document", "type": "'file_url'", "size": len(content),
                  "date": "'2026-11-25 09:40:00'", "url": urls[0], "thumb_url": urls[1],
                  "mimetype": "'image/png'", "owner": user(), "revision": "NOW()",
                  "foreign_id": pid, "docdate": "'2026-11-25'",
                  "hash": f"'{hashlib.sha1(content).hexdigest()}'", **special}
        self.sql("UPDATE sequences SET id = (@document := id + 1);"
                 + insert("documents", **values)
                 + insert("categories_to_documents", document_id="@document",
                          category_id=f"(SELECT id FROM categories WHERE name = '{category}')")
                 + "UPDATE sequences SET id = (@note := id + 1);"
                 + insert("notes", id="@note", foreign_id="@document", owner=user(),
                          note=f"'On {name} of {pid}'", date="'2026-11-25 09:41:00'",
                          revision="NOW()"))

    def files(self):
        """The content of each file below the directory by its path there."""
        return {str(path.relative_to(self.documents)): path.read_bytes()
                for path in self.documents.rglob("*") if path.is_file()}

    def named_files(self):
        """What the rows name: the patient's key and code, the document's digest and its paths."""
        return [(pid, patient, digest, *(url.removeprefix(f"file://{self.documents}/")
                                         for url in urls))
                for pid, patient, digest, *urls in self.sql(
                    f"SELECT p.pid, {PATIENT[2]}, d.hash, d.url, d.thumb_url FROM documents d "
                    "JOIN patient_data p ON p.pid = d.foreign_id")]

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
        for (pid,) in patients:
            self.add_document(pid, "scan.png", f"scan of {letter}{pid}".encode() * 20,
                              encounter_id="(SELECT MAX(encounter) - 1 FROM form_encounter WHERE "
                                           f"pid = {pid})")
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
        return sorted(self.sql(f"SELECT {', '.join(terms)} FROM {table} t"))

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
