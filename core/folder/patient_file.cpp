#include "core/folder/patient_file.h"

#include <algorithm>
#include <initializer_list>
#include <pugixml.hpp>

#include "core/folder/patient_file_format.h"
#include "core/folder/small_xml.h"
#include "core/folder/xml_text.h"
#include "core/model/error.h"
#include "core/model/text.h"

namespace cfs {

namespace {

constexpr int kMaxDepth = 4;  // patient, row, field, value
// A field of several values is an element more than these.
constexpr std::size_t kMaxElements = 1 + kMaxRows + 2 * kMaxValues;

constexpr ToSay kBadVersion("a version can't be read");
constexpr auto kTwice = ToSay("a row stands twice");

template <class Parse>
auto parsed(std::string_view text, Parse parse, ToSay fault) {
    const auto result = parse(text);
    if (!result) throw_damaged(said(fault));
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
        stamps.push_back({parsed(word, VersionId::parse, kBadVersion), Time{}});
    });
    if (!node.attribute("at")) return stamps;
    std::size_t count = 0;
    for_each_word(node.attribute("at").value(), [&](std::string_view word) {
        if (count >= stamps.size()) throw_damaged(said("a value has more times than versions"));
        stamps[count++].time = parsed(word, time_from_text, ToSay("a time can't be read"));
    });
    if (count != stamps.size()) throw_damaged(said("a value has more versions than times"));
    return stamps;
}

ValueKind kind_of(std::string_view type) {
    for (const auto kind : {ValueKind::null, ValueKind::text, ValueKind::binary, ValueKind::integer,
                            ValueKind::real}) {
        if (type_name(kind) == type) return kind;
    }
    throw_damaged(said("a value has an unknown type"));
}

// The format knows these attributes of the element, each once, and no other.
void expect(const pugi::xml_node& node, std::initializer_list<std::string_view> attributes) {
    std::size_t count = 0;
    for (const auto& attribute : node.attributes()) {
        const std::string_view name = attribute.name();
        const bool known =
            std::find(attributes.begin(), attributes.end(), name) != attributes.end();
        const bool first = node.attribute(attribute.name()) == attribute;
        if (!known || !first || ++count > attributes.size()) {
            throw_damaged(said("it holds what its format does not know"));
        }
    }
}

// Calls `visit` with the elements in `node`, all of that name; nothing else may be in there.
template <class Visit>
void for_each_element(const pugi::xml_node& node, std::string_view name, Visit visit) {
    for (const auto& child : node.children()) {
        if (child.type() != pugi::node_element || child.name() != name) {
            throw_damaged(said("it holds what its format does not know"));
        }
        visit(child);
    }
}

// A character reference can say what the file itself may not hold.
std::string text_of(const char* text) {
    if (!fits_xml(text)) throw_damaged(said("it holds what is no text"));
    return text;
}

Value value_of(const pugi::xml_node& node) {
    Value value;
    const auto type = node.attribute("type");
    value.kind = type ? kind_of(type.value()) : ValueKind::text;
    const std::string_view content = node.child_value();
    if (const auto attachment = node.attribute("attachment")) {
        value.attached = true;
        value.bytes =
            parsed(attachment.value(), Digest::parse, ToSay("an attachment's name can't be read"))
                .text();
        if (!content.empty()) throw_damaged(said("an attachment has content"));
    } else if (node.attribute("encoding")) {
        value.bytes = parsed(content, from_base64, ToSay("a base64 value can't be read"));
    } else {
        value.bytes = text_of(node.child_value());
    }
    const bool plain = value.kind == ValueKind::text || value.kind == ValueKind::binary;
    if (value.attached && !plain) throw_damaged(said("an attachment is neither text nor binary"));
    if (value.is_null() && !value.bytes.empty()) throw_damaged(said("a null value has content"));
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
            throw Error(ErrorCode::file_too_large, said("the file stands for too many values"));
        }
        left -= wanted;
    }

    std::size_t rows_ = kMaxRows, values_ = kMaxValues, bytes_ = kMaxValueBytes;
};

void add_pairs(Field& field, Value value, const std::vector<Stamp>& stamps, Allowance& allowance) {
    if (stamps.empty()) throw_damaged(said("a value has no version"));
    allowance.take_values(stamps.size(), value.bytes.size());
    for (const auto& stamp : stamps) {
        const bool last = &stamp == &stamps.back();
        field.push_back({stamp.version, stamp.time, last ? std::move(value) : value});
    }
}

Field field_of(const pugi::xml_node& node, const std::vector<Stamp>& common, Allowance& allowance) {
    Field field;
    expect(node, {"name", "by", "at", "type", "encoding", "attachment"});
    if (node.first_child().type() == pugi::node_element) {
        for_each_element(node, "value", [&](const pugi::xml_node& value) {
            expect(value, {"by", "at", "type", "encoding", "attachment"});
            if (value.first_child().type() == pugi::node_element ||
                value.first_child().next_sibling()) {
                throw_damaged(said("it holds what its format does not know"));
            }
            add_pairs(field, value_of(value), stamps_of(value), allowance);
        });
    } else {
        if (node.first_child().next_sibling())
            throw_damaged(said("a field holds text beside its values"));
        if (node.attribute("by")) {
            add_pairs(field, value_of(node), stamps_of(node), allowance);
        } else {
            add_pairs(field, value_of(node), common, allowance);
        }
    }
    std::sort(field.begin(), field.end());
    const auto same = [](const Held& a, const Held& b) { return a.version == b.version; };
    if (std::adjacent_find(field.begin(), field.end(), same) != field.end()) {
        throw_damaged(said("a version wrote two values of one field"));
    }
    field.shrink_to_fit();
    return field;
}

void finish_absorbed(Row& row) {
    for (const auto& [name, field] : row.fields) {
        for (const auto& held : field) row.absorbed.push_back(held.version);
    }
    std::sort(row.absorbed.begin(), row.absorbed.end());
    row.absorbed.erase(std::unique(row.absorbed.begin(), row.absorbed.end()), row.absorbed.end());
    row.absorbed.shrink_to_fit();
}

std::string name_in(const pugi::xml_node& node, const char* attribute) {
    auto name = text_of(node.attribute(attribute).value());
    if (name.empty()) throw_damaged(said("a {1} is missing or empty", attribute));
    return name;
}

Row row_of(const pugi::xml_node& node, Allowance& allowance) {
    expect(node, {"id", "table", "by", "at", "overwritten"});
    allowance.take_row();
    Row row;
    row.table = name_in(node, "table");
    const auto common = stamps_of(node);
    for_each_word(node.attribute("overwritten").value(), [&](std::string_view word) {
        row.absorbed.push_back(parsed(word, VersionId::parse, kBadVersion));
    });
    // Sorted once: a file may have them in any order, and very many.
    Fields::sequence_type fields;
    for_each_element(node, "field", [&](const pugi::xml_node& field) {
        auto name = name_in(field, "name");
        fields.emplace_back(std::move(name), field_of(field, common, allowance));
    });
    const auto by_name = [](const auto& a, const auto& b) { return a.first < b.first; };
    const auto same_name = [](const auto& a, const auto& b) { return a.first == b.first; };
    std::sort(fields.begin(), fields.end(), by_name);
    if (std::adjacent_find(fields.begin(), fields.end(), same_name) != fields.end()) {
        throw_damaged(said("a field stands twice in one row"));
    }
    row.fields.adopt_sequence(boost::container::ordered_unique_range, std::move(fields));
    finish_absorbed(row);
    return row;
}

pugi::xml_node parse(pugi::xml_document& document, std::string_view xml) {
    const auto result = document.load_buffer(xml.data(), xml.size(),
                                             pugi::parse_escapes | pugi::parse_ws_pcdata_single,
                                             pugi::encoding_utf8);
    if (!result) throw_damaged(said("it is not well-formed XML"));
    return document.document_element();
}

PatientId patient_in(std::string_view root_xml) {
    pugi::xml_document document;
    const auto root = parse(document, root_xml);
    if (root.name() != std::string_view("patient") ||
        root.attribute("xmlns").value() != kPatientNamespace) {
        throw_damaged(said("it is no patient file"));
    }
    if (root.attribute("format").value() != kPatientFormat) {
        throw Error(ErrorCode::file_version,
                    said("the file has another format version; update this program"));
    }
    expect(root, {"xmlns", "format", "id", "digest"});
    return parsed(root.attribute("id").value(), PatientId::parse,
                  ToSay("the patient's id can't be read"));
}

void take_all(Allowance& allowance, const Row& row) {
    allowance.take_row();
    for (const auto& [name, field] : row.fields) {
        for (const auto& held : field) allowance.take_values(1, held.value.bytes.size());
    }
}

// The rows of a document that was read, by how they are written.
class RowsRead {
  public:
    explicit RowsRead(const ReadDocument& read) : document_(read.document) {
        if (document_ == nullptr) return;
        if (auto split = split_root(read.xml)) rows_ = std::move(split->children);
    }

    // The row that is written like this, nothing if there is none. Rows are asked for in the order
    // in which to_xml() writes them; of those in another order some may not be found.
    [[nodiscard]] const std::pair<const RowId, Row>* find(std::string_view row_xml) {
        while (next_ < rows_.size() && rows_[next_] < row_xml) ++next_;
        if (next_ == rows_.size() || rows_[next_] != row_xml) return nullptr;
        const auto at = row_xml.starts_with(kBegin) ? row_xml.substr(kBegin.size()) : row_xml;
        const auto id = RowId::parse(at.substr(0, at.find('"')));
        const auto row = id ? document_->rows.find(*id) : document_->rows.end();
        return row == document_->rows.end() ? nullptr : &*row;
    }

  private:
    static constexpr std::string_view kBegin = "<row id=\"";

    const PatientDocument* document_;
    std::vector<std::string_view> rows_;
    std::size_t next_ = 0;
};

void add_row(PatientDocument& document, std::string_view row_xml, Allowance& allowance) {
    pugi::xml_document parsed_row;
    const auto node = parse(parsed_row, row_xml);
    if (node.name() != std::string_view("row")) {
        throw_damaged(said("it holds what its format does not know"));
    }
    const auto id =
        parsed(node.attribute("id").value(), RowId::parse, ToSay("a row's id can't be read"));
    if (!document.rows.emplace(id, row_of(node, allowance)).second) {
        throw_damaged(said(kTwice));
    }
}

}  // namespace

PatientDocument from_xml(std::string_view xml, const ReadDocument& alike) {
    if (alike.document != nullptr && alike.xml == xml) return *alike.document;
    if (xml.size() > kMaxPatientFile) {
        throw Error(ErrorCode::file_too_large, said("the file is larger than 16 MiB"));
    }
    if (!fits_xml(xml) || !has_plain_shape(xml, kMaxDepth, kMaxElements) ||
        !has_plain_references(xml) || !begins_like_patient_file(xml)) {
        throw_damaged(said("it is empty, cut off or not a patient file's XML"));
    }
    const auto split = split_root(xml);
    if (!split) throw_damaged(said("it holds what its format does not know"));
    PatientDocument document;
    document.patient = patient_in(split->root);
    if (!digest_holds(xml)) throw_damaged(said("its digest does not fit its content"));
    Allowance allowance;
    RowsRead read(alike);
    for (const auto& row : split->children) {
        if (const auto* known = read.find(row)) {
            take_all(allowance, known->second);
            if (!document.rows.insert(*known).second) throw_damaged(said(kTwice));
        } else {
            add_row(document, row, allowance);
        }
    }
    return document;
}

std::set<VersionId> versions_in(std::string_view xml) {
    std::set<VersionId> versions;
    // Quotes stand around attributes only: a writer escapes every other.
    for (auto open = xml.find('"'); open != std::string_view::npos;) {
        const auto close = xml.find('"', open + 1);
        if (close == std::string_view::npos) break;
        const auto before = xml.substr(0, open);
        if (before.ends_with(" by=") || before.ends_with(" overwritten=")) {
            for_each_word(xml.substr(open + 1, close - open - 1), [&](std::string_view word) {
                versions.insert(parsed(word, VersionId::parse, kBadVersion));
            });
        }
        open = xml.find('"', close + 1);
    }
    return versions;
}

bool fits_patient_file(const PatientDocument& document, std::string_view xml) {
    if (xml.size() > kMaxPatientFile) return false;
    try {
        Allowance allowance;
        for (const auto& [id, row] : document.rows) take_all(allowance, row);
        return true;
    } catch (const Error&) {
        return false;
    }
}

bool begins_like_patient_file(std::string_view head) {
    const auto at = head.substr(0, 512).find("<patient ");
    return at != std::string_view::npos &&
           head.substr(at, 200).find(kPatientNamespace) != std::string_view::npos;
}

std::optional<Digest> digest_of_file(std::string_view xml) {
    return Digest::parse(digest_attribute(xml));
}

}  // namespace cfs
