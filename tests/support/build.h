// Short words for documents, rows and mappings in readable examples.
#pragma once

#include <chrono>
#include <map>
#include <string>

#include "core/model/mapping.h"
#include "core/model/patient_document.h"
#include "core/rules/observe.h"

namespace cfs::test {

// The identifiers of the examples are small numbers.
[[nodiscard]] inline Uuid uuid(std::uint8_t number) {
    Uuid uuid;
    uuid.bytes[15] = number;
    return uuid;
}
[[nodiscard]] inline PatientId patient(std::uint8_t number) { return {uuid(number)}; }
[[nodiscard]] inline RowId row_id(std::uint8_t number) { return {uuid(number)}; }
[[nodiscard]] inline VersionId version(std::uint8_t number) { return {number, {number}}; }
[[nodiscard]] inline FreshVersion issues(std::uint8_t number) {
    return [number] { return version(number); };
}
[[nodiscard]] inline Value null() { return null_value(); }
[[nodiscard]] inline Value text(std::string text) { return text_value(std::move(text)); }
[[nodiscard]] inline Value ref(std::uint8_t number) { return text_value(uuid(number).text()); }

[[nodiscard]] inline Time at(int minutes) {
    return std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + std::chrono::minutes(minutes);
}

using Values = std::map<std::string, Value>;

// A row that one version wrote.
[[nodiscard]] inline Row written(const std::string& table, VersionId version, Time time,
                                 const Values& values) {
    Row row;
    row.table = table;
    for (const auto& [column, value] : values) row.fields[column] = {{version, time, value}};
    row.absorbed = {version};
    return row;
}

// The document of rows found when a database is enabled.
[[nodiscard]] PatientDocument found(PatientId patient, const Rows& rows, const Mapping& mapping);

// patient (field-wise; age and its unit together; allergies are a matter of safety), visit and
// dose (whole rows; a dose belongs to the patient of its visit; `touched` changes by itself).
[[nodiscard]] Mapping clinic();

}  // namespace cfs::test
