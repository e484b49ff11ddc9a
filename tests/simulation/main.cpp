// simulate: runs simulated worlds from seeds and checks the invariants.
#include <chrono>
#include <cstdio>
#include <string>

#include "tests/simulation/jobs.h"
#include "tests/simulation/shrink.h"
#include "tests/simulation/world.h"

using namespace cfs::simulation;

namespace {

struct Options {
    std::uint64_t seeds = 2000;
    std::uint64_t from = 1;
    std::uint64_t jobs = 1;
    std::uint64_t seconds = 0;  // after which it stops, if not 0
    bool verbose = false;
    bool shrink = true;
    std::uint64_t failures = 5;  // after so many it stops
};

Options options_of(int count, char** words) {
    Options options;
    for (int i = 1; i < count; ++i) {
        const std::string word = words[i];
        const auto number = [&] { return i + 1 < count ? std::stoull(words[++i]) : 0; };
        if (word == "--seeds") {
            options.seeds = number();
        } else if (word == "--from") {
            options.from = number();
        } else if (word == "--jobs") {
            options.jobs = std::max<std::uint64_t>(1, number());
        } else if (word == "--seconds") {
            options.seconds = number();
        } else if (word == "--failures") {
            options.failures = number();
        } else if (word == "--verbose") {
            options.verbose = true;
        } else if (word == "--no-shrink") {
            options.shrink = false;
        } else {
            std::printf(
                "usage: simulate [--seeds N] [--from S] [--jobs N] [--seconds N] [--failures N] "
                "[--verbose] [--no-shrink]\n");
            std::exit(2);
        }
    }
    return options;
}

void report_failure(const Schedule& schedule, const Options& options, const std::string& failure) {
    std::printf("seed %llu: %s\n", static_cast<unsigned long long>(schedule.seed), failure.c_str());
    if (options.shrink) {
        const auto small = shrink(schedule);
        const auto result = run_schedule(small, true);
        std::printf("shrunk to:\n%s%s=> %s\n\n", text_of(small).c_str(), result.story.c_str(),
                    result.failure.value_or("passes").c_str());
    }
    std::fflush(stdout);
}

// One of several processes takes every `options.jobs`-th seed.
Sums run_seeds(const Options& options, std::uint64_t job) {
    use_memory_databases();
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(options.seconds);
    Sums sums;
    for (auto seed = options.from + job; seed < options.from + options.seeds;
         seed += options.jobs) {
        const auto schedule = schedule_of(seed);
        const auto result = run_schedule(schedule, options.verbose);
        ++sums["seeds"];
        if (options.verbose) {
            std::printf("%s%s", text_of(schedule).c_str(), result.story.c_str());
        }
        for (const auto& [what, often] : result.counts) sums["done " + what] += often;
        for (const auto& [what, often] : result.faults) sums["fault " + what] += often;
        ++sums["rounds " + std::to_string(result.rounds)];
        if (result.failure) {
            report_failure(schedule, options, *result.failure);
            if (++sums["failed"] >= options.failures) break;
        }
        if (options.seconds > 0 && std::chrono::steady_clock::now() > end) break;
    }
    remove_database_paths();
    return sums;
}

void print_table(const Sums& sums, const std::string& kind, const char* title) {
    std::printf("%s\n", title);
    for (const auto& [what, often] : sums) {
        if (!what.starts_with(kind + " ")) continue;
        std::printf("  %-52s %10llu\n", what.substr(kind.size() + 1).c_str(),
                    static_cast<unsigned long long>(often));
    }
}

}  // namespace

int main(int count, char** words) {
    const auto options = options_of(count, words);
    const auto start = std::chrono::steady_clock::now();
    auto sums =
        in_processes(options.jobs, [&](std::uint64_t job) { return run_seeds(options, job); });
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    print_table(sums, "done", "What happened:");
    print_table(sums, "fault", "Faults injected:");
    print_table(sums, "rounds", "Rounds until quiet:");
    std::printf("%llu seeds, %llu failed, %.1f s, %.1f seeds a second\n",
                static_cast<unsigned long long>(sums["seeds"]),
                static_cast<unsigned long long>(sums["failed"]), took.count(),
                static_cast<double>(sums["seeds"]) / took.count());
    return sums["failed"] == 0 && sums["died"] == 0 ? 0 : 1;
}
