#include "tests/simulation/world.h"

#include <algorithm>

#include "core/folder/folder_layout.h"
#include "core/folder/marker.h"

namespace cfs::simulation {

namespace {

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
    return Dice(a * 0x9E3779B97F4A7C15U + b).next();
}

}  // namespace

World::World(const Schedule& schedule, bool verbose)
    : schedule_(schedule), verbose_(verbose), lossy_(schedule.drops) {
    SeededRandom random(schedule.seed);
    folder_ = FolderId{random.uuid()};
    collisions_ = {Collision::fork_local, Collision::fork_remote};
    if (schedule.drops) {
        collisions_.push_back(Collision::drop_local);
        collisions_.push_back(Collision::drop_remote);
    }
}

World::~World() = default;

void World::say(const std::string& sentence) {
    if (verbose_) result_.story += sentence + '\n';
}

Result World::run() {
    try {
        where_ = "at the beginning";
        seed_database_randomness(schedule_.seed);
        make_sites();
        for (const auto& step : schedule_.steps) {
            where_ = "step " + std::to_string(step.number % 10000);
            perform(step);
        }
        where_ = "at the end";
        become_quiet();
        check_end();
    } catch (const Broken& broken) {
        result_.failure = broken.sentence;
    }
    return std::move(result_);
}

// ---- beginning ---------------------------------------------------------------------------------

void World::make_sites() {
    const Marker marker{folder_, time_.now, "simulated", 1};
    cloud_.put(std::string(kMarkerPath), std::make_shared<const std::string>(to_xml(marker)));
    for (std::size_t i = 0; i < schedule_.sites.size(); ++i) {
        const auto& setup = schedule_.sites[i];
        auto& site = *sites_.emplace_back(std::make_unique<Site>(i, setup.kind, time_));
        site.clock.wrong_by = std::chrono::hours(24 * 365) * setup.years_wrong;
        site.options.use_logs = setup.use_logs;
        site.options.delete_conflicts = setup.delete_conflicts;
        site.kept_segments = setup.kept_segments;
        if (!setup.kind.large) count_fault("site with fewer tables and columns");
        if (setup.kind.strict) count_fault("site that refuses values");
        if (setup.kind.cutting) count_fault("site that cuts and rounds values");
        if (setup.years_wrong != 0) count_fault("site whose clock is ten years wrong");
        if (setup.kept_segments < 512) count_fault("site that prunes its log early");
        Filling filling;
        if (setup.start != Start::empty) {
            filling = {schedule_.patients,
                       setup.start == Start::copy ? std::string("P") : site.name() + "-"};
        }
        site.begin(filling, folder_, mix(schedule_.seed, i + 100));
        for (const auto& row : site.clinic.all_rows()) {
            oracle_.write(site.clinic.kind(), nullptr, row, "found");
        }
        Dice dice(mix(schedule_.seed, i));
        (void)cloud_.carry(site.client, 100, dice, collisions_);
    }
}

Site& World::site_where(Site& first, const std::function<bool(Site&)>& holds) {
    const auto same = [&](const auto& site) { return site.get() == &first; };
    const auto start = std::find_if(sites_.begin(), sites_.end(), same) - sites_.begin();
    for (std::size_t i = 0; i < sites_.size(); ++i) {
        auto& site = *sites_[(static_cast<std::size_t>(start) + i) % sites_.size()];
        if (holds(site)) return site;
    }
    return first;
}

// ---- steps -------------------------------------------------------------------------------------

void World::perform(const Step& step) {
    const auto has_backup = [](Site& one) { return !one.backups.empty(); };
    Dice dice(mix(schedule_.seed, step.number));
    seed_database_randomness(dice.next());
    auto& site = *sites_[step.site % sites_.size()];
    time_.now += std::chrono::minutes(1 + dice.below(120));
    count(name_of(step.happening));
    switch (step.happening) {
        case Happening::edit:
            return edit(site, dice);
        case Happening::insert:
            return insert(site, dice);
        case Happening::remove:
            return remove(site, dice);
        case Happening::move:
            return move(site, dice);
        case Happening::sync:
            // Somebody has a form open meanwhile.
            if (dice.percent(40)) open_form(site, dice);
            sync(site, step, dice);
            if (site.has_stale_form() && dice.percent(50)) save_form(site);
            return;
        case Happening::carry:
            return carry(site, dice.percent(50) ? 100 : 50, dice);
        case Happening::open_form:
            return open_form(site, dice);
        case Happening::save_form:
            return save_form(site_where(site, [](Site& one) { return one.has_stale_form(); }));
        case Happening::many_edits:
            for (int i = 0; i < 30; ++i) edit(site, dice);
            return;
        case Happening::thousand_edits:
            for (int i = 0; i < 1000; ++i) work(site, dice);
            return;
        case Happening::settle:
            return settle(site_where(site, [](Site& one) { return !one.conflicts().empty(); }),
                          dice);
        case Happening::undo:
            return undo(site_where(site, [](Site& one) { return one.has_history(); }), dice);
        case Happening::preview:
            return preview(site, dice);
        case Happening::cloud_fault:
            return break_cloud(site, dice);
        case Happening::folder_fault:
            return break_folder(site, dice);
        case Happening::backup:
            return back_up(site);
        case Happening::restore:
            return restore(site_where(site, has_backup), dice);
        case Happening::roll_back:
            return roll_back(site_where(site, has_backup), dice);
        case Happening::clone:
            return clone(site, dice);
        case Happening::options:
            return change_options(site, dice);
        case Happening::clock:
            return set_clock(site, dice);
        case Happening::days:
            time_.now += std::chrono::hours(24 * (1 + dice.below(3)));
            return;
        case Happening::count:
            return;
    }
}

void World::carry(Site& site, unsigned percent, Dice& dice) {
    if (site.folder_state != FolderState::normal) return;
    std::vector<std::string> done;
    const auto work = [&] { done = cloud_.carry(site.client, percent, dice, collisions_); };
    if (lossy_) {
        destroying(work);
    } else {
        work();
    }
    for (const auto& what : done) {
        say(where_ + ": cloud of " + site.name() + ": " + what);
        // "ours forked to patients/...", "down patients/..."
        const auto first = what.find(' ');
        const auto kind = what.substr(0, first);
        if (kind == "up" || kind == "down") {
            count("file carried " + kind);
        } else {
            count_fault("cloud " + what.substr(0, what.find(' ', first + 1)));
        }
    }
    if (percent < 100 && !done.empty()) count_fault("cloud delivered some, in any order");
}

void World::sync(Site& site, const Step& step, Dice& dice) {
    SyncOrder order;
    constexpr test::Fault kDeaths[] = {test::Fault::crash_before, test::Fault::crash_after,
                                       test::Fault::crash_halfway, test::Fault::crash_torn,
                                       test::Fault::power_cut};
    const auto trouble = static_cast<Trouble>(1 + dice.below(5));
    const bool in_database =
        trouble == Trouble::crash_in_database || trouble == Trouble::database_fails;
    const bool troubled = dice.percent(35);
    order.at = 1 + dice.below(in_database ? (dice.percent(50) ? 120 : 400) : 60);
    order.fault = kDeaths[dice.below(std::size(kDeaths))];
    if (trouble == Trouble::folder_full) order.at = 1 + dice.below(6);
    if (troubled && !step.calm) {
        order.trouble = trouble;
        // What the folder refused has just been noted, or has not.
        const bool goes_on = trouble == Trouble::folder_refuses || trouble == Trouble::folder_full;
        if (goes_on && dice.percent(50)) order.dies_at = 1 + dice.below(400);
    }
    order.full = dice.percent(10);
    auto left = dice.below(20);
    const auto seed = dice.next();
    if (dice.percent(30) && !step.calm) {
        count_fault("clinic works during a sync");
        order.disturbed = true;
        order.meanwhile = [&, left]() mutable {
            if (left > 0) --left;
            if (left > 0 || !site.clinic.connection().is_free()) return;
            left = 5 + dice.below(30);
            work(site, dice);
        };
    }
    sync_and_check(site, order, seed);
}

SyncOutcome World::sync_and_check(Site& site, const SyncOrder& order, std::uint64_t seed) {
    const bool may_erase = !site.deleted.empty() || order.disturbed;
    Present before;
    if (may_erase) {
        before = present();
        before.remove(present_in_folder(site));
    }
    std::set<std::string> rows;
    for (const auto& row : site.clinic.all_rows()) rows.insert(row.code);
    std::set<std::string> files;
    for (const auto& path : site.folder.paths()) {
        if (patient_at(path)) files.insert(path);
    }
    const auto first = oracle_.size();
    const auto folder_before = site.folder.revision();
    const auto copies = conflict_copies(site);
    const auto outcome = site.sync(order, seed);
    if (site.folder_state != FolderState::normal &&
        (outcome.error.empty() || site.folder.revision() != folder_before)) {
        fail("a sync of " + site.name() + " worked with a folder that was not its own");
    }
    if (may_erase) oracle_.destroyed(before, first, present(), &site.deleted);
    note_troubles(site, order, outcome);
    if (outcome.error.empty() && !order.instead) site.erased_unseen.clear();
    for (const auto& row : site.clinic.all_rows()) {
        rows.erase(row.code);
        site.deleted.erase(row.code);
    }
    for (const auto& code : rows) {
        if (!site.deleted.contains(code)) fail("a sync of " + site.name() + " deleted " + code);
    }
    for (const auto& path : site.folder.paths()) files.erase(path);
    if (!files.empty()) fail("a sync of " + site.name() + " deleted " + *files.begin());
    for (const auto& [path, content] : copies) {
        if (!site.folder.shared_content(path)) check_deleted_copy(site, path, *content);
    }
    if (order.confirm_all && !outcome.error.empty()) {
        fail("a sync of " + site.name() + " failed without a reason: " + outcome.error);
    }
    return outcome;
}

// Files that hold a patient's document and are not at its place.
Files World::conflict_copies(const Site& site) {
    if (!site.options.delete_conflicts) return {};
    auto files = site.folder.shared_files();
    std::erase_if(files, [](const auto& file) {
        return patient_at(file.first) || !file.first.starts_with("patients");
    });
    return files;
}

// All that it held and nobody has replaced is in the database and in the patients' files.
void World::check_deleted_copy(Site& site, const std::string& path, const std::string& content) {
    Present copy;
    views_.add(content, copy);
    const auto &documents = present_in_documents(site), &folder = present_in_folder(site);
    for (const auto* commit : oracle_.live()) {
        const auto placed = commit->placed;
        if (!copy.contains(placed) || (documents.contains(placed) && folder.contains(placed)))
            continue;
        const auto& [place, value] = names_.at(placed);
        fail("a sync of " + site.name() + " deleted " + path + ", the only copy there of " + place +
             " = " + value);
    }
}

void World::note_troubles(const Site& site, const SyncOrder& order, const SyncOutcome& outcome) {
    static constexpr const char* kTroubles[] = {
        "",
        "program died in the database",
        "database refused a statement",
        "program died in the folder",
        "folder refused",
        "disk full",
    };
    static constexpr const char* kDeaths[] = {
        "",
        "",
        " before it did",
        " after it did",
        " in a write, half a temporary file left",
        " in a write, half a file left",
        " with the whole machine",
    };
    if (outcome.troubled) {
        std::string what = kTroubles[static_cast<int>(order.trouble)];
        if (order.trouble == Trouble::crash_in_folder)
            what += kDeaths[static_cast<int>(order.fault)];
        count_fault(what);
        if (order.dies_at > 0 && outcome.crashed) count_fault(what + ", then program died");
    }
    if (!outcome.error.empty() && !outcome.crashed) count("sync ended by an error");
    if (outcome.report.counts.pending > 0) count_fault("sync with rows that a database refuses");
    say(where_ + ": " + (order.instead ? "a person's wish at " : "sync of ") + site.name() +
        (outcome.error.empty() ? "" : ": " + outcome.error));
    if (!outcome.internal.empty()) fail(site.name() + ": " + outcome.internal);
    if (!verbose_) return;
    for (const auto& line : outcome.report.lines) {
        say("      " + (line.patient ? line.patient->text().substr(0, 8) + ": " : "") + line.text);
    }
}

// ---- looking -----------------------------------------------------------------------------------

// What a document says depends on the rows that are known by their codes as well.
const Present& World::look(Look& last, const std::string& stamp,
                           const std::function<void(Present&)>& see) {
    const auto known = [&] { return stamp + '/' + std::to_string(views_.rows_known()); };
    while (last.stamp != known()) {
        last = {known(), {}};
        see(last.present);
    }
    return last.present;
}

void World::add_files(const Files& files, Present& present) {
    for (const auto& [path, content] : files) {
        if (path.starts_with("patients")) views_.add(*content, present);
    }
}

const Present& World::present_in_folder(Site& site) {
    const auto stamp = std::to_string(site.folder.revision());
    return look(looks_[&site].folder, stamp,
                [&](Present& present) { add_files(site.folder.shared_files(), present); });
}

const Present& World::present_in_documents(Site& site) {
    return look(looks_[&site].documents, site.clinic.connection().stamp(), [&](Present& present) {
        for (const auto& document : site.documents()) views_.add(document, present);
    });
}

const Present& World::present_in_rows(Site& site) {
    return look(looks_[&site].rows, site.clinic.connection().stamp(), [&](Present& present) {
        for (const auto& row : site.clinic.all_rows()) {
            for (const auto& group : shape_of(row.table).groups) {
                if (!is_mapped(site.clinic.kind(), row.table, group.name)) continue;
                present.add(names_.id_of(place_of(row, group), row.content(group)));
            }
        }
    });
}

Present World::present_at(Site& site) {
    auto present = present_in_documents(site);
    present.add(present_in_folder(site));
    present.add(present_in_rows(site));
    return present;
}

Present World::present() {
    auto present = look(server_look_, std::to_string(cloud_.revision()),
                        [&](Present& found) { add_files(cloud_.server(), found); });
    for (const auto& site : sites_) present.add(present_at(*site));
    return present;
}

void World::destroying(const std::function<void()>& event) {
    const auto before = present();
    const auto first = oracle_.size();
    event();
    oracle_.destroyed(before, first, present());
}

Result run_schedule(const Schedule& schedule, bool verbose) {
    return World(schedule, verbose).run();
}

}  // namespace cfs::simulation
