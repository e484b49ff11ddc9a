#include "core/database/real_text.h"

#include <charconv>

namespace cfs {

std::string shortest_real(const std::string& digits) {
    double number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    char text[40];
    const auto end = std::to_chars(text, text + sizeof text, number).ptr;
    return {text, end};
}

}  // namespace cfs
