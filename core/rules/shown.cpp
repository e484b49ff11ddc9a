#include "core/rules/shown.h"

#include <algorithm>
#include <tuple>

namespace cfs {

namespace {

bool earlier(const Held& a, const Held& b) {
    return std::tie(a.time, a.version, a.value) < std::tie(b.time, b.version, b.value);
}

const Held& latest_of(const Field& field) {
    return *std::max_element(field.begin(), field.end(), earlier);
}

const Held* latest_in(const Row& row, const std::vector<std::string>& columns) {
    const Held* latest = nullptr;
    for (const auto& column : columns) {
        const auto& candidate = latest_of(row.fields.at(column));
        if (latest == nullptr || earlier(*latest, candidate)) latest = &candidate;
    }
    return latest;
}

// The value of the group's winner; where its writer did not know the field, the field's latest.
const Value& value_by(const Field& field, const VersionId& winner) {
    const Held* best = nullptr;
    for (const auto& held : field) {
        if (held.version == winner && (best == nullptr || earlier(*best, held))) best = &held;
    }
    return best == nullptr ? latest_of(field).value : best->value;
}

// The version to show in each group.
std::map<std::string, VersionId> winners_of(const Row& row, const TableMapping* table) {
    std::map<std::string, VersionId> winners;
    for (const auto& [group, columns] : groups_of(row, table)) {
        winners.emplace(group, latest_in(row, columns)->version);
    }
    return winners;
}

bool has_several_values(const Row& row) {
    return std::any_of(row.fields.begin(), row.fields.end(),
                       [](const auto& field) { return field.second.size() > 1; });
}

}  // namespace

std::string group_in(const TableMapping* table, const std::string& column) {
    return table == nullptr ? std::string() : table->group_of(column);
}

bool are_one_value(const TableMapping* table, const std::string& column, const Value& a,
                   const Value& b) {
    return table == nullptr ? a == b : table->are_one_value(column, a, b);
}

std::map<std::string, std::vector<std::string>> groups_of(const Row& row,
                                                          const TableMapping* table) {
    std::map<std::string, std::vector<std::string>> groups;
    for (const auto& [column, field] : row.fields) {
        groups[group_in(table, column)].push_back(column);
    }
    return groups;
}

void for_each_shown(const Row& row, const TableMapping* table,
                    const std::function<void(const std::string&, const Value&)>& visit) {
    // Of a field with one value nobody needs to ask who won.
    std::map<std::string, VersionId> winners;
    if (has_several_values(row)) winners = winners_of(row, table);
    for (const auto& [column, field] : row.fields) {
        visit(column, field.size() == 1 ? field.front().value
                                        : value_by(field, winners.at(group_in(table, column))));
    }
}

std::map<std::string, Value> shown_values(const Row& row, const TableMapping* table) {
    std::map<std::string, Value> shown;
    for_each_shown(row, table, [&](const std::string& column, const Value& value) {
        shown.emplace_hint(shown.end(), column, value);
    });
    return shown;
}

const Value* shown_value(const Row& row, const TableMapping* table, const std::string& column) {
    const auto field = row.fields.find(column);
    if (field == row.fields.end()) return nullptr;
    if (field->second.size() == 1) return &field->second.front().value;
    const auto groups = groups_of(row, table);
    const auto& columns = groups.at(group_in(table, column));
    return &value_by(field->second, latest_in(row, columns)->version);
}

std::set<VersionId> shown_versions(const Row& row, const TableMapping* table,
                                   const std::vector<std::string>& columns,
                                   const std::map<std::string, Value>& shown) {
    std::set<VersionId> versions, losing;
    for (const auto& column : columns) {
        const auto field = row.fields.find(column);
        if (field == row.fields.end()) continue;
        for (const auto& held : field->second) {
            const bool is_shown = are_one_value(table, column, held.value, shown.at(column));
            (is_shown ? versions : losing).insert(held.version);
        }
    }
    for (const auto& version : losing) versions.erase(version);
    return versions;
}

}  // namespace cfs
