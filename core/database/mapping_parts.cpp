#include "core/database/mapping_parts.h"

#include <algorithm>
#include <set>

#include "core/model/text.h"

namespace cfs {

namespace {

constexpr std::size_t kMaxParts = 20;

// Column by column under the name that documents have.
template <class Item>
void append(std::vector<Item>& to, const std::vector<Item>& from, const TableMapping& part) {
    for (auto item : from) {
        item.column = part_field(part, item.column);
        to.push_back(std::move(item));
    }
}

void append(std::set<std::string>& to, const std::set<std::string>& from,
            const TableMapping& part) {
    for (const auto& column : from) to.insert(part_field(part, column));
}

void check_record(const TableMapping& record, const MappingNode& part) {
    const auto fail = [&](const std::string& why) {
        part.fail(said("the table {1} can't have parts: {2}", record.table, why));
    };
    if (record.shared_key) fail(said("its rows have no key of their own."));
    if (record.key.size() > 1) fail(said("its key has several columns."));
    if (record.insert_only) fail(said("it is insert-only."));
    if (record.stamping == Stamping::field) {
        fail(said("they are one record with it only with stamping=\"row\"."));
    }
}

// The names under which documents have the parts' columns are nobody else's.
void check_name(const TableMapping& record, const std::string& name, const MappingNode& part) {
    const bool beside = record.lookup(name) != nullptr || record.file(name) != nullptr ||
                        (record.ordered && record.is_key(name));
    if (!beside) return;
    part.fail(said(
        "the part {1} has the name of a column of the table {2} beside which other values travel.",
        name, record.table));
}

void check_columns(const TableMapping& record, const MappingNode& child) {
    const bool names_own = child.element() != "part" && child.element() != "renamed" &&
                           child.has("column") && !child.has("through");
    if (!names_own) return;
    const auto column = child.text("column");
    const auto* part = record.part_with(column);
    if (part == nullptr) return;
    child.fail(said("the column {1} is one of the part {2}: say it inside that <part>.", column,
                    part->table));
}

}  // namespace

void add_part(TableMapping& record, TableMapping part) {
    auto references = part.references;
    for (auto& reference : references) {
        if (!reference.by.empty()) reference.by = part_field(part, reference.by);
    }
    append(record.references, references, part);
    append(record.lookups, part.lookups, part);
    append(record.volatiles, part.volatiles, part);
    append(record.skipped, part.skipped, part);
    append(record.safety, part.safety, part);
    for (const auto& [column, value] : part.defaults) {
        record.defaults.emplace(part_field(part, column), value);
    }
    record.parts.push_back(std::move(part));
}

void check_parts(const TableMapping& record, const MappingNode& node) {
    if (record.parts.empty()) return;
    if (record.parts.size() > kMaxParts) {
        node.fail(said("the table {1} has more than 20 parts.", record.table));
    }
    for (const auto& child : node.children(kTableElements)) {
        check_columns(record, child);
        if (child.element() != "part") continue;
        check_record(record, child);
        check_name(record, child.table(), child);
        const auto key = child.text("key");
        for (const auto& inside : child.children(kPartElements)) {
            if (inside.element() == "renamed") continue;
            const bool decides = inside.has("by") && inside.text("by") == key;
            if (inside.text("column") != key && !decides) continue;
            inside.fail(said("the column {1} holds the key of the record: no <{2}> can name it.",
                             key, inside.element()));
        }
    }
}

void lead_to_records(Mapping& mapping) {
    for (auto& table : mapping.tables) {
        for (auto& reference : table.references) {
            const auto* part = mapping.find_part(reference.table);
            if (part == nullptr || !part->is_key(reference.target)) continue;
            const auto* record = mapping.find(part->part_of);
            if (record == nullptr || record->key.empty()) continue;
            reference.table = record->table;
            reference.target = record->key.front();
        }
    }
}

void check_leads_to_key(const MappingNode& node, const Mapping& mapping) {
    const auto* part = mapping.find_part(node.text("table"));
    if (part == nullptr || part->is_key(node.text("target"))) return;
    node.fail(said("the table {1} is a part of {2}: others can refer to it by its key {3} alone.",
                   part->table, part->part_of, part->key.front()));
}

}  // namespace cfs
