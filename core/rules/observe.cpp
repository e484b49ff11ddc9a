#include "core/rules/observe.h"

#include <algorithm>

#include "core/model/digest.h"
#include "core/model/framed.h"
#include "core/model/value_forms.h"
#include "core/rules/merge.h"
#include "core/rules/shown.h"

namespace cfs {

namespace {

using Values = std::map<std::string, Value>;
using Group = std::vector<const Values::value_type*>;  // columns of a row with their values

constexpr std::chrono::milliseconds kTick{1};

// Derived from row, group and content, so that equal content gives the same version everywhere,
// whatever form a database gives to its numbers and times.
VersionId derived_version(RowId row, const std::string& table, const TableMapping* mapping,
                          const std::string& group, const Group& values,
                          const std::string& salt = {}) {
    std::string content = row.text() + salt;
    append_framed(content, table);
    append_framed(content, group);
    for (const auto* item : values) {
        const auto& [column, value] = *item;
        append_framed(content, column);
        content += static_cast<char>('0' + static_cast<int>(value.kind));
        content += value.attached ? 'a' : '-';
        const bool one_form = mapping != nullptr && mapping->of_one_form.contains(column);
        append_framed(content, one_form ? plain_form(value.bytes) : value.bytes);
    }
    VersionId version;
    const auto digest = sha256(content);
    std::copy_n(digest.bytes.begin(), version.random.size(), version.random.begin());
    return version;
}

void hold(Row& row, const std::string& column, Held held) {
    auto& field = row.fields[column];
    const auto at = std::lower_bound(field.begin(), field.end(), held);
    if (at == field.end() || *at != held) field.insert(at, std::move(held));
}

void drop_versions(Row& row, const std::vector<std::string>& columns,
                   const std::set<VersionId>& versions) {
    for (const auto& column : columns) {
        const auto field = row.fields.find(column);
        if (field == row.fields.end()) continue;
        std::erase_if(field->second,
                      [&](const Held& held) { return versions.contains(held.version); });
    }
}

std::map<std::string, Values> by_group(Values values, const TableMapping* table) {
    std::map<std::string, Values> groups;
    for (auto& [column, value] : values) {
        auto& group = groups[group_in(table, column)];
        group.emplace_hint(group.end(), column, std::move(value));
    }
    return groups;
}

bool is_volatile(const TableMapping* table, const std::string& column) {
    return table != nullptr && table->volatile_column(column) != nullptr;
}

// Gives one group of columns a new version: `changed` for the columns that were edited, the shown
// values for all others, also those that this mapping does not know.
void stamp_group(Row& row, const std::string& group, const Values& changed,
                 const TableMapping* table, const VersionId& version, Time time, bool covers) {
    const auto shown = shown_values(row, table);
    const auto groups = groups_of(row, table);
    const auto known = groups.find(group);
    const auto columns = known == groups.end() ? std::vector<std::string>{} : known->second;
    std::set<VersionId> covered;
    if (covers) covered = shown_versions(row, table, columns, shown);
    drop_versions(row, columns, covered);
    for (const auto& column : columns) {
        if (changed.contains(column)) continue;
        hold(row, column, {version, time, shown.at(column)});
    }
    for (const auto& [column, value] : changed) {
        // A volatile value is never a conflict: nothing is kept beside it.
        if (is_volatile(table, column)) row.fields[column].clear();
        hold(row, column, {version, time, value});
    }
    absorb(row, version);
}

bool puts_back(const Values& changed, RowId id, const ObserveContext& context) {
    const auto row = context.overwritten.find(id);
    if (row == context.overwritten.end()) return false;
    return std::any_of(changed.begin(), changed.end(), [&](const auto& item) {
        const auto column = row->second.find(item.first);
        return column != row->second.end() && column->second.contains(item.second);
    });
}

Values changed_columns(const Values& left, const Values& now, const TableMapping* table) {
    Values changed;
    for (const auto& [column, value] : now) {
        const auto before = left.find(column);
        if (before == left.end() || are_one_value(table, column, before->second, value)) continue;
        changed[column] = value;
    }
    return changed;
}

// Columns that `left` did not have: the mapping has learned them since.
Values new_columns(const Values& left, const Values& now) {
    Values found;
    for (const auto& [column, value] : now) {
        if (!left.contains(column)) found[column] = value;
    }
    return found;
}

// The groups of which the database held something else than the document shows.
std::set<std::string> unseen_groups(const Row& row, const Values& base, const TableMapping* table) {
    std::set<std::string> unseen;
    const auto shown = shown_values(row, table);
    for (const auto& [column, value] : base) {
        const auto at = shown.find(column);
        if (at == shown.end() || are_one_value(table, column, at->second, value)) continue;
        unseen.insert(group_in(table, column));
    }
    return unseen;
}

// An edit of what the database doesn't show as the document does was made on what the database
// holds: the groups it touches are taken from there as a whole.
void add_group_mates(Values& changed, const Values& now, const std::set<std::string>& unseen,
                     const TableMapping* table) {
    if (unseen.empty()) return;
    const auto touched = by_group(changed, table);
    for (const auto& [group, values] : by_group(now, table)) {
        if (unseen.contains(group) && touched.contains(group)) {
            changed.insert(values.begin(), values.end());
        }
    }
}

bool only_volatile(const Values& changed, const TableMapping* table) {
    return std::all_of(changed.begin(), changed.end(),
                       [&](const auto& item) { return is_volatile(table, item.first); });
}

// The time of an edit by someone who saw these groups: later than all that stays beside it, also
// where clocks are wrong. Else the next value shown would be one that had lost before.
Time later_than_losers(const Row& row, const std::set<std::string>& edited,
                       const TableMapping* table, Time time) {
    const auto shown = shown_values(row, table);
    for (const auto& [group, columns] : groups_of(row, table)) {
        if (!edited.contains(group) || is_volatile(table, columns.front())) continue;
        const auto seen = shown_versions(row, table, columns, shown);
        for (const auto& column : columns) {
            for (const auto& held : row.fields.at(column)) {
                if (seen.contains(held.version)) continue;
                time = std::max(time, std::min(held.time, kLastTime - kTick) + kTick);
            }
        }
    }
    return time;
}

// Stamps the groups of `changed`; of those in `blind` the writer has not seen what is shown.
void stamp_groups(Row& row, const Values& changed, const std::set<std::string>& blind,
                  const TableMapping* table, const VersionId& version, Time time) {
    const auto groups = by_group(changed, table);
    std::set<std::string> seen;
    for (const auto& [group, values] : groups) {
        if (!blind.contains(group)) seen.insert(group);
    }
    time = later_than_losers(row, seen, table, time);
    for (const auto& [group, values] : groups) {
        stamp_group(row, group, values, table, version, time, seen.contains(group));
    }
}

void stamp_row(Row& row, RowId id, const Values& changed, const TableMapping* table,
               const VersionId& version, Time time, std::set<std::string> blind,
               const ObserveContext& context) {
    for (const auto& [group, values] : by_group(changed, table)) {
        if (puts_back(values, id, context)) blind.insert(group);
    }
    stamp_groups(row, changed, blind, table, version, time);
}

Row new_row(const RowValues& values, const VersionId& version, Time time) {
    Row row;
    row.table = values.table;
    row.fields.reserve(values.columns.size());
    for (const auto& [column, value] : values.columns) hold(row, column, {version, time, value});
    absorb(row, version);
    return row;
}

bool holds_value(const Row& row, const std::string& column, const Value& value,
                 const TableMapping* table) {
    const auto& field = row.fields.at(column);
    return std::any_of(field.begin(), field.end(), [&](const Held& held) {
        return are_one_value(table, column, held.value, value);
    });
}

// Values that the document does not know yet, as found and not as edited; where it knows another
// they are kept beside that. Each has a version of its own, so that sites agree on those that are
// equal.
void add_found_columns(Row& row, RowId id, const Values& columns, const TableMapping* table,
                       const ObserveContext& context) {
    const auto blank = context.blank.find(id);
    for (const auto& item : columns) {
        const auto& [column, value] = item;
        if (blank != context.blank.end() && blank->second.contains(column)) continue;
        const bool known = row.fields.contains(column) &&
                           (is_volatile(table, column) || holds_value(row, column, value, table));
        if (known) continue;
        const auto version = derived_version(id, row.table, table, "columns", {&item});
        hold(row, column, {version, Time{}, value});
        absorb(row, version);
    }
}

}  // namespace

PatientDocument observe(PatientDocument document, const Rows& left, const Rows& now,
                        const Mapping& mapping, const FreshVersion& fresh, Time time,
                        const ObserveContext& context) {
    for (const auto& [id, values] : now) {
        const auto* table = mapping.find(values.table);
        const auto before = left.find(id);
        const auto known = document.rows.find(id);
        if (known == document.rows.end()) {
            document.rows.emplace(id, new_row(values, fresh(), time));
            continue;
        }
        auto& row = known->second;
        Values shown;
        if (before == left.end()) shown = shown_values(row, table);
        const auto& base = before == left.end() ? shown : before->second.columns;
        auto changed = changed_columns(base, values.columns, table);
        std::set<std::string> unseen;
        if (context.unseen.contains(id)) unseen = unseen_groups(row, base, table);
        add_group_mates(changed, values.columns, unseen, table);
        if (!changed.empty() && !only_volatile(changed, table)) {
            stamp_row(row, id, changed, table, fresh(), time, unseen, context);
        }
        add_found_columns(row, id, new_columns(base, values.columns), table, context);
    }
    return document;
}

Row found(RowId id, const RowValues& values, const Mapping& mapping, const std::string& salt) {
    const auto* table = mapping.find(values.table);
    std::map<std::string, Group> groups;
    for (const auto& item : values.columns) {
        groups[group_in(table, item.first)].push_back(&item);
    }
    Row row;
    row.table = values.table;
    row.fields.reserve(values.columns.size());
    for (const auto& [group, columns] : groups) {
        const auto version = derived_version(id, row.table, table, group, columns, salt);
        for (const auto* item : columns) hold(row, item->first, {version, Time{}, item->second});
        absorb(row, version);
    }
    return row;
}

void drop_known_values(PatientDocument& document, const PatientDocument& folder,
                       const Mapping& mapping) {
    for (auto& [id, row] : document.rows) {
        const auto known = folder.rows.find(id);
        if (known == folder.rows.end()) continue;
        const auto* table = mapping.find(row.table);
        const auto ours = shown_values(row, table);
        const auto theirs = shown_values(known->second, table);
        for (const auto& [group, columns] : groups_of(row, table)) {
            const bool equal = std::all_of(columns.begin(), columns.end(), [&](const auto& column) {
                const auto at = theirs.find(column);
                return at != theirs.end() &&
                       are_one_value(table, column, at->second, ours.at(column));
            });
            if (!equal) continue;
            for (const auto& column : columns) {
                for (const auto& held : row.fields.at(column))
                    std::erase(row.absorbed, held.version);
                row.fields.erase(column);
            }
        }
    }
}

void edit(Row& row, const std::map<std::string, Value>& values, const TableMapping* table,
          const VersionId& version, Time time) {
    stamp_groups(row, values, {}, table, version, time);
}

}  // namespace cfs
