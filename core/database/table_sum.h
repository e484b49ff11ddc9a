// What tells whether the rows of a table are still those that were read, without reading them
// again: how many there are, and the sum of a number that is made of each (see
// Backend::content_number()).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/database/backend.h"

namespace cfs {

struct TableSum {
    std::uint64_t rows = 0;
    std::uint64_t sum = 0;  // modulo 2^64
    bool complete = true;   // had every row a number?

    // One more row, with its number as the database writes it.
    void add(const std::optional<std::string>& number);

    [[nodiscard]] std::string text() const;
};

// The number in SQL, exactly, whatever its type; there may be spaces behind it.
[[nodiscard]] std::string number_as_text(const std::string& number);

// Added up by the database itself. A row without a number counts as one whose number is 0.
[[nodiscard]] TableSum sum_of_rows(SqlSession& session, const std::string& from,
                                   const std::string& number);

}  // namespace cfs
