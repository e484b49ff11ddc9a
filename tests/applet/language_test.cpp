#include "dialogs/language.h"

#include <wx/intl.h>
#include <wx/utils.h>

#include <set>

#include "core/database/mapping_file.h"
#include "core/model/error.h"
#include "core/model/text.h"
#include "dialogs/number_text.h"
#include "dialogs/time_text.h"
#include "dialogs/translations/catalogue_data.h"
#include "tests/support/catch.h"

using namespace cfs;

namespace {

// The texts of this program's other tests are English.
struct EnglishAgain {
    ~EnglishAgain() {
        wxTranslations::Set(nullptr);
        translate_by(nullptr);
    }
};

const Time kNoon = time_from_text("2026-11-24T12:00:00.000Z").value();

std::string yesterday_in(const std::string& code) {
    speak(code);
    return short_time(kNoon, kNoon + std::chrono::hours(24)).utf8_string();
}

}  // namespace

TEST_CASE("language: every catalogue's language can be chosen, and English") {
    std::set<std::string> named, known{"en"};
    for (const auto& language : languages()) named.insert(language.code);
    for (const auto& [code, bytes] : catalogue_data()) known.insert(code);
    CHECK(named == known);
}

TEST_CASE("language: the chosen one is spoken, whatever is installed") {
    const EnglishAgain end;
    CHECK(yesterday_in("de") == "gestern 12:00");
    CHECK(yesterday_in("en") == "yesterday 12:00");
    CHECK(yesterday_in("tlh") == "yesterday 12:00");
}

TEST_CASE("language: without a choice it is that of the environment") {
    const EnglishAgain end;
    wxSetEnv("LANGUAGE", "tlh:de:fr");
    CHECK(yesterday_in("") == "gestern 12:00");
    wxUnsetEnv("LANGUAGE");
    wxSetEnv("LC_ALL", "");
    wxSetEnv("LC_MESSAGES", "de_AT.UTF-8");
    CHECK(yesterday_in("") == "gestern 12:00");
    wxUnsetEnv("LC_MESSAGES");
    wxUnsetEnv("LC_ALL");
}

TEST_CASE("language: numbers stay as the core writes them") {
    const EnglishAgain end;
    speak("de");
    CHECK(wxString::Format("%.1f", 1.5) == "1.5");
}

TEST_CASE("language: counts are grouped as its speakers do, whatever is installed") {
    const EnglishAgain end;
    const auto shown = [](const char* code, std::int64_t number) {
        speak(code);
        return number_text(number).utf8_string();
    };
    CHECK(shown("en", 999) == "999");
    CHECK(shown("en", 1'234) == "1,234");
    CHECK(shown("en", 1'234'567) == "1,234,567");
    CHECK(shown("en", -123'456) == "-123,456");
    CHECK(shown("de", 12'345) == "12.345");
    CHECK(shown("fr", 12'345) == "12\u00a0345");
    CHECK(shown("ja", 1'234) == "1,234");
    CHECK(shown("es", 1'234) == "1234");
    CHECK(shown("es", 1'234'567) == "1.234.567");
}

TEST_CASE("language: what is wrong with a mapping is told in it") {
    const EnglishAgain end;
    speak("de");
    try {
        (void)mapping_from_xml(
            "<mapping xmlns=\"urn:cloud-folder-sync:mapping\" format=\"1\" name=\"a\" "
            "family=\"a\" version=\"1\">\n<pateint/></mapping>",
            "a.xml");
        FAIL("it is no mapping");
    } catch (const Error& error) {
        CHECK(std::string(error.what()) ==
              "Die Zuordnung a.xml, Zeile 2: in <mapping> gibt es kein Element <pateint>; meinten "
              "Sie <patient>?");
    }
}

TEST_CASE("language: dates are written as its speakers do") {
    const EnglishAgain end;
    speak("de");
    CHECK(full_time(kNoon) == "24.11.2026 12:00:00");
    speak("en");
    CHECK(full_time(kNoon) == "2026-11-24 12:00:00");
}
