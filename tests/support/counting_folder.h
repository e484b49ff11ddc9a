// A sync folder that notes what is done with it: "a sync that finds nothing new opens no file".
#pragma once

#include <string>
#include <vector>

#include "core/folder/sync_folder.h"

namespace cfs::test {

class CountingFolder : public SyncFolder {
  public:
    explicit CountingFolder(SyncFolder& folder) : folder_(folder) {}

    // The paths of the calls in their order; a failed call counts too.
    struct Calls {
        std::vector<std::string> opened, listed, examined, written, removed;
    };
    [[nodiscard]] const Calls& calls() const { return calls_; }
    void forget() { calls_ = {}; }

    [[nodiscard]] std::string name() const override { return folder_.name(); }
    [[nodiscard]] bool exists() override { return folder_.exists(); }
    [[nodiscard]] std::vector<FolderEntry> list(const std::string& directory) override;
    [[nodiscard]] std::optional<FolderEntry> stat(const std::string& path) override;
    [[nodiscard]] std::optional<std::string> read(const std::string& path,
                                                  std::size_t max_size) override;
    [[nodiscard]] std::optional<std::string> read_head(const std::string& path,
                                                       std::size_t size) override;
    void write(const std::string& path, const std::string& content) override;
    [[nodiscard]] std::vector<FileWritten> write_all(const std::vector<FileWrite>& files) override;
    void flush_written() override { folder_.flush_written(); }
    void remove(const std::string& path) override;
    [[nodiscard]] std::optional<std::uint64_t> free_space() override {
        return folder_.free_space();
    }

  private:
    SyncFolder& folder_;
    Calls calls_;
};

}  // namespace cfs::test
