// What the clinic program changed, where triggers are not allowed: every mapped row is compared
// with what it held when it was last seen, and what differs is noted in cfs_journal as a trigger
// would have noted it. A row deleted and inserted anew under its key passes for an edited one.
// Where the database can add up a table's rows, those of a table whose sum is that of the rows seen
// last are not read.
#pragma once

#include "core/database/clinic_tables.h"
#include "core/model/random.h"
#include "core/model/time.h"

namespace cfs {

class ChangeScan {
  public:
    ChangeScan(const Mapping& mapping, Backend& backend, SqlSession& session, ClinicTables& tables,
               RandomSource& random)
        : mapping_(mapping),
          backend_(backend),
          session_(session),
          tables_(tables),
          random_(random) {}

    // Reads tables in pages; notes in short transactions.
    void note_changes(Clock& clock);

    // The row is known as it is, since it was just found. In the caller's transaction.
    void saw(const RawRow& row);
    // The same of one that we have written.
    void wrote(const RawRow& row);

  private:
    void note_changes(const TableMapping& table, Clock& clock);
    // `seen` becomes the sum of the rows as they were read, if the table can be summed.
    void compare(const TableMapping& table, TableSum* seen, Clock& clock);
    // What stands for all rows as they were seen last; nothing where they changed since.
    [[nodiscard]] std::optional<std::string> mark(const TableMapping& table);
    void compare_page(const TableMapping& table, const std::vector<RawRow>& rows, Clock& clock);
    void note_deleted(const TableMapping& table, Clock& clock);
    void note(const TableMapping& table, const char* operation, const std::string& key,
              const Time& now);
    void keep(const std::string& table, const std::string& key, const std::string& content);
    void forget(const std::string& table, const std::string& key);

    const Mapping& mapping_;
    Backend& backend_;
    SqlSession& session_;
    ClinicTables& tables_;
    RandomSource& random_;
    std::int64_t known_ = 0;  // rows of the table being compared that were seen before
};

}  // namespace cfs
