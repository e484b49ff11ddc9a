-- The database of an invented small clinic, as a clinic program might keep it. For the demo and the
-- tests; core/mappings/demo.xml is its mapping. Dates are ISO 8601 text.

CREATE TABLE doctor (
    doctor_id INTEGER PRIMARY KEY AUTOINCREMENT,
    username  TEXT NOT NULL UNIQUE,
    full_name TEXT NOT NULL,
    active    INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1))
);

CREATE TABLE drug (
    code TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    form TEXT
);

CREATE TABLE patient (
    patient_id       INTEGER PRIMARY KEY AUTOINCREMENT,
    national_number  TEXT UNIQUE,
    family_name      TEXT NOT NULL,
    given_name       TEXT NOT NULL,
    birth_date       TEXT NOT NULL CHECK (birth_date GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'),
    sex              TEXT NOT NULL CHECK (sex IN ('F', 'M', 'X')),
    blood_group      TEXT CHECK (blood_group IN ('A+', 'A-', 'B+', 'B-', 'AB+', 'AB-', '0+', '0-')),
    phone            TEXT,
    address          TEXT,
    city             TEXT,
    family_doctor_id INTEGER REFERENCES doctor (doctor_id),
    registered_on    TEXT NOT NULL,
    notes            TEXT
);
CREATE INDEX patient_name ON patient (family_name, given_name);

CREATE TABLE visit (
    visit_id      INTEGER PRIMARY KEY AUTOINCREMENT,
    patient_id    INTEGER NOT NULL REFERENCES patient (patient_id),
    doctor_id     INTEGER REFERENCES doctor (doctor_id),
    visited_at    TEXT NOT NULL,
    reason        TEXT NOT NULL,
    findings      TEXT,
    temperature_c REAL CHECK (temperature_c IS NULL OR temperature_c BETWEEN 25 AND 45),
    weight_kg     NUMERIC,
    fee           NUMERIC NOT NULL DEFAULT 0,
    follow_up_of  INTEGER REFERENCES visit (visit_id)
);
CREATE INDEX visit_patient ON visit (patient_id);
CREATE INDEX visit_follow_up ON visit (follow_up_of);

-- A medication may be known without the visit it was prescribed at.
CREATE TABLE medication (
    medication_id INTEGER PRIMARY KEY AUTOINCREMENT,
    patient_id    INTEGER NOT NULL REFERENCES patient (patient_id),
    visit_id      INTEGER REFERENCES visit (visit_id),
    drug_code     TEXT NOT NULL REFERENCES drug (code),
    dose          NUMERIC NOT NULL CHECK (dose > 0),
    unit          TEXT NOT NULL CHECK (unit IN ('mg', 'ug', 'g', 'ml', 'IU', 'drops')),
    times_a_day   INTEGER NOT NULL DEFAULT 1 CHECK (times_a_day BETWEEN 1 AND 24),
    started_on    TEXT NOT NULL,
    ended_on      TEXT,
    prescribed_by INTEGER REFERENCES doctor (doctor_id)
);
CREATE INDEX medication_patient ON medication (patient_id);
CREATE INDEX medication_visit ON medication (visit_id);

CREATE TABLE allergy (
    allergy_id INTEGER PRIMARY KEY AUTOINCREMENT,
    patient_id INTEGER NOT NULL REFERENCES patient (patient_id),
    substance  TEXT NOT NULL,
    severity   TEXT NOT NULL CHECK (severity IN ('mild', 'moderate', 'severe', 'unknown')),
    reaction   TEXT,
    noted_on   TEXT
);
CREATE INDEX allergy_patient ON allergy (patient_id);

-- Belongs to its patient by way of the visit.
CREATE TABLE lab_result (
    lab_result_id INTEGER PRIMARY KEY AUTOINCREMENT,
    visit_id      INTEGER NOT NULL REFERENCES visit (visit_id),
    test          TEXT NOT NULL,
    value         NUMERIC,
    unit          TEXT,
    remark        TEXT,
    taken_at      TEXT NOT NULL
);
CREATE INDEX lab_result_visit ON lab_result (visit_id);

CREATE TABLE document (
    document_id INTEGER PRIMARY KEY AUTOINCREMENT,
    patient_id  INTEGER NOT NULL REFERENCES patient (patient_id),
    title       TEXT NOT NULL,
    media_type  TEXT NOT NULL,
    content     BLOB NOT NULL,
    added_on    TEXT NOT NULL
);
CREATE INDEX document_patient ON document (patient_id);
