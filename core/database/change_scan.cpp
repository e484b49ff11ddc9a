#include "core/database/change_scan.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/database/short_transactions.h"
#include "core/model/digest.h"

namespace cfs {

namespace {

// In cfs_scanned, in the place of a table's name: of tables.
constexpr const char* kMarks = "";

std::string mark_of(const TableSum& seen, const std::string& meaning) {
    return sha256(meaning + seen.text()).text();
}

}  // namespace

void ChangeScan::note_changes(Clock& clock) {
    for (const auto& table : mapping_.tables) note_changes(table, clock);
}

void ChangeScan::note_changes(const TableMapping& table, Clock& clock) {
    tables_.lookups().forget();
    if (!tables_.can_be_summed(table)) return compare(table, nullptr, clock);
    // Added up before it is read: if it changes meanwhile, the next sum differs.
    const auto meaning = tables_.meaning_of_sum(table);
    if (mark(table) == mark_of(tables_.sum(table), meaning)) return;
    forget(kMarks, table.table);
    TableSum seen;
    compare(table, &seen, clock);
    // The sum of the rows as they were seen, whatever they have become since.
    if (!seen.complete || tables_.meaning_of_sum(table) != meaning) return;
    keep(kMarks, table.table, mark_of(seen, meaning));
}

std::optional<std::string> ChangeScan::mark(const TableMapping& table) {
    return session_.value("SELECT content FROM cfs_scanned WHERE tbl = :p0 AND local_key = :p1",
                          {kMarks, table.table});
}

void ChangeScan::compare(const TableMapping& table, TableSum* seen, Clock& clock) {
    const auto seen_before =
        session_.number("SELECT COUNT(*) FROM cfs_scanned WHERE tbl = :p0", {table.table});
    known_ = 0;
    tables_.for_each_page(
        table, kPageRows,
        [&](const std::vector<RawRow>& rows) { compare_page(table, rows, clock); }, seen);
    if (known_ < seen_before) note_deleted(table, clock);
}

void ChangeScan::compare_page(const TableMapping& table, const std::vector<RawRow>& rows,
                              Clock& clock) {
    std::map<std::string, std::string> known;  // content by key
    const auto condition = about_keys(backend_, table.table, keys_of(rows));
    session_.query("SELECT local_key, content FROM cfs_scanned WHERE " + condition.sql,
                   condition.parameters,
                   [&](const SqlRow& row) { known.emplace(*row[0], row[1].value_or("")); });
    known_ += static_cast<std::int64_t>(known.size());
    std::vector<const RawRow*> changed;
    for (const auto& row : rows) {
        const auto before = known.find(row.key);
        const bool same = before != known.end() && before->second == tables_.content_of(row).text();
        if (!same) changed.push_back(&row);
    }
    in_short_transactions(session_, backend_, clock, changed.size(), [&](std::size_t i) {
        note(table, known.contains(changed[i]->key) ? "U" : "I", changed[i]->key, clock.now());
        saw(*changed[i]);
    });
}

void ChangeScan::note_deleted(const TableMapping& table, Clock& clock) {
    std::string after;
    while (true) {
        std::vector<std::string> keys;
        session_.query(
            "SELECT local_key FROM cfs_scanned WHERE tbl = :p0 AND local_key > :p1 "
            "ORDER BY local_key LIMIT " +
                std::to_string(kPageRows),
            {table.table, after}, [&](const SqlRow& row) { keys.push_back(row[0].value_or("")); });
        if (keys.empty()) return;
        after = keys.back();
        const auto there = keys_of(tables_.read_keys(table, keys));
        const std::set<std::string> present(there.begin(), there.end());
        std::erase_if(keys, [&](const std::string& key) { return present.contains(key); });
        in_short_transactions(session_, backend_, clock, keys.size(), [&](std::size_t i) {
            note(table, "D", keys[i], clock.now());
            forget(table.table, keys[i]);
        });
    }
}

void ChangeScan::note(const TableMapping& table, const char* operation, const std::string& key,
                      const Time& now) {
    const bool inserted = *operation == 'I';
    auto fresh = random_.uuid().text();
    std::erase(fresh, '-');
    session_.execute(
        "INSERT INTO cfs_journal (tbl, op, local_key, old_key, fresh, at) "
        "VALUES (:p0, :p1, :p2, :p3, :p4, :p5)",
        {table.table, operation, key,
         *operation == 'U' ? std::optional<std::string>(key) : std::nullopt,
         inserted ? std::optional<std::string>(fresh) : std::nullopt, to_text(now)});
}

void ChangeScan::saw(const RawRow& row) {
    keep(row.table->table, row.key, tables_.content_of(row).text());
}

// The table may come to hold again what it held before we wrote, by an edit.
void ChangeScan::wrote(const RawRow& row) {
    forget(kMarks, row.table->table);
    saw(row);
}

void ChangeScan::keep(const std::string& table, const std::string& key,
                      const std::string& content) {
    forget(table, key);
    session_.execute("INSERT INTO cfs_scanned (tbl, local_key, content) VALUES (:p0, :p1, :p2)",
                     {table, key, content});
}

void ChangeScan::forget(const std::string& table, const std::string& key) {
    session_.execute("DELETE FROM cfs_scanned WHERE tbl = :p0 AND local_key = :p1", {table, key});
}

}  // namespace cfs
