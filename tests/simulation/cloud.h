// A simulated cloud: a server, and at each site a client that carries files between it and the
// site's copy of the sync folder, as well or as badly as real ones do.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/simulation/dice.h"
#include "tests/support/memory_folder.h"

namespace cfs::simulation {

using test::SharedText;
using Files = std::map<std::string, SharedText>;  // by path

[[nodiscard]] bool same_text(const SharedText& a, const SharedText& b);
[[nodiscard]] SharedText text_at(const Files& files, const std::string& path);

// What a client does where both sides changed.
enum class Collision { fork_local, fork_remote, drop_local, drop_remote };

struct CloudClient {
    test::MemoryFolder* folder = nullptr;
    Files base;  // as both sides last had it
};

class Cloud {
  public:
    // Carries each changed path with this chance, in random order; returns what it did, in words.
    std::vector<std::string> carry(CloudClient& client, unsigned percent, Dice& dice,
                                   const std::vector<Collision>& collisions);
    // Did the last carry() drop a version that nobody else may have?
    [[nodiscard]] bool dropped() const { return dropped_; }

    [[nodiscard]] const Files& server() const { return server_; }
    // All that the server ever held at a path, oldest first.
    [[nodiscard]] const std::vector<SharedText>& history(const std::string& path) {
        return history_[path];
    }
    void put(const std::string& path, SharedText content);  // nothing: deletes it
    // Another number after each change.
    [[nodiscard]] std::uint64_t revision() const { return revision_; }

  private:
    std::string reconcile(CloudClient& client, const std::string& path, Dice& dice,
                          const std::vector<Collision>& collisions);
    std::string collide(CloudClient& client, const std::string& path, const SharedText& local,
                        const SharedText& remote, Collision collision, Dice& dice);
    [[nodiscard]] std::string fork_path(const CloudClient& client, const std::string& path,
                                        Dice& dice) const;

    Files server_;
    std::map<std::string, std::vector<SharedText>> history_;
    std::uint64_t revision_ = 0;
    bool dropped_ = false;
};

}  // namespace cfs::simulation
