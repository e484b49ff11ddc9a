// All that the applet and the command line ask of the core, for the databases of one installation.
// Every function throws Error for what it can't do; sync() alone never throws for a failed run: the
// failure is in the report, and the report is in the history. Safe to call from several threads,
// one sync at a time per database.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/database/database_look.h"
#include "core/database/mapping_trial.h"
#include "core/engine/folder_look.h"
#include "core/engine/known_sites.h"
#include "core/engine/patient_overlap.h"
#include "core/engine/run_history.h"
#include "core/engine/settings.h"
#include "core/engine/sync_observer.h"
#include "core/engine/sync_report.h"
#include "core/model/random.h"
#include "core/model/value.h"

namespace cfs {

struct SyncRequest {
    SyncTrigger trigger = SyncTrigger::manual;
    std::optional<SyncOptions> options;  // for this run alone; else the lasting ones
    std::optional<std::string> folder;   // for this run alone
    bool full = false;                   // read every file, whatever the logs say
    bool preview = false;                // say what a sync would do, change nothing
    std::vector<std::string> confirmed;  // answers to doubts: "files-gone"

    bool operator==(const SyncRequest&) const = default;
};

// What an undo would put back, as far as the last sync knew the rows.
struct UndoExtent {
    std::optional<RunId> run;  // none: there is nothing to undo
    std::int64_t rows = 0, patients = 0;
    std::int64_t left = 0;       // rows that were deleted or edited since, and stay as they are
    std::int64_t conflicts = 0;  // that the run settled and would be open again
};

struct EnableRequest {
    std::string connection;
    std::string site;
    std::string folder;
    std::string mapping;  // a shipped name or a file
    std::optional<SyncOptions> options;
};

struct DatabaseStatus {
    bool enabled = false;
    std::string site, folder, mapping;
    std::optional<WriterId> writer;
    std::optional<RunId> last_run;
    std::optional<Time> last_success;
    std::int64_t conflicts = 0, pending = 0, unpublished = 0;
    bool safety = false;  // an open conflict or pending row in a `safety` column
    SyncOptions options;
};

struct ConflictValue {
    VersionId version;  // the smallest that bears these values
    std::string site;   // the site's name where it is known, else the writer's tag
    Time time{};
    bool shown = false;
    std::map<std::string, Value> fields;
};

struct Conflict {
    std::string id;  // "<row-uuid>" or "<row-uuid>.<group>", equal at all sites
    PatientId patient;
    std::string table;
    RowId row;
    std::vector<std::string> columns;  // those that differ
    bool safety = false;
    std::vector<ConflictValue> values;  // the shown one first
    std::string state;                  // another word whenever the conflict is another
    // For the screen alone, since they name people: who the patient is, what tells the record from
    // the patient's others, and the same of rows that values refer to, by their UUIDs.
    std::string patient_label, record_label;
    std::map<std::string, std::string> row_labels;
};

// What a person keeps of a conflict: the version of one of its values.
struct Choice {
    std::string conflict;
    VersionId keep;
    std::string state = {};  // of the conflict as it was seen; empty: as conflicts() last gave it
};

struct Settlement {
    RunId run;                         // that undo() takes back; it is not in runs()
    std::vector<std::string> changed;  // conflicts that are not what was shown, and still open
};

struct Difference {
    std::optional<PatientId> patient;
    std::string file;
    std::optional<RowId> row;
    std::string what;
};

struct VerifyReport {
    std::int64_t patients = 0, files = 0;
    std::vector<Difference> differences;
};

class SyncService {
  public:
    // `state_folder` is created if it is missing; empty means the user's own. `clock` and `random`
    // must outlive this.
    explicit SyncService(const std::string& state_folder = {}, Clock& clock = system_clock(),
                         RandomSource& random = system_random());
    ~SyncService();
    SyncService(const SyncService&) = delete;
    SyncService& operator=(const SyncService&) = delete;

    [[nodiscard]] const std::string& state_folder() const;
    [[nodiscard]] Settings settings() const;
    // The connection given, or the only one in the settings; throws usage if there are several.
    [[nodiscard]] std::string resolve_connection(const std::optional<std::string>& given) const;

    // From now on, in memory only. Without one `find` is asked for a server's, on any thread; where
    // that gives none the server's own means count.
    void use_password(const std::string& connection, const std::string& password);
    using PasswordFinder = std::function<std::optional<std::string>(const std::string& connection)>;
    void find_passwords_by(PasswordFinder find);

    // What somebody who is about to enable a database is told of it, a mapping and a folder;
    // nothing is changed. Throws what connecting or reading throws, folder_contains_database where
    // the database lies in the folder, and mapping_family where `mapping` is of another family than
    // the folder's records.
    [[nodiscard]] DatabaseLook look_at_database(const std::string& connection);
    [[nodiscard]] MappingMatch match_mapping(const std::string& connection,
                                             const std::string& mapping);
    [[nodiscard]] FolderLook look_at_folder(const std::string& folder,
                                            const std::string& connection,
                                            const std::string& mapping);

    // Starts a new sync folder: `folder` must exist and hold nothing but ignored names.
    void init_folder(const std::string& folder, const std::string& mapping);
    // Makes a folder for it, in one that exists.
    static void make_folder(const std::string& folder);
    // Takes back init_folder() as long as nothing else lies in the folder, and make_folder() if
    // `made`.
    static void take_back_folder(const std::string& folder, bool made);

    // Checks, then enables and joins; adds the database to the settings. Enabling an enabled
    // database changes its site name, folder and options.
    void enable(const EnableRequest& request);
    // Publishes what is left, then removes all that enabling added; also what was left where
    // enabling or disabling was interrupted: then there is no run to report.
    SyncReport disable(const std::string& connection);
    // Takes back enable() before the first sync: unlike disable() it sends and receives nothing.
    // Throws usage once a sync has written something.
    void take_back_enabling(const std::string& connection);
    // What the first sync will bring together.
    [[nodiscard]] PatientOverlap compare_patients(const std::string& connection);

    // Throws folder_missing, folder_unwritable, folder_contains_database, marker_missing ... with
    // the sentence that the preferences dialog shows at the field.
    void check_folder(const std::string& connection, const std::string& folder) const;
    void change_options(const std::string& connection, const SyncOptions& options,
                        const std::optional<std::string>& folder = {});
    // No automatic sync is to begin before `until` (kLastTime: before it is resumed); none:
    // resumed.
    void pause(std::optional<Time> until);

    [[nodiscard]] GeneralSettings general_settings() const;
    void change_general(const GeneralSettings& general);

    [[nodiscard]] SyncReport sync(const std::string& connection, const SyncRequest& request,
                                  SyncObserver& observer, std::stop_token stop = {});
    [[nodiscard]] DatabaseStatus status(const std::string& connection);

    [[nodiscard]] std::vector<SyncReport> runs(int limit, const RunFilter& filter = {}) const;
    [[nodiscard]] std::optional<SyncReport> run(const RunId& run) const;

    [[nodiscard]] std::vector<Conflict> conflicts(const std::string& connection,
                                                  std::optional<PatientId> patient = {});
    // For the screen alone: who these patients are, as in Conflict; empty for one who is not known.
    [[nodiscard]] std::vector<std::string> patient_labels(const std::string& connection,
                                                          const std::vector<PatientId>& patients);
    // Settles in this database; the next sync tells the others. Throws changed_since_shown if the
    // conflict is not what conflicts() last gave.
    void resolve(const std::string& connection, const std::string& conflict, VersionId keep);
    // Several at once; what changed since it was shown is left open.
    Settlement resolve(const std::string& connection, const std::vector<Choice>& choices);
    void resolve_all_as_shown(const std::string& connection);

    // Who shares the sync folder. Reads the folder and writes nothing; throws what check_folder()
    // throws of one that can be read.
    [[nodiscard]] std::vector<KnownSite> sites(const std::string& connection);

    // Puts back what a run overwrote, as new edits; conflicts that it settled are open again. `run`
    // empty means the last that did either.
    [[nodiscard]] SyncReport undo(const std::string& connection, const std::optional<RunId>& run,
                                  std::optional<RowId> row = {}, SyncObserver* observer = nullptr,
                                  std::stop_token stop = {});
    [[nodiscard]] UndoExtent undo_extent(const std::string& connection,
                                         const std::optional<RunId>& run = {});
    [[nodiscard]] VerifyReport verify(const std::string& connection);

    // Neither changes anything, and the database need not be enabled. `mapping` is a shipped one's
    // name or a file; a suggestion is the text of a mapping file.
    [[nodiscard]] MappingTrial try_mapping(const std::string& connection,
                                           const std::string& mapping);
    [[nodiscard]] std::string suggest_mapping(const std::string& connection);
    // A suggestion as a file, for a person to check; replaces what lies at `path`.
    void write_first_mapping(const std::string& connection, const std::string& path);

    // Names of the mappings that are shipped.
    [[nodiscard]] static std::vector<std::string> shipped_mappings();

  private:
    SyncReport publish_the_rest(const std::string& connection);

    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace cfs
