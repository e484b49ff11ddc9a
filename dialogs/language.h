// The languages that the program speaks, from catalogues that are part of it: neither an installed
// file nor an installed locale is needed, and numbers are written as before.
#pragma once

#include <wx/string.h>

#include <string>
#include <vector>

namespace cfs {

struct Language {
    std::string code;  // "de"
    wxString name;     // as its speakers write it: "Deutsch"
};

[[nodiscard]] const std::vector<Language>& languages();

// Lets the toolkit's own texts follow `code` as far as it can; empty: the system's language. Before
// the toolkit starts.
void prepare_toolkit(const std::string& code);

// From now on texts, the core's sentences included, are in the language `code`, the system's where
// it is empty, English where that has no catalogue. Once, before there are windows and other
// threads.
void speak(const std::string& code);

}  // namespace cfs
