// All that is known of one patient: the patient's own row and every record row, each with the
// versions that wrote it. Plain data; what it means is in core/README.md, what is done with it in
// core/rules.
#pragma once

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

struct Row {
    std::string table;
    std::map<std::string, Field> fields;
    std::vector<VersionId>
        absorbed;  // every version ever seen for this row, held ones included; sorted

    auto operator<=>(const Row&) const = default;
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
