// Much work on a database in transactions so short that the clinic program hardly notices.
#pragma once

#include <cstddef>
#include <functional>

#include "core/database/backend.h"
#include "core/model/time.h"

namespace cfs {

// Calls `step` until it says that there is no more: as often in one transaction as fits into kHold,
// with a kGap behind each.
void in_short_transactions(SqlSession& session, const Backend& backend, Clock& clock,
                           const std::function<bool()>& step);

// The same, calling `take` with 0 to count - 1.
void in_short_transactions(SqlSession& session, const Backend& backend, Clock& clock,
                           std::size_t count, const std::function<void(std::size_t)>& take);

}  // namespace cfs
