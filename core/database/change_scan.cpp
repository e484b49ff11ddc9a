#include "core/database/change_scan.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/database/short_transactions.h"
#include "core/model/digest.h"

namespace cfs {

namespace {

std::vector<std::string> keys_of(const std::vector<RawRow>& rows) {
    std::vector<std::string> keys;
    for (const auto& row : rows) keys.push_back(row.key);
    return keys;
}

// In cfs_scanned, in the place of a table's name: of tables.
constexpr const char* kMarks = "";

std::string mark_of(const TableSum& seen, const std::string& meaning) {
    return sha256(meaning + std::to_string(seen.rows) + " " + std::to_string(seen.sum)).text();
}

}  // namespace

void ChangeScan::note_changes(Clock& clock) {
    for (const auto& table : mapping_.tables) note_changes(table, clock);
}

void ChangeScan::note_changes(const TableMapping& table, Clock& clock) {
    tables_.lookups().forget();
    if (!tables_.can_be_summed(table)) {
        compare(table, clock);
        return;
    }
    // Added up before it is read: if it changes meanwhile, the next sum differs.
    const auto meaning = tables_.meaning_of_sum(table);
    if (mark(table) == mark_of(tables_.sum(table), meaning)) return;
    forget_mark(table);
    const auto seen = compare(table, clock);
    // The sum of the rows as they were seen, whatever they have become since.
    if (!seen.complete || tables_.meaning_of_sum(table) != meaning) return;
    session_.execute("INSERT INTO cfs_scanned (tbl, local_key, content) VALUES (:p0, :p1, :p2)",
                     {kMarks, table.table, mark_of(seen, meaning)});
}

std::optional<std::string> ChangeScan::mark(const TableMapping& table) {
    return session_.value("SELECT content FROM cfs_scanned WHERE tbl = :p0 AND local_key = :p1",
                          {kMarks, table.table});
}

void ChangeScan::forget_mark(const TableMapping& table) { forget(kMarks, table.table); }

TableSum ChangeScan::compare(const TableMapping& table, Clock& clock) {
    const auto seen_before =
        session_.number("SELECT COUNT(*) FROM cfs_scanned WHERE tbl = :p0", {table.table});
    known_ = 0;
    TableSum seen;
    tables_.for_each_page(
        table, kPageRows,
        [&](const std::vector<RawRow>& rows) { compare_page(table, rows, clock); },
        tables_.can_be_summed(table) ? &seen : nullptr);
    if (known_ < seen_before) note_deleted(table, clock);
    return seen;
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
    forget(row.table->table, row.key);
    session_.execute("INSERT INTO cfs_scanned (tbl, local_key, content) VALUES (:p0, :p1, :p2)",
                     {row.table->table, row.key, tables_.content_of(row).text()});
}

// The table may come to hold again what it held before we wrote, by an edit.
void ChangeScan::wrote(const RawRow& row) {
    forget_mark(*row.table);
    saw(row);
}

void ChangeScan::forget(const std::string& table, const std::string& key) {
    session_.execute("DELETE FROM cfs_scanned WHERE tbl = :p0 AND local_key = :p1", {table, key});
}

}  // namespace cfs
