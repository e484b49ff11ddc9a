// What follows mysql:// in a connection string: the names and values that SOCI's MySQL back end
// knows, "dbname=clinic host=db.example port=3306 user=sync".
#pragma once

#include <string>

namespace cfs {

struct MariadbOptions {
    std::string name;      // "clinic at db.example:3306", for messages
    std::string for_soci;  // with the password: never shown
    std::string for_whom;  // "the user sync", for messages about rights
};

// Throws usage where the text is not such a list, names no database or holds a password.
[[nodiscard]] MariadbOptions mariadb_options(const std::string& text, const std::string& password);

}  // namespace cfs
