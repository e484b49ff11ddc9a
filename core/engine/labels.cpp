#include "core/engine/labels.h"

#include <algorithm>

#include "core/folder/xml_text.h"
#include "core/rules/shown.h"

namespace cfs {

namespace {

constexpr std::size_t kMaxPart = 80;  // bytes
// A person with more names is known by these.
constexpr std::size_t kMaxParts = 12;

using Parts = std::vector<std::string>;

void add(Parts& parts, const Row& row, const TableMapping& table, const Parts& columns) {
    for (const auto& column : columns) {
        const auto* value = shown_value(row, &table, column);
        if (value == nullptr || value->attached || value->kind == ValueKind::binary) continue;
        auto text = printable(value->bytes, kMaxPart);
        const bool told = std::find(parts.begin(), parts.end(), text) != parts.end();
        if (!text.empty() && !told && parts.size() < kMaxParts) parts.push_back(std::move(text));
    }
}

// References hold nothing that a person could read.
Parts identity_columns(const TableMapping& table) {
    Parts columns;
    for (const auto& column : table.identity) {
        if (table.reference(column) == nullptr && table.file(column) == nullptr)
            columns.push_back(column);
    }
    return columns;
}

void add_row(Parts& parts, const Row& row, const TableMapping& table) {
    add(parts, row, table, table.labels.empty() ? identity_columns(table) : table.labels);
}

std::string joined(const Parts& parts) {
    std::string text;
    for (const auto& part : parts) text += (text.empty() ? "" : ", ") + part;
    return text;
}

}  // namespace

std::string patient_label(const PatientDocument& document, const Mapping& mapping) {
    Parts parts;
    for (const auto& [id, row] : document.rows) {
        const auto* record = mapping.find(row.table);
        if (record != nullptr) add(parts, row, *record, record->patient_labels);
    }
    const auto own = document.rows.find(own_row(document.patient));
    const auto* table = own == document.rows.end() ? nullptr : mapping.find(own->second.table);
    if (table != nullptr) add_row(parts, own->second, *table);
    return joined(parts);
}

std::string row_label(const Row& row, const Mapping& mapping) {
    Parts parts;
    const auto* table = mapping.find(row.table);
    if (table != nullptr) add_row(parts, row, *table);
    return joined(parts);
}

}  // namespace cfs
