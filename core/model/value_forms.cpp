#include "core/model/value_forms.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace cfs {

namespace {

std::optional<std::string> plain_number(std::string_view text) {
    const bool negative = text.starts_with('-');
    const auto digits = text.substr(negative ? 1 : 0);
    const auto point = std::min(digits.find('.'), digits.size());
    const auto whole = digits.substr(0, point);
    auto fraction = digits.substr(std::min(point + 1, digits.size()));
    const auto only_digits = [](std::string_view part) {
        return part.find_first_not_of("0123456789") == std::string_view::npos;
    };
    if (whole.empty() || !only_digits(whole) || !only_digits(fraction)) return std::nullopt;
    if (whole.size() > 1 && whole.front() == '0') return std::nullopt;
    while (fraction.ends_with('0')) fraction.remove_suffix(1);
    auto plain = (negative ? "-" : "") + std::string(whole);
    if (!fraction.empty()) plain += "." + std::string(fraction);
    return plain;
}

// "2026-11-25" of "2026-11-25 00:00:00.000".
std::string_view without_midnight(std::string_view text) {
    constexpr std::size_t kDate = 10;
    const auto rest = text.substr(std::min(text.size(), kDate));
    const bool midnight = (rest.starts_with(" 00:00") || rest.starts_with("T00:00")) &&
                          rest.find_first_not_of(" T0:.") == std::string_view::npos;
    return midnight ? text.substr(0, kDate) : text;
}

}  // namespace

std::string plain_form(const std::string& text) {
    const auto number = plain_number(text);
    return number ? *number : std::string(without_midnight(text));
}

bool are_forms_of_one(const std::string& a, const std::string& b) {
    return a == b || plain_form(a) == plain_form(b);
}

}  // namespace cfs
