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

using Content = std::optional<std::string>;

// What a client does where both sides changed.
enum class Collision { fork_local, fork_remote, drop_local, drop_remote };

struct CloudClient {
    test::MemoryFolder* folder = nullptr;
    std::map<std::string, std::string> base;  // as both sides last had it
};

class Cloud {
  public:
    // Carries each changed path with this chance, in random order; returns what it did, in words.
    std::vector<std::string> carry(CloudClient& client, unsigned percent, Dice& dice,
                                   const std::vector<Collision>& collisions);
    // Did the last carry() drop a version that nobody else may have?
    [[nodiscard]] bool dropped() const { return dropped_; }

    [[nodiscard]] std::map<std::string, std::string>& server() { return server_; }
    // All that the server ever held at a path, oldest first.
    [[nodiscard]] const std::vector<std::string>& history(const std::string& path) {
        return history_[path];
    }
    void put(const std::string& path, const std::string& content);

  private:
    std::string reconcile(CloudClient& client, const std::string& path, Dice& dice,
                          const std::vector<Collision>& collisions);
    std::string collide(CloudClient& client, const std::string& path, const std::string& local,
                        const std::string& remote, Collision collision, Dice& dice);
    [[nodiscard]] std::string fork_path(const CloudClient& client, const std::string& path,
                                        Dice& dice) const;

    std::map<std::string, std::string> server_;
    std::map<std::string, std::vector<std::string>> history_;
    bool dropped_ = false;
};

// Of the file names in PROVIDERS.md: what comes between stem and end.
[[nodiscard]] const std::vector<std::string>& fork_tails();

}  // namespace cfs::simulation
