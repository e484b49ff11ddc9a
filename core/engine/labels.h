// What tells a patient and a record to the person who looks at the screen, by the mapping's labels.
// It names people: it never goes into a log or the name of a file, nor into a notification unless
// the user wants it there. Pure.
#pragma once

#include <string>

#include "core/model/mapping.h"
#include "core/model/patient_document.h"

namespace cfs {

// "Castillo, Joaquín, 1980-02-03": one line of printable text; empty where the document tells
// nothing.
[[nodiscard]] std::string patient_label(const PatientDocument& document, const Mapping& mapping);

// The same of one row.
[[nodiscard]] std::string row_label(const Row& row, const Mapping& mapping);

}  // namespace cfs
