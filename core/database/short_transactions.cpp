#include "core/database/short_transactions.h"

#include "core/database/lock_times.h"

namespace cfs {

void in_short_transactions(SqlSession& session, const Backend& backend, Clock& clock,
                           std::size_t count, const std::function<void(std::size_t)>& take) {
    for (std::size_t next = 0; next < count; clock.pause(kGap)) {
        SqlTransaction transaction(session, backend.begin_statement());
        const auto start = clock.elapsed();
        while (next < count && clock.elapsed() - start < kHold) take(next++);
        transaction.commit();
    }
}

}  // namespace cfs
