#include "core/database/mariadb_options.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

#include "core/model/error.h"

namespace cfs {

namespace {

// Seconds. A server that answers no more must not hold a sync for ever; a statement of ours takes
// far less.
constexpr const char* kTimeouts = " connect_timeout=10 read_timeout=120 write_timeout=120";

constexpr std::array<std::string_view, 7> kKnown = {"dbname", "host",  "port",   "unix_socket",
                                                    "user",   "sslca", "sslcert"};

[[noreturn]] void fail(const std::string& sentence) { throw Error(ErrorCode::usage, sentence); }

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

std::string quoted(const std::string& value) {
    std::string text = "'";
    for (const char c : value) {
        if (c == '\'' || c == '\\') text += '\\';
        text += c;
    }
    return text + "'";
}

std::map<std::string, std::string> parsed(const std::string& text) {
    std::map<std::string, std::string> values;
    std::size_t at = 0;
    while (true) {
        while (at < text.size() && is_space(text[at])) ++at;
        if (at == text.size()) return values;
        const auto equals = text.find('=', at);
        if (equals == std::string::npos)
            fail("The connection mysql://... is a list of name=value.");
        const auto key = text.substr(at, equals - at);
        at = equals + 1;
        const bool marked = at < text.size() && text[at] == '\'';
        auto end = marked ? text.find(text[at], at + 1) : at;
        while (!marked && end < text.size() && !is_space(text[end])) ++end;
        if (end == std::string::npos) fail("A quotation mark in the connection is not closed.");
        values[key] = text.substr(at + marked, end - at - marked);
        at = end + marked;
    }
}

}  // namespace

MariadbOptions mariadb_options(const std::string& text, const std::string& password) {
    const auto values = parsed(text);
    const auto value = [&](const char* key) {
        const auto at = values.find(key);
        return at == values.end() ? std::string() : at->second;
    };
    MariadbOptions options;
    for (const auto& [key, given] : values) {
        if (key == "password" || key == "pass") {
            fail(
                "Leave the password out of the connection: others can see it there. It is asked "
                "for, or read with --password-stdin.");
        }
        if (std::find(kKnown.begin(), kKnown.end(), key) == kKnown.end()) {
            fail("The connection's option " + key +
                 " is not known; there are dbname, host, port, unix_socket, user, sslca and "
                 "sslcert.");
        }
        options.for_soci += key + "=" + quoted(given) + " ";
    }
    if (value("dbname").empty()) {
        fail("The connection mysql:// names no database; add dbname= and its name.");
    }
    const auto port = value("port");
    if (!std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; })) {
        fail("The connection's port " + port + " is not a number.");
    }
    if (!password.empty()) {
        options.for_soci += "password=" + quoted(password) + " ";
    }
    options.for_soci += std::string("charset=utf8mb4") + kTimeouts;
    const auto host = value("host").empty() ? std::string("localhost") : value("host");
    const auto socket = value("unix_socket");
    options.name = value("dbname") + " at " + (socket.empty() ? host : socket) +
                   (port.empty() ? "" : ":" + port);
    options.for_whom = value("user").empty() ? "the user" : "the user " + value("user");
    return options;
}

}  // namespace cfs
