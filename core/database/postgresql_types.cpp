#include "core/database/postgresql_types.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/database/real_text.h"
#include "core/model/digest.h"
#include "core/model/text.h"
#include "core/model/uuid.h"

namespace cfs {

namespace {

bool is_integer_type(const std::string& type) {
    return type == "smallint" || type == "integer" || type == "bigint" || type == "oid";
}

bool has_time_of_day(const std::string& type) {
    return type.starts_with("timestamp") || type == "date";
}

// MariaDB's date that is none: here nothing stands for it, and the document keeps what it is.
bool is_zero_date(const std::string& text) { return text.starts_with("0000-00-00"); }

std::string real_text(const std::string& text) {
    if (text == "Infinity") return kInfinity;
    if (text == "-Infinity") return kMinusInfinity;
    return text == "NaN" ? text : shortest_real(text);
}

std::string real_value(const std::string& text) {
    if (text == kInfinity) return "Infinity";
    return text == kMinusInfinity ? "-Infinity" : text;
}

}  // namespace

std::string postgresql_name(const std::string& identifier) { return quoted(identifier, '"'); }

bool is_real_type(const std::string& type) { return type == "double precision" || type == "real"; }

bool has_one_form(const std::string& type) {
    return is_integer_type(type) || is_real_type(type) || type == "numeric" ||
           has_time_of_day(type);
}

bool can_be_of_type(const std::string& text, const std::string& type) {
    if (is_integer_type(type)) {
        std::int64_t number = 0;
        const auto* end = text.data() + text.size();
        const auto read = std::from_chars(text.data(), end, number);
        const std::int64_t limit = type == "smallint"  ? INT16_MAX
                                   : type == "integer" ? INT32_MAX
                                                       : INT64_MAX;
        return read.ec == std::errc() && read.ptr == end && number <= limit && number >= -limit;
    }
    if (type == "numeric") {
        return !text.empty() && text.find_first_not_of("0123456789.-+") == std::string::npos &&
               text.find_first_of("0123456789") != std::string::npos &&
               std::count(text.begin(), text.end(), '.') <= 1 &&
               text.find_first_of("-+", 1) == std::string::npos;
    }
    if (type == "uuid") return Uuid::parse(text).has_value();
    return true;
}

std::string postgresql_text_of(const std::string& expression, const ColumnInfo& column) {
    if (column.type == "bytea") return "encode(" + expression + ", 'hex')";
    // As SQLite and MariaDB have it.
    if (column.type == "boolean") return expression + "::int::text";
    if (column.type == "money") return expression + "::numeric::text";
    return expression + "::text";
}

Value postgresql_value(const std::optional<std::string>& text, const ColumnInfo& column) {
    if (!text) return null_value();
    if (column.type == "bytea") return {ValueKind::binary, false, from_hex(*text).value()};
    return text_value(is_real_type(column.type) ? real_text(*text) : *text);
}

std::vector<Unreadable> postgresql_unreadable(const ColumnInfo& column) {
    static constexpr std::array<std::string_view, 20> kOfOneDatabase = {
        "oid",          "regclass", "regcollation", "regconfig",     "regdictionary",
        "regnamespace", "regoper",  "regoperator",  "regproc",       "regprocedure",
        "regrole",      "regtype",  "xid",          "xid8",          "cid",
        "tid",          "pg_lsn",   "pg_snapshot",  "txid_snapshot", "refcursor"};
    const auto& type = column.type;
    if (std::find(kOfOneDatabase.begin(), kOfOneDatabase.end(), type) == kOfOneDatabase.end()) {
        return {};
    }
    const std::string large = type == "oid" ? " (a large object stays here)" : "";
    return {{postgresql_name(column.name) + " IS NOT NULL",
             "are of the type " + type + " and mean something in this database alone" + large,
             true}};
}

WriteExpression postgresql_write(const Value& value, const ColumnInfo& column,
                                 const std::string& placeholder) {
    if (value.is_null()) return {placeholder, std::nullopt};
    if (column.type == "bytea") return {"decode(" + placeholder + ", 'hex')", to_hex(value.bytes)};
    if (value.kind == ValueKind::binary) {
        throw RowRefused(said("the column {1} can't hold binary values", column.name));
    }
    if (has_time_of_day(column.type) && is_zero_date(value.bytes) && !column.not_null) {
        return {placeholder, std::nullopt};
    }
    if (is_real_type(column.type)) return {placeholder, real_value(value.bytes)};
    // The server takes a number for money, but no text of one.
    if (column.type == "money")
        return {"CAST(CAST(" + placeholder + " AS numeric) AS money)", value.bytes};
    return {placeholder, value.bytes};
}

}  // namespace cfs
