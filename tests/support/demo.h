// The demo clinic, made smaller.
#pragma once

namespace cfs::test {

// SQL that leaves of its patients the first three.
inline constexpr const char* kFirstThreePatients = R"(
    DELETE FROM lab_result WHERE visit_id IN (SELECT visit_id FROM visit WHERE patient_id > 3);
    DELETE FROM medication WHERE patient_id > 3;
    DELETE FROM visit WHERE patient_id > 3;
    DELETE FROM allergy WHERE patient_id > 3;
    DELETE FROM document WHERE patient_id > 3;
    DELETE FROM patient WHERE patient_id > 3;)";

}  // namespace cfs::test
