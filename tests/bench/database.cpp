#include "database.h"

#include <cstdlib>
#include <stdexcept>

namespace bench {

std::int64_t Statement::number(int column) {
    const auto* digits = text(column);
    return digits ? std::strtoll(digits, nullptr, 10) : 0;
}

void Statement::run() {
    while (step()) {
    }
}

std::unique_ptr<Database> open_database(const std::string& connection) {
    const auto at = connection.find("://");
    if (at == std::string::npos) throw std::runtime_error(connection + ": no connection");
    const auto system = connection.substr(0, at);
    const auto rest = connection.substr(at + 3);
    if (system == "sqlite3") return open_sqlite(rest);
    if (system == "postgresql") return open_postgresql(rest);
    if (system == "mysql") return open_mariadb(rest);
    throw std::runtime_error(system + ": no such system");
}

}  // namespace bench
