// Canonical: equal documents are equal bytes.
#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <map>
#include <span>
#include <tuple>

#include "core/folder/patient_file.h"
#include "core/folder/patient_file_format.h"
#include "core/folder/xml_text.h"

namespace cfs {

namespace {

// The root element, and a row of a few short fields, take about as much.
constexpr std::size_t kHeadSize = 256, kRowSize = 400;

// What a field holds, by value: the versions of equal values stand together, in their order. It is
// pointed to, not copied.
using Pairs = boost::container::small_vector<const Held*, 1>;
using Range = std::span<const Held* const>;

Pairs by_value(const Field& field) {
    Pairs pairs;
    pairs.reserve(field.size());
    for (const auto& held : field) pairs.push_back(&held);
    std::sort(pairs.begin(), pairs.end(), [](const Held* a, const Held* b) {
        return std::tie(a->value, a->version, a->time) < std::tie(b->value, b->version, b->time);
    });
    return pairs;
}

// The versions of one value, as the attributes `by` and `at` say them.
struct Signature {
    std::string by, at;
    auto operator<=>(const Signature&) const = default;
};

Signature signature_of(Range pairs) {
    Signature signature;
    bool found_at_enabling = true;
    for (const auto* held : pairs) {
        if (!signature.by.empty()) {
            signature.by += ' ';
            signature.at += ' ';
        }
        signature.by += held->version.text();
        signature.at += to_text(held->time);
        found_at_enabling = found_at_enabling && held->time == Time{};
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
    Pairs pairs;

    [[nodiscard]] Range range() const { return {pairs.data(), pairs.size()}; }
    [[nodiscard]] bool is_single() const {  // without a conflict
        return pairs.front()->value == pairs.back()->value;
    }
};

std::vector<WrittenField> fields_to_write(const Row& row) {
    std::vector<WrittenField> fields;
    fields.reserve(row.fields.size());
    for (const auto& [name, field] : row.fields) fields.push_back({&name, by_value(field)});
    return fields;
}

// Orders by what a signature says, which need not be spelled for it.
struct BySignature {
    static auto said(const Held* held) { return std::tie(held->version, held->time); }
    bool operator()(Range a, Range b) const {
        return std::lexicographical_compare(
            a.begin(), a.end(), b.begin(), b.end(),
            [](const Held* x, const Held* y) { return said(x) < said(y); });
    }
};

// The pairs of a field whose versions most fields of the row share: these are said once for all of
// them.
Range common_pairs(const std::vector<WrittenField>& fields) {
    std::map<Range, int, BySignature> counts;
    for (const auto& field : fields) {
        if (field.is_single()) ++counts[field.range()];
    }
    Range common;
    int most = 1;
    for (const auto& [pairs, count] : counts) {
        const bool more = count > most;  // of equals the one with the smallest spelling
        if (more ||
            (count == most && !common.empty() && signature_of(pairs) < signature_of(common))) {
            common = pairs;
            most = count;
        }
    }
    return common;
}

std::string overwritten_versions(const Row& row) {
    std::vector<VersionId> held;
    for (const auto& [name, field] : row.fields) {
        for (const auto& pair : field) {
            // Most fields of a row have one and the same.
            if (held.empty() || held.back() != pair.version) held.push_back(pair.version);
        }
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

void append_field(std::string& out, const WrittenField& field, Range common) {
    out += "    <field";
    append_attribute(out, "name", *field.name);
    auto pairs = field.range();
    if (field.is_single()) {
        const BySignature before;
        if (before(pairs, common) || before(common, pairs)) {
            append_signature(out, signature_of(pairs));
        }
        append_content(out, pairs.front()->value, "field");
        return;
    }
    out += ">\n";
    while (!pairs.empty()) {
        const auto& value = pairs.front()->value;
        const auto end = std::find_if(pairs.begin(), pairs.end(),
                                      [&](const Held* held) { return held->value != value; });
        const auto count = static_cast<std::size_t>(end - pairs.begin());
        out += "      <value";
        append_signature(out, signature_of(pairs.first(count)));
        append_content(out, value, "value");
        pairs = pairs.subspan(count);
    }
    out += "    </field>\n";
}

void append_row(std::string& out, RowId id, const Row& row) {
    const auto fields = fields_to_write(row);
    const auto common = common_pairs(fields);
    out += "  <row";
    append_attribute(out, "id", id.text());
    append_attribute(out, "table", row.table);
    if (!common.empty()) append_signature(out, signature_of(common));
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

std::string to_xml(const PatientDocument& document, std::string_view alike) {
    std::string out;
    out.reserve(std::max(alike.size(), kHeadSize + document.rows.size() * kRowSize));
    out += "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<patient";
    append_attribute(out, "xmlns", kPatientNamespace);
    append_attribute(out, "format", kPatientFormat);
    append_attribute(out, "id", document.patient.text());
    append_attribute(out, "digest", kNoDigest);
    out += ">\n";
    for (const auto& [id, row] : document.rows) append_row(out, id, row);
    out += "</patient>\n";
    seal_digest(out, alike);
    return out;
}

}  // namespace cfs
