#include "tray/autostart_text.h"

#include <algorithm>

namespace cfs {
namespace {

// Quoted for the shell's sake, then escaped once more as every string of such a file is.
std::string exec_word(const std::string& word) {
    std::string quoted;
    for (const char c : word) {
        if (c == '"' || c == '`' || c == '$') quoted += "\\\\";
        if (c == '\\') quoted += "\\\\\\";
        if (c == '%') quoted += '%';
        quoted += c;
    }
    return "\"" + quoted + "\"";
}

std::string xml_text(const std::string& text) {
    std::string result;
    for (const char c : text) {
        if (c == '&') {
            result += "&amp;";
        } else if (c == '<') {
            result += "&lt;";
        } else {
            result += c;
        }
    }
    return result;
}

// Backslashes stand for themselves, but before a quotation mark.
std::string windows_word(const std::string& word) {
    std::string result = "\"";
    std::size_t backslashes = 0;
    for (const char c : word) {
        if (c == '"') result.append(backslashes + 1, '\\');
        backslashes = c == '\\' ? backslashes + 1 : 0;
        result += c;
    }
    return result.append(backslashes, '\\') + "\"";
}

template <class Word>
std::string joined(const CommandWords& command, Word word) {
    std::string result;
    for (const auto& one : command) result += (result.empty() ? "" : " ") + word(one);
    return result;
}

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

bool disables(std::string_view line) {
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) return false;
    const auto key = trimmed(line.substr(0, equals)), value = trimmed(line.substr(equals + 1));
    return (key == "Hidden" && value == "true") ||
           (key == "X-GNOME-Autostart-enabled" && value == "false");
}

}  // namespace

std::string desktop_entry_text(const CommandWords& command) {
    return "[Desktop Entry]\n"
           "Type=Application\n"
           "Name=Cloud Folder Sync\n"
           "Exec=" +
           joined(command, exec_word) +
           "\n"
           "Icon=cloud-folder-sync\n"
           "Terminal=false\n"
           "StartupNotify=false\n"
           "X-GNOME-Autostart-enabled=true\n";
}

bool desktop_entry_starts(std::string_view text) {
    bool in_entry = false, found = false;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!line.empty() && line.front() == '[') in_entry = line == "[Desktop Entry]";
        found = found || in_entry;
        if (in_entry && disables(line)) return false;
    }
    return found;
}

std::string launch_agent_text(const CommandWords& command) {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
           "<plist version=\"1.0\">\n"
           "<dict>\n"
           "    <key>Label</key><string>cloud-folder-sync</string>\n"
           "    <key>ProgramArguments</key>\n"
           "    <array>" +
           joined(command,
                  [](const auto& word) { return "<string>" + xml_text(word) + "</string>"; }) +
           "</array>\n"
           "    <key>RunAtLoad</key><true/>\n"
           "</dict>\n"
           "</plist>\n";
}

std::string command_line_text(const CommandWords& command) { return joined(command, windows_word); }

}  // namespace cfs
