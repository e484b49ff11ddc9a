#include "patient_xml.h"

#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace bench {
namespace {

std::string id_text(std::size_t table, std::int64_t key) {
    char text[40];
    std::snprintf(text, sizeof text, "%08llx-0000-8000-%04x-%012llx",
                  static_cast<unsigned long long>(key * 2654435761U % 0xffffffffU),
                  static_cast<unsigned>(table), static_cast<unsigned long long>(key));
    return text;
}

void append_escaped(std::string& out, const char* text) {
    for (; *text; ++text) {
        if (*text == '&') {
            out += "&amp;";
        } else if (*text == '<') {
            out += "&lt;";
        } else if (*text == '>') {
            out += "&gt;";
        } else {
            out += *text;
        }
    }
}

void append_field(std::string& out, const char* name, const char* value) {
    out += "    <field name=\"";
    out += name;
    if (!value) {
        out += "\" type=\"null\"/>\n";
        return;
    }
    out += "\">";
    append_escaped(out, value);
    out += "</field>\n";
}

constexpr const char* kHead =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<patient "
    "xmlns=\"urn:cloud-folder-sync:patient\" format=\"1\" id=\"";

}  // namespace

std::string path_of(std::int64_t patient) {
    const auto id = id_text(0, patient);
    return id.substr(0, 2) + "/" + id + ".xml";
}

std::string begin_of(std::int64_t patient) {
    return kHead + id_text(0, patient) + "\" digest=\"" + std::string(64, '0') + "\">\n";
}

void append_row(std::string& out, std::size_t at, Statement& statement) {
    const auto& table = tables()[at];
    out += "  <row id=\"" + id_text(at, statement.number(0)) + "\" table=\"";
    out += table.name;
    out += "\" by=\"00000000.p2zMb7HhR_fiOZ3i\">\n";
    for (std::size_t i = 1; i < table.mapped; ++i) {
        const auto column = static_cast<int>(i);
        const auto& [name, kind] = table.columns[i];
        if (kind == Kind::patient) {
            append_field(out, name, id_text(0, statement.number(column)).c_str());
        } else {
            append_field(out, name, statement.text(column));
        }
    }
    out += "  </row>\n";
}

std::int64_t key_of(const char* id) { return std::strtoll(id + std::strlen(id) - 12, nullptr, 16); }

PatientFile::PatientFile(std::string content) : content_(std::move(content)) {
    if (!document_.load_buffer_inplace(content_.data(), content_.size())) {
        throw std::runtime_error("a patient's file is no XML");
    }
}

std::int64_t PatientFile::patient() const {
    return key_of(document_.child("patient").attribute("id").value());
}

const char* value_of(const pugi::xml_node& field) {
    return field.attribute("type") ? nullptr : field.child_value();
}

std::size_t table_of(const pugi::xml_node& row) {
    const std::string_view name = row.attribute("table").value();
    std::size_t at = 0;
    while (name != tables()[at].name) ++at;
    return at;
}

std::size_t column_of(const Table& table, const pugi::xml_node& field) {
    const std::string_view name = field.attribute("name").value();
    std::size_t at = 0;
    while (name != table.columns[at].name) ++at;
    return at;
}

}  // namespace bench
