// The end of a simulated world: everything is delivered, the sites sync until quiet, and the
// invariants must hold.
#include <algorithm>

#include "core/folder/folder_layout.h"
#include "core/rules/ignored_names.h"
#include "tests/simulation/world.h"

namespace cfs::simulation {

namespace {

constexpr std::size_t kRoundsASite = 2;

bool is_compared(const std::string& path) {
    return !path.starts_with(kSitesDirectory) && !is_ignored_name(path.substr(path.rfind('/') + 1));
}

std::string path_names(const std::map<std::string, std::string>& a,
                       const std::map<std::string, std::string>& b) {
    std::string names;
    for (const auto& [path, content] : a) {
        const auto at = b.find(path);
        if (at == b.end() || at->second != content) names += " " + path;
    }
    return names;
}

}  // namespace

// All that a quiet world may not change.
std::string World::picture() {
    std::string picture;
    for (const auto& site : sites_) {
        for (const auto& [path, content] : site->folder.files()) {
            if (is_compared(path)) picture += path + '\n' + content;
        }
        for (const auto& row : site->clinic.all_rows()) {
            picture += row.code + " " + row.key;
            for (const auto& [column, value] : row.columns) picture += '|' + value;
        }
        for (const auto& document : site->documents()) picture += document;
    }
    return picture;
}

void World::become_quiet() {
    const auto most = kRoundsASite * sites_.size() + 2;
    Dice dice(schedule_.seed);
    for (const auto& site : sites_) mend_folder(*site);
    auto before = picture();
    for (std::size_t round = 1;; ++round) {
        where_ = "final round " + std::to_string(round);
        for (const auto& site : sites_) {
            time_.now += std::chrono::hours(5);
            carry(*site, 100, dice);
            SyncOrder order;
            order.confirm_all = true;
            sync_and_check(*site, order, dice.next());
            carry(*site, 100, dice);
        }
        for (const auto& site : sites_) carry(*site, 100, dice);
        auto after = picture();
        result_.rounds = round;
        if (after == before) return;
        if (round > most) {
            fail("not quiet after " + std::to_string(round) + " rounds");
        }
        before = std::move(after);
    }
}

void World::check_end() {
    views_ = {};
    for (const auto& site : sites_) (void)present_in_documents(*site);
    check_folders();
    check_databases();
    check_nothing_lost();
}

void World::check_folders() {
    const auto& first = sites_.front()->folder.files();
    const auto compared = [](std::map<std::string, std::string> files) {
        std::erase_if(files, [](const auto& item) { return !is_compared(item.first); });
        return files;
    };
    const auto expected = compared(first);
    for (const auto& site : sites_) {
        const auto files = compared(site->folder.files());
        if (files != expected) {
            fail("the folder of " + site->name() + " differs:" + path_names(files, expected) +
                 path_names(expected, files));
        }
        for (const auto& document : site->documents()) {
            const bool there = std::any_of(files.begin(), files.end(), [&](const auto& item) {
                return patient_at(item.first) && item.second == document;
            });
            if (!there) fail("a document of " + site->name() + " is not in the folder");
        }
    }
}

void World::check_databases() {
    std::map<Placed, std::string> shown;  // place and site's kind of value -> content
    std::map<Place, std::pair<std::string, std::string>> seen;
    std::map<std::string, std::size_t> holders;
    for (const auto& site : sites_) {
        std::set<std::string> codes;
        const auto& kind = site->clinic.kind();
        std::set<std::string> pending;
        for (const auto& row :
             site->clinic.connection().rows("SELECT r.tbl || ':' || r.key FROM cfs_pending p JOIN "
                                            "cfs_row r ON r.row = p.row WHERE r.key IS NOT NULL")) {
            pending.insert(*row[0]);
        }
        for (const auto& row : site->clinic.all_rows()) {
            if (!codes.insert(row.code).second) fail(site->name() + " holds " + row.code + " twice");
            ++holders[row.code];
            if (pending.contains(row.table + ":" + row.key)) continue;
            for (const auto& group : shape_of(row.table).groups) {
                if (!is_mapped(kind, row.table, group.name)) continue;
                const auto place = place_of(row, group);
                const auto content = row.content(group);
                const auto [at, first] = seen.emplace(place, std::pair(content, site->name()));
                if (!first && at->second.first != content) {
                    fail(place + " is " + content + " at " + site->name() + " but " +
                         at->second.first + " at " + at->second.second + "\n" +
                         oracle_.story_of(place));
                }
                // A site whose mapping lacks the column leaves it to the others as it is by default.
                const bool by_default = group.name == "note" && content == "-|";
                if (!by_default && !oracle_.known({place, content})) {
                    fail(place + " is " + content + " at " + site->name() +
                         ", which nobody wrote\n" + oracle_.story_of(place));
                }
                if (oracle_.overwritten({place, content})) {
                    fail(place + " is " + content + " at " + site->name() +
                         " again, which was overwritten\n" + oracle_.story_of(place));
                }
                const auto raw = row.columns.find("phone");
                if (group.name == "phone" && !kind.cutting) {
                    const auto [full, new_one] = shown.emplace(Placed{place, "full"}, raw->second);
                    if (!new_one && full->second != raw->second) {
                        fail(place + " is " + raw->second + " or " + full->second);
                    }
                }
            }
        }
    }
    for (const auto& site : sites_) {
        const auto& kind = site->clinic.kind();
        std::set<std::string> codes;
        for (const auto& row : site->clinic.all_rows()) codes.insert(row.code);
        const auto refused =
            site->clinic.connection().rows("SELECT COUNT(*) FROM cfs_pending")[0][0];
        for (const auto& [code, count] : holders) {
            if (codes.contains(code) || (!kind.large && code.starts_with("A"))) continue;
            if (kind.strict && refused != "0") continue;
            fail(site->name() + " has no " + code);
        }
    }
    for (const auto& code : views_.doubled_rows()) fail(code + " has two UUIDs");
}

void World::check_nothing_lost() {
    for (const auto& site : sites_) {
        Present present;
        for (const auto& document : site->documents()) views_.add(document, present);
        for (const auto* commit : oracle_.live()) {
            if (present.contains({commit->place, commit->content})) continue;
            fail(commit->place + " = " + commit->content + " is lost at " + site->name() + "\n" +
                 oracle_.story_of(commit->place));
        }
    }
}

}  // namespace cfs::simulation
