// The join of two documents of one patient: commutative, associative, idempotent. Pure.
//
// Knowledge stands per row, as the set of versions it has absorbed. A value that one side holds
// is dropped only if the other side has absorbed its version and holds it no longer: it was
// overwritten there by an edit that had seen it. Rows are only ever added.
#pragma once

#include "core/model/patient_document.h"

namespace cfs {

[[nodiscard]] PatientDocument merge(const PatientDocument& a, const PatientDocument& b);
[[nodiscard]] Row merge(const Row& a, const Row& b);

// The same, into `into`; rows that only `other` has are moved.
void merge_into(PatientDocument& into, PatientDocument other);

// Is the join of both what `document` is already?
[[nodiscard]] bool includes(const PatientDocument& document, const PatientDocument& other);

// Has `row` absorbed `version`?
[[nodiscard]] bool has_absorbed(const Row& row, const VersionId& version);

// Adds `version` to the set of those absorbed.
void absorb(Row& row, const VersionId& version);

}  // namespace cfs
