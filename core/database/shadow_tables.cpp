#include "core/database/shadow_tables.h"

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

#include "core/database/own_tables.h"
#include "core/database/short_transactions.h"

namespace cfs {

namespace {

// Rows that one statement writes: about a millisecond.
constexpr int kAtOnce = 200;

// All rows of a copy that are alike in the columns of the key but for the last.
struct Part {
    std::string from, to, key;  // the last column
    std::string condition;      // on the others, with parameters from :p0 on
    SqlParameters parameters;

    [[nodiscard]] SqlCondition after(const std::optional<std::string>& last) const {
        SqlCondition where{condition, parameters};
        if (last) {
            where.sql += " AND " + key + " > " + placeholder(where.parameters.size());
            where.parameters.emplace_back(*last);
        }
        return where;
    }
};

std::vector<Part> parts_of(SqlSession& session, const std::string& from, const std::string& to,
                           const std::string& keys) {
    const auto comma = keys.find(", ");
    if (comma == std::string::npos) return {{from, to, keys, "1 = 1", {}}};
    const auto first = keys.substr(0, comma);
    std::vector<Part> parts;
    session.query("SELECT DISTINCT " + first + " FROM " + from, {}, [&](const SqlRow& row) {
        parts.push_back({from, to, keys.substr(comma + 2), first + " = :p0", {row[0]}});
    });
    return parts;
}

// Copies the next rows; `last` is the key of the last one. False if there were no more.
bool copy_some(SqlSession& session, const Part& part, std::optional<std::string>& last) {
    auto [where, parameters] = part.after(last);
    const auto end =
        session.value("SELECT " + part.key + " FROM " + part.from + " WHERE " + where +
                          " ORDER BY " + part.key + " LIMIT 1 OFFSET " + std::to_string(kAtOnce),
                      parameters);
    if (end) {
        where += " AND " + part.key + " <= " + placeholder(parameters.size());
        parameters.emplace_back(*end);
    }
    session.execute("INSERT INTO " + part.to + " SELECT * FROM " + part.from + " WHERE " + where +
                        " ORDER BY " + part.key,
                    parameters);
    last = end;
    return end.has_value();
}

}  // namespace

ShadowTables::ShadowTables(Backend& backend, SqlSession& session,
                           const std::vector<std::string>& tables)
    : backend_(backend), session_(session), tables_(tables) {
    for (const auto& table : tables_) backend_.shadow(session_, table);
}

ShadowTables::~ShadowTables() {
    for (const auto& table : tables_) {
        try {
            backend_.unshadow(session_, table);
        } catch (const std::exception&) {
            // It goes with the connection.
        }
    }
}

void ShadowTables::keep(Clock& clock) {
    for (const auto& [table, key] : large_own_tables()) {
        if (std::find(tables_.begin(), tables_.end(), table) == tables_.end()) continue;
        const auto [from, to] = backend_.beside_shadow(session_, table);
        for (const auto& part : parts_of(session_, from, to, key)) {
            std::optional<std::string> last;
            in_short_transactions(session_, backend_, clock,
                                  [&] { return copy_some(session_, part, last); });
        }
        backend_.unshadow(session_, table);
    }
}

}  // namespace cfs
