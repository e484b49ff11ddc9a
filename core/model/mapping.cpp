#include "core/model/mapping.h"

#include <algorithm>

#include "core/model/ids.h"
#include "core/model/value_forms.h"

namespace cfs {

namespace {

template <class T>
const T* by_column(const std::vector<T>& items, const std::string& column) {
    const auto at = std::find_if(items.begin(), items.end(),
                                 [&](const T& item) { return item.column == column; });
    return at == items.end() ? nullptr : &*at;
}

bool contains(const std::vector<std::string>& items, const std::string& item) {
    return std::find(items.begin(), items.end(), item) != items.end();
}

bool holds(const Condition& condition, const Value& value) {
    switch (condition.test) {
        case Test::null:
            return value.is_null();
        case Test::not_null:
            return !value.is_null();
        case Test::one_of:
            return !value.is_null() &&
                   (contains(condition.values, value.bytes) ||
                    std::any_of(
                        condition.beginnings.begin(), condition.beginnings.end(),
                        [&](const auto& beginning) { return value.bytes.starts_with(beginning); }));
        case Test::none_of:
            break;
    }
    return value.is_null() || !contains(condition.values, value.bytes);
}

// In the database the text around the key tells it, in a document the row's UUID.
bool holds_key(const Reference& reference, const std::map<std::string, Value>& row) {
    const auto at = row.find(reference.column);
    if (at == row.end() || at->second.is_null()) return true;
    const auto& text = at->second.bytes;
    return key_in(reference, text) || RowId::parse(text) || text.starts_with(kDangling);
}

bool stands_for(const Reference& reference, const std::map<std::string, Value>& row) {
    if (reference.when == Case::always || reference.when == Case::otherwise) return true;
    if (reference.when == Case::fits) return holds_key(reference, row);
    const auto at = row.find(reference.by);
    if (at == row.end() || at->second.is_null()) return false;
    return reference.when == Case::is ? at->second.bytes == reference.value
                                      : at->second.bytes.starts_with(reference.value);
}

}  // namespace

std::string TableName::text() const { return schema.empty() ? name : schema + "." + name; }

const std::string& TableMapping::column_here(const std::string& column) const {
    const auto at = columns_here.find(column);
    return at == columns_here.end() ? column : at->second;
}

const std::string& TableMapping::known_as(const std::string& column_here) const {
    for (const auto& [known, here] : columns_here) {
        if (here == column_here) return known;
    }
    return column_here;
}

bool TableMapping::is_hidden(const std::string& column_here) const {
    return columns_here.contains(column_here) && known_as(column_here) == column_here;
}

const TableMapping* TableMapping::part_with(const std::string& column) const {
    const auto at = std::find_if(parts.begin(), parts.end(), [&](const TableMapping& part) {
        return column.starts_with(part_field(part, {}));
    });
    return at == parts.end() ? nullptr : &*at;
}

std::pair<const TableMapping*, std::string> TableMapping::place_of(
    const std::string& column) const {
    const auto* part = part_with(column);
    if (part == nullptr) return {this, column};
    return {part, column.substr(part_field(*part, {}).size())};
}

const Reference* TableMapping::reference(const std::string& column) const {
    return by_column(references, column);
}

const Reference* TableMapping::reference(const std::string& column,
                                         const std::map<std::string, Value>& row) const {
    const auto at = std::find_if(references.begin(), references.end(), [&](const Reference& item) {
        return item.column == column && stands_for(item, row);
    });
    return at == references.end() ? nullptr : &*at;
}

const Reference* TableMapping::reference_to(const std::string& target,
                                            const std::string& column) const {
    const auto at = std::find_if(references.begin(), references.end(), [&](const Reference& item) {
        return item.column == column && item.table == target;
    });
    return at == references.end() ? nullptr : &*at;
}

const LocalColumn* TableMapping::local(const std::string& column) const {
    return by_column(locals, column);
}

std::vector<LocalColumn> TableMapping::locals_of(const std::map<std::string, Value>& row) const {
    auto all = locals;
    for (const auto& item : references) {
        if (item.number && reference(item.column, row) == &item) all.push_back(*item.number);
    }
    return all;
}

bool TableMapping::is_meant_by(const std::string& column,
                               const std::map<std::string, Value>& row) const {
    const auto* held = reference(column, row);
    return held == nullptr || held->by.empty() || held->number;
}

const Lookup* TableMapping::lookup(const std::string& column) const {
    return by_column(lookups, column);
}

const FileColumn* TableMapping::file(const std::string& column) const {
    return by_column(files, column);
}

const VolatileColumn* TableMapping::volatile_column(const std::string& column) const {
    return by_column(volatiles, column);
}

bool TableMapping::admits(const std::map<std::string, Value>& columns) const {
    return std::all_of(conditions.begin(), conditions.end(), [&](const Condition& condition) {
        const auto at = columns.find(condition.column);
        return at == columns.end() || holds(condition, at->second);
    });
}

bool TableMapping::is_key(const std::string& column) const { return contains(key, column); }

bool TableMapping::is_known_by_key() const {
    if (patient || shared_key || allocation != KeyAllocation::natural) return false;
    return std::all_of(key.begin(), key.end(), [&](const std::string& column) {
        const auto* other = reference(column);
        return other == nullptr ? contains(identity, column) : other->when == Case::always;
    });
}

bool TableMapping::are_one_value(const std::string& column, const Value& a, const Value& b) const {
    if (a == b) return true;
    return a.kind == ValueKind::text && b.kind == ValueKind::text && !a.attached && !b.attached &&
           of_one_form.contains(column) && are_forms_of_one(a.bytes, b.bytes);
}

bool TableMapping::travels(const std::string& column) const {
    if (skipped.contains(column) || local(column) != nullptr) return false;
    if (const auto* changing = volatile_column(column)) {
        return changing->write == VolatileWrite::set;
    }
    return !is_key(column) || allocation == KeyAllocation::natural || reference(column) != nullptr;
}

bool TableMapping::is_content(const std::string& column) const {
    return travels(column) && volatile_column(column) == nullptr;
}

std::string TableMapping::group_of(const std::string& column) const {
    // A volatile column never makes a conflict, so it is versioned apart also in a whole row.
    if (volatile_column(column) != nullptr) return column;
    if (stamping == Stamping::row) return {};
    for (const auto& item : files) {
        if (column == file_name_field(item.column)) return group_of(item.column);
    }
    for (const auto& group : groups) {
        if (contains(group.columns, column)) return group.name;
    }
    return contains(identity, column) ? "identity" : column;
}

const TableMapping* Mapping::find(const std::string& table) const {
    const auto at = std::find_if(tables.begin(), tables.end(),
                                 [&](const TableMapping& item) { return item.table == table; });
    return at == tables.end() ? nullptr : &*at;
}

const TableMapping* Mapping::find_part(const std::string& table) const {
    for (const auto& record : tables) {
        for (const auto& part : record.parts) {
            if (part.table == table) return &part;
        }
    }
    return nullptr;
}

const TableMapping* Mapping::find_table_or_part(const std::string& table) const {
    const auto* found = find(table);
    return found == nullptr ? find_part(table) : found;
}

const TableMapping* Mapping::find_here(const TableName& table) const {
    for (const auto* mapped : tables_and_parts()) {
        if (mapped->full_name() == table) return mapped;
    }
    return nullptr;
}

std::vector<const TableMapping*> Mapping::tables_and_parts() const {
    std::vector<const TableMapping*> all;
    for (const auto& table : tables) {
        all.push_back(&table);
        for (const auto& part : table.parts) all.push_back(&part);
    }
    return all;
}

namespace {

void forget_names(TableMapping& table) {
    table.name_here.clear();
    table.schema.clear();
    table.columns_here.clear();
    table.of_one_form.clear();
    table.sequence = {};
    for (auto& local : table.locals) local.sequence = local.shared_in = {};
    for (auto& reference : table.references) {
        if (reference.number) reference.number->shared_in = {};
    }
    for (auto& lookup : table.lookups) {
        lookup.table.clear();
        lookup.schema.clear();
    }
    for (auto& part : table.parts) forget_names(part);
}

}  // namespace

bool same_but_for_names(Mapping one, Mapping other) {
    for (auto* mapping : {&one, &other}) {
        mapping->name.clear();
        mapping->version = 0;
        for (auto& table : mapping->tables) forget_names(table);
    }
    return one == other;
}

std::optional<std::string> key_in(const Reference& reference, const std::string& text) {
    if (reference.when != Case::fits) return text;
    const auto around = reference.prefix.size() + reference.suffix.size();
    if (text.size() <= around || !text.starts_with(reference.prefix) ||
        !text.ends_with(reference.suffix)) {
        return std::nullopt;
    }
    return text.substr(reference.prefix.size(), text.size() - around);
}

std::string text_with(const Reference& reference, const std::string& key) {
    return reference.prefix + key + reference.suffix;
}

std::string order_name(const TableMapping& table) { return table.key.front() + "/order"; }

std::string copied_name(const std::string& column, const std::string& copied) {
    return column + "/" + copied;
}

std::string part_field(const TableMapping& part, const std::string& column) {
    return copied_name(part.table, column);
}

std::string presence_field(const TableMapping& part) { return part_field(part, part.key.front()); }

std::string file_name_field(const std::string& column) { return copied_name(column, "name"); }

bool tells_file(const std::map<std::string, Value>& columns, const FileColumn& file) {
    return columns.contains(file.column) || columns.contains(file_name_field(file.column));
}

bool is_file_content(const Value& value) {
    return value.kind == ValueKind::binary && value.attached;
}

}  // namespace cfs
