#include "tests/simulation/cloud.h"

#include "core/rules/ignored_names.h"
#include "tests/support/copy_names.h"

namespace cfs::simulation {

namespace {

bool travels(const std::string& path) { return !is_ignored_name(path.substr(path.rfind('/') + 1)); }

void set(Files& files, const std::string& path, const SharedText& content) {
    if (content) {
        files[path] = content;
    } else {
        files.erase(path);
    }
}

// The paths where the two differ.
void note_differences(const Files& a, const Files& b, std::set<std::string>& paths) {
    auto at_a = a.begin();
    auto at_b = b.begin();
    while (at_a != a.end() || at_b != b.end()) {
        const bool only_a = at_b == b.end() || (at_a != a.end() && at_a->first < at_b->first);
        const bool only_b = at_a == a.end() || (!only_a && at_b->first < at_a->first);
        if (only_a || only_b || !same_text(at_a->second, at_b->second)) {
            paths.insert(only_b ? at_b->first : at_a->first);
        }
        if (!only_b) ++at_a;
        if (!only_a) ++at_b;
    }
}

}  // namespace

bool same_text(const SharedText& a, const SharedText& b) { return a == b || (a && b && *a == *b); }

SharedText text_at(const Files& files, const std::string& path) {
    const auto at = files.find(path);
    return at == files.end() ? nullptr : at->second;
}

void Cloud::put(const std::string& path, SharedText content) {
    ++revision_;
    set(server_, path, content);
    if (content) history_[path].push_back(std::move(content));
}

std::vector<std::string> Cloud::carry(CloudClient& client, unsigned percent, Dice& dice,
                                      const std::vector<Collision>& collisions) {
    dropped_ = false;
    std::set<std::string> changed;
    note_differences(client.folder->shared_files(), client.base, changed);
    note_differences(server_, client.base, changed);
    std::erase_if(changed, [](const std::string& path) { return !travels(path); });
    std::vector<std::string> paths(changed.begin(), changed.end());
    dice.shuffle(paths);
    std::vector<std::string> done;
    for (const auto& path : paths) {
        if (percent < 100 && !dice.percent(percent)) continue;
        const auto what = reconcile(client, path, dice, collisions);
        if (!what.empty()) done.push_back(what);
    }
    return done;
}

std::string Cloud::reconcile(CloudClient& client, const std::string& path, Dice& dice,
                             const std::vector<Collision>& collisions) {
    const auto local = client.folder->shared_content(path);
    const auto remote = text_at(server_, path);
    const auto base = text_at(client.base, path);
    if (same_text(local, remote)) {
        set(client.base, path, local);
        return {};
    }
    const bool down = same_text(local, base) || (!same_text(remote, base) && !local);
    const bool up = same_text(remote, base) || !remote;
    if (down) {
        if (remote) {
            client.folder->plant(path, remote);
        } else {
            client.folder->erase(path);
        }
        set(client.base, path, remote);
        return (remote ? "down " : "down (deleted) ") + path;
    }
    if (up) {
        put(path, local);
        set(client.base, path, local);
        return (local ? "up " : "up (deleted) ") + path;
    }
    return collide(client, path, local, remote, dice.pick(collisions), dice);
}

std::string Cloud::collide(CloudClient& client, const std::string& path, const SharedText& local,
                           const SharedText& remote, Collision collision, Dice& dice) {
    switch (collision) {
        case Collision::fork_local: {
            const auto copy = fork_path(client, path, dice);
            client.folder->plant(copy, local);
            client.folder->plant(path, remote);
            client.base[path] = remote;
            return "ours forked to " + copy;
        }
        case Collision::fork_remote: {
            const auto copy = fork_path(client, path, dice);
            put(copy, remote);
            put(path, local);
            client.base[path] = local;
            return "theirs forked to " + copy;
        }
        case Collision::drop_local:
            client.folder->plant(path, remote);
            client.base[path] = remote;
            dropped_ = true;
            return "ours dropped " + path;
        case Collision::drop_remote:
            put(path, local);
            client.base[path] = local;
            dropped_ = true;
            return "theirs dropped " + path;
    }
    return {};
}

// A free name: one of a copy of a file, sometimes one of a copy of a folder, and copies of copies.
std::string Cloud::fork_path(const CloudClient& client, const std::string& path, Dice& dice) const {
    static const std::vector<std::string> folders = {" (1)", " (shared folder conflict)",
                                                     " (permission conflicts)"};
    const auto taken = [&](const std::string& candidate) {
        return server_.contains(candidate) || client.folder->shared_content(candidate) ||
               client.base.contains(candidate);
    };
    const auto last = path.rfind('/');
    if (path.starts_with("patients/") && dice.percent(10)) {
        const auto end = dice.percent(50) ? path.find('/') : last;
        const auto elsewhere = path.substr(0, end) + dice.pick(folders) + path.substr(end);
        if (!taken(elsewhere)) return elsewhere;
    }
    const auto directory = path.substr(0, last + 1);
    auto stem = path.substr(last + 1);
    if (stem.ends_with(".xml")) stem.resize(stem.size() - 4);
    const auto& names = test::copy_names();
    auto copy = directory + dice.pick(names).of(stem);
    for (int i = 2; taken(copy); ++i) {
        copy = directory + dice.pick(names).of(stem + " (" + std::to_string(i) + ")");
    }
    return copy;
}

}  // namespace cfs::simulation
