#include "core/rules/merge.h"

#include <algorithm>
#include <functional>

namespace cfs {

namespace {

const Field kNoValues;

bool holds(const Field& field, const VersionId& version) {
    const auto at = std::lower_bound(
        field.begin(), field.end(), version,
        [](const Held& held, const VersionId& wanted) { return held.version < wanted; });
    return at != field.end() && at->version == version;
}

// Adds to `kept` what `field` holds and the other side has not overwritten.
void keep_current(Field& kept, const Field& field, const Field& other_field, const Row& other) {
    for (const auto& held : field) {
        const bool overwritten =
            has_absorbed(other, held.version) && !holds(other_field, held.version);
        if (!overwritten) kept.push_back(held);
    }
}

Field merge_field(const Field& a, const Row& row_a, const Field& b, const Row& row_b) {
    Field kept;
    keep_current(kept, a, b, row_b);
    keep_current(kept, b, a, row_a);
    // A version wrote one value. Should files disagree on it, every site must choose alike.
    std::sort(kept.begin(), kept.end(), std::greater<>());
    const auto same = [](const Held& x, const Held& y) { return x.version == y.version; };
    kept.erase(std::unique(kept.begin(), kept.end(), same), kept.end());
    std::reverse(kept.begin(), kept.end());
    return kept;
}

}  // namespace

bool has_absorbed(const Row& row, const VersionId& version) {
    return std::binary_search(row.absorbed.begin(), row.absorbed.end(), version);
}

void absorb(Row& row, const VersionId& version) {
    const auto at = std::lower_bound(row.absorbed.begin(), row.absorbed.end(), version);
    if (at == row.absorbed.end() || *at != version) row.absorbed.insert(at, version);
}

Row merge(const Row& a, const Row& b) {
    Row merged;
    // One row has one table; should two writers disagree, every site must still choose alike.
    merged.table = std::min(a.table, b.table);
    std::set_union(a.absorbed.begin(), a.absorbed.end(), b.absorbed.begin(), b.absorbed.end(),
                   std::back_inserter(merged.absorbed));
    merged.fields.reserve(std::max(a.fields.size(), b.fields.size()));
    // In the order of the names, so that each goes to the end.
    auto of_a = a.fields.begin(), of_b = b.fields.begin();
    while (of_a != a.fields.end() || of_b != b.fields.end()) {
        const bool only_a = of_b == b.fields.end(), only_b = of_a == a.fields.end();
        const bool from_a = only_a || (!only_b && of_a->first <= of_b->first);
        const bool from_b = only_b || (!only_a && of_b->first <= of_a->first);
        const auto& name = from_a ? of_a->first : of_b->first;
        auto field =
            merge_field(from_a ? of_a->second : kNoValues, a, from_b ? of_b->second : kNoValues, b);
        if (!field.empty()) merged.fields.emplace_hint(merged.fields.end(), name, std::move(field));
        if (from_a) ++of_a;
        if (from_b) ++of_b;
    }
    return merged;
}

void merge_into(PatientDocument& into, PatientDocument other) {
    into.rows.merge(other.rows);  // only the rows that both have stay behind
    for (const auto& [id, row] : other.rows) {
        auto& ours = into.rows.at(id);
        if (ours != row) ours = merge(ours, row);
    }
}

PatientDocument merge(const PatientDocument& a, const PatientDocument& b) {
    PatientDocument merged = a;
    merge_into(merged, b);
    return merged;
}

bool includes(const PatientDocument& document, const PatientDocument& other) {
    return std::all_of(other.rows.begin(), other.rows.end(), [&](const auto& item) {
        const auto& [id, row] = item;
        const auto ours = document.rows.find(id);
        if (ours == document.rows.end()) return false;
        return ours->second == row || merge(ours->second, row) == ours->second;
    });
}

}  // namespace cfs
