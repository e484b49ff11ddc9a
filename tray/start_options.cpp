#include "tray/start_options.h"

namespace cfs {
namespace {

const std::string kState = "--state";

bool take_action(StartOptions& options, const std::string& argument) {
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
        } else if (argument.starts_with(kState + "=")) {
            options.state = argument.substr(kState.size() + 1);
        } else if (argument == kState && i + 1 < arguments.size()) {
            options.state = arguments[++i];
        } else if (argument == kState) {
            options.fault = "--state needs a folder.";
        } else if (!take_action(options, argument)) {
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
           "  --sync-now      sync all databases\n"
           "  --preferences   open the preferences\n"
           "  --quit          end the applet that is running\n"
           "  --help          show this text\n"
           "\n"
           "Where the applet is running already (for the same DIR), it does what was asked.\n";
}

}  // namespace cfs
