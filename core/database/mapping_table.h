// Reads the element of one table. Internal to the parser.
#pragma once

#include "core/database/mapping_node.h"
#include "core/model/mapping.h"

namespace cfs {

// <patient> or <record> with all that is in it.
[[nodiscard]] TableMapping read_mapped_table(const MappingNode& node);

// Declares the references that the owners of `table` are.
void add_owner_references(const MappingNode& node, TableMapping& table,
                          const TableMapping& patient);

}  // namespace cfs
