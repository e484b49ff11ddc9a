#include "tests/simulation/document_view.h"

#include <algorithm>
#include <set>

#include "core/folder/patient_file.h"
#include "core/model/error.h"

namespace cfs::simulation {

namespace {

std::string text_of(const Value& value) { return value.is_null() ? "-" : value.bytes; }

const Value* value_by(const Row& row, const std::string& column, const VersionId& version) {
    const auto field = row.fields.find(column);
    if (field == row.fields.end()) return nullptr;
    for (const auto& held : field->second) {
        if (held.version == version) return &held.value;
    }
    return nullptr;
}

std::set<VersionId> versions_in(const Row& row, const TableShape& shape, const GroupShape& group) {
    std::set<VersionId> versions;
    for (const auto& column : group.columns) {
        const auto field = row.fields.find(field_of(shape, column));
        if (field == row.fields.end()) continue;
        for (const auto& held : field->second) versions.insert(held.version);
    }
    return versions;
}

std::string code_of(const Row& row) {
    const auto field = row.fields.find("code");
    return field == row.fields.end() ? std::string() : text_of(field->second.front().value);
}

bool is_known_table(const std::string& name) {
    return std::any_of(table_shapes().begin(), table_shapes().end(),
                       [&](const TableShape& shape) { return shape.name == name; });
}

}  // namespace

DocumentViews::View& DocumentViews::view_of(const std::string& xml) {
    const auto known = views_.find(xml);
    if (known != views_.end()) return known->second;
    View view;
    try {
        for (const auto& [id, row] : from_xml(xml).rows) {
            const auto code = code_of(row);
            if (!is_known_table(row.table) || code.empty()) continue;
            view.rows.emplace_back(id.text(), code);
            const auto& shape = shape_of(row.table);
            for (const auto& group : shape.groups) {
                for (const auto& version : versions_in(row, shape, group)) {
                    Part part{code, &group, {}, {}};
                    for (const auto& column : group.columns) {
                        const auto* value = value_by(row, field_of(shape, column), version);
                        if (value == nullptr) break;
                        part.values.push_back(text_of(*value));
                        part.refers.push_back(shape.references.contains(column));
                    }
                    if (part.values.size() < group.columns.size()) continue;
                    view.parts.push_back(std::move(part));
                }
            }
        }
    } catch (const Error&) {
        view = {};
    }
    return views_.emplace(xml, std::move(view)).first->second;
}

std::string DocumentViews::content_of(const Part& part) const {
    std::string content;
    for (std::size_t i = 0; i < part.values.size(); ++i) {
        const auto code = part.refers[i] ? codes_.find(part.values[i]) : codes_.end();
        content += (code == codes_.end() ? token_of(part.values[i]) : code->second) + '|';
    }
    return content;
}

std::string DocumentViews::code_of_row(const std::string& id) const {
    const auto at = codes_.find(id);
    return at == codes_.end() ? std::string() : at->second;
}

std::optional<std::string> DocumentViews::content_of(
    const TableShape& shape, const GroupShape& group,
    const std::map<std::string, Value>& fields) const {
    Part part{{}, &group, {}, {}};
    for (const auto& column : group.columns) {
        const auto at = fields.find(field_of(shape, column));
        if (at == fields.end()) return std::nullopt;
        part.values.push_back(text_of(at->second));
        part.refers.push_back(shape.references.contains(column));
    }
    return content_of(part);
}

void DocumentViews::add(const std::string& xml, Present& present) {
    auto& view = view_of(xml);
    if (view.rows_known != codes_.size() || codes_.empty()) {
        for (const auto& [id, code] : view.rows) codes_[id] = code;
        view.rows_known = codes_.size();
        view.placed.clear();
        for (const auto& part : view.parts) {
            const auto& group = part.group->name;
            const auto place = group.empty() ? part.code : part.code + "/" + group;
            view.placed.push_back(names_.id_of(place, content_of(part)));
        }
    }
    for (const auto id : view.placed) present.add(id);
}

std::set<std::string> DocumentViews::doubled_rows(const std::vector<std::string>& documents) {
    std::map<std::string, std::string> ids;  // by code
    std::set<std::string> doubled;
    for (const auto& xml : documents) {
        for (const auto& [id, code] : view_of(xml).rows) {
            if (ids.try_emplace(code, id).first->second != id) doubled.insert(code);
        }
    }
    return doubled;
}

}  // namespace cfs::simulation
