// Copies of some of our own tables that only this connection sees, in their place: what is written
// meanwhile needs no lock and leaves no trace, unless it is kept.
#pragma once

#include <string>
#include <vector>

#include "core/database/backend.h"
#include "core/model/time.h"

namespace cfs {

// What noting changes and taking in the journal write: a preview does the same and keeps nothing.
inline const std::vector<std::string> kNotedTables = {"cfs_journal", "cfs_row",     "cfs_key",
                                                      "cfs_moved",   "cfs_touched", "cfs_scanned"};
// What enabling writes, in an order that is none in these tables: kept, it is written in theirs.
inline const std::vector<std::string> kNamedTables = {"cfs_row", "cfs_key", "cfs_as_left",
                                                      "cfs_touched", "cfs_scanned"};

class ShadowTables {
  public:
    ShadowTables(Backend& backend, SqlSession& session, const std::vector<std::string>& tables);
    // Takes the copies away.
    ~ShadowTables();
    ShadowTables(const ShadowTables&) = delete;
    ShadowTables& operator=(const ShadowTables&) = delete;

    // Writes the copies' rows into the tables, which are empty, in the order of their keys and in
    // transactions so short that the clinic program hardly notices; then the copies are gone. Where
    // it fails some of the rows are in the tables.
    void keep(Clock& clock);

  private:
    Backend& backend_;
    SqlSession& session_;
    std::vector<std::string> tables_;
};

}  // namespace cfs
