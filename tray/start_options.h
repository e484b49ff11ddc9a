// The applet's own command line. Needs no screen, so that --help works anywhere.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tray/command.h"

namespace cfs {

struct StartOptions {
    std::string state;             // empty: the user's own
    std::string language;          // "de"; empty: what the settings say
    std::optional<Action> action;  // done by the running applet, else by this one
    bool help = false;
    std::string fault;  // a sentence; empty: none
};

[[nodiscard]] StartOptions parse_start_options(const std::vector<std::string>& arguments);

[[nodiscard]] std::string usage_text();

}  // namespace cfs
