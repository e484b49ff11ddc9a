#include "core/engine/patient_overlap.h"

#include <set>

#include "core/folder/folder_layout.h"

namespace cfs {

namespace {

std::set<PatientId> patients_in(SyncFolder& folder) {
    std::set<PatientId> patients;
    const std::string root(kPatientsDirectory);
    for (const auto& shard : folder.list(root)) {
        if (shard.kind != FileKind::directory) continue;
        const auto directory = root + "/" + shard.name;
        for (const auto& entry : folder.list(directory)) {
            const auto patient = patient_at(directory + "/" + entry.name);
            if (patient && entry.kind == FileKind::file) patients.insert(*patient);
        }
    }
    return patients;
}

}  // namespace

PatientOverlap compare_patients(ClinicDatabase& database, SyncFolder& folder) {
    const auto there = patients_in(folder);
    PatientOverlap overlap;
    database.session().query(
        "SELECT row_id FROM cfs_key WHERE tbl = :p0",
        {database.whole_mapping().patient_table().table}, [&](const SqlRow& row) {
            const auto patient = PatientId::parse(row.front().value_or(""));
            if (!patient) return;
            ++(there.contains(*patient) ? overlap.on_both_sides : overlap.only_here);
        });
    overlap.only_there = static_cast<std::int64_t>(there.size()) - overlap.on_both_sides;
    return overlap;
}

}  // namespace cfs
