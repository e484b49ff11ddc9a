// What happens in one simulated run: made from a seed, or cut down from a longer one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/simulation/clinic.h"
#include "tests/simulation/dice.h"

namespace cfs::simulation {

enum class Happening : std::uint8_t {
    edit,
    insert,
    remove,
    move,
    open_form,
    save_form,
    many_edits,
    thousand_edits,
    settle,
    undo,
    sync,
    preview,
    carry,
    cloud_fault,
    folder_fault,
    backup,
    restore,
    roll_back,
    clone,
    options,
    clock,
    days,
    count  // how many there are
};

[[nodiscard]] const char* name_of(Happening happening);

// A step draws all that it needs from its own number, so that it does the same when others are
// left out.
struct Step {
    std::uint64_t number = 0;
    Happening happening = Happening::edit;
    std::size_t site = 0;
    bool calm = false;  // without the troubles that it would draw
};

enum class Start : std::uint8_t { copy, independent, empty };

struct SiteSetup {
    ClinicKind kind;
    Start start = Start::copy;
    int years_wrong = 0;
    bool use_logs = true;
    bool delete_conflicts = false;
    std::int64_t kept_segments = 512;
};

struct Schedule {
    std::uint64_t seed = 0;
    std::vector<SiteSetup> sites;
    std::size_t patients = 2;  // in the database that sites are copies of
    bool drops = false;        // a cloud that keeps one of two versions
    bool hurry = false;        // no daily scan comes to help before the end
    std::vector<Step> steps;
};

[[nodiscard]] Schedule schedule_of(std::uint64_t seed);
[[nodiscard]] std::string text_of(const Schedule& schedule);

}  // namespace cfs::simulation
