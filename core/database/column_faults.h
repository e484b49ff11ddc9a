// Columns of which a mapping says something else than the database itself: what its catalogue
// declares of them tells that rows would be harmed, or wait for ever, whatever the rows hold. Pure.
#pragma once

#include <string>
#include <vector>

#include "core/database/catalogue.h"
#include "core/model/mapping.h"

namespace cfs {

struct ColumnFault {
    std::string column;
    std::string what;  // "refers to doctor in this database, but travels as it is: ..."

    bool operator==(const ColumnFault&) const = default;
};

// Of one mapped table or part; `here` is what the catalogue has of it.
[[nodiscard]] std::vector<ColumnFault> column_faults(const Mapping& mapping,
                                                     const TableMapping& table,
                                                     const CatalogueTable& here);

// Is one more than a value of the column another value of it? Not of a text or a date.
[[nodiscard]] bool can_be_counted(const CatalogueColumn& column);

}  // namespace cfs
