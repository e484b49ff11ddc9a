// What a sync would do, by the same steps.
#include <limits>

#include "core/engine/sync_engine.h"

namespace cfs {

namespace {

constexpr std::int64_t kPreviewBatch = 20;

}  // namespace

// Everything is done in transactions that are undone; what the journal says is taken in anew in
// each.
void SyncEngine::preview(std::set<PatientId> patients) {
    auto noted = patients_touched();
    patients.merge(noted);
    {
        const auto undone = run_.database.begin();
        if (!preview_notes()) {
            run_.line(std::nullopt,
                      "The clinic program changed more than a preview looks at; a sync takes all.");
        }
        noted = patients_touched();
    }
    for (const auto& patient : noted) {
        if (run_.database.identities().place_of(own_row(patient))) patients.insert(patient);
    }
    const std::vector<PatientId> all(patients.begin(), patients.end());
    for (std::size_t next = 0; next < all.size();) {
        run_.check_cancelled();
        sync_batch(all, next);
        files_.release();
        run_.observer.on_progress(
            {static_cast<std::int64_t>(next), static_cast<std::int64_t>(all.size())});
    }
    preview_new(patients);
    count_open();
    run_.report.counts.conflicts_open += run_.report.counts.conflicts_new;
}

// Takes in what fits into half of a transaction's time; false if that is not all.
bool SyncEngine::preview_notes() {
    const auto start = run_.clock.elapsed();
    while (run_.clock.elapsed() - start < kHold / 2) {
        if (run_.database.journal().drain(kPreviewBatch).entries < kPreviewBatch) return true;
    }
    return false;
}

// Patients that nothing but the journal knows get another UUID in each transaction: one takes them
// all, or as many as fit into its time.
void SyncEngine::preview_new(const std::set<PatientId>& known) {
    const auto start = run_.clock.elapsed();
    const auto undone = run_.database.begin();
    const ClinicDatabase::OwnWrites silent(run_.database.session());
    (void)preview_notes();
    std::int64_t more = 0;
    for (const auto& patient : patients_touched()) {
        if (known.contains(patient) || done_.contains(patient)) continue;
        if (run_.clock.elapsed() - start < kHold) {
            sync_one(patient, {});
        } else {
            ++more;
        }
    }
    run_.report.counts.patients_exported += more;
    if (more > 0) {
        run_.line(std::nullopt, std::to_string(more) + " more new patients would be published");
    }
}

std::set<PatientId> SyncEngine::patients_touched() {
    const auto touched =
        run_.database.documents().touched(std::numeric_limits<int>::max(), std::nullopt);
    return {touched.begin(), touched.end()};
}

}  // namespace cfs
