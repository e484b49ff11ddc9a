// The core speaks UTF-8 in std::string, the windows wxString; and small things about texts.
#pragma once

#include <wx/intl.h>
#include <wx/string.h>

#include <string>
#include <string_view>

namespace cfs {

[[nodiscard]] inline wxString to_wx(std::string_view text) {
    return wxString::FromUTF8(text.data(), text.size());
}

[[nodiscard]] inline std::string to_utf8(const wxString& text) { return text.utf8_string(); }

// "West: not synced yet", with the blanks that the user's language wants there.
[[nodiscard]] inline wxString labelled(const wxString& label, const wxString& text) {
    return wxString::Format(_("%s: %s"), label, text);
}

// Adds a part to a list in one text; one that is empty is left out.
inline void add_part(wxString& text, const char* separator, const wxString& part) {
    if (part.empty()) return;
    if (!text.empty()) text += separator;
    text += part;
}

// "Sync folder" of "Sync folder:"; French has a blank that does not break before the colon.
[[nodiscard]] inline wxString without_colon(wxString label) {
    label.EndsWith(":", &label);
    label.Trim();
    label.EndsWith(wxString(wxUniChar(0xA0)), &label);
    return label;
}

}  // namespace cfs
