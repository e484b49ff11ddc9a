#include "tray/cfsync_mapping.h"

#include "core/folder/xml_text.h"

namespace cfs {

namespace {

std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ", ") + printable(name);
    return text;
}

void print_count(std::ostream& out, std::int64_t rows, const char* what) {
    if (rows > 0) out << "    rows that " << what << ": " << rows << '\n';
}

void print_table(std::ostream& out, const TableTrial& table) {
    out << printable(table.table) << ": " << table.rows << " rows; "
        << table.mapped.size() + table.unknown.size() << " columns, " << table.mapped.size()
        << " in the mapping (" << table.skipped.size() << " skipped)\n";
    if (!table.skipped.empty()) out << "    skipped: " << listed(table.skipped) << '\n';
    if (!table.unknown.empty()) {
        out << "    unknown to the mapping, travel as they are: " << listed(table.unknown) << '\n';
    }
    print_count(out, table.orphans, "belong to no patient and would not be synchronized");
    print_count(out, table.two_owners, "lead to two patients");
    print_count(out, table.same_key, "have a key that another row has too");
    print_count(out, table.same_identifier,
                "have an identifier (<match>) that another patient has too");
    for (const auto& trouble : table.columns) {
        out << "    values of " << printable(trouble.column) << " that " << printable(trouble.what)
            << ": " << trouble.rows << '\n';
    }
    for (const auto& fault : table.faults) {
        out << "    column " << printable(fault.column) << ' ' << printable(fault.what) << '\n';
    }
}

}  // namespace

void print_trial(std::ostream& out, const MappingTrial& trial) {
    for (const auto& table : trial.tables) print_table(out, table);
    out << trial.tables.size() << " tables are in the mapping, " << trial.unmapped.size()
        << " are not";
    if (!trial.unmapped.empty()) out << ": " << listed(trial.unmapped);
    out << '\n';
}

}  // namespace cfs
