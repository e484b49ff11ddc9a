#include "core/database/table_copy.h"

#include <utility>

namespace cfs {

namespace {

constexpr int kAtOnce = 500;

}  // namespace

TableCopy::TableCopy(SqlSession& session, std::string from, std::string to,
                     const std::vector<std::string>& key)
    : session_(session), from_(std::move(from)), to_(std::move(to)), column_(key.back()) {
    if (key.size() == 1) return;
    first_ = key.front();
    done_ = !next_part();
}

bool TableCopy::copy_some() {
    if (done_) return false;
    auto [where, parameters] = rest_of_part();
    last_ =
        session_.value("SELECT " + column_ + " FROM " + from_ + " WHERE " + where + " ORDER BY " +
                           column_ + " LIMIT 1 OFFSET " + std::to_string(kAtOnce - 1),
                       parameters);
    if (last_) {
        where += " AND " + column_ + " <= " + placeholder(parameters.size());
        parameters.emplace_back(*last_);
    }
    session_.execute("INSERT INTO " + to_ + " SELECT * FROM " + from_ + " WHERE " + where +
                         " ORDER BY " + column_,
                     parameters);
    if (!last_) done_ = first_.empty() || !next_part();
    return !done_;
}

// Asked for one by one: to list them all is to read the whole table.
bool TableCopy::next_part() {
    const auto smallest = "SELECT MIN(" + first_ + ") FROM " + from_;
    part_ = part_ ? session_.value(smallest + " WHERE " + first_ + " > :p0", {*part_})
                  : session_.value(smallest);
    return part_.has_value();
}

SqlCondition TableCopy::rest_of_part() const {
    SqlCondition rest{part_ ? first_ + " = :p0" : "1 = 1", {}};
    if (part_) rest.parameters.emplace_back(*part_);
    if (last_) {
        rest.sql += " AND " + column_ + " > " + placeholder(rest.parameters.size());
        rest.parameters.emplace_back(*last_);
    }
    return rest;
}

}  // namespace cfs
