#include "core/database/mariadb_options.h"

#include <algorithm>
#include <array>

#include "core/database/connection_options.h"
#include "core/model/error.h"
#include "core/model/text.h"

namespace cfs {

namespace {

// Seconds. A server that answers no more must not hold a sync for ever; a statement of ours takes
// far less.
constexpr const char* kTimeouts = " connect_timeout=10 read_timeout=120 write_timeout=120";

constexpr std::array<std::string_view, 7> kKnown = {"dbname", "host",  "port",   "unix_socket",
                                                    "user",   "sslca", "sslcert"};

std::string quoted(const std::string& value) {
    std::string text = "'";
    for (const char c : value) {
        if (c == '\'' || c == '\\') text += '\\';
        text += c;
    }
    return text + "'";
}

}  // namespace

MariadbOptions mariadb_options(const std::string& text, const std::string& password) {
    const auto values = parse_connection_options("mysql://", text);
    MariadbOptions options;
    for (const auto& [key, given] : values) {
        if (std::find(kKnown.begin(), kKnown.end(), key) == kKnown.end()) {
            throw Error(ErrorCode::usage,
                        said("The connection's option {1} is not known; there are dbname, host, "
                             "port, unix_socket, user, sslca and sslcert.",
                             key));
        }
        options.for_soci += key + "=" + quoted(given) + " ";
    }
    if (!password.empty()) options.for_soci += "password=" + quoted(password) + " ";
    options.for_soci += std::string("charset=utf8mb4") + kTimeouts;
    options.name = server_name(values, option(values, "unix_socket"));
    const auto user = option(values, "user");
    options.for_whom = user.empty() ? said("the user") : said("the user {1}", user);
    return options;
}

}  // namespace cfs
