// The options of a mysql:// connection (connection_options.h) as SOCI's MySQL back end takes them.
#pragma once

#include <string>

namespace cfs {

struct MariadbOptions {
    std::string name;      // "clinic at db.example:3306", for messages
    std::string for_soci;  // with the password: never shown
    std::string for_whom;  // "the user sync", for messages about rights
};

// Throws usage as parse_connection_options() does, and for a name that SOCI does not know.
[[nodiscard]] MariadbOptions mariadb_options(const std::string& text, const std::string& password);

}  // namespace cfs
