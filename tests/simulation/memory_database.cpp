#include "tests/simulation/memory_database.h"

#include <sqlite3.h>

#include <boost/filesystem.hpp>
#include <boost/filesystem/fstream.hpp>
#include <stdexcept>

namespace cfs::simulation {

namespace {

boost::filesystem::path& directory() {
    static boost::filesystem::path path;
    return path;
}

sqlite3_file* file_of(sqlite3* handle) {
    sqlite3_file* file = nullptr;
    sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, static_cast<void*>(&file));
    return file;
}

[[noreturn]] void fail(const std::string& what, sqlite3* handle) {
    throw std::logic_error("simulation: " + what + ": " + sqlite3_errmsg(handle));
}

}  // namespace

void use_memory_databases() {
    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    sqlite3_initialize();
    auto* memory = sqlite3_vfs_find("memdb");
    if (memory == nullptr) throw std::logic_error("SQLite was built without memdb");
    sqlite3_vfs_register(memory, 1);
    directory() = boost::filesystem::temp_directory_path() /
                  boost::filesystem::unique_path("cfs-simulation-%%%%%%%%");
    boost::filesystem::create_directories(directory());
}

void seed_database_randomness(std::uint64_t seed) {
    const auto folded = static_cast<unsigned>((seed ^ (seed >> 32U)) | 1U);
    sqlite3_test_control(SQLITE_TESTCTRL_PRNG_SEED, folded, nullptr);
}

std::string database_path(const std::string& name) {
    const auto path = directory() / (name + ".sqlite");
    if (!boost::filesystem::exists(path)) boost::filesystem::ofstream(path).put('\n');
    return path.string();
}

void remove_database_paths() { boost::filesystem::remove_all(directory()); }

Connection::Connection(const std::string& path) {
    if (sqlite3_open(path.c_str(), &handle_) != SQLITE_OK) fail("open", handle_);
    (void)execute("PRAGMA foreign_keys=ON");
}

Connection::~Connection() {
    for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
    sqlite3_close(handle_);
}

// Nothing while another connection holds the lock that reading the schema takes.
sqlite3_stmt* Connection::prepared(const std::string& sql) {
    auto& statement = statements_[sql];
    if (statement != nullptr) return statement;
    if (sqlite3_prepare_v2(handle_, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK) {
        return statement;
    }
    statements_.erase(sql);
    if (sqlite3_errcode(handle_) != SQLITE_BUSY) fail(sql, handle_);
    return nullptr;
}

bool Connection::run(const std::string& sql, const TextRow& parameters,
                     const std::function<void(const TextRow&)>& visit) {
    auto* statement = prepared(sql);
    if (statement == nullptr) return false;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const auto& text = parameters[i];
        const auto place = static_cast<int>(i) + 1;
        if (text) {
            sqlite3_bind_text(statement, place, text->data(), static_cast<int>(text->size()),
                              SQLITE_TRANSIENT);
        } else {
            sqlite3_bind_null(statement, place);
        }
    }
    int result = sqlite3_step(statement);
    const int columns = sqlite3_column_count(statement);
    TextRow row(static_cast<std::size_t>(columns));
    for (; result == SQLITE_ROW; result = sqlite3_step(statement)) {
        for (int i = 0; i < columns; ++i) {
            const auto* text = sqlite3_column_text(statement, i);
            auto& cell = row[static_cast<std::size_t>(i)];
            cell.reset();
            if (text != nullptr) cell.emplace(reinterpret_cast<const char*>(text));
        }
        visit(row);
    }
    sqlite3_reset(statement);
    return result == SQLITE_DONE;
}

bool Connection::execute(const std::string& sql, const TextRow& parameters) {
    return run(sql, parameters, [](const TextRow&) {});
}

std::vector<TextRow> Connection::rows(const std::string& sql, const TextRow& parameters) {
    std::vector<TextRow> rows;
    if (!run(sql, parameters, [&](const TextRow& row) { rows.push_back(row); })) {
        fail(sql, handle_);
    }
    return rows;
}

bool Connection::is_free() { return execute("BEGIN IMMEDIATE") && execute("COMMIT"); }

std::string Connection::snapshot() {
    auto* file = file_of(handle_);
    sqlite3_int64 size = 0;
    file->pMethods->xFileSize(file, &size);
    std::string bytes(static_cast<std::size_t>(size), '\0');
    if (file->pMethods->xRead(file, bytes.data(), static_cast<int>(size), 0) != SQLITE_OK) {
        fail("snapshot", handle_);
    }
    return bytes;
}

// The file's change counter tells each connection that the pages it remembers are stale.
void Connection::restore(std::string snapshot) {
    constexpr std::size_t kChangeCounter = 24, kChangeCounterAgain = 92;
    constexpr std::uint32_t kFarApart = 1U << 16U;  // more than one world commits
    static std::uint32_t counter = 0;
    counter += kFarApart;
    for (std::size_t i = 0; i < 4; ++i) {
        const auto byte = static_cast<char>((counter >> (24 - 8 * i)) & 0xFFU);
        snapshot[kChangeCounter + i] = snapshot[kChangeCounterAgain + i] = byte;
    }
    auto* file = file_of(handle_);
    const auto size = static_cast<int>(snapshot.size());
    if (sqlite3_get_autocommit(handle_) == 0 ||
        file->pMethods->xWrite(file, snapshot.data(), size, 0) != SQLITE_OK ||
        file->pMethods->xTruncate(file, size) != SQLITE_OK) {
        fail("restore", handle_);
    }
    ++restored_;
}

std::string Connection::stamp() {
    return rows("PRAGMA data_version")[0][0].value() + ' ' +
           std::to_string(sqlite3_total_changes(handle_)) + ' ' + std::to_string(restored_);
}

}  // namespace cfs::simulation
