// The connection strings that make_backend() takes, made of what a person fills in. None of them
// holds a password.
#pragma once

#include <string>

namespace cfs {

enum class ServerSystem { mariadb, postgresql };  // MySQL counts as MariaDB

struct ServerAddress {
    ServerSystem system = ServerSystem::mariadb;
    std::string host;  // empty: this machine
    std::string port;  // empty: the usual one
    std::string database;
    std::string user;
    std::string socket;  // instead of host: MariaDB's file, or the folder of PostgreSQL's
};

[[nodiscard]] std::string connection_to_server(const ServerAddress& address);

// `path` may be relative to the current folder.
[[nodiscard]] std::string connection_to_file(const std::string& path);

}  // namespace cfs
