#include "tests/servers/system.h"

#include "tests/support/catch.h"

namespace cfs::test {

std::vector<std::shared_ptr<System>> systems() {
    std::vector<std::shared_ptr<System>> all = {make_sqlite_system(), make_mariadb_system(),
                                                make_postgresql_system()};
    std::erase(all, nullptr);
    return all;
}

Value binary_value(std::string bytes) { return {ValueKind::binary, false, std::move(bytes)}; }

Bench::Bench(const std::shared_ptr<System>& used) : system(used) {
    system->clear();
    backend = system->backend();
    session = backend->connect();
}

void Bench::run(const std::string& sql, const SqlParameters& parameters) {
    session->execute(sql, parameters);
}

TableInfo Bench::info(const std::string& table) const {
    return backend->describe(*session, table).value_or(TableInfo{});
}

ColumnInfo Bench::column(const std::string& table, const std::string& name) const {
    return *backend->describe(*session, table).value().find(name);
}

Value Bench::read(const std::string& table, const std::string& name) const {
    const auto found = column(table, name);
    const auto tagged = session->value("SELECT " + backend->read_expression(found) + " FROM " +
                                       backend->quote(table));
    return backend->value_of(tagged, found);
}

void Bench::write(const std::string& table, const Value& value, const std::string& name) {
    const auto written = backend->write_expression(value, column(table, name), ":p0");
    run("DELETE FROM " + backend->quote(table));
    run("INSERT INTO " + backend->quote(table) + " (" + backend->quote(name) + ") VALUES (" +
            written.sql + ")",
        {written.parameter});
}

ErrorCode code_of(const std::function<void()>& act) {
    try {
        act();
    } catch (const Error& error) {
        UNSCOPED_INFO(error.what());
        return error.code();
    }
    FAIL("nothing was thrown");
    return ErrorCode::internal;
}

TableMapping mapped(const std::string& table, const std::vector<std::string>& key) {
    TableMapping mapping;
    mapping.table = table;
    mapping.key = key;
    return mapping;
}

}  // namespace cfs::test
