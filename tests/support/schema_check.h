// Does a file fit its published schema? Asks xmllint, a tool of libxml2.
#pragma once

#include <string>

namespace cfs::test {

// True also where there is no xmllint: `schema` is a name in core/schema.
[[nodiscard]] bool fits_schema(const std::string& xml, const std::string& schema);

}  // namespace cfs::test
