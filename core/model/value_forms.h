// The forms in which databases write one number or one time: 12.5 and 12.50, a date and its
// midnight. Pure.
#pragma once

#include <string>

namespace cfs {

// The shortest of the forms; a text that is neither a number nor a time stays. Nor is one with a
// zero before other digits a number, but a code.
[[nodiscard]] std::string plain_form(const std::string& text);

[[nodiscard]] bool are_forms_of_one(const std::string& a, const std::string& b);

}  // namespace cfs
