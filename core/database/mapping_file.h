// Mapping files: XML, described in core/mappings/README.md and core/schema/mapping.xsd. A mapping
// holds no SQL: names, operators and values, each name checked in the database's catalogue.
#pragma once

#include <string>
#include <string_view>

#include "core/database/backend.h"
#include "core/model/mapping.h"

namespace cfs {

inline constexpr std::size_t kMaxMappingFile = std::size_t{1} << 20;

// Throws mapping_invalid with the line and what is wrong there. `source` names the mapping in
// messages.
[[nodiscard]] Mapping mapping_from_xml(std::string_view xml, const std::string& source);

// The text of a shipped mapping (by name) or of a file (by path).
[[nodiscard]] std::string mapping_text(const std::string& name_or_file);

// Does the database have all the tables and columns that the mapping names? Throws mapping_table
// or mapping_column with the nearest right name; mapping_column, too, where something is counted in
// a column that is no number.
// With the mapping's text the sentence begins with the line that names what is missing.
void check_mapping(const Mapping& mapping, Backend& backend, SqlSession& session,
                   std::string_view xml = {});

}  // namespace cfs
