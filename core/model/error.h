// The one exception of the core. A failure has a code that scripts can test and a sentence that
// says what happened, to which folder or database, and what to do; no sentence holds patient data.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace cfs {

enum class ErrorCode {
    database_missing,
    database_locked,
    database_lost,
    database_refused,
    database_replaced,
    database_version,
    not_enabled,
    mapping_invalid,
    mapping_table,
    mapping_column,
    mapping_family,
    folder_missing,
    folder_unwritable,
    folder_contains_database,
    marker_missing,
    marker_other,
    files_gone,
    patients_gone,
    triggers_missing,
    file_damaged,
    file_version,
    file_patient,
    file_too_large,
    file_link,
    disk_full,
    row_refused,
    attachment_missing,
    identity_changed,
    busy,
    cancelled,
    settings_invalid,
    secret_store,
    changed_since_shown,
    usage,
    internal,
};

[[nodiscard]] std::string_view name_of(ErrorCode code);  // "database_missing"

class Error : public std::runtime_error {
  public:
    Error(ErrorCode code, const std::string& sentence)
        : std::runtime_error(sentence), code_(code) {}

    [[nodiscard]] ErrorCode code() const { return code_; }

  private:
    ErrorCode code_;
};

// Thrown before anything is begun, where something is in doubt that by its code alone may as well
// go wrong later.
class Doubt : public Error {
  public:
    using Error::Error;
};

// Was nothing even begun, since a condition is missing or something is in doubt?
[[nodiscard]] bool is_refusal(const Error& error);

}  // namespace cfs
