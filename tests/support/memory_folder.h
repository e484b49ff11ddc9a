// A sync folder in memory that behaves as LocalSyncFolder does, for tests and simulations: stamps
// as a file system gives them, faults on demand, and copies, so that a simulated cloud client can
// carry files from one to another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/folder/sync_folder.h"

namespace cfs::test {

// Thrown where the program is to die. No std::exception: nothing may catch and survive it.
struct SimulatedCrash {
    std::string where;
};

enum class Fault : std::uint8_t {
    refused,        // throws folder_unwritable, nothing done
    disk_full,      // throws disk_full, nothing done
    crash_before,   // dies, nothing done
    crash_after,    // dies, all done
    crash_halfway,  // dies; a write leaves half of its temporary file
    crash_torn,     // dies; a write leaves half of the new file, as without atomic renames
    power_cut,  // dies, nothing done; of what write_all() did nothing is left but what was flushed
};

enum class Counted : std::uint8_t { everything, changes };  // changes: write and remove

using SharedText = std::shared_ptr<const std::string>;

class MemoryFolder : public SyncFolder {
  public:
    explicit MemoryFolder(std::string name = "/memory/sync folder");

    // ---- as the core sees it
    [[nodiscard]] std::string name() const override { return name_; }
    [[nodiscard]] bool exists() override;
    [[nodiscard]] std::vector<FolderEntry> list(const std::string& directory) override;
    [[nodiscard]] std::optional<FolderEntry> stat(const std::string& path) override;
    [[nodiscard]] std::optional<std::string> read(const std::string& path,
                                                  std::size_t max_size) override;
    [[nodiscard]] std::optional<std::string> read_head(const std::string& path,
                                                       std::size_t size) override;
    void write(const std::string& path, const std::string& content) override;
    [[nodiscard]] std::vector<FileWritten> write_all(const std::vector<FileWrite>& files) override;
    void flush_written() override;
    void remove(const std::string& path) override;
    [[nodiscard]] std::optional<std::uint64_t> free_space() override;

    // ---- as people and cloud clients see it; never fails, never counted
    // Puts a file there, making its directories; `modified` as the cloud client sets it.
    void plant(const std::string& path, const std::string& content,
               std::optional<std::int64_t> modified = std::nullopt);
    void plant(const std::string& path, const SharedText& content);
    // A directory (with its parents), a link, or something else that is no file.
    void plant_entry(const std::string& path, FileKind kind);
    void erase(const std::string& path);  // a directory with all in it
    void move(const std::string& from, const std::string& to);
    void set_online_only(const std::string& path, bool online_only);  // a read downloads it
    void set_unreadable(const std::string& path, bool unreadable);

    [[nodiscard]] std::vector<std::string> paths() const;            // of all files, sorted
    [[nodiscard]] std::map<std::string, std::string> files() const;  // path to content
    [[nodiscard]] std::optional<std::string> content(const std::string& path) const;
    // The same without copying texts; nothing for what is no file.
    [[nodiscard]] std::map<std::string, SharedText> shared_files() const;
    [[nodiscard]] SharedText shared_content(const std::string& path) const;
    // Another number after each change of anything in it; the same for a copy.
    [[nodiscard]] std::uint64_t revision() const { return revision_; }
    [[nodiscard]] std::optional<FolderEntry> entry(const std::string& path) const;

    // ---- circumstances
    // Nanoseconds since the epoch for new stamps; without it every change is a millisecond later.
    void set_clock(std::function<std::int64_t()> clock) { clock_ = std::move(clock); }
    void set_free_space(std::optional<std::uint64_t> bytes) { free_ = bytes; }  // writes use it up
    void set_taken_away(bool away) { away_ = away; }
    void set_read_only(bool read_only) { read_only_ = read_only; }

    // Called before every operation of the core: others work at the same time.
    void set_watcher(std::function<void()> watcher) { watcher_ = std::move(watcher); }

    // Lets the n-th operation from now on (1 is the next) end in `fault`.
    void fail_at(std::size_t n, Fault fault, Counted counted = Counted::everything);
    // After a crash every operation crashes, until the program is started again. Forgets the fault.
    void restart();
    [[nodiscard]] bool has_planned_fault() const { return planned_.has_value(); }
    [[nodiscard]] bool has_crashed() const { return crashed_; }
    [[nodiscard]] std::size_t operations() const { return operations_; }
    [[nodiscard]] std::size_t changes() const { return changes_; }

  private:
    struct Node {
        FileKind kind = FileKind::directory;
        SharedText content;  // shared by copies of the folder
        std::int64_t modified = 0;
        std::uint64_t identity = 0;
        bool online_only = false;
        bool unreadable = false;
        std::map<std::string, Node> children;
    };
    struct PlannedFault {
        std::size_t left;
        Fault fault;
        Counted counted;
    };

    [[nodiscard]] std::int64_t now();
    [[nodiscard]] Node new_node(FileKind kind);
    [[nodiscard]] const Node* find(const std::string& path, bool strict) const;
    [[nodiscard]] Node* find(const std::string& path, bool strict);
    Node& make_directory(const std::string& path, bool strict);
    void put(Node& directory, const std::string& name, SharedText content);
    [[nodiscard]] const Node* readable(const std::string& path);

    void begin(const std::string& what, const std::string& path);
    [[nodiscard]] std::optional<Fault> due(Counted kind);
    [[noreturn]] void crash(const std::string& where);
    void lose_unflushed();
    void refuse(Fault fault, const std::string& path) const;
    void use_space(const Node& directory, const std::string& name, const std::string& content);
    void write_partly(const std::string& path, const std::string& content, Fault fault);
    [[noreturn]] void fail_link(const std::string& path) const;

    std::string name_;
    Node root_;
    std::function<std::int64_t()> clock_;
    std::function<void()> watcher_;
    std::int64_t last_time_ = 1'700'000'000'000'000'000;
    std::uint64_t last_identity_ = 0;
    std::optional<std::uint64_t> free_;
    std::optional<PlannedFault> planned_;
    bool away_ = false;
    bool read_only_ = false;
    bool crashed_ = false;
    bool power_cut_ = false;
    std::vector<std::pair<std::string, std::optional<Node>>> unflushed_;  // what lay there before
    std::uint64_t revision_ = 0;
    std::size_t operations_ = 0;
    std::size_t changes_ = 0;
};

}  // namespace cfs::test
