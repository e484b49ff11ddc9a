// check_mapping(): the names of a mapping against the database's catalogue.
#include <algorithm>
#include <map>

#include "core/database/mapping_file.h"
#include "core/database/nearest_name.h"
#include "core/model/error.h"

namespace cfs {

namespace {

class CatalogueCheck {
  public:
    CatalogueCheck(const Mapping& mapping, Backend& backend, SqlSession& session)
        : mapping_(mapping), backend_(backend), session_(session) {}

    void run() {
        for (const auto& table : mapping_.tables) check_table(table);
    }

  private:
    const TableInfo& described(const std::string& table) {
        const auto known = described_.find(table);
        if (known != described_.end()) return known->second;
        const auto tables = backend_.tables(session_);
        // The names must be those of the catalogue, letter for letter: documents hold them, and a
        // database that ignores case must not give other documents than one that doesn't.
        const bool exists = std::find(tables.begin(), tables.end(), table) != tables.end();
        auto info = exists ? backend_.describe(session_, table) : std::nullopt;
        if (!info) fail_table(table, tables);
        return described_.emplace(table, std::move(*info)).first->second;
    }

    void check_column(const std::string& table, const std::string& column) {
        const auto& info = described(table);
        if (info.find(column) != nullptr) return;
        std::vector<std::string> names;
        for (const auto& known : info.columns) names.push_back(known.name);
        throw Error(ErrorCode::mapping_column,
                    "The mapping " + mapping_.name + " needs the column " + column +
                        " of the table " + table + ", which the database " + backend_.name() +
                        " does not have" + did_you_mean(column, names));
    }

    void check_columns(const std::string& table, const std::vector<std::string>& columns) {
        for (const auto& column : columns) check_column(table, column);
    }

    // Keys are compared as texts, which only a column with a type turns back into its own values.
    void check_key(const std::string& table, const std::string& column) {
        check_column(table, column);
        if (described(table).find(column)->keeps_type) return;
        throw Error(ErrorCode::mapping_column,
                    "The mapping " + mapping_.name + " needs the column " + column +
                        " of the table " + table +
                        " as a key, but it has no type in the database " + backend_.name() +
                        " or a binary one. Give it a type such as INTEGER or TEXT.");
    }

    void check_table(const TableMapping& table) {
        const auto& name = table.table;
        (void)described(name);
        backend_.require_undoable(session_, name);
        for (const auto& column : table.key) check_key(name, column);
        check_sequence(table.allocation, table.sequence);
        for (const auto& local : table.locals) {
            check_key(name, local.column);
            check_sequence(local.allocation, local.sequence);
        }
        if (table.native_uuid) check_column(name, table.native_uuid->column);
        if (table.match) {
            check_columns(name, table.match->columns);
            check_columns(name, table.match->agree);
        }
        for (const auto& unique : table.uniques) {
            check_column(name, unique.column);
            if (!unique.within.empty()) check_column(name, unique.within);
        }
        check_columns(name, table.identity);
        for (const auto& condition : table.conditions) check_column(name, condition.column);
        for (const auto& group : table.groups) check_columns(name, group.columns);
        for (const auto& column : table.volatiles) {
            if (!column.beside) check_column(name, column.column);
        }
        check_columns(name, {table.skipped.begin(), table.skipped.end()});
        check_columns(name, {table.safety.begin(), table.safety.end()});
        check_links(table);
    }

    void check_sequence(KeyAllocation allocation, const Sequence& sequence) {
        if (allocation == KeyAllocation::sequence) check_column(sequence.table, sequence.column);
    }

    void check_links(const TableMapping& table) {
        for (const auto& reference : table.references) {
            check_column(table.table, reference.column);
            if (!reference.by.empty()) check_column(table.table, reference.by);
            if (!reference.table.empty()) check_key(reference.table, reference.target);
        }
        for (const auto& lookup : table.lookups) {
            check_column(table.table, lookup.column);
            check_key(lookup.table, lookup.target);
            for (const auto& column : lookup.by) check_key(lookup.table, column);
            check_columns(lookup.table, lookup.copies);
        }
    }

    [[noreturn]] void fail_table(const std::string& table,
                                 const std::vector<std::string>& tables) const {
        throw Error(ErrorCode::mapping_table, "The mapping " + mapping_.name + " needs the table " +
                                                  table + ", which the database " +
                                                  backend_.name() + " does not have" +
                                                  did_you_mean(table, tables));
    }

    const Mapping& mapping_;
    Backend& backend_;
    SqlSession& session_;
    std::map<std::string, TableInfo> described_;
};

}  // namespace

void check_mapping(const Mapping& mapping, Backend& backend, SqlSession& session) {
    CatalogueCheck(mapping, backend, session).run();
}

}  // namespace cfs
