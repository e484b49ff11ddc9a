#include "dialogs/review_text.h"

#include <wx/intl.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "dialogs/number_text.h"
#include "dialogs/time_text.h"
#include "dialogs/wx_text.h"

namespace cfs {
namespace {

constexpr std::size_t kShortId = 8;

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
char lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }
char upper(char c) { return is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c; }

// A number of this database; what stands there is told as what it means.
std::string without_id(const std::string& name) {
    constexpr std::string_view kId = "_id";
    const bool id = name.size() > kId.size() && name.ends_with(kId);
    return id ? name.substr(0, name.size() - kId.size()) : name;
}

bool begins(const Value& value, std::string_view bytes) {
    return std::string_view(value.bytes).starts_with(bytes);
}

bool is_image(const Value& value) {
    return begins(value, "\x89PNG") || begins(value, "\xff\xd8\xff") || begins(value, "GIF8") ||
           (begins(value, "RIFF") && value.bytes.find("WEBP") == 8);
}

wxString size_text(std::size_t bytes) {
    return wxString::Format(_("%s KB"), number_text((bytes + 1023) / 1024));
}

wxString binary_text(const Value& value) {
    const auto size = size_text(value.bytes.size());
    if (is_image(value)) return wxString::Format(_("Image, %s"), size);
    if (begins(value, "%PDF")) return wxString::Format(_("PDF document, %s"), size);
    return wxString::Format(_("Other data, %s"), size);
}

// What lies in the folder as a file of its own is not read for this.
wxString attached_text(const Value& value) {
    const auto size = size_text(kAttachmentSize);
    return value.kind == ValueKind::binary
               ? wxString::Format(_("Image or file of more than %s"), size)
               : wxString::Format(_("Text of more than %s"), size);
}

const Value* field_of(const ConflictValue& value, const std::string& column) {
    const auto at = value.fields.find(column);
    return at == value.fields.end() ? nullptr : &at->second;
}

wxString differing_text(const Conflict& conflict) {
    wxString text;
    for (const auto& column : conflict.columns) add_part(text, ", ", readable_name(column));
    return text;
}

ComparedField compared(const Conflict& conflict, const std::string& column) {
    ComparedField field{readable_name(column), {}, false};
    const auto& different = conflict.columns;
    field.differs = std::find(different.begin(), different.end(), column) != different.end();
    for (const auto& value : conflict.values) {
        field.values.push_back(value_text(field_of(value, column), conflict));
    }
    return field;
}

}  // namespace

wxString readable_name(const std::string& name) {
    const bool mixed = std::any_of(name.begin(), name.end(), is_lower);
    std::string words;
    char before = ' ';
    for (const char c : without_id(name)) {
        const bool begins_word = mixed && is_upper(c) && is_lower(before);
        if (begins_word || c == '_' || c == '/') words += ' ';
        if (c != '_' && c != '/') words += mixed ? lower(c) : c;
        before = c;
    }
    if (!words.empty()) words.front() = upper(words.front());
    return to_wx(words);
}

std::vector<Conflict> in_review_order(std::vector<Conflict> conflicts) {
    const auto place = [](const Conflict& conflict) {
        return std::tie(conflict.patient_label, conflict.patient, conflict.table,
                        conflict.record_label, conflict.id);
    };
    std::sort(conflicts.begin(), conflicts.end(), [&](const Conflict& a, const Conflict& b) {
        return a.safety != b.safety ? a.safety : place(a) < place(b);
    });
    return conflicts;
}

wxString patient_text(const Conflict& conflict) {
    if (!conflict.patient_label.empty()) return to_wx(conflict.patient_label);
    return wxString::Format(_("Patient %s"), to_wx(conflict.patient.text().substr(0, kShortId)));
}

wxString record_text(const Conflict& conflict) {
    const auto kind = readable_name(conflict.table);
    if (conflict.record_label.empty()) return kind;
    return labelled(kind, to_wx(conflict.record_label));
}

TextTable::Row conflict_row(const Conflict& conflict) {
    const auto mark = wxString::FromUTF8("\xe2\x9a\xa0 ");  // a warning sign
    return {conflict.safety ? mark + _("Safety") : wxString(), patient_text(conflict),
            record_text(conflict), differing_text(conflict)};
}

wxString writer_text(const ConflictValue& value, Time now) {
    if (value.version.writer == 0) return _("Found when the database was enabled");
    return wxString::Format(_("%s, %s"), to_wx(value.site), short_time(value.time, now));
}

wxString value_text(const Value* value, const Conflict& conflict) {
    if (value == nullptr) return _("(not known there)");
    if (value->is_null()) return _("(empty)");
    if (value->attached) return attached_text(*value);
    if (value->kind == ValueKind::binary) return binary_text(*value);
    if (value->bytes.empty()) return _("(blank)");
    const auto row = conflict.row_labels.find(value->bytes);
    if (row != conflict.row_labels.end() && !row->second.empty()) return to_wx(row->second);
    const auto text = to_wx(value->bytes);
    return text.empty() ? binary_text(*value) : text;
}

std::vector<ComparedField> compared_fields(const Conflict& conflict, bool only_different) {
    std::set<std::string> columns;
    for (const auto& value : conflict.values) {
        for (const auto& [column, field] : value.fields) columns.insert(column);
    }
    std::vector<ComparedField> fields;
    for (const auto& column : columns) {
        auto field = compared(conflict, column);
        if (field.differs || !only_different) fields.push_back(std::move(field));
    }
    std::stable_partition(fields.begin(), fields.end(),
                          [](const ComparedField& field) { return field.differs; });
    return fields;
}

}  // namespace cfs
