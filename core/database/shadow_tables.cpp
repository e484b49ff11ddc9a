#include "core/database/shadow_tables.h"

#include <algorithm>
#include <exception>

#include "core/database/own_tables.h"
#include "core/database/short_transactions.h"
#include "core/database/table_copy.h"

namespace cfs {

ShadowTables::ShadowTables(Backend& backend, SqlSession& session,
                           const std::vector<std::string>& tables)
    : backend_(backend), session_(session), tables_(tables) {
    for (const auto& table : tables_) backend_.shadow(session_, table);
}

ShadowTables::~ShadowTables() {
    for (const auto& table : tables_) {
        try {
            backend_.unshadow(session_, table);
        } catch (const std::exception&) {
            // It goes with the connection.
        }
    }
}

void ShadowTables::keep(Clock& clock) {
    for (const auto& [table, key] : large_own_tables()) {
        if (std::find(tables_.begin(), tables_.end(), table) == tables_.end()) continue;
        const auto [from, to] = backend_.beside_shadow(session_, table);
        TableCopy copy(session_, from, to, key);
        in_short_transactions(session_, backend_, clock, [&] { return copy.copy_some(); });
        backend_.unshadow(session_, table);
    }
    backend_.gather_statistics(session_, tables_);
}

}  // namespace cfs
