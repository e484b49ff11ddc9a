-- The database of the invented small clinic (demo_schema.sql) as a MariaDB or MySQL server keeps it.

CREATE TABLE doctor (
    doctor_id INT AUTO_INCREMENT PRIMARY KEY,
    username  VARCHAR(40) NOT NULL UNIQUE,
    full_name VARCHAR(100) NOT NULL,
    active    TINYINT NOT NULL DEFAULT 1 CHECK (active IN (0, 1))
);

CREATE TABLE drug (
    code VARCHAR(20) NOT NULL PRIMARY KEY,
    name VARCHAR(100) NOT NULL,
    form VARCHAR(40)
);

CREATE TABLE patient (
    patient_id       INT AUTO_INCREMENT PRIMARY KEY,
    national_number  VARCHAR(40) UNIQUE,
    family_name      VARCHAR(100) NOT NULL,
    given_name       VARCHAR(100) NOT NULL,
    birth_date       DATE NOT NULL,
    sex              ENUM('F', 'M', 'X') NOT NULL,
    blood_group      ENUM('A+', 'A-', 'B+', 'B-', 'AB+', 'AB-', '0+', '0-'),
    phone            VARCHAR(40),
    address          VARCHAR(200),
    city             VARCHAR(100),
    family_doctor_id INT,
    registered_on    DATE NOT NULL,
    notes            TEXT,
    KEY patient_name (family_name, given_name),
    FOREIGN KEY (family_doctor_id) REFERENCES doctor (doctor_id)
);

CREATE TABLE visit (
    visit_id      INT AUTO_INCREMENT PRIMARY KEY,
    patient_id    INT NOT NULL,
    doctor_id     INT,
    visited_at    DATETIME NOT NULL,
    reason        VARCHAR(200) NOT NULL,
    findings      TEXT,
    temperature_c FLOAT CHECK (temperature_c IS NULL OR temperature_c BETWEEN 25 AND 45),
    weight_kg     DOUBLE,
    fee           DECIMAL(10, 2) NOT NULL DEFAULT 0,
    follow_up_of  INT,
    FOREIGN KEY (patient_id) REFERENCES patient (patient_id),
    FOREIGN KEY (doctor_id) REFERENCES doctor (doctor_id),
    FOREIGN KEY (follow_up_of) REFERENCES visit (visit_id)
);

CREATE TABLE medication (
    medication_id INT AUTO_INCREMENT PRIMARY KEY,
    patient_id    INT NOT NULL,
    visit_id      INT,
    drug_code     VARCHAR(20) NOT NULL,
    dose          DOUBLE NOT NULL CHECK (dose > 0),
    unit          VARCHAR(5) NOT NULL CHECK (unit IN ('mg', 'ug', 'g', 'ml', 'IU', 'drops')),
    times_a_day   TINYINT NOT NULL DEFAULT 1 CHECK (times_a_day BETWEEN 1 AND 24),
    started_on    DATE NOT NULL,
    ended_on      DATE,
    prescribed_by INT,
    FOREIGN KEY (patient_id) REFERENCES patient (patient_id),
    FOREIGN KEY (visit_id) REFERENCES visit (visit_id),
    FOREIGN KEY (drug_code) REFERENCES drug (code),
    FOREIGN KEY (prescribed_by) REFERENCES doctor (doctor_id)
);

CREATE TABLE allergy (
    allergy_id INT AUTO_INCREMENT PRIMARY KEY,
    patient_id INT NOT NULL,
    substance  VARCHAR(100) NOT NULL,
    severity   ENUM('mild', 'moderate', 'severe', 'unknown') NOT NULL,
    reaction   VARCHAR(200),
    noted_on   DATE,
    FOREIGN KEY (patient_id) REFERENCES patient (patient_id)
);

CREATE TABLE lab_result (
    lab_result_id INT AUTO_INCREMENT PRIMARY KEY,
    visit_id      INT NOT NULL,
    test          VARCHAR(40) NOT NULL,
    value         DOUBLE,
    unit          VARCHAR(20),
    remark        VARCHAR(200),
    taken_at      DATETIME NOT NULL,
    FOREIGN KEY (visit_id) REFERENCES visit (visit_id)
);

CREATE TABLE document (
    document_id INT AUTO_INCREMENT PRIMARY KEY,
    patient_id  INT NOT NULL,
    title       VARCHAR(200) NOT NULL,
    media_type  VARCHAR(100) NOT NULL,
    content     LONGBLOB NOT NULL,
    added_on    DATE NOT NULL,
    FOREIGN KEY (patient_id) REFERENCES patient (patient_id)
);
