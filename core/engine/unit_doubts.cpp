#include "core/engine/unit_doubts.h"

#include <algorithm>

#include "core/model/text.h"
#include "core/rules/shown.h"

namespace cfs {

namespace {

// A form opened before a sync is saved within this time.
constexpr auto kStaleForm = std::chrono::hours(24);

bool identity_changed(const TableMapping& table, const RowValues& left, const RowValues& now) {
    // What is known by all that it holds has no key that somebody else could have by now.
    if (table.identity.size() < 2 || table.shared_key) return false;
    return std::all_of(table.identity.begin(), table.identity.end(), [&](const auto& column) {
        const auto before = left.columns.find(column);
        const auto after = now.columns.find(column);
        return before != left.columns.end() && after != now.columns.end() &&
               before->second != after->second;
    });
}

// What identified a patient found at enabling is no longer what the folder says of that patient: it
// may be somebody else who had that number by mistake.
bool match_contradicts(const TableMapping& table, const RowValues& now, const Row& row) {
    const auto differs = [&](const std::string& column) {
        const auto* told = shown_value(row, &table, column);
        const auto at = now.columns.find(column);
        return told != nullptr && at != now.columns.end() && *told != at->second;
    };
    const auto& [columns, agree] = *table.match;
    return std::any_of(columns.begin(), columns.end(), differs) ||
           std::any_of(agree.begin(), agree.end(), differs);
}

bool found_as_another(RunContext& run, const PatientUnit& unit, RowId id, const TableMapping& table,
                      const RowValues& now) {
    if (!table.match || !unit.input.found.contains(id)) return false;
    // A row that was synced before this database was disabled is known by that, not by its number.
    const auto place = run.database.identities().place_of(id);
    return place && !place->met_before &&
           std::any_of(
               unit.input.folder.begin(), unit.input.folder.end(), [&](const auto& document) {
                   const auto row = document->rows.find(id);
                   return row != document->rows.end() && match_contradicts(table, now, row->second);
               });
}

// When the oldest form was opened of which an edit can come that is seen only now: the edit may be
// as old as the last look at everything.
Time oldest_form(RunContext& run, Time now) {
    const auto last = time_from_text(run.database.fact(kLastLook).value_or(""));
    return last ? std::min(now, *last) - kStaleForm : Time{};
}

bool has_default(const PatientUnit& unit, RowId id, const std::string& column) {
    const auto raw = unit.raw.find(id);
    if (raw == unit.raw.end()) return false;
    const auto& defaults = raw->second.table->defaults;
    const auto value = defaults.find(column);
    return value != defaults.end() && raw->second.text(column) == value->second;
}

// A value that was written as none, or as the mapping's default, while what it means was missing is
// written when that has come.
void retry_open_values(RunContext& run, PatientUnit& unit, const std::set<RowId>& pending) {
    for (const auto& [id, now] : unit.input.now) {
        const auto* table = run.database.mapping().find(now.table);
        const auto is_open = [&, row = id, &columns = now.columns](const auto& item) {
            const auto at = columns.find(item.column);
            return item.missing == MissingPolicy::null && at != columns.end() &&
                   (at->second.is_null() || has_default(unit, row, item.column)) &&
                   table->volatile_column(item.column) == nullptr;
        };
        const auto has_come = [&](const Value& value, const std::string& column) {
            if (const auto* lookup = table->lookup(column)) {
                return run.database.tables().lookups().target(*lookup, value.bytes).has_value();
            }
            const auto target = RowId::parse(value.bytes);
            const auto place = target ? run.database.identities().place_of(*target) : std::nullopt;
            return (place && place->key) || (target && pending.contains(*target));
        };
        std::vector<std::string> open;
        for (const auto& item : table->references) {
            if (is_open(item)) open.push_back(item.column);
        }
        for (const auto& item : table->lookups) {
            if (is_open(item)) open.push_back(item.column);
        }
        if (open.empty()) continue;
        for (const auto& [patient, document] : unit.input.known) {
            const auto row = document.rows.find(id);
            if (row == document.rows.end()) continue;
            for (const auto& column : open) {
                const auto* value = shown_value(row->second, table, column);
                if (value == nullptr || value->is_null() || *value == now.columns.at(column)) {
                    continue;
                }
                if (has_come(*value, column)) unit.input.retry.insert(id);
            }
        }
    }
}

}  // namespace

// A known key whose identity columns all changed at once may be another person by now.
void hold_doubtful(RunContext& run, PatientUnit& unit) {
    if (run.confirmed.contains("identity-changed")) return;
    for (const auto& [id, now] : unit.input.now) {
        const auto left = unit.input.left.find(id);
        const auto* table = run.database.mapping().find(now.table);
        const bool changed =
            left != unit.input.left.end() && identity_changed(*table, left->second, now);
        const bool another = found_as_another(run, unit, id, *table, now);
        if (!changed && !another) continue;
        const auto database = run.database.backend().name();
        const std::string sentence =
            another
                ? said(
                      "A patient in the database {1} was found by what identifies a person, but "
                      "the sync folder tells another identifier or birth date of that patient by "
                      "now. Both are left alone until you confirm that it is one person: choose "
                      "Answer and Sync in Latest Logs, or sync with --confirm identity-changed.",
                      database)
                : said(
                      "A row of table {1} in the database {2} changed all that tells who or what "
                      "it is. It is held until you confirm that it is the same: choose Answer and "
                      "Sync in Latest Logs, or sync with --confirm identity-changed.",
                      now.table, database);
        const auto home =
            std::find_if(unit.left_of.begin(), unit.left_of.end(),
                         [&, row = id](const auto& item) { return item.second.contains(row); });
        const auto patient = home == unit.left_of.end() ? PatientId{id.uuid} : home->first;
        unit.pending.emplace(id,
                             PendingRow{id, patient, ErrorCode::identity_changed, sentence, false});
        if (table->patient) {
            // In doubt of the person all of the person's rows wait, those to come as well.
            for (const auto& [other, values] : unit.input.now) unit.input.held.insert(other);
            for (const auto& document : unit.input.folder) {
                for (const auto& [other, row] : document->rows) unit.input.held.insert(other);
            }
        }
        unit.input.held.insert(id);
    }
}

void set_context(RunContext& run, PatientUnit& unit) {
    std::set<RowId> all_pending;
    for (const auto& patient : unit.patients) {
        for (const auto& pending : run.database.review().pending_of(patient)) {
            all_pending.insert(pending.row);
            if (pending.code != ErrorCode::row_refused) continue;
            unit.input.retry.insert(pending.row);
            if (unit.input.now.contains(pending.row)) unit.input.context.unseen.insert(pending.row);
        }
    }
    retry_open_values(run, unit, all_pending);
    for (const auto& [id, now] : unit.input.now) {
        const auto left = unit.input.left.find(id);
        if (left == unit.input.left.end() || left->second == now) continue;
        auto values = run.database.review().overwritten(id, oldest_form(run, unit.now));
        if (!values.empty()) unit.input.context.overwritten.emplace(id, std::move(values));
    }
}

}  // namespace cfs
