// A cloud and the folders that it mirrors, as Dropbox and its like do: the first change of a file
// wins, the loser becomes a conflict copy beside it.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/support/temporary_folder.h"

namespace cfs::test {

using Tree = std::map<std::string, std::string>;  // relative path -> content

class Cloud {
  public:
    // The name that the copy of the file at `path` gets.
    using CopyName = std::function<std::string(const std::string& path)>;

    explicit Cloud(std::size_t folders);

    [[nodiscard]] std::string folder(std::size_t site) const { return folders_[site]; }
    // Without what cloud clients leave alone.
    [[nodiscard]] Tree files(std::size_t site) const;

    // Mirrors all folders that are not cut off, until they are equal.
    void deliver();
    void cut_off(std::size_t site) { away_.insert(site); }
    void reconnect(std::size_t site) { away_.erase(site); }
    // Dropbox's until something else is said.
    void name_copies(CopyName name) { copy_name_ = std::move(name); }

    // As a person in the folder of one site would.
    void put(std::size_t site, const std::string& path, const std::string& content);
    void remove(std::size_t site, const std::string& path);

  private:
    void exchange(std::size_t site);
    void exchange_file(std::size_t site, const std::string& path, const Tree& local);
    void fork(std::size_t site, const std::string& path, const std::string& content);
    void download(std::size_t site, const std::string& path);
    void upload(std::size_t site, const std::string& path, const Tree& local);

    TemporaryFolder root_{"cfs-cloud", quick_place()};
    std::vector<std::string> folders_;
    Tree server_;
    std::vector<Tree> seen_;  // by each folder, at its last exchange
    std::set<std::size_t> away_;
    CopyName copy_name_;
};

// "patients/ab/<uuid><tail>" for "patients/ab/<uuid>.xml".
[[nodiscard]] std::string with_tail(const std::string& path, const std::string& tail);

}  // namespace cfs::test
