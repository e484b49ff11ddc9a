#include "core/database/real_text.h"

#include <charconv>

namespace cfs {

namespace {

template <class Real>
std::string shortest(const std::string& digits) {
    double number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    char text[40];
    const auto end = std::to_chars(text, text + sizeof text, static_cast<Real>(number)).ptr;
    return {text, end};
}

}  // namespace

std::string shortest_real(const std::string& digits) { return shortest<double>(digits); }
std::string shortest_float(const std::string& digits) { return shortest<float>(digits); }

}  // namespace cfs
