#include "core/folder/folder_layout.h"

#include <algorithm>
#include <charconv>

namespace cfs {

namespace {

constexpr std::size_t kNumberDigits = 12;
constexpr std::string_view kXml = ".xml";

// directory/ab/name.end: 256 subfolders keep every directory small enough for any cloud client.
std::string spread(std::string_view directory, const std::string& name, std::string_view end) {
    std::string path(directory);
    path += '/';
    path += std::string_view(name).substr(0, 2);
    path += '/';
    path += name;
    path += end;
    return path;
}

}  // namespace

std::string patient_path(PatientId patient) {
    return spread(kPatientsDirectory, patient.text(), kXml);
}

std::string attachment_path(const Digest& content) {
    return spread(kAttachmentsDirectory, content.text(), {});
}

std::string log_directory(WriterId writer) {
    return std::string(kLogsDirectory) + '/' + writer.text();
}

std::string segment_path(WriterId writer, std::int64_t number) {
    auto digits = std::to_string(number);
    if (digits.size() < kNumberDigits) digits.insert(0, kNumberDigits - digits.size(), '0');
    return log_directory(writer) + '/' + digits + std::string(kXml);
}

std::string site_path(WriterId writer) {
    return std::string(kSitesDirectory) + '/' + writer.text() + std::string(kXml);
}

bool is_shard(std::string_view directory) {
    const auto slash = directory.rfind('/');
    return directory.substr(0, slash) == kPatientsDirectory && slash + 3 == directory.size();
}

std::optional<PatientId> patient_at(std::string_view path) {
    if (!path.ends_with(kXml)) return std::nullopt;
    const auto slash = path.rfind('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto name = path.substr(slash + 1);
    const auto patient = PatientId::parse(name.substr(0, name.size() - kXml.size()));
    if (!patient || patient_path(*patient) != path) return std::nullopt;
    return patient;
}

std::optional<std::int64_t> segment_number(std::string_view name) {
    if (name.size() != kNumberDigits + kXml.size() || !name.ends_with(kXml)) return std::nullopt;
    const auto digits = name.substr(0, kNumberDigits);
    if (!std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; })) {
        return std::nullopt;
    }
    std::int64_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number > 0 ? std::optional(number) : std::nullopt;
}

}  // namespace cfs
