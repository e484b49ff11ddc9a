#include "core/model/error.h"

namespace cfs {

std::string_view name_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::database_missing:
            return "database_missing";
        case ErrorCode::database_locked:
            return "database_locked";
        case ErrorCode::database_lost:
            return "database_lost";
        case ErrorCode::database_refused:
            return "database_refused";
        case ErrorCode::database_replaced:
            return "database_replaced";
        case ErrorCode::database_version:
            return "database_version";
        case ErrorCode::not_enabled:
            return "not_enabled";
        case ErrorCode::mapping_invalid:
            return "mapping_invalid";
        case ErrorCode::mapping_table:
            return "mapping_table";
        case ErrorCode::mapping_column:
            return "mapping_column";
        case ErrorCode::mapping_family:
            return "mapping_family";
        case ErrorCode::folder_missing:
            return "folder_missing";
        case ErrorCode::folder_unwritable:
            return "folder_unwritable";
        case ErrorCode::folder_contains_database:
            return "folder_contains_database";
        case ErrorCode::marker_missing:
            return "marker_missing";
        case ErrorCode::marker_other:
            return "marker_other";
        case ErrorCode::files_gone:
            return "files_gone";
        case ErrorCode::patients_gone:
            return "patients_gone";
        case ErrorCode::triggers_missing:
            return "triggers_missing";
        case ErrorCode::file_damaged:
            return "file_damaged";
        case ErrorCode::file_version:
            return "file_version";
        case ErrorCode::file_patient:
            return "file_patient";
        case ErrorCode::file_too_large:
            return "file_too_large";
        case ErrorCode::file_link:
            return "file_link";
        case ErrorCode::disk_full:
            return "disk_full";
        case ErrorCode::row_refused:
            return "row_refused";
        case ErrorCode::attachment_missing:
            return "attachment_missing";
        case ErrorCode::identity_changed:
            return "identity_changed";
        case ErrorCode::busy:
            return "busy";
        case ErrorCode::cancelled:
            return "cancelled";
        case ErrorCode::settings_invalid:
            return "settings_invalid";
        case ErrorCode::secret_store:
            return "secret_store";
        case ErrorCode::changed_since_shown:
            return "changed_since_shown";
        case ErrorCode::usage:
            return "usage";
        case ErrorCode::internal:
            return "internal";
    }
    return "internal";
}

bool is_refusal(const Error& error) {
    switch (error.code()) {
        case ErrorCode::database_version:
        case ErrorCode::not_enabled:
        case ErrorCode::folder_missing:
        case ErrorCode::folder_contains_database:
        case ErrorCode::marker_missing:
        case ErrorCode::marker_other:
        case ErrorCode::mapping_family:
        case ErrorCode::files_gone:
        case ErrorCode::patients_gone:
        case ErrorCode::triggers_missing:
        case ErrorCode::changed_since_shown:
            return true;
        default:
            return dynamic_cast<const Doubt*>(&error) != nullptr;
    }
}

}  // namespace cfs
