// A patient document as the bytes of its file, and back. The writing is canonical: equal documents
// give equal bytes on every platform. The format is described in core/README.md and by
// core/schema/patient.xsd.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/model/digest.h"
#include "core/model/patient_document.h"

namespace cfs {

// The largest patient file that is read, in bytes. Reading one takes at most some 40 times its size
// in memory and 16 MiB.
inline constexpr std::size_t kMaxPatientFile = std::size_t{16} << 20;

[[nodiscard]] std::string to_xml(const PatientDocument& document);

// Throws file_too_large, file_version (another format) or file_damaged; the sentence names no file.
[[nodiscard]] PatientDocument from_xml(std::string_view xml);

// Is this the beginning of a patient file? True also for one that is damaged further on.
[[nodiscard]] bool begins_like_patient_file(std::string_view head);

// The digest that a file written by to_xml() carries.
[[nodiscard]] std::optional<Digest> digest_of_file(std::string_view xml);

}  // namespace cfs
