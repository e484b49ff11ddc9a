"""What the clinic programs committed, and what must be left of it. Knows nothing of the merge.

Rows are known by a code in one of their columns, which is never edited. Each edit writes all
columns of a group, with a text that no other edit writes: so an edit overwrote exactly the values
that it found there, and values that were never written together are seen as such."""

import base64

# table: the code's column, and the groups of columns that are edited together. The first column of
# a group is text.
TABLES = {
    "patient": ("national_number", (("phone",), ("address", "city"), ("notes",))),
    "visit": ("reason", (("findings", "weight_kg", "fee"),)),
    "medication": ("started_on", (("ended_on", "dose", "times_a_day"),)),
    "allergy": ("substance", (("reaction", "severity"),)),
    "lab_result": ("test", (("remark", "value"),)),
    "document": ("title", (("media_type", "content"),)),
}


def plain(value):
    """A value of the database or of cfsync's JSON: bytes, text or None."""
    if isinstance(value, dict):
        return base64.b64decode(value["base64"])
    return value if value is None or isinstance(value, bytes) else str(value)


class Oracle:
    """The values of each group of each row that no edit has overwritten."""

    def __init__(self):
        self.left = {}
        self.edits = 0

    def inserted(self, table, code, columns, values):
        self.left[table, code, columns] = {tuple(map(plain, values))}

    def edited(self, table, code, columns, seen, values):
        left = self.left[table, code, columns]
        left.discard(tuple(map(plain, seen)))
        left.add(tuple(map(plain, values)))
        self.edits += 1

    def faults(self, site):
        """What a site lacks or has too much, in sentences."""
        shown, beside = shown_by(site), listed_by(site)
        faults = [f"{site.name} shows {key} twice" for key, found in shown.items()
                  if len(found) != 1]
        for key, left in self.left.items():
            here = shown.get(key, set())
            lost = left - here - beside.get(key[0::2], set())
            if lost:
                faults.append(f"{site.name} has lost {lost} of {key}, shows {here}")
            if not here <= left:
                faults.append(f"{site.name} shows {here} of {key}, which was overwritten or "
                              f"never written; left is {left}")
        faults += [f"{site.name} shows {key}, which nobody inserted"
                   for key in shown.keys() - self.left.keys()]
        return faults


def shown_by(site):
    """The values of every group in a site's database."""
    shown = {}
    for table, (code, groups) in TABLES.items():
        for columns in groups:
            for row in site.sql(f"SELECT {code}, {', '.join(columns)} FROM {table}"):
                found = shown.setdefault((table, row[0], columns), [])
                found.append(tuple(map(plain, row[1:])))
    return {key: set(found) if len(found) == 1 else found for key, found in shown.items()}


def listed_by(site):
    """The values that a site's list of conflicts holds, by table and group."""
    listed = {}
    for conflict in site.run("conflicts").json["conflicts"]:
        for columns in TABLES[conflict["table"]][1]:
            for value in conflict["values"]:
                fields = value["fields"]
                if set(columns) <= set(fields):
                    found = listed.setdefault((conflict["table"], columns), set())
                    found.add(tuple(plain(fields[column]) for column in columns))
    return listed


def content(site):
    """All that a site's mapped tables show, in terms that are the same at every site."""
    shown = {}
    for table, query in CONTENT.items():
        shown[table] = sorted(site.sql(query), key=repr)
    return shown


CONTENT = {
    "patient": """SELECT p.national_number, p.family_name, p.given_name, p.birth_date, p.sex,
        p.blood_group, p.phone, p.address, p.city, d.username, p.registered_on, p.notes
        FROM patient p LEFT JOIN doctor d ON d.doctor_id = p.family_doctor_id""",
    "visit": """SELECT p.national_number, d.username, v.visited_at, v.reason, v.findings,
        v.temperature_c, v.weight_kg, v.fee, f.reason FROM visit v
        JOIN patient p USING (patient_id) LEFT JOIN doctor d USING (doctor_id)
        LEFT JOIN visit f ON f.visit_id = v.follow_up_of""",
    "medication": """SELECT p.national_number, v.reason, m.drug_code, m.dose, m.unit, m.times_a_day,
        m.started_on, m.ended_on, d.username FROM medication m JOIN patient p USING (patient_id)
        LEFT JOIN visit v USING (visit_id) LEFT JOIN doctor d ON d.doctor_id = m.prescribed_by""",
    "allergy": """SELECT p.national_number, a.substance, a.severity, a.reaction, a.noted_on
        FROM allergy a JOIN patient p USING (patient_id)""",
    "lab_result": """SELECT v.reason, l.test, l.value, l.unit, l.remark, l.taken_at
        FROM lab_result l JOIN visit v USING (visit_id)""",
    "document": """SELECT p.national_number, d.title, d.media_type, d.content, d.added_on
        FROM document d JOIN patient p USING (patient_id)""",
}
