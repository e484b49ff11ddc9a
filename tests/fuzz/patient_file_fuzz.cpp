// Whatever bytes lie in the folder: from_xml() throws its Error or gives a document that keeps all
// that the rules rely on, is written and read back without change, and obeys the laws of merge.
#include <algorithm>

#include "core/database/mapping_file.h"
#include "core/folder/patient_file.h"
#include "core/rules/conflicts.h"
#include "core/rules/merge.h"
#include "core/rules/project.h"
#include "tests/fuzz/fuzzing.h"

using namespace cfs;
using namespace cfs::fuzz;

namespace {

// The corpus' tables.
const Mapping& mapping() {
    static const auto kMapping = mapping_from_xml(R"(
        <mapping xmlns="urn:cloud-folder-sync:mapping" format="1" name="f" family="f" version="1">
          <patient table="patient"><key column="id"/><identity column="name"/>
            <group name="call"><column name="phone"/><column name="mail"/></group></patient>
          <record table="visit"><key column="id"/><identity column="day"/>
            <owner column="patient"/></record>
          <record table="dose"><key column="id"/><identity column="note"/>
            <owner column="visit" table="visit" target="id"/><safety column="amount"/></record>
        </mapping>)",
                                                  "fuzz");
    return kMapping;
}

template <class List>
bool is_set(const List& list) {
    return std::is_sorted(list.begin(), list.end()) &&
           std::adjacent_find(list.begin(), list.end()) == list.end();
}

void require_value(const Value& value) {
    require(!value.is_null() || value.bytes.empty());
    require(!value.attached || Digest::parse(value.bytes));
    require(!value.attached || value.kind == ValueKind::text || value.kind == ValueKind::binary);
}

void require_row(const Row& row) {
    require(!row.table.empty() && fits_xml(row.table));
    require(is_set(row.absorbed));
    for (const auto& [name, field] : row.fields) {
        require(!name.empty() && fits_xml(name));
        require(!field.empty() && is_set(field));
        for (const auto& held : field) {
            require(has_absorbed(row, held.version));
            require(held.time >= kFirstTime && held.time <= kLastTime);
            require_value(held.value);
        }
    }
}

std::optional<PatientDocument> read(std::string_view xml, const ReadDocument& alike = {}) {
    return accepted([&](std::string_view text) { return from_xml(text, alike); }, xml);
}

// What a site may know that has seen some of it: every n-th field was overwritten or is unknown,
// every n-th row is not there.
PatientDocument part_of(const PatientDocument& document, std::size_t n) {
    PatientDocument part{document.patient, {}};
    std::size_t count = n;
    for (const auto& [id, row] : document.rows) {
        if (++count % (n + 1) == 0) continue;
        auto& fields = part.rows.emplace(id, row).first->second.fields;
        fields.erase(std::remove_if(fields.begin(), fields.end(),
                                    [&](const auto&) { return ++count % n == 0; }),
                     fields.end());
    }
    return part;
}

void require_laws_of_merge(const PatientDocument& a) {
    const auto b = part_of(a, 2), c = part_of(a, 3);
    const auto ab = merge(a, b), bc = merge(b, c);
    require(merge(a, a) == a);
    require(ab == merge(b, a));
    require(merge(ab, c) == merge(a, bc));
    require(merge(ab, a) == ab && merge(ab, b) == ab);
    for (const auto& [id, row] : ab.rows) require_row(row);
    require(read(to_xml(ab)) == ab);
}

void require_sound_rules(const PatientDocument& document) {
    for (const auto& [id, values] : project(document, mapping())) {
        require(document.rows.at(id).table == values.table);
    }
    for (const auto& conflict : open_conflicts(document, mapping())) {
        require(conflict.candidates.size() >= 2);
        auto settled = document;
        const auto keep = conflict.candidates.back().latest;
        require(settle(settled, conflict, keep, VersionId{1, {1}}, kLastTime).has_value());
        require(read(to_xml(settled)) == settled);
    }
}

void check(std::string_view xml) {
    const auto document = read(xml);
    if (!document) return;
    require(begins_like_patient_file(xml));
    require(digest_of_file(xml).has_value());
    for (const auto& [id, row] : document->rows) require_row(row);
    const auto written = to_xml(*document);
    require(written.size() < 2 * xml.size() + 2000 || written.size() > kMaxPatientFile / 2);
    require(read(written) == document);
    require(fits_xml(written));
    const auto part = part_of(*document, 3);
    const auto part_written = to_xml(part);
    require(read(xml, {part_written, &part}) == document);
    require(read(part_written, {xml, &*document}) == part);
    require_laws_of_merge(*document);
    require_sound_rules(*document);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = text_of(data, size);
    static_cast<void>(begins_like_patient_file(bytes));
    static_cast<void>(digest_of_file(bytes));
    return check_both(data, size, check);
}
