#include "core/engine/log_reader.h"

#include <algorithm>
#include <iterator>
#include <sstream>

#include "core/database/lock_times.h"
#include "core/folder/folder_layout.h"
#include "core/folder/patient_file.h"
#include "core/model/text.h"

namespace cfs {

namespace {

// Announcements that one transaction notes or ends: a few milliseconds.
constexpr std::size_t kNotedAtOnce = 500;
constexpr auto kLongAwaited = std::chrono::hours(24);

std::string fact_of(WriterId writer) { return "log_oldest_" + writer.text(); }

bool concerns_file(const Error& error) {
    switch (error.code()) {
        case ErrorCode::file_damaged:
        case ErrorCode::file_version:
        case ErrorCode::file_too_large:
        case ErrorCode::file_link:
        case ErrorCode::folder_unwritable:
            return true;
        default:
            return false;
    }
}

std::set<std::string> words_of(const std::string& text) {
    std::istringstream words(text);
    return {std::istream_iterator<std::string>(words), {}};
}

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
    const auto taken = run_.database.publications().taken(writer);
    std::map<std::int64_t, FileStamp> present;
    for (const auto& entry : run_.folder.list(log_directory(writer))) {
        ++run_.report.counts.files_listed;
        const auto number = segment_number(entry.name);
        if (number && entry.kind == FileKind::file) present.emplace(*number, entry.stamp);
    }
    for (const auto& [number, stamp] : present) {
        run_.check_cancelled();
        if (!taken.contains(number)) try_segment(writer, number, stamp);
    }
    check_gaps(writer, present, taken);
}

// A damaged one may still be arriving; every file is looked at meanwhile, once.
void LogReader::try_segment(WriterId writer, std::int64_t number, const FileStamp& stamp) {
    const auto path = segment_path(writer, number);
    const auto seen = run_.memory.file(path);
    if (seen && seen->stamp == stamp) return;
    try {
        read_segment(writer, number);
        if (seen) run_.memory.forget(path);
    } catch (const Error& error) {
        if (!concerns_file(error)) throw;
        run_.line(std::nullopt,
                  said("The log segment {1} can't be read yet: {2}", path, error.what()));
        needs_full_scan_ = true;
        if (!run_.preview) {
            run_.memory.see(path, {stamp, FileState::damaged, run_.clock.now()});
        }
    }
}

void LogReader::read_segment(WriterId writer, std::int64_t number) {
    const auto bytes = run_.folder.read(segment_path(writer, number), kMaxSegmentFile);
    if (!bytes) return;
    ++run_.report.counts.segments_read;
    const auto segment = segment_from_xml(*bytes);
    if (segment.writer != writer || segment.number != number) {
        throw Error(ErrorCode::file_damaged, said("it is another segment's content"));
    }
    if (run_.preview) {
        for (const auto& entry : segment.entries) previewed_.insert(entry.patient);
        return;
    }
    std::vector<const SegmentEntry*> news;
    for (const auto& entry : segment.entries) {
        if (run_.database.documents().digest(entry.patient) == entry.digest) continue;
        if (absorbed(entry.patient, entry.versions)) continue;
        if (only_asks_) throw SomethingToDo();
        news.push_back(&entry);
    }
    // Taken with the last: until then it is read again.
    for (std::size_t next = 0, end = 0; true; next = end) {
        auto transaction = run_.database.begin();
        end = std::min(news.size(), next + kNotedAtOnce);
        for (; next < end; ++next) {
            run_.database.publications().await(
                {writer, number, news[next]->patient, news[next]->versions, run_.clock.now()});
        }
        const bool all = end == news.size();
        if (all) run_.database.publications().take(writer, number);
        // A late one says what was the oldest then.
        if (all && segment.oldest > oldest_of(writer)) {
            run_.database.set_fact(fact_of(writer), std::to_string(segment.oldest));
        }
        transaction.commit();
        if (end >= kNotedAtOnce) run_.clock.pause(kGap);
        if (all) return;
    }
}

std::int64_t LogReader::oldest_of(WriterId writer) {
    return std::stoll(run_.database.fact(fact_of(writer)).value_or("1"));
}

void LogReader::check_gaps(WriterId writer, const std::map<std::int64_t, FileStamp>& present,
                           const std::set<std::int64_t>& taken) {
    const auto oldest = oldest_of(writer);
    std::set<std::int64_t> accounted;
    for (const auto& [number, stamp] : present) accounted.insert(number);
    for (const auto number : taken) {
        if (present.contains(number)) continue;
        if (number < oldest) {
            accounted.insert(number);  // pruned
        } else {
            needs_full_scan_ = true;
        }
        if (!run_.preview) run_.database.publications().forget(writer, number);
    }
    // What is missing among those that are there stays open, for it may be late, but its files may
    // have come already. Segments that were pruned before we read them leave the same gap.
    const auto fact = "log_gap_" + writer.text();
    const auto known = words_of(run_.database.fact(fact).value_or(""));
    auto next = taken.empty() ? 1 : *taken.begin();
    std::string gaps;
    for (const auto number : accounted) {
        if (number > next) {
            const auto gap = std::to_string(next) + "-" + std::to_string(number - 1);
            if (!known.contains(gap)) needs_full_scan_ = true;
            gaps += (gaps.empty() ? "" : " ") + gap;
        }
        next = std::max(next, number + 1);
    }
    if (run_.preview || words_of(gaps) == known) return;
    run_.database.set_fact(fact, gaps);
}

bool LogReader::absorbed(PatientId patient, const std::vector<VersionId>& versions) {
    const auto xml = run_.database.documents().xml(patient);
    if (!xml) return versions.empty();
    const auto known = versions_in(*xml);
    return std::all_of(versions.begin(), versions.end(),
                       [&](const VersionId& version) { return known.contains(version); });
}

std::vector<PatientId> LogReader::awaited() {
    auto patients = run_.database.publications().awaited();
    patients.insert(patients.end(), previewed_.begin(), previewed_.end());
    return patients;
}

void LogReader::settle() {
    const auto patients = run_.database.publications().awaited();
    for (std::size_t at = 0; at < patients.size(); at += kNotedAtOnce) {
        const auto last = std::min(patients.size(), at + kNotedAtOnce) - 1;
        settle(run_.database.publications().awaited_of(patients[at], patients[last]));
        if (last + 1 < patients.size()) run_.clock.pause(kGap);
    }
}

void LogReader::settle(const std::vector<AwaitedEntry>& entries) {
    std::vector<AwaitedEntry> arrived;
    for (const auto& entry : entries) {
        if (absorbed(entry.patient, entry.versions)) {
            arrived.push_back(entry);
        } else if (run_.clock.now() - entry.since > kLongAwaited) {
            run_.line(entry.patient,
                      said("Awaited since {1}: changes that {2} announced have not arrived in the "
                           "sync folder.",
                           to_text(entry.since), run_.database.site_name(tag_of(entry.writer))));
        }
    }
    if (arrived.empty()) return;
    auto transaction = run_.database.begin();
    for (const auto& entry : arrived) run_.database.publications().arrived(entry);
    transaction.commit();
}

}  // namespace cfs
