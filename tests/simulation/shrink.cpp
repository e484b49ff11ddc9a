#include "tests/simulation/shrink.h"

#include <algorithm>

#include "tests/simulation/world.h"

namespace cfs::simulation {

namespace {

bool fails(const Schedule& schedule) { return run_schedule(schedule, false).failure.has_value(); }

template <class Change>
bool try_change(Schedule& schedule, Change change) {
    auto candidate = schedule;
    change(candidate);
    if (!fails(candidate)) return false;
    schedule = std::move(candidate);
    return true;
}

// Leaves out runs of steps, long ones first.
bool drop_steps(Schedule& schedule) {
    bool any = false;
    for (auto length = std::max<std::size_t>(1, schedule.steps.size() / 2);; length /= 2) {
        for (std::size_t at = 0; at < schedule.steps.size();) {
            const bool dropped = try_change(schedule, [&](Schedule& candidate) {
                const auto first = candidate.steps.begin() + static_cast<std::ptrdiff_t>(at);
                const auto left = candidate.steps.size() - at;
                candidate.steps.erase(first,
                                      first + static_cast<std::ptrdiff_t>(std::min(length, left)));
            });
            any = any || dropped;
            if (!dropped) at += length;
        }
        if (length <= 1) return any;
    }
}

void calm_steps(Schedule& schedule) {
    for (std::size_t i = 0; i < schedule.steps.size(); ++i) {
        if (schedule.steps[i].calm || schedule.steps[i].happening != Happening::sync) continue;
        (void)try_change(schedule, [&](Schedule& candidate) { candidate.steps[i].calm = true; });
    }
}

void drop_sites(Schedule& schedule) {
    for (auto i = schedule.sites.size(); i-- > 0 && schedule.sites.size() > 2;) {
        (void)try_change(schedule, [&](Schedule& candidate) {
            std::erase_if(candidate.steps, [&](const Step& step) { return step.site == i; });
            for (auto& step : candidate.steps) step.site -= step.site > i ? 1 : 0;
            candidate.sites.erase(candidate.sites.begin() + static_cast<std::ptrdiff_t>(i));
        });
    }
}

void plain_sites(Schedule& schedule) {
    for (std::size_t i = 0; i < schedule.sites.size(); ++i) {
        const auto simpler = [&](auto change) {
            (void)try_change(schedule, [&](Schedule& candidate) { change(candidate.sites[i]); });
        };
        const auto& site = schedule.sites[i];
        if (!site.kind.large) simpler([](SiteSetup& setup) { setup.kind.large = true; });
        if (site.kind.strict) simpler([](SiteSetup& setup) { setup.kind.strict = false; });
        if (site.kind.cutting) simpler([](SiteSetup& setup) { setup.kind.cutting = false; });
        if (site.years_wrong != 0) simpler([](SiteSetup& setup) { setup.years_wrong = 0; });
        if (site.delete_conflicts)
            simpler([](SiteSetup& setup) { setup.delete_conflicts = false; });
        if (site.kept_segments < 512) simpler([](SiteSetup& setup) { setup.kept_segments = 512; });
        if (site.start != Start::empty)
            simpler([](SiteSetup& setup) { setup.start = Start::empty; });
    }
    while (schedule.patients > 1 &&
           try_change(schedule, [](Schedule& candidate) { --candidate.patients; })) {
    }
    if (schedule.hurry) {
        (void)try_change(schedule, [](Schedule& candidate) { candidate.hurry = false; });
    }
    if (schedule.drops) {
        (void)try_change(schedule, [](Schedule& candidate) { candidate.drops = false; });
    }
}

}  // namespace

Schedule shrink(const Schedule& failing) {
    auto schedule = failing;
    for (int round = 0; round < 4; ++round) {
        const auto before = schedule.steps.size();
        (void)drop_steps(schedule);
        drop_sites(schedule);
        calm_steps(schedule);
        plain_sites(schedule);
        if (schedule.steps.size() == before) break;
    }
    return schedule;
}

}  // namespace cfs::simulation
