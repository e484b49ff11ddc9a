// Where things lie in a sync folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/model/digest.h"
#include "core/model/ids.h"

namespace cfs {

inline constexpr std::string_view kMarkerPath = "cloud-folder-sync.xml";
inline constexpr std::string_view kPatientsDirectory = "patients";
inline constexpr std::string_view kAttachmentsDirectory = "attachments";
inline constexpr std::string_view kLogsDirectory = "logs";
inline constexpr std::string_view kSitesDirectory = "sites";

// The largest attachment that is read, in bytes.
inline constexpr std::size_t kMaxAttachment = std::size_t{256} << 20;

[[nodiscard]] std::string patient_path(PatientId patient);         // patients/ab/<uuid>.xml
[[nodiscard]] std::string attachment_path(const Digest& content);  // attachments/ab/<sha-256>
[[nodiscard]] std::string log_directory(WriterId writer);          // logs/<writer>
[[nodiscard]] std::string segment_path(WriterId writer, std::int64_t number);  // .../<number>.xml
[[nodiscard]] std::string site_path(WriterId writer);                          // sites/<writer>.xml

// A directory of patients' files: "patients/ab".
[[nodiscard]] bool is_shard(std::string_view directory);
// The patient whose canonical path `path` is, if it is one.
[[nodiscard]] std::optional<PatientId> patient_at(std::string_view path);
// The number of a segment file's name ("000000000042.xml"), if it is one.
[[nodiscard]] std::optional<std::int64_t> segment_number(std::string_view name);

}  // namespace cfs
