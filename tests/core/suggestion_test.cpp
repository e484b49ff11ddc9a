#include "core/suggestion/suggestion.h"

#include <algorithm>

#include "core/model/error.h"
#include "tests/support/catch.h"
#include "tests/support/suggested.h"

using namespace cfs;
using cfs::test::suggested;
using cfs::test::table_in;

namespace {

using Names = std::vector<std::string>;

constexpr const char* kPatient =
    "CREATE TABLE patient (patient_id INTEGER PRIMARY KEY, family_name TEXT, given_name TEXT, "
    "birth_date DATE, sex TEXT)";
constexpr const char* kVisit =
    "CREATE TABLE visit (visit_id INTEGER PRIMARY KEY, patient_id INTEGER NOT NULL REFERENCES "
    "patient (patient_id), visited_at DATETIME, reason TEXT)";

Names owners(const TableSuggestion& table) {
    Names names;
    for (const auto& owner : table.mapping.owners) {
        names.push_back(owner.through.empty()
                            ? owner.column + ">" + table.mapping.reference(owner.column)->table
                            : "<" + owner.through + "." + owner.column);
    }
    return names;
}

std::string left_out(const Suggestion& suggestion, const std::string& table) {
    for (const auto& item : suggestion.left_out) {
        if (item.table == table) return item.reason;
    }
    return {};
}

bool is_unrelated(const Suggestion& suggestion, const std::string& table) {
    const auto& names = suggestion.unrelated;
    return std::find(names.begin(), names.end(), table) != names.end();
}

}  // namespace

// ---- the patients' table

TEST_CASE("suggestion: the patients are known by name, columns and what refers to them") {
    const auto clinic = suggested({kPatient, kVisit});
    const auto& patient = clinic.suggestion.tables.front();
    REQUIRE(patient.mapping.table == "patient");
    REQUIRE(patient.mapping.patient);
    REQUIRE(patient.mapping.stamping == Stamping::field);
    REQUIRE(patient.reason.sure);
    REQUIRE(patient.mapping.key == Names{"patient_id"});
    REQUIRE(patient.mapping.allocation == KeyAllocation::automatic);
    REQUIRE(patient.mapping.identity == Names{"family_name", "given_name", "birth_date"});
}

TEST_CASE("suggestion: users with names and birth dates are no patients") {
    const auto clinic = suggested(
        {"CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT, password TEXT, family_name "
         "TEXT, given_name TEXT, birth_date DATE, sex TEXT, address TEXT, phone TEXT)",
         "CREATE TABLE clients (id INTEGER PRIMARY KEY, name TEXT, dob DATE)",
         "CREATE TABLE note (id INTEGER PRIMARY KEY, client_id INTEGER, written_at DATE)"});
    REQUIRE(clinic.suggestion.tables.front().mapping.table == "clients");
}

TEST_CASE("suggestion: the patients may be called so in another language") {
    const auto clinic = suggested(
        {"CREATE TABLE pacientes (id INTEGER PRIMARY KEY, nombre TEXT, apellidos TEXT, "
         "fecha_nacimiento DATE, sexo TEXT)",
         "CREATE TABLE consultas (id INTEGER PRIMARY KEY, paciente_id INTEGER, fecha DATE)",
         "CREATE TABLE recetas (id INTEGER PRIMARY KEY, consulta_id INTEGER, codigo TEXT)",
         "CREATE TABLE usuarios (id INTEGER PRIMARY KEY, login TEXT, password TEXT)"});
    REQUIRE(clinic.suggestion.tables.front().mapping.table == "pacientes");
    REQUIRE(clinic.suggestion.tables.front().mapping.identity.size() >= 2);
    REQUIRE(owners(table_in(clinic, "consultas")) == Names{"paciente_id>pacientes"});
    REQUIRE(owners(table_in(clinic, "recetas")) == Names{"consulta_id>consultas"});
    REQUIRE(is_unrelated(clinic.suggestion, "usuarios"));
}

TEST_CASE("suggestion: German tables and columns") {
    const auto clinic = suggested(
        {"CREATE TABLE Patienten (PatNr INTEGER PRIMARY KEY, Nachname TEXT, Vorname TEXT, "
         "Geburtsdatum DATE, Geschlecht TEXT)",
         "CREATE TABLE Behandlung (Nr INTEGER PRIMARY KEY, PatNr INTEGER, Datum DATE, Diagnose "
         "TEXT)",
         "CREATE TABLE Rechnung (Nr INTEGER PRIMARY KEY, BehandlungNr INTEGER, Betrag REAL)"});
    REQUIRE(clinic.suggestion.tables.front().mapping.table == "Patienten");
    REQUIRE(owners(table_in(clinic, "Behandlung")) == Names{"PatNr>Patienten"});
    REQUIRE(owners(table_in(clinic, "Rechnung")) == Names{"BehandlungNr>Behandlung"});
}

TEST_CASE("suggestion: the key is the column that other tables hold, not the primary one") {
    const auto clinic = suggested(
        {"CREATE TABLE patient_data (id INTEGER PRIMARY KEY, pid INTEGER UNIQUE, lname TEXT, fname "
         "TEXT, dob DATE)",
         "CREATE TABLE notes (id INTEGER PRIMARY KEY, pid INTEGER, at DATE)",
         "CREATE TABLE history (id INTEGER PRIMARY KEY, pid INTEGER, at DATE)"});
    const auto& patient = clinic.suggestion.tables.front().mapping;
    REQUIRE(patient.key == Names{"pid"});
    REQUIRE(patient.allocation == KeyAllocation::maximum);
    REQUIRE(patient.skipped == std::set<std::string>{"id"});
    REQUIRE(owners(table_in(clinic, "notes")) == Names{"pid>patient_data"});
}

TEST_CASE("suggestion: a column that the database computes is skipped and nothing else") {
    const auto clinic = suggested(
        {"CREATE TABLE patient (id INTEGER PRIMARY KEY, first TEXT, last TEXT, name TEXT AS (first "
         "|| ' ' || last), born DATE, patient_key INTEGER AS (id * 2) STORED UNIQUE)",
         "CREATE TABLE doctor (id INTEGER PRIMARY KEY, title TEXT, login TEXT AS (title || id) "
         "STORED UNIQUE)",
         "CREATE TABLE visit (id INTEGER PRIMARY KEY, patient_id INTEGER, doctor_id INTEGER "
         "REFERENCES doctor (id), day TEXT, updated_at TEXT AS (day), patient_key INTEGER AS "
         "(patient_id * 2) STORED REFERENCES patient (patient_key))"});
    const auto& patient = clinic.suggestion.tables.front();
    REQUIRE(patient.mapping.table == "patient");
    REQUIRE(patient.mapping.key == Names{"id"});
    REQUIRE(patient.mapping.skipped == std::set<std::string>{"name", "patient_key"});
    REQUIRE(patient.columns.at("name").text == "computed by the database");
    REQUIRE(std::find(patient.mapping.identity.begin(), patient.mapping.identity.end(), "name") ==
            patient.mapping.identity.end());
    const auto& visit = table_in(clinic, "visit");
    REQUIRE(owners(visit) == Names{"patient_id>patient"});
    REQUIRE(visit.mapping.skipped == std::set<std::string>{"patient_key", "updated_at"});
    REQUIRE(visit.mapping.volatiles.empty());
    for (const auto& lookup : visit.mapping.lookups) REQUIRE(lookup.by != Names{"login"});
}

TEST_CASE("suggestion: two tables that are both likely are told") {
    const auto clinic =
        suggested({"CREATE TABLE patient (id INTEGER PRIMARY KEY, name TEXT, dob DATE)",
                   "CREATE TABLE patient_main (id INTEGER PRIMARY KEY, name TEXT, dob DATE)"});
    REQUIRE_FALSE(clinic.suggestion.tables.front().reason.sure);
    REQUIRE(clinic.suggestion.tables.front().reason.text.find("nearly as likely") !=
            std::string::npos);
}

TEST_CASE("suggestion: a database without patients is told so") {
    try {
        (void)suggested({"CREATE TABLE stock (id INTEGER PRIMARY KEY, drug TEXT)"});
        FAIL("no error");
    } catch (const Error& error) {
        REQUIRE(error.code() == ErrorCode::mapping_table);
    }
    REQUIRE_THROWS_AS(suggested({}), Error);
}

TEST_CASE("suggestion: a patient that is a person of another table under the same number") {
    const auto clinic = suggested(
        {"CREATE TABLE person (person_id INTEGER PRIMARY KEY, gender TEXT, birthdate DATE)",
         "CREATE TABLE patient (patient_id INTEGER PRIMARY KEY REFERENCES person (person_id), "
         "date_created DATETIME, allergy_status TEXT)",
         "CREATE TABLE person_name (id INTEGER PRIMARY KEY, person_id INTEGER NOT NULL REFERENCES "
         "person (person_id), family_name TEXT)",
         "CREATE TABLE users (user_id INTEGER PRIMARY KEY, person_id INTEGER NOT NULL REFERENCES "
         "person (person_id), username TEXT UNIQUE)",
         "CREATE TABLE user_property (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users "
         "(user_id), value TEXT)"});
    REQUIRE(clinic.suggestion.tables.front().mapping.table == "patient");
    REQUIRE(clinic.suggestion.tables.front().mapping.allocation == KeyAllocation::natural);
    REQUIRE(owners(table_in(clinic, "person")) == Names{"<patient.patient_id"});
    REQUIRE(owners(table_in(clinic, "person_name")) == Names{"person_id>person"});
    // Users are persons too, but nobody's records.
    REQUIRE_FALSE(left_out(clinic.suggestion, "users").empty());
    REQUIRE(clinic.suggestion.find("user_property") == nullptr);
}

// ---- records and their way to the patient

TEST_CASE("suggestion: foreign keys lead to the patient over several tables") {
    const auto clinic = suggested(
        {kPatient, kVisit,
         "CREATE TABLE test (test_id INTEGER PRIMARY KEY, visit_id INTEGER NOT NULL REFERENCES "
         "visit (visit_id), code TEXT)",
         "CREATE TABLE result (result_id INTEGER PRIMARY KEY, test_id INTEGER NOT NULL REFERENCES "
         "test (test_id), value TEXT)"});
    REQUIRE(owners(table_in(clinic, "test")) == Names{"visit_id>visit"});
    REQUIRE(owners(table_in(clinic, "result")) == Names{"test_id>test"});
    REQUIRE(table_in(clinic, "result").reason.sure);
}

TEST_CASE("suggestion: names lead there where there are no foreign keys") {
    const auto clinic = suggested(
        {"CREATE TABLE Patient (uuid TEXT PRIMARY KEY, fullName TEXT, dateOfBirth TEXT)",
         "CREATE TABLE Visit (uuid TEXT PRIMARY KEY, patientUuid TEXT NOT NULL, startedAt TEXT)",
         "CREATE TABLE LabTest (uuid TEXT PRIMARY KEY, visitUuid TEXT NOT NULL, name TEXT)"});
    REQUIRE(owners(table_in(clinic, "Visit")) == Names{"patientUuid>Patient"});
    REQUIRE(owners(table_in(clinic, "LabTest")) == Names{"visitUuid>Visit"});
    REQUIRE_FALSE(table_in(clinic, "LabTest").reason.sure);
}

TEST_CASE("suggestion: a name that its values contradict leads nowhere") {
    const auto clinic = suggested(
        {kPatient, "INSERT INTO patient (patient_id) VALUES (1), (2), (3), (4), (5), (6)", kVisit,
         "CREATE TABLE device (id INTEGER PRIMARY KEY, patient_id INTEGER, name TEXT)",
         "INSERT INTO device VALUES (1, 101, 'a'), (2, 102, 'b'), (3, 103, 'c'), (4, 104, 'd'), "
         "(5, 105, 'e')",
         "CREATE TABLE advice (id INTEGER PRIMARY KEY, patient_id INTEGER, name TEXT)",
         "INSERT INTO advice VALUES (1, 1, 'a'), (2, 2, 'b'), (3, 3, 'c'), (4, 4, 'd'), (5, 5, "
         "'e')"});
    REQUIRE(clinic.suggestion.find("device") == nullptr);
    REQUIRE(table_in(clinic, "advice").reason.sure);
}

TEST_CASE("suggestion: a table whose rows name nobody is left out") {
    const auto clinic = suggested(
        {kPatient, kVisit,
         "CREATE TABLE rule (id INTEGER PRIMARY KEY, patient_id INTEGER DEFAULT 0, name TEXT)",
         "INSERT INTO rule (name) VALUES ('a'), ('b'), ('c'), ('d'), ('e')"});
    REQUIRE(left_out(clinic.suggestion, "rule") == "no row of it names a patient in patient_id");
}

TEST_CASE("suggestion: several ways that may be empty are alternatives") {
    const auto clinic = suggested(
        {kPatient, kVisit,
         "CREATE TABLE admission (admission_id INTEGER PRIMARY KEY, patient_id INTEGER NOT NULL "
         "REFERENCES patient (patient_id), at DATE)",
         "CREATE TABLE operation (id INTEGER PRIMARY KEY, visit_id INTEGER REFERENCES visit "
         "(visit_id), admission_id INTEGER REFERENCES admission (admission_id), at DATE)"});
    REQUIRE(owners(table_in(clinic, "operation")) ==
            Names{"visit_id>visit", "admission_id>admission"});
    REQUIRE_FALSE(table_in(clinic, "operation").reason.sure);
}

TEST_CASE("suggestion: the patient's own column is the way, the visit's a reference") {
    const auto clinic = suggested(
        {kPatient, kVisit,
         "CREATE TABLE drug (id INTEGER PRIMARY KEY, visit_id INTEGER REFERENCES visit (visit_id), "
         "patient_id INTEGER REFERENCES patient (patient_id), mother_patient_id INTEGER REFERENCES "
         "patient (patient_id), code TEXT)"});
    const auto& drug = table_in(clinic, "drug");
    REQUIRE(owners(drug) == Names{"patient_id>patient"});
    REQUIRE(drug.mapping.reference("visit_id")->table == "visit");
    REQUIRE(drug.mapping.reference("mother_patient_id")->table == "patient");
}

TEST_CASE("suggestion: a row that the patient points at is a record of the patient") {
    const auto clinic = suggested(
        {"CREATE TABLE photo (photo_id INTEGER PRIMARY KEY, image BLOB)",
         "CREATE TABLE city (city_id INTEGER PRIMARY KEY, name TEXT UNIQUE)",
         "CREATE TABLE patient_status (id INTEGER PRIMARY KEY, name TEXT UNIQUE)",
         "CREATE TABLE patient (patient_id INTEGER PRIMARY KEY, name TEXT, dob DATE, photo_id "
         "INTEGER REFERENCES photo (photo_id), city_id INTEGER REFERENCES city (city_id), "
         "patient_status_id INTEGER REFERENCES patient_status (id))"});
    REQUIRE(owners(table_in(clinic, "photo")) == Names{"<patient.photo_id"});
    const auto& patient = clinic.suggestion.tables.front().mapping;
    REQUIRE(patient.reference("photo_id")->missing == MissingPolicy::null);
    REQUIRE(patient.lookup("city_id")->by == Names{"name"});
    REQUIRE(patient.lookup("patient_status_id")->by == Names{"name"});
}

TEST_CASE("suggestion: logs, locks, messages, stock and passwords are left out with a reason") {
    const auto clinic = suggested(
        {kPatient, kVisit,
         "CREATE TABLE access_log (id INTEGER PRIMARY KEY, patient_id INTEGER, at DATE)",
         "CREATE TABLE record_lock (id INTEGER PRIMARY KEY, patient_id INTEGER)",
         "CREATE TABLE sms (id INTEGER PRIMARY KEY, patient_id INTEGER, text TEXT)",
         "CREATE TABLE drugstockmove (id INTEGER PRIMARY KEY, patient_id INTEGER)",
         "CREATE TABLE portal (id INTEGER PRIMARY KEY, patient_id INTEGER, password TEXT)",
         "CREATE TABLE log_detail (id INTEGER PRIMARY KEY, access_log_id INTEGER)"});
    for (const char* table : {"access_log", "record_lock", "sms", "drugstockmove", "portal"}) {
        CAPTURE(table);
        REQUIRE_FALSE(left_out(clinic.suggestion, table).empty());
    }
    REQUIRE(clinic.suggestion.find("log_detail") == nullptr);
}

TEST_CASE("suggestion: rows of a table without a key share that of their owner") {
    const auto clinic = suggested(
        {kPatient, kVisit, "CREATE TABLE nursing (patient_id INTEGER, at INTEGER, text TEXT)"});
    const auto& nursing = table_in(clinic, "nursing");
    REQUIRE(nursing.mapping.shared_key);
    REQUIRE(nursing.mapping.key == Names{"patient_id"});
    REQUIRE(owners(nursing) == Names{"patient_id>patient"});
    REQUIRE(mapping_of(clinic.suggestion, "x").find("nursing") != nullptr);
}

TEST_CASE("suggestion: what hangs on a table without a key is told") {
    const auto clinic = suggested(
        {kPatient, "CREATE TABLE visit (visit_id INTEGER, patient_id INTEGER, visited_on DATE)",
         "CREATE TABLE vitals (id INTEGER PRIMARY KEY, visit_id INTEGER REFERENCES visit "
         "(visit_id), "
         "taken_on DATE)"});
    REQUIRE(table_in(clinic, "visit").mapping.shared_key);
    REQUIRE(table_in(clinic, "vitals").obstacle ==
            "the table that it belongs to is not in the mapping or has no key");
    REQUIRE(mapping_of(clinic.suggestion, "x").find("vitals") == nullptr);
}

// ---- columns

TEST_CASE("suggestion: keys of several columns and of the parent travel") {
    const auto clinic = suggested({kPatient,
                                   "CREATE TABLE chart (patient_id INTEGER NOT NULL REFERENCES "
                                   "patient (patient_id), day DATE "
                                   "NOT NULL, teeth TEXT, PRIMARY KEY (patient_id, day))",
                                   "CREATE TABLE plan (patient_id INTEGER PRIMARY KEY REFERENCES "
                                   "patient (patient_id), joined "
                                   "DATE)"});
    const auto& chart = table_in(clinic, "chart").mapping;
    REQUIRE(chart.key == Names{"patient_id", "day"});
    REQUIRE(chart.allocation == KeyAllocation::natural);
    REQUIRE(chart.identity.front() == "day");
    const auto& plan = table_in(clinic, "plan").mapping;
    REQUIRE(plan.key == Names{"patient_id"});
    REQUIRE(plan.allocation == KeyAllocation::natural);
    REQUIRE(plan.owners.size() == 1);
    REQUIRE(plan.reference("patient_id")->table == "patient");
}

TEST_CASE("suggestion: lists that are not synchronized are looked up by what tells them apart") {
    const auto clinic = suggested(
        {kPatient, kVisit,
         "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT UNIQUE, username TEXT UNIQUE, "
         "password TEXT)",
         "CREATE TABLE ward (id INTEGER PRIMARY KEY, floor TEXT, name TEXT)",
         "INSERT INTO ward VALUES (1, '1', 'a'), (2, '1', 'b')",
         "CREATE TABLE room (id INTEGER PRIMARY KEY, floor INTEGER)",
         "CREATE TABLE disease (code TEXT PRIMARY KEY, name TEXT)",
         "CREATE TABLE stay (id INTEGER PRIMARY KEY, patient_id INTEGER NOT NULL, ward_id INTEGER "
         "DEFAULT 0, room_id INTEGER, created_by INTEGER, disease_code TEXT REFERENCES disease "
         "(code), at DATE)"});
    const auto& stay = table_in(clinic, "stay");
    REQUIRE(stay.mapping.lookup("ward_id")->by == Names{"name"});
    REQUIRE(stay.mapping.lookup("ward_id")->none == "0");
    REQUIRE(stay.mapping.lookup("created_by")->table == "users");
    REQUIRE(stay.mapping.lookup("created_by")->by == Names{"username"});
    REQUIRE(stay.mapping.lookup("created_by")->missing == MissingPolicy::null);
    // A number that no column can tell at another site must not travel; a code may.
    REQUIRE(stay.mapping.skipped == std::set<std::string>{"room_id"});
    REQUIRE_FALSE(stay.columns.at("room_id").sure);
    REQUIRE(stay.mapping.lookup("disease_code") == nullptr);
    REQUIRE(stay.mapping.travels("disease_code"));
}

TEST_CASE("suggestion: 0 means none where it stands and no row has that number") {
    const auto with_patient = [](const char* insert) {
        return suggested({kPatient, insert, kVisit,
                          "CREATE TABLE stay (id INTEGER PRIMARY KEY, patient_id INTEGER, at DATE)",
                          "INSERT INTO stay (patient_id) VALUES (0), (1)"});
    };
    const auto none = with_patient("INSERT INTO patient (patient_id) VALUES (1)");
    REQUIRE(table_in(none, "stay").mapping.reference("patient_id")->none == "0");
    const auto row = with_patient("INSERT INTO patient (patient_id) VALUES (0), (1)");
    REQUIRE_FALSE(table_in(row, "stay").mapping.reference("patient_id")->none.has_value());
}

TEST_CASE("suggestion: columns that change by themselves, stay here or concern safety") {
    const auto clinic = suggested(
        {kPatient,
         "CREATE TABLE allergy (id INTEGER PRIMARY KEY, patient_id INTEGER NOT NULL, substance "
         "TEXT, "
         "created_at DATETIME, updated_at DATETIME, modified_by TEXT, row_version INTEGER, "
         "sync_status TEXT, deleted_at DATETIME, photo BLOB, subject_type TEXT, subject_id "
         "INTEGER, "
         "parent_id INTEGER)"});
    const auto& allergy = table_in(clinic, "allergy");
    const auto& mapping = allergy.mapping;
    REQUIRE(mapping.volatile_column("updated_at")->write == VolatileWrite::set);
    REQUIRE(mapping.volatile_column("modified_by")->write == VolatileWrite::set);
    REQUIRE(mapping.volatile_column("row_version")->write == VolatileWrite::increment);
    REQUIRE(mapping.volatile_column("created_at") == nullptr);
    REQUIRE(mapping.skipped == std::set<std::string>{"subject_id", "sync_status"});
    REQUIRE(mapping.safety.contains("substance"));
    REQUIRE_FALSE(mapping.safety.contains("created_at"));
    REQUIRE(mapping.travels("deleted_at"));
    REQUIRE(allergy.columns.at("deleted_at").text.find("deleted") != std::string::npos);
    REQUIRE(allergy.columns.at("photo").text.find("binary") != std::string::npos);
    REQUIRE(mapping.reference("parent_id")->table == "allergy");
    const auto& identity = mapping.identity;
    REQUIRE(std::find(identity.begin(), identity.end(), "updated_at") == identity.end());
    REQUIRE(std::find(identity.begin(), identity.end(), "created_at") != identity.end());
}

TEST_CASE(
    "suggestion: the parts of the patient's address stay together, another's are not among them") {
    const auto clinic =
        suggested({"CREATE TABLE patient (id INTEGER PRIMARY KEY, name TEXT, dob DATE, street "
                   "TEXT, city TEXT, "
                   "guardian_address TEXT, email_address TEXT, phone TEXT)"});
    const auto& patient = clinic.suggestion.tables.front().mapping;
    REQUIRE(patient.groups.size() == 1);
    REQUIRE(patient.groups.front().columns == Names{"street", "city"});
}

TEST_CASE("suggestion: a table of which nothing but its key tells the row") {
    const auto clinic = suggested(
        {kPatient, "CREATE TABLE scan (id INTEGER PRIMARY KEY, patient_id INTEGER, picture BLOB)",
         "CREATE TABLE wallet (id INTEGER PRIMARY KEY, patient_id INTEGER, balance DECIMAL(9,2))"});
    REQUIRE(table_in(clinic, "scan").mapping.identity == Names{"id"});
    REQUIRE(table_in(clinic, "wallet").mapping.identity == Names{"id"});
}

TEST_CASE("suggestion: the same catalogue gives the same suggestion") {
    const auto once = suggested({kPatient, kVisit}), again = suggested({kPatient, kVisit});
    REQUIRE(once.suggestion.tables.size() == again.suggestion.tables.size());
    const auto pure = suggest_mapping(once.catalogue, [](const Link&) { return Overlap{}; });
    REQUIRE(pure.tables.size() == once.suggestion.tables.size());
}

// ---- what is only told

TEST_CASE("suggestion: a table with the key of a record may be a part of it") {
    const auto clinic = suggested(
        {kPatient, kVisit,
         "CREATE TABLE orders (order_id INTEGER PRIMARY KEY, patient_id INTEGER NOT NULL "
         "REFERENCES "
         "patient (patient_id), ordered_on DATE)",
         "CREATE TABLE drug_order (order_id INTEGER PRIMARY KEY REFERENCES orders (order_id), drug "
         "TEXT)",
         "CREATE TABLE result (order_id INTEGER REFERENCES orders (order_id), test TEXT, number "
         "INTEGER, PRIMARY KEY (order_id, number))",
         "CREATE TABLE enrolment (patient_id INTEGER PRIMARY KEY REFERENCES patient (patient_id), "
         "joined DATE)"});
    const auto& parts = table_in(clinic, "orders").possible.parts;
    REQUIRE(parts.size() == 1);
    CHECK(parts[0].table == "drug_order");
    CHECK(parts[0].key == "order_id");
    for (const char* other : {"patient", "visit", "drug_order", "result", "enrolment"}) {
        CHECK(table_in(clinic, other).possible.parts.empty());
    }
    // Until somebody says so it is a record of its own.
    CHECK(table_in(clinic, "drug_order").mapping.owners.size() == 1);
}

TEST_CASE("suggestion: a key to which a foreign key leads is not taken from there") {
    const auto clinic = suggested(
        {kPatient,
         "CREATE TABLE orders (order_id BIGINT PRIMARY KEY, patient_id INTEGER NOT NULL REFERENCES "
         "patient (patient_id), ordered_on DATE)",
         "CREATE TABLE drug_order (order_id BIGINT PRIMARY KEY REFERENCES orders (order_id), drug "
         "TEXT)"});
    const auto& orders = table_in(clinic, "orders").mapping;
    CHECK(orders.reference("order_id") == nullptr);
    CHECK(orders.allocation == KeyAllocation::maximum);
}

TEST_CASE("suggestion: values that look like paths may be files") {
    const auto clinic = suggested(
        {kPatient,
         "CREATE TABLE scan (id INTEGER PRIMARY KEY, patient_id INTEGER REFERENCES patient "
         "(patient_id), taken_on DATE, url TEXT, place TEXT, drive TEXT, below TEXT, kind TEXT, "
         "page TEXT, note TEXT, blank TEXT)",
         "INSERT INTO patient VALUES (1, 'a', 'b', '1980-01-01', 'F')",
         "INSERT INTO scan VALUES (1, 1, '2020-01-01', 'file:///d/1/a.pdf', '/d/1/a.pdf', "
         "'C:\\d\\a.tif', '1/a.pdf', 'image/png', 'http://x.org/a.png', 'he/she. Well', NULL), "
         "(2, 1, '2020-01-02', 'file:///d/1/b', '/d/1/b', 'D:/b.tif', '1/b.jpeg', 'image/x.png2', "
         "'/d/1/b.png', 'a/b.c', '')"});
    std::map<std::string, std::string> prefixes;
    for (const auto& file : table_in(clinic, "scan").possible.files) {
        prefixes.emplace(file.column, file.prefix);
        CHECK(file.directory.empty());
    }
    CHECK(prefixes == std::map<std::string, std::string>{{"url", "file://{directory}/"},
                                                         {"place", "{directory}/"},
                                                         {"drive", "{directory}/"},
                                                         {"below", ""}});
    CHECK(table_in(clinic, "scan").mapping.files.empty());
}

TEST_CASE("suggestion: a national number that no two patients share may be an identifier") {
    const auto with = [](const std::string& column, const char* rows) {
        const auto table =
            "CREATE TABLE patient (patient_id INTEGER PRIMARY KEY, family_name TEXT, "
            "birth_date DATE, sex TEXT, " +
            column + ")";
        const auto clinic = suggested({table.c_str(), rows});
        const auto& patient = clinic.suggestion.tables.front();
        CHECK_FALSE(patient.mapping.match);
        return patient.possible.match;
    };
    const char* few = "INSERT INTO patient VALUES (1, 'a', '1980-01-01', 'F', '12')";
    const char* all =
        "INSERT INTO patient VALUES (1, 'a', '1980-01-01', 'F', '1'), (2, 'b', "
        "'1980-01-01', 'F', '2'), (3, 'c', '1980-01-01', 'F', '3'), (4, 'd', "
        "'1980-01-01', 'F', '4'), (5, 'e', '1980-01-01', 'F', '5')";
    const char* shared =
        "INSERT INTO patient VALUES (1, 'a', '1980-01-01', 'F', '1'), (2, 'b', "
        "'1980-01-01', 'F', '2'), (3, 'c', '1980-01-01', 'F', '3'), (4, 'd', "
        "'1980-01-01', 'F', '4'), (5, 'e', '1980-01-01', 'F', '5'), (6, 'f', "
        "'1980-01-01', 'F', '5')";
    const auto match = with("national_number TEXT UNIQUE", few);
    REQUIRE(match);
    CHECK(match->columns == Names{"national_number"});
    CHECK(match->agree == Names{"birth_date", "sex"});
    CHECK(with("ssn TEXT", all));
    CHECK_FALSE(with("ssn TEXT", few));
    CHECK_FALSE(with("ssn TEXT", shared));
    CHECK_FALSE(with("phone TEXT UNIQUE", all));
    CHECK_FALSE(with("mother_ssn TEXT", all));
}

TEST_CASE("suggestion: a national number is no identifier where nothing could contradict it") {
    const auto clinic = suggested(
        {"CREATE TABLE patient (patient_id INTEGER PRIMARY KEY, family_name TEXT, given_name TEXT, "
         "address TEXT, national_number TEXT UNIQUE)",
         kVisit, "INSERT INTO patient VALUES (1, 'a', 'b', 'c', '12')"});
    CHECK_FALSE(clinic.suggestion.tables.front().possible.match);
}

TEST_CASE("suggestion: keys may be counted in a table that holds one number alone") {
    const char* numbers = "CREATE TABLE sequences (id INTEGER NOT NULL)";
    const char* encounter =
        "CREATE TABLE encounter (id BIGINT PRIMARY KEY, patient_id INTEGER "
        "REFERENCES patient (patient_id), at DATE)";
    const auto clinic =
        suggested({kPatient, kVisit, encounter, numbers, "INSERT INTO sequences VALUES (17)"});
    CHECK(table_in(clinic, "encounter").possible.sequence == Sequence{"sequences", "id"});
    CHECK(table_in(clinic, "encounter").mapping.allocation == KeyAllocation::maximum);
    // The database gives it.
    CHECK(table_in(clinic, "visit").possible.sequence.table.empty());
    for (const char* other : {"INSERT INTO sequences VALUES (1), (2)", "SELECT 1"}) {
        CHECK(table_in(suggested({kPatient, encounter, numbers, other}), "encounter")
                  .possible.sequence.table.empty());
    }
    CHECK(table_in(suggested({kPatient, encounter, numbers, "INSERT INTO sequences VALUES (17)",
                              "CREATE TABLE encounter_seq (id INTEGER)",
                              "INSERT INTO encounter_seq VALUES (4)"}),
                   "encounter")
              .possible.sequence.table == "sequences");
    CHECK(table_in(suggested({kPatient, encounter, "CREATE TABLE bills (last INTEGER)",
                              "INSERT INTO bills VALUES (4)", "CREATE TABLE cards (last INTEGER)",
                              "INSERT INTO cards VALUES (4)"}),
                   "encounter")
              .possible.sequence.table.empty());
}

TEST_CASE("suggestion: the order of lines and histories may mean something") {
    const auto clinic = suggested(
        {kPatient, kVisit,
         "CREATE TABLE note_lines (id INTEGER PRIMARY KEY, patient_id INTEGER REFERENCES patient "
         "(patient_id), text TEXT)",
         "CREATE TABLE status_history (patient_id INTEGER REFERENCES patient (patient_id), day "
         "DATE, PRIMARY KEY (patient_id, day))"});
    CHECK(table_in(clinic, "note_lines").possible.ordered);
    CHECK_FALSE(table_in(clinic, "status_history").possible.ordered);
    CHECK_FALSE(table_in(clinic, "visit").possible.ordered);
}
