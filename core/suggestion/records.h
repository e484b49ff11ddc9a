// Which tables hold records of patients, and how a row belongs to its patient.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/suggestion/patient_table.h"

namespace cfs {

struct OwnerWay {
    Link link;             // from the record towards the patient ...
    bool through = false;  // ... or, the other way round, from the owner to this row
};

struct RecordTable {
    std::string table;
    std::vector<OwnerWay> owners;  // the first that leads to a patient counts
    int depth = 1;                 // steps to the patient
    bool sure = true;
    std::string reason;
};

// A table that leads to a patient and still is no record, and why.
struct LeftOutTable {
    std::string table;
    std::string reason;
};

struct Records {
    std::vector<RecordTable> tables;  // the nearest to the patient first
    std::vector<LeftOutTable> left_out;

    [[nodiscard]] const RecordTable* find(const std::string& table) const;
};

// `links`: one a column, as settled.
[[nodiscard]] Records find_records(const Catalogue& catalogue, const ShortNames& names,
                                   const PatientTable& patient, const std::vector<Link>& links);

// Does the table hold users or those who treat, by its name or since it holds passwords?
[[nodiscard]] bool is_staff_table(const CatalogueTable& table, const ShortNames& names);

}  // namespace cfs
