// Small mappings as texts: a patient's table p, and what a test adds.
#pragma once

#include <string>

namespace cfs::test {

inline const std::string kHead =
    "<mapping xmlns=\"urn:cloud-folder-sync:mapping\" format=\"1\" name=\"t\" family=\"f\" "
    "version=\"3\">\n";
inline const std::string kPatient =
    "<patient table=\"p\"><key column=\"id\"/><identity column=\"name\"/></patient>\n";

[[nodiscard]] inline std::string with(const std::string& content) {
    return kHead + kPatient + content + "</mapping>";
}

// A record with what each table needs, and `content`.
[[nodiscard]] inline std::string record(const std::string& content, const std::string& name = "r") {
    return "<record table=\"" + name + "\"><key column=\"id\"/><identity column=\"at\"/>" +
           "<owner column=\"p_id\"/>" + content + "</record>\n";
}

[[nodiscard]] inline std::string patient(const std::string& content) {
    return kHead + "<patient table=\"p\"><key column=\"id\"/><identity column=\"name\"/>" +
           content + "</patient></mapping>";
}

}  // namespace cfs::test
