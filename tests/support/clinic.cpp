#include "tests/support/clinic.h"

#include <sqlite3.h>

#include <algorithm>
#include <stdexcept>

#include "core/database/mapping_file.h"
#include "core/folder/folder_layout.h"
#include "tests/support/catch.h"
#include "tests/support/clinic_picture.h"
#include "tests/support/clinic_program.h"
#include "tests/support/demo.h"

namespace cfs::test {

namespace {

namespace fs = boost::filesystem;

const std::string kSource = CFS_SOURCE_DIR;
const std::string kOpenHospital = kSource + "/../shared/data/openhospital/openhospital_demo.sqlite";

// Its first 44 patients with all that belongs to them.
constexpr const char* kFirstPatients = R"(
    DELETE FROM oh_patient WHERE PAT_ID > 80;
    DELETE FROM oh_patienthistory WHERE PAH_PAT_ID > 80;
    DELETE FROM oh_patient_consensus WHERE PTC_PAT_ID > 80;
    DELETE FROM oh_patientexamination WHERE PEX_PAT_ID > 80;
    DELETE FROM oh_patientvaccine WHERE PAV_PAT_ID > 80;
    DELETE FROM oh_operationrow;
    DELETE FROM oh_billitems WHERE BLI_ID_BILL IN
        (SELECT BLL_ID FROM oh_bills WHERE BLL_ID_PAT > 80);
    DELETE FROM oh_billpayments WHERE BLP_ID_BILL IN
        (SELECT BLL_ID FROM oh_bills WHERE BLL_ID_PAT > 80);
    DELETE FROM oh_bills WHERE BLL_ID_PAT > 80;
    DELETE FROM oh_opd WHERE OPD_PAT_ID > 80;
    DELETE FROM oh_admission WHERE ADM_PAT_ID > 80;
    DELETE FROM oh_visits WHERE VST_PAT_ID > 80;
    DELETE FROM oh_therapies WHERE THR_PAT_ID > 80;
    DELETE FROM oh_laboratoryrow WHERE LABR_LAB_ID IN
        (SELECT LAB_ID FROM oh_laboratory WHERE LAB_PAT_ID > 80);
    DELETE FROM oh_laboratory WHERE LAB_PAT_ID > 80;
    VACUUM;)";

std::string first_error(const SyncReport& report) {
    return report.errors.empty() ? "" : report.errors.front().sentence;
}

void make_database(Program program, const std::string& path) {
    if (program == Program::open_hospital || program == Program::open_hospital_small) {
        write_file(path, read_file(kOpenHospital));
        if (program == Program::open_hospital_small) run_script(path, kFirstPatients);
        return;
    }
    write_file(path, "");
    run_script(path, read_file(kSource + "/tests/demo/demo_schema.sql"));
    if (program != Program::demo_empty) {
        run_script(path, read_file(kSource + "/tests/demo/demo_clinic.sql"));
        if (program == Program::demo_small) run_script(path, kFirstThreePatients);
        return;
    }
    run_script(path,
               "INSERT INTO doctor (doctor_id, username, full_name) VALUES (1, 'ann', 'Ann');"
               "INSERT INTO drug (code, name) VALUES ('IBU400', 'Ibuprofen');");
}

bool is_open_hospital(Program program) {
    return program == Program::open_hospital || program == Program::open_hospital_small;
}

// What a site may not change when it has nothing to say: files with their times, and the database.
std::vector<std::string> state_of(Clinic& clinic, const std::string& folder) {
    auto state = clinic.dump();
    for (const char* own :
         {"SELECT patient || document FROM cfs_patient",
          "SELECT patient || differs FROM cfs_differing",
          "SELECT row_id || tbl || coalesce(local_key, '') || patient FROM cfs_row",
          "SELECT tbl || local_key || row_id FROM cfs_key", "SELECT patient FROM cfs_outbox",
          "SELECT id FROM cfs_conflict", "SELECT row_id FROM cfs_pending",
          "SELECT id FROM cfs_history", "SELECT patient FROM cfs_touched",
          "SELECT seq FROM cfs_journal"}) {
        for (auto& line : clinic.lines(own)) state.push_back(std::move(line));
    }
    for (auto at = fs::recursive_directory_iterator(folder);
         at != fs::recursive_directory_iterator(); ++at) {
        if (!fs::is_regular_file(at->path())) continue;
        state.push_back(at->path().string() + " " +
                        std::to_string(fs::last_write_time(at->path())) + " " +
                        read_file(at->path().string()));
    }
    return state;
}

// The lines of one that the other lacks: short where long dumps differ in little.
std::vector<std::string> only_in_first(const std::vector<std::string>& first,
                                       const std::vector<std::string>& second) {
    auto a = first, b = second;
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    std::vector<std::string> difference;
    std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(difference));
    return difference;
}

}  // namespace

void run_script(const std::string& database, const std::string& script) {
    sqlite3* connection = nullptr;
    std::string error;
    if (sqlite3_open(database.c_str(), &connection) != SQLITE_OK ||
        sqlite3_exec(connection, script.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        error = sqlite3_errmsg(connection);
    }
    sqlite3_close(connection);
    if (!error.empty()) throw std::runtime_error(error);
}

bool have_open_hospital() {
    if (fs::exists(kOpenHospital)) return true;
    WARN("left out: there is no " + kOpenHospital);
    return false;
}

void require_same(const std::vector<std::string>& first, const std::vector<std::string>& second) {
    CHECK(only_in_first(first, second) == std::vector<std::string>());
    REQUIRE(only_in_first(second, first) == std::vector<std::string>());
}

bool says(const SyncReport& report, const std::string& text) {
    return std::any_of(report.lines.begin(), report.lines.end(), [&](const ReportLine& line) {
        return line.text.find(text) != std::string::npos;
    });
}

std::string new_patient(int key, const std::string& family_name, const std::string& given_name) {
    return "INSERT INTO patient (patient_id, family_name, given_name, birth_date, sex, phone, "
           "registered_on) VALUES (" +
           std::to_string(key) + ", '" + family_name + "', '" + given_name +
           "', '1980-01-01', 'F', '555-0000', '2026-11-22')";
}

std::string new_visit(int key, int patient, const std::string& reason) {
    return "INSERT INTO visit (visit_id, patient_id, doctor_id, visited_at, reason) VALUES (" +
           std::to_string(key) + ", " + std::to_string(patient) + ", 1, '2026-11-22 10:00:00', '" +
           reason + "')";
}

// ---- one clinic --------------------------------------------------------------------------------

Clinic::Clinic(std::string site, std::string database, const std::string& state_folder,
               TestClock& clock)
    : site_(std::move(site)),
      database_(std::move(database)),
      connection_("sqlite3://" + database_),
      service_(std::make_unique<SyncService>(state_folder, clock)) {}

SqlSession& Clinic::session() {
    if (!session_) {
        session_ = std::make_unique<ClinicProgram>(database_);
        session_->execute("PRAGMA busy_timeout = 100");
        session_->execute("PRAGMA foreign_keys = ON");
    }
    return *session_;
}

void Clinic::sql(const std::string& statement) { session().execute(statement); }

std::string Clinic::value(const std::string& query) {
    return session().value(query).value_or("NULL");
}

std::int64_t Clinic::number(const std::string& query) { return session().number(query); }

std::vector<std::string> Clinic::lines(const std::string& query) {
    std::vector<std::string> lines;
    for (const auto& row : session().rows(query)) {
        std::string line;
        for (const auto& value : row) line += (line.empty() ? "" : "|") + value.value_or("NULL");
        lines.push_back(std::move(line));
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

void Clinic::enable(const std::string& folder, const std::string& mapping,
                    const SyncOptions& options) {
    service_->enable({connection_, site_, folder, mapping, options});
}

void Clinic::disable() {
    close();
    (void)service_->disable(connection_);
}

SyncReport Clinic::try_sync(const SyncRequest& request) {
    SyncObserver silent;
    return service_->sync(connection_, request, silent);
}

SyncReport Clinic::sync(const SyncRequest& request) {
    auto report = try_sync(request);
    INFO(site_ << ": " << first_error(report));
    REQUIRE((report.result == SyncResult::ok || report.result == SyncResult::attention));
    return report;
}

std::vector<Conflict> Clinic::conflicts() { return service_->conflicts(connection_); }

void Clinic::resolve(const Conflict& conflict, const ConflictValue& keep) {
    service_->resolve(connection_, conflict.id, keep.version);
}

SyncReport Clinic::undo(const RunId& run) { return service_->undo(connection_, run); }

VerifyReport Clinic::verify() { return service_->verify(connection_); }

std::vector<std::string> Clinic::dump() {
    std::vector<std::string> dump;
    const auto tables = lines(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'cfs\\_%' ESCAPE "
        "'\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'");
    for (const auto& table : tables) {
        std::string columns;
        for (const auto& column : lines("SELECT name FROM pragma_table_info('" + table + "')")) {
            columns += " || '|' || quote(\"" + column + "\")";
        }
        for (auto& line : lines("SELECT '" + table + "'" + columns + " FROM \"" + table + "\"")) {
            dump.push_back(std::move(line));
        }
    }
    return dump;
}

std::vector<std::string> Clinic::documents() {
    return lines("SELECT patient || ' ' || digest FROM cfs_patient");
}

PatientId Clinic::patient(const std::string& key) {
    const auto row =
        value("SELECT row_id FROM cfs_row WHERE row_id = patient AND local_key = '" + key + "'");
    return PatientId::parse(row).value();
}

std::string Clinic::file_of(const std::string& key) { return patient_path(patient(key)); }

// ---- several clinics ---------------------------------------------------------------------------

Clinics::Clinics(Program program, const std::vector<Start>& starts)
    : mapping_(is_open_hospital(program) ? "open-hospital" : "demo"), cloud_(starts.size()) {
    make_database(program, fresh_copy());
    begin(starts);
}

Clinics::Clinics(const std::string& script, const std::string& mapping,
                 const std::vector<Start>& starts)
    : mapping_(root_ / "mapping.xml"), cloud_(starts.size()) {
    write_file(mapping_, mapping);
    run_script(fresh_copy(), script);
    begin(starts);
}

void Clinics::begin(const std::vector<Start>& starts) {
    for (std::size_t i = 0; i < starts.size(); ++i) {
        const auto name = std::string(1, static_cast<char>('A' + i));
        const auto database = root_ / (name + ".sqlite");
        fs::copy_file(fresh_copy(), database);
        run_script(database, starts[i].before_enabling);
        clinics_.push_back(
            std::make_unique<Clinic>("Clinic " + name, database, root_ / ("state" + name), clock_));
    }
    clinics_.front()->service().init_folder(cloud_.folder(0), mapping_);
    cloud_.deliver();
    for (std::size_t i = 0; i < starts.size(); ++i) {
        auto mapping = mapping_;
        if (!starts[i].mapping.empty()) {
            mapping = root_ / ("mapping" + std::to_string(i) + ".xml");
            write_file(mapping, starts[i].mapping);
        }
        clinics_[i]->enable(cloud_.folder(i), mapping, starts[i].options);
    }
}

std::string Clinics::own_mapping(
    std::size_t site, const std::vector<std::pair<std::string, std::string>>& changes) const {
    auto text = mapping_text(mapping_);
    for (const auto& [from, to] : changes) {
        const auto at = text.find(from);
        REQUIRE(at != std::string::npos);
        text.replace(at, from.size(), to);
    }
    const auto file = root_ / ("mapping" + std::to_string(site) + ".xml");
    write_file(file, text);
    return file;
}

void Clinics::meet() {
    for (int round = 0; round < 2; ++round) {
        for (auto& clinic : clinics_) {
            (void)clinic->sync();
            cloud_.deliver();
        }
    }
}

void Clinics::edit_apart(const std::string& first, const std::string& second) {
    cloud_.cut_off(1);
    clinics_[0]->sql(first);
    (void)clinics_[0]->sync();
    clinics_[1]->sql(second);
    (void)clinics_[1]->sync();
    cloud_.deliver();
    cloud_.reconnect(1);
    cloud_.deliver();
}

void Clinics::require_equal() {
    for (std::size_t i = 0; i < clinics_.size(); ++i) {
        INFO("clinic " << i);
        const auto report = clinics_[i]->verify();
        for (const auto& difference : report.differences) {
            UNSCOPED_INFO((difference.row ? difference.row->text() : difference.file)
                          << ": " << difference.what);
        }
        CHECK(report.differences.empty());
        require_same(clinics_[0]->documents(), clinics_[i]->documents());
        require_same(picture(*clinics_[0], mapping_), picture(*clinics_[i], mapping_));
        CHECK(cloud_.files(0) == cloud_.files(i));
    }
}

void Clinics::require_quiet() {
    for (std::size_t i = 0; i < clinics_.size(); ++i) {
        INFO("clinic " << i);
        const auto before = state_of(*clinics_[i], cloud_.folder(i));
        const auto report = clinics_[i]->sync();
        const auto& counts = report.counts;
        CHECK(counts.patients_exported + counts.patients_imported == 0);
        CHECK(counts.rows_inserted + counts.rows_updated + counts.rows_restored == 0);
        CHECK(counts.files_written + counts.segments_written + counts.copies_deleted == 0);
        CHECK(counts.conflicts_new == 0);
        require_same(before, state_of(*clinics_[i], cloud_.folder(i)));
    }
}

void Clinics::require_settled() {
    require_equal();
    require_quiet();
    for (const auto& clinic : clinics_) {
        CHECK(clinic->conflicts().empty());
        CHECK(clinic->sync().counts.pending == 0);
    }
}

const ConflictValue& with(const Conflict& conflict, const std::string& column,
                          const std::string& value) {
    for (const auto& candidate : conflict.values) {
        const auto at = candidate.fields.find(column);
        if (at != candidate.fields.end() && at->second.bytes == value) return candidate;
    }
    throw std::runtime_error("no such value: " + value);
}

}  // namespace cfs::test
