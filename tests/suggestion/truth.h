// What a person found in a clinic program's schema, to measure suggestions by.
//
//   patient TABLE KEY
//   record TABLE WAY [| WAY ...]     ways of which any one is right. A WAY is COLUMN, which holds
//   the
//                                    patient's key; COLUMN>TABLE, over another record;
//                                    <TABLE.COLUMN, from that row to this one; several that are
//                                    needed: WAY + WAY
//   maybe TABLE ...                  right whether proposed or not
//   lookup TABLE.COLUMN TABLE
//   volatile TABLE.COLUMN
//   skip TABLE.COLUMN
//   mapping NAME                     all of these are what a shipped mapping says
//
// Every other table is none.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/model/mapping.h"

namespace cfs::test {

// One owner as "column>table" or "<table.column".
using Ways = std::set<std::string>;

struct Truth {
    std::string patient, key;
    std::map<std::string, std::vector<Ways>> records;
    std::set<std::string> maybe;
    std::map<std::string, std::string> lookups;  // "table.column" -> table
    std::set<std::string> volatiles, skipped;    // "table.column"
};

// Throws std::runtime_error for a line that is none of these.
[[nodiscard]] Truth read_truth(const std::string& path);

// The owners of a table as ways.
[[nodiscard]] Ways ways_of(const TableMapping& table);

}  // namespace cfs::test
