#include "core/rules/project.h"

#include "core/rules/shown.h"

namespace cfs {

namespace {

// A way to a patient is a few steps long, its alternatives counted; a longer one is a circle.
constexpr int kMaxSteps = 64;

std::optional<RowId> referenced_row(const Row& row, const TableMapping& table,
                                    const std::string& column) {
    const auto* value = shown_value(row, &table, column);
    if (value == nullptr || value->kind != ValueKind::text || value->attached) return std::nullopt;
    return RowId::parse(value->bytes);
}

}  // namespace

Owners::Owners(const std::map<RowId, Row>& rows, const Mapping& mapping)
    : rows_(rows), mapping_(mapping) {
    for (const auto& table : mapping.tables) {
        for (const auto& owner : table.owners) {
            const auto* through = mapping.find(owner.through);
            if (through != nullptr) index(*through, owner.column);
        }
    }
}

// Of several rows that refer to one the greatest counts, so that all sites choose alike.
void Owners::index(const TableMapping& through, const std::string& column) {
    auto& referring = referring_[{through.table, column}];
    for (const auto& [id, row] : rows_) {
        if (row.table != through.table) continue;
        if (const auto target = referenced_row(row, through, column)) referring[*target] = id;
    }
}

std::optional<PatientId> Owners::of(RowId row) const {
    int steps = 0;
    return within(row, steps);
}

PatientId Owners::home(RowId row, const std::set<PatientId>& holders) const {
    const auto owner = of(row);
    return owner ? *owner : *holders.begin();
}

std::optional<PatientId> Owners::within(RowId id, int& steps) const {
    const auto row = rows_.find(id);
    if (row == rows_.end() || ++steps > kMaxSteps) return std::nullopt;
    const auto* table = mapping_.find(row->second.table);
    if (table == nullptr) return std::nullopt;
    if (table->patient) return PatientId{id.uuid};
    for (const auto& owner : table->owners) {
        const auto patient = by(owner, id, row->second, *table, steps);
        if (patient) return patient;
    }
    return std::nullopt;
}

std::optional<PatientId> Owners::by(const Owner& owner, RowId id, const Row& row,
                                    const TableMapping& table, int& steps) const {
    if (!owner.through.empty()) {
        const auto way = referring_.find({owner.through, owner.column});
        if (way == referring_.end()) return std::nullopt;
        const auto referring = way->second.find(id);
        if (referring == way->second.end()) return std::nullopt;
        return follow(referring->second, mapping_.find(owner.through), steps);
    }
    const auto* reference = table.reference(owner.column);
    const auto target = referenced_row(row, table, owner.column);
    if (reference == nullptr || !target) return std::nullopt;
    return follow(*target, mapping_.find(reference->table), steps);
}

std::optional<PatientId> Owners::follow(RowId target, const TableMapping* table, int& steps) const {
    if (table == nullptr) return std::nullopt;
    return table->patient ? std::optional(PatientId{target.uuid}) : within(target, steps);
}

RowValues project_row(const Row& row, const TableMapping& table) {
    RowValues values{row.table, {}};
    for_each_shown(row, &table, [&](const std::string& column, const Value& value) {
        if (table.travels(column)) values.columns.emplace_hint(values.columns.end(), column, value);
    });
    return values;
}

Rows project(const PatientDocument& document, const Mapping& mapping) {
    Rows rows;
    const Owners owners(document.rows, mapping);
    for (const auto& [id, row] : document.rows) {
        const auto* table = mapping.find(row.table);
        if (table == nullptr) continue;
        if (owners.home(id, {document.patient}) == document.patient) {
            rows.emplace(id, project_row(row, *table));
        }
    }
    return rows;
}

}  // namespace cfs
