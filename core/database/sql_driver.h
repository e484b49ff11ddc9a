// What SqlSession needs to know of a database system beyond SOCI: one implementation a system, used
// by that system's back end and by SqlSession only.
#pragma once

#include <soci/soci.h>

#include <memory>
#include <string>

#include "core/database/sql_session.h"

namespace cfs {

class SqlDriver {
  public:
    virtual ~SqlDriver() = default;

    [[nodiscard]] virtual const soci::backend_factory& factory() const = 0;

    // Where values belong to a statement's text: prepares it with them and returns true; it is run
    // once, when it is described. False leaves it to the session to prepare the statement and to
    // bind them each time.
    [[nodiscard]] virtual bool prepare_with_values(soci::session&, soci::statement&,
                                                   const std::string& sql,
                                                   const SqlParameters& parameters) const {
        (void)sql, (void)parameters;
        return false;
    }

    // Called while an exception of SOCI's is handled: throws the Error that it means, with the
    // database's own short message and never with values. RowRefused for a constraint or a trigger;
    // NotAllowed where the user lacks a right; database_locked for whatever may get through when it
    // is tried again: another's lock, a deadlock, a row changed meanwhile.
    [[noreturn]] virtual void rethrow(const std::string& name) const = 0;

    // Can SOCI tell a statement's columns before it is executed? Where it would execute it for
    // that, rows are read as they come.
    [[nodiscard]] virtual bool describes_before() const { return false; }

    // Is the file of an embedded database no longer the one that lies at its path?
    [[nodiscard]] virtual bool moved(soci::session&) const { return false; }
    // Before the connection closes; `moved` as above.
    virtual void close(soci::session&, bool moved) const { (void)moved; }
};

[[nodiscard]] std::unique_ptr<SqlDriver> make_sqlite_driver();
[[nodiscard]] std::unique_ptr<SqlDriver> make_postgresql_driver();

// "some_function: UNIQUE ..." says "UNIQUE ..." to people.
[[nodiscard]] std::string without_origin(const std::string& message);

}  // namespace cfs
