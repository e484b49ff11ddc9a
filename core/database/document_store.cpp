#include "core/database/document_store.h"

#include "core/database/patient_rows.h"
#include "core/rules/project.h"

namespace cfs {

namespace {

// The rows that differ from the projection are kept in the form of a document: a row without
// fields is one that the database does not hold.
std::optional<std::string> differences(PatientId patient, const Rows& expected, const Rows& held) {
    PatientDocument differing{patient, {}};
    const auto add = [&](RowId id, const RowValues& values, bool present) {
        Row row{values.table, {}, {}};
        if (present) {
            for (const auto& [column, value] : values.columns)
                row.fields[column] = {{{}, {}, value}};
            row.absorbed = {VersionId{}};
        }
        differing.rows.emplace(id, std::move(row));
    };
    for (const auto& [id, values] : expected) {
        const auto at = held.find(id);
        if (at == held.end()) {
            add(id, values, false);
        } else if (at->second != values) {
            add(id, at->second, true);
        }
    }
    for (const auto& [id, values] : held) {
        if (!expected.contains(id)) add(id, values, true);
    }
    if (differing.rows.empty()) return std::nullopt;
    return to_xml(differing);
}

void apply_differences(Rows& rows, const PatientDocument& differing) {
    for (const auto& [id, row] : differing.rows) {
        rows.erase(id);
        if (row.fields.empty()) continue;
        RowValues values{row.table, {}};
        for (const auto& [column, field] : row.fields) {
            values.columns.emplace(column, field.front().value);
        }
        rows.emplace(id, std::move(values));
    }
}

}  // namespace

std::optional<StoredPatient> DocumentStore::load(PatientId patient, const ReadDocument& alike) {
    std::optional<StoredPatient> stored;
    session_.query(
        "SELECT document, (SELECT differs FROM cfs_differing WHERE patient = :p0) "
        "FROM cfs_patient WHERE patient = :p1",
        {patient.text(), patient.text()}, [&](const SqlRow& row) {
            stored.emplace();
            stored->document = from_xml(row[0].value_or(""), alike);
            stored->left = shown(stored->document);
            if (row[1]) apply_differences(stored->left, from_xml(*row[1]));
        });
    return stored;
}

std::optional<Digest> DocumentStore::digest(PatientId patient) {
    const auto text =
        session_.value("SELECT digest FROM cfs_patient WHERE patient = :p0", {patient.text()});
    return text ? Digest::parse(*text) : std::nullopt;
}

std::optional<std::string> DocumentStore::xml(PatientId patient) {
    return session_.value("SELECT document FROM cfs_patient WHERE patient = :p0", {patient.text()});
}

Rows DocumentStore::shown(const PatientDocument& document) const {
    return project(document, mapping_);
}

void DocumentStore::save(PatientId patient, const std::string& xml, const Rows& shown,
                         const Rows& held) {
    const auto differs = differences(patient, shown, held);
    const auto digest = digest_of_file(xml).value().text();
    const bool known = this->digest(patient).has_value();
    const std::string sql =
        known ? "UPDATE cfs_patient SET document = :p0, digest = :p1 WHERE patient = :p2"
              : "INSERT INTO cfs_patient (document, digest, patient) VALUES (:p0, :p1, :p2)";
    const auto id = patient.text();
    session_.execute(sql, {xml, digest, id});
    if (known) session_.execute("DELETE FROM cfs_differing WHERE patient = :p0", {id});
    if (!differs) return;
    session_.execute("INSERT INTO cfs_differing (patient, differs) VALUES (:p0, :p1)",
                     {id, *differs});
}

void DocumentStore::remove(PatientId patient) {
    session_.execute("DELETE FROM cfs_patient WHERE patient = :p0", {patient.text()});
    session_.execute("DELETE FROM cfs_differing WHERE patient = :p0", {patient.text()});
}

std::int64_t DocumentStore::count() { return count_by_page(session_, "cfs_patient"); }

std::vector<PatientId> DocumentStore::patients() {
    return patients_by_page(session_, "SELECT patient FROM cfs_patient WHERE patient > :p0");
}

std::set<PatientId> DocumentStore::patients_in(const std::string& shard) {
    std::set<PatientId> patients;
    session_.query(
        "SELECT patient FROM cfs_patient WHERE patient >= :p0 AND patient < :p1 ORDER BY patient",
        {shard, shard + "g"},
        [&](const SqlRow& row) { patients.insert(patients.end(), patient_of(row)); });
    return patients;
}

// From one patient to the first of the next shard: never more questions than shards of either kind.
std::set<std::string> DocumentStore::shards_in_use(const std::set<std::string>& shards) {
    std::set<std::string> used;
    for (auto at = shards.begin(); at != shards.end();) {
        const auto next =
            session_.value("SELECT MIN(patient) FROM cfs_patient WHERE patient >= :p0", {*at});
        if (!next) break;
        const auto shard = next->substr(0, at->size());
        if (shards.contains(shard)) used.insert(shard);
        at = shards.upper_bound(shard);
    }
    return used;
}

std::set<PatientId> DocumentStore::patients_that_differ() {
    std::set<PatientId> patients;
    session_.query("SELECT patient FROM cfs_differing", {},
                   [&](const SqlRow& row) { patients.insert(patient_of(row)); });
    return patients;
}

std::vector<PatientId> DocumentStore::touched(std::int64_t limit,
                                              const std::optional<PatientId>& after) {
    return patients_from(
        session_,
        "SELECT patient FROM cfs_touched WHERE patient > :p0 ORDER BY patient LIMIT " +
            std::to_string(limit),
        {after ? after->text() : std::string()});
}

std::vector<PatientId> DocumentStore::all_touched() {
    return patients_by_page(session_, "SELECT patient FROM cfs_touched WHERE patient > :p0");
}

std::int64_t DocumentStore::touched_count() { return count_by_page(session_, "cfs_touched"); }

void DocumentStore::clear_touched(PatientId patient) {
    session_.execute("DELETE FROM cfs_touched WHERE patient = :p0", {patient.text()});
}

}  // namespace cfs
