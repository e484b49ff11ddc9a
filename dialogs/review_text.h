// Conflicts as the words and rows of the review window. They may name patients: for the screen
// alone.
#pragma once

#include <wx/string.h>

#include <string>
#include <vector>

#include "core/engine/sync_service.h"
#include "dialogs/text_table.h"

namespace cfs {

// What people read for the name of a table or a column: "blood_group" is "Blood group".
[[nodiscard]] wxString readable_name(const std::string& name);

// Safety first, then by patient and record.
[[nodiscard]] std::vector<Conflict> in_review_order(std::vector<Conflict> conflicts);

[[nodiscard]] wxString patient_text(const Conflict& conflict);
[[nodiscard]] wxString record_text(const Conflict& conflict);
[[nodiscard]] TextTable::Row conflict_row(const Conflict& conflict);

// "West, yesterday 10:42".
[[nodiscard]] wxString writer_text(const ConflictValue& value, Time now);

// "(empty)" for NULL, "(blank)" for a text of nothing, "Image, 34 KB"; rows that a value refers to
// are told by what the conflict says of them. Null: the value's site did not know the field.
[[nodiscard]] wxString value_text(const Value* value, const Conflict& conflict);

// One field of the record with the value of each of the conflict's values, in their order.
struct ComparedField {
    wxString name;
    std::vector<wxString> values;
    bool differs = false;
};

// Those that differ come first.
[[nodiscard]] std::vector<ComparedField> compared_fields(const Conflict& conflict,
                                                         bool only_different);

}  // namespace cfs
