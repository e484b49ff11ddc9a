#include <soci/postgresql/soci-postgresql.h>

#include <algorithm>
#include <array>

#include "core/database/server_library.h"
#include "core/database/sql_driver.h"
#include "core/database/sql_session.h"
#include "core/model/text.h"

namespace cfs {

namespace {

// "Cannot execute query. ERROR:  null value in column ... DETAIL: ..." says what stands between to
// people; a detail would hold the row's values.
std::string short_message(std::string message) {
    const std::string before = "ERROR:";
    const auto at = message.find(before);
    if (at != std::string::npos) message.erase(0, at + before.size());
    for (const char* after : {"\n", " while executing", "DETAIL:", "HINT:", "CONTEXT:"}) {
        message.resize(std::min(message.find(after), message.size()));
    }
    const auto first = message.find_first_not_of(' ');
    const auto last = message.find_last_not_of(" .");
    return first == std::string::npos ? said("no reason given")
                                      : message.substr(first, last - first + 1);
}

// sqlstate() is no C function, so it can't be had of a library that is loaded: what it tells is
// read where it lies, as the instantiation of a template may.
using State = char (soci::postgresql_soci_error::*)[5];
template <State member>
struct StateOfError {
    friend State state_member() { return member; }
};
State state_member();
template struct StateOfError<&soci::postgresql_soci_error::sqlstate_>;

std::string state_of(const soci::postgresql_soci_error& error) {
    const auto& state = error.*state_member();
    return {std::begin(state), std::end(state)};
}

bool is_one_of(const std::string& state, std::initializer_list<const char*> states) {
    return std::find(states.begin(), states.end(), state) != states.end();
}

// The value that a message quotes belongs to a patient.
std::string without_value(const std::string& message) {
    return message.substr(0, message.find(": \""));
}

[[noreturn]] void throw_lost(const std::string& name) {
    throw Error(ErrorCode::database_lost,
                said("The connection to the database {1} was lost. Check that the server runs and "
                     "can be reached, then sync again; it goes on where it stopped.",
                     name));
}

[[noreturn]] void throw_error(const std::string& state, const std::string& message,
                              const std::string& name) {
    const auto kind = state.substr(0, 2);
    // Serialization failure, deadlock, lock not available, a table changed by a migration.
    if (is_one_of(state, {"40001", "40P01", "55P03"})) {
        throw Error(
            ErrorCode::database_locked,
            said("The database {1} is in use by another program. The next sync tries again.",
                 name));
    }
    // Constraints; values that do not fit; RAISE EXCEPTION in a trigger.
    if (kind == "23" || kind == "22" || kind == "P0" || kind == "44") {
        throw RowRefused(without_value(message));
    }
    if (kind == "53" && state == "53100") {
        throw Error(
            ErrorCode::disk_full,
            said("The disk that holds the database {1} is full. Free some space, then sync again.",
                 name));
    }
    if (kind == "28") {
        throw Error(ErrorCode::database_refused,
                    said("The database server refused the user or the password for {1}. Check them "
                         "in Preferences, or give the right password.",
                         name));
    }
    if (state == "3D000") {
        throw Error(ErrorCode::database_missing,
                    said("There is no database {1} on the server. Check its name.", name));
    }
    if (state == "42501") {
        throw NotAllowed(
            said("The user of the database {1} lacks a right ({2}). Let its administrator grant "
                 "what the page about servers lists.",
                 name, message));
    }
    if (state == "25006") {
        throw Error(ErrorCode::database_refused,
                    said("The database {1} is read-only. Connect to the server that the clinic "
                         "program writes to.",
                         name));
    }
    if (kind == "08" || kind == "57") throw_lost(name);
    throw Error(ErrorCode::database_refused, said("The database {1} refused: {2}.", name, message));
}

class PostgresqlDriver : public SqlDriver {
  public:
    const soci::backend_factory& factory() const override {
        using soci::factory_postgresql;
        return *CFS_SERVER_FUNCTION(kPostgresqlLibrary, factory_postgresql)();
    }

    [[noreturn]] void rethrow(const std::string& name) const override {
        try {
            throw;
        } catch (const soci::postgresql_soci_error& error) {
            // A connection that is gone has no state to tell.
            const auto state = state_of(error);
            const bool told = std::any_of(state.begin(), state.end(),
                                          [](char c) { return c != ' ' && c != '\0'; });
            if (!told) throw_lost(name);
            throw_error(state, short_message(error.get_error_message()), name);
        } catch (const soci::soci_error& error) {
            throw_connection_error(error.get_error_message(), name);
        }
    }

  private:
    // What the library tells of a connection that could not be made has no state.
    [[noreturn]] static void throw_connection_error(const std::string& message,
                                                    const std::string& name) {
        const auto says = [&](const char* text) { return message.find(text) != std::string::npos; };
        if (says("password") || says("role \"") || says("pg_hba")) throw_error("28000", "", name);
        if (says("database \"") && says("does not exist")) throw_error("3D000", "", name);
        throw Error(ErrorCode::database_missing,
                    said("The server of the database {1} can't be reached. Check its address and "
                         "port, that it runs, and the network.",
                         name));
    }
};

}  // namespace

std::unique_ptr<SqlDriver> make_postgresql_driver() { return std::make_unique<PostgresqlDriver>(); }

}  // namespace cfs
