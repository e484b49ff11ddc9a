// The core speaks UTF-8 in std::string, the windows wxString.
#pragma once

#include <wx/string.h>

#include <string>
#include <string_view>

namespace cfs {

[[nodiscard]] inline wxString to_wx(std::string_view text) {
    return wxString::FromUTF8(text.data(), text.size());
}

[[nodiscard]] inline std::string to_utf8(const wxString& text) { return text.utf8_string(); }

}  // namespace cfs
