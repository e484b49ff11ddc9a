#include "core/engine/settings.h"

#include <algorithm>
#include <boost/filesystem.hpp>
#include <boost/filesystem/fstream.hpp>
#include <charconv>
#include <pugixml.hpp>
#include <sstream>

#include "core/engine/local_files.h"
#include "core/model/error.h"
#include "core/model/text.h"

namespace cfs {
namespace {

namespace fs = boost::filesystem;

constexpr int kFormat = 1;
constexpr std::uintmax_t kMaxSize = std::uintmax_t{4} * 1024 * 1024;
constexpr std::size_t kLongestLanguage = 16;
constexpr std::chrono::minutes kMinInterval{1}, kMaxInterval{1440};

struct Switch {
    const char* name;
    bool GeneralSettings::*member;
};

constexpr Switch kSwitches[] = {
    {"notify-conflicts", &GeneralSettings::notify_conflicts},
    {"notify-errors", &GeneralSettings::notify_errors},
    {"notify-recovery", &GeneralSettings::notify_recovery},
    {"name-patients", &GeneralSettings::name_patients},
    {"watch-folder", &GeneralSettings::watch_folder},
    {"spare-battery", &GeneralSettings::spare_battery},
    {"spare-metered", &GeneralSettings::spare_metered},
};

// What is wrong, without the file's name; made into an Error at the border.
struct Wrong {
    std::string what;
};

std::string read_all(const fs::path& path) {
    boost::system::error_code error;
    const auto size = fs::file_size(path, error);
    if (error) throw Wrong{said("it can't be read ({1})", error.message())};
    if (size > kMaxSize) throw Wrong{said("it is too large")};
    fs::ifstream in(path, std::ios::binary);
    std::string content(static_cast<std::size_t>(size), '\0');
    in.read(content.data(), static_cast<std::streamsize>(content.size()));
    if (!in) throw Wrong{said("it can't be read")};
    return content;
}

bool to_bool(const pugi::xml_attribute& attribute, bool otherwise) {
    if (!attribute) return otherwise;
    const std::string_view text = attribute.value();
    if (text != "true" && text != "false") {
        throw Wrong{said("{1} is neither true nor false", attribute.name())};
    }
    return text == "true";
}

std::optional<Time> to_time(const pugi::xml_attribute& attribute) {
    if (!attribute) return std::nullopt;
    const auto time = time_from_text(attribute.value());
    if (!time) throw Wrong{said("{1} is no time", attribute.name())};
    return time;
}

int to_number(const pugi::xml_attribute& attribute) {
    const std::string_view text = attribute.value();
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) {
        throw Wrong{said("{1} is no number", attribute.name())};
    }
    return number;
}

std::string small(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

// As a parameter of SOCI's ("password=...") or in a URL ("user:password@host").
bool holds_password(const std::string& connection) {
    const std::string text = small(connection);
    if (text.rfind("sqlite3:", 0) == 0) return false;
    for (const char* key : {"password", "passwd", "pass", "pwd", "passphrase"}) {
        for (auto at = text.find(key); at != std::string::npos; at = text.find(key, at + 1)) {
            const auto next = text.find_first_not_of(" \t", at + std::string_view(key).size());
            if (next != std::string::npos && text[next] == '=') return true;
        }
    }
    const auto host = text.find("://");
    const auto user = host == std::string::npos ? std::string() : text.substr(host + 3);
    const auto colon = user.find(':');
    return colon != std::string::npos && user.find('@', colon) != std::string::npos;
}

void check(const DatabaseSettings& database) {
    if (database.connection.empty()) throw Wrong{said("a database has no connection")};
    if (holds_password(database.connection)) throw Wrong{said("a connection holds a password")};
    if (database.options.interval < kMinInterval || database.options.interval > kMaxInterval) {
        throw Wrong{said("an interval is not between 1 and 1440 minutes")};
    }
    for (const auto& text :
         {database.connection, database.site, database.folder, database.mapping}) {
        if (text.find('\0') != std::string::npos) throw Wrong{said("a text holds a NUL character")};
    }
}

void check(const GeneralSettings& general) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    if (general.language.size() > kLongestLanguage ||
        !std::all_of(general.language.begin(), general.language.end(), fits)) {
        throw Wrong{said("the language is not named by letters")};
    }
}

void check(const Settings& settings) {
    check(settings.general);
    std::vector<std::string> connections;
    for (const auto& database : settings.databases) {
        check(database);
        connections.push_back(database.connection);
    }
    std::sort(connections.begin(), connections.end());
    if (std::adjacent_find(connections.begin(), connections.end()) != connections.end()) {
        throw Wrong{said("a database appears twice")};
    }
}

DatabaseSettings read_database(const pugi::xml_node& node) {
    DatabaseSettings database;
    database.connection = node.attribute("connection").value();
    database.site = node.attribute("site").value();
    database.folder = node.attribute("folder").value();
    database.mapping = node.attribute("mapping").value();
    const auto options = node.child("options");
    SyncOptions& result = database.options;
    result.use_logs = to_bool(options.attribute("use-logs"), result.use_logs);
    result.delete_conflicts =
        to_bool(options.attribute("delete-conflicts"), result.delete_conflicts);
    result.auto_sync = to_bool(options.attribute("auto-sync"), result.auto_sync);
    const auto interval = options.attribute("interval-minutes");
    if (interval) result.interval = std::chrono::minutes(to_number(interval));
    return database;
}

GeneralSettings read_general(const pugi::xml_node& node) {
    GeneralSettings general;
    general.language = node.attribute("language").value();
    for (const auto& [name, member] : kSwitches) {
        general.*member = to_bool(node.attribute(name), general.*member);
    }
    return general;
}

Settings parse(const std::string& content) {
    pugi::xml_document document;
    const auto result = document.load_buffer(content.data(), content.size());
    if (!result) throw Wrong{said("it is no XML: {1}", result.description())};
    const auto root = document.child("settings");
    if (!root) throw Wrong{said("it holds no settings")};
    const int format = to_number(root.attribute("format"));
    if (format > kFormat) throw Wrong{said("it was written by a newer version of this program")};
    if (format != kFormat) throw Wrong{said("its format is unknown")};
    Settings settings;
    settings.general = read_general(root.child("general"));
    settings.paused_until = to_time(root.attribute("paused-until"));
    for (const auto& node : root.children("database")) {
        settings.databases.push_back(read_database(node));
    }
    check(settings);
    return settings;
}

void write_database(pugi::xml_node node, const DatabaseSettings& database) {
    node.append_attribute("connection") = database.connection.c_str();
    node.append_attribute("site") = database.site.c_str();
    node.append_attribute("folder") = database.folder.c_str();
    node.append_attribute("mapping") = database.mapping.c_str();
    auto options = node.append_child("options");
    options.append_attribute("use-logs") = database.options.use_logs;
    options.append_attribute("delete-conflicts") = database.options.delete_conflicts;
    options.append_attribute("auto-sync") = database.options.auto_sync;
    options.append_attribute("interval-minutes") =
        static_cast<int>(database.options.interval.count());
}

void write_general(pugi::xml_node node, const GeneralSettings& general) {
    node.append_attribute("language") = general.language.c_str();
    for (const auto& [name, member] : kSwitches) node.append_attribute(name) = general.*member;
}

std::string format(const Settings& settings) {
    pugi::xml_document document;
    auto declaration = document.append_child(pugi::node_declaration);
    declaration.append_attribute("version") = "1.0";
    declaration.append_attribute("encoding") = "UTF-8";
    auto root = document.append_child("settings");
    root.append_attribute("format") = kFormat;
    write_general(root.append_child("general"), settings.general);
    if (settings.paused_until) {
        root.append_attribute("paused-until") = to_text(*settings.paused_until).c_str();
    }
    for (const auto& database : settings.databases) {
        write_database(root.append_child("database"), database);
    }
    std::ostringstream out;
    document.save(out, "    ", pugi::format_default, pugi::encoding_utf8);
    return out.str();
}

}  // namespace

DatabaseSettings* Settings::find(const std::string& connection) {
    const auto at = std::find_if(databases.begin(), databases.end(), [&](const auto& database) {
        return database.connection == connection;
    });
    return at == databases.end() ? nullptr : &*at;
}

Settings load_settings(const std::string& path) {
    const fs::path file = to_path(path);
    boost::system::error_code error;
    if (fs::status(file, error).type() == fs::file_not_found) return {};
    try {
        return parse(read_all(file));
    } catch (const Wrong& wrong) {
        throw Error(ErrorCode::settings_invalid,
                    said("The settings file {1} can't be used: {2}. Correct it, or rename it and "
                         "choose the settings again.",
                         path, wrong.what));
    }
}

void save_settings(const std::string& path, const Settings& settings) {
    try {
        check(settings);
    } catch (const Wrong& wrong) {
        throw Error(
            ErrorCode::settings_invalid,
            said("The settings were not saved to {1}: {2}. Choose them again.", path, wrong.what));
    }
    write_whole_file(to_path(path), format(settings));
}

}  // namespace cfs
