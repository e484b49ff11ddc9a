#include "core/folder/patient_file.h"

#include <algorithm>
#include <cstdint>
#include <pugixml.hpp>

#include "core/folder/xml_text.h"
#include "core/model/error.h"

namespace cfs {

namespace {

constexpr std::string_view kNamespace = "urn:cloud-folder-sync:patient";
constexpr std::string_view kFormat = "1";
constexpr int kMaxDepth = 4;  // patient, row, field, value
// The shortest element that a writer makes is longer than this, in bytes.
constexpr std::size_t kMinElementSize = 16;
// What a document may take, in bytes: this much and so many times the size of its file.
constexpr std::uint64_t kFreeMemory = std::uint64_t{16} << 20;
constexpr std::uint64_t kMemoryPerByte = 16;

// ---- writing -----------------------------------------------------------------------------------

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

// ---- reading -----------------------------------------------------------------------------------

[[noreturn]] void damaged(const std::string& what) {
    throw Error(ErrorCode::file_damaged, "the file is damaged: " + what);
}

template <class Parse>
auto parsed(std::string_view text, Parse parse, const char* what) {
    const auto result = parse(text);
    if (!result) damaged(std::string(what) + " can't be read");
    return *result;
}

template <class Visit>
void for_each_word(std::string_view text, Visit visit) {
    while (!text.empty()) {
        const auto space = text.find(' ');
        visit(text.substr(0, space));
        if (space == std::string_view::npos) return;
        text.remove_prefix(space + 1);
    }
}

struct Stamp {
    VersionId version;
    Time time{};
};

std::vector<Stamp> stamps_of(const pugi::xml_node& node) {
    std::vector<Stamp> stamps;
    for_each_word(node.attribute("by").value(), [&](std::string_view word) {
        stamps.push_back({parsed(word, VersionId::parse, "a version"), Time{}});
    });
    if (!node.attribute("at")) return stamps;
    std::size_t count = 0;
    for_each_word(node.attribute("at").value(), [&](std::string_view word) {
        if (count >= stamps.size()) damaged("a value has more times than versions");
        stamps[count++].time = parsed(word, time_from_text, "a time");
    });
    if (count != stamps.size()) damaged("a value has more versions than times");
    return stamps;
}

ValueKind kind_of(std::string_view type) {
    for (const auto kind : {ValueKind::null, ValueKind::text, ValueKind::binary, ValueKind::integer,
                            ValueKind::real}) {
        if (type_name(kind) == type) return kind;
    }
    damaged("a value has an unknown type");
}

Value value_of(const pugi::xml_node& node) {
    Value value;
    const auto type = node.attribute("type");
    value.kind = type ? kind_of(type.value()) : ValueKind::text;
    if (const auto attachment = node.attribute("attachment")) {
        value.attached = true;
        value.bytes = parsed(attachment.value(), Digest::parse, "an attachment's name").text();
    } else if (node.attribute("encoding")) {
        value.bytes = parsed(node.child_value(), from_base64, "a base64 value");
    } else {
        value.bytes = node.child_value();
    }
    const bool plain = value.kind == ValueKind::text || value.kind == ValueKind::binary;
    if (value.attached && !plain) damaged("an attachment is neither text nor binary");
    if (value.is_null() && !value.bytes.empty()) damaged("a null value has content");
    return value;
}

// A file says a value of several versions and the versions of several fields only once, so a
// hostile one could stand for far more than it is long.
class Allowance {
  public:
    explicit Allowance(std::size_t file_size) : left_(kFreeMemory + kMemoryPerByte * file_size) {}

    void take(std::uint64_t bytes) {
        if (bytes > left_) {
            throw Error(ErrorCode::file_too_large, "the file stands for too many values");
        }
        left_ -= bytes;
    }

  private:
    std::uint64_t left_;
};

void add_pairs(Field& field, const Value& value, const std::vector<Stamp>& stamps,
               Allowance& allowance) {
    if (stamps.empty()) damaged("a value has no version");
    allowance.take(std::uint64_t{stamps.size()} * (sizeof(Held) + value.bytes.size()));
    for (const auto& stamp : stamps) field.push_back({stamp.version, stamp.time, value});
}

Field field_of(const pugi::xml_node& node, const std::vector<Stamp>& common, Allowance& allowance) {
    Field field;
    const auto first = node.child("value");
    if (!first) {
        add_pairs(field, value_of(node), node.attribute("by") ? stamps_of(node) : common,
                  allowance);
    }
    for (auto child = first; child; child = child.next_sibling("value")) {
        add_pairs(field, value_of(child), stamps_of(child), allowance);
    }
    std::sort(field.begin(), field.end());
    field.erase(std::unique(field.begin(), field.end()), field.end());
    return field;
}

void finish_absorbed(Row& row) {
    for (const auto& [name, field] : row.fields) {
        for (const auto& held : field) row.absorbed.push_back(held.version);
    }
    std::sort(row.absorbed.begin(), row.absorbed.end());
    row.absorbed.erase(std::unique(row.absorbed.begin(), row.absorbed.end()), row.absorbed.end());
}

// A character reference can say what the file itself may not hold.
std::string name_in(const pugi::xml_attribute& attribute, const char* what) {
    std::string name = attribute.value();
    if (name.empty() || !fits_xml(name)) damaged(std::string(what) + " has no proper name");
    return name;
}

Row row_of(const pugi::xml_node& node, Allowance& allowance) {
    Row row;
    row.table = name_in(node.attribute("table"), "a table");
    const auto common = stamps_of(node);
    for (auto child = node.child("field"); child; child = child.next_sibling("field")) {
        auto name = name_in(child.attribute("name"), "a field");
        if (!row.fields.emplace(std::move(name), field_of(child, common, allowance)).second) {
            damaged("a field stands twice in one row");
        }
    }
    for_each_word(node.attribute("overwritten").value(), [&](std::string_view word) {
        row.absorbed.push_back(parsed(word, VersionId::parse, "a version"));
    });
    finish_absorbed(row);
    return row;
}

pugi::xml_node checked_root(const pugi::xml_document& xml) {
    const auto root = xml.document_element();
    if (root.name() != std::string_view("patient") ||
        root.attribute("xmlns").value() != kNamespace) {
        damaged("it is no patient file");
    }
    if (root.attribute("format").value() != kFormat) {
        throw Error(ErrorCode::file_version,
                    "the file has another format version; update this program");
    }
    return root;
}

void check_bytes(std::string_view xml) {
    if (xml.size() > kMaxPatientFile) {
        throw Error(ErrorCode::file_too_large, "the file is larger than 16 MiB");
    }
    if (!fits_xml(xml) || !has_plain_shape(xml, kMaxDepth, xml.size() / kMinElementSize)) {
        damaged("it is empty, cut off or not a patient file's XML");
    }
}

}  // namespace

std::string to_xml(const PatientDocument& document) {
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<patient";
    append_attribute(out, "xmlns", kNamespace);
    append_attribute(out, "format", kFormat);
    append_attribute(out, "id", document.patient.text());
    append_attribute(out, "digest", kNoDigest);
    out += ">\n";
    for (const auto& [id, row] : document.rows) append_row(out, id, row);
    out += "</patient>\n";
    seal_digest(out);
    return out;
}

PatientDocument from_xml(std::string_view xml) {
    check_bytes(xml);
    pugi::xml_document parsed_xml;
    const auto result = parsed_xml.load_buffer(xml.data(), xml.size(),
                                               pugi::parse_escapes | pugi::parse_ws_pcdata_single,
                                               pugi::encoding_utf8);
    if (!result) damaged("it is not well-formed XML");
    const auto root = checked_root(parsed_xml);
    if (!digest_holds(xml)) damaged("its digest does not fit its content");
    PatientDocument document;
    Allowance allowance(xml.size());
    document.patient = parsed(root.attribute("id").value(), PatientId::parse, "the patient's id");
    for (auto node = root.child("row"); node; node = node.next_sibling("row")) {
        const auto id = parsed(node.attribute("id").value(), RowId::parse, "a row's id");
        if (!document.rows.emplace(id, row_of(node, allowance)).second)
            damaged("a row stands twice");
    }
    return document;
}

bool begins_like_patient_file(std::string_view head) {
    const auto at = head.substr(0, 512).find("<patient ");
    return at != std::string_view::npos &&
           head.substr(at, 200).find(kNamespace) != std::string_view::npos;
}

std::optional<Digest> digest_of_file(std::string_view xml) {
    return Digest::parse(digest_attribute(xml));
}

}  // namespace cfs
