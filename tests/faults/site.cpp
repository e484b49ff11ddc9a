#include "tests/faults/site.h"

#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <memory>

namespace cfs::faults {

namespace {

constexpr const char* kTables[] = {
    "doctor",     "drug",    "patient",
    "visit",      "allergy", "medication m LEFT JOIN prescription p USING (medication_id)",
    "lab_result", "document"};

constexpr const char* kPicture[] = {
    "SELECT 'patient', p.national_number, p.family_name, p.given_name, p.birth_date, p.sex, "
    "p.blood_group, p.phone, p.address, p.city, d.username, p.registered_on, p.notes "
    "FROM patient p LEFT JOIN doctor d ON d.doctor_id = p.family_doctor_id",
    "SELECT 'visit', p.family_name, d.username, v.visited_at, v.reason, v.findings, "
    "v.temperature_c, v.weight_kg, v.fee, f.visited_at FROM visit v JOIN patient p USING "
    "(patient_id) LEFT JOIN doctor d ON d.doctor_id = v.doctor_id LEFT JOIN visit f ON "
    "f.visit_id = v.follow_up_of",
    "SELECT 'medication', p.family_name, v.visited_at, m.drug_code, m.dose, m.unit, "
    "m.times_a_day, m.started_on, m.ended_on, r.pharmacy, r.remark FROM medication m JOIN patient "
    "p USING (patient_id) LEFT JOIN visit v ON v.visit_id = m.visit_id LEFT JOIN prescription r "
    "USING (medication_id)",
    "SELECT 'allergy', p.family_name, a.substance, a.severity, a.reaction, a.noted_on "
    "FROM allergy a JOIN patient p USING (patient_id)",
    "SELECT 'lab', v.visited_at, l.test, l.value, l.unit, l.remark, l.taken_at "
    "FROM lab_result l JOIN visit v USING (visit_id)",
    "SELECT 'document', p.family_name, d.title, d.media_type, hex(d.content), d.added_on "
    "FROM document d JOIN patient p USING (patient_id)"};

struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close(handle); }
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Handle = std::unique_ptr<sqlite3, Close>;
using Statement = std::unique_ptr<sqlite3_stmt, Close>;

[[noreturn]] void fail(const std::string& site, sqlite3* handle, const std::string& sql) {
    throw Broken("the clinic program of " + site + " fails (" + sqlite3_errmsg(handle) +
                 "): " + sql.substr(0, 80));
}

Handle open(const std::string& site, const std::string& path) {
    sqlite3* opened = nullptr;
    const int result = sqlite3_open(path.c_str(), &opened);
    Handle handle(opened);
    if (result != SQLITE_OK) fail(site, opened, "open");
    sqlite3_busy_timeout(opened, 100);
    return handle;
}

std::string line_of(sqlite3_stmt* row) {
    std::string line;
    for (int i = 0; i < sqlite3_column_count(row); ++i) {
        const auto* text = sqlite3_column_text(row, i);
        if (i > 0) line += '|';
        line += text == nullptr ? "NULL" : reinterpret_cast<const char*>(text);
    }
    return line;
}

}  // namespace

Site::Site(std::string name, std::string place, StillClock& clock)
    : name_(std::move(name)), place_(std::move(place)), clock_(clock) {}

std::unique_ptr<SyncService> Site::service() const {
    return std::make_unique<SyncService>(state(), clock_);
}

std::string Site::mapping() const {
    return (std::filesystem::path(place_).parent_path() / "mapping.xml").string();
}

void Site::enable(SyncService& service) const {
    SyncOptions options;
    options.delete_conflicts = true;
    service.enable({connection(), name_, folder(), mapping(), options});
}

bool Site::is_enabled() const {
    return !lines("SELECT name FROM sqlite_master WHERE name = 'cfs_meta'").empty();
}

SyncReport Site::sync() const { return sync(*service()); }

SyncReport Site::sync(SyncService& service) const {
    SyncObserver silent;
    return service.sync(connection(), {}, silent);
}

void Site::sql(const std::string& statements) const {
    const auto handle = open(name_, database());
    const auto sql = "PRAGMA foreign_keys=ON; " + statements;
    if (sqlite3_exec(handle.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        fail(name_, handle.get(), statements);
    }
}

std::vector<std::string> Site::lines(const std::string& query) const {
    const auto handle = open(name_, database());
    sqlite3_stmt* prepared = nullptr;
    if (sqlite3_prepare_v2(handle.get(), query.c_str(), -1, &prepared, nullptr) != SQLITE_OK) {
        fail(name_, handle.get(), query);
    }
    const Statement statement(prepared);
    std::vector<std::string> lines;
    int result = sqlite3_step(prepared);
    for (; result == SQLITE_ROW; result = sqlite3_step(prepared)) {
        lines.push_back(line_of(prepared));
    }
    if (result != SQLITE_DONE) fail(name_, handle.get(), query);
    std::sort(lines.begin(), lines.end());
    return lines;
}

std::string Site::value(const std::string& query) const {
    const auto found = lines(query);
    return found.empty() ? "" : found.front();
}

std::vector<std::string> Site::rows() const {
    std::vector<std::string> rows;
    for (const std::string table : kTables) {
        for (auto& line : lines("SELECT '" + table + "', * FROM " + table)) {
            rows.push_back(std::move(line));
        }
    }
    std::sort(rows.begin(), rows.end());
    return rows;
}

std::vector<std::string> Site::picture() const {
    std::vector<std::string> picture;
    for (const auto* query : kPicture) {
        for (auto& line : lines(query)) picture.push_back(std::move(line));
    }
    std::sort(picture.begin(), picture.end());
    return picture;
}

std::string errors_of(const SyncReport& report) {
    std::string text;
    for (const auto& error : report.errors) {
        text +=
            (text.empty() ? "" : "; ") + std::string(name_of(error.code)) + ": " + error.sentence;
    }
    return text;
}

}  // namespace cfs::faults
