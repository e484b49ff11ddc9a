#include "tests/simulation/schedule.h"

namespace cfs::simulation {

namespace {

// A site that is offline for so long costs as much time as many other schedules.
constexpr std::size_t kOneInSoManyIsLongOffline = 250;

struct Weight {
    Happening happening;
    unsigned weight;
};

constexpr Weight kWeights[] = {
    {Happening::edit, 30},     {Happening::insert, 10},     {Happening::remove, 4},
    {Happening::move, 4},      {Happening::sync, 30},       {Happening::carry, 25},
    {Happening::open_form, 4}, {Happening::save_form, 4},   {Happening::many_edits, 1},
    {Happening::preview, 1},   {Happening::cloud_fault, 6}, {Happening::folder_fault, 3},
    {Happening::backup, 3},    {Happening::restore, 2},     {Happening::roll_back, 2},
    {Happening::clone, 1},     {Happening::options, 2},     {Happening::clock, 1},
    {Happening::days, 2},      {Happening::settle, 8},      {Happening::undo, 4},
};

Happening draw(Dice& dice) {
    unsigned total = 0;
    for (const auto& item : kWeights) total += item.weight;
    auto left = static_cast<unsigned>(dice.below(total));
    for (const auto& item : kWeights) {
        if (left < item.weight) return item.happening;
        left -= item.weight;
    }
    return Happening::edit;
}

SiteSetup draw_site(Dice& dice) {
    SiteSetup site;
    site.kind = {dice.percent(75), dice.percent(30), dice.percent(20)};
    site.start = static_cast<Start>(dice.below(3));
    if (dice.percent(60)) site.start = Start::copy;
    if (dice.percent(15)) site.years_wrong = dice.percent(50) ? 10 : -10;
    site.use_logs = dice.percent(70);
    site.delete_conflicts = dice.percent(50);
    if (dice.percent(40)) site.kept_segments = 1 + static_cast<std::int64_t>(dice.below(4));
    return site;
}

}  // namespace

const char* name_of(Happening happening) {
    switch (happening) {
        case Happening::edit:
            return "edit";
        case Happening::insert:
            return "insert";
        case Happening::remove:
            return "delete";
        case Happening::move:
            return "move";
        case Happening::sync:
            return "sync";
        case Happening::open_form:
            return "form opened";
        case Happening::save_form:
            return "form saved";
        case Happening::many_edits:
            return "many edits";
        case Happening::thousand_edits:
            return "a thousand edits offline";
        case Happening::settle:
            return "settle a conflict";
        case Happening::undo:
            return "undo a run";
        case Happening::preview:
            return "preview";
        case Happening::carry:
            return "cloud";
        case Happening::cloud_fault:
            return "cloud fault";
        case Happening::folder_fault:
            return "folder fault";
        case Happening::backup:
            return "backup";
        case Happening::restore:
            return "database restored";
        case Happening::roll_back:
            return "machine rolled back";
        case Happening::clone:
            return "cloned";
        case Happening::options:
            return "options changed";
        case Happening::clock:
            return "clock set";
        case Happening::days:
            return "days pass";
        case Happening::count:
            break;
    }
    return "?";
}

Schedule schedule_of(std::uint64_t seed) {
    Dice dice(seed * 7919 + 17);
    Schedule schedule;
    schedule.seed = seed;
    const auto sites = 2 + (dice.percent(50) ? 0 : dice.below(5));
    for (std::size_t i = 0; i < sites; ++i) schedule.sites.push_back(draw_site(dice));
    schedule.patients = 1 + dice.below(3);
    schedule.drops = dice.percent(40);
    schedule.hurry = dice.percent(50);
    const auto steps = 20 + dice.below(41);
    for (std::size_t i = 0; i < steps; ++i) {
        schedule.steps.push_back({dice.next(), draw(dice), dice.below(sites + 1), false});
    }
    if (dice.below(kOneInSoManyIsLongOffline) == 0) {
        dice.pick(schedule.steps).happening = Happening::thousand_edits;
    }
    return schedule;
}

std::string text_of(const Schedule& schedule) {
    static constexpr const char* kStarts[] = {"a copy", "its own patients", "empty"};
    std::string text = "seed " + std::to_string(schedule.seed) + ", " +
                       std::to_string(schedule.sites.size()) + " sites, " +
                       std::to_string(schedule.steps.size()) + " steps" +
                       (schedule.hurry ? ", in a hurry at the end\n" : "\n");
    for (std::size_t i = 0; i < schedule.sites.size(); ++i) {
        const auto& site = schedule.sites[i];
        text += "  site " + std::string(1, static_cast<char>('A' + i)) + ": " +
                kStarts[static_cast<int>(site.start)];
        if (!site.kind.large) text += ", fewer tables";
        if (site.kind.strict) text += ", strict";
        if (site.kind.cutting) text += ", cuts";
        if (site.years_wrong != 0) text += ", clock wrong by " + std::to_string(site.years_wrong);
        if (!site.use_logs) text += ", no logs";
        if (site.delete_conflicts) text += ", deletes conflict copies";
        if (site.kept_segments < 512) {
            text += ", keeps " + std::to_string(site.kept_segments) + " log segments";
        }
        text += '\n';
    }
    return text;
}

}  // namespace cfs::simulation
