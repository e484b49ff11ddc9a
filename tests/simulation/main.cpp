// simulate: runs simulated worlds from seeds and checks the invariants.
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>

#include "tests/simulation/shrink.h"
#include "tests/simulation/world.h"

using namespace cfs::simulation;

namespace {

struct Options {
    std::uint64_t seeds = 2000;
    std::uint64_t from = 1;
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
        } else if (word == "--failures") {
            options.failures = number();
        } else if (word == "--verbose") {
            options.verbose = true;
        } else if (word == "--no-shrink") {
            options.shrink = false;
        } else {
            std::printf(
                "usage: simulate [--seeds N] [--from S] [--failures N] [--verbose] "
                "[--no-shrink]\n");
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

}  // namespace

int main(int count, char** words) {
    const auto options = options_of(count, words);
    use_memory_databases();
    const auto start = std::chrono::steady_clock::now();
    std::map<std::string, std::size_t> counts;
    std::map<std::size_t, std::size_t> rounds;
    std::uint64_t failed = 0, done = 0;
    for (auto seed = options.from; seed < options.from + options.seeds; ++seed) {
        const auto schedule = schedule_of(seed);
        const auto result = run_schedule(schedule, options.verbose);
        ++done;
        if (options.verbose) {
            std::printf("%s%s", text_of(schedule).c_str(), result.story.c_str());
        }
        for (const auto& [what, often] : result.counts) counts[what] += often;
        ++rounds[result.rounds];
        if (!result.failure) continue;
        report_failure(schedule, options, *result.failure);
        if (++failed >= options.failures) break;
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    std::printf("%llu seeds, %llu failed, %.1f s, %.1f seeds a second\n",
                static_cast<unsigned long long>(done), static_cast<unsigned long long>(failed),
                took.count(), static_cast<double>(done) / took.count());
    for (const auto& [what, often] : counts) std::printf("  %-36s %zu\n", what.c_str(), often);
    std::printf("  rounds until quiet:");
    for (const auto& [round, often] : rounds) std::printf(" %zu:%zu", round, often);
    std::printf("\n");
    remove_database_paths();
    return failed == 0 ? 0 : 1;
}
