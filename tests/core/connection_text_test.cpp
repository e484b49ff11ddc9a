#include "core/database/connection_text.h"

#include "core/database/connection_options.h"
#include "core/model/error.h"
#include "tests/support/catch.h"

using namespace cfs;

namespace {

ConnectionOptions read_back(const std::string& value) {
    return parse_connection_options("mysql://",
                                    connection_options_text({{"dbname", value}, {"user", "sync"}}));
}

}  // namespace

TEST_CASE("connection: a server's is written as the page about servers has it") {
    const ServerAddress address{
        ServerSystem::postgresql, "db.example", "5432", "clinic", "sync", {}};
    REQUIRE(connection_to_server(address) ==
            "postgresql://dbname=clinic host=db.example port=5432 user=sync");
}

TEST_CASE("connection: what is left open is not in it") {
    REQUIRE(connection_to_server({ServerSystem::mariadb, "", "", "clinic", "sync", ""}) ==
            "mysql://dbname=clinic user=sync");
}

TEST_CASE("connection: a socket stands in the place of the host") {
    REQUIRE(connection_to_server(
                {ServerSystem::mariadb, "ignored", "", "clinic", "sync", "/run/my sql/socket"}) ==
            "mysql://dbname=clinic unix_socket='/run/my sql/socket' user=sync");
    REQUIRE(connection_to_server(
                {ServerSystem::postgresql, "ignored", "5433", "clinic", "sync", "/run/pg"}) ==
            "postgresql://dbname=clinic host=/run/pg port=5433 user=sync");
}

TEST_CASE("connection: every odd name is read back as it was") {
    for (const std::string name :
         {"a b", "it's", "it's a b", "'", "''", "'quoted'", "back\\slash", "a=b", "tab\tin",
          "line\nend", "Praxis Müller", " x ", "user=root", "x' user='root"}) {
        INFO(name);
        REQUIRE(read_back(name) == ConnectionOptions{{"dbname", name}, {"user", "sync"}});
    }
}

TEST_CASE("connection: a quotation mark that is not closed is told") {
    for (const char* text : {"dbname='a", "dbname='a''", "dbname='"}) {
        INFO(text);
        REQUIRE_THROWS_AS(parse_connection_options("mysql://", text), Error);
    }
}

TEST_CASE("connection: a file's is absolute, whatever its name") {
    REQUIRE(connection_to_file("/data/Dr. O'Neil/clinic.db") ==
            "sqlite3:///data/Dr. O'Neil/clinic.db");
    REQUIRE(connection_to_file("/data/x/../clinic.db") == "sqlite3:///data/clinic.db");
}
