#include "core/database/patient_rows.h"

namespace cfs {

void visit_by_page(SqlSession& session, const std::string& select,
                   const std::function<void(const SqlRow&)>& visit) {
    const auto page = select + " ORDER BY patient LIMIT " + std::to_string(kPageOfPatients);
    std::string after;
    for (auto on_page = kPageOfPatients; on_page == kPageOfPatients;) {
        on_page = 0;
        session.query(page, {after}, [&](const SqlRow& row) {
            after = row[0].value_or("");
            ++on_page;
            visit(row);
        });
    }
}

std::vector<PatientId> patients_by_page(SqlSession& session, const std::string& select) {
    std::vector<PatientId> found;
    visit_by_page(session, select, [&](const SqlRow& row) { found.push_back(patient_of(row)); });
    return found;
}

std::int64_t count_by_page(SqlSession& session, const std::string& table) {
    const auto page = "SELECT COUNT(*), MAX(patient) FROM (SELECT patient FROM " + table +
                      " WHERE patient > :p0 ORDER BY patient LIMIT " +
                      std::to_string(kPageOfPatients) + ") AS page";
    std::int64_t count = 0;
    std::string after;
    for (auto all = false; !all;) {
        session.query(page, {after}, [&](const SqlRow& row) {
            const auto on_page = std::stoll(row[0].value_or("0"));
            count += on_page;
            after = row[1].value_or("");
            all = on_page < static_cast<std::int64_t>(kPageOfPatients);
        });
    }
    return count;
}

}  // namespace cfs
