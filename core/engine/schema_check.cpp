#include "core/engine/schema_check.h"

#include <map>

#include "core/database/known_schema.h"
#include "core/model/text.h"

namespace cfs {

namespace {

// Facts of the database.
constexpr const char* kSchema = "schema";
constexpr const char* kRenewed = "renewed";

// Patients whose turn did not come, or who were in another program's hands: few.
constexpr std::int64_t kLeftOver = 100000;

// A server that was updated may word every type anew.
constexpr std::size_t kTold = 10;

using What = SchemaChange::What;

bool is_lookup_table(const Mapping& whole, const std::string& table) {
    return whole.find_table_or_part(table) == nullptr;
}

class Reporter {
  public:
    explicit Reporter(RunContext& run) : run_(run), database_(run.database.backend().name()) {}

    void tell(const std::vector<SchemaChange>& changes) {
        std::map<std::pair<What, std::string>, std::vector<SchemaChange>> grouped;
        for (const auto& change : changes) {
            if (!is_told_elsewhere(change)) {
                grouped[{change.what, change.table}].push_back(in_database(change));
            }
        }
        for (const auto& [kind, group] : grouped) tell(kind.first, group.front().table, group);
    }

  private:
    void line(const std::string& text) { run_.line(std::nullopt, text); }

    // By the sentence about a mapped table that waits.
    [[nodiscard]] bool is_told_elsewhere(const SchemaChange& change) const {
        if (change.what == What::column_gone) return run_.database.fit().waits(change.table);
        return change.what == What::table_gone &&
               !is_lookup_table(run_.database.whole_mapping(), change.table);
    }

    // With the names that the database has.
    [[nodiscard]] SchemaChange in_database(SchemaChange change) const {
        const auto* mapped = run_.database.whole_mapping().find_table_or_part(change.table);
        if (mapped == nullptr) return change;
        change.table = mapped->full_name().text();
        change.column = mapped->column_here(change.column);
        return change;
    }

    // "a, b".
    static std::string names_of(const std::vector<SchemaChange>& changes) {
        std::string text;
        for (const auto& change : changes) {
            if (&change != &changes.front()) text += ", ";
            text += change.column;
        }
        return text;
    }

    void tell(What what, const std::string& table, const std::vector<SchemaChange>& changes) {
        const auto count = changes.size();
        const auto columns = names_of(changes);
        switch (what) {
            case What::table_gone:
                return tell_lookup(table);
            case What::table_back:
                return line(
                    said("The table {1} is back in the database {2}: what waited for it is synced.",
                         table, database_));
            case What::table_readable:
                return line(said(
                    "The table {1} in the database {2} can be read again: its records are synced.",
                    table, database_));
            case What::column_gone:
                return tell_gone(table, changes);
            case What::column_new:
                return line(said_of(count,
                                    "The table {1} in the database {2} has a new column {3}: it is "
                                    "synced from now on.",
                                    "The table {1} in the database {2} has new columns {3}: they "
                                    "are synced from now on.",
                                    table, database_, columns));
            case What::column_back:
                return line(said_of(count,
                                    "The column {1} of the table {2} in the database {3} is back: "
                                    "what is empty there gets what the sync folder has.",
                                    "The columns {1} of the table {2} in the database {3} are "
                                    "back: what is empty there gets what the sync folder has.",
                                    columns, table, database_));
            case What::column_made_anew:
                return line(
                    said_of(count,
                            "The column {1} of the table {2} in the database {3} was moved or made "
                            "anew: what is empty there gets what the sync folder has.",
                            "The columns {1} of the table {2} in the database {3} were moved or "
                            "made anew: what is empty there gets what the sync folder has.",
                            columns, table, database_));
            case What::column_retyped:
                return tell_types(table, changes);
        }
    }

    void tell_types(const std::string& table, const std::vector<SchemaChange>& changes) {
        if (changes.size() > kTold) {
            return line(
                said("{1} columns of the table {2} in the database {3} have other types now. What "
                     "they can't hold of others waits.",
                     changes.size(), table, database_));
        }
        for (const auto& change : changes) {
            line(
                said("The column {1} of the table {2} in the database {3} is {4} now; it was {5}. "
                     "What it can't hold of others waits.",
                     change.column, table, database_, change.now, change.before));
        }
    }

    void tell_lookup(const std::string& table) {
        run_.error(
            ErrorCode::mapping_table,
            said(
                "The database {1} no longer has the table {2}, by which the mapping {3} reads "
                "columns of others. These columns are left as they are until it is back. If it has "
                "another name now, ask for a mapping that fits the clinic program as it is now.",
                database_, table, run_.database.mapping().name));
    }

    void tell_gone(const std::string& table, const std::vector<SchemaChange>& changes) {
        run_.error(
            ErrorCode::mapping_column,
            said_of(
                changes.size(),
                "The table {1} in the database {2} no longer has the column {3}. What was there "
                "stays in the sync folder and at the other sites, and comes back with the column. "
                "Nothing needs to be done, unless the clinic program was not meant to drop it.",
                "The table {1} in the database {2} no longer has the columns {3}. What was there "
                "stays in the sync folder and at the other sites, and comes back with the columns. "
                "Nothing needs to be done, unless the clinic program was not meant to drop them.",
                table, database_, names_of(changes)));
    }

    RunContext& run_;
    std::string database_;
};

KnownSchema schema_of(ClinicDatabase& database) {
    return known_schema(database.whole_mapping(), database.described(), database.fit());
}

// At each sync: it stays a person's task until it is done.
void report_waiting(RunContext& run) {
    const auto& fit = run.database.fit();
    for (const auto& table : fit.waiting) {
        if (!table.because.empty() && fit.waits(table.because)) continue;  // told with that one
        run.error(table.column.empty() ? ErrorCode::mapping_table : ErrorCode::mapping_column,
                  sentence_of(table, fit, run.database.backend().name()));
    }
}

}  // namespace

void remember_schema(ClinicDatabase& database) {
    database.set_fact(kSchema, to_text(schema_of(database)));
}

void check_schema(RunContext& run) {
    auto& database = run.database;
    const auto now = schema_of(database);
    const auto text = database.fact(kSchema);
    auto known = text ? known_schema_from_text(*text) : now;
    const auto changes = learn(known, now);
    run.renewed = renewed_from_text(database.fact(kRenewed).value_or(""));
    add(run.renewed, changes);
    Reporter(run).tell(changes);
    if (database.fit().waiting_patients() == nullptr) {
        report_waiting(run);
        // Those without an edit here, too: what a column holds is new to the others.
        if (!changes.empty() || database.journal().lacks_keys()) {
            database.journal().look_at_all(run.clock);
        }
    }
    if (!run.preview && (!text || !changes.empty())) {
        auto transaction = database.begin();
        database.set_fact(kSchema, to_text(known));
        database.set_fact(kRenewed, to_text(run.renewed));
        transaction.commit();
    }
    database.require_patients();
}

void forget_renewed(RunContext& run) {
    if (run.renewed == Renewed{}) return;
    run.renewed.patients.clear();
    for (const auto& patient : run.database.documents().touched(kLeftOver, {})) {
        run.renewed.patients.insert(patient);
    }
    const bool done = run.renewed.patients.empty();
    run.database.set_fact(kRenewed, done ? "" : to_text(run.renewed));
}

}  // namespace cfs
