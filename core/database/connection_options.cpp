#include "core/database/connection_options.h"

#include <algorithm>
#include <cctype>

#include "core/model/error.h"
#include "core/model/text.h"

namespace cfs {

namespace {

[[noreturn]] void fail(const std::string& sentence) { throw Error(ErrorCode::usage, sentence); }

[[noreturn]] void fail_no_list(const std::string& scheme) {
    fail(said("The connection {1}... is a list of name=value.", scheme));
}

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

// Each begins at `at` and leaves it behind the value.
std::string plain_value(const std::string& text, std::size_t& at) {
    const auto begin = at;
    while (at < text.size() && !is_space(text[at])) ++at;
    return text.substr(begin, at - begin);
}

std::string quoted_value(const std::string& text, std::size_t& at) {
    std::string value;
    for (++at; at < text.size(); ++at) {
        if (text[at] == '\'') {
            ++at;
            if (at == text.size() || text[at] != '\'') return value;
        }
        value += text[at];
    }
    fail(said("A quotation mark in the connection is not closed."));
}

// As it stands in a list.
std::string written(const std::string& value) {
    const bool plain = value.front() != '\'' && std::none_of(value.begin(), value.end(), is_space);
    if (plain) return value;
    std::string text = "'";
    for (const char c : value) text += c == '\'' ? std::string("''") : std::string(1, c);
    return text + "'";
}

ConnectionOptions parsed(const std::string& scheme, const std::string& text) {
    ConnectionOptions values;
    std::size_t at = 0;
    while (true) {
        while (at < text.size() && is_space(text[at])) ++at;
        if (at == text.size()) return values;
        const auto equals = text.find('=', at);
        if (equals == std::string::npos) fail_no_list(scheme);
        const auto key = text.substr(at, equals - at);
        // It may be the rest of a value, which no message shows.
        if (std::any_of(key.begin(), key.end(), is_space)) fail_no_list(scheme);
        at = equals + 1;
        const bool quoted = at < text.size() && text[at] == '\'';
        values[key] = quoted ? quoted_value(text, at) : plain_value(text, at);
    }
}

}  // namespace

std::string connection_options_text(const ConnectionOptions& options) {
    std::string text;
    for (const auto& [name, value] : options) {
        if (value.empty()) continue;
        text += (text.empty() ? "" : " ") + name + "=" + written(value);
    }
    return text;
}

std::string option(const ConnectionOptions& options, const std::string& name) {
    const auto at = options.find(name);
    return at == options.end() ? std::string() : at->second;
}

ConnectionOptions parse_connection_options(const std::string& scheme, const std::string& text) {
    auto options = parsed(scheme, text);
    if (options.contains("password") || options.contains("pass")) {
        fail(
            said("Leave the password out of the connection: others can see it there. It is asked "
                 "for, or read with --password-stdin."));
    }
    if (option(options, "dbname").empty()) {
        fail(said("The connection {1} names no database; add dbname= and its name.", scheme));
    }
    const auto port = option(options, "port");
    if (!std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; })) {
        fail(said("The connection's port {1} is not a number.", port));
    }
    return options;
}

std::string server_name(const ConnectionOptions& options, const std::string& socket) {
    const auto host = option(options, "host");
    const auto place = !socket.empty() ? socket : host.empty() ? std::string("localhost") : host;
    const auto port = option(options, "port");
    return option(options, "dbname") + " at " + place + (port.empty() ? "" : ":" + port);
}

}  // namespace cfs
