// What a mapping must fulfil beyond its syntax. Internal to the parser.
#pragma once

#include <string>
#include <vector>

#include "core/database/mapping_node.h"
#include "core/model/mapping.h"

namespace cfs {

// The rules for one table, known when its element has been read.
void check_table_rules(const TableMapping& table, const MappingNode& node);

// The rules between tables; `nodes` are the elements of `mapping.tables`, in their order.
void check_mapping_rules(const Mapping& mapping, const std::vector<MappingNode>& nodes);

// Puts each table behind those that its rows may hang on.
void order_by_owners(Mapping& mapping);

}  // namespace cfs
