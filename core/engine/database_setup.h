// Enables databases for multiple databases and disables them again, and keeps the settings along.
#pragma once

#include <string>

#include "core/engine/installation.h"
#include "core/engine/settings_file.h"
#include "core/engine/sync_service.h"

namespace cfs {

class ClinicDatabase;
struct Mapping;
struct Marker;

class DatabaseSetup {
  public:
    DatabaseSetup(const Installation& installation, SettingsFile& settings, Clock& clock,
                  RandomSource& random)
        : installation_(installation), settings_(settings), clock_(clock), random_(random) {}

    // What the request leaves open is taken from the settings. A site's database
    // file that was moved takes the place of its former entry there. The caller has the lock.
    void enable(ClinicDatabase& database, EnableRequest request);
    // Also where enabling or disabling was interrupted. All that an enabled database still had to
    // publish is published, and the caller has the lock.
    void disable(ClinicDatabase& database, const std::string& connection);

    // Throws mapping_family if the folder holds records of another family.
    static void check_family(const Mapping& mapping, const Marker& marker,
                             const std::string& folder);

  private:
    void enable_first_time(ClinicDatabase& database, const EnableRequest& request,
                           const Marker& marker);
    void remember(const EnableRequest& request);
    void forget(const std::string& connection);

    const Installation& installation_;
    SettingsFile& settings_;
    Clock& clock_;
    RandomSource& random_;
};

}  // namespace cfs
