// Patients by their UUIDs, as they stand in the first column of our own tables' rows.
#pragma once

#include <cstdint>
#include <functional>
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

// A statement keeps the clinic program from committing for as long as its rows are read. So of
// tables that may have a row for each patient they are read by the page.
inline constexpr std::size_t kPageOfPatients = 2000;

// Visits what `select` finds behind the parameter :p0 ("... WHERE patient > :p0"), in the order of
// the patients, who stand in the first column: one row each.
void visit_by_page(SqlSession& session, const std::string& select,
                   const std::function<void(const SqlRow&)>& visit);
[[nodiscard]] std::vector<PatientId> patients_by_page(SqlSession& session,
                                                      const std::string& select);
// The rows of one of our own tables that has at most one for each patient.
[[nodiscard]] std::int64_t count_by_page(SqlSession& session, const std::string& table);

}  // namespace cfs
