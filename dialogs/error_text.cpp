#include "dialogs/error_text.h"

#include <wx/intl.h>

#include "dialogs/wx_text.h"

namespace cfs {

wxString heading_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::database_missing:
            return _("The database was not found");
        case ErrorCode::database_locked:
            return _("The database is in use");
        case ErrorCode::database_lost:
            return _("The connection to the database was lost");
        case ErrorCode::database_refused:
            return _("The database refused");
        case ErrorCode::database_replaced:
            return _("The database was replaced");
        case ErrorCode::database_version:
            return _("The database is another version's");
        case ErrorCode::not_enabled:
            return _("The database is not enabled");
        case ErrorCode::triggers_missing:
            return _("The database has lost its change tracking");
        case ErrorCode::row_refused:
            return _("A row could not be stored");
        case ErrorCode::attachment_missing:
            return _("A file of the clinic program can't be read");
        case ErrorCode::identity_changed:
            return _("A row looks like another person's");
        case ErrorCode::mapping_invalid:
        case ErrorCode::mapping_table:
        case ErrorCode::mapping_column:
            return _("The mapping does not fit");
        case ErrorCode::mapping_family:
        case ErrorCode::marker_other:
            return _("This is another sync folder");
        case ErrorCode::folder_missing:
            return _("The sync folder was not found");
        case ErrorCode::folder_unwritable:
        case ErrorCode::folder_contains_database:
            return _("The sync folder can't be used");
        case ErrorCode::marker_missing:
            return _("This is not a sync folder yet");
        case ErrorCode::files_gone:
            return _("Many files are gone from the sync folder");
        case ErrorCode::patients_gone:
            return _("Many patients are gone from the database");
        case ErrorCode::file_damaged:
        case ErrorCode::file_version:
        case ErrorCode::file_patient:
        case ErrorCode::file_too_large:
        case ErrorCode::file_link:
            return _("A file in the sync folder can't be read");
        case ErrorCode::disk_full:
            return _("The disk is nearly full");
        case ErrorCode::busy:
            return _("Another sync is running");
        case ErrorCode::cancelled:
            return _("The sync was stopped");
        case ErrorCode::settings_invalid:
            return _("The settings can't be read");
        case ErrorCode::secret_store:
            return _("The password can't be kept");
        case ErrorCode::changed_since_shown:
            return _("This has changed in the meantime");
        case ErrorCode::usage:
            return _("This can't be done");
        case ErrorCode::internal:
            return _("Something unexpected went wrong");
    }
    return _("Something unexpected went wrong");
}

wxString ErrorText::whole() const { return labelled(heading, sentence); }

ErrorText describe(ErrorCode code, const std::string& sentence) {
    return {heading_of(code), to_wx(sentence)};
}

ErrorText describe(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const Error& e) {
        return describe(e.code(), e.what());
    } catch (const std::exception& e) {
        return describe(ErrorCode::internal, e.what());
    } catch (...) {
        return {heading_of(ErrorCode::internal), {}};
    }
}

bool is_about_folder(ErrorCode code) {
    switch (code) {
        case ErrorCode::mapping_family:
        case ErrorCode::folder_missing:
        case ErrorCode::folder_unwritable:
        case ErrorCode::folder_contains_database:
        case ErrorCode::marker_missing:
        case ErrorCode::marker_other:
        case ErrorCode::files_gone:
        case ErrorCode::disk_full:
            return true;
        default:
            return false;
    }
}

ErrorCode code_of(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const Error& e) {
        return e.code();
    } catch (...) {
        return ErrorCode::internal;
    }
}

}  // namespace cfs
