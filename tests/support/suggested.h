// A suggestion for an invented clinic, whose tables are written as SQL.
#pragma once

#include <initializer_list>
#include <string>

#include "core/suggestion/suggestion.h"

namespace cfs::test {

struct SuggestedClinic {
    Catalogue catalogue;
    Suggestion suggestion;
};

[[nodiscard]] SuggestedClinic suggested(std::initializer_list<const char*> statements);

// The table's mapping in the suggestion; fails the test if the table is not in it.
[[nodiscard]] const TableSuggestion& table_in(const SuggestedClinic& clinic,
                                              const std::string& table);

}  // namespace cfs::test
