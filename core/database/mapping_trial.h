// A mapping tried on a database, enabled or not, without changing anything: what of the database it
// covers, and which rows it could not bring to a patient.
#pragma once

#include <string>
#include <vector>

#include "core/database/backend.h"
#include "core/database/column_faults.h"
#include "core/model/mapping.h"

namespace cfs {

struct ColumnTrouble {
    std::string column;
    std::int64_t rows = 0;
    std::string what;  // "mean a row of visit that is not there"
};

struct TableTrial {
    std::string table;
    bool patient = false;
    std::int64_t rows = 0;
    std::vector<std::string> mapped;   // columns that the mapping names
    std::vector<std::string> skipped;  // of them, those that stay in the database
    std::vector<std::string> unknown;  // not named: they travel as they are
    std::int64_t orphans = 0;          // rows that belong to no patient: they are not synchronized
    std::int64_t two_owners = 0;       // rows whose ways lead to different patients
    std::int64_t same_key = 0;         // rows whose key another row of the table has too
    std::int64_t same_identifier = 0;  // patients whose identifier in <match> another one has too
    std::vector<ColumnTrouble> columns;
    std::vector<ColumnFault> faults;  // whatever the rows hold

    [[nodiscard]] bool has_trouble() const {
        return orphans + two_owners + same_key + same_identifier > 0 || !columns.empty() ||
               !faults.empty();
    }
};

struct MappingTrial {
    std::string mapping;                // its name
    std::vector<TableTrial> tables;     // the patient's first, then as in the mapping
    std::vector<std::string> unmapped;  // tables of the database that the mapping does not have

    [[nodiscard]] bool has_trouble() const;
};

// Reads every row of the mapped tables, in pages, so that nobody has to wait. Rows that are written
// meanwhile may count as orphans. Throws what check_mapping() throws.
[[nodiscard]] MappingTrial try_mapping(const Mapping& mapping, Backend& backend,
                                       SqlSession& session, std::string_view xml = {});

}  // namespace cfs
