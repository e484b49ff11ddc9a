// The parts of a record: rows of other tables that share its key. Internal to the parser.
#pragma once

#include "core/database/mapping_node.h"
#include "core/model/mapping.h"

namespace cfs {

// Adds a part that has been read, and what it says of its columns, to the record.
void add_part(TableMapping& record, TableMapping part);

// Can the record have parts, and these columns?
void check_parts(const TableMapping& record, const MappingNode& node);

// A reference to a part's key is one to the record.
void lead_to_records(Mapping& mapping);

// Throws where `table` is a part and `target` not its key.
void check_leads_to_key(const MappingNode& node, const Mapping& mapping);

}  // namespace cfs
