// Which column holds the key of a row in another table: declared by a foreign key, or guessed from
// names and types and from values that occur in the other table's key.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/suggestion/names.h"

namespace cfs {

struct Link {
    std::string table, column;
    std::string target_table, target_column;
    bool declared = false;  // a foreign key says so
    int weight = 0;         // how much the names say
    std::string reason;     // for people
    Overlap overlap = {};   // asked for guesses only

    [[nodiscard]] bool to_itself() const { return table == target_table; }
    // May a row belong to the other by it? A name alone that says little is enough for a reference,
    // but not to take a table for a record.
    [[nodiscard]] bool may_own() const;
};

// Answers how many of a column's values occur in the other: the one question about rows that
// the catalogue does not answer.
using OverlapQuestion = std::function<Overlap(const Link&)>;

// By foreign keys and by names alone; a column may have several. Composite foreign keys are not
// among them.
[[nodiscard]] std::vector<Link> possible_links(const Catalogue& catalogue, const ShortNames& names);

// The column that says of which table `column` means a row, where that differs from row to row
// (subject_type beside subject_id); empty for any other column.
[[nodiscard]] std::string discriminator_of(const Catalogue& catalogue, const CatalogueTable& table,
                                           const CatalogueColumn& column, const ShortNames& names);

// Links of columns that say "patient" in any way, and of columns named like the patient's key.
[[nodiscard]] std::vector<Link> links_to_patient(const Catalogue& catalogue,
                                                 const ShortNames& names,
                                                 const std::string& patient_table,
                                                 const std::string& patient_key);

// Links of columns that say "user" or "doctor" to the table of these, which `staff_table` names.
[[nodiscard]] std::vector<Link> links_to_staff(const Catalogue& catalogue, const ShortNames& names,
                                               const std::string& staff_table);

// One link a column: the weightiest that the rows do not contradict.
[[nodiscard]] std::vector<Link> settled_links(const Catalogue& catalogue, std::vector<Link> links,
                                              const OverlapQuestion& overlap);

// The columns by which other tables may mean a row: unique ones, and one that is named like its own
// table (encounter in form_encounter).
[[nodiscard]] std::vector<std::string> key_candidates(const CatalogueTable& table,
                                                      const ShortNames& names);

}  // namespace cfs
