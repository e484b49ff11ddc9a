// What trials begin with: two clinics, Here and There, up to the act at Here that meets a fault.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/faults/site.h"
#include "tests/support/temporary_folder.h"

namespace cfs::faults {

enum class Act {
    // Two clinics that were equal were cut off from each other, both worked on, and the cloud has
    // just brought to Here what There published. The next sync at Here does all that a sync can do:
    // reads a log segment, files and an attachment, merges a conflict copy and deletes it, restores
    // a deleted row and one of a record's, writes rows, records of several rows, files, an
    // attachment and a segment.
    sync,
    // Here has a copy of There's database, worked on since, and joins the folder.
    enable,
    // As for a sync, but of the disputed patient the cloud kept only what There wrote.
    disable,
};

[[nodiscard]] std::string name_of(Act act);
[[nodiscard]] std::optional<Act> act_of(const std::string& name);

class Story {
  public:
    // `journal_mode` is that of both databases: "delete" or "wal".
    Story(Act act, const std::string& journal_mode);

    // Both clinics as the story left them, an hour later.
    void restore();

    [[nodiscard]] Act act() const { return act_; }
    [[nodiscard]] const Site& here() const { return here_; }
    [[nodiscard]] const Site& there() const { return there_; }
    [[nodiscard]] StillClock& clock() { return clock_; }

    // The patient edited at both clinics, and the copy that holds what There wrote.
    [[nodiscard]] const std::string& disputed_file() const { return disputed_; }
    [[nodiscard]] const std::string& copy() const { return copy_; }
    [[nodiscard]] const std::string& copy_bytes() const { return copy_bytes_; }

    // The cloud makes the folder of `to` equal to that of `from`.
    static void deliver(const Site& from, const Site& to);

  private:
    void begin(const std::string& journal_mode);
    void meet();
    void work_apart();
    void bring_copy();

    Act act_;
    StillClock clock_;
    test::TemporaryFolder root_{"cfs-faults", test::quick_place()};
    Site here_{"Here", root_ / "here", clock_}, there_{"There", root_ / "there", clock_};
    std::string disputed_, copy_, copy_bytes_;
    Time told_{};
};

// What was typed into the disputed field.
inline constexpr const char* kPhoneHere = "555-HERE";
inline constexpr const char* kPhoneThere = "555-THERE";

// Relative path to content, without our temporary files.
[[nodiscard]] std::map<std::string, std::string> files_in(const std::string& folder);
// Relative paths of those.
[[nodiscard]] std::vector<std::string> temporaries_in(const std::string& folder);

}  // namespace cfs::faults
