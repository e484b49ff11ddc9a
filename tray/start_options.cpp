#include "tray/start_options.h"

namespace cfs {
namespace {

struct ValueOption {
    std::string name;
    const char* what;
    std::string StartOptions::*value;
};

// "--state DIR" or "--state=DIR", `i` being moved to what was taken.
bool take_value(StartOptions& options, const std::vector<std::string>& arguments, std::size_t& i) {
    static const ValueOption all[] = {{"--state", "a folder", &StartOptions::state},
                                      {"--language", "a code", &StartOptions::language}};
    const auto& argument = arguments[i];
    for (const auto& option : all) {
        if (argument.starts_with(option.name + "=")) {
            options.*option.value = argument.substr(option.name.size() + 1);
            return true;
        }
        if (argument != option.name) continue;
        if (i + 1 < arguments.size()) {
            options.*option.value = arguments[++i];
        } else {
            options.fault = option.name + " needs " + option.what + ".";
        }
        return true;
    }
    return false;
}

bool take_action(StartOptions& options, const std::string& argument) {
    if (argument == "--review") {
        options.action = Action::review_conflicts;
        return true;
    }
    if (argument != "--sync-now" && argument != "--preferences" && argument != "--quit")
        return false;
    options.action = action_from(std::string_view(argument).substr(2));
    return true;
}

}  // namespace

StartOptions parse_start_options(const std::vector<std::string>& arguments) {
    StartOptions options;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const auto& argument = arguments[i];
        if (argument == "--help" || argument == "-h") {
            options.help = true;
        } else if (!take_value(options, arguments, i) && !take_action(options, argument)) {
            options.fault = "Unknown option: " + argument;
        }
    }
    return options;
}

std::string usage_text() {
    return "Usage: cloud-folder-sync [options]\n"
           "Keeps clinic databases the same through a shared folder, from the tray.\n"
           "\n"
           "  --state DIR     settings, logs and identities in DIR instead of the user's own "
           "folder\n"
           "  --language CODE speak German (de), English (en), French (fr), ... instead of the "
           "system's language\n"
           "  --sync-now      sync all databases\n"
           "  --review        review the conflicts\n"
           "  --preferences   open the preferences\n"
           "  --quit          end the applet that is running\n"
           "  --help          show this text\n"
           "\n"
           "Where the applet is running already (for the same DIR), it does what was asked.\n";
}

}  // namespace cfs
