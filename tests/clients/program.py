"""The clinic program of one site: writes its tables and tells the oracle what it committed."""

import contextlib
import sqlite3

from oracle import TABLES

PATIENT = """INSERT INTO patient (national_number, family_name, given_name, birth_date, sex,
    registered_on, phone, address, city, notes)
    VALUES (?, ?, 'Given', '1970-01-01', 'X', '2026-01-01', ?, ?, ?, ?)"""
RECORDS = {
    "visit": """INSERT INTO visit (patient_id, reason, visited_at, findings, weight_kg, fee)
        SELECT patient_id, ?2, '2026-03-06 08:30:00', ?3, ?4, ?5 FROM patient
        WHERE national_number = ?1""",
    "medication": """INSERT INTO medication (patient_id, started_on, drug_code, unit, ended_on,
        dose, times_a_day) SELECT patient_id, ?2, 'PARA500', 'mg', ?3, ?4, ?5 FROM patient
        WHERE national_number = ?1""",
    "allergy": """INSERT INTO allergy (patient_id, substance, noted_on, reaction, severity)
        SELECT patient_id, ?2, '2026-01-01', ?3, ?4 FROM patient WHERE national_number = ?1""",
    "lab_result": """INSERT INTO lab_result (visit_id, test, taken_at, remark, value)
        SELECT visit_id, ?2, '2026-01-01', ?3, ?4 FROM visit JOIN patient USING (patient_id)
        WHERE national_number = ?1 ORDER BY visit_id LIMIT 1""",
    "document": """INSERT INTO document (patient_id, title, added_on, media_type, content)
        SELECT patient_id, ?2, '2026-01-01', ?3, ?4 FROM patient WHERE national_number = ?1""",
}
SEVERITIES = ("mild", "moderate", "severe", "unknown")


class Program:
    """Its numbers are its own, so that no two sites ever write the same value or code."""

    def __init__(self, site, oracle, first_number):
        self.site = site
        self.oracle = oracle
        self.number = first_number

    @contextlib.contextmanager
    def writing(self):
        database = sqlite3.connect(self.site.database, isolation_level=None, timeout=10)
        try:
            database.execute("BEGIN IMMEDIATE")
            yield database
            database.execute("COMMIT")
        finally:
            database.close()

    def fresh(self, columns):
        """Values that nobody wrote before; the first column tells them apart."""
        self.number += 1
        n = self.number
        kinds = {"city": f"city {n}", "weight_kg": n + 0.5, "fee": n, "dose": n,
                 "times_a_day": n % 24 + 1, "severity": SEVERITIES[n % 4], "value": n + 0.25,
                 "content": b"\0" + str(n).encode()}
        return [f"{self.site.name} {n}", *(kinds[column] for column in columns[1:])]

    def new_patient(self):
        values = [self.fresh(columns) for columns in TABLES["patient"][1]]
        code = f"{self.site.name}-{self.number}"
        with self.writing() as database:
            database.execute(PATIENT, [code, "Family " + code, *sum(values, [])])
        for columns, written in zip(TABLES["patient"][1], values):
            self.oracle.inserted("patient", code, columns, written)
        return code

    def new_record(self, table, patient):
        """None where the patient, or the visit that a result needs, is not known here yet."""
        columns, = TABLES[table][1]
        values = self.fresh(columns)
        code = f"{table} {self.site.name}-{self.number}"
        with self.writing() as database:
            added = database.execute(RECORDS[table], [patient, code, *values]).rowcount
        if not added:
            return None
        self.oracle.inserted(table, code, columns, values)
        return code

    def edit(self, table, code, columns):
        """False where the row is not known here yet."""
        column = TABLES[table][0]
        values = self.fresh(columns)
        with self.writing() as database:
            seen = database.execute(
                f"SELECT {', '.join(columns)} FROM {table} WHERE {column} = ?", [code]).fetchone()
            database.execute(f"UPDATE {table} SET {', '.join(c + ' = ?' for c in columns)} "
                             f"WHERE {column} = ?", [*values, code])
        if seen is not None:
            self.oracle.edited(table, code, columns, seen, values)
        return seen is not None

    def delete(self, table, code):
        with self.writing() as database:
            database.execute(f"DELETE FROM {table} WHERE {TABLES[table][0]} = ?", [code])
