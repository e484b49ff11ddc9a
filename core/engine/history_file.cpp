#include "core/engine/history_file.h"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <sqlite3.h>

#include <boost/filesystem.hpp>
#include <deque>

#include "core/database/sqlite_library.h"
#include "core/engine/local_files.h"
#include "core/model/error.h"
#include "core/model/made_absolute.h"
#include "core/model/text.h"

namespace cfs {
namespace {

namespace fs = boost::filesystem;

constexpr const char* kVersion = "1";

constexpr const char* kSchema[] = {
    "CREATE TABLE IF NOT EXISTS history.runs("
    "number INTEGER PRIMARY KEY AUTOINCREMENT, run TEXT NOT NULL UNIQUE, site TEXT NOT NULL,"
    " connection TEXT NOT NULL, trigger TEXT NOT NULL, started TEXT NOT NULL, ended TEXT NOT NULL,"
    " preview INTEGER NOT NULL, result TEXT NOT NULL, safety INTEGER NOT NULL,"
    " patients_exported INTEGER NOT NULL, patients_imported INTEGER NOT NULL,"
    " rows_inserted INTEGER NOT NULL, rows_updated INTEGER NOT NULL,"
    " rows_restored INTEGER NOT NULL, conflicts_new INTEGER NOT NULL,"
    " conflicts_open INTEGER NOT NULL, copies_read INTEGER NOT NULL,"
    " copies_deleted INTEGER NOT NULL, copies_kept INTEGER NOT NULL,"
    " files_opened INTEGER NOT NULL, files_written INTEGER NOT NULL,"
    " files_listed INTEGER NOT NULL, segments_read INTEGER NOT NULL,"
    " segments_written INTEGER NOT NULL, pending INTEGER NOT NULL)",
    "CREATE INDEX IF NOT EXISTS history.runs_of_connection ON runs(connection, number)",
    "CREATE TABLE IF NOT EXISTS history.lines(number INTEGER NOT NULL, line INTEGER NOT NULL,"
    " time TEXT NOT NULL, patient TEXT, text TEXT NOT NULL,"
    " PRIMARY KEY(number, line)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS history.errors(number INTEGER NOT NULL, line INTEGER NOT NULL,"
    " code TEXT NOT NULL, sentence TEXT NOT NULL, patient TEXT, file TEXT NOT NULL,"
    " PRIMARY KEY(number, line)) WITHOUT ROWID",
    "PRAGMA history.user_version = 1",
};

// The file is no database, or no sound one.
struct Damaged : Error {
    explicit Damaged(const std::string& sentence) : Error(ErrorCode::database_refused, sentence) {}
};

[[noreturn]] void fail(int result, const std::string& reason, const std::string& path) {
    switch (result & 0xFF) {
        case SQLITE_NOTADB:
        case SQLITE_CORRUPT:
            throw Damaged(said("The log of synchronizations {1} is damaged ({2}).", path, reason));
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            throw Error(ErrorCode::database_locked,
                        said("The log of synchronizations {1} is in use by another program. Try "
                             "again in a minute.",
                             path));
        case SQLITE_FULL:
            throw Error(ErrorCode::disk_full, said("The log of synchronizations {1} could not be "
                                                   "written: the disk is full. Free some space.",
                                                   path));
        default:
            throw Error(ErrorCode::database_refused,
                        said("The log of synchronizations {1} could not be used ({2}). Check that "
                             "its folder exists and can be written.",
                             path, reason));
    }
}

template <class Function>
auto converting_errors(const std::string& path, Function function) {
    try {
        return function();
    } catch (const soci::sqlite3_soci_error& error) {
        fail(error.result(), error.get_error_message(), path);
    } catch (const soci::soci_error& error) {
        fail(SQLITE_ERROR, error.get_error_message(), path);
    }
}

struct Cell {
    std::string text;
    soci::indicator indicator = soci::i_null;
};

// A statement whose parameters and columns are all text.
class TextStatement {
  public:
    TextStatement(soci::session& session, const std::string& sql, std::size_t parameters,
                  std::size_t columns)
        : statement_(session), parameters_(parameters), columns_(columns) {
        for (Cell& cell : parameters_) statement_.exchange(soci::use(cell.text, cell.indicator));
        for (Cell& cell : columns_) statement_.exchange(soci::into(cell.text, cell.indicator));
        statement_.alloc();
        statement_.prepare(sql);
        statement_.define_and_bind();
    }

    bool execute(const HistoryValues& values) {
        for (std::size_t i = 0; i < parameters_.size(); ++i) {
            parameters_[i].indicator = values[i] ? soci::i_ok : soci::i_null;
            parameters_[i].text = values[i].value_or("");
        }
        return statement_.execute(true);
    }

    bool fetch() { return statement_.fetch(); }

    [[nodiscard]] HistoryValues row() const {
        HistoryValues values;
        for (const Cell& cell : columns_) {
            const bool is_null = cell.indicator == soci::i_null;
            values.push_back(is_null ? std::nullopt : std::optional<std::string>(cell.text));
        }
        return values;
    }

  private:
    soci::statement statement_;
    std::deque<Cell> parameters_, columns_;  // bound by address
};

// The first name that is free, so that damaged files are never overwritten.
fs::path damaged_name(const fs::path& folder) {
    for (int n = 1;; ++n) {
        fs::path name = folder / ("history.damaged-" + std::to_string(n) + ".sqlite");
        if (!fs::exists(name)) return name;
    }
}

}  // namespace

class HistoryFile::Impl {
  public:
    explicit Impl(const std::string& path) : path_(to_utf8(made_absolute(to_path(path)))) {}

    void transact(const char* begin, const std::function<void()>& work) {
        try {
            transact_once(begin, work);
        } catch (const Damaged&) {
            set_aside_if_damaged();
            transact_once(begin, work);
        }
    }

    void execute(const std::string& sql, const std::vector<HistoryValues>& runs) {
        if (runs.empty()) return;
        TextStatement statement(*session_, sql, runs.front().size(), 0);
        for (const HistoryValues& values : runs) statement.execute(values);
    }

    [[nodiscard]] std::vector<HistoryValues> rows(const std::string& sql, std::size_t columns,
                                                  const HistoryValues& parameters) {
        TextStatement statement(*session_, sql, parameters.size(), columns);
        std::vector<HistoryValues> rows;
        for (bool got = statement.execute(parameters); got; got = statement.fetch()) {
            rows.push_back(statement.row());
        }
        return rows;
    }

  private:
    void transact_once(const char* begin, const std::function<void()>& work) {
        converting_errors(path_, [&] {
            open();
            *session_ << begin;
            try {
                work();
                *session_ << "COMMIT";
            } catch (...) {
                session_.reset();  // closing undoes the transaction, whatever state it is in
                throw;
            }
        });
    }

    // SOCI's connection string can't hold every path (a quote and an equals sign together); a
    // parameter can.
    void open() {
        if (session_) return;
        auto session = std::make_unique<soci::session>(sqlite_factory(), ":memory:");
        *session << "PRAGMA busy_timeout = 5000";
        *session << "ATTACH DATABASE :path AS history", soci::use(path_, "path");
        std::string version;
        *session << "PRAGMA history.user_version", soci::into(version);
        if (version == "0") create(*session);
        if (version != "0" && version != kVersion) refuse_newer();
        session_ = std::move(session);
    }

    static void create(soci::session& session) {
        session << "BEGIN IMMEDIATE";
        for (const char* statement : kSchema) session << statement;
        session << "COMMIT";
    }

    [[noreturn]] void refuse_newer() const {
        throw Error(ErrorCode::file_version,
                    said("The log of synchronizations {1} was written by a newer version of this "
                         "program. Install that version.",
                         path_));
    }

    // Another process may have set it aside already: then a sound file is there, and must stay.
    void set_aside_if_damaged() {
        session_.reset();
        if (is_sound()) return;
        try {
            const fs::path file = to_path(path_);
            const fs::path aside = damaged_name(file.parent_path());
            fs::rename(file, aside);
            // A journal left behind would be played back into the new file.
            const fs::path journal = to_path(path_ + "-journal");
            if (fs::exists(journal)) fs::rename(journal, to_path(to_utf8(aside) + "-journal"));
        } catch (const fs::filesystem_error& error) {
            throw Error(ErrorCode::database_refused,
                        said("The log of synchronizations {1} is damaged and can't be renamed "
                             "({2}). Rename or delete it.",
                             path_, error.code().message()));
        }
    }

    [[nodiscard]] bool is_sound() {
        try {
            return converting_errors(path_, [this] {
                open();
                std::string verdict;
                *session_ << "PRAGMA history.quick_check(1)", soci::into(verdict);
                if (verdict != "ok") session_.reset();
                return verdict == "ok";
            });
        } catch (const Damaged&) {
            session_.reset();
            return false;
        }
    }

    std::string path_;
    std::unique_ptr<soci::session> session_;
};

HistoryFile::HistoryFile(const std::string& path) : impl_(std::make_unique<Impl>(path)) {
    read([] {});
}
HistoryFile::~HistoryFile() = default;

void HistoryFile::write(const std::function<void()>& work) {
    impl_->transact("BEGIN IMMEDIATE", work);
}

void HistoryFile::read(const std::function<void()>& work) { impl_->transact("BEGIN", work); }

void HistoryFile::execute(const std::string& sql, const std::vector<HistoryValues>& runs) {
    impl_->execute(sql, runs);
}

std::vector<HistoryValues> HistoryFile::rows(const std::string& sql, std::size_t columns,
                                             const HistoryValues& parameters) {
    return impl_->rows(sql, columns, parameters);
}

}  // namespace cfs
