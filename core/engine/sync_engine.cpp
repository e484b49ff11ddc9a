#include "core/engine/sync_engine.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/database/shadow_tables.h"
#include "core/engine/joined_folder.h"
#include "core/engine/schema_check.h"
#include "core/engine/site_names.h"
#include "core/engine/unit_doubts.h"
#include "core/folder/folder_layout.h"
#include "core/model/text.h"

namespace cfs {

namespace {

// The fact that another copy of this installation is at work, too; empty where it is not.
constexpr const char* kCloned = "cloned";

// How long a patient's turn is awaited while another program is in the way.
constexpr std::chrono::milliseconds kPatience{2000};
constexpr std::int64_t kJournalBatch = 200;
constexpr std::int64_t kPatientBatch = 1000;  // read at once, a few milliseconds
// Patients that are decided before the lock is taken: they are in memory until they are written.
constexpr std::size_t kMostAhead = 160;
// Rows of our own bookkeeping that one transaction writes: a few milliseconds.
constexpr std::size_t kNotesBatch = 500;
constexpr std::size_t kNotesAtOnce = 100;  // written in a few milliseconds

// More than a fifth, and at least twenty, at once is no ordinary day's work.
constexpr std::int64_t kDoubtAtLeast = 20;
constexpr std::int64_t kDoubtShare = 5;
constexpr auto kFullScanEvery = std::chrono::hours(24);
constexpr auto kHistoryAge = std::chrono::hours(24 * 90);
constexpr auto kLookEvery = std::chrono::hours(1);

// `of` counts all, or as many as it is told to: that takes the longer the more there are.
bool doubtful(std::int64_t count, const std::function<std::int64_t(std::int64_t enough)>& of) {
    const auto enough = count * kDoubtShare;
    return count >= kDoubtAtLeast && enough > of(enough);
}

bool ends_the_run(const Error& error) {
    switch (error.code()) {
        case ErrorCode::row_refused:
        case ErrorCode::file_damaged:
        case ErrorCode::file_version:
        case ErrorCode::file_patient:
        case ErrorCode::file_too_large:
        case ErrorCode::file_link:
        case ErrorCode::attachment_missing:
        case ErrorCode::identity_changed:
            return false;
        default:
            return true;
    }
}

}  // namespace

SyncEngine::SyncEngine(RunContext& run)
    : run_(run),
      files_(run),
      patient_sync_(run, files_),
      decided_(run, files_, patient_sync_),
      scan_(run, files_),
      logs_(run),
      publisher_(run, files_, [this](PatientId patient) { merge_again(patient); }) {
    run_.database.files().begin_run();
}

void SyncEngine::run() {
    began_ = run_.clock.now();
    check_folder();
    check_writer();
    std::optional<ShadowTables> shadows;
    if (run_.preview) {
        shadows.emplace(run_.database.backend(), run_.database.session(), kNotedTables);
    }
    check_schema(run_);
    scan_database();
    check_database();
    if (run_.preview) return preview();
    note_clock_set_back();
    drain_journal();
    touch(find_folder_changes());
    sync_patients();
    sync_waiting();
    publisher_.publish_rest();
    publisher_.announce();
    publisher_.delete_copies();
    publisher_.introduce();
    finish();
}

bool SyncEngine::finds_nothing() {
    const auto report = run_.report;
    try {
        const SqlReading reading(run_.database.session());
        logs_.only_ask();
        scan_.only_ask();
        if (looks_idle()) return true;
    } catch (const WriteInReading&) {
        // There is something to note.
    } catch (const SomethingToDo&) {
        // run() finds it again.
    } catch (const Error&) {
        // It is met again, and told.
    }
    run_.report = report;
    return false;
}

bool SyncEngine::looks_idle() {
    auto& database = run_.database;
    began_ = run_.clock.now();
    if (run_.full || database.scans()) return false;
    // What the database knows by itself, before the folder is asked for what run() asks again.
    auto& publications = database.publications();
    const bool at_rest =
        database.journal().is_empty() && database.documents().touched(1, {}).empty() &&
        publications.is_outbox_empty() && publications.unwritten(run_.writer).empty() &&
        !publisher_.is_introduction_due() && !is_look_due();
    if (!at_rest) return false;
    check_folder();
    check_writer();
    check_schema(run_);
    check_database();
    note_clock_set_back();
    if (!find_folder_changes().empty()) return false;
    if (scanned_all_ && run_.options.use_logs) return false;
    if (!files_.patients_with_copies().empty() || scan_.has_leftovers()) return false;
    logs_.settle();
    scan_.remember();
    part_from_clone();
    forget_renewed(run_);
    report_pending();
    count_open();
    return !run_.memory.unsaved() && run_.report.lines.empty() && run_.report.errors.empty();
}

// The same steps: what the journal says goes into copies, and each transaction is undone.
void SyncEngine::preview() {
    drain_journal();
    touch(find_folder_changes());
    sync_patients();
    count_open();
    run_.report.counts.conflicts_open += run_.report.counts.conflicts_new;
}

void SyncEngine::check_folder() { check_joined_folder(run_); }

void SyncEngine::scan_database() {
    if (!run_.database.scans()) return;
    run_.line(
        std::nullopt,
        said("This database allows no triggers: its records are compared with what they were."));
    run_.database.scan().note_changes(run_.clock);
}

void SyncEngine::check_database() {
    auto& database = run_.database;
    const auto tables =
        database.scans() ? std::set<std::string>() : database.journal().tables_without_triggers();
    if (!tables.empty()) {
        if (!run_.confirmed.contains("triggers-missing")) {
            throw Error(
                ErrorCode::triggers_missing,
                said("The change tracking of table {1} in the database {2} is missing; the clinic "
                     "program may have rebuilt the table. Nothing was changed. To compare all "
                     "records and track them again, choose Answer and Sync in Latest Logs, or sync "
                     "with --confirm triggers-missing.",
                     *tables.begin(), database.backend().name()));
        }
        if (!run_.preview) {
            // Noted first: where the run ends here, the triggers are still missing.
            database.journal().look_at_all(run_.clock);
            database.install_triggers();
        }
    }
    // Before the first sync there are no documents yet.
    const auto known = [&](std::int64_t enough) {
        return database.identities().count(database.mapping().patient_table().table, enough);
    };
    // Compared with what they were, all rows differ where the table has other columns now.
    const bool all_differ = database.scans() && run_.renewed.any;
    const auto noted =
        all_differ ? database.journal().patients_deleted() : database.journal().patients_noted();
    if (doubtful(noted, known) && !run_.confirmed.contains("patients-gone")) {
        throw Error(
            ErrorCode::patients_gone,
            said("More than a fifth of the patients in the database {1} were changed or "
                 "deleted since the last sync. Nothing was synced. If that is right, "
                 "choose Answer and Sync in Latest Logs, or sync with --confirm patients-gone.",
                 database.backend().name()));
    }
}

// A writer that meets its own name beyond its own record was rolled back or cloned: what it wrote
// under that name from now on could be taken for what the other wrote.
void SyncEngine::check_writer() {
    if (run_.preview) return;
    const auto last = run_.database.publications().last_own_number(run_.writer);
    bool beyond = false;
    for (const auto& entry : run_.folder.list(log_directory(run_.writer))) {
        ++run_.report.counts.files_listed;
        const auto number = segment_number(entry.name);
        if (!number) continue;
        beyond = beyond || *number > last;
        if (*number != last) continue;
        const auto path = segment_path(run_.writer, last);
        const auto seen = run_.memory.file(path);
        if (seen && seen->stamp == entry.stamp) continue;
        const auto bytes = run_.folder.read(path, kMaxSegmentFile);
        if (bytes && sha256(*bytes) != run_.database.publications().own_digest(run_.writer, last)) {
            beyond = true;
        } else if (bytes) {
            run_.memory.see(path, {entry.stamp, FileState::read, run_.clock.now()});
        }
    }
    if (!beyond) return;
    run_.database.set_fact(kCloned, "yes");
    const auto former = run_.writer;
    run_.writer = run_.renew_writer();
    run_.memory.set_writer(run_.writer);
    run_.line(std::nullopt, said("Another copy of this installation wrote to the folder under the "
                                 "same name; this one takes a new name."));
    publisher_.announce_again(former);
}

// What was written before both went apart is the same row at both; what is written from now on is
// not.
void SyncEngine::part_from_clone() {
    if (run_.database.fact(kCloned).value_or("").empty()) return;
    auto transaction = run_.database.begin();
    run_.database.set_fact(kRowSalt, run_.random.uuid().text());
    run_.database.set_fact(kCloned, "");
    transaction.commit();
}

// On a server the clinic program's own notes, not committed yet, may be in the way of those that
// are.
void SyncEngine::drain_journal() {
    auto give_up = run_.clock.elapsed() + kLockPatience;
    while (!run_.database.journal().is_empty()) {
        run_.check_cancelled();
        if (run_.renew_lease) run_.renew_lease();
        std::int64_t orphans = 0;
        bool full = false, begun = false;
        try {
            auto transaction = run_.database.begin();
            begun = true;
            const auto since = run_.clock.elapsed();
            do {
                const auto result = drain();
                orphans += result.orphans;
                full = result.entries == kJournalBatch;
            } while (full && run_.clock.elapsed() - since < kHold / 2);
            transaction.commit();
        } catch (const Error& error) {
            const bool in_the_way = begun && error.code() == ErrorCode::database_locked;
            if (!in_the_way || run_.clock.elapsed() >= give_up) throw;
            run_.clock.pause(kGap);
            continue;
        }
        give_up = run_.clock.elapsed() + kLockPatience;
        if (orphans > 0) {
            run_.line(std::nullopt,
                      said_of(orphans, "{1} changed row belongs to no patient and stays here",
                              "{1} changed rows belong to no patient and stay here", orphans));
        }
        if (!full) break;
        run_.clock.pause(kGap);
    }
}

std::set<PatientId> SyncEngine::find_folder_changes() {
    meet_sites(run_);
    logs_.read();
    const auto last_scan = time_from_text(run_.database.fact("scanned").value_or(""));
    const bool due = !last_scan || run_.clock.now() - *last_scan > kFullScanEvery ||
                     run_.clock.now() < *last_scan;
    scanned_all_ = run_.full || due || logs_.needs_full_scan() || !run_.options.use_logs;
    const auto awaited = logs_.awaited();
    auto changes = scan_.find_changes(scanned_all_, run_.full, awaited);
    check_gone(changes);
    auto patients = std::move(changes.patients);
    patients.insert(changes.gone.begin(), changes.gone.end());
    // What a log announced and has not come is looked for again where the file may have changed.
    for (const auto& patient : awaited) {
        const auto path = patient_path(patient);
        const auto entry = run_.folder.stat(path);
        if (!entry) continue;
        const auto seen = run_.memory.file(path);
        if (!seen || seen->stamp != entry->stamp) patients.insert(patient);
    }
    for (const auto& pending : run_.database.review().pending()) patients.insert(pending.patient);
    retry_what_differs(patients);
    return patients;
}

// What a database could not hold as the documents say may be possible by now: a lookup's row may
// have been added. Nothing tells us, so that is tried once a day.
void SyncEngine::retry_what_differs(std::set<PatientId>& patients) {
    if (run_.preview) return;
    const auto last = time_from_text(run_.database.fact("retried").value_or(""));
    const auto now = run_.clock.now();
    if (!run_.full && last && now - *last <= kFullScanEvery && now >= *last) return;
    patients.merge(run_.database.documents().patients_that_differ());
    run_.database.set_fact("retried", to_text(now));
}

void SyncEngine::check_gone(FolderChanges& changes) {
    const auto gone = static_cast<std::int64_t>(changes.gone.size());
    const auto documents = [&](std::int64_t) { return run_.database.documents().count(); };
    if (!doubtful(gone, documents)) return;
    if (run_.confirmed.contains("files-gone")) return;
    throw Error(ErrorCode::files_gone,
                said("{1} patients' files are gone from the sync folder {2}. Nothing was changed. "
                     "If the folder is the right one and they were deleted on purpose, choose "
                     "Answer and Sync in Latest Logs, or sync with --confirm files-gone; records "
                     "that a database still holds come back.",
                     gone, run_.folder.name()));
}

void SyncEngine::touch(const std::set<PatientId>& patients) {
    for (auto next = patients.begin(); next != patients.end();) {
        if (next != patients.begin()) run_.clock.pause(kGap);
        auto transaction = run_.database.begin();
        for (std::size_t i = 0; i < kNotesBatch && next != patients.end(); ++i) {
            run_.database.journal().touch(*next++);
        }
        transaction.commit();
    }
}

void SyncEngine::sync_patients() {
    std::optional<PatientId> after;
    const std::int64_t total = run_.database.documents().touched_count();
    std::int64_t passed = 0;
    while (true) {
        const auto patients = run_.database.documents().touched(kPatientBatch, after);
        if (patients.empty()) break;
        for (std::size_t next = 0; next < patients.size();) {
            run_.check_cancelled();
            sync_batch(patients, next);
            const auto done = passed + static_cast<std::int64_t>(done_.size());
            run_.observer.on_progress({done, std::max(total, done)});
        }
        after = patients.back();
        // They are not met again on this way.
        const auto rest = done_.upper_bound(*after);
        passed += std::distance(done_.begin(), rest);
        done_.erase(done_.begin(), rest);
    }
}

// Rows that waited for what came later in this run, or that were in each other's way. As long as
// they become fewer: a database that undoes what is written gives no end of work.
void SyncEngine::sync_waiting() {
    const auto& counts = run_.report.counts;
    if (counts.rows_inserted + counts.rows_updated + counts.rows_restored == 0) return;
    std::size_t before = 0;
    for (auto waiting = rows_waiting(); !waiting.empty(); waiting = rows_waiting()) {
        if (before > 0 && waiting.size() >= before) return;
        before = waiting.size();
        std::set<PatientId> concerned;
        for (const auto& row : waiting) concerned.insert(row.patient);
        for (const auto& patient : concerned) done_.erase(patient);
        const std::vector<PatientId> patients(concerned.begin(), concerned.end());
        for (std::size_t next = 0; next < patients.size();) {
            run_.check_cancelled();
            sync_batch(patients, next);
        }
    }
}

std::vector<PendingRow> SyncEngine::rows_waiting() {
    auto rows = run_.database.review().pending();
    std::erase_if(rows, [](const auto& row) { return row.code != ErrorCode::row_refused; });
    return rows;
}

// Files are read and what follows from them is decided before the lock is taken; then as many
// patients as fit into its time go together.
void SyncEngine::sync_batch(const std::vector<PatientId>& patients, std::size_t& next) {
    auto end = std::min(patients.size(), next + ahead_);
    end = decided_.decide(patients, next, end, done_);
    std::set<PatientId> synced;
    write_batch(patients, next, end, synced);
    while (next < end) {
        run_.check_cancelled();
        write_batch(patients, next, end, synced);
    }
    decided_.forget_all();
    run_.preview ? files_.release() : publisher_.publish(synced);
    let_go_ = run_.clock.elapsed();  // what is published is marked under the lock, too
}

void SyncEngine::write_batch(const std::vector<PatientId>& patients, std::size_t& next,
                             std::size_t end, std::set<PatientId>& synced) {
    if (run_.renew_lease) run_.renew_lease();
    const auto rest = kGap - (run_.clock.elapsed() - let_go_);
    if (rest.count() > 0) run_.clock.pause(rest);
    const auto from = next;
    bool again = false;
    const bool written = write([&] {
        // Whoever is in the way of all of them need not be in that of the first.
        const bool alone = std::exchange(again, true);
        next = from;
        batch_.clear();
        // What comes behind takes its share of the time, most of it where the disk is slow.
        const auto hold = std::max(kHold - time_behind_, kHold / 6);
        do {
            if (!done_.contains(patients[next])) sync_one(patients[next], {});
            ++next;
        } while (!alone && next < end && run_.clock.elapsed() - locked_ < hold &&
                 !run_.stop.stop_requested());
        // A few less than would fit, so that none is left for a turn of its own.
        const auto took = std::max(run_.clock.elapsed() - locked_, std::chrono::milliseconds(1));
        const auto fitting = static_cast<std::int64_t>(next - from) * hold / took;
        ahead_ = std::clamp<std::size_t>(static_cast<std::size_t>(fitting - fitting / 8), 1,
                                         std::min(2 * ahead_, kMostAhead));
    });
    if (written) {
        run_.database.note_written(next - from);
        synced.merge(batch_);
    } else {
        next = from;
        leave(patients[next++]);
    }
    let_go_ = run_.clock.elapsed();
}

// Does the work in a transaction in which our triggers are silent; all of it is undone, and it is
// done again, while another program's lock or its change of the same row is in the way. False if
// that takes too long. A database that is locked as a whole ends the run.
bool SyncEngine::write(const std::function<void()>& work) {
    const auto give_up = run_.clock.elapsed() + kPatience;
    while (true) {
        const auto turn = take_turn(work);
        carried_out_.clear();
        if (turn == Turn::done) return true;
        if (turn == Turn::notes_first) {
            drain_journal();
            continue;
        }
        if (turn == Turn::files_first) {
            get_files_ready();
            continue;
        }
        if (run_.clock.elapsed() >= give_up) return false;
        run_.check_cancelled();
        run_.clock.pause(kGap);
    }
}

void SyncEngine::get_files_ready() {
    run_.check_cancelled();
    run_.database.get_files_ready([&](const Digest& digest) -> std::optional<std::string> {
        if (run_.renew_lease) run_.renew_lease();
        try {
            return files_.fetch(digest);
        } catch (const Error& error) {
            if (error.code() == ErrorCode::folder_missing) throw;
            return std::nullopt;  // its row waits
        }
    });
}

SyncEngine::Turn SyncEngine::take_turn(const std::function<void()>& work) {
    auto& report = run_.report;
    const auto counts = report.counts;
    const auto lines = report.lines.size(), errors = report.errors.size();
    const auto lines_left_out = run_.lines_left_out;
    done_now_.clear();
    bool begun = false;
    auto undone = Turn::in_the_way;
    try {
        auto transaction = run_.database.begin();
        begun = true;
        locked_ = run_.clock.elapsed();
        ClinicDatabase::OwnWrites silent(run_.database);
        run_.database.files().begin_transaction();
        publisher_.note_published();
        const bool ready = take_latest_notes();
        if (ready) work();
        if (ready && run_.preview) return Turn::done;  // all of it is undone
        const auto worked = run_.clock.elapsed();
        silent.end();
        if (ready) run_.memory.save(kNotesBatch);
        if (ready) run_.database.files().save(kNotesBatch);
        transaction.commit();
        time_behind_ = run_.clock.elapsed() - worked;
        run_.database.files().end_transaction();
        publisher_.forget_noted();
        return ready ? Turn::done : Turn::notes_first;
    } catch (const FilesFirst&) {
        undone = Turn::files_first;
    } catch (const Error& error) {
        if (!begun || error.code() != ErrorCode::database_locked) throw;
    }
    report.counts = counts;
    report.lines.resize(lines);
    run_.lines_left_out = lines_left_out;
    report.errors.erase(report.errors.begin() + static_cast<std::ptrdiff_t>(errors),
                        report.errors.end());
    for (const auto& patient : done_now_) done_.erase(patient);
    return undone;
}

void SyncEngine::leave(PatientId patient) {
    done_.insert(patient);
    run_.error(ErrorCode::database_locked,
               said("A patient's records in the database {1} are in use by another program. They "
                    "are left alone; the next sync tries again.",
                    run_.database.backend().name()),
               patient);
}

void SyncEngine::mark_done(PatientId patient) {
    if (done_.insert(patient).second) done_now_.push_back(patient);
}

void SyncEngine::sync_one(PatientId patient, const Amendment& amendment) {
    try {
        SqlSavepoint savepoint(run_.database.session(), "cfs_patient_sync");
        auto decision = decided_.take(patient, amendment);
        decided_.forget(decision.rows);
        const auto result = patient_sync_.carry_out(decision);
        carried_out_.push_back(std::move(decision));
        mark_done(patient);
        if (!result.undecided) {
            for (const auto& each : result.patients) {
                run_.database.documents().clear_touched(each);
            }
        }
        for (const auto& each : result.patients) mark_done(each);
        batch_.insert(result.patients.begin(), result.patients.end());
        savepoint.release();
    } catch (const Error& error) {
        mark_done(patient);
        if (ends_the_run(error)) throw;
        run_.error(error.code(), error.what(), patient);
    }
}

// Taken inside each transaction that writes rows: a note older than our write would later pass for
// a change of what we wrote. False if there are more than a short transaction can take.
bool SyncEngine::take_latest_notes() { return drain().entries < kJournalBatch; }

// What was decided may not know of it.
DrainResult SyncEngine::drain() {
    const auto result = run_.database.journal().drain(kJournalBatch);
    decided_.forget(result);
    return result;
}

void SyncEngine::merge_again(PatientId patient) {
    if (!write([&] { sync_one(patient, {}); })) leave(patient);
}

void SyncEngine::amend(const std::vector<PatientId>& patients, const Amendment& amendment) {
    check_folder();
    check_schema(run_);
    scan_database();
    check_database();
    drain_journal();
    for (std::size_t next = 0; next < patients.size();) {
        if (next > 0) run_.clock.pause(kGap);
        run_.check_cancelled();
        files_.read_ahead(patients[next]);
        const auto from = next;
        const auto start = run_.clock.elapsed();
        const bool written = write([&] {
            next = from;
            do {
                // First what was edited here since the last sync, which an amendment must not
                // cover.
                sync_one(patients[next], {});
                sync_one(patients[next], amendment);
                ++next;
            } while (next < patients.size() && run_.clock.elapsed() - start < kHold);
        });
        if (written) continue;
        next = from;
        leave(patients[next++]);
    }
    report_pending();
    count_open();
}

void SyncEngine::finish() {
    logs_.settle();
    scan_.remember();
    auto& database = run_.database;
    while (run_.memory.unsaved()) {
        auto transaction = database.begin();
        const auto start = run_.clock.elapsed();
        do {
            run_.memory.save(kNotesAtOnce);
        } while (run_.memory.unsaved() && run_.clock.elapsed() - start < kHold / 2);
        transaction.commit();
        if (run_.memory.unsaved()) run_.clock.pause(kGap);
    }
    if (scanned_all_ && run_.options.use_logs) {
        database.set_fact("scanned", to_text(run_.clock.now()));
    }
    database.files().remove_unused();
    note_look();
    part_from_clone();
    forget_renewed(run_);
    database.review().prune_history(run_.clock.now() - kHistoryAge);
    report_pending();
    count_open();
}

// An older note only makes a form look older than it is: no need to write at every sync.
void SyncEngine::note_look() {
    if (is_look_due()) run_.database.set_fact(kLastLook, to_text(began_));
}

bool SyncEngine::is_look_due() {
    const auto last = time_from_text(run_.database.fact(kLastLook).value_or(""));
    return !last || *last > began_ || began_ - *last >= kLookEvery;
}

// What is overwritten from now on is dated by this clock, and this sync may not come to its end.
void SyncEngine::note_clock_set_back() {
    const auto last = time_from_text(run_.database.fact(kLastLook).value_or(""));
    if (last && began_ < *last) run_.database.set_fact(kLastLook, to_text(began_));
}

void SyncEngine::report_pending() {
    for (const auto& pending : run_.database.review().pending()) {
        run_.error(pending.code, pending.sentence, pending.patient);
    }
}

void SyncEngine::count_open() {
    auto& database = run_.database;
    auto& report = run_.report;
    report.counts.conflicts_open = database.review().conflict_count();
    report.counts.pending = database.review().pending_count();
    report.safety_conflicts = database.review().safety();
}

}  // namespace cfs
