// The settings in a file that several threads of one program read and change.
#pragma once

#include <functional>
#include <mutex>
#include <string>

#include "core/engine/settings.h"

namespace cfs {

class SettingsFile {
  public:
    explicit SettingsFile(std::string path) : path_(std::move(path)) {}

    [[nodiscard]] Settings load() const { return load_settings(path_); }
    // Those of one database; fresh ones where it is not listed.
    [[nodiscard]] DatabaseSettings of(const std::string& connection) const;

    // Replaces the file as a whole, one change at a time.
    void change(const std::function<void(Settings&)>& change);

  private:
    std::string path_;
    std::mutex mutex_;
};

}  // namespace cfs
