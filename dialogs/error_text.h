// The one place where errors become words for the user: a heading by kind and the core's sentence.
#pragma once

#include <wx/string.h>

#include <exception>
#include <string>

#include "core/model/error.h"

namespace cfs {

struct ErrorText {
    wxString heading;   // "The sync folder can't be used"
    wxString sentence;  // what happened, to which folder or database, and what to do

    [[nodiscard]] wxString whole() const;  // in one text, the heading first
};

[[nodiscard]] wxString heading_of(ErrorCode code);
[[nodiscard]] ErrorText describe(ErrorCode code, const std::string& sentence);
// Never throws; anything that is no Error is an internal one.
[[nodiscard]] ErrorText describe(const std::exception_ptr& error);

// Of anything that is no Error: internal.
[[nodiscard]] ErrorCode code_of(const std::exception_ptr& error);

// Is it shown at the field of the sync folder?
[[nodiscard]] bool is_about_folder(ErrorCode code);

}  // namespace cfs
