#include "core/database/mariadb_values.h"

#include <algorithm>
#include <array>

#include "core/database/real_text.h"

namespace cfs {

namespace {

// What a column holds: how its values are read follows from that.
enum class Holds { text, bytes, number, single_real, double_real, bits, other };

template <std::size_t size>
bool is_one_of(const std::array<std::string_view, size>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// "int" of "int(10) unsigned", as the catalogue gives a type.
std::string_view name_of(std::string_view type) { return type.substr(0, type.find_first_of(" (")); }

Holds held_by(std::string_view type) {
    static constexpr std::array<std::string_view, 8> kTexts = {
        "char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"};
    static constexpr std::array<std::string_view, 15> kBytes = {
        "binary",        "varbinary",
        "tinyblob",      "blob",
        "mediumblob",    "longblob",
        "geometry",      "point",
        "linestring",    "polygon",
        "multipoint",    "multilinestring",
        "multipolygon",  "geometrycollection",
        "geomcollection"};
    static constexpr std::array<std::string_view, 7> kNumbers = {
        "tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "numeric"};
    const auto name = name_of(type);
    if (is_one_of(kTexts, name)) return Holds::text;
    if (is_one_of(kBytes, name)) return Holds::bytes;
    if (is_one_of(kNumbers, name)) return Holds::number;
    if (name == "float") return Holds::single_real;
    if (name == "double") return Holds::double_real;
    return name == "bit" ? Holds::bits : Holds::other;
}

std::string as_text(const std::string& expression) { return "CAST(" + expression + " AS CHAR)"; }

}  // namespace

bool mariadb_has_one_form(std::string_view type) {
    static constexpr std::array<std::string_view, 3> kTimes = {"date", "datetime", "timestamp"};
    const auto holds = held_by(type);
    return holds == Holds::number || holds == Holds::single_real || holds == Holds::double_real ||
           is_one_of(kTimes, name_of(type));
}

std::string mariadb_read_expression(const ColumnInfo& column, const std::string& name) {
    switch (held_by(column.type)) {
        case Holds::text:
        case Holds::bytes:
            return name;
        case Holds::number:
            // Zeros that only fill the column up are not part of the number.
            return as_text(column.type.ends_with("zerofill") ? name + "+0" : name);
        case Holds::single_real:
        case Holds::double_real:
            // As doubles, with all their digits.
            return as_text(name + "+0e0");
        case Holds::bits:
            return as_text(name + "+0");
        case Holds::other:
            break;
    }
    return as_text(name);
}

std::string mariadb_key_expression(const ColumnInfo& column, const std::string& name) {
    const bool text = held_by(column.type) == Holds::text;
    return text ? "CONVERT(" + name + " USING utf8mb4)" : mariadb_read_expression(column, name);
}

Value mariadb_value_of(const std::optional<std::string>& text, const ColumnInfo& column) {
    if (!text) return null_value();
    switch (held_by(column.type)) {
        case Holds::bytes:
            return {ValueKind::binary, false, *text};
        case Holds::single_real:
            return text_value(shortest_float(*text));
        case Holds::double_real:
            return text_value(shortest_real(*text));
        case Holds::text:
        case Holds::number:
        case Holds::bits:
        case Holds::other:
            break;
    }
    return text_value(*text);
}

std::vector<Unreadable> mariadb_unreadable(const ColumnInfo& column, const std::string& name) {
    const auto type = std::string_view(column.type).substr(0, column.type.find('('));
    if (type == "vector") {
        return {{name + " IS NOT NULL", "are of the type vector, which is not synchronized", true}};
    }
    // What a server that is not strict makes of a word outside the list; no other takes it.
    if (type == "enum" && column.type.find("''") == std::string::npos) {
        return {{name + " = 0", "are of the type " + column.type + " and none of its words"}};
    }
    return {};
}

WriteExpression mariadb_write_expression(const Value& value, const ColumnInfo& column,
                                         const std::string& placeholder) {
    if (value.is_null()) return {placeholder, std::nullopt};
    if (value.kind == ValueKind::binary) return {placeholder, SqlParameter(value.bytes, true)};
    // Text would be taken for the bits of its characters.
    const bool bits = held_by(column.type) == Holds::bits;
    return {bits ? "CAST(" + placeholder + " AS UNSIGNED)" : placeholder, value.bytes};
}

}  // namespace cfs
