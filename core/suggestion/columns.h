// What the columns of a patient's or record's table mean.
#pragma once

#include "core/suggestion/records.h"
#include "core/suggestion/suggestion.h"

namespace cfs {

// All that the rules of columns look at.
struct SuggestionContext {
    const Catalogue& catalogue;
    const ShortNames& names;
    const PatientTable& patient;
    const Records& records;
    const std::vector<Link>& links;  // one a column

    [[nodiscard]] bool is_mapped(const std::string& table) const {
        return table == patient.table || records.find(table) != nullptr;
    }
};

// `record` is null for the patient's table.
[[nodiscard]] TableSuggestion suggest_table(const SuggestionContext& context,
                                            const CatalogueTable& table, const RecordTable* record);

// The columns by which people may tell the rows of a list apart that is not synchronized; empty if
// there are none.
struct NaturalKey {
    std::string column;
    bool sure = false;
};
[[nodiscard]] NaturalKey natural_key_of(const CatalogueTable& table, const ShortNames& names);

// Does the column change without anybody's doing, and how is it then written?
[[nodiscard]] std::optional<VolatileWrite> volatility_of(const CatalogueColumn& column,
                                                         const Words& words, Reason& reason);

// Columns by which a person would know a row of `table`, whose roles so far are in `mapping`.
void suggest_identity(const SuggestionContext& context, const CatalogueTable& table,
                      TableSuggestion& suggestion);

// What else may be said of each table, once all of them are known.
void suggest_possible(const SuggestionContext& context, Suggestion& suggestion);

}  // namespace cfs
