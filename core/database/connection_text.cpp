#include "core/database/connection_text.h"

#include "core/database/backend.h"
#include "core/database/connection_options.h"

namespace cfs {

std::string connection_to_server(const ServerAddress& address) {
    const bool mariadb = address.system == ServerSystem::mariadb;
    ConnectionOptions options = {{"dbname", address.database},
                                 {"host", address.host},
                                 {"port", address.port},
                                 {"user", address.user}};
    if (!address.socket.empty()) {
        options.erase("host");
        options[mariadb ? "unix_socket" : "host"] = address.socket;
    }
    return (mariadb ? "mysql://" : "postgresql://") + connection_options_text(options);
}

std::string connection_to_file(const std::string& path) {
    return absolute_connection("sqlite3://" + path);
}

}  // namespace cfs
