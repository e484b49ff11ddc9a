// Clinics that share a cloud, for stories: each has its database, in which it works as a clinic
// program does, an installation of its own, and a folder that the cloud mirrors.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/database/sql_session.h"
#include "core/engine/sync_service.h"
#include "tests/support/cloud.h"
#include "tests/support/test_clock.h"

namespace cfs::test {

class Clinic {
  public:
    // `database` is the path of its SQLite file.
    Clinic(std::string site, std::string database, const std::string& state_folder,
           TestClock& clock);

    // The clinic program at work: one statement, waiting no longer than it would.
    void sql(const std::string& statement);
    [[nodiscard]] std::string value(const std::string& query);  // "NULL" for NULL and for no row
    [[nodiscard]] std::int64_t number(const std::string& query);
    [[nodiscard]] std::vector<std::string> lines(const std::string& query);  // sorted
    // Closes the connection, so that the file can be exchanged.
    void close() { session_.reset(); }

    void enable(const std::string& folder, const std::string& mapping,
                const SyncOptions& options = {});
    void disable();
    // A sync that must get through; the report may hold errors about rows and files.
    SyncReport sync(const SyncRequest& request = {});
    // Whatever comes of it.
    SyncReport try_sync(const SyncRequest& request = {});

    [[nodiscard]] std::vector<Conflict> conflicts();
    void resolve(const Conflict& conflict, const ConflictValue& keep);
    SyncReport undo(const RunId& run);
    [[nodiscard]] VerifyReport verify();

    // The value of every column of every row of the clinic's own tables.
    [[nodiscard]] std::vector<std::string> dump();
    // The digest of each patient's agreed document.
    [[nodiscard]] std::vector<std::string> documents();
    // The path in the folder of the patient whose own row has this key.
    [[nodiscard]] std::string file_of(const std::string& key);
    [[nodiscard]] PatientId patient(const std::string& key);

    [[nodiscard]] SyncService& service() { return *service_; }
    [[nodiscard]] const std::string& connection() const { return connection_; }
    [[nodiscard]] const std::string& database() const { return database_; }

  private:
    [[nodiscard]] SqlSession& session();

    std::string site_, database_, connection_;
    std::unique_ptr<SqlSession> session_;
    std::unique_ptr<SyncService> service_;
};

// What a clinic begins with.
struct Start {
    std::string before_enabling;  // SQL on its own copy of the database
    SyncOptions options;
    std::string mapping = {};  // its own copy (XML) of the mapping, if it has one
};

// Which database the clinics have copies of.
enum class Program {
    demo,                 // the invented clinic of the demo
    demo_small,           // the same with its first three patients
    demo_empty,           // its tables and doctors, no patients
    open_hospital,        // the demonstration file of Open Hospital
    open_hospital_small,  // the same with its first 44 patients
};

// The demonstration file of Open Hospital; where it is absent, a warning and false.
[[nodiscard]] bool have_open_hospital();

class Clinics {
  public:
    // Enabled for one folder and not yet synced.
    explicit Clinics(Program program, const std::vector<Start>& starts = {{}, {}});
    // With a database and a mapping (XML) of their own.
    Clinics(const std::string& script, const std::string& mapping,
            const std::vector<Start>& starts);

    [[nodiscard]] Clinic& operator[](std::size_t site) { return *clinics_[site]; }
    [[nodiscard]] std::size_t size() const { return clinics_.size(); }
    [[nodiscard]] Cloud& cloud() { return cloud_; }
    [[nodiscard]] TestClock& clock() { return clock_; }
    [[nodiscard]] const std::string& mapping() const { return mapping_; }
    // A site's own copy of it, a file in which some texts are others.
    [[nodiscard]] std::string own_mapping(
        std::size_t site, const std::vector<std::pair<std::string, std::string>>& changes) const;

    // The database as it was before anybody enabled it.
    [[nodiscard]] std::string fresh_copy() const { return root_ / "original.sqlite"; }

    // Syncs and deliveries in turn until everybody knows everything.
    void meet();
    // Both edit with the folder cut off; the file of the second becomes a conflict copy.
    void edit_apart(const std::string& first, const std::string& second);

    // All hold the same, in database, documents and folder, and further syncs write nothing.
    void require_equal();
    void require_quiet();
    // And nothing is open or waits.
    void require_settled();

  private:
    void begin(const std::vector<Start>& starts);

    TestClock clock_;
    TemporaryFolder root_{"cfs-clinics", quick_place()};
    std::string mapping_;
    Cloud cloud_;
    std::vector<std::unique_ptr<Clinic>> clinics_;
};

// The one of the conflict's values that holds this in the column.
[[nodiscard]] const ConflictValue& with(const Conflict& conflict, const std::string& column,
                                        const std::string& value);

// What a run says in its log.
[[nodiscard]] bool says(const SyncReport& report, const std::string& text);

// SQL that makes a demo patient, and a visit of one.
[[nodiscard]] std::string new_patient(int key, const std::string& family_name,
                                      const std::string& given_name = "Test");
[[nodiscard]] std::string new_visit(int key, int patient, const std::string& reason);

void run_script(const std::string& database, const std::string& script);

}  // namespace cfs::test
