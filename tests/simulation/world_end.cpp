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

std::string path_names(const Files& a, const Files& b) {
    std::string names;
    for (const auto& [path, content] : a) {
        if (!same_text(text_at(b, path), content)) names += " " + path;
    }
    return names;
}

Files compared(const test::MemoryFolder& folder) {
    auto files = folder.shared_files();
    std::erase_if(files, [](const auto& item) { return !is_compared(item.first); });
    return files;
}

std::int64_t rows_written(const SyncReport& report) {
    const auto& counts = report.counts;
    return counts.rows_inserted + counts.rows_updated + counts.rows_restored;
}

bool same_files(const Files& a, const Files& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
        return x.first == y.first && same_text(x.second, y.second);
    });
}

}  // namespace

// All that a quiet world may not change.
World::Picture World::picture() {
    Picture picture;
    for (const auto& site : sites_) {
        picture.folders.push_back(compared(site->folder));
        auto& database = picture.databases.emplace_back();
        for (const auto& row : site->clinic.all_rows()) {
            database += row.code + " " + row.key;
            for (const auto& [column, value] : row.columns) database += '|' + value;
        }
        for (const auto& document : site->documents()) database += document;
    }
    return picture;
}

bool World::same(const Picture& a, const Picture& b) {
    return a.databases == b.databases && std::equal(a.folders.begin(), a.folders.end(),
                                                    b.folders.begin(), b.folders.end(), same_files);
}

void World::become_quiet() {
    const auto most = kRoundsASite * sites_.size() + 2;
    Dice dice(schedule_.seed);
    for (const auto& site : sites_) mend_folder(*site);
    auto before = picture();
    for (std::size_t round = 1;; ++round) {
        where_ = "final round " + std::to_string(round);
        std::string writers;
        for (const auto& site : sites_) {
            time_.now += schedule_.hurry ? std::chrono::minutes(5) : std::chrono::minutes(300);
            carry(*site, 100, dice);
            SyncOrder order;
            order.confirm_all = true;
            const auto outcome = sync_and_check(*site, order, dice.next());
            if (rows_written(outcome.report) > 0) writers += " " + site->name();
            carry(*site, 100, dice);
        }
        for (const auto& site : sites_) carry(*site, 100, dice);
        auto after = picture();
        result_.rounds = round;
        // A damaged file is waited for once before it is healed.
        if (same(after, before) && round > 1) {
            if (!writers.empty()) fail("all is quiet, but rows are written at" + writers);
            return;
        }
        if (round > most) {
            fail("not quiet after " + std::to_string(round) + " rounds");
        }
        before = std::move(after);
    }
}

void World::check_end() {
    check_folders();
    check_databases();
    check_nothing_lost();
}

void World::check_folders() {
    const auto expected = compared(sites_.front()->folder);
    std::set<std::string> texts;
    for (const auto& [path, content] : expected) {
        if (patient_at(path)) texts.insert(*content);
    }
    for (const auto& site : sites_) {
        const auto files = compared(site->folder);
        if (!same_files(files, expected)) {
            fail("the folder of " + site->name() + " differs:" + path_names(files, expected) +
                 path_names(expected, files));
        }
        for (const auto& document : site->documents()) {
            if (!texts.contains(document))
                fail("a document of " + site->name() + " is not in the folder");
        }
    }
}

void World::check_databases() {
    std::map<Place, Shown> shown;
    for (const auto& site : sites_) check_database(*site, shown);
    check_all_rows_held();
    std::vector<std::string> documents;
    for (const auto& site : sites_) {
        for (auto& document : site->documents()) documents.push_back(std::move(document));
    }
    for (const auto& code : views_.doubled_rows(documents)) fail(code + " has two UUIDs");
}

void World::check_database(Site& site, std::map<Place, Shown>& shown) {
    check_keys(site);
    std::set<std::string> codes, refused;
    // Of a row without a key: all that share what it shares.
    for (const auto& row : site.clinic.connection().rows(
             "SELECT r.tbl || ':' || COALESCE(a.rowid, r.local_key) FROM cfs_pending p JOIN "
             "cfs_row r ON r.row_id = p.row_id LEFT JOIN allergy a ON r.tbl = 'allergy' AND "
             "instr(r.local_key, a.patient || char(9)) = 1 WHERE r.local_key IS NOT NULL")) {
        refused.insert(*row[0]);
    }
    for (const auto& row : site.clinic.all_rows()) {
        if (!codes.insert(row.code).second) fail(site.name() + " holds " + row.code + " twice");
        if (refused.contains(row.table + ":" + row.key)) continue;
        for (const auto& group : shape_of(row.table).groups) {
            if (!is_mapped(site.clinic.kind(), row.table, group.name)) continue;
            check_group(site, row, group, shown);
        }
    }
}

// Which row has a key and which key a row has are told by two tables.
void World::check_keys(Site& site) {
    const std::string same = "k.row_id = r.row_id AND k.tbl = r.tbl AND k.local_key = r.local_key";
    for (const auto& row : site.clinic.connection().rows(
             "SELECT r.tbl || ' ' || r.local_key FROM cfs_row r WHERE r.local_key IS NOT NULL AND "
             "NOT EXISTS (SELECT 1 FROM cfs_key k WHERE " +
             same +
             ") UNION ALL SELECT k.tbl || ' ' || k.local_key FROM cfs_key k WHERE NOT EXISTS "
             "(SELECT 1 FROM cfs_row r WHERE " +
             same + ")")) {
        fail(site.name() + " has no one row under the key " + *row[0]);
    }
}

// The same everywhere, written together by somebody, and not overwritten by who had seen it.
void World::check_group(const Site& site, const ClinicRow& row, const GroupShape& group,
                        std::map<Place, Shown>& shown) {
    const auto place = place_of(row, group);
    const auto content = row.content(group);
    const auto what = place + " is " + content + " at " + site.name();
    const auto story = "\n" + oracle_.story_of(place);
    auto& other = shown.try_emplace(place, Shown{content, {}, site.name()}).first->second;
    if (other.content != content)
        fail(what + " but " + other.content + " at " + other.site + story);
    // A site whose mapping lacks the column leaves it to the others as it is by default.
    const bool by_default = group.name == "note" && content == "-|";
    if (!by_default && !oracle_.known(names_.id_of(place, content))) {
        fail(what + ", which nobody wrote" + story);
    }
    if (oracle_.overwritten(names_.id_of(place, content)))
        fail(what + " again, which was overwritten" + story);
    // What one site's schema cuts off or rounds stays at the others.
    const auto whole = row.whole_content(group);
    if (site.clinic.kind().cutting) {
        if (!other.whole.empty() && other.whole != whole) count_fault("value cut or rounded");
        return;
    }
    if (other.whole.empty()) other.whole = whole;
    if (other.whole != whole) fail(what + ": " + whole + " or " + other.whole + story);
}

void World::check_all_rows_held() {
    std::map<const Site*, std::set<std::string>> held;
    std::set<std::string> all;
    for (const auto& site : sites_) {
        for (const auto& row : site->clinic.all_rows()) held[site.get()].insert(row.code);
        all.insert(held[site.get()].begin(), held[site.get()].end());
    }
    for (const auto& site : sites_) {
        const auto& kind = site->clinic.kind();
        const auto pending = site->clinic.connection().rows("SELECT 1 FROM cfs_pending");
        if (!pending.empty()) continue;
        for (const auto& code : all) {
            const bool unknown_table = !kind.large && code.starts_with("A");
            if (!unknown_table && !held[site.get()].contains(code)) {
                fail(site->name() + " has no " + code);
            }
        }
    }
}

void World::check_nothing_lost() {
    for (const auto& site : sites_) {
        const auto& present = present_in_documents(*site);
        for (const auto* commit : oracle_.live()) {
            if (present.contains(commit->placed)) continue;
            const auto& [place, content] = names_.at(commit->placed);
            fail(place + " = " + content + " is lost at " + site->name() + "\n" +
                 oracle_.story_of(place));
        }
    }
}

}  // namespace cfs::simulation
