#include "core/engine/log_reader.h"

#include <algorithm>

#include "core/folder/folder_layout.h"
#include "core/folder/patient_file.h"
#include "core/rules/merge.h"

namespace cfs {

namespace {

constexpr auto kLongAwaited = std::chrono::hours(24);

std::string fact_of(WriterId writer) { return "log_oldest_" + writer.text(); }

}  // namespace

void LogReader::read() {
    for (const auto& entry : run_.folder.list(std::string(kLogsDirectory))) {
        ++run_.report.counts.files_listed;
        const auto writer = WriterId::parse(entry.name);
        if (!writer || entry.kind != FileKind::directory || *writer == run_.writer) continue;
        read_log(*writer);
    }
}

void LogReader::read_log(WriterId writer) {
    auto taken = run_.database.publications().taken(writer);
    std::set<std::int64_t> present;
    for (const auto& entry : run_.folder.list(log_directory(writer))) {
        ++run_.report.counts.files_listed;
        const auto number = segment_number(entry.name);
        if (number && entry.kind == FileKind::file) present.insert(*number);
    }
    for (const auto number : present) {
        run_.check_cancelled();
        if (!taken.contains(number)) read_segment(writer, number, taken);
    }
    check_gaps(writer, present, taken);
}

void LogReader::read_segment(WriterId writer, std::int64_t number,
                             std::map<std::int64_t, Digest>& taken) {
    const auto path = segment_path(writer, number);
    Segment segment;
    try {
        const auto bytes = run_.folder.read(path, kMaxSegmentFile);
        if (!bytes) return;
        ++run_.report.counts.segments_read;
        segment = segment_from_xml(*bytes);
        if (segment.writer != writer || segment.number != number) {
            throw Error(ErrorCode::file_damaged, "it is another segment's content");
        }
        if (run_.preview) {
            for (const auto& entry : segment.entries) previewed_.insert(entry.patient);
            return;
        }
        auto transaction = run_.database.begin();
        for (const auto& entry : segment.entries) {
            if (run_.database.documents().digest(entry.patient) == entry.digest) continue;
            if (absorbed(entry.patient, entry.versions)) continue;
            run_.database.publications().await(
                {writer, number, entry.patient, entry.versions, run_.clock.now()});
        }
        run_.database.publications().take(writer, number, sha256(*bytes));
        run_.database.set_fact(fact_of(writer), std::to_string(segment.oldest));
        transaction.commit();
        taken.emplace(number, sha256(*bytes));
    } catch (const Error& error) {
        if (error.code() == ErrorCode::database_locked) throw;
        // It may still be arriving; every file is looked at meanwhile.
        run_.line(std::nullopt, "The log segment " + path + " can't be read yet: " + error.what());
        needs_full_scan_ = true;
    }
}

void LogReader::check_gaps(WriterId writer, const std::set<std::int64_t>& present,
                           const std::map<std::int64_t, Digest>& taken) {
    const auto oldest_text = run_.database.fact(fact_of(writer)).value_or("1");
    const auto oldest = std::stoll(oldest_text);
    for (const auto& [number, digest] : taken) {
        if (number < oldest && !run_.preview) {
            run_.database.publications().forget(writer, number);
        } else if (number >= oldest && !present.contains(number)) {
            needs_full_scan_ = true;
            if (!run_.preview) run_.database.publications().forget(writer, number);
        }
    }
    // A gap below what is there: its segment may be late, so it stays open, but its files may
    // have come already. Segments that were pruned before we read them leave the same gap.
    if (present.empty()) return;
    std::int64_t expected = taken.empty() ? 1 : std::min(taken.begin()->first, *present.begin());
    const auto gap_fact = "log_gap_" + writer.text();
    std::string gap;
    for (auto number = expected; number <= *present.rbegin(); ++number) {
        if (!present.contains(number) && !taken.contains(number)) {
            gap = std::to_string(number);
            break;
        }
    }
    if (gap == run_.database.fact(gap_fact).value_or("")) return;
    if (!gap.empty()) needs_full_scan_ = true;
    if (!run_.preview) run_.database.set_fact(gap_fact, gap);
}

bool LogReader::absorbed(PatientId patient, const std::vector<VersionId>& versions) {
    const auto xml = run_.database.documents().xml(patient);
    if (!xml) return versions.empty();
    const auto document = from_xml(*xml);
    return std::all_of(versions.begin(), versions.end(), [&](const VersionId& version) {
        return std::any_of(document.rows.begin(), document.rows.end(),
                           [&](const auto& item) { return has_absorbed(item.second, version); });
    });
}

std::set<PatientId> LogReader::awaited() {
    auto patients = previewed_;
    for (const auto& entry : run_.database.publications().awaited()) patients.insert(entry.patient);
    return patients;
}

void LogReader::settle() {
    const auto entries = run_.database.publications().awaited();
    if (entries.empty()) return;
    std::vector<AwaitedEntry> arrived;
    for (const auto& entry : entries) {
        if (absorbed(entry.patient, entry.versions)) {
            arrived.push_back(entry);
        } else if (run_.clock.now() - entry.since > kLongAwaited) {
            run_.line(entry.patient, "Awaited since " + to_text(entry.since) + ": changes that " +
                                         run_.database.site_name(tag_of(entry.writer)) +
                                         " announced have not arrived in the sync folder.");
        }
    }
    if (arrived.empty()) return;
    auto transaction = run_.database.begin();
    for (const auto& entry : arrived) run_.database.publications().arrived(entry);
    transaction.commit();
}

}  // namespace cfs
