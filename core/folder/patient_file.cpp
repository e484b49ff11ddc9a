#include "core/folder/patient_file.h"

#include <algorithm>
#include <optional>

#include "core/folder/small_xml.h"
#include "core/folder/xml_reader.h"
#include "core/folder/xml_text.h"
#include "core/model/error.h"

namespace cfs {

namespace {

constexpr std::string_view kNamespace = "urn:cloud-folder-sync:patient";
constexpr std::string_view kFormat = "1";

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

template <class Parse>
auto parsed(std::string_view text, Parse parse, const char* what) {
    const auto result = parse(text);
    if (!result) throw_damaged(std::string(what) + " can't be read");
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

std::vector<Stamp> stamps_of(const XmlTag& tag) {
    std::vector<Stamp> stamps;
    for_each_word(tag.raw("by"), [&](std::string_view word) {
        stamps.push_back({parsed(word, VersionId::parse, "a version"), Time{}});
    });
    if (!tag.has("at")) return stamps;
    std::size_t count = 0;
    for_each_word(tag.raw("at"), [&](std::string_view word) {
        if (count >= stamps.size()) throw_damaged("a value has more times than versions");
        stamps[count++].time = parsed(word, time_from_text, "a time");
    });
    if (count != stamps.size()) throw_damaged("a value has more versions than times");
    return stamps;
}

ValueKind kind_of(std::string_view type) {
    for (const auto kind : {ValueKind::null, ValueKind::text, ValueKind::binary, ValueKind::integer,
                            ValueKind::real}) {
        if (type_name(kind) == type) return kind;
    }
    throw_damaged("a value has an unknown type");
}

// `content` is still escaped.
Value value_of(const XmlTag& tag, std::string_view content) {
    Value value;
    value.kind = tag.has("type") ? kind_of(tag.raw("type")) : ValueKind::text;
    if (tag.has("attachment")) {
        value.attached = true;
        value.bytes = parsed(tag.raw("attachment"), Digest::parse, "an attachment's name").text();
        if (!content.empty()) throw_damaged("an attachment has content");
    } else if (tag.has("encoding")) {
        value.bytes = parsed(content, from_base64, "a base64 value");
    } else {
        value.bytes = unescaped(content);
    }
    const bool plain = value.kind == ValueKind::text || value.kind == ValueKind::binary;
    if (value.attached && !plain) throw_damaged("an attachment is neither text nor binary");
    if (value.is_null() && !value.bytes.empty()) throw_damaged("a null value has content");
    return value;
}

// A file says a value of several versions and the versions of several fields only once, so a
// hostile one could stand for far more than it is long.
class Allowance {
  public:
    void take_row() { take(rows_, 1); }
    void take_values(std::size_t count, std::size_t size_of_each) {
        take(values_, count);
        take(bytes_, count * size_of_each);
    }

  private:
    static void take(std::size_t& left, std::size_t wanted) {
        if (wanted > left) {
            throw Error(ErrorCode::file_too_large, "the file stands for too many values");
        }
        left -= wanted;
    }

    std::size_t rows_ = kMaxRows, values_ = kMaxValues, bytes_ = kMaxValueBytes;
};

class DocumentReader {
  public:
    explicit DocumentReader(std::string_view xml) : xml_(xml), reader_(xml) {}

    PatientDocument read() {
        XmlTag root;
        read_root(root);
        // Before the rest, which is long.
        if (!digest_holds(xml_)) throw_damaged("its digest does not fit its content");
        PatientDocument document;
        document.patient = parsed(root.raw("id"), PatientId::parse, "the patient's id");
        for (XmlTag tag; !root.empty() && reader_.next(tag);) {
            if (tag.name() != "row") throw_damaged("it holds what its format does not know");
            const auto id = parsed(tag.raw("id"), RowId::parse, "a row's id");
            if (!document.rows.emplace(id, row_of(tag)).second) {
                throw_damaged("a row stands twice");
            }
        }
        reader_.finish();
        return document;
    }

  private:
    void read_root(XmlTag& tag) {
        if (!reader_.next(tag) || tag.name() != "patient" || tag.raw("xmlns") != kNamespace ||
            !begins_like_patient_file(xml_)) {
            throw_damaged("it is no patient file");
        }
        if (tag.raw("format") != kFormat) {
            throw Error(ErrorCode::file_version,
                        "the file has another format version; update this program");
        }
        tag.expect({"xmlns", "format", "id", "digest"});
    }

    Row row_of(const XmlTag& tag) {
        tag.expect({"id", "table", "by", "at", "overwritten"});
        allowance_.take_row();
        Row row;
        row.table = name_in(tag, "table");
        const auto common = stamps_of(tag);
        for_each_word(tag.raw("overwritten"), [&](std::string_view word) {
            row.absorbed.push_back(parsed(word, VersionId::parse, "a version"));
        });
        for (XmlTag field; !tag.empty() && reader_.next(field);) {
            if (field.name() != "field") throw_damaged("it holds what its format does not know");
            auto name = name_in(field, "name");
            if (!row.fields.emplace(std::move(name), field_of(field, common)).second) {
                throw_damaged("a field stands twice in one row");
            }
        }
        finish_absorbed(row);
        return row;
    }

    Field field_of(const XmlTag& tag, const std::vector<Stamp>& common) {
        tag.expect({"name", "by", "at", "type", "encoding", "attachment"});
        Field field;
        const auto content = tag.empty() ? std::string_view() : reader_.text();
        if (tag.empty() || reader_.at_end()) {
            add_pairs(field, value_of(tag, content), tag.has("by") ? stamps_of(tag) : common);
            if (!tag.empty()) close();
        } else {
            if (content.find_first_not_of(" \t\r\n") != std::string_view::npos) {
                throw_damaged("a field holds text beside its values");
            }
            for (XmlTag value; reader_.next(value);) add_value(field, value);
        }
        std::sort(field.begin(), field.end());
        const auto same = [](const Held& a, const Held& b) { return a.version == b.version; };
        if (std::adjacent_find(field.begin(), field.end(), same) != field.end()) {
            throw_damaged("a version wrote two values of one field");
        }
        field.shrink_to_fit();
        return field;
    }

    void add_value(Field& field, const XmlTag& tag) {
        if (tag.name() != "value") throw_damaged("it holds what its format does not know");
        tag.expect({"by", "at", "type", "encoding", "attachment"});
        const auto content = tag.empty() ? std::string_view() : reader_.text();
        add_pairs(field, value_of(tag, content), stamps_of(tag));
        if (!tag.empty()) close();
    }

    void add_pairs(Field& field, const Value& value, const std::vector<Stamp>& stamps) {
        if (stamps.empty()) throw_damaged("a value has no version");
        allowance_.take_values(stamps.size(), value.bytes.size());
        for (const auto& stamp : stamps) field.push_back({stamp.version, stamp.time, value});
    }

    static void finish_absorbed(Row& row) {
        for (const auto& [name, field] : row.fields) {
            for (const auto& held : field) row.absorbed.push_back(held.version);
        }
        std::sort(row.absorbed.begin(), row.absorbed.end());
        row.absorbed.erase(std::unique(row.absorbed.begin(), row.absorbed.end()),
                           row.absorbed.end());
        row.absorbed.shrink_to_fit();
    }

    static std::string name_in(const XmlTag& tag, const char* attribute) {
        auto name = tag.text(attribute);
        if (name.empty()) throw_damaged(std::string("a ") + attribute + " is missing or empty");
        return name;
    }

    // The end tag of an element of text.
    void close() {
        XmlTag tag;
        if (reader_.next(tag)) throw_damaged("it holds what its format does not know");
    }

    std::string_view xml_;
    XmlReader reader_;
    Allowance allowance_;
};

void take_all(Allowance& allowance, const PatientDocument& document) {
    for (const auto& [id, row] : document.rows) {
        allowance.take_row();
        for (const auto& [name, field] : row.fields) {
            for (const auto& held : field) allowance.take_values(1, held.value.bytes.size());
        }
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
    if (xml.size() > kMaxPatientFile) {
        throw Error(ErrorCode::file_too_large, "the file is larger than 16 MiB");
    }
    if (!fits_xml(xml)) throw_damaged("it holds what is no text");
    return DocumentReader(xml).read();
}

bool fits_patient_file(const PatientDocument& document, std::string_view xml) {
    if (xml.size() > kMaxPatientFile) return false;
    try {
        Allowance allowance;
        take_all(allowance, document);
        return true;
    } catch (const Error&) {
        return false;
    }
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
