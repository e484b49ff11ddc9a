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

}  // namespace

std::map<std::string, std::vector<std::string>> groups_of(const Row& row,
                                                          const TableMapping* table) {
    std::map<std::string, std::vector<std::string>> groups;
    for (const auto& [column, field] : row.fields) {
        groups[table == nullptr ? std::string() : table->group_of(column)].push_back(column);
    }
    return groups;
}

std::map<std::string, Value> shown_values(const Row& row, const TableMapping* table) {
    std::map<std::string, Value> shown;
    for (const auto& [group, columns] : groups_of(row, table)) {
        const auto winner = latest_in(row, columns)->version;
        for (const auto& column : columns) {
            shown.emplace(column, value_by(row.fields.at(column), winner));
        }
    }
    return shown;
}

const Value* shown_value(const Row& row, const TableMapping* table, const std::string& column) {
    const auto field = row.fields.find(column);
    if (field == row.fields.end()) return nullptr;
    if (field->second.size() == 1) return &field->second.front().value;
    const auto groups = groups_of(row, table);
    const auto& columns = groups.at(table == nullptr ? std::string() : table->group_of(column));
    return &value_by(field->second, latest_in(row, columns)->version);
}

std::set<VersionId> shown_versions(const Row& row, const std::vector<std::string>& columns,
                                   const std::map<std::string, Value>& shown) {
    std::set<VersionId> versions, losing;
    for (const auto& column : columns) {
        const auto field = row.fields.find(column);
        if (field == row.fields.end()) continue;
        for (const auto& held : field->second) {
            (held.value == shown.at(column) ? versions : losing).insert(held.version);
        }
    }
    for (const auto& version : losing) versions.erase(version);
    return versions;
}

}  // namespace cfs
