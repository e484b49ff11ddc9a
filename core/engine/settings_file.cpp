#include "core/engine/settings_file.h"

namespace cfs {

DatabaseSettings SettingsFile::of(const std::string& connection) const {
    auto settings = load();
    if (const auto* found = settings.find(connection)) return *found;
    DatabaseSettings fresh;
    fresh.connection = connection;
    return fresh;
}

void SettingsFile::change(const std::function<void(Settings&)>& change) {
    const std::lock_guard guard(mutex_);
    auto settings = load();
    change(settings);
    save_settings(path_, settings);
}

}  // namespace cfs
