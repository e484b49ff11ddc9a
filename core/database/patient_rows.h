// Patients by their UUIDs, as they stand in the first column of our own tables' rows.
#pragma once

#include <string>
#include <vector>

#include "core/database/sql_session.h"
#include "core/model/ids.h"

namespace cfs {

[[nodiscard]] inline PatientId patient_of(const SqlRow& row, std::size_t column = 0) {
    return PatientId::parse(row[column].value_or("")).value();
}

[[nodiscard]] inline std::vector<PatientId> patients_from(SqlSession& session,
                                                          const std::string& sql,
                                                          const SqlParameters& parameters = {}) {
    std::vector<PatientId> found;
    session.query(sql, parameters, [&](const SqlRow& row) { found.push_back(patient_of(row)); });
    return found;
}

}  // namespace cfs
