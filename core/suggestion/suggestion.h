// A first mapping for a database that has none, and why each part of it was guessed. Pure: from
// what the catalogue says, without a database.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/model/mapping.h"
#include "core/suggestion/links.h"

namespace cfs {

// Why something was guessed, in words that show no patient's value.
struct Reason {
    std::string text;
    bool sure = true;  // else somebody should check it
};

// What may be so, too, but would blend what belongs apart, or take two persons for one, where it is
// not: it is only told, for somebody who knows.
struct Possible {
    struct Part {
        std::string table, key;
    };
    std::vector<Part> parts;        // rows that may be of the same record
    std::vector<FileColumn> files;  // without their directories
    std::optional<Match> match;
    bool ordered = false;
    Sequence sequence = {};  // from which the keys may be given; no table: none
};

struct TableSuggestion {
    TableMapping mapping;
    Possible possible;
    Reason reason;
    std::map<std::string, Reason> columns;  // of those that are special
    // Why it can't be in a mapping although it holds records; empty if it can.
    std::string obstacle;
};

struct LeftOut {
    std::string table;
    std::string reason;
};

struct Suggestion {
    std::vector<TableSuggestion> tables;  // the patient's first, then the nearest to it
    std::vector<LeftOut> left_out;        // lead to a patient all the same
    std::vector<std::string> unrelated;   // lead to no patient

    [[nodiscard]] const TableSuggestion* find(const std::string& table) const;
};

// Throws mapping_table if no table looks like that of the patients.
[[nodiscard]] Suggestion suggest_mapping(const Catalogue& catalogue,
                                         const OverlapQuestion& overlap);

// Its tables that can be in a mapping.
[[nodiscard]] Mapping mapping_of(const Suggestion& suggestion, const std::string& name);

}  // namespace cfs
