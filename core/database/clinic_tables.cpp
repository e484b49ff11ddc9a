#include "core/database/clinic_tables.h"

#include <algorithm>

#include "core/database/content_key.h"
#include "core/model/framed.h"
#include "core/model/text.h"

namespace cfs {

namespace {

bool is_reference_target(const Mapping& mapping, const std::string& table,
                         const std::string& column) {
    for (const auto& other : mapping.tables) {
        for (const auto& reference : other.references) {
            if (reference.table == table && reference.target == column) return true;
        }
    }
    return false;
}

// A key that travels may be among the columns that were written.
std::string key_after(const TableMapping& table, const std::string& key,
                      const std::map<std::string, Value>& columns) {
    auto parts = split_key(key, table.key.size());
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto at = columns.find(table.key[i]);
        if (at != columns.end()) parts[i] = at->second.bytes;
    }
    return join_key(parts);
}

// Of the one row that is there since.
std::optional<std::string> new_key(const std::vector<RawRow>& before,
                                   const std::vector<RawRow>& after) {
    std::set<std::string> known;
    for (const auto& row : before) known.insert(row.key);
    for (const auto& row : after) {
        if (!known.contains(row.key)) return row.key;
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> RawRow::text(const std::string& column) const {
    const auto at = columns.find(column);
    if (at == columns.end() || at->second.is_null()) return std::nullopt;
    return at->second.bytes;
}

std::vector<std::string> keys_of(const std::vector<RawRow>& rows) {
    std::vector<std::string> keys;
    for (const auto& row : rows) keys.push_back(row.key);
    return keys;
}

ClinicTables::ClinicTables(Backend& backend, SqlSession& session, const Mapping& mapping,
                           RandomSource& random)
    : backend_(backend),
      session_(session),
      allocator_(backend, session, random),
      lookups_(backend, session) {
    take(mapping, describe_tables(mapping, backend, session));
}

ClinicTables::ClinicTables(Backend& backend, SqlSession& session, const MappingFit& fit,
                           const DescribedTables& described, RandomSource& random)
    : backend_(backend),
      session_(session),
      allocator_(backend, session, random),
      lookups_(backend, session),
      closed_(fit.closed) {
    std::erase_if(closed_, [](const auto& table) { return table.second.empty(); });
    take(fit.mapping, described);
}

void ClinicTables::take(const Mapping& mapping, const DescribedTables& described) {
    for (const auto& table : mapping.tables) {
        const auto at = described.find(table.full_name().text());
        if (at == described.end()) continue;
        auto info = at->second;
        std::erase_if(info.columns, [&](const ColumnInfo& column) {
            const auto& name = table.known_as(column.name);
            const bool is_read = table.travels(name) || table.is_key(name) ||
                                 table.local(name) != nullptr || table.defaults.contains(name) ||
                                 is_reference_target(mapping, table.table, name);
            return !is_read || closed(table, name).has_value();
        });
        const auto& known = catalogue_.emplace(table.table, std::move(info)).first->second;
        prepared_.emplace(table.table, prepare(table, known.columns));
        take_parts(table, described);
    }
}

ClinicTables::Prepared ClinicTables::prepare(const TableMapping& table,
                                             const std::vector<ColumnInfo>& columns,
                                             const std::string& number) const {
    std::vector<std::string> expressions;
    for (const auto& column : columns) {
        // PostgreSQL would call a column's text as the column, and sort the rows by the text.
        expressions.push_back(backend_.read_expression(column) + " AS cfs_" +
                              std::to_string(expressions.size()));
    }
    if (!number.empty()) expressions.push_back(number_as_text(number));
    return {columns, "SELECT " + joined(expressions, ", ") + " FROM " + own_rows(table)};
}

const ClinicTables::Prepared& ClinicTables::prepared(const TableMapping& table) const {
    return prepared_.at(table.table);
}

const std::vector<ColumnInfo>& ClinicTables::columns(const TableMapping& table) const {
    return prepared(table).columns;
}

const TableInfo& ClinicTables::info(const TableMapping& table) const {
    return catalogue_.at(table.table);
}

const ColumnInfo* ClinicTables::column(const TableMapping& table, const std::string& name) const {
    return catalogue_.at(table.table).find(table.column_here(name));
}

std::string ClinicTables::quoted(const TableMapping& table, const std::string& column) const {
    return backend_.quote(table.column_here(column));
}

std::string ClinicTables::own_rows(const TableMapping& table) const {
    return backend_.own_rows(table.full_name(), info(table));
}

std::optional<MissingPolicy> ClinicTables::closed(const TableMapping& table,
                                                  const std::string& column) const {
    const auto columns = closed_.find(table.table);
    if (columns == closed_.end()) return std::nullopt;
    const auto at = columns->second.find(column);
    return at == columns->second.end() ? std::nullopt : std::optional(at->second);
}

RawRow ClinicTables::raw_row(const TableMapping& table, const std::vector<ColumnInfo>& columns,
                             const SqlRow& row) const {
    RawRow raw{&table, {}, {}};
    for (std::size_t i = 0; i < columns.size(); ++i) {
        raw.columns.emplace(table.known_as(columns[i].name), backend_.value_of(row[i], columns[i]));
    }
    if (table.shared_key) {
        raw.key = content_key(raw);
        return raw;
    }
    std::vector<std::string> key;
    for (const auto& column : table.key) key.push_back(raw.text(column).value_or(""));
    raw.key = join_key(key);
    return raw;
}

std::optional<RawRow> ClinicTables::read(const TableMapping& table, const std::string& key) {
    if (table.shared_key) {
        auto rows = read_keys(table, {key});
        return rows.empty() ? std::nullopt : std::optional<RawRow>(std::move(rows.front()));
    }
    const auto& form = prepared(table);
    const auto [condition, parameters] = row_condition(table, key, 0);
    std::vector<RawRow> rows;
    session_.query(form.select + " WHERE " + condition, parameters,
                   [&](const SqlRow& row) { rows.push_back(raw_row(table, form.columns, row)); });
    if (rows.empty()) return std::nullopt;
    add_parts(table, rows);
    return std::move(rows.back());
}

std::vector<RawRow> ClinicTables::read_keys(const TableMapping& table,
                                            const std::vector<std::string>& keys) {
    if (table.shared_key) {
        std::set<std::string> shared;
        for (const auto& key : keys) shared.emplace(shared_part(key));
        auto rows = read_where(table, table.key.front(), {shared.begin(), shared.end()});
        const std::set<std::string> wanted(keys.begin(), keys.end());
        std::erase_if(rows, [&](const RawRow& row) { return !wanted.contains(row.key); });
        return rows;
    }
    if (table.key.size() == 1) return read_where(table, table.key.front(), keys);
    std::vector<RawRow> rows;
    for (const auto& key : keys) {
        if (auto row = read(table, key)) rows.push_back(std::move(*row));
    }
    return rows;
}

std::vector<RawRow> ClinicTables::read_where(const TableMapping& table, const std::string& column,
                                             const std::vector<std::string>& values) {
    const auto [holder, name] = table.place_of(column);
    auto rows = rows_where(*holder, name, values);
    if (holder == &table) {
        add_parts(table, rows);
        return rows;
    }
    return read_where(table, table.key.front(), keys_of(rows));
}

std::vector<RawRow> ClinicTables::rows_where(const TableMapping& table, const std::string& column,
                                             const std::vector<std::string>& values) {
    std::vector<RawRow> rows;
    const auto& [columns, select] = prepared(table);
    for_each_chunk(values, [&, &columns = columns, &select = select](const auto& chunk) {
        const auto condition = backend_.is_one_of(*this->column(table, column), chunk);
        std::vector<RawRow> found;
        session_.query(select + " WHERE " + condition.sql, condition.parameters,
                       [&](const SqlRow& row) { found.push_back(raw_row(table, columns, row)); });
        if (table.shared_key) number_equal_rows(found);
        std::move(found.begin(), found.end(), std::back_inserter(rows));
    });
    return rows;
}

SqlCondition ClinicTables::equal_condition(const TableMapping& table,
                                           const std::map<std::string, Value>& values) const {
    std::vector<std::string> conditions;
    SqlCondition condition;
    for (const auto& [name, value] : values) {
        auto written = backend_.write_expression(value, *column(table, name),
                                                 placeholder(condition.parameters.size()));
        conditions.push_back(quoted(table, name) + " = " + written.sql);
        condition.parameters.push_back(std::move(written.parameter));
    }
    condition.sql = joined(conditions, " AND ");
    return condition;
}

std::vector<RawRow> ClinicTables::read_equal(const TableMapping& table,
                                             const std::map<std::string, Value>& values) {
    const auto& form = prepared(table);
    const auto condition = equal_condition(table, values);
    std::vector<RawRow> rows;
    session_.query(form.select + " WHERE " + condition.sql, condition.parameters,
                   [&](const SqlRow& row) { rows.push_back(raw_row(table, form.columns, row)); });
    if (table.shared_key) number_equal_rows(rows);
    add_parts(table, rows);
    return rows;
}

// What stands behind FROM and the table.
bool ClinicTables::exists(const TableMapping& table, const std::string& key) {
    const auto [condition, parameters] = row_condition(table, key, 0);
    return session_.value("SELECT 1 FROM " + own_rows(table) + " WHERE " + condition, parameters)
        .has_value();
}

std::int64_t ClinicTables::count(const TableMapping& table) {
    return session_.number("SELECT COUNT(*) FROM " + own_rows(table));
}

// A column's name and the expression it is set to, for the columns that follow a rule of their own.
void ClinicTables::add_volatile(const TableMapping& table, std::vector<std::string>& assignments,
                                bool insert) const {
    if (insert) return;  // the clinic program's own default begins a row version
    for (const auto& changing : table.volatiles) {
        if (table.part_with(changing.column) != nullptr) continue;
        const auto name = quoted(table, changing.column);
        if (changing.write == VolatileWrite::now) {
            assignments.push_back(name + " = " + backend_.present_time());
        } else if (changing.write == VolatileWrite::increment) {
            assignments.push_back(name + " = COALESCE(" + name + ", 0) + 1");
        }
    }
}

// Nothing where the database gives the key, or where it travels.
std::optional<std::string> ClinicTables::key_to_insert(const TableMapping& table,
                                                       const std::string& wanted_key) {
    if (table.allocation == KeyAllocation::natural) return std::nullopt;
    const auto name = table.full_name();
    const auto& column = table.key.front();
    if (!wanted_key.empty() && !is_taken(table, wanted_key)) return wanted_key;
    return allocator_.next(name, table.column_here(column), table.allocation, table.sequence);
}

std::optional<std::string> ClinicTables::local_to_insert(const TableMapping& table,
                                                         const LocalColumn& local,
                                                         const std::optional<std::string>& key) {
    if (local.allocation == KeyAllocation::copy) return key;
    const auto name = table.full_name();
    const auto& column = table.column_here(local.column);
    if (local.shared_in.table.empty()) {
        return allocator_.next(name, column, local.allocation, local.sequence);
    }
    // No row of this table may have it, either: those that share it would be of both.
    while (true) {
        auto number = allocator_.next_shared(name, column, local.allocation, local.shared_in);
        const auto rows = read_where(table, local.column, {number});
        if (std::none_of(rows.begin(), rows.end(), [&](const RawRow& row) {
                return table.is_meant_by(local.column, row.columns);
            })) {
            return number;
        }
    }
}

std::string ClinicTables::insert(const TableMapping& table,
                                 const std::map<std::string, Value>& columns,
                                 const std::string& wanted_key) {
    if (table.parts.empty()) return insert_row(table, columns, wanted_key);
    const auto shares = shares_of(table, columns);
    auto key = insert_row(table, shares.own, wanted_key);
    insert_parts(shares, key);
    return key;
}

std::string ClinicTables::insert_row(const TableMapping& table, const Columns& columns,
                                     const std::string& wanted_key) {
    std::string names, expressions;
    SqlParameters parameters;
    parameters.reserve(columns.size() + 1);
    const auto& known = info(table);
    const auto add = [&](const std::string& column, const Value& value) {
        const auto& here = *known.find(table.column_here(column));
        auto written = backend_.write_expression(value, here, placeholder(parameters.size()));
        if (!names.empty()) {
            names += ", ";
            expressions += ", ";
        }
        names += backend_.quote(here.name);
        expressions += written.sql;
        parameters.push_back(std::move(written.parameter));
    };
    for (const auto& [column, value] : columns) add(column, value);
    auto key = key_to_insert(table, wanted_key);
    if (key) add(table.key.front(), text_value(*key));
    for (const auto& local : table.locals_of(columns)) {
        const auto value = local_to_insert(table, local, key);
        if (value) add(local.column, text_value(*value));
    }
    const auto statement = "INSERT INTO " + backend_.quote_table(table.full_name()) + " (" + names +
                           ") VALUES (" + expressions + ")";
    if (table.shared_key) {
        const auto& shared = columns.at(table.key.front());
        if (shared.is_null()) throw RowRefused(said("{1} may not be NULL", table.key.front()));
        const auto before = rows_sharing(table, shared);
        session_.execute(statement, parameters);
        auto inserted = new_key(before, rows_sharing(table, shared));
        if (!inserted) throw RowRefused(said("the new row is not where it was written"));
        return *inserted;
    }
    if (table.allocation == KeyAllocation::natural) {
        session_.execute(statement, parameters);
        std::vector<std::string> parts;
        for (const auto& column : table.key) parts.push_back(columns.at(column).bytes);
        return join_key(parts);
    }
    if (key) {
        session_.execute(statement, parameters);
        return *key;
    }
    key = backend_.insert(session_, statement, parameters, *column(table, table.key.front()));
    copy_key(table, *key);
    return *key;
}

// A key that the database gave is known only when the row is there.
void ClinicTables::copy_key(const TableMapping& table, const std::string& key) {
    std::map<std::string, Value> copies;
    for (const auto& local : table.locals) {
        if (local.allocation == KeyAllocation::copy) copies.emplace(local.column, text_value(key));
    }
    if (copies.empty()) return;
    require_unchanged(table, key, backend_.row_lock());
    update_row(table, key, copies);
}

// Where a transaction reads what was committed when it began and yet writes over what was committed
// since: an edit of the clinic program's that nobody has seen would be lost.
void ClinicTables::require_unchanged(const TableMapping& table, const std::string& key,
                                     const std::string& lock) {
    if (lock.empty()) return;
    const auto& form = prepared(table);
    const auto [condition, parameters] = row_condition(table, key, 0);
    const auto select = form.select + " WHERE " + condition;
    if (session_.rows(select, parameters) == session_.rows(select + lock, parameters)) return;
    throw Error(ErrorCode::database_locked,
                said("The database {1} is in use by another program. The next sync tries again.",
                     backend_.name()));
}

std::string ClinicTables::update(const TableMapping& table, const std::string& key,
                                 const std::map<std::string, Value>& columns) {
    if (!table.parts.empty()) return update_whole(table, key, columns);
    require_unchanged(table, key, backend_.row_lock());
    return update_row(table, key, columns);
}

std::string ClinicTables::update_row(const TableMapping& table, const std::string& key,
                                     const Columns& columns) {
    std::vector<std::string> assignments;
    SqlParameters parameters;
    for (const auto& [column, value] : columns) {
        auto written = backend_.write_expression(value, *this->column(table, column),
                                                 placeholder(parameters.size()));
        assignments.push_back(quoted(table, column) + " = " + written.sql);
        parameters.push_back(std::move(written.parameter));
    }
    add_volatile(table, assignments, false);
    if (assignments.empty()) return key;
    auto condition = row_condition(table, key, parameters.size());
    std::move(condition.parameters.begin(), condition.parameters.end(),
              std::back_inserter(parameters));
    const auto set = joined(assignments, ", ");
    if (!table.shared_key) {
        session_.execute("UPDATE " + own_rows(table) + " SET " + set + " WHERE " + condition.sql,
                         parameters);
        return key_after(table, key, columns);
    }
    const auto at = columns.find(table.key.front());
    const auto shared =
        at == columns.end() ? text_value(std::string(shared_part(key))) : at->second;
    const auto before = rows_sharing(table, shared);
    session_.execute(backend_.update_one(own_rows(table), set, condition.sql), parameters);
    // Nothing is new where the row already held what was written.
    return new_key(before, rows_sharing(table, shared)).value_or(key);
}

// The row's own key or, where there is none, what it holds: rows that hold the same may be taken
// for each other.
SqlCondition ClinicTables::row_condition(const TableMapping& table, const std::string& key,
                                         std::size_t first) {
    if (table.shared_key) return content_condition(table, key, first);
    std::vector<std::string> conditions;
    SqlCondition condition;
    for (auto& part : split_key(key, table.key.size())) {
        const auto number = conditions.size();
        conditions.push_back(quoted(table, table.key[number]) + " = " +
                             placeholder(first + number));
        condition.parameters.emplace_back(std::move(part));
    }
    condition.sql = joined(conditions, " AND ");
    return condition;
}

SqlCondition ClinicTables::content_condition(const TableMapping& table, const std::string& key,
                                             std::size_t first) {
    const auto& form = prepared(table);
    const auto shared =
        backend_.is_one_of(*column(table, table.key.front()), {std::string(shared_part(key))});
    SqlCondition found{"1 = 0", {}};
    session_.query(form.select + " WHERE " + shared.sql, shared.parameters, [&](const SqlRow& row) {
        if (raw_row(table, form.columns, row).key != without_number(key)) return;
        std::vector<std::string> conditions;
        found.parameters.clear();
        for (std::size_t i = 0; i < row.size(); ++i) {
            auto held = backend_.holds(form.columns[i], row[i], placeholder(first + i));
            conditions.push_back(std::move(held.sql));
            found.parameters.push_back(std::move(held.parameters.front()));
        }
        found.sql = joined(conditions, " AND ");
    });
    return found;
}

std::vector<RawRow> ClinicTables::rows_sharing(const TableMapping& table, const Value& value) {
    return read_where(table, table.key.front(), {value.bytes});
}

Digest ClinicTables::content_of(const RawRow& row) {
    std::string content;
    for (const auto& [column, value] : row.columns) {
        if (!row.table->is_content(column)) continue;
        const auto* by = row.table->lookup(column);
        const auto natural = by == nullptr || value.is_null()
                                 ? std::nullopt
                                 : lookups_.natural_key(*by, value.bytes);
        append_framed(content, column);
        content += static_cast<char>('0' + static_cast<int>(value.kind));
        content += natural ? 'n' : '-';
        append_framed(content, natural.value_or(value.bytes));
    }
    return sha256(content);
}

std::optional<Value> ClinicTables::without_clash(const TableMapping& table,
                                                 const UniqueColumn& unique,
                                                 const std::map<std::string, Value>& columns,
                                                 const std::string& own_key) {
    std::map<std::string, Value> within;
    for (const auto& name : {unique.column, unique.within}) {
        const auto at = columns.find(name);
        if (at != columns.end() && !at->second.is_null()) within.insert(*at);
    }
    if (!within.contains(unique.column)) return std::nullopt;
    auto value = within.at(unique.column);
    const auto wanted = value.bytes;
    const auto is_taken = [&] {
        within.insert_or_assign(unique.column, value);
        const auto rows = read_equal(table, within);
        return std::any_of(rows.begin(), rows.end(),
                           [&](const RawRow& row) { return row.key != own_key; });
    };
    if (!is_taken()) return std::nullopt;
    std::int64_t number = 1;
    if (unique.clash == Clash::regenerate) {
        within.erase(unique.column);
        const auto condition = equal_condition(table, within);
        number =
            session_.number("SELECT MAX(" + quoted(table, unique.column) + ") FROM " +
                                own_rows(table) + (within.empty() ? "" : " WHERE " + condition.sql),
                            condition.parameters);
    }
    do {
        const auto next = std::to_string(++number);
        value = text_value(unique.clash == Clash::regenerate ? next : wanted + "-" + next);
    } while (is_taken());
    return value;
}

}  // namespace cfs
