// check_mapping(): the names of a mapping, and what it counts, against the database's catalogue.
#include <algorithm>
#include <map>

#include "core/database/catalogues.h"
#include "core/database/column_faults.h"
#include "core/database/file_names.h"
#include "core/database/mapping_file.h"
#include "core/database/mapping_node.h"
#include "core/database/nearest_name.h"
#include "core/model/error.h"
#include "core/model/text.h"

namespace cfs {

namespace {

class CatalogueCheck {
  public:
    CatalogueCheck(const Mapping& mapping, Backend& backend, SqlSession& session)
        : mapping_(mapping), backend_(backend), session_(session), catalogues_(backend, session) {}

    void run() {
        for (const auto& table : mapping_.tables) {
            check_table(table);
            for (const auto& part : table.parts) check_part(part);
        }
        at_ = {};
        for (const auto* table : mapping_.tables_and_parts()) check_partitions(table->full_name());
        check_places();
    }

    // Which table and which column of it, as the database calls them, were being checked; the
    // column is empty where it is the table itself.
    [[nodiscard]] const std::pair<std::string, std::string>& at() const { return at_; }

  private:
    const TableInfo& described(const TableName& table) {
        const auto place = std::pair(table.schema, table.name);
        const auto known = described_.find(place);
        if (known != described_.end()) return known->second;
        at_ = {table.name, {}};
        if (!table.schema.empty()) check_schema(table);
        const auto tables = backend_.tables(session_, table.schema);
        // The names must be those of the catalogue, letter for letter: documents hold them, and a
        // database that ignores case must not give other documents than one that doesn't.
        const bool exists = std::find(tables.begin(), tables.end(), table.name) != tables.end();
        auto info = exists ? backend_.describe(session_, table) : std::nullopt;
        if (!info) fail_table(table, tables);
        return described_.emplace(place, std::move(*info)).first->second;
    }

    void check_schema(const TableName& table) const {
        const auto schemas = backend_.schemas(session_);
        if (std::find(schemas.begin(), schemas.end(), table.schema) != schemas.end()) return;
        throw Error(ErrorCode::mapping_table, without_schema(table, schemas));
    }

    [[nodiscard]] std::string without_schema(const TableName& table,
                                             const std::vector<std::string>& schemas) const {
        const auto database = backend_.name();
        if (schemas.empty()) {
            return said(
                "The mapping {1} needs the schema {2} of the table {3}, which the database {4} "
                "does "
                "not have: it is a file without schemas. Leave the attribute schema out.",
                mapping_.name, table.schema, table.name, database);
        }
        if (const auto nearest = nearest_name(table.schema, schemas)) {
            return said(
                "The mapping {1} needs the schema {2} of the table {3}, which the database {4} "
                "does "
                "not have; did you mean {5}?",
                mapping_.name, table.schema, table.name, database, *nearest);
        }
        return said(
            "The mapping {1} needs the schema {2} of the table {3}, which the database {4} does "
            "not have.",
            mapping_.name, table.schema, table.name, database);
    }

    [[nodiscard]] std::string without_column(const TableName& table, const std::string& column,
                                             const std::vector<std::string>& columns) const {
        if (const auto nearest = nearest_name(column, columns)) {
            return said(
                "The mapping {1} needs the column {2} of the table {3}, which the database {4} "
                "does "
                "not have; did you mean {5}?",
                mapping_.name, column, table.text(), backend_.name(), *nearest);
        }
        return said(
            "The mapping {1} needs the column {2} of the table {3}, which the database {4} does "
            "not have.",
            mapping_.name, column, table.text(), backend_.name());
    }

    [[nodiscard]] std::string without_table(const TableName& table,
                                            const std::vector<std::string>& tables) const {
        if (const auto nearest = nearest_name(table.name, tables)) {
            return said(
                "The mapping {1} needs the table {2}, which the database {3} does not have; did "
                "you "
                "mean {4}?",
                mapping_.name, table.text(), backend_.name(), *nearest);
        }
        return said("The mapping {1} needs the table {2}, which the database {3} does not have.",
                    mapping_.name, table.text(), backend_.name());
    }

    void check_column(const TableName& table, const std::string& column) {
        const auto& info = described(table);
        at_ = {table.name, column};
        if (info.find(column) != nullptr) return;
        if (info.computes(column)) {
            throw Error(ErrorCode::mapping_column,
                        said("The mapping {1} needs the column {2} of the table {3}, which the "
                             "database {4} computes from others: it can only be in <skip>.",
                             mapping_.name, column, table.text(), backend_.name()));
        }
        std::vector<std::string> names;
        for (const auto& known : info.columns) names.push_back(known.name);
        throw Error(ErrorCode::mapping_column, without_column(table, column, names));
    }

    // By the name that documents have: it may be one of a part.
    void check_column(const TableMapping& table, const std::string& column) {
        const auto [holder, name] = table.place_of(column);
        const auto& here = holder->column_here(name);
        check_column(holder->full_name(), here);
        if (holder->known_as(here) == name) return;
        throw Error(ErrorCode::mapping_column,
                    said("The mapping {1} calls the column {2} of the table {3} {4}: it must say "
                         "{4} of it everywhere else.",
                         mapping_.name, here, holder->full_name().text(), holder->known_as(here)));
    }

    // What the database computes stays there as it is.
    void check_skipped(const TableMapping& table, const std::string& column) {
        const auto [holder, name] = table.place_of(column);
        const auto& info = described(holder->full_name());
        if (!info.computes(holder->column_here(name))) check_column(table, column);
    }

    template <class Table>
    void check_columns(const Table& table, const std::vector<std::string>& columns) {
        for (const auto& column : columns) check_column(table, column);
    }

    // What documents call a column may be the name of another one here.
    void check_renamed(const TableMapping& table) {
        for (const auto& [known, here] : table.columns_here) {
            check_column(table, known);
            if (described(table.full_name()).find(known) == nullptr || !table.is_hidden(known)) {
                continue;
            }
            throw Error(
                ErrorCode::mapping_column,
                said("The mapping {1} calls the column {2} of the table {3} {4}, but the "
                     "database {5} has a column of that name, too. Give that one another "
                     "name with <renamed>.",
                     mapping_.name, here, table.full_name().text(), known, backend_.name()));
        }
    }

    // Keys are compared as texts, which only a column with a type turns back into its own values.
    void check_key(const TableMapping& table, const std::string& column) {
        check_column(table, column);
        check_key(table.full_name(), table.column_here(column));
    }

    void check_key(const TableName& table, const std::string& column) {
        check_column(table, column);
        if (described(table).find(column)->keeps_type) return;
        throw Error(ErrorCode::mapping_column,
                    said("The mapping {1} needs the column {2} of the table {3} as a key, but it "
                         "has no type in the database {4} or a binary one. Give it a type such as "
                         "INTEGER or TEXT.",
                         mapping_.name, column, table.text(), backend_.name()));
    }

    void check_table(const TableMapping& table) {
        const auto name = table.full_name();
        at_ = {name.name, {}};
        (void)described(name);
        backend_.require_undoable(session_, name);
        require_ours(name);
        check_renamed(table);
        for (const auto& column : table.key) check_key(table, column);
        check_sequence(table.allocation, table.sequence);
        for (const auto& local : table.locals) check_local(table, local);
        if (table.native_uuid) check_column(table, table.native_uuid->column);
        if (table.match) {
            check_columns(table, table.match->columns);
            check_columns(table, table.match->agree);
        }
        for (const auto& unique : table.uniques) {
            check_column(table, unique.column);
            if (!unique.within.empty()) check_column(table, unique.within);
        }
        check_columns(table, table.identity);
        for (const auto& condition : table.conditions) check_column(table, condition.column);
        for (const auto& group : table.groups) check_columns(table, group.columns);
        for (const auto& column : table.volatiles) {
            if (!column.beside) check_column(table, column.column);
        }
        check_counted(table);
        for (const auto& [column, value] : table.defaults) check_column(table, column);
        for (const auto& column : table.skipped) check_skipped(table, column);
        for (const auto& column : table.safety) check_column(table, column);
        check_columns(table, table.labels);
        check_columns(table, table.patient_labels);
        for (const auto& file : table.files) {
            check_column(table, file.column);
            check_columns(table, columns_of_template(file.path).value());
        }
        check_links(table);
    }

    void check_part(const TableMapping& part) {
        const auto name = part.full_name();
        at_ = {name.name, {}};
        backend_.require_undoable(session_, name);
        require_ours(name);
        check_renamed(part);
        check_key(part, part.key.front());
        const auto& key = part.column_here(part.key.front());
        if (described(name).primary_key == std::vector<std::string>{key}) return;
        throw Error(ErrorCode::mapping_column,
                    said("The mapping {1} needs the column {2} to be the primary key of the table "
                         "{3}, which it is not in the database {4}: a record of {5} could have "
                         "several rows there.",
                         mapping_.name, key, name.text(), backend_.name(), part.part_of));
    }

    // Whatever such a column holds would be lost.
    void check_counted(const TableMapping& table) {
        for (const auto& changing : table.volatiles) {
            if (changing.write != VolatileWrite::increment) continue;
            const auto [holder, name] = table.place_of(changing.column);
            const auto here = holder->column_here(name);
            const auto type = type_not_counted(holder->full_name(), here);
            if (!type) continue;
            throw Error(
                ErrorCode::mapping_column,
                said("The mapping {1} adds one to the column {2} of the table {3}, which "
                     "is no number in the database {4} but {5}. Say write=\"set\" or "
                     "write=\"skip\" of it.",
                     mapping_.name, here, holder->full_name().text(), backend_.name(), *type));
        }
        for (const auto& unique : table.uniques) {
            if (unique.clash != Clash::regenerate) continue;
            const auto here = table.column_here(unique.column);
            const auto type = type_not_counted(table.full_name(), here);
            if (!type) continue;
            throw Error(
                ErrorCode::mapping_column,
                said("The mapping {1} counts in the column {2} of the table {3}, which is "
                     "no number in the database {4} but {5}. Say clash=\"suffix\" or "
                     "clash=\"report\" of it.",
                     mapping_.name, here, table.full_name().text(), backend_.name(), *type));
        }
    }

    // The column's type, where nothing can be counted in it.
    std::optional<std::string> type_not_counted(const TableName& table, const std::string& column) {
        at_ = {table.name, column};
        const auto* found = catalogues_.find(table);
        const auto* declared = found == nullptr ? nullptr : found->find(column);
        if (declared == nullptr || can_be_counted(*declared)) return std::nullopt;
        return declared->type;
    }

    void check_local(const TableMapping& table, const LocalColumn& local) {
        check_key(table, local.column);
        check_sequence(local.allocation, local.sequence);
        if (local.shared_in.table.empty()) return;
        const auto sharing = local.shared_in.full_name();
        const auto& column = local.shared_in.column;
        check_key(sharing, column);
        if (local.allocation != KeyAllocation::automatic ||
            backend_.gives_numbers(session_, sharing, column)) {
            return;
        }
        throw Error(ErrorCode::mapping_column,
                    said("The mapping {1} takes numbers from the column {2} of the table {3}, but "
                         "the database {4} gives none there. Say allocate=\"maximum\" where the "
                         "clinic program counts them.",
                         mapping_.name, column, sharing.text(), backend_.name()));
    }

    void check_sequence(KeyAllocation allocation, const Sequence& sequence) {
        if (allocation != KeyAllocation::sequence) return;
        check_column(sequence.full_name(), sequence.column);
    }

    void check_partitions(const TableName& whole) {
        if (!described(whole).partitioned) return;
        for (const auto* table : mapping_.tables_and_parts()) {
            const auto part = table->full_name();
            if (!backend_.is_partition(session_, part, whole)) continue;
            throw Error(ErrorCode::mapping_table,
                        said("The mapping {1} names the table {2}, which is a partition of the "
                             "table {3} in the database {4}: its rows would be there twice. Name "
                             "only one of the two.",
                             mapping_.name, part.text(), whole.text(), backend_.name()));
        }
    }

    // A table may be named with and without its schema.
    void check_places() const {
        const auto tables = mapping_.tables_and_parts();
        for (std::size_t i = 0; i < tables.size(); ++i) {
            const auto one = tables[i]->full_name();
            for (std::size_t j = 0; j < i; ++j) {
                const auto other = tables[j]->full_name();
                if (one.name != other.name) continue;
                if (!backend_.is_same_table(session_, one, other)) continue;
                throw Error(ErrorCode::mapping_table,
                            said("The mapping {1} names the table {2} twice, also as {3}, in the "
                                 "database {4}: its rows would be there twice. Name it once.",
                                 mapping_.name, one.text(), other.text(), backend_.name()));
            }
        }
    }

    void require_ours(const TableName& table) {
        if (!backend_.is_noted_elsewhere(session_, table)) return;
        at_ = {};  // the mapping is right
        throw Error(ErrorCode::mapping_table,
                    said("The table {1} of the database {2} is synchronized by another database or "
                         "schema of this server. Two sites would take its rows for different ones: "
                         "leave it out of the mapping here, or disable the other one first.",
                         table.text(), backend_.name()));
    }

    void check_links(const TableMapping& table) {
        for (const auto& reference : table.references) {
            check_column(table, reference.column);
            if (!reference.by.empty()) check_column(table, reference.by);
            if (reference.number) check_local(table, *reference.number);
            if (reference.table.empty()) continue;
            check_key(*mapping_.find(reference.table), reference.target);
        }
        for (const auto& lookup : table.lookups) {
            check_column(table, lookup.column);
            check_key(lookup.full_name(), lookup.target);
            for (const auto& column : lookup.by) check_key(lookup.full_name(), column);
            check_columns(lookup.full_name(), lookup.copies);
        }
    }

    [[noreturn]] void fail_table(const TableName& table,
                                 const std::vector<std::string>& tables) const {
        throw Error(ErrorCode::mapping_table, without_table(table, tables));
    }

    const Mapping& mapping_;
    Backend& backend_;
    SqlSession& session_;
    std::map<std::pair<std::string, std::string>, TableInfo> described_;  // by schema and name
    Catalogues catalogues_;                                               // where types count
    std::pair<std::string, std::string> at_;
};

}  // namespace

void check_mapping(const Mapping& mapping, Backend& backend, SqlSession& session,
                   std::string_view xml) {
    CatalogueCheck check(mapping, backend, session);
    try {
        check.run();
    } catch (const Error& error) {
        const bool of_the_mapping =
            error.code() == ErrorCode::mapping_table || error.code() == ErrorCode::mapping_column;
        const auto [table, column] = check.at();
        const auto line = of_the_mapping ? line_that_names(xml, table, column) : std::nullopt;
        if (!line) throw;
        throw Error(error.code(), said("Line {1}: {2}", *line, error.what()));
    }
}

}  // namespace cfs
