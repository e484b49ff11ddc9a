#include "core/engine/publisher.h"

#include <algorithm>
#include <utility>

#include "core/database/lock_times.h"
#include "core/engine/known_sites.h"
#include "core/folder/folder_checks.h"
#include "core/folder/folder_layout.h"
#include "core/folder/patient_file.h"
#include "core/folder/segment_file.h"
#include "core/folder/site_file.h"
#include "core/model/text.h"
#include "core/rules/conflict_names.h"
#include "core/rules/merge.h"

namespace cfs {

namespace {

// How often a file that holds more is merged again before it is left for the next sync.
constexpr int kMaxMerges = 3;
constexpr auto kIntroduceEvery = std::chrono::hours(24);
// Publications that one transaction marks.
constexpr std::size_t kMarkedAtOnce = 200;
// Files that are written with the same few waits for the disk.
constexpr std::size_t kTogether = 200;
constexpr std::size_t kBytesTogether = std::size_t{4} << 20;

// Of one entry: half of the largest segment that is read. They came into the folder in one file, so
// that any of them tell whether it has come.
constexpr std::size_t kMaxAnnounced = kMaxSegmentFile / 2 / 32;

std::vector<VersionId> announced_versions(const std::set<VersionId>& versions) {
    const auto count = std::min(versions.size(), kMaxAnnounced);
    return {versions.begin(), std::next(versions.begin(), static_cast<std::ptrdiff_t>(count))};
}

// How many of them a segment can hold: no reader takes one that is too large.
std::size_t end_of_segment(const std::vector<OutboxEntry>& entries) {
    std::size_t versions = 0;
    for (std::size_t end = 0; end < entries.size(); ++end) {
        versions += std::min(entries[end].versions.size(), kMaxAnnounced);
        if (versions > kMaxAnnounced && end > 0) return end;
    }
    return entries.size();
}

bool worth_trying_again(const Error& error) {
    return error.code() == ErrorCode::folder_unwritable || error.code() == ErrorCode::file_link;
}

}  // namespace

// A file that changed while ours waited is merged and written in the next round.
void Publisher::publish_rest() {
    finish_waiting();
    for (int round = 0; round < kMaxMerges; ++round) {
        std::set<PatientId> patients;
        for (const auto& patient : run_.database.publications().unpublished()) {
            if (!blocked_.contains(patient)) patients.insert(patient);
        }
        if (patients.empty()) return;
        publish(patients);
        if (waiting_.empty()) return mark();
        finish_waiting();
    }
}

void Publisher::finish_waiting() {
    write_waiting();
    wait_for_disk();
    mark();
}

void Publisher::publish(const std::set<PatientId>& patients) {
    for (const auto& patient : patients) {
        if (run_.renew_lease) run_.renew_lease();
        if (const auto outdated = waiting_.extract(patient)) {
            waiting_bytes_ -= outdated.mapped().file.content.size();
        }
        if (blocked_.contains(patient)) continue;
        run_.database.session().require_in_place();
        try {
            prepare(patient);
        } catch (const Error& error) {
            if (!worth_trying_again(error)) throw;
            block(patient, error);
        }
        if (waiting_.size() >= kTogether || waiting_bytes_ >= kBytesTogether) write_waiting();
        if (published_.size() >= kMarkedAtOnce) mark();
    }
    files_.release();
}

// One file may be blocked; where none can be written, one sentence tells it.
void Publisher::block(const PatientId& patient, const Error& error) {
    check_writable(run_.folder);
    blocked_.insert(patient);
    run_.error(error.code(), error.what(), patient, patient_path(patient));
}

void Publisher::prepare(const PatientId& patient) {
    for (int attempt = 0; attempt < kMaxMerges; ++attempt) {
        auto xml = run_.database.publications().unpublished_xml(patient);
        if (!xml) return;
        const auto& file = files_.at_place_now(patient);
        const auto digest = digest_of_file(*xml).value();
        if (file.bytes == *xml) {
            published_.emplace_back(patient, digest);
            return;
        }
        if (file.state == PatientFile::State::unreadable && !heal(file)) return;
        if (!may_replace(patient, file, *xml, digest)) {
            merge_again_(patient);
            continue;
        }
        if (!write_attachments(*xml) && attempt == 0) {
            merge_again_(patient);  // reads the rows, which hold what is missing
            continue;
        }
        const bool absent = file.state == PatientFile::State::absent;
        const auto there = absent ? std::nullopt : std::optional(file.stamp);
        waiting_bytes_ += xml->size();
        waiting_.emplace(patient, Waiting{{patient_path(patient), std::move(*xml), there}, digest});
        return;
    }
}

void Publisher::write_waiting() {
    if (waiting_.empty()) return;
    const auto waiting = std::exchange(waiting_, {});
    waiting_bytes_ = 0;
    std::vector<FileWrite> files;
    for (const auto& [patient, each] : waiting) files.push_back(each.file);
    run_.database.session().require_in_place();
    const auto outcomes = run_.folder.write_all(files);
    note_on_disk();
    auto outcome = outcomes.begin();
    for (const auto& [patient, each] : waiting) {
        const auto& [written, error] = *outcome++;
        if (error) block(patient, *error);
        if (!written) continue;
        ++run_.report.counts.files_written;
        ++run_.report.counts.patients_exported;
        files_.wrote(patient, each.file.content.size());
        run_.routine_line(patient, said("published"));
        written_.emplace_back(patient, each.digest);
    }
}

// Only what no power cut can undo counts as published.
void Publisher::wait_for_disk() {
    if (!written_.empty()) run_.folder.flush_written();
    note_on_disk();
}

void Publisher::note_on_disk() {
    published_.insert(published_.end(), written_.begin(), written_.end());
    written_.clear();
}

// Only where the document holds all that the file holds.
bool Publisher::may_replace(const PatientId& patient, const PatientFile& file,
                            const std::string& xml, const Digest& digest) {
    if (file.state != PatientFile::State::read || file.within == digest) return true;
    const auto document = from_xml(xml);
    const auto in_file = file.document ? *file.document : from_xml(file.bytes);
    return in_file.patient != patient || includes(document, in_file);
}

// A file that stays damaged is put aside here and written anew.
bool Publisher::heal(const PatientFile& file) {
    if (!files_.stays_damaged(file)) return false;
    const auto entry = run_.folder.stat(file.path);
    if (!entry || entry->kind != FileKind::file || file.bytes.size() != entry->stamp.size) {
        return false;
    }
    // A file of a newer program is not damaged.
    try {
        (void)from_xml(file.bytes);
        return false;
    } catch (const Error& error) {
        if (error.code() != ErrorCode::file_damaged) return false;
    }
    run_.archive(ArchiveKind::damaged_file, file.path, file.bytes);
    run_.line(
        patient_at(file.path),
        said("The damaged file {1} was put aside and written anew from the database.", file.path));
    return true;
}

// False if one is neither in the folder nor at hand: an earlier run, which read it, may have ended
// before it was written; or it has not come from its writer yet.
bool Publisher::write_attachments(const std::string& xml) {
    if (xml.find(" attachment=\"") == std::string::npos) return true;
    const auto document = from_xml(xml);
    bool complete = true;
    for (const auto& digest : attachments_of(document)) {
        const auto path = attachment_path(digest);
        const auto* content = files_.content(digest);
        const auto entry = run_.folder.stat(path);
        auto& files = run_.database.files();
        const auto size = content == nullptr ? files.size_of(digest) : content->size();
        if (entry && (!size || entry->stamp.size == *size)) continue;
        const auto from_disk = content == nullptr ? files.content(digest) : std::nullopt;
        if (from_disk) content = &*from_disk;
        if (content == nullptr) {
            complete = complete && entry;
            continue;
        }
        run_.folder.write(path, *content);
        ++run_.report.counts.files_written;
    }
    return complete;
}

void Publisher::mark() {
    if (published_.empty()) return;
    auto transaction = run_.database.begin();
    note_published();
    run_.memory.save(kMarkedAtOnce);
    transaction.commit();
    forget_noted();
}

void Publisher::note_published() {
    for (const auto& [patient, digest] : published_) {
        run_.database.publications().mark_published(patient, digest);
    }
}

void Publisher::announce() {
    auto& publications = run_.database.publications();
    auto number = publications.last_own_number(run_.writer);
    bool wrote = write_segments();  // of an earlier run
    while (true) {
        auto entries = publications.published(kMaxSegmentEntries);
        if (entries.empty()) break;
        entries.resize(end_of_segment(entries));
        Segment segment{run_.writer,
                        ++number,
                        std::max<std::int64_t>(1, number - run_.kept_segments + 1),
                        run_.clock.now(),
                        {}};
        for (const auto& entry : entries) {
            segment.entries.push_back(
                {entry.patient, entry.published, announced_versions(entry.versions)});
        }
        const auto content = to_xml(segment);
        auto transaction = run_.database.begin();
        publications.add_own(run_.writer, {number, content, sha256(content)});
        for (const auto& entry : segment.entries) publications.end(entry.patient);
        transaction.commit();
        wrote = write_segments() || wrote;
        if (entries.size() == kMaxSegmentEntries) run_.clock.pause(kGap);
    }
    if (wrote) prune(number);
}

void Publisher::announce_again(WriterId former) {
    auto& publications = run_.database.publications();
    auto transaction = run_.database.begin();
    for (const auto& unwritten : publications.unwritten(former)) {
        for (const auto& entry : segment_from_xml(unwritten.content).entries) {
            publications.post(entry.patient, {entry.versions.begin(), entry.versions.end()});
        }
    }
    publications.forget_own(former);
    transaction.commit();
}

bool Publisher::write_segments() {
    bool wrote = false;
    for (const auto& segment : run_.database.publications().unwritten(run_.writer)) {
        run_.database.session().require_in_place();
        run_.folder.write(segment_path(run_.writer, segment.number), segment.content);
        ++run_.report.counts.segments_written;
        const auto path = segment_path(run_.writer, segment.number);
        const auto entry = run_.folder.stat(path);
        if (entry) run_.memory.see(path, {entry->stamp, FileState::read, run_.clock.now()});
        run_.database.publications().mark_written(run_.writer, segment.number);
        wrote = true;
    }
    return wrote;
}

// Our own old segments go, so that the logs stay small; a reader that missed them looks at every
// file once.
void Publisher::prune(std::int64_t newest) {
    const auto oldest = newest - run_.kept_segments + 1;
    const auto first = run_.database.publications().oldest_own_number(run_.writer);
    for (auto number = first; number > 0 && number < oldest; ++number) {
        run_.folder.remove(segment_path(run_.writer, number));
    }
    if (first > 0 && first < oldest) run_.database.publications().prune_own(run_.writer, oldest);
}

bool Publisher::is_introduction_due() {
    const auto before =
        run_.database.fact(std::string(kIntroduced) + run_.writer.text()).value_or("");
    const auto separator = before.find(' ');
    const auto last = time_from_text(before.substr(0, separator));
    const bool same_name =
        separator != std::string::npos && before.substr(separator + 1) == run_.site;
    return !last || !same_name || run_.clock.now() - *last >= kIntroduceEvery;
}

void Publisher::introduce() {
    if (!is_introduction_due()) return;
    const auto fact = std::string(kIntroduced) + run_.writer.text();
    run_.folder.write(site_path(run_.writer),
                      to_xml(SiteInfo{run_.writer, run_.site, CFS_VERSION, run_.clock.now()}));
    run_.database.set_fact(fact, to_text(run_.clock.now()) + " " + run_.site);
}

void Publisher::delete_copies() {
    for (const auto& patient : files_.patients_with_copies()) {
        const auto& copies = run_.options.delete_conflicts ? files_.copies_of(patient)
                                                           : files_.copies_found(patient);
        for (const auto& copy : copies) {
            if (copy.state != PatientFile::State::read) continue;
            const auto name = conflict_name_of_path(copy.path);
            const auto maker = name.provider;
            if (run_.options.delete_conflicts && name.deletable && is_safe(patient, copy)) {
                delete_copy(patient, copy);
                run_.line(patient,
                          maker.empty()
                              ? said("conflict copy of unknown origin imported and deleted")
                              : said("conflict copy made by {1} imported and deleted", maker));
            } else {
                ++run_.report.counts.copies_kept;
                run_.line(patient,
                          maker.empty()
                              ? said("conflict copy of unknown origin imported and kept")
                              : said("conflict copy made by {1} imported and kept", maker));
            }
        }
        files_.release();
    }
}

// Its content is in the database's document, and in the file at the patient's place as it lies on
// the disk now.
bool Publisher::is_safe(PatientId patient, const PatientFile& copy) {
    const auto xml = run_.database.documents().xml(patient);
    if (!xml) return false;
    const auto document = from_xml(*xml);
    if (!includes(document, *copy.document)) return false;
    const auto bytes = run_.folder.read(patient_path(patient), kMaxPatientFile);
    if (!bytes) return false;
    try {
        const auto file = from_xml(*bytes);
        if (file.patient != patient || !includes(file, *copy.document)) return false;
    } catch (const Error&) {
        return false;
    }
    const auto now = run_.folder.read(copy.path, kMaxPatientFile);
    return now && *now == copy.bytes;
}

void Publisher::delete_copy(PatientId, const PatientFile& copy) {
    run_.database.session().require_in_place();
    run_.archive(ArchiveKind::conflict_copy, copy.path, copy.bytes);
    run_.folder.remove(copy.path);
    run_.memory.forget(copy.path);
    ++run_.report.counts.copies_deleted;
}

}  // namespace cfs
