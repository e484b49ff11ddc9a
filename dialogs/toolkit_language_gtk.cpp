#include <wx/utils.h>

#include <clocale>

#include "dialogs/language.h"
#include "dialogs/wx_text.h"

namespace cfs {

// Of the system's locale only the language and the letters are taken: numbers stay as the core
// writes them.
void prepare_toolkit(const std::string& code) {
    if (!code.empty()) wxSetEnv("LANGUAGE", to_wx(code));
    std::setlocale(LC_CTYPE, "");
    std::setlocale(LC_MESSAGES, "");
}

}  // namespace cfs
