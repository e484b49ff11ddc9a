// What follows mysql:// or postgresql:// in a connection string: names and values such as
// "dbname=clinic host=db.example port=3306 user=sync"; a value with a blank stands in single
// quotation marks, in which two of them stand for one.
#pragma once

#include <map>
#include <string>

namespace cfs {

using ConnectionOptions = std::map<std::string, std::string>;

// Throws usage where the text is not such a list, names no database or holds a password. `scheme`
// is for messages: "mysql://".
[[nodiscard]] ConnectionOptions parse_connection_options(const std::string& scheme,
                                                         const std::string& text);

// The list that parse_connection_options() reads as `options`; those without a value are left out.
[[nodiscard]] std::string connection_options_text(const ConnectionOptions& options);

// Nothing of an option that is not given.
[[nodiscard]] std::string option(const ConnectionOptions& options, const std::string& name);

// "clinic at db.example:3306", for messages. `socket` is the value that stands for a host where the
// server is reached through a file.
[[nodiscard]] std::string server_name(const ConnectionOptions& options, const std::string& socket);

}  // namespace cfs
