// All that is known of one patient: the patient's own row and every record row, each with the
// versions that wrote it. Plain data; what it means is in core/README.md, what is done with it in
// core/rules.
#pragma once

#include <boost/container/flat_map.hpp>
#include <compare>
#include <map>
#include <string>
#include <vector>

#include "core/model/ids.h"
#include "core/model/time.h"
#include "core/model/value.h"

namespace cfs {

// A value and the version that wrote it, at the writer's time.
struct Held {
    VersionId version;
    Time time{};  // the epoch for versions derived at enabling: they lose against every edit
    Value value;

    auto operator<=>(const Held&) const = default;
};

// The values of one field that nobody has overwritten: one, or several after edits at the same
// time. Sorted, without duplicates, never empty inside a document.
using Field = std::vector<Held>;

// By name, in the order of the names' bytes; in one piece of memory, since there are few to a row
// and very many rows.
using Fields = boost::container::flat_map<std::string, Field>;

struct Row {
    std::string table;
    Fields fields;
    std::vector<VersionId>
        absorbed;  // every version ever seen for this row, held ones included; sorted

    std::strong_ordering operator<=>(const Row&) const = default;
};

struct PatientDocument {
    PatientId patient;
    std::map<RowId, Row> rows;

    auto operator<=>(const PatientDocument&) const = default;
};

// The values of one row as a database holds them, in the document's terms: references are the
// UUIDs of rows, lookups their natural keys. Columns that a document doesn't carry are left out.
struct RowValues {
    std::string table;
    std::map<std::string, Value> columns;

    auto operator<=>(const RowValues&) const = default;
};

using Rows = std::map<RowId, RowValues>;

}  // namespace cfs
