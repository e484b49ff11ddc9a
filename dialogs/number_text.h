// Counts as people read them, "12,345" in English: their digits in groups, as the chosen language
// has it, whether or not its locale is installed.
#pragma once

#include <wx/string.h>

#include <cstdint>

namespace cfs {

// Texts that are written to a file have plain digits.
enum class Digits { grouped, plain };

[[nodiscard]] wxString number_text(std::int64_t number, Digits digits = Digits::grouped);

// "1 row held back" or "3 rows held back", in the user's language; both texts hold a %s.
[[nodiscard]] wxString counted(const char* one, const char* many, std::int64_t number,
                               Digits digits = Digits::grouped);

}  // namespace cfs
