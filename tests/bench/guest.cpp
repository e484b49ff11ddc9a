#include "guest.h"

#include <algorithm>
#include <thread>

#include "core/database/lock_times.h"

namespace bench {
namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr Milliseconds kHold = cfs::kHold;
constexpr double kMargin = 0.9;  // aim below, since turns differ
constexpr std::size_t kMost = 2'000;

constexpr const char* kTables[] = {
    "CREATE TABLE IF NOT EXISTS guest_row (id TEXT PRIMARY KEY, tbl TEXT NOT NULL, "
    "local_key TEXT, patient TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS guest_key (tbl TEXT NOT NULL, local_key TEXT NOT NULL, "
    "id TEXT NOT NULL, PRIMARY KEY (tbl, local_key)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS guest_patient (patient TEXT PRIMARY KEY, document TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS guest_file (path TEXT PRIMARY KEY, size INTEGER, "
    "modified INTEGER) WITHOUT ROWID",
};

}  // namespace

GuestNotes::GuestNotes(Database& database) {
    for (const auto* table : kTables) database.execute(table);
    row_ = database.prepare("INSERT INTO guest_row VALUES (?, ?, ?, ?)");
    key_ = database.prepare("INSERT INTO guest_key VALUES (?, ?, ?)");
    patient_ = database.prepare("INSERT INTO guest_patient VALUES (?, ?)");
    file_ = database.prepare("INSERT INTO guest_file VALUES (?, ?, ?)");
}

void GuestNotes::note_row(const std::string& id, const std::string& table, const std::string& key,
                          const std::string& patient) {
    row_->bind(1, id.c_str());
    row_->bind(2, table.c_str());
    row_->bind(3, key.c_str());
    row_->bind(4, patient.c_str());
    row_->run();
    key_->bind(1, table.c_str());
    key_->bind(2, key.c_str());
    key_->bind(3, id.c_str());
    key_->run();
}

void GuestNotes::note_patient(const std::string& patient, const std::string& document) {
    patient_->bind(1, patient.c_str());
    patient_->bind(2, document.c_str());
    patient_->run();
}

// Any size and time will do: nobody reads them.
void GuestNotes::note_file(const std::string& path) {
    file_->bind(1, path.c_str());
    file_->bind(2, std::int64_t{6'700});
    file_->bind(3, std::int64_t{1'700'000'000});
    file_->run();
}

void Turns::take(const std::function<void()>& work) {
    std::this_thread::sleep_until(free_since_ + cfs::kGap);
    const auto begin = Clock::now();
    database_.execute(database_.begin_writing());
    work();
    database_.execute("COMMIT");
    free_since_ = Clock::now();
    const double could = kMargin * kHold / (free_since_ - begin);
    fitting_ = std::clamp<std::size_t>(
        static_cast<std::size_t>(static_cast<double>(fitting_) * std::clamp(could, 0.5, 1.5)), 1,
        kMost);
}

}  // namespace bench
