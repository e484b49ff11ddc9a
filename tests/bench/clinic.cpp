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

// One in five of what need not be there is missing.
Inserter::Value value(Kind kind, Numbers& numbers) {
    switch (kind) {
        case Kind::birth_date:
            return {true, date(numbers, 1930, 90)};
        case Kind::date:
            return {true, date(numbers, 2015, 11)};
        case Kind::moment:
            return {true, moment(numbers)};
        case Kind::name:
            return {true, word(numbers) + " " + std::to_string(numbers.below(10'000))};
        case Kind::sex:
            return {true, numbers.below(2) ? "F" : "M"};
        case Kind::words:
            return {numbers.below(5) != 0, word(numbers) + " " + word(numbers)};
        case Kind::number:
            return {numbers.below(5) != 0, std::to_string(numbers.below(1'000))};
        case Kind::key:
        case Kind::patient:
            break;
    }
    return {false, {}};
}

std::string type_of(Kind kind, const Database& database) {
    switch (kind) {
        case Kind::key:
            return database.key_type();
        case Kind::patient:
            return "INTEGER NOT NULL REFERENCES patient (patient_id)";
        case Kind::number:
            return "INTEGER";
        default:
            return "VARCHAR(40)";
    }
}

constexpr std::int64_t kGathered = 1'000;  // patients whose rows are inserted at once

void fill(Database& database, const Table& table, std::int64_t patients) {
    Inserter inserter(database, table, table.columns.size());
    Numbers numbers(static_cast<std::uint64_t>(table.rows_per_patient));
    std::int64_t key = 0;
    for (std::int64_t patient = 1; patient <= patients; ++patient) {
        for (int i = 0; i < table.rows_per_patient; ++i) {
            auto& row = inserter.add();
            for (std::size_t at = 0; at < row.size(); ++at) {
                const auto kind = table.columns[at].kind;
                row[at] = kind == Kind::key       ? Inserter::Value{true, std::to_string(++key)}
                          : kind == Kind::patient ? Inserter::Value{true, std::to_string(patient)}
                                                  : value(kind, numbers);
            }
        }
        if (patient % kGathered == 0) inserter.insert();
    }
    inserter.insert();
    database.continue_keys(table.name, table.columns.front().name);
}

}  // namespace

const std::vector<Table>& tables() {
    static const std::vector<Table> kTables = {
        {"patient",
         1,
         {{"patient_id", Kind::key},
          {"family_name", Kind::name},
          {"given_name", Kind::name},
          {"birth_date", Kind::birth_date},
          {"sex", Kind::sex},
          {"city", Kind::words},
          {"blood_group", Kind::number},
          {"phone", Kind::number},
          {"mobile", Kind::number},
          {"street", Kind::name},
          {"postcode", Kind::number},
          {"note", Kind::words}},
         7},
        {"visit",
         8,
         {{"visit_id", Kind::key},
          {"patient_id", Kind::patient},
          {"visited_at", Kind::moment},
          {"reason", Kind::number},
          {"note", Kind::words},
          {"room", Kind::number},
          {"weight", Kind::number},
          {"height", Kind::number},
          {"pulse", Kind::number},
          {"systolic", Kind::number},
          {"diastolic", Kind::number},
          {"temperature", Kind::number}},
         5},
        {"medication",
         5,
         {{"medication_id", Kind::key},
          {"patient_id", Kind::patient},
          {"drug", Kind::number},
          {"started_on", Kind::date},
          {"dose", Kind::number},
          {"unit", Kind::number},
          {"frequency", Kind::number},
          {"ended_on", Kind::date},
          {"refills", Kind::number},
          {"route", Kind::number},
          {"prescriber", Kind::name},
          {"note", Kind::words}},
         5},
        {"lab_result",
         7,
         {{"lab_result_id", Kind::key},
          {"patient_id", Kind::patient},
          {"test", Kind::number},
          {"taken_at", Kind::moment},
          {"value", Kind::number},
          {"unit", Kind::number},
          {"low", Kind::number},
          {"high", Kind::number},
          {"flag", Kind::number},
          {"reported_at", Kind::moment},
          {"device", Kind::number},
          {"note", Kind::words}},
         5},
    };
    return kTables;
}

std::string names_of(const Table& table, std::size_t count) {
    std::string names;
    for (std::size_t i = 0; i < count; ++i) {
        names += (i ? ", " : "") + std::string(table.columns[i].name);
    }
    return names;
}

void create_tables(Database& database) {
    for (const auto& table : tables()) {
        const std::string name = table.name;
        std::string columns;
        for (const auto& column : table.columns) {
            columns += (columns.empty() ? "" : ", ") + std::string(column.name) + " " +
                       type_of(column.kind, database);
        }
        database.execute("CREATE TABLE " + name + " (" + columns + ")");
        if (name == "patient") continue;
        database.execute("CREATE INDEX " + name + "_patient ON " + name + " (patient_id)");
    }
}

Inserter::Inserter(Database& database, const Table& table, std::size_t columns)
    : database_(database),
      table_(table),
      columns_(columns),
      at_once_(database.rows_per_insert()),
      many_(prepare(at_once_)),
      one_(prepare(1)) {}

std::vector<Inserter::Value>& Inserter::add() {
    if (added_ == rows_.size()) rows_.emplace_back(columns_);
    return rows_[added_++];
}

void Inserter::insert() {
    std::size_t i = 0;
    for (; i + at_once_ <= added_; i += at_once_) insert(*many_, i, at_once_);
    for (; i < added_; ++i) insert(*one_, i, 1);
    added_ = 0;
}

std::unique_ptr<Statement> Inserter::prepare(std::size_t rows) const {
    std::string row;
    for (std::size_t i = 0; i < columns_; ++i) row += i ? ", ?" : "?";
    std::string all;
    for (std::size_t i = 0; i < rows; ++i) all += (i ? ", (" : "(") + row + ")";
    return database_.prepare("INSERT INTO " + std::string(table_.name) + " (" +
                             names_of(table_, columns_) + ") VALUES " + all);
}

void Inserter::insert(Statement& statement, std::size_t from, std::size_t rows) {
    int place = 0;
    for (std::size_t i = from; i < from + rows; ++i) {
        for (const auto& [there, text] : rows_[i]) {
            statement.bind(++place, there ? text.c_str() : nullptr);
        }
    }
    statement.run();
}

void make_clinic(Database& database, std::int64_t patients) {
    create_tables(database);
    database.execute("BEGIN");
    for (const auto& table : tables()) fill(database, table, patients);
    database.execute("COMMIT");
}

std::int64_t edit_clinic(Database& database, std::int64_t every, const std::string& note) {
    database.execute(database.begin_writing());
    std::vector<std::int64_t> visits;
    const auto select = database.prepare(
        "SELECT MIN(visit_id) FROM visit WHERE patient_id % ? = 0 GROUP BY patient_id");
    select->bind(1, every);
    while (select->step()) visits.push_back(select->number(0));
    const auto update = database.prepare("UPDATE visit SET note = ? WHERE visit_id = ?");
    for (const auto visit : visits) {
        update->bind(1, note.c_str());
        update->bind(2, visit);
        update->run();
    }
    database.execute("COMMIT");
    return static_cast<std::int64_t>(visits.size());
}

}  // namespace bench
