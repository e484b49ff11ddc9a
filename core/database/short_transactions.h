// Much work on a database in transactions so short that the clinic program hardly notices.
#pragma once

#include <cstddef>
#include <functional>

#include "core/database/backend.h"
#include "core/model/time.h"

namespace cfs {

// Calls `take` with 0 to count - 1: as many in one transaction as fit into kHold, with a kGap
// behind each.
void in_short_transactions(SqlSession& session, const Backend& backend, Clock& clock,
                           std::size_t count, const std::function<void(std::size_t)>& take);

}  // namespace cfs
