// A patient document as the bytes of its file, and back. The writing is canonical: equal documents
// give equal bytes on every platform. The format is described in core/README.md and by
// core/schema/patient.xsd.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "core/model/digest.h"
#include "core/model/patient_document.h"

namespace cfs {

// The largest patient file that is read, in bytes, and what it may stand for: rows, values and the
// bytes of the values, a value counted once for each version that wrote it. Rows are parsed one by
// one, so that reading takes no more memory than the file, the document and the tree of one row.
inline constexpr std::size_t kMaxPatientFile = std::size_t{16} << 20;
inline constexpr std::size_t kMaxRows = 100'000;
inline constexpr std::size_t kMaxValues = 250'000;
inline constexpr std::size_t kMaxValueBytes = std::size_t{32} << 20;

// `alike` may be a file that from_xml() has read: where the document is written as that one, its
// digest is known.
[[nodiscard]] std::string to_xml(const PatientDocument& document, std::string_view alike = {});

// A document that from_xml() has read, and the bytes that it was read from.
struct ReadDocument {
    std::string_view xml;
    const PatientDocument* document = nullptr;
};

// Throws file_too_large, file_version (another format) or file_damaged; the sentence names no file.
// Rows that are written as in `alike` are taken from there.
[[nodiscard]] PatientDocument from_xml(std::string_view xml, const ReadDocument& alike = {});

// The versions that the rows of a document have absorbed, out of `xml`, which to_xml() made of it:
// all that is asked of many documents after a first sync, and much cheaper than to read them.
[[nodiscard]] std::set<VersionId> versions_in(std::string_view xml);

// Could from_xml() read the document again from `xml`, which to_xml() made of it?
[[nodiscard]] bool fits_patient_file(const PatientDocument& document, std::string_view xml);

// Is this the beginning of a patient file? True also for one that is damaged further on.
[[nodiscard]] bool begins_like_patient_file(std::string_view head);

// The digest that a file written by to_xml() carries.
[[nodiscard]] std::optional<Digest> digest_of_file(std::string_view xml);

}  // namespace cfs
