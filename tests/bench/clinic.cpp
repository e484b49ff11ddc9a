#include "clinic.h"

#include <array>

namespace bench {
namespace {

// SplitMix64: the same numbers everywhere, which the library's distributions are not.
class Numbers {
  public:
    explicit Numbers(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        std::uint64_t z = state_ += 0x9e3779b97f4a7c15U;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31);
    }

    int below(int limit) { return static_cast<int>(next() % static_cast<unsigned>(limit)); }

  private:
    std::uint64_t state_;
};

constexpr std::array kWords = {"Amber", "Birch", "Cedar", "Dale",   "Elm",   "Fern",
                               "Grove", "Hazel", "Iris",  "Jade",   "Kite",  "Lake",
                               "Moss",  "North", "Oak",   "Pine",   "Quill", "Reed",
                               "Stone", "Thorn", "Umber", "Violet", "West",  "Yarrow"};

std::string word(Numbers& numbers) {
    return kWords[static_cast<std::size_t>(numbers.below(static_cast<int>(kWords.size())))];
}

std::string two(int number) { return (number < 10 ? "0" : "") + std::to_string(number); }

std::string date(Numbers& numbers, int from_year, int years) {
    return std::to_string(from_year + numbers.below(years)) + "-" + two(1 + numbers.below(12)) +
           "-" + two(1 + numbers.below(28));
}

std::string moment(Numbers& numbers) {
    return date(numbers, 2015, 11) + " " + two(numbers.below(24)) + ":" + two(numbers.below(60)) +
           ":" + two(numbers.below(60));
}

// A value as such columns hold: dates by their name, numbers, words, and one in five empty.
void bind_value(Statement& insert, int index, const std::string& column, Numbers& numbers) {
    if (column == "birth_date") return insert.bind(index, date(numbers, 1930, 90));
    if (column.ends_with("_at")) return insert.bind(index, moment(numbers));
    if (column.ends_with("_on")) return insert.bind(index, date(numbers, 2015, 11));
    if (column == "sex") return insert.bind(index, std::string(numbers.below(2) ? "F" : "M"));
    if (numbers.below(5) == 0 && column != "family_name") return insert.bind_null(index);
    if (column == "note") return insert.bind(index, word(numbers) + " " + word(numbers));
    if (column.ends_with("_name") || column == "city" || column == "reason") {
        return insert.bind(index, word(numbers) + " " + std::to_string(numbers.below(10'000)));
    }
    insert.bind(index, numbers.below(1'000));
}

std::string insert_sql(const Table& table) {
    std::string names, marks;
    for (const auto* column : table.columns) {
        names += (names.empty() ? "" : ", ") + std::string(column);
        marks += marks.empty() ? "?" : ", ?";
    }
    return "INSERT INTO " + std::string(table.name) + " (" + names + ") VALUES (" + marks + ")";
}

void insert_row(Statement& insert, const Table& table, std::int64_t key, std::int64_t patient,
                Numbers& numbers) {
    insert.bind(1, key);
    const bool record = table.rows_per_patient > 1;
    if (record) insert.bind(2, patient);
    for (std::size_t i = record ? 2 : 1; i < table.columns.size(); ++i) {
        bind_value(insert, static_cast<int>(i) + 1, table.columns[i], numbers);
    }
    insert.run();
}

}  // namespace

const std::vector<Table>& tables() {
    static const std::vector<Table> kTables = {
        {"patient",
         1,
         {"patient_id", "family_name", "given_name", "birth_date", "sex", "phone", "mobile",
          "street_name", "city", "postcode", "blood_group", "note"}},
        {"visit",
         8,
         {"visit_id", "patient_id", "visited_at", "reason", "room", "weight", "height", "pulse",
          "systolic", "diastolic", "temperature", "note"}},
        {"medication",
         5,
         {"medication_id", "patient_id", "drug_code", "dose", "unit", "frequency", "started_on",
          "ended_on", "refills", "route", "prescriber_name", "note"}},
        {"lab_result",
         7,
         {"lab_result_id", "patient_id", "test_name", "value", "unit", "low", "high", "flag",
          "taken_at", "reported_at", "device", "note"}},
    };
    return kTables;
}

const char* schema() {
    return "CREATE TABLE patient (patient_id INTEGER PRIMARY KEY, family_name TEXT NOT NULL,"
           " given_name TEXT, birth_date TEXT, sex TEXT, phone INTEGER, mobile INTEGER,"
           " street_name TEXT, city TEXT, postcode INTEGER, blood_group INTEGER, note TEXT);"
           "CREATE TABLE visit (visit_id INTEGER PRIMARY KEY,"
           " patient_id INTEGER NOT NULL REFERENCES patient, visited_at TEXT, reason TEXT,"
           " room INTEGER, weight INTEGER, height INTEGER, pulse INTEGER, systolic INTEGER,"
           " diastolic INTEGER, temperature INTEGER, note TEXT);"
           "CREATE INDEX visit_patient ON visit (patient_id);"
           "CREATE TABLE medication (medication_id INTEGER PRIMARY KEY,"
           " patient_id INTEGER NOT NULL REFERENCES patient, drug_code INTEGER, dose INTEGER,"
           " unit INTEGER, frequency INTEGER, started_on TEXT, ended_on TEXT, refills INTEGER,"
           " route INTEGER, prescriber_name TEXT, note TEXT);"
           "CREATE INDEX medication_patient ON medication (patient_id);"
           "CREATE TABLE lab_result (lab_result_id INTEGER PRIMARY KEY,"
           " patient_id INTEGER NOT NULL REFERENCES patient, test_name TEXT, value INTEGER,"
           " unit INTEGER, low INTEGER, high INTEGER, flag INTEGER, taken_at TEXT,"
           " reported_at TEXT, device INTEGER, note TEXT);"
           "CREATE INDEX lab_result_patient ON lab_result (patient_id);";
}

void check(sqlite3* database, int result) {
    if (result == SQLITE_OK || result == SQLITE_ROW || result == SQLITE_DONE) return;
    throw std::runtime_error(database ? sqlite3_errmsg(database) : sqlite3_errstr(result));
}

Database::Database(const std::string& path) {
    const int result = sqlite3_open(path.c_str(), &handle_);
    if (result != SQLITE_OK) {
        sqlite3_close(handle_);
        check(nullptr, result);
    }
    sqlite3_busy_timeout(handle_, 60'000);
}

Database::~Database() { sqlite3_close(handle_); }

void Database::execute(const std::string& sql) {
    check(handle_, sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr));
}

Statement::Statement(Database& database, const std::string& sql) : database_(database) {
    check(database.handle(),
          sqlite3_prepare_v2(database.handle(), sql.c_str(), -1, &handle_, nullptr));
}

Statement::~Statement() { sqlite3_finalize(handle_); }

void Statement::bind(int index, std::int64_t number) {
    check(database_.handle(), sqlite3_bind_int64(handle_, index, number));
}

void Statement::bind(int index, const std::string& text) {
    check(database_.handle(), sqlite3_bind_text(handle_, index, text.data(),
                                                static_cast<int>(text.size()), SQLITE_TRANSIENT));
}

void Statement::bind_null(int index) {
    check(database_.handle(), sqlite3_bind_null(handle_, index));
}

bool Statement::step() {
    const int result = sqlite3_step(handle_);
    check(database_.handle(), result);
    return result == SQLITE_ROW;
}

void Statement::run() {
    while (step()) {
    }
    sqlite3_reset(handle_);
}

void make_clinic(const std::string& path, std::int64_t patients, std::int64_t first) {
    Database database(path);
    database.execute("PRAGMA synchronous = OFF");
    database.execute(schema());
    database.execute("BEGIN");
    for (const auto& table : tables()) {
        Statement insert(database, insert_sql(table));
        Numbers numbers(static_cast<std::uint64_t>(first) * 1'000 +
                        static_cast<std::uint64_t>(table.rows_per_patient));
        std::int64_t key = (first - 1) * table.rows_per_patient;
        for (std::int64_t patient = first; patient < first + patients; ++patient) {
            for (int i = 0; i < table.rows_per_patient; ++i) {
                insert_row(insert, table, ++key, patient, numbers);
            }
        }
    }
    database.execute("COMMIT");
}

std::int64_t edit_clinic(const std::string& path, std::int64_t every, const std::string& note) {
    Database database(path);
    database.execute("BEGIN IMMEDIATE");
    Statement update(database,
                     "UPDATE visit SET note = ? WHERE visit_id IN (SELECT MIN(visit_id) FROM visit "
                     "WHERE patient_id % ? = 0 GROUP BY patient_id)");
    update.bind(1, note);
    update.bind(2, every);
    update.run();
    const auto changed = sqlite3_changes(database.handle());
    database.execute("COMMIT");
    return changed;
}

}  // namespace bench
