// The triggers that note the clinic program's changes: one a table, whose function runs with our
// rights, so that the clinic program's users need none.
#pragma once

#include <string>
#include <vector>

#include "core/database/backend.h"

namespace cfs {

// `schema` is the one that our tables are in.
[[nodiscard]] std::vector<std::string> create_postgresql_triggers(const TableMapping& table,
                                                                  const TableInfo& info,
                                                                  const std::string& schema);
[[nodiscard]] std::vector<std::string> drop_postgresql_triggers(const TableMapping& table,
                                                                const std::string& schema);
[[nodiscard]] std::vector<std::string> drop_all_postgresql_triggers(SqlSession& session);
[[nodiscard]] bool has_postgresql_triggers(SqlSession& session, const TableMapping& table,
                                           const TableInfo& info);
// Is there one whose function is in another schema than our tables?
[[nodiscard]] bool is_noted_from_elsewhere(SqlSession& session, const TableName& table);

// Makes the triggers silent, for this connection and until the transaction ends, or not.
[[nodiscard]] std::string postgresql_own_writes(bool begin);

}  // namespace cfs
