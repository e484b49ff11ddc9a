// What goes wrong around the program in a simulated world.
#include <algorithm>

#include "core/folder/folder_layout.h"
#include "core/folder/marker.h"
#include "tests/simulation/world.h"

namespace cfs::simulation {

namespace {

constexpr std::size_t kMostSites = 8;
constexpr auto kStaleForm = std::chrono::hours(24);

bool belongs_to_documents(const std::string& path) {
    return path.starts_with(kPatientsDirectory) || path.starts_with(kLogsDirectory);
}

// Beside the file's place, in the manner of several clients.
std::string placeholder_of(const std::string& path, Dice& dice) {
    static const std::vector<std::string> tails = {".owncloud", ".nextcloud", ".cloud", ".cloudf"};
    const auto last = path.rfind('/') + 1;
    if (dice.percent(40)) return path.substr(0, last) + "." + path.substr(last) + ".icloud";
    return path + dice.pick(tails);
}

std::string any_path(const Files& files, Dice& dice) {
    std::vector<std::string> paths;
    for (const auto& [path, content] : files) {
        if (belongs_to_documents(path)) paths.push_back(path);
    }
    return paths.empty() ? std::string() : dice.pick(paths);
}

}  // namespace

// ---- the cloud ---------------------------------------------------------------------------------

void World::break_cloud(Site& site, Dice& dice) {
    if (site.folder_state != FolderState::normal) return;
    const bool at_server = dice.percent(40);
    const auto path = any_path(at_server ? cloud_.server() : site.client.base, dice);
    if (path.empty()) return;
    const auto content = at_server ? cloud_.server().at(path) : site.client.base.at(path);
    const auto& history = cloud_.history(path);
    std::string what;
    auto changed = content;
    const auto shortened = [&](std::size_t size) {
        return std::make_shared<const std::string>(content->substr(0, size));
    };
    std::string placeholder;
    switch (dice.below(8)) {
        case 0:
            what = "delivers again";
            break;
        case 1:
            what = "goes back to an older";
            if (!history.empty()) changed = dice.pick(history);
            break;
        case 2:
            what = "truncates";
            changed = shortened(dice.below(content->size() + 1));
            break;
        case 3:
            what = "empties";
            changed = shortened(0);
            break;
        case 4:
            what = "leaves a partial file beside";
            site.folder.plant(path + ".part", shortened(content->size() / 2));
            break;
        case 5:
            what = "leaves a placeholder for";
            placeholder = placeholder_of(path, dice);
            break;
        case 6:
            what = "keeps online only";
            break;
        default:
            what = "loses";
    }
    count_fault("cloud " + what + " a file");
    say(where_ + ": cloud " + what + " " + path + (at_server ? "" : " at " + site.name()));
    destroying([&] {
        if (what == "keeps online only") {
            site.folder.set_online_only(path, true);
        } else if (!placeholder.empty()) {
            // Evicted: the client knows that it is only at the server.
            site.folder.erase(path);
            site.client.base.erase(path);
            site.folder.plant(placeholder, shortened(0));
        } else if (at_server) {
            // Clients carry the damage on, over copies that may be the last ones.
            lossy_ = lossy_ || what != "delivers again";
            cloud_.put(path, what == "loses" ? nullptr : changed);
        } else if (what == "loses") {
            site.folder.erase(path);
            site.client.base.erase(path);
        } else if (same_text(site.folder.shared_content(path), content)) {
            // Its client knows that this is not what the server has.
            site.folder.plant(path, changed);
            site.client.base[path] = changed;
        }
    });
}

// ---- the folder --------------------------------------------------------------------------------

void World::break_folder(Site& site, Dice& dice) {
    if (site.folder_state != FolderState::normal) return mend_folder(site);
    const auto choice = dice.below(5);
    if (choice == 0) {
        count_fault("folder taken away");
        site.folder_state = FolderState::away;
        site.folder.set_taken_away(true);
    } else if (choice == 1) {
        count_fault("folder back empty");
        destroying([&] {
            site.folder_state = FolderState::emptied;
            site.client.base.clear();
            for (const auto& path : site.folder.paths()) site.folder.erase(path);
        });
    } else if (choice == 2) {
        count_fault("folder with another marker");
        site.folder_state = FolderState::other_marker;
        SeededRandom random(dice.next());
        const Marker marker{FolderId{random.uuid()}, time_.now, "simulated", 1};
        site.folder.plant(std::string(kMarkerPath), to_xml(marker));
    } else if (choice == 3) {
        const auto path = any_path(site.folder.shared_files(), dice);
        if (path.empty()) return;
        count_fault("file locked");
        site.folder.set_unreadable(path, true);
        say(where_ + ": locked at " + site.name() + ": " + path);
        return;
    } else {
        count_fault("little space");
        site.folder.set_free_space((std::uint64_t{20} << 20U) + dice.below(20000));
    }
    say(where_ + ": the folder of " + site.name() + " breaks, way " + std::to_string(choice));
}

void World::mend_folder(Site& site) {
    site.folder.set_taken_away(false);
    site.folder.set_free_space(std::nullopt);
    for (const auto& path : site.folder.paths()) site.folder.set_unreadable(path, false);
    if (site.folder_state == FolderState::other_marker) {
        site.folder.plant(std::string(kMarkerPath), cloud_.server().at(std::string(kMarkerPath)));
    }
    if (site.folder_state != FolderState::normal)
        say(where_ + ": the folder of " + site.name() + " is mended");
    site.folder_state = FolderState::normal;
    Dice dice(1);
    if (!site.folder.content(std::string(kMarkerPath))) carry(site, 100, dice);
}

// ---- machines ----------------------------------------------------------------------------------

void World::back_up(Site& site) {
    if (site.folder_state != FolderState::normal) return;
    site.backups.push_back(site.image());
    say(where_ + ": backup of " + site.name());
}

// Edits that a restored or cloned database has not synced yet are made once more by its next sync.
void World::count_again(Site& site) {
    const auto& documents = present_in_documents(site);
    oracle_.brought_back(present_at(site));
    for (const auto& row : site.clinic.all_rows()) {
        for (const auto& group : shape_of(row.table).groups) {
            if (!is_mapped(site.clinic.kind(), row.table, group.name)) continue;
            const auto placed = names_.id_of(place_of(row, group), row.content(group));
            if (documents.contains(placed) || !oracle_.known(placed)) continue;
            oracle_.again(placed, where_ + " again");
        }
    }
}

void World::restore(Site& site, Dice& dice) {
    if (site.backups.empty()) return;
    const auto& image = dice.pick(site.backups);
    count_fault("database restored from a backup");
    destroying([&] { site.restore_database(image.database); });
    site.deleted.insert(image.deleted.begin(), image.deleted.end());
    site.forms.clear();
    count_again(site);
    say(where_ + ": the database of " + site.name() + " is restored from a backup");
}

void World::roll_back(Site& site, Dice& dice) {
    if (site.backups.empty() || site.folder_state != FolderState::normal) return;
    const auto& image = dice.pick(site.backups);
    count_fault("machine rolled back");
    destroying([&] { site.restore_machine(image); });
    site.deleted.insert(image.deleted.begin(), image.deleted.end());
    site.forms.clear();
    count_again(site);
    say(where_ + ": the machine of " + site.name() + " is rolled back");
}

void World::clone(Site& site, Dice& dice) {
    if (sites_.size() >= kMostSites || site.folder_state != FolderState::normal) return;
    const auto image = site.image();
    auto& twin =
        *sites_.emplace_back(std::make_unique<Site>(sites_.size(), site.clinic.kind(), time_));
    const bool disk = dice.percent(50);
    twin.clone_from(image);
    twin.options = site.options;
    twin.kept_segments = site.kept_segments;
    twin.deleted = site.deleted;
    twin.erased_unseen = site.erased_unseen;
    twin.clock.wrong_by = site.clock.wrong_by;
    if (!disk) twin.take_new_writer(dice.next());
    count_fault(disk ? "disk cloned" : "database cloned");
    say(where_ + ": " + site.name() + " is cloned to " + twin.name() +
        (disk ? " with its writer" : ""));
    count_again(twin);
}

void World::change_options(Site& site, Dice& dice) {
    site.options.use_logs = dice.percent(50);
    site.options.delete_conflicts = dice.percent(50);
}

void World::set_clock(Site& site, Dice& dice) {
    site.clock.wrong_by = std::chrono::hours(24 * 365) * (static_cast<int>(dice.below(3)) - 1) * 10;
    for (auto& form : site.forms) form.touched = true;
    if (site.clock.wrong_by.count() != 0) count_fault("clock set wrong by ten years");
    say(where_ + ": the clock of " + site.name() + " is set");
}

// ---- forms -------------------------------------------------------------------------------------

void World::open_form(Site& site, Dice& dice) {
    const auto row = any_row(site, dice.percent(50) ? "patient" : "visit", dice);
    if (!row) return;
    site.forms.push_back({*row, time_.now, false});
    say(where_ + ": " + site.name() + " opens a form of " + row->code);
}

void World::save_form(Site& site) {
    if (site.forms.empty()) return;
    const auto stale = std::find_if(site.forms.begin(), site.forms.end(),
                                    [&](const OpenForm& form) { return site.is_stale(form); });
    const auto chosen = stale == site.forms.end() ? site.forms.begin() : stale;
    const auto form = *chosen;
    site.forms.erase(chosen);
    const auto now = site.clinic.row(form.row.table, form.row.key);
    if (!now || now->code != form.row.code) return;
    save(site, form, *now);
}

// Every field is written as the form shows it, one of them changed.
void World::save(Site& site, const OpenForm& form, const ClinicRow& now) {
    const auto& shape = shape_of(form.row.table);
    const bool certain = !form.touched && time_.now - form.opened < kStaleForm;
    std::map<std::string, Cell> values;
    std::set<std::string> blind, unsure;
    const std::string edited = shape.name == "patient" ? "street" : "dose";
    for (const auto& group : shape.groups) {
        if (group.name == "identity" || group.name == "code") continue;
        if (!is_mapped(site.clinic.kind(), shape.name, group.name)) continue;
        bool puts_back = false;
        for (const auto& column : group.columns) {
            if (column == "code" || shape.references.contains(column)) continue;
            const auto& old = form.row.columns.at(column);
            values[column] = old == "-" ? std::nullopt : Cell(old);
            if (column == edited) {
                values[column] = new_token();
            } else {
                puts_back = puts_back || old != now.columns.at(column);
            }
        }
        if (form.row.content(group) == now.content(group)) continue;
        if (certain && puts_back) {
            blind.insert(group.name);
        } else {
            unsure.insert(group.name);
        }
    }
    if (!blind.empty()) count_fault("stale form saved");
    write(site, now, values, blind, unsure);
}

// ---- a preview ---------------------------------------------------------------------------------

void World::preview(Site& site, Dice& dice) {
    SyncOrder order;
    order.preview = true;
    const auto before = picture();
    const auto outcome = site.sync(order, dice.next());
    if (!outcome.internal.empty()) fail(site.name() + ": " + outcome.internal);
    if (!same(picture(), before)) fail("a preview of " + site.name() + " changed something");
}

}  // namespace cfs::simulation
