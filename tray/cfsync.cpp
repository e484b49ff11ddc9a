// cfsync: the sync core at a command line. Reads arguments, calls the service, prints.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <iostream>

#include "core/database/backend.h"
#include "tray/cfsync_json.h"
#include "tray/cfsync_mapping.h"
#include "tray/secret_store.h"

namespace {

using namespace cfs;

// Exit statuses; of several that apply the highest is given.
constexpr int kFine = 0, kNeedsPerson = 1, kUsage = 2, kRefused = 3, kFailed = 4, kBusy = 5,
              kCancelled = 6;

std::stop_source interrupted;

void on_interrupt(int) { interrupted.request_stop(); }

int exit_of(const Error& error) {
    switch (error.code()) {
        case ErrorCode::usage:
            return kUsage;
        case ErrorCode::busy:
            return kBusy;
        case ErrorCode::cancelled:
            return kCancelled;
        default:
            return is_refusal(error) ? kRefused : kFailed;
    }
}

int exit_of(SyncResult result) {
    switch (result) {
        case SyncResult::ok:
            return kFine;
        case SyncResult::attention:
            return kNeedsPerson;
        case SyncResult::refused:
            return kRefused;
        case SyncResult::failed:
            return kFailed;
        case SyncResult::busy:
            return kBusy;
        case SyncResult::cancelled:
            return kCancelled;
    }
    return kFailed;
}

int exit_of(const SyncReport& report) {
    const bool usage = report.result == SyncResult::refused && !report.errors.empty() &&
                       report.errors.back().code == ErrorCode::usage;
    return usage ? kUsage : exit_of(report.result);
}

std::string shown(const Value& value) {
    if (value.is_null()) return "(none)";
    if (value.attached) return "(large value)";
    if (value.kind == ValueKind::binary)
        return "(" + std::to_string(value.bytes.size()) + " bytes)";
    return value.bytes;
}

class CommandLine {
  public:
    int run(int argc, char** argv);

  private:
    void add_common(CLI::App& app);
    void add_commands(CLI::App& app);
    static void refuse_empty_values(CLI::App& app);
    void add_lasting_options(CLI::App* command);
    CLI::App* add(CLI::App& app, const char* name, const char* help, std::function<int()> action);

    int init();
    int enable();
    int disable();
    int sync();
    int options();
    int status();
    int log();
    int conflicts();
    int sites();
    int resolve();
    int undo();
    int verify();
    int check_mapping();
    int suggest_mapping();
    int password();

    [[nodiscard]] std::string connection() const {
        return service_->resolve_connection(database_.empty() ? std::nullopt
                                                              : std::optional(database_));
    }
    [[nodiscard]] static std::string password_line() {
        std::string line;
        std::getline(std::cin, line);
        return line;
    }
    [[nodiscard]] SyncOptions changed(SyncOptions options) const;
    [[nodiscard]] bool options_given() const {
        return logs_ || no_logs_ || delete_conflicts_ || keep_conflicts_ || auto_ > 0 || no_auto_;
    }
    void print(const Json& json) const {
        std::cout << json.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
    }
    void print_report(const SyncReport& report, bool lines) const;
    [[nodiscard]] SyncReport known_run() const;
    [[nodiscard]] RunFilter run_filter() const;
    int done(const std::string& sentence) const;
    void print_error(ErrorCode code, const std::string& sentence) const {
        print({{"format", 1},
               {"errors", {{{"code", std::string(name_of(code))}, {"sentence", sentence}}}}});
    }

    std::unique_ptr<SyncService> service_;
    std::function<int()> action_;
    std::string state_, database_, folder_, mapping_, site_, run_id_, patient_, row_, conflict_,
        keep_;
    std::vector<std::string> confirmed_;
    bool json_ = false, password_stdin_ = false, logs_ = false, no_logs_ = false,
         delete_conflicts_ = false, keep_conflicts_ = false, no_auto_ = false, full_ = false,
         preview_ = false, all_shown_ = false, forget_ = false, with_errors_ = false,
         with_conflicts_ = false, names_ = false;
    int auto_ = 0, limit_ = 20;
};

CLI::App* CommandLine::add(CLI::App& app, const char* name, const char* help,
                           std::function<int()> action) {
    auto* command = app.add_subcommand(name, help);
    command->fallthrough();
    command->callback([this, action] { action_ = action; });
    return command;
}

void CommandLine::add_common(CLI::App& app) {
    app.set_version_flag("--version", std::string("cfsync ") + CFS_VERSION);
    app.add_option("--state", state_, "Folder of settings, history and archive");
    app.add_option("--database", database_, "The database, such as sqlite3:///path/clinic.db");
    app.add_flag("--password-stdin", password_stdin_, "Read the database's password from stdin");
    app.add_flag("--json", json_, "Print JSON");
    app.require_subcommand(1);
}

void CommandLine::add_lasting_options(CLI::App* command) {
    auto* logs = command->add_flag("--logs", logs_, "Use logs for faster sync");
    command->add_flag("--no-logs", no_logs_, "Look at every file")->excludes(logs);
    auto* deletes = command->add_flag("--delete-conflicts", delete_conflicts_,
                                      "Delete conflict copies once that is safe");
    command->add_flag("--keep-conflicts", keep_conflicts_, "Keep conflict copies")
        ->excludes(deletes);
    auto* every = command->add_option("--auto", auto_, "Sync every so many minutes")
                      ->check(CLI::Range(1, 1440));
    command->add_flag("--no-auto", no_auto_, "Sync only on demand")->excludes(every);
}

void CommandLine::add_commands(CLI::App& app) {
    auto* init = add(app, "init", "Start a new sync folder", [this] { return this->init(); });
    init->add_option("--folder", folder_, "An empty folder")->required();
    init->add_option("--mapping", mapping_, "A shipped mapping's name or a file")->required();
    auto* enable = add(app, "enable", "Enable a database and join a sync folder",
                       [this] { return this->enable(); });
    enable->add_option("--site", site_, "The name of this site");
    enable->add_option("--folder", folder_, "The sync folder");
    enable->add_option("--mapping", mapping_, "A shipped mapping's name or a file");
    add_lasting_options(enable);
    add(app, "disable", "Publish what is left and remove all that enable added",
        [this] { return disable(); });
    auto* sync = add(app, "sync", "One sync", [this] { return this->sync(); });
    add_lasting_options(sync);
    sync->add_option("--folder", folder_, "Another folder for this run");
    sync->add_flag("--full", full_, "Read every file, whatever the logs say");
    sync->add_flag("--preview", preview_, "Say what would be done, change nothing");
    sync->add_option("--confirm", confirmed_,
                     "The answer to a doubt: files-gone, patients-gone, "
                     "triggers-missing, identity-changed")
        ->check(
            CLI::IsMember({"files-gone", "patients-gone", "triggers-missing", "identity-changed"}))
        ->take_all();
    auto* options = add(app, "options", "Show or change the lasting options",
                        [this] { return this->options(); });
    add_lasting_options(options);
    options->add_option("--folder", folder_, "The sync folder");
    add(app, "status", "How things stand", [this] { return status(); });
    auto* log = add(app, "log", "The log of each synchronization", [this] { return this->log(); });
    log->add_option("run", run_id_, "One run, with its lines");
    log->add_option("--limit", limit_, "How many runs")->check(CLI::Range(1, 100000));
    log->add_option("--patient", patient_, "Of one patient, by UUID or how it begins");
    auto* errors = log->add_flag("--errors", with_errors_, "Those with errors");
    log->add_flag("--conflicts", with_conflicts_, "Those that found conflicts")->excludes(errors);
    auto* conflicts = add(app, "conflicts", "Open conflicts", [this] { return this->conflicts(); });
    conflicts->add_option("--patient", patient_, "Of one patient");
    conflicts->add_flag("--names", names_, "Say who the patients are");
    add(app, "sites", "Who shares the sync folder, and when each was last seen",
        [this] { return sites(); });
    auto* resolve = add(app, "resolve", "Settle a conflict", [this] { return this->resolve(); });
    resolve->add_option("id", conflict_, "The conflict");
    resolve->add_option("--keep", keep_, "The version to keep");
    resolve->add_flag("--all-shown", all_shown_, "Keep everything as it is shown");
    auto* undo = add(app, "undo", "Put back what a run overwrote", [this] { return this->undo(); });
    undo->add_option("run", run_id_, "The run, or last")->required();
    undo->add_option("--row", row_, "One row alone");
    add(app, "verify", "Compare database, documents and files", [this] { return verify(); });
    auto* password = add(app, "password", "Keep a server's password in the system's secret store",
                         [this] { return this->password(); });
    password->add_flag("--forget", forget_, "Remove it from there");
    auto* mapping = app.add_subcommand("mapping", "Try or suggest a mapping; changes nothing");
    mapping->fallthrough()->require_subcommand(1);
    auto* check = add(*mapping, "check", "What a mapping covers, and which rows it can't place",
                      [this] { return check_mapping(); });
    check->add_option("--mapping", mapping_, "A shipped mapping's name or a file")->required();
    add(*mapping, "suggest", "Write a first mapping for a database to standard output",
        [this] { return suggest_mapping(); });
}

// A script's variable that is not set must not mean the present folder.
void CommandLine::refuse_empty_values(CLI::App& app) {
    for (auto* option :
         app.get_options([](const CLI::Option* each) { return each->get_expected_max() > 0; })) {
        option->check([](const std::string& text) {
            return text.empty() ? std::string("the value is empty") : std::string();
        });
    }
    for (auto* command : app.get_subcommands([](CLI::App*) { return true; })) {
        refuse_empty_values(*command);
    }
}

int CommandLine::run(int argc, char** argv) {
    CLI::App app("Keeps clinics' databases the same through a folder", "cfsync");
    add_common(app);
    add_commands(app);
    refuse_empty_values(app);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (app.exit(error) == 0) return kFine;
        // The parser may have stopped before it came to this flag.
        if (std::find(argv, argv + argc, std::string_view("--json")) != argv + argc) {
            print_error(ErrorCode::usage, error.what());
        }
        return kUsage;
    }
    try {
        service_ = std::make_unique<SyncService>(state_);
        service_->find_passwords_by(find_password);
        if (password_stdin_) service_->use_password(connection(), password_line());
        return action_();
    } catch (const Error& error) {
        if (json_) print_error(error.code(), error.what());
        std::cerr << "cfsync: " << error.what() << '\n';
        return exit_of(error);
    }
}

int CommandLine::done(const std::string& sentence) const {
    if (json_) {
        print({{"format", 1}, {"done", sentence}});
    } else {
        std::cout << sentence << '\n';
    }
    return kFine;
}

int CommandLine::init() {
    service_->init_folder(folder_, mapping_);
    return done("The sync folder " + folder_ + " was started. Enable databases to join it.");
}

SyncOptions CommandLine::changed(SyncOptions options) const {
    if (logs_) options.use_logs = true;
    if (no_logs_) options.use_logs = false;
    if (delete_conflicts_) options.delete_conflicts = true;
    if (keep_conflicts_) options.delete_conflicts = false;
    if (auto_ > 0) {
        options.auto_sync = true;
        options.interval = std::chrono::minutes(auto_);
    }
    if (no_auto_) options.auto_sync = false;
    return options;
}

int CommandLine::enable() {
    EnableRequest request{connection(), site_, folder_, mapping_, {}};
    if (options_given()) {
        auto settings = service_->settings();
        const auto* known = settings.find(request.connection);
        request.options = changed(known == nullptr ? SyncOptions{} : known->options);
    }
    service_->enable(request);
    return done("The database " + request.connection +
                " is enabled. Its first sync brings it together with the others.");
}

int CommandLine::disable() {
    const auto name = connection();
    const bool published = !service_->disable(name).database.empty();
    return done("The database " + name + " is disabled; " +
                (published ? "what it held is in the folder, and " : "") +
                "all that was added is removed.");
}

void CommandLine::print_report(const SyncReport& report, bool lines) const {
    if (json_) {
        print(json_of(report));
        return;
    }
    const auto& c = report.counts;
    std::cout << report.run.text << "  " << name_of(report.result)
              << (report.preview ? " (preview)" : "") << ": " << c.patients_exported
              << " patients published, " << c.patients_imported << " taken over; rows "
              << c.rows_inserted << " added, " << c.rows_updated << " updated, " << c.rows_restored
              << " restored; conflicts " << c.conflicts_new << " new, " << c.conflicts_open
              << " open; " << c.pending << " pending\n";
    if (lines) {
        for (const auto& line : report.lines) {
            std::cout << "  " << to_text(line.time) << "  "
                      << (line.patient ? line.patient->text() + "  " : "") << line.text << '\n';
        }
    }
    for (const auto& error : report.errors) std::cerr << "cfsync: " << error.sentence << '\n';
}

int CommandLine::sync() {
    SyncRequest request;
    request.trigger = SyncTrigger::command_line;
    const auto name = connection();
    if (options_given()) {
        auto settings = service_->settings();
        const auto* known = settings.find(name);
        request.options = changed(known == nullptr ? SyncOptions{} : known->options);
    }
    if (!folder_.empty()) request.folder = folder_;
    request.full = full_;
    request.preview = preview_;
    request.confirmed = confirmed_;
    std::signal(SIGINT, on_interrupt);
    std::signal(SIGTERM, on_interrupt);
    SyncObserver silent;
    const auto report = service_->sync(name, request, silent, interrupted.get_token());
    print_report(report, preview_);
    return exit_of(report);
}

int CommandLine::options() {
    const auto name = connection();
    auto settings = service_->settings();
    const auto* known = settings.find(name);
    const auto before = known == nullptr ? SyncOptions{} : known->options;
    if (options_given() || !folder_.empty()) {
        service_->change_options(name, changed(before),
                                 folder_.empty() ? std::nullopt : std::optional(folder_));
    }
    settings = service_->settings();
    known = settings.find(name);
    const auto now = known == nullptr ? SyncOptions{} : known->options;
    auto json = json_of(now);
    json["format"] = 1;
    json["folder"] = known == nullptr ? "" : known->folder;
    if (json_) {
        print(json);
    } else {
        std::cout << "Sync Folder: " << (known == nullptr ? "" : known->folder)
                  << "\nUse logs for faster sync: " << (now.use_logs ? "yes" : "no")
                  << "\nAutomatically delete conflicts: " << (now.delete_conflicts ? "yes" : "no")
                  << "\nAutomatically sync: "
                  << (now.auto_sync ? "every " + std::to_string(now.interval.count()) + " minutes"
                                    : std::string("no"))
                  << '\n';
    }
    return kFine;
}

int CommandLine::status() {
    const auto name = connection();
    const auto status = service_->status(name);
    if (json_) {
        print(json_of(status));
    } else if (!status.enabled) {
        std::cout << "The database " << name << " is not enabled for multiple databases.\n";
    } else {
        std::cout << status.site << ": " << status.conflicts << " conflicts, " << status.pending
                  << " pending, " << status.unpublished << " to publish; last run "
                  << (status.last_run ? status.last_run->text : "never") << "; folder "
                  << status.folder << '\n';
    }
    return status.conflicts + status.pending > 0 ? kNeedsPerson : kFine;
}

SyncReport CommandLine::known_run() const {
    auto run = service_->run(RunId{run_id_});
    if (!run) throw Error(ErrorCode::usage, "There is no run " + run_id_ + ".");
    return *run;
}

RunFilter CommandLine::run_filter() const {
    RunFilter filter;
    if (!database_.empty()) filter.database = connection();
    if (with_errors_) filter.kind = RunKind::with_errors;
    if (with_conflicts_) filter.kind = RunKind::with_new_conflicts;
    filter.patient = patient_;
    return filter;
}

int CommandLine::log() {
    if (run_id_.empty()) {
        const auto runs = service_->runs(limit_, run_filter());
        if (json_) {
            print(json_of(runs));
        } else {
            for (const auto& run : runs) print_report(run, false);
        }
        return kFine;
    }
    print_report(known_run(), true);
    return kFine;
}

int CommandLine::conflicts() {
    std::optional<PatientId> patient;
    if (!patient_.empty()) {
        patient = PatientId::parse(patient_);
        if (!patient) throw Error(ErrorCode::usage, patient_ + " is not a patient's UUID.");
    }
    const auto conflicts = service_->conflicts(connection(), patient);
    if (json_) {
        print(json_of(conflicts, names_));
    } else {
        for (const auto& conflict : conflicts) {
            std::cout << conflict.id << "  " << conflict.table
                      << (conflict.safety ? "  SAFETY" : "") << '\n';
            if (names_) {
                std::cout << "    " << conflict.patient_label
                          << (conflict.record_label.empty() ? "" : ": " + conflict.record_label)
                          << '\n';
            }
            for (const auto& value : conflict.values) {
                std::cout << (value.shown ? "  * " : "    ") << value.version.text() << "  "
                          << value.site << "  " << to_text(value.time);
                for (const auto& column : conflict.columns) {
                    const auto field = value.fields.find(column);
                    if (field == value.fields.end()) continue;
                    std::cout << "  " << column << "=" << shown(field->second);
                }
                std::cout << '\n';
            }
        }
    }
    return conflicts.empty() ? kFine : kNeedsPerson;
}

int CommandLine::sites() {
    const auto sites = service_->sites(connection());
    if (json_) {
        print(json_of(sites));
        return kFine;
    }
    for (const auto& site : sites) {
        std::cout << site.name << (site.here ? " (this site)" : "") << ": version "
                  << (site.program.empty() ? "unknown" : site.program) << "; last seen "
                  << (site.last_seen ? to_text(*site.last_seen) : "unknown") << "; " << site.awaited
                  << " patients awaited\n";
    }
    return kFine;
}

int CommandLine::resolve() {
    const auto name = connection();
    if (all_shown_) {
        service_->resolve_all_as_shown(name);
        return done("All conflicts are settled as shown.");
    }
    const auto keep = VersionId::parse(keep_);
    if (conflict_.empty() || !keep) {
        throw Error(ErrorCode::usage,
                    "Name the conflict and the version to keep, as cfsync "
                    "conflicts shows them, or use --all-shown.");
    }
    service_->resolve(name, conflict_, *keep);
    return done("The conflict is settled; the next sync tells the other sites.");
}

int CommandLine::undo() {
    std::optional<RowId> row;
    if (!row_.empty()) {
        row = RowId::parse(row_);
        if (!row) throw Error(ErrorCode::usage, row_ + " is not a row's UUID.");
    }
    const auto run = run_id_ == "last" ? std::nullopt : std::optional<RunId>(known_run().run);
    const auto report = service_->undo(connection(), run, row);
    print_report(report, true);
    return exit_of(report);
}

int CommandLine::verify() {
    const auto report = service_->verify(connection());
    if (json_) {
        print(json_of(report));
    } else {
        std::cout << report.patients << " patients, " << report.files << " files, "
                  << report.differences.size() << " differences\n";
        for (const auto& difference : report.differences) {
            std::cout << "  " << (difference.patient ? difference.patient->text() : "-") << "  "
                      << (difference.row ? difference.row->text() + "  " : "") << difference.file
                      << (difference.file.empty() ? "" : "  ") << difference.what << '\n';
        }
    }
    return report.differences.empty() ? kFine : kNeedsPerson;
}

int CommandLine::check_mapping() {
    const auto trial = service_->try_mapping(connection(), mapping_);
    if (json_) {
        print(json_of(trial));
    } else {
        print_trial(std::cout, trial);
    }
    return trial.has_trouble() ? kNeedsPerson : kFine;
}

int CommandLine::suggest_mapping() {
    const auto text = service_->suggest_mapping(connection());
    if (json_) {
        print({{"format", 1}, {"mapping", text}});
    } else {
        std::cout << text;
    }
    return kFine;
}

int CommandLine::password() {
    const auto database = connection();
    if (!is_on_server(database)) {
        throw Error(ErrorCode::usage, "The database " + database +
                                          " is a file, which has no password. Name a server's "
                                          "database with --database.");
    }
    if (forget_) {
        const bool kept = forget_password(database);
        return done(kept ? "The password of the database " + database + " is no longer kept."
                         : "No password was kept of the database " + database + ".");
    }
    const auto line = password_line();
    if (line.empty()) {
        throw Error(ErrorCode::usage, "No password came for the database " + database +
                                          ". Give it as the first line of the standard input.");
    }
    keep_password(database, line);
    return done("The password of the database " + database + " is kept in the secret store.");
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return CommandLine().run(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << "cfsync: " << error.what() << '\n';
        return kFailed;
    }
}
