// A first mapping for a database that one is connected to.
#pragma once

#include <string>

#include "core/database/backend.h"
#include "core/suggestion/suggestion.h"

namespace cfs {

// By what the catalogue says and what `session` answers.
[[nodiscard]] Suggestion suggestion_for(const Catalogue& catalogue, SqlSession& session);

// As the text of a mapping file. Reads only. Throws mapping_table if no table looks like that of
// the patients or if that one can't be in a mapping.
[[nodiscard]] std::string suggested_mapping_text(Backend& backend, SqlSession& session);

}  // namespace cfs
