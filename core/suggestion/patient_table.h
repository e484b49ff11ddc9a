// Which table holds the patients, and by which column other tables mean one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/suggestion/links.h"

namespace cfs {

struct PatientTable {
    std::string table;
    std::string key;  // the column that other tables hold; empty if there is none
    std::string reason;
    bool sure = false;  // is no other table nearly as likely?
};

// Nothing if no table looks like it.
[[nodiscard]] std::optional<PatientTable> find_patient_table(const Catalogue& catalogue,
                                                             const ShortNames& names,
                                                             const std::vector<Link>& links);

// The column by which most other tables mean a row of `table`; else its primary key or a unique
// column; empty if it has none.
[[nodiscard]] std::string referenced_key(const CatalogueTable& table, const ShortNames& names,
                                         const std::vector<Link>& links);

}  // namespace cfs
