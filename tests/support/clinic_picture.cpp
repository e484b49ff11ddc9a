#include "tests/support/clinic_picture.h"

#include <algorithm>

#include "core/database/mapping_file.h"

namespace cfs::test {

namespace {

std::string described(const std::string& table, const std::string& column,
                      const std::vector<std::string>& by, const std::string& value,
                      const std::string& condition = {}) {
    std::string columns = "'" + table + "'";
    for (const auto& name : by) columns += " || '/' || quote(x.\"" + name + "\")";
    return "coalesce((SELECT " + columns + " FROM \"" + table + "\" x WHERE x.\"" + column +
           "\" = " + value + condition + "), CASE WHEN " + value +
           " IS NULL THEN 'NULL' ELSE 'missing' END)";
}

// That the case is for the row.
std::string is_case(const std::string& row, const Reference& reference) {
    return "substr(" + row + ".\"" + reference.by + "\", 1, " +
           (reference.when == Case::is ? "9999" : std::to_string(reference.value.size())) +
           ") = '" + reference.value + "'";
}

// The columns that tell what a row is, without local keys.
std::vector<std::string> plain_identity(const TableMapping& table) {
    std::vector<std::string> columns;
    for (const auto& column : table.identity) {
        const bool plain = !table.is_key(column) && table.reference(column) == nullptr &&
                           table.lookup(column) == nullptr;
        if (plain) columns.push_back(column);
    }
    return columns;
}

std::string told_by_cases(const Mapping& mapping, const TableMapping& table,
                          const std::string& column) {
    const auto value = "t.\"" + column + "\"";
    std::string cases = "CASE";
    for (const auto& reference : table.references) {
        if (reference.column != column || reference.when == Case::otherwise) continue;
        cases +=
            " WHEN " + is_case("t", reference) + " THEN " +
            (reference.number ? "'its own'"
                              : described(reference.table, reference.target,
                                          plain_identity(*mapping.find(reference.table)), value));
    }
    return cases + " ELSE quote(" + value + ") END";
}

std::string told(const Mapping& mapping, const TableMapping& table, const std::string& column) {
    const auto value = "t.\"" + column + "\"";
    if (const auto* reference = table.reference(column)) {
        if (reference->when != Case::always) return told_by_cases(mapping, table, column);
        const auto& target = *mapping.find(reference->table);
        std::string condition;
        for (const auto& item : target.references) {
            const bool numbers = item.column == reference->target && item.number;
            if (numbers) condition += " AND " + is_case("x", item);
        }
        return described(reference->table, reference->target, plain_identity(target), value,
                         condition);
    }
    if (const auto* lookup = table.lookup(column)) {
        return described(lookup->table, lookup->target, lookup->by, value);
    }
    return "quote(" + value + ")";
}

// The key of a part is that of its record.
std::vector<TableMapping> tables_of(const Mapping& mapping) {
    auto tables = mapping.tables;
    for (const auto& record : mapping.tables) {
        for (auto part : record.parts) {
            part.references.push_back({part.key.front(), record.table, record.key.front(), {}});
            tables.push_back(std::move(part));
        }
    }
    return tables;
}

}  // namespace

std::vector<std::string> picture(Clinic& clinic, const std::string& mapping_name) {
    const auto mapping = mapping_from_xml(mapping_text(mapping_name), mapping_name);
    std::vector<std::string> picture;
    for (const auto& table : tables_of(mapping)) {
        std::string line = "'" + table.table + "'";
        for (const auto& column :
             clinic.lines("SELECT name FROM pragma_table_info('" + table.table + "')")) {
            const bool key = table.is_key(column) && table.reference(column) == nullptr;
            if (table.file(column) != nullptr) continue;  // a path of its own at each site
            if (key || !table.travels(column) || table.volatile_column(column) != nullptr) continue;
            line += " || ' " + column + "=' || " + told(mapping, table, column);
        }
        for (auto& row : clinic.lines("SELECT " + line + " FROM \"" + table.table + "\" t")) {
            picture.push_back(std::move(row));
        }
    }
    std::sort(picture.begin(), picture.end());
    return picture;
}

}  // namespace cfs::test
