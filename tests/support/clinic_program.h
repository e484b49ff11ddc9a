// The clinic program's own connection to a SQLite database, without any setting of ours.
#pragma once

#include <memory>
#include <string>

#include "core/database/sql_driver.h"
#include "core/database/sql_session.h"

namespace cfs::test {

class ClinicProgram : public SqlSession {
  public:
    explicit ClinicProgram(const std::string& path)
        : SqlSession(make_sqlite_driver(), "dbname=" + path, path) {}
};

}  // namespace cfs::test
