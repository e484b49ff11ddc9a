// What people do with the program in a simulated world: settling conflicts, undoing a run.
#include <algorithm>

#include "tests/simulation/world.h"

namespace cfs::simulation {

namespace {

const GroupShape* group_with(const TableShape& shape, const std::string& column) {
    if (shape.groups.size() == 1) return &shape.groups.front();
    for (const auto& group : shape.groups) {
        const auto& columns = group.columns;
        if (std::find(columns.begin(), columns.end(), column) != columns.end()) return &group;
    }
    return nullptr;
}

std::set<std::string> ids_of(const std::vector<Conflict>& conflicts) {
    std::set<std::string> ids;
    for (const auto& conflict : conflicts) ids.insert(conflict.id);
    return ids;
}

}  // namespace

// The oracle is told what was on the screen: that is what the choice covers.
void World::settle(Site& site, Dice& dice) {
    const auto conflicts = site.conflicts();
    if (conflicts.empty() || site.folder_state != FolderState::normal) return;
    (void)present_in_documents(site);
    const auto& conflict = dice.pick(conflicts);
    const auto& shape = shape_of(conflict.table);
    const auto* group = group_with(shape, conflict.columns.front());
    const auto code = views_.code_of_row(conflict.row.text());
    if (group == nullptr || code.empty()) return;
    const auto place = group->name.empty() ? code : code + "/" + group->name;
    std::vector<PlacedId> seen;
    for (const auto& value : conflict.values) {
        const auto content = views_.content_of(shape, *group, value.fields);
        if (!content) return;  // of a site that knew fewer columns
        seen.push_back(names_.id_of(place, *content));
    }
    const auto kept = dice.below(seen.size());
    SyncOrder order;
    if (dice.percent(20)) {
        order.trouble = Trouble::crash_in_database;
        order.at = 1 + dice.below(80);
    }
    order.instead = [&](RunContext& run) {
        settle_conflict(run, conflict.id, conflict.values[kept].version);
    };
    const auto outcome = sync_and_check(site, order, dice.next());
    if (!outcome.error.empty() && !outcome.crashed) return;
    count(outcome.crashed ? "settling interrupted" : "conflict settled");
    say(where_ + ": " + site.name() + " keeps " + names_.at(seen[kept]).second + " of " + place);
    oracle_.settled(seen[kept], {seen.begin(), seen.end()}, where_ + " settled", outcome.crashed);
    touch_forms(site, code);
    if (outcome.crashed) return;
    for (const auto& open : site.conflicts()) {
        if (open.id != conflict.id) continue;
        for (const auto& value : open.values) {
            for (const auto& former : conflict.values) {
                if (value.version == former.version)
                    fail("a settled value of " + place + " stands");
            }
        }
    }
}

// A sync goes first, so that nothing but the undo changes rows.
void World::undo(Site& site, Dice& dice) {
    if (site.folder_state != FolderState::normal) return;
    if (!sync_and_check(site, {}, dice.next()).error.empty()) return;
    std::map<std::string, ClinicRow> before;
    for (const auto& row : site.clinic.all_rows()) before.emplace(row.code, row);
    const auto open = ids_of(site.conflicts());
    SyncOrder order;
    if (dice.percent(20)) {
        order.trouble = Trouble::crash_in_database;
        order.at = 1 + dice.below(80);
    }
    order.instead = [](RunContext& run) { undo_run(run, {}, {}); };
    const auto outcome = sync_and_check(site, order, dice.next());
    for (const auto& row : site.clinic.all_rows()) {
        const auto former = before.find(row.code);
        if (former == before.end() || former->second.columns == row.columns) continue;
        count("row put back by undo");
        oracle_.write(site.clinic.kind(), &former->second, row, where_ + " undone");
        touch_forms(site, row.code);
    }
    for (const auto& conflict : site.conflicts()) {
        if (!open.contains(conflict.id)) stand_again(conflict);
    }
}

// A settling was undone.
void World::stand_again(const Conflict& conflict) {
    const auto& shape = shape_of(conflict.table);
    const auto* group = group_with(shape, conflict.columns.front());
    const auto code = views_.code_of_row(conflict.row.text());
    if (group == nullptr || code.empty()) return;
    const auto place = group->name.empty() ? code : code + "/" + group->name;
    count("conflict opened again");
    for (const auto& value : conflict.values) {
        const auto content = views_.content_of(shape, *group, value.fields);
        if (content) oracle_.again(names_.id_of(place, *content), where_ + " open again");
    }
}

}  // namespace cfs::simulation
