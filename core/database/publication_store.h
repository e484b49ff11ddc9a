// What this database still has to tell the others, and what it has heard: the outbox, the own log
// segments, and how far the logs of other writers are taken in.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/database/sql_session.h"
#include "core/folder/segment_file.h"
#include "core/model/ids.h"
#include "core/model/time.h"

namespace cfs {

struct OutboxEntry {
    PatientId patient;
    std::set<VersionId> versions;  // new in the folder with this publication
    Digest published;              // of the file that was written
};

struct AwaitedEntry {
    WriterId writer;
    std::int64_t number = 0;
    PatientId patient;
    std::vector<VersionId> versions;
    Time since{};
};

struct OwnSegment {
    std::int64_t number = 0;
    std::string content;
    Digest digest;
};

class PublicationStore {
  public:
    explicit PublicationStore(SqlSession& session) : session_(session) {}

    // Adds to what is to be published of a patient.
    void post(PatientId patient, const std::set<VersionId>& versions);
    void mark_published(PatientId patient, const Digest& file);
    // The document as XML, where it is still to be published.
    [[nodiscard]] std::optional<std::string> unpublished_xml(PatientId patient);
    [[nodiscard]] std::vector<PatientId> unpublished();
    // The first of those whose files were written.
    [[nodiscard]] std::vector<OutboxEntry> published(std::size_t limit);
    [[nodiscard]] std::int64_t outbox_size();
    [[nodiscard]] bool is_outbox_empty();
    void end(PatientId patient);

    // Our own log: a segment is committed here before its file is written.
    [[nodiscard]] std::int64_t last_own_number(WriterId writer);
    [[nodiscard]] std::int64_t oldest_own_number(WriterId writer);
    void add_own(WriterId writer, const OwnSegment& segment);
    [[nodiscard]] std::vector<OwnSegment> unwritten(WriterId writer);
    void forget_own(WriterId writer);
    void mark_written(WriterId writer, std::int64_t number);
    [[nodiscard]] std::optional<Digest> own_digest(WriterId writer, std::int64_t number);
    // Numbers below `oldest` are forgotten.
    void prune_own(WriterId writer, std::int64_t oldest);

    // The numbers of others' segments that were taken in.
    [[nodiscard]] std::set<std::int64_t> taken(WriterId writer);
    void take(WriterId writer, std::int64_t number);
    void forget(WriterId writer, std::int64_t number);

    void await(const AwaitedEntry& entry);
    // The patients of whom something is awaited, in their order.
    [[nodiscard]] std::vector<PatientId> awaited();
    [[nodiscard]] std::vector<PatientId> awaited_from(WriterId writer);
    // What is awaited of all patients from the first to the last.
    [[nodiscard]] std::vector<AwaitedEntry> awaited_of(PatientId first, PatientId last);
    void arrived(const AwaitedEntry& entry);

  private:
    SqlSession& session_;
};

[[nodiscard]] std::string versions_text(const std::set<VersionId>& versions);
[[nodiscard]] std::set<VersionId> versions_from_text(const std::string& text);

}  // namespace cfs
