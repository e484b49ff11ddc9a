#include "tests/faults/trials.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>

namespace cfs::faults {

namespace {

void tell_parent(const std::string& text) {
    auto& said = shared_tally().said;
    std::snprintf(said.data(), said.size(), "%s", text.c_str());
}

}  // namespace

Trials::Trials(Story& story, const std::string& part)
    : story_(story), struck_place_(story.here().place() + "/" + part) {}

std::string Trials::rehearse() {
    story_.restore();
    const auto result = strike({});
    counts_ = shared_tally().counts;
    return result;
}

Outcome Trials::run(const Fault& fault) {
    Outcome outcome;
    try {
        story_.restore();
        outcome.result = strike(fault);
        check(fault);
    } catch (const std::exception& error) {
        outcome.broken = error.what();
    }
    outcome.struck = shared_tally().struck;
    outcome.where = shared_tally().where.data();
    const auto& here = story_.here().place();
    const auto place = outcome.where.find(here);
    if (place != std::string::npos) outcome.where.erase(place, here.size() + 1);
    return outcome;
}

std::string Trials::strike(const std::optional<Fault>& fault) {
    std::fflush(nullptr);
    shared_tally() = {};  // before the child has one of its own
    const auto child = ::fork();
    require(child >= 0, "no process can be started");
    if (child == 0) {
        try {
            tell_parent(act(fault));
            ::_exit(0);
        } catch (const std::exception& error) {
            tell_parent(error.what());
            ::_exit(1);
        }
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    const bool killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    const bool to_be_killed = fault && (fault->kind == Kind::kill || fault->kind == Kind::torn);
    if (killed && to_be_killed && shared_tally().struck) return "killed";
    require(WIFEXITED(status), "the program crashed with signal " + std::to_string(status));
    require(WEXITSTATUS(status) == 0, shared_tally().said.data());
    return shared_tally().said.data();
}

}  // namespace cfs::faults
