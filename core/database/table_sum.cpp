#include "core/database/table_sum.h"

namespace cfs {

namespace {

// A decimal number, negative or larger than 64 bits, too.
std::uint64_t modulo_64_bits(const std::string& number) {
    std::uint64_t result = 0;
    for (const char digit : number) {
        if (digit >= '0' && digit <= '9') {
            result = result * 10 + static_cast<std::uint64_t>(digit - '0');
        }
    }
    return number.starts_with('-') ? 0 - result : result;
}

}  // namespace

std::string number_as_text(const std::string& number) { return "CAST(" + number + " AS CHAR(40))"; }

void TableSum::add(const std::optional<std::string>& number) {
    ++rows;
    complete = complete && number.has_value();
    sum += modulo_64_bits(number.value_or("0"));
}

std::string TableSum::text() const { return std::to_string(rows) + " " + std::to_string(sum); }

TableSum sum_of_rows(SqlSession& session, const std::string& from, const std::string& number) {
    TableSum total;
    session.query("SELECT COUNT(*), " + number_as_text("SUM(" + number + ")") + " FROM " + from, {},
                  [&](const SqlRow& row) {
                      total.rows = modulo_64_bits(row[0].value_or("0"));
                      total.sum = modulo_64_bits(row[1].value_or("0"));
                  });
    return total;
}

}  // namespace cfs
