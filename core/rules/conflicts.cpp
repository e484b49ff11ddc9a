#include "core/rules/conflicts.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "core/rules/merge.h"
#include "core/rules/shown.h"

namespace cfs {

namespace {

bool differs(const std::string& column, const Field& field, const TableMapping* table) {
    return std::any_of(field.begin(), field.end(), [&](const Held& held) {
        return !are_one_value(table, column, held.value, field.front().value);
    });
}

using Values = std::map<std::string, Value>;

bool say_the_same(const Values& a, const Values& b, const TableMapping* table) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](const auto& x, const auto& y) {
        return x.first == y.first && are_one_value(table, x.first, x.second, y.second);
    });
}

std::vector<std::string> differing(const Row& row, const std::vector<std::string>& columns,
                                   const TableMapping* table) {
    std::vector<std::string> result;
    for (const auto& column : columns) {
        if (table != nullptr && table->volatile_column(column) != nullptr) continue;
        if (differs(column, row.fields.at(column), table)) result.push_back(column);
    }
    return result;
}

// What each version wrote in the group, then versions that wrote the same taken together.
std::vector<Candidate> candidates_of(const Row& row, const std::vector<std::string>& columns,
                                     const TableMapping* table) {
    std::map<VersionId, Candidate> by_version;
    for (const auto& column : columns) {
        for (const auto& held : row.fields.at(column)) {
            auto& candidate = by_version[held.version];
            candidate.time = std::max(candidate.time, held.time);
            candidate.latest = held.version;
            candidate.fields.emplace(column, held.value);
        }
    }
    std::vector<Candidate> candidates;
    for (auto& [version, item] : by_version) {
        const auto same = std::find_if(candidates.begin(), candidates.end(),
                                       [&fields = item.fields, table](const Candidate& candidate) {
                                           return say_the_same(candidate.fields, fields, table);
                                       });
        if (same == candidates.end()) {
            candidates.push_back(item);
            candidates.back().versions = {version};
            continue;
        }
        same->versions.push_back(version);
        if (std::tie(same->time, same->latest) < std::tie(item.time, item.latest)) {
            same->time = item.time;
            same->latest = item.latest;
        }
    }
    return candidates;
}

void order(std::vector<Candidate>& candidates) {
    std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
        return std::tie(a.time, a.latest) > std::tie(b.time, b.latest);
    });
    candidates.front().shown = true;
}

// Drops the values that a person chose from, and returns them; what came in since they were shown
// stays.
Field drop_seen(Field& field, const std::vector<Candidate>& candidates) {
    const auto stays = std::stable_partition(field.begin(), field.end(), [&](const Held& held) {
        return std::none_of(candidates.begin(), candidates.end(), [&](const Candidate& candidate) {
            return std::binary_search(candidate.versions.begin(), candidate.versions.end(),
                                      held.version);
        });
    });
    Field dropped(stays, field.end());
    field.erase(stays, field.end());
    return dropped;
}

auto held_by(Field& field, const VersionId& version) {
    return std::find_if(field.begin(), field.end(),
                        [&](const Held& held) { return held.version == version; });
}

bool any_safety(const std::vector<std::string>& columns, const TableMapping* table) {
    return table != nullptr && std::any_of(columns.begin(), columns.end(), [&](const auto& column) {
               return table->safety.contains(column);
           });
}

}  // namespace

std::string OpenConflict::id() const {
    return group.empty() ? row.text() : row.text() + "." + group;
}

std::vector<OpenConflict> open_conflicts(const PatientDocument& document, const Mapping& mapping) {
    std::vector<OpenConflict> conflicts;
    for (const auto& [id, row] : document.rows) {
        const bool any = std::any_of(row.fields.begin(), row.fields.end(),
                                     [](const auto& item) { return item.second.size() > 1; });
        if (!any) continue;
        const auto* table = mapping.find(row.table);
        for (const auto& [group, columns] : groups_of(row, table)) {
            auto different = differing(row, columns, table);
            if (different.empty()) continue;
            OpenConflict conflict{id, group, row.table, std::move(different), false, {}};
            conflict.safety = any_safety(conflict.columns, table);
            conflict.candidates = candidates_of(row, columns, table);
            order(conflict.candidates);
            conflicts.push_back(std::move(conflict));
        }
    }
    return conflicts;
}

std::optional<Settled> settle(PatientDocument& document, const OpenConflict& conflict,
                              const VersionId& keep, const VersionId& fresh, Time time) {
    const auto bears = [&](const Candidate& candidate) {
        return std::binary_search(candidate.versions.begin(), candidate.versions.end(), keep);
    };
    const auto& candidates = conflict.candidates;
    const auto kept = std::find_if(candidates.begin(), candidates.end(), bears);
    if (kept == candidates.end()) return std::nullopt;
    const auto row = document.rows.find(conflict.row);
    if (row == document.rows.end()) return std::nullopt;
    // A field that the kept writer did not know keeps what is shown.
    std::map<std::string, Value> values = kept->fields;
    for (const auto& candidate : candidates) {
        values.insert(candidate.fields.begin(), candidate.fields.end());
    }
    Settled settled{conflict.row, fresh, {}};
    for (auto& [column, value] : values) {
        auto& field = row->second.fields[column];
        settled.before.emplace(column, drop_seen(field, candidates));
        field.push_back({fresh, time, std::move(value)});
        std::sort(field.begin(), field.end());
    }
    absorb(row->second, fresh);
    return settled;
}

bool reopen(PatientDocument& document, const Settled& settled,
            const std::map<VersionId, VersionId>& fresh) {
    const auto at = document.rows.find(settled.row);
    if (at == document.rows.end()) return false;
    auto& row = at->second;
    for (const auto& [column, before] : settled.before) {
        const auto field = row.fields.find(column);
        if (field == row.fields.end()) return false;
        if (held_by(field->second, settled.version) == field->second.end()) return false;
    }
    for (const auto& [column, before] : settled.before) {
        auto& field = row.fields.at(column);
        field.erase(held_by(field, settled.version));
        for (const auto& held : before) {
            field.push_back({fresh.at(held.version), held.time, held.value});
        }
        std::sort(field.begin(), field.end());
    }
    for (const auto& [former, version] : fresh) absorb(row, version);
    return true;
}

}  // namespace cfs
