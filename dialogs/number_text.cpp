#include "dialogs/number_text.h"

#include <wx/intl.h>

namespace cfs {
namespace {

// What stands between groups in a number that is written as an example.
wxString separator_in(const wxString& example) {
    wxString separator;
    for (const auto c : example) {
        if (!wxIsdigit(c)) separator += c;
    }
    return separator;
}

wxString separator_for(std::size_t digits) {
    // TRANSLATORS: a number of four digits, as it is written in your language: 1.234, or 1234.
    const auto four = _("1,234");
    // TRANSLATORS: a number of five digits, as it is written in your language; a blank must not
    // break: U+00A0.
    const auto five = _("12,345");
    return separator_in(digits > 4 ? five : four);
}

}  // namespace

wxString number_text(std::int64_t number, Digits digits) {
    wxString text = wxString::Format("%lld", static_cast<long long>(number));
    if (digits == Digits::plain) return text;
    const std::size_t first = number < 0 ? 1 : 0;
    const auto separator = separator_for(text.length() - first);
    for (auto at = text.length(); at > first + 3;) text.insert(at -= 3, separator);
    return text;
}

wxString counted(const char* one, const char* many, std::int64_t number, Digits digits) {
    return wxString::Format(
        wxGetTranslation(wxString(one), wxString(many), static_cast<unsigned>(number)),
        number_text(number, digits));
}

}  // namespace cfs
