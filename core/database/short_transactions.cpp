#include "core/database/short_transactions.h"

#include <algorithm>
#include <chrono>

#include "core/database/lock_times.h"

namespace cfs {

void in_short_transactions(SqlSession& session, const Backend& backend, Clock& clock,
                           const std::function<bool()>& step) {
    std::chrono::milliseconds allowed = kHold / 2;  // as long as no commit has told what it takes
    for (bool more = true; more; clock.pause(kGap)) {
        SqlTransaction transaction(session, backend.begin_statement());
        const auto start = clock.elapsed();
        do {
            more = step();
        } while (more && clock.elapsed() - start < allowed);
        const auto written = clock.elapsed();
        transaction.commit();
        allowed = std::max(kHold / 4, kHold - (clock.elapsed() - written));
    }
}

void in_short_transactions(SqlSession& session, const Backend& backend, Clock& clock,
                           std::size_t count, const std::function<void(std::size_t)>& take) {
    if (count == 0) return;
    std::size_t next = 0;
    in_short_transactions(session, backend, clock, [&] {
        take(next++);
        return next < count;
    });
}

}  // namespace cfs
