// The SQLite file of the run history: opened, set aside when damaged, shared with other processes.
// All values travel as text, so that no 64-bit number passes through a narrower type.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cfs {

using HistoryValues = std::vector<std::optional<std::string>>;  // nothing is NULL

class HistoryFile {
  public:
    // Creates the file if it is missing; the folder must exist. `path` is UTF-8 and may hold any
    // character. A damaged file is renamed to "history.damaged-<n>.sqlite" and begun anew, here and
    // at every later call. Throws Error.
    explicit HistoryFile(const std::string& path);
    ~HistoryFile();
    HistoryFile(const HistoryFile&) = delete;
    HistoryFile& operator=(const HistoryFile&) = delete;

    // Runs `work` in one transaction: nothing of it stays if it throws. It may run twice, the
    // second time on an empty file.
    void write(const std::function<void()>& work);
    void read(const std::function<void()>& work);

    // Inside of `work` only. Parameters are :p0, :p1 ... in this order, one row of them a run.
    void execute(const std::string& sql, const std::vector<HistoryValues>& runs);
    [[nodiscard]] std::vector<HistoryValues> rows(const std::string& sql, std::size_t columns,
                                                  const HistoryValues& parameters = {});

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace cfs
