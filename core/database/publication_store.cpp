#include "core/database/publication_store.h"

#include <charconv>

#include "core/database/patient_rows.h"

namespace cfs {

namespace {

std::int64_t number_of(const std::optional<std::string>& text) {
    std::int64_t number = 0;
    if (text) std::from_chars(text->data(), text->data() + text->size(), number);
    return number;
}

Digest digest_from(const std::optional<std::string>& text) {
    return Digest::parse(text.value_or("")).value_or(Digest{});
}

}  // namespace

std::string versions_text(const std::set<VersionId>& versions) {
    std::string text;
    for (const auto& version : versions) {
        if (!text.empty()) text += ' ';
        text += version.text();
    }
    return text;
}

std::set<VersionId> versions_from_text(const std::string& text) {
    std::set<VersionId> versions;
    for (std::size_t at = 0; at < text.size();) {
        const auto space = std::min(text.find(' ', at), text.size());
        if (const auto version = VersionId::parse(std::string_view(text).substr(at, space - at))) {
            versions.insert(*version);
        }
        at = space + 1;
    }
    return versions;
}

void PublicationStore::post(PatientId patient, const std::set<VersionId>& versions) {
    auto all = versions;
    bool known = false;
    session_.query("SELECT versions FROM cfs_outbox WHERE patient = :p0", {patient.text()},
                   [&](const SqlRow& row) {
                       known = true;
                       all.merge(versions_from_text(row[0].value_or("")));
                   });
    const std::string sql =
        known ? "UPDATE cfs_outbox SET versions = :p0, published = NULL WHERE patient = :p1"
              : "INSERT INTO cfs_outbox (versions, patient) VALUES (:p0, :p1)";
    session_.execute(sql, {versions_text(all), patient.text()});
}

void PublicationStore::mark_published(PatientId patient, const Digest& file) {
    session_.execute("UPDATE cfs_outbox SET published = :p0 WHERE patient = :p1",
                     {file.text(), patient.text()});
}

std::optional<std::string> PublicationStore::unpublished_xml(PatientId patient) {
    return session_.value(
        "SELECT document FROM cfs_patient WHERE patient = :p0 AND EXISTS "
        "(SELECT 1 FROM cfs_outbox WHERE patient = :p1 AND published IS NULL)",
        {patient.text(), patient.text()});
}

// Where none is left, all others have to be passed to tell.
std::vector<PatientId> PublicationStore::unpublished() {
    std::vector<PatientId> found;
    visit_by_page(session_, "SELECT patient, published FROM cfs_outbox WHERE patient > :p0",
                  [&](const SqlRow& row) {
                      if (!row[1]) found.push_back(patient_of(row));
                  });
    return found;
}

std::vector<OutboxEntry> PublicationStore::published(std::size_t limit) {
    std::vector<OutboxEntry> entries;
    session_.query(
        "SELECT patient, versions, published FROM cfs_outbox WHERE published IS NOT NULL "
        "ORDER BY patient LIMIT " +
            std::to_string(limit),
        {}, [&](const SqlRow& row) {
            entries.push_back(
                {patient_of(row), versions_from_text(row[1].value_or("")), digest_from(row[2])});
        });
    return entries;
}

std::int64_t PublicationStore::outbox_size() { return count_by_page(session_, "cfs_outbox"); }

bool PublicationStore::is_outbox_empty() {
    return !session_.value("SELECT 1 FROM cfs_outbox LIMIT 1").has_value();
}

void PublicationStore::end(PatientId patient) {
    session_.execute("DELETE FROM cfs_outbox WHERE patient = :p0", {patient.text()});
}

std::int64_t PublicationStore::last_own_number(WriterId writer) {
    return session_.number("SELECT MAX(number) FROM cfs_own_segment WHERE writer = :p0",
                           {writer.text()});
}

std::int64_t PublicationStore::oldest_own_number(WriterId writer) {
    return session_.number("SELECT MIN(number) FROM cfs_own_segment WHERE writer = :p0",
                           {writer.text()});
}

void PublicationStore::add_own(WriterId writer, const OwnSegment& segment) {
    session_.execute(
        "INSERT INTO cfs_own_segment (writer, number, content, digest) VALUES (:p0, :p1, :p2, :p3)",
        {writer.text(), segment.number, segment.content, segment.digest.text()});
}

std::vector<OwnSegment> PublicationStore::unwritten(WriterId writer) {
    std::vector<OwnSegment> segments;
    session_.query(
        "SELECT number, content, digest FROM cfs_own_segment WHERE writer = :p0 AND written = 0 "
        "ORDER BY number",
        {writer.text()}, [&](const SqlRow& row) {
            segments.push_back({number_of(row[0]), row[1].value_or(""), digest_from(row[2])});
        });
    return segments;
}

void PublicationStore::forget_own(WriterId writer) {
    session_.execute("DELETE FROM cfs_own_segment WHERE writer = :p0", {writer.text()});
}

void PublicationStore::mark_written(WriterId writer, std::int64_t number) {
    // The content served to write the same bytes again; the digest tells our own file later.
    session_.execute(
        "UPDATE cfs_own_segment SET written = 1, content = '' WHERE writer = :p0 AND number = :p1",
        {writer.text(), number});
}

std::optional<Digest> PublicationStore::own_digest(WriterId writer, std::int64_t number) {
    const auto text =
        session_.value("SELECT digest FROM cfs_own_segment WHERE writer = :p0 AND number = :p1",
                       {writer.text(), number});
    return text ? Digest::parse(*text) : std::nullopt;
}

void PublicationStore::prune_own(WriterId writer, std::int64_t oldest) {
    session_.execute("DELETE FROM cfs_own_segment WHERE writer = :p0 AND number < :p1",
                     {writer.text(), oldest});
}

std::set<std::int64_t> PublicationStore::taken(WriterId writer) {
    std::set<std::int64_t> segments;
    session_.query("SELECT number FROM cfs_segment WHERE writer = :p0 ORDER BY number",
                   {writer.text()},
                   [&](const SqlRow& row) { segments.insert(segments.end(), number_of(row[0])); });
    return segments;
}

void PublicationStore::take(WriterId writer, std::int64_t number) {
    forget(writer, number);
    session_.execute("INSERT INTO cfs_segment (writer, number) VALUES (:p0, :p1)",
                     {writer.text(), number});
}

void PublicationStore::forget(WriterId writer, std::int64_t number) {
    session_.execute("DELETE FROM cfs_segment WHERE writer = :p0 AND number = :p1",
                     {writer.text(), number});
}

void PublicationStore::await(const AwaitedEntry& entry) {
    arrived(entry);
    session_.execute(
        "INSERT INTO cfs_awaited (writer, number, patient, versions, since) "
        "VALUES (:p0, :p1, :p2, :p3, :p4)",
        {entry.writer.text(), entry.number, entry.patient.text(),
         versions_text({entry.versions.begin(), entry.versions.end()}), to_text(entry.since)});
}

std::vector<PatientId> PublicationStore::awaited() {
    return patients_by_page(session_,
                            "SELECT DISTINCT patient FROM cfs_awaited WHERE patient > :p0");
}

std::vector<PatientId> PublicationStore::awaited_from(WriterId writer) {
    return patients_from(
        session_, "SELECT DISTINCT patient FROM cfs_awaited WHERE writer = :p0 ORDER BY patient",
        {writer.text()});
}

std::vector<AwaitedEntry> PublicationStore::awaited_of(PatientId first, PatientId last) {
    std::vector<AwaitedEntry> entries;
    session_.query(
        "SELECT writer, number, patient, versions, since FROM cfs_awaited "
        "WHERE patient >= :p0 AND patient <= :p1 ORDER BY patient",
        {first.text(), last.text()}, [&](const SqlRow& row) {
            const auto versions = versions_from_text(row[3].value_or(""));
            entries.push_back({WriterId::parse(row[0].value_or("")).value_or(WriterId{}),
                               number_of(row[1]),
                               patient_of(row, 2),
                               {versions.begin(), versions.end()},
                               time_from_text(row[4].value_or("")).value_or(Time{})});
        });
    return entries;
}

void PublicationStore::arrived(const AwaitedEntry& entry) {
    session_.execute(
        "DELETE FROM cfs_awaited WHERE writer = :p0 AND number = :p1 AND patient = :p2",
        {entry.writer.text(), entry.number, entry.patient.text()});
}

}  // namespace cfs
