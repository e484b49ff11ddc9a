#include "dialogs/language.h"

#include <wx/arrstr.h>
#include <wx/translation.h>

#include "core/model/text.h"
#include "dialogs/translations/catalogue_data.h"
#include "dialogs/wx_text.h"

namespace cfs {
namespace {

const wxString kDomain = "cloud-folder-sync";

// What wxWidgets writes on its own buttons, so that the catalogues have it; GTK has its own.
[[maybe_unused]] constexpr const char* kButtons[] = {
    wxTRANSLATE("&OK"),  wxTRANSLATE("&Cancel"), wxTRANSLATE("&Close"),
    wxTRANSLATE("&Yes"), wxTRANSLATE("&No"),
};

class EmbeddedCatalogues : public wxTranslationsLoader {
  public:
    wxMsgCatalog* LoadCatalog(const wxString& domain, const wxString& language) override {
        const auto found = catalogue_data().find(to_utf8(language));
        if (domain != kDomain || found == catalogue_data().end()) return nullptr;
        const auto bytes = found->second;
        return wxMsgCatalog::CreateFromData(
            wxScopedCharBuffer::CreateNonOwned(bytes.data(), bytes.size()), domain);
    }

    wxArrayString GetAvailableTranslations(const wxString&) const override {
        wxArrayString codes;
        for (const auto& [code, bytes] : catalogue_data()) codes.push_back(to_wx(code));
        return codes;
    }
};

std::string translated(const char* one, const char* many, std::int64_t count) {
    const auto sentence = wxString::FromUTF8(one);
    if (!many) return to_utf8(wxGetTranslation(sentence));
    return to_utf8(
        wxGetTranslation(sentence, wxString::FromUTF8(many), static_cast<unsigned>(count)));
}

}  // namespace

const std::vector<Language>& languages() {
    static const std::vector<Language> all = {
        {"de", wxString::FromUTF8("Deutsch")},  {"en", wxString::FromUTF8("English")},
        {"es", wxString::FromUTF8("Español")},  {"fr", wxString::FromUTF8("Français")},
        {"it", wxString::FromUTF8("Italiano")}, {"pt", wxString::FromUTF8("Português")},
        {"ro", wxString::FromUTF8("Română")},   {"ja", wxString::FromUTF8("日本語")},
    };
    return all;
}

void speak(const std::string& code) {
    auto* translations = new wxTranslations;
    wxTranslations::Set(translations);
    translations->SetLoader(new EmbeddedCatalogues);
    if (!code.empty()) translations->SetLanguage(to_wx(code));
    translations->AddCatalog(kDomain);
    translate_by(translated);
}

}  // namespace cfs
