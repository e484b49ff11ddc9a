// What a database holds of each patient: the last agreed document, and how the rows that were read
// back after our last write differ from what the document shows. Kept in one transaction with the
// rows.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/database/sql_session.h"
#include "core/folder/patient_file.h"
#include "core/model/digest.h"
#include "core/model/mapping.h"
#include "core/model/patient_document.h"

namespace cfs {

struct StoredPatient {
    PatientDocument document;
    Rows left;  // the rows as we left them
};

class DocumentStore {
  public:
    DocumentStore(SqlSession& session, const Mapping& mapping)
        : session_(session), mapping_(mapping) {}

    // What is written in it as in `alike` is taken from there.
    [[nodiscard]] std::optional<StoredPatient> load(PatientId patient,
                                                    const ReadDocument& alike = {});
    [[nodiscard]] std::optional<Digest> digest(PatientId patient);
    [[nodiscard]] std::optional<std::string> xml(PatientId patient);

    // The rows that a database holds where it is as the document says.
    [[nodiscard]] Rows shown(const PatientDocument& document) const;
    // `xml` are the document's bytes, `held` the rows of this patient that the database holds now.
    void save(PatientId patient, const std::string& xml, const Rows& shown, const Rows& held);
    void remove(PatientId patient);

    [[nodiscard]] std::int64_t count();
    // In their order, as those that are touched.
    [[nodiscard]] std::vector<PatientId> patients();
    // Patients whose UUID begins with these two hex digits and that a document is kept of.
    [[nodiscard]] std::set<PatientId> patients_in(const std::string& shard);
    // Of these pairs of hex digits, those that a patient's UUID begins with.
    [[nodiscard]] std::set<std::string> shards_in_use(const std::set<std::string>& shards);

    // Patients of whom the database holds something else than their document shows.
    [[nodiscard]] std::set<PatientId> patients_that_differ();

    // The queue of patients that a sync must look at.
    [[nodiscard]] std::vector<PatientId> touched(std::int64_t limit,
                                                 const std::optional<PatientId>& after);
    [[nodiscard]] std::vector<PatientId> all_touched();
    [[nodiscard]] std::int64_t touched_count();
    void clear_touched(PatientId patient);

  private:
    SqlSession& session_;
    const Mapping& mapping_;
};

}  // namespace cfs
