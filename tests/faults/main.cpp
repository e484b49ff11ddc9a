// faults: the n-th failure sweep. Every trial is a sync, or enabling or disabling, on real files
// and a real SQLite file, in which the n-th call to the file system goes wrong; see
// tests/README.md.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "tests/faults/setup_trials.h"
#include "tests/faults/sync_trials.h"

using namespace cfs::faults;

namespace {

struct Options {
    Act act = Act::sync;
    std::uint64_t every = 1;  // of so many places one
    std::uint64_t from = 1;
    std::optional<Kind> kind;
    std::optional<std::uint64_t> at;
    std::string journal_mode = "delete";
    std::string part;  // the directory of the site whose files are struck
    bool verbose = false;
    std::uint64_t failures = 20;  // after so many it stops
};

[[noreturn]] void explain() {
    std::printf(
        "usage: faults [--act sync|enable|disable] [--every K] [--from N] [--at N]\n"
        "              [--kind kill|torn|fail|refuse|full|short] [--in folder|state]\n"
        "              [--journal delete|wal] [--failures N] [--verbose]\n");
    std::exit(2);
}

Options options_of(int count, char** words) {
    Options options;
    for (int i = 1; i < count; ++i) {
        const std::string word = words[i];
        const auto next = [&] { return i + 1 < count ? std::string(words[++i]) : std::string(); };
        const auto number = [&] { return std::strtoull(next().c_str(), nullptr, 10); };
        if (word == "--act") {
            const auto act = act_of(next());
            if (!act) explain();
            options.act = *act;
        } else if (word == "--every") {
            options.every = std::max<std::uint64_t>(1, number());
        } else if (word == "--from") {
            options.from = std::max<std::uint64_t>(1, number());
        } else if (word == "--kind") {
            options.kind = kind_of(next());
            if (!options.kind) explain();
        } else if (word == "--at") {
            options.at = number();
        } else if (word == "--journal") {
            options.journal_mode = next();
        } else if (word == "--in") {
            options.part = next();
        } else if (word == "--failures") {
            options.failures = number();
        } else if (word == "--verbose") {
            options.verbose = true;
        } else {
            explain();
        }
    }
    return options;
}

struct Sweep {
    Options options;
    std::uint64_t trials = 0, failed = 0;
    std::map<std::string, std::map<std::string, std::uint64_t>> results;  // by kind

    [[nodiscard]] bool enough() const { return failed >= options.failures; }

    void tell(const Fault& fault, const Outcome& outcome) const {
        const auto part = options.part.empty() ? "" : "--in " + options.part + " ";
        std::printf("--act %s --journal %s %s--kind %s --at %llu (%s): %s\n",
                    name_of(options.act).c_str(), options.journal_mode.c_str(), part.c_str(),
                    name_of(fault.kind).c_str(), static_cast<unsigned long long>(fault.at),
                    outcome.where.c_str(), outcome.broken.value_or(outcome.result).c_str());
        std::fflush(stdout);
    }

    void run(Trials& trials_of, const Fault& fault) {
        const auto outcome = trials_of.run(fault);
        ++trials;
        ++results[name_of(fault.kind)][outcome.struck ? outcome.result : "not reached"];
        if (outcome.broken) ++failed;
        if (outcome.broken || options.verbose) tell(fault, outcome);
    }

    void run(Trials& trials_of, Kind kind) {
        const auto last = trials_of.counts()[static_cast<std::size_t>(kind)];
        if (options.at) return run(trials_of, {kind, *options.at});
        for (auto at = options.from; at <= last && !enough(); at += options.every) {
            run(trials_of, {kind, at});
        }
    }
};

std::unique_ptr<Trials> make_trials(Story& story, const std::string& part) {
    switch (story.act()) {
        case Act::sync:
            return std::make_unique<SyncTrials>(story, part);
        case Act::enable:
            return std::make_unique<EnableTrials>(story, part);
        case Act::disable:
            return std::make_unique<DisableTrials>(story, part);
    }
    return nullptr;
}

int run(int count, char** words) {
    Sweep sweep{options_of(count, words), 0, 0, {}};
    const auto start = std::chrono::steady_clock::now();
    Story story(sweep.options.act, sweep.options.journal_mode);
    const auto trials = make_trials(story, sweep.options.part);
    for (const auto kind : kKinds) {
        if (!sweep.options.kind || sweep.options.kind == kind) sweep.run(*trials, kind);
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    std::printf("%llu trials, %llu failed, %.1f s\n", static_cast<unsigned long long>(sweep.trials),
                static_cast<unsigned long long>(sweep.failed), took.count());
    for (const auto kind : kKinds) {
        const auto calls = trials->counts()[static_cast<std::size_t>(kind)];
        std::printf("  %-7s of %5llu calls:", name_of(kind).c_str(),
                    static_cast<unsigned long long>(calls));
        for (const auto& [result, often] : sweep.results[name_of(kind)]) {
            std::printf("  %s %llu", result.c_str(), static_cast<unsigned long long>(often));
        }
        std::printf("\n");
    }
    return sweep.failed == 0 ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
    try {
        return run(count, words);
    } catch (const std::exception& error) {
        std::printf("faults: %s\n", error.what());
        return 1;
    }
}
