// The rows of a table, copied to another in the order of the primary key, some at a time.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/database/backend.h"

namespace cfs {

class TableCopy {
  public:
    // Both tables have these one or two columns as their key.
    TableCopy(SqlSession& session, std::string from, std::string to,
              const std::vector<std::string>& key);

    // Copies the next rows: a few milliseconds of work. False if there are no more.
    bool copy_some();

  private:
    [[nodiscard]] bool next_part();
    [[nodiscard]] SqlCondition rest_of_part() const;

    SqlSession& session_;
    std::string from_, to_;
    std::string first_;  // of two columns, of which not every database system compares both at once
    std::string column_;               // the other, or the only one
    std::optional<std::string> part_;  // what the first holds in the rows that are copied now
    std::optional<std::string> last_;  // what the other held in the last of them
    bool done_ = false;
};

}  // namespace cfs
