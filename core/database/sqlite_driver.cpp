#include <soci/sqlite3/soci-sqlite3.h>
#include <sqlite3.h>

#include "core/database/sql_driver.h"
#include "core/database/sql_session.h"
#include "core/database/sqlite_library.h"
#include "core/model/text.h"

namespace cfs {

namespace {

// libsoci hides its typeinfo, so there is no dynamic_cast.
sqlite_api::sqlite3* connection_of(soci::session& session) {
    return static_cast<soci::sqlite3_session_backend*>(session.get_backend())->conn_;
}

class SqliteDriver : public SqlDriver {
  public:
    const soci::backend_factory& factory() const override { return sqlite_factory(); }

    [[noreturn]] void rethrow(const std::string& name) const override {
        try {
            throw;
        } catch (const soci::sqlite3_soci_error& error) {
            rethrow_sqlite(error, name);
        } catch (const soci::soci_error& error) {
            // SOCI's context would hold the statement and its values.
            throw Error(ErrorCode::database_refused,
                        said("The database {1} refused: {2}.", name, error.get_error_message()));
        }
    }

    bool describes_before() const override { return true; }

    // SQLite compares the file that it has open with the one at the path; where it can't tell (in
    // memory, on Windows, where an open file can't be replaced) it is in place.
    bool moved(soci::session& session) const override {
        int moved = 0;
        const auto told =
            sqlite3_file_control(connection_of(session), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
        return told == SQLITE_OK && moved != 0;
    }

    // What stays in a write-ahead log when the file was replaced would be played into the new file.
    void close(soci::session& session, bool moved) const override {
        if (moved) session << "PRAGMA wal_checkpoint(TRUNCATE)";
    }

  private:
    [[noreturn]] static void rethrow_sqlite(const soci::sqlite3_soci_error& error,
                                            const std::string& name) {
        const auto message = without_origin(error.get_error_message());
        switch (error.result() & 0xFF) {
            case SQLITE_CONSTRAINT:
                throw RowRefused(message);
            case SQLITE_BUSY:
            case SQLITE_LOCKED:
                throw Error(
                    ErrorCode::database_locked,
                    said(
                        "The database {1} is locked by another program. The next sync tries again.",
                        name));
            case SQLITE_FULL:
                throw Error(ErrorCode::disk_full, said("The disk that holds the database {1} is "
                                                       "full. Free some space, then sync again.",
                                                       name));
            case SQLITE_NOTADB:
            case SQLITE_CORRUPT:
                throw Error(ErrorCode::database_refused,
                            said("The file {1} is not a sound SQLite database ({2}). Choose the "
                                 "clinic program's database file.",
                                 name, message));
            default:
                throw Error(ErrorCode::database_refused,
                            said("The database {1} refused: {2}.", name, message));
        }
    }
};

}  // namespace

std::unique_ptr<SqlDriver> make_sqlite_driver() { return std::make_unique<SqliteDriver>(); }

std::string without_origin(const std::string& message) {
    const auto end = message.rfind("::") == std::string::npos ? 0 : message.rfind("::");
    const auto colon = message.find(": ", end);
    return end == 0 || colon == std::string::npos ? message : message.substr(colon + 2);
}

}  // namespace cfs
