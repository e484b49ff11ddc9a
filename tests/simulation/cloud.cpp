#include "tests/simulation/cloud.h"

#include "core/rules/ignored_names.h"

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

const std::vector<std::string>& fork_tails() {
    static const std::vector<std::string> tails = {
        " (Ann's conflicted copy 2026-11-22).xml",
        " (FRONT-DESK's conflicted copy 2019-04-24) (1).xml",
        " (In Konflikt stehende Kopie von Praxis 2026-11-22).xml",
        " (Annas in Konflikt stehende Kopie 2026-11-22).xml",
        " (Copie en conflit de Cabinet 2026-11-22).xml",
        " (Copia conflictiva de Clinica 2026-11-22).xml",
        " (copia in conflitto di Studio 2026-11-22).xml",
        " (\xE5\x8F\x97\xE4\xBB\x98 \xE3\x81\xAE\xE7\xAB\xB6\xE5\x90\x88\xE3\x82\xB3\xE3\x83\x94"
        "\xE3\x83\xBC 2026-11-22).xml",
        " (Case Conflict).xml",
        " (conflicting copy).xml",
        " (1).xml",
        " (1) (1).xml",
        " [Conflict].xml",
        "_conf(1).xml",
        "-FRONTDESK.xml",
        "-FRONTDESK-2.xml",
        "-host-safeBackup-0001.xml",
        " 2.xml",
        " (conflicted copy 2026-11-22 101010).xml",
        "_conflict-20180220-141213.xml",
        ".sync-conflict-20261122-101010-ABCDEFG.xml",
        " (SFConflict user@mail 2026-11-22-10-10-10).xml",
        ".Conflict.xml",
        ".Conflict.Conflict.xml",
        "_HOST_Jan-03-0901-2013_Conflict.xml",
        " [conflicted].xml",
        " (edits by U not merged 2013-01-11).xml",
        ".xml.conflict1",
        ".xml..path1",
        " (CONFLICT 20231005T070858).xml",
        " - Copy.xml",
        " copy.xml",
        " (something nobody knows).xml",
    };
    return tails;
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

// A free name; sometimes in a copy of the whole folder of patients.
std::string Cloud::fork_path(const CloudClient& client, const std::string& path, Dice& dice) const {
    const auto stem = path.ends_with(".xml") ? path.substr(0, path.size() - 4) : path;
    const auto taken = [&](const std::string& candidate) {
        return server_.contains(candidate) || client.folder->shared_content(candidate) ||
               client.base.contains(candidate);
    };
    if (path.starts_with("patients/") && dice.percent(10)) {
        const auto elsewhere = "patients (1)" + path.substr(path.find('/'));
        if (!taken(elsewhere)) return elsewhere;
    }
    auto tail = dice.pick(fork_tails());
    auto copy = stem + tail;
    for (int i = 2; taken(copy); ++i) copy = stem + " (" + std::to_string(i) + ")" + tail;
    return copy;
}

}  // namespace cfs::simulation
