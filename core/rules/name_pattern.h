// The patterns in which conflict_names.cpp writes down how cloud clients name their copies. All
// text may be any bytes; "any case" means the letters of ASCII.
//
//     *  any text in which brackets are balanced     #  a number of 1 to 9 digits
//     0  a digit          &  a letter or digit       +  nothing, or a blank and a number
//     %  names of computers with hyphens between     $  a word by which people mark copies
//
// Every other character stands for itself.
#pragma once

#include <cstddef>
#include <string_view>

namespace cfs {

// The size of the shortest start of `text` that fits and ends where a name's next part may begin:
// at the end or before one of " ._-"; npos if there is none. Without recursion.
[[nodiscard]] std::size_t fitting_start(std::string_view pattern, std::string_view text,
                                        bool any_case);

[[nodiscard]] constexpr char small_letter(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace cfs
