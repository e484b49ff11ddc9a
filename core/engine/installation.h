// What one installation keeps for itself in its state folder: who it writes as for each database,
// and the lock that lets one of its processes at a time sync a database.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/model/ids.h"
#include "core/model/random.h"

namespace cfs {

class Installation {
  public:
    explicit Installation(std::string state_folder);

    [[nodiscard]] const std::string& folder() const { return folder_; }
    [[nodiscard]] std::string settings_path() const;
    // Where it is kept which row of the database is which, for when it is enabled again.
    [[nodiscard]] std::string map_path(const std::string& connection) const;

    [[nodiscard]] std::optional<WriterId> known_writer(SiteId site) const;
    // The writer for a site; a new one if there is none yet.
    [[nodiscard]] WriterId writer_for(SiteId site, RandomSource& random) const;
    WriterId renew_writer(SiteId site, RandomSource& random) const;

    // Held while it lives; ends with the process, however that ends.
    class Lock {
      public:
        ~Lock();
        Lock(const Lock&) = delete;
        Lock& operator=(const Lock&) = delete;

      private:
        friend class Installation;
        class Impl;
        explicit Lock(std::unique_ptr<Impl> impl);
        std::unique_ptr<Impl> impl_;
    };
    // Nothing if another thread or process has it.
    [[nodiscard]] std::unique_ptr<Lock> try_lock(const std::string& connection) const;

  private:
    [[nodiscard]] std::string writer_path(SiteId site) const;

    std::string folder_;
};

}  // namespace cfs
