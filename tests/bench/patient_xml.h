// A patient's file in the form that a sync gives it, but that row ids are made of the local keys.
#pragma once

#include <cstdint>
#include <pugixml.hpp>
#include <string>

#include "clinic.h"

namespace bench {

[[nodiscard]] std::string path_of(std::int64_t patient);   // below the folder of all
[[nodiscard]] std::string begin_of(std::int64_t patient);  // up to the first row
constexpr const char* kEndOfPatient = "</patient>\n";

// The row of tables()[table] at which `statement` stands.
void append_row(std::string& out, std::size_t table, Statement& statement);

[[nodiscard]] std::int64_t key_of(const char* id);

// A patient's file, parsed; a sync's own as well.
class PatientFile {
  public:
    explicit PatientFile(std::string content);

    [[nodiscard]] std::int64_t patient() const;
    [[nodiscard]] auto rows() const { return document_.child("patient").children("row"); }

  private:
    std::string content_;
    pugi::xml_document document_;
};

[[nodiscard]] std::size_t table_of(const pugi::xml_node& row);  // its place in tables()
[[nodiscard]] std::size_t column_of(const Table& table, const pugi::xml_node& field);
[[nodiscard]] const char* value_of(const pugi::xml_node& field);  // nullptr: NULL

}  // namespace bench
