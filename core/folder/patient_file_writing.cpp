// Canonical: equal documents are equal bytes.
#include <algorithm>
#include <optional>

#include "core/folder/patient_file.h"
#include "core/folder/patient_file_format.h"
#include "core/folder/xml_text.h"

namespace cfs {

namespace {

// The versions of one value, as the attributes `by` and `at` say them.
struct Signature {
    std::string by, at;
    auto operator<=>(const Signature&) const = default;
};

using Range = std::pair<Field::const_iterator, Field::const_iterator>;

// The pairs of a field by value: equal values of different versions are one value.
std::map<Value, std::vector<Held>> by_value(const Field& field) {
    std::map<Value, std::vector<Held>> values;
    for (const auto& held : field) values[held.value].push_back(held);
    return values;
}

Signature signature_of(const std::vector<Held>& pairs) {
    Signature signature;
    bool found_at_enabling = true;
    for (const auto& held : pairs) {
        if (!signature.by.empty()) {
            signature.by += ' ';
            signature.at += ' ';
        }
        signature.by += held.version.text();
        signature.at += to_text(held.time);
        found_at_enabling = found_at_enabling && held.time == Time{};
    }
    if (found_at_enabling) signature.at.clear();
    return signature;
}

void append_signature(std::string& out, const Signature& signature) {
    append_attribute(out, "by", signature.by);
    if (!signature.at.empty()) append_attribute(out, "at", signature.at);
}

// The rest of an element from behind its first attributes: type, content, end.
void append_content(std::string& out, const Value& value, std::string_view element) {
    if (value.kind != ValueKind::text) append_attribute(out, "type", type_name(value.kind));
    if (value.attached) append_attribute(out, "attachment", value.bytes);
    if (value.attached || value.bytes.empty()) {
        out += "/>\n";
        return;
    }
    const bool encoded = value.kind == ValueKind::binary || !fits_xml(value.bytes);
    if (encoded) append_attribute(out, "encoding", "base64");
    out += '>';
    if (encoded) {
        out += to_base64(value.bytes);
    } else {
        append_escaped(out, value.bytes);
    }
    out += "</";
    out += element;
    out += ">\n";
}

struct WrittenField {
    const std::string* name;
    std::map<Value, std::vector<Held>> values;
    std::optional<Signature> single;  // of a field without a conflict
};

std::vector<WrittenField> fields_to_write(const Row& row) {
    std::vector<WrittenField> fields;
    for (const auto& [name, field] : row.fields) {
        WrittenField written{&name, by_value(field), {}};
        if (written.values.size() == 1) {
            written.single = signature_of(written.values.begin()->second);
        }
        fields.push_back(std::move(written));
    }
    return fields;
}

// The versions that most fields of the row share, said once for all of them.
std::optional<Signature> common_signature(const std::vector<WrittenField>& fields) {
    std::map<Signature, int> counts;
    for (const auto& field : fields) {
        if (field.single) ++counts[*field.single];
    }
    const auto most = std::max_element(counts.begin(), counts.end(), [](auto& a, auto& b) {
        return a.second < b.second;  // the first of equals: the smallest signature
    });
    if (most == counts.end() || most->second < 2) return std::nullopt;
    return most->first;
}

std::string overwritten_versions(const Row& row) {
    std::vector<VersionId> held;
    for (const auto& [name, field] : row.fields) {
        for (const auto& pair : field) held.push_back(pair.version);
    }
    std::sort(held.begin(), held.end());
    std::string text;
    for (const auto& version : row.absorbed) {
        if (std::binary_search(held.begin(), held.end(), version)) continue;
        if (!text.empty()) text += ' ';
        text += version.text();
    }
    return text;
}

void append_field(std::string& out, const WrittenField& field,
                  const std::optional<Signature>& common) {
    out += "    <field";
    append_attribute(out, "name", *field.name);
    if (field.single) {
        if (field.single != common) append_signature(out, *field.single);
        append_content(out, field.values.begin()->first, "field");
        return;
    }
    out += ">\n";
    for (const auto& [value, pairs] : field.values) {
        out += "      <value";
        append_signature(out, signature_of(pairs));
        append_content(out, value, "value");
    }
    out += "    </field>\n";
}

void append_row(std::string& out, RowId id, const Row& row) {
    const auto fields = fields_to_write(row);
    const auto common = common_signature(fields);
    out += "  <row";
    append_attribute(out, "id", id.text());
    append_attribute(out, "table", row.table);
    if (common) append_signature(out, *common);
    const auto overwritten = overwritten_versions(row);
    if (!overwritten.empty()) append_attribute(out, "overwritten", overwritten);
    if (fields.empty()) {
        out += "/>\n";
        return;
    }
    out += ">\n";
    for (const auto& field : fields) append_field(out, field, common);
    out += "  </row>\n";
}

}  // namespace

std::string_view type_name(ValueKind kind) {
    switch (kind) {
        case ValueKind::null:
            return "null";
        case ValueKind::text:
            return "text";
        case ValueKind::binary:
            return "binary";
        case ValueKind::integer:
            return "integer";
        case ValueKind::real:
            return "real";
    }
    return {};
}

std::string to_xml(const PatientDocument& document) {
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<patient";
    append_attribute(out, "xmlns", kPatientNamespace);
    append_attribute(out, "format", kPatientFormat);
    append_attribute(out, "id", document.patient.text());
    append_attribute(out, "digest", kNoDigest);
    out += ">\n";
    for (const auto& [id, row] : document.rows) append_row(out, id, row);
    out += "</patient>\n";
    seal_digest(out);
    return out;
}

}  // namespace cfs
