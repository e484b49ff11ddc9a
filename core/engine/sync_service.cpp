#include "core/engine/sync_service.h"

#include <algorithm>
#include <functional>
#include <mutex>

#include "core/database/backend.h"
#include "core/database/mapping_file.h"
#include "core/database/shipped_mappings.h"
#include "core/engine/database_setup.h"
#include "core/engine/installation.h"
#include "core/engine/labels.h"
#include "core/engine/local_files.h"
#include "core/engine/review.h"
#include "core/engine/settings_file.h"
#include "core/engine/state_folder.h"
#include "core/engine/sync_engine.h"
#include "core/engine/verification.h"
#include "core/folder/folder_checks.h"
#include "core/folder/local_sync_folder.h"
#include "core/model/text.h"
#include "core/suggestion/suggest_for_database.h"

namespace cfs {

namespace {

// In seconds: a quarter of it is reckoned with.
constexpr std::chrono::seconds kLease = std::chrono::minutes(2);

RunId new_run(Clock& clock, RandomSource& random) {
    std::string text;
    for (const char c : to_text(clock.now())) {
        if (c != '-' && c != ':') text += c;
    }
    return {text + "-" + random.uuid().text().substr(0, 4)};
}

SyncResult result_of(const Error& error) {
    switch (error.code()) {
        case ErrorCode::busy:
            return SyncResult::busy;
        case ErrorCode::cancelled:
            return SyncResult::cancelled;
        case ErrorCode::usage:
            return SyncResult::refused;
        default:
            return is_refusal(error) ? SyncResult::refused : SyncResult::failed;
    }
}

bool needs_a_person(const SyncReport& report) {
    return report.counts.conflicts_open > 0 || report.counts.pending > 0 || !report.errors.empty();
}

}  // namespace

class SyncService::Impl {
  public:
    Impl(const std::string& state_folder, Clock& clock, RandomSource& random)
        : installation_(prepare_state_folder(state_folder)),
          history_(installation_.folder()),
          settings_(installation_.settings_path()),
          clock_(clock),
          random_(random) {}

    Installation installation_;
    RunHistory history_;
    std::mutex history_mutex_, passwords_mutex_;
    std::map<std::string, std::string> passwords_;  // by connection
    PasswordFinder find_password_;
    SettingsFile settings_;
    Clock& clock_;
    RandomSource& random_;
    DatabaseSetup setup_{installation_, settings_, clock_, random_};

    std::unique_ptr<ClinicDatabase> open(const std::string& connection) {
        return std::make_unique<ClinicDatabase>(backend(connection), random_);
    }

    std::unique_ptr<Backend> backend(const std::string& connection) {
        return make_backend(connection, password_of(connection).value_or(""));
    }

    std::optional<std::string> password_of(const std::string& connection) {
        PasswordFinder find;
        {
            const std::lock_guard guard(passwords_mutex_);
            const auto known = passwords_.find(connection);
            if (known != passwords_.end()) return known->second;
            find = find_password_;
        }
        return find && is_on_server(connection) ? find(connection) : std::nullopt;
    }

    std::unique_ptr<ClinicDatabase> open_enabled(const std::string& connection) {
        auto database = open(connection);
        database->require_enabled();
        return database;
    }

    // Throws where it has joined another folder than that of the marker, which lies at `path`.
    std::unique_ptr<ClinicDatabase> open_joined(const std::string& connection,
                                                const std::string& path, const Marker& marker);

    std::unique_ptr<Installation::Lock> lock(const std::string& connection) {
        auto held = installation_.try_lock(connection);
        if (held) return held;
        throw Error(
            ErrorCode::busy,
            said("Another sync of the database {1} is running. It is tried again at the next turn.",
                 connection));
    }

    static void require_folder(const std::string& connection, const std::string& path) {
        if (!path.empty()) return;
        throw Error(ErrorCode::folder_missing,
                    said("No sync folder is known here for the database {1}. Enable it once more "
                         "with its folder, or choose the folder in Preferences.",
                         connection));
    }

    SiteId site_of(ClinicDatabase& database) {
        return SiteId::parse(database.fact("site").value_or("")).value_or(SiteId{});
    }

    // Opens everything that a run needs and calls `work` with it; `is_idle`, if given, is asked
    // first, with nobody else kept out.
    void with_run(const std::string& connection, const SyncRequest& request, SyncObserver& observer,
                  std::stop_token stop, SyncReport& report,
                  const std::function<void(RunContext&)>& work,
                  const std::function<bool(RunContext&)>& is_idle = {}) {
        const auto settings = settings_.of(connection);
        const auto held = lock(connection);
        const auto database = open_enabled(connection);
        const auto site = site_of(*database);
        const auto path = request.folder.value_or(settings.folder);
        require_folder(connection, path);
        check_separate(path, database->backend().file());
        const auto folder = open_local_folder(path);
        const auto known = installation_.known_writer(site);
        const auto writer = known             ? *known
                            : request.preview ? WriterId{random_.uuid()}
                                              : installation_.renew_writer(site, random_);
        report.site = database->fact("site_name").value_or("");
        const auto context = [&](FolderMemory& memory, SyncObserver& told) {
            return RunContext{*database,
                              *folder,
                              memory,
                              clock_,
                              random_,
                              told,
                              archive(),
                              request.options.value_or(settings.options),
                              writer,
                              [&] { return installation_.renew_writer(site, random_); },
                              report.site,
                              request.full,
                              request.preview,
                              {request.confirmed.begin(), request.confirmed.end()},
                              stop,
                              report};
        };
        if (is_idle) {
            FolderMemory memory(database->session(), writer);
            SyncObserver nobody;
            auto look = context(memory, nobody);
            if (is_idle(look)) {
                report = look.report;
                return;
            }
        }
        FolderMemory memory(database->session(), writer);
        auto run = context(memory, observer);
        const auto holder = run.writer.text();
        if (request.preview) {
            if (database->leased_to_another(holder, database->now(clock_))) busy(*database);
        } else {
            take_lease(*database, holder);
            run.renew_lease = [&, renewed = clock_.now()]() mutable {
                const auto now = clock_.now();
                if (now - renewed < kLease / 4) return;
                take_lease(*database, holder);
                renewed = now;
            };
        }
        try {
            work(run);
            if (!request.preview) database->give_up_lease(holder);
        } catch (...) {
            report = report_of(run);
            try {
                if (!request.preview) database->give_up_lease(holder);
            } catch (const std::exception&) {
                // It ends by itself.
            }
            throw;
        }
        report = report_of(run);
    }

    static SyncReport report_of(RunContext& run) {
        if (const auto left = run.lines_left_out; left > 0) {
            run.line({}, said_of(left, "and {1} more line", "and {1} more lines", left));
        }
        return std::move(run.report);
    }

    void take_lease(ClinicDatabase& database, const std::string& holder) {
        const auto now = database.now(clock_);
        if (!database.take_lease(holder, now, now + kLease)) busy(database);
    }

    [[noreturn]] static void busy(ClinicDatabase& database) {
        throw Error(ErrorCode::busy, said("Another workstation is syncing the database {1}. It is "
                                          "tried again at the next turn.",
                                          database.backend().name()));
    }

    Archive archive() {
        return [this](ArchiveKind kind, const std::string& path, const std::string& content) {
            (void)archive_copy(installation_.folder(), kind, path, content, clock_.now());
        };
    }

    SyncReport run(const std::string& connection, const SyncRequest& request,
                   SyncObserver& observer, std::stop_token stop,
                   const std::function<void(RunContext&)>& work,
                   const std::function<bool(RunContext&)>& is_idle = {}) {
        SyncReport report;
        report.run = new_run(clock_, random_);
        report.database = connection;
        report.site = settings_of_or_empty(connection).site;
        report.trigger = request.trigger;
        report.preview = request.preview;
        report.started = clock_.now();
        try {
            with_run(connection, request, observer, stop, report, work, is_idle);
            report.result = needs_a_person(report) ? SyncResult::attention : SyncResult::ok;
        } catch (const Error& error) {
            report.result = result_of(error);
            report.errors.push_back({error.code(), error.what(), {}, {}});
        } catch (const std::exception& error) {
            report.result = SyncResult::failed;
            const auto sentence = said(
                "The sync of the database {1} failed unexpectedly ({2}). Nothing is lost; the next "
                "sync continues.",
                connection, error.what());
            report.errors.push_back({ErrorCode::internal, sentence, {}, {}});
        }
        report.ended = clock_.now();
        log(report);
        return report;
    }

    RunId settle(const std::string& connection, const std::function<void(RunContext&)>& work) {
        SyncReport report;
        report.run = new_run(clock_, random_);
        SyncObserver silent;
        with_run(connection, {}, silent, {}, report, work);
        return report.run;
    }

    DatabaseSettings settings_of_or_empty(const std::string& connection) {
        try {
            return settings_.of(connection);
        } catch (const Error&) {
            return {};
        }
    }

    void log(SyncReport& report) {
        try {
            const std::lock_guard guard(history_mutex_);
            history_.add(report);
            tidy();
        } catch (const Error& error) {
            // The run itself is done; that its log could not be kept is told with it.
            report.errors.push_back({error.code(), error.what(), {}, {}});
        }
    }

    void tidy() {
        const auto now = clock_.now();
        (void)prune_archive(installation_.folder(), now);
        const auto folder = to_path(installation_.folder());
        for (const char* part : {"", "writers", kArchiveFolder, kDamagedFolder, kMapsFolder}) {
            remove_abandoned_files(*part == 0 ? folder : folder / part, now);
        }
    }
};

SyncService::SyncService(const std::string& state_folder, Clock& clock, RandomSource& random)
    : impl_(std::make_unique<Impl>(state_folder, clock, random)) {}
SyncService::~SyncService() = default;

const std::string& SyncService::state_folder() const { return impl_->installation_.folder(); }
Settings SyncService::settings() const { return impl_->settings_.load(); }

std::string SyncService::resolve_connection(const std::optional<std::string>& given) const {
    if (given && !given->empty()) return absolute_connection(*given);
    const auto settings = impl_->settings_.load();
    if (settings.databases.size() == 1) return settings.databases.front().connection;
    throw Error(ErrorCode::usage,
                settings.databases.empty()
                    ? said("No database is enabled yet; name one with --database.")
                    : said("Several databases are enabled; name one with --database."));
}

void SyncService::use_password(const std::string& connection, const std::string& password) {
    const std::lock_guard guard(impl_->passwords_mutex_);
    impl_->passwords_.insert_or_assign(connection, password);
}

void SyncService::find_passwords_by(PasswordFinder find) {
    const std::lock_guard guard(impl_->passwords_mutex_);
    impl_->find_password_ = std::move(find);
}

MappingTrial SyncService::try_mapping(const std::string& connection, const std::string& mapping) {
    const auto text = mapping_text(mapping);
    const auto read = mapping_from_xml(text, mapping);
    const auto backend = impl_->backend(connection);
    const auto session = backend->connect();
    return cfs::try_mapping(read, *backend, *session, text);
}

std::string SyncService::suggest_mapping(const std::string& connection) {
    const auto backend = impl_->backend(connection);
    const auto session = backend->connect();
    return suggested_mapping_text(*backend, *session);
}

void SyncService::write_first_mapping(const std::string& connection, const std::string& path) {
    write_whole_file(to_path(absolute_path(path)), suggest_mapping(connection));
}

std::vector<std::string> SyncService::shipped_mappings() {
    std::vector<std::string> names;
    for (const auto& [name, text] : shipped_mapping_texts()) names.push_back(name);
    return names;
}

DatabaseLook SyncService::look_at_database(const std::string& connection) {
    const auto backend = impl_->backend(connection);
    const auto session = backend->connect();
    return cfs::look_at_database(*backend, *session, shipped_mapping_texts());
}

MappingMatch SyncService::match_mapping(const std::string& connection, const std::string& mapping) {
    const auto read = mapping_from_xml(mapping_text(mapping), mapping);
    const auto backend = impl_->backend(connection);
    const auto session = backend->connect();
    return cfs::match_mapping(read, *backend, *session);
}

FolderLook SyncService::look_at_folder(const std::string& folder, const std::string& connection,
                                       const std::string& mapping) {
    const auto path = absolute_path(folder);
    check_separate(path, impl_->backend(connection)->file());
    auto look = cfs::look_at_folder(*open_local_folder(path));
    if (look.marker) {
        DatabaseSetup::check_family(mapping_from_xml(mapping_text(mapping), mapping), *look.marker,
                                    path);
    }
    return look;
}

void SyncService::init_folder(const std::string& folder, const std::string& mapping) {
    const auto used = mapping_from_xml(mapping_text(mapping), mapping);
    const auto target = open_local_folder(absolute_path(folder));
    start_folder(*target, Marker{FolderId{impl_->random_.uuid()}, impl_->clock_.now(), used.family,
                                 used.version});
}

void SyncService::make_folder(const std::string& folder) {
    cfs::make_folder(absolute_path(folder));
}

void SyncService::take_back_folder(const std::string& folder, bool made) {
    const auto path = absolute_path(folder);
    cfs::take_back_folder(*open_local_folder(path));
    if (made) remove_if_empty(path);
}

void SyncService::enable(const EnableRequest& request) {
    const auto held = impl_->lock(request.connection);
    impl_->setup_.enable(*impl_->open(request.connection), request);
}

SyncReport SyncService::disable(const std::string& connection) {
    auto& impl = *impl_;
    SyncReport report;
    const bool published = impl.open(connection)->enabled();
    if (published) report = publish_the_rest(connection);
    const auto held = impl.lock(connection);
    const auto database = impl.open(connection);
    if (database->enabled() && !published) Impl::busy(*database);  // enabled just now
    impl.setup_.disable(*database, connection);
    return report;
}

void SyncService::take_back_enabling(const std::string& connection) {
    const auto held = impl_->lock(connection);
    const auto database = impl_->open(connection);
    if (database->enabled() && database->documents().count() > 0) {
        throw Error(ErrorCode::usage,
                    said("The database {1} has been synced already. Disable it in Preferences.",
                         database->backend().name()));
    }
    impl_->setup_.disable(*database, connection);
}

PatientOverlap SyncService::compare_patients(const std::string& connection) {
    const auto database = impl_->open_enabled(connection);
    const auto folder = open_local_folder(impl_->settings_.of(connection).folder);
    return cfs::compare_patients(*database, *folder);
}

SyncReport SyncService::publish_the_rest(const std::string& connection) {
    SyncObserver silent;
    auto report = sync(connection, {}, silent);
    const bool done = report.result == SyncResult::ok || report.result == SyncResult::attention;
    const auto database = done ? impl_->open_enabled(connection) : nullptr;
    if (database && database->publications().is_outbox_empty()) {
        leave_sites(*database, *open_local_folder(impl_->settings_.of(connection).folder));
        return report;
    }
    const ReportError none{
        ErrorCode::folder_unwritable, said("Not everything could be published."), {}, {}};
    const auto& error = report.errors.empty() ? none : report.errors.back();
    const auto sentence = said(
        "{1} The database was not disabled: what it still has to publish would be lost to the "
        "others.",
        error.sentence);
    if (report.result == SyncResult::refused) throw Doubt(error.code, sentence);
    throw Error(error.code, sentence);
}

std::unique_ptr<ClinicDatabase> SyncService::Impl::open_joined(const std::string& connection,
                                                               const std::string& path,
                                                               const Marker& marker) {
    auto database = open_enabled(connection);
    DatabaseSetup::check_family(database->mapping(), marker, path);
    if (database->fact("folder") != marker.folder.text()) {
        throw Error(
            ErrorCode::marker_other,
            said("The folder {1} is another sync folder than the one that the database has joined. "
                 "To change over, disable the database and enable it again with that folder.",
                 path));
    }
    return database;
}

void SyncService::check_folder(const std::string& connection, const std::string& folder) const {
    const auto path = absolute_path(folder);
    check_separate(path, impl_->backend(connection)->file());
    const auto marker = check_joinable(*open_local_folder(path));
    (void)impl_->open_joined(connection, path, marker);
}

void SyncService::change_options(const std::string& connection, const SyncOptions& options,
                                 const std::optional<std::string>& folder) {
    if (folder) check_folder(connection, *folder);
    impl_->settings_.change([&](Settings& settings) {
        auto* entry = settings.find(connection);
        if (entry == nullptr) {
            throw Error(ErrorCode::not_enabled,
                        said("The database {1} is not enabled here. Enable it first.", connection));
        }
        entry->options = options;
        if (folder) entry->folder = absolute_path(*folder);
    });
}

GeneralSettings SyncService::general_settings() const { return impl_->settings_.load().general; }

void SyncService::change_general(const GeneralSettings& general) {
    impl_->settings_.change([&](Settings& settings) { settings.general = general; });
}

void SyncService::pause(std::optional<Time> until) {
    impl_->settings_.change([&](Settings& settings) { settings.paused_until = until; });
}

SyncReport SyncService::sync(const std::string& connection, const SyncRequest& request,
                             SyncObserver& observer, std::stop_token stop) {
    return impl_->run(
        connection, request, observer, stop, [](RunContext& run) { SyncEngine(run).run(); },
        [](RunContext& run) { return !run.preview && SyncEngine(run).finds_nothing(); });
}

DatabaseStatus SyncService::status(const std::string& connection) {
    auto& impl = *impl_;
    DatabaseStatus status;
    const auto settings = impl.settings_.of(connection);
    status.site = settings.site;
    status.folder = settings.folder;
    status.mapping = settings.mapping;
    status.options = settings.options;
    {
        const std::lock_guard guard(impl.history_mutex_);
        const auto last = impl.history_.last_runs(connection);
        status.last_run = last.run;
        status.last_success = last.last_success;
    }
    const auto database = impl.open(connection);
    status.enabled = database->enabled();
    if (!status.enabled) return status;
    status.site = database->fact("site_name").value_or(status.site);
    status.writer = impl.installation_.known_writer(impl.site_of(*database));
    status.conflicts = database->review().conflict_count();
    status.pending = database->review().pending_count();
    status.unpublished =
        database->publications().outbox_size() + database->documents().touched_count();
    status.safety = database->review().safety();
    return status;
}

std::vector<SyncReport> SyncService::runs(int limit, const RunFilter& filter) const {
    const std::lock_guard guard(impl_->history_mutex_);
    return impl_->history_.newest(limit, filter);
}

std::optional<SyncReport> SyncService::run(const RunId& run) const {
    const std::lock_guard guard(impl_->history_mutex_);
    return impl_->history_.find(run);
}

std::vector<Conflict> SyncService::conflicts(const std::string& connection,
                                             std::optional<PatientId> patient) {
    const auto database = impl_->open_enabled(connection);
    return list_conflicts(*database, patient);
}

std::vector<std::string> SyncService::patient_labels(const std::string& connection,
                                                     const std::vector<PatientId>& patients) {
    const auto database = impl_->open_enabled(connection);
    std::vector<std::string> labels;
    for (const auto& patient : patients) {
        const auto stored = database->documents().load(patient);
        labels.push_back(stored ? patient_label(stored->document, database->whole_mapping())
                                : std::string());
    }
    return labels;
}

void SyncService::resolve(const std::string& connection, const std::string& conflict,
                          VersionId keep) {
    impl_->settle(connection, [&](RunContext& run) { settle_conflict(run, conflict, keep); });
}

Settlement SyncService::resolve(const std::string& connection, const std::vector<Choice>& choices) {
    Settlement settlement;
    settlement.run = impl_->settle(
        connection, [&](RunContext& run) { settlement.changed = settle_conflicts(run, choices); });
    return settlement;
}

void SyncService::resolve_all_as_shown(const std::string& connection) {
    impl_->settle(connection, settle_all_as_shown);
}

std::vector<KnownSite> SyncService::sites(const std::string& connection) {
    const auto path = impl_->settings_.of(connection).folder;
    Impl::require_folder(connection, path);
    const auto folder = open_local_folder(path);
    const auto database = impl_->open_joined(connection, path, marker_of(*folder));
    check_separate(path, database->backend().file());
    return known_sites(*database, *folder, impl_->clock_.now());
}

SyncReport SyncService::undo(const std::string& connection, const std::optional<RunId>& run,
                             std::optional<RowId> row, SyncObserver* observer,
                             std::stop_token stop) {
    SyncObserver silent;
    return impl_->run(connection, {}, observer ? *observer : silent, std::move(stop),
                      [&](RunContext& context) { undo_run(context, run, row); });
}

UndoExtent SyncService::undo_extent(const std::string& connection,
                                    const std::optional<RunId>& run) {
    return cfs::undo_extent(*impl_->open_enabled(connection), run);
}

VerifyReport SyncService::verify(const std::string& connection) {
    VerifyReport result;
    SyncReport report;
    SyncObserver silent;
    SyncRequest request;
    request.preview = true;
    impl_->with_run(connection, request, silent, {}, report,
                    [&](RunContext& run) { result = verify_all(run); });
    return result;
}

}  // namespace cfs
