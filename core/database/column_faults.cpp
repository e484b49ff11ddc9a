#include "core/database/column_faults.h"

#include <algorithm>
#include <charconv>

namespace cfs {

namespace {

bool is_one_of(ColumnKind kind, std::initializer_list<ColumnKind> kinds) {
    return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

// Is the value the same in documents as in this database?
bool travels_as_it_is(const TableMapping& table, const std::string& column) {
    const bool of_record = !table.part_of.empty() && table.is_key(column);
    return table.travels(column) && !of_record && table.reference(column) == nullptr &&
           table.lookup(column) == nullptr && table.file(column) == nullptr;
}

// Some say the schema that others find without.
const TableMapping* mapped_as(const Mapping& mapping, const std::string& name,
                              const std::string& schema) {
    for (const auto* table : mapping.tables_and_parts()) {
        const auto full = table->full_name();
        const bool same = full.schema == schema || full.schema.empty() || schema.empty();
        if (full.name == name && same) return table;
    }
    return nullptr;
}

bool is_number(const std::string& text) {
    double number = 0;
    const auto* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, number);
    return result.ec == std::errc() && result.ptr == end;
}

class ColumnFaults {
  public:
    ColumnFaults(const Mapping& mapping, const TableMapping& table, const CatalogueTable& here)
        : mapping_(mapping), table_(table), here_(here) {}

    std::vector<ColumnFault> found() {
        for (const auto& key : here_.foreign_keys) {
            for (std::size_t i = 0; i < key.columns.size(); ++i) check_foreign_key(key, i);
        }
        for (const auto& column : here_.columns) {
            check_empty(column);
            check_default(column);
        }
        return std::move(faults_);
    }

  private:
    // A number that this database gave means another row, or none, at the other sites.
    void check_foreign_key(const ForeignKey& key, std::size_t at) {
        const auto* column = here_.find(key.columns[at]);
        if (column == nullptr || column->generated) return;
        const auto& name = table_.known_as(column->name);
        if (!travels_as_it_is(table_, name)) return;
        const auto* target = mapped_as(mapping_, key.table, table_.schema);
        if (target != nullptr) {
            if (travels_as_it_is(*target, target->known_as(key.targets[at]))) return;
        } else if (is_one_of(column->kind,
                             {ColumnKind::text, ColumnKind::time, ColumnKind::binary})) {
            return;  // a code that is the same everywhere
        }
        add(name, "refers to " + key.table + " in this database, but travels as it is: give it a " +
                      (target != nullptr ? "<reference>" : "<lookup>") + ", or <skip> it");
    }

    void check_empty(const CatalogueColumn& column) {
        const bool filled = !column.not_null || column.automatic || column.generated ||
                            column.default_value || column.type.starts_with("enum(");
        const auto& name = table_.known_as(column.name);
        if (filled || table_.travels(name) || table_.is_key(name) ||
            table_.local(name) != nullptr || table_.defaults.contains(name)) {
            return;
        }
        add(name,
            "may not be empty and has no default in this database, and no value travels, so that "
            "new rows from other sites would wait for ever: give it a <default>");
    }

    void check_default(const CatalogueColumn& column) {
        const auto& name = table_.known_as(column.name);
        const auto at = table_.defaults.find(name);
        if (at == table_.defaults.end() || is_number(at->second)) return;
        if (!is_one_of(column.kind, {ColumnKind::integer, ColumnKind::number})) return;
        add(name, "is of the type " + column.type +
                      " in this database, but its <default> is no number: give it one");
    }

    // A column may be in several foreign keys.
    void add(const std::string& column, const std::string& what) {
        const ColumnFault fault{column, what};
        const bool known = std::find(faults_.begin(), faults_.end(), fault) != faults_.end();
        if (!known) faults_.push_back(fault);
    }

    const Mapping& mapping_;
    const TableMapping& table_;
    const CatalogueTable& here_;
    std::vector<ColumnFault> faults_;
};

}  // namespace

std::vector<ColumnFault> column_faults(const Mapping& mapping, const TableMapping& table,
                                       const CatalogueTable& here) {
    return ColumnFaults(mapping, table, here).found();
}

bool can_be_counted(const CatalogueColumn& column) {
    return !is_one_of(column.kind, {ColumnKind::text, ColumnKind::time, ColumnKind::binary});
}

}  // namespace cfs
