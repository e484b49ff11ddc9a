#include "core/database/own_tables.h"

namespace cfs {

namespace {

struct Declared {
    const char* name;
    const char* columns;  // a type is one of the names of OwnTypes in braces
    bool clustered = true;
};

constexpr Declared kTables[] = {
    {"cfs_meta", "name {id} PRIMARY KEY, value {text}"},
    {"cfs_row",
     "row_id {id} PRIMARY KEY, tbl {name} NOT NULL, local_key {key}, former {key}, "
     "patient {id} NOT NULL, found {number} DEFAULT 0 NOT NULL"},
    {"cfs_key",
     "tbl {name} NOT NULL, local_key {key} NOT NULL, row_id {id} NOT NULL, "
     "PRIMARY KEY (tbl, local_key)"},
    {"cfs_as_left", "row_id {id} PRIMARY KEY, content {id} NOT NULL, versions {text} NOT NULL"},
    {"cfs_moved", "row_id {id} NOT NULL, patient {id} NOT NULL, PRIMARY KEY (row_id, patient)"},
    {"cfs_patient", "patient {id} PRIMARY KEY, document {text} NOT NULL, digest {id} NOT NULL",
     false},
    {"cfs_differing", "patient {id} PRIMARY KEY, differs {text} NOT NULL"},
    {"cfs_touched", "patient {id} PRIMARY KEY"},
    {"cfs_outbox", "patient {id} PRIMARY KEY, versions {text} NOT NULL, published {id}"},
    {"cfs_journal",
     "seq {serial}, tbl {name} NOT NULL, op {id} NOT NULL, local_key {key}, old_key {key}, "
     "fresh {id}, at {id} NOT NULL",
     false},
    {"cfs_scanned",
     "tbl {name} NOT NULL, local_key {key} NOT NULL, content {id} NOT NULL, "
     "PRIMARY KEY (tbl, local_key)"},
    {"cfs_history",
     "id {serial}, run {id} NOT NULL, at {id} NOT NULL, patient {id} NOT NULL, "
     "row_id {id} NOT NULL, tbl {name} NOT NULL, col {name} NOT NULL, old_value {text} NOT NULL, "
     "new_value {text} NOT NULL",
     false},
    {"cfs_settled",
     "version {id} PRIMARY KEY, run {id} NOT NULL, at {id} NOT NULL, row_id {id} NOT NULL, "
     "put_away {text} NOT NULL"},
    {"cfs_segment", "writer {id} NOT NULL, number {number} NOT NULL, PRIMARY KEY (writer, number)"},
    {"cfs_awaited",
     "writer {id} NOT NULL, number {number} NOT NULL, patient {id} NOT NULL, "
     "versions {text} NOT NULL, since {id} NOT NULL, PRIMARY KEY (patient, writer, number)"},
    {"cfs_own_segment",
     "writer {id} NOT NULL, number {number} NOT NULL, content {text} NOT NULL, "
     "digest {id} NOT NULL, written {number} DEFAULT 0 NOT NULL, PRIMARY KEY (writer, number)"},
    {"cfs_file",
     "writer {id} NOT NULL, path {path} NOT NULL, size {number}, modified {number}, identity {id}, "
     "state {id} NOT NULL, since {id}, PRIMARY KEY (writer, state, path)"},
    {"cfs_directory",
     "writer {id} NOT NULL, path {path} NOT NULL, modified {number}, identity {id}, files {id}, "
     "PRIMARY KEY (writer, path)"},
    {"cfs_clinic_file", "place {id} PRIMARY KEY, stamp {id} NOT NULL, content {id} NOT NULL"},
    {"cfs_pending",
     "row_id {id} PRIMARY KEY, patient {id} NOT NULL, code {id} NOT NULL, sentence {text} NOT "
     "NULL, safety {number} NOT NULL"},
    {"cfs_conflict",
     "id {id} NOT NULL, patient {id} NOT NULL, safety {number} NOT NULL, versions {text} NOT NULL, "
     "PRIMARY KEY (patient, id)"},
    {"cfs_shown", "id {id} PRIMARY KEY, versions {text} NOT NULL"},
    {"cfs_lease", "name {id} PRIMARY KEY, holder {id} NOT NULL, until {id} NOT NULL"},
    {"cfs_site", "tag {id} PRIMARY KEY, name {name} NOT NULL"},
};

std::string with_types(std::string_view columns, const OwnTypes& types) {
    const std::pair<std::string_view, const std::string&> known[] = {
        {"{id}", types.id},         {"{name}", types.name}, {"{key}", types.key},
        {"{path}", types.path},     {"{text}", types.text}, {"{number}", types.number},
        {"{serial}", types.serial},
    };
    std::string text(columns);
    for (const auto& [place, type] : known) {
        for (auto at = text.find(place); at != std::string::npos; at = text.find(place, at)) {
            text.replace(at, place.size(), type);
            at += type.size();
        }
    }
    return text;
}

}  // namespace

std::vector<OwnTable> own_tables(const OwnTypes& types) {
    std::vector<OwnTable> tables;
    for (const auto& [name, columns, clustered] : kTables) {
        tables.push_back({name, "(" + with_types(columns, types) + ")" + types.option +
                                    (clustered ? types.clustered : "")});
    }
    return tables;
}

std::vector<OwnIndex> own_indexes() {
    return {{"cfs_history_run", "cfs_history", "(run)"},
            {"cfs_history_row", "cfs_history", "(row_id)"}};
}

std::vector<std::string> own_table_names() {
    std::vector<std::string> names;
    for (const auto& table : kTables) names.emplace_back(table.name);
    return names;
}

std::vector<std::string> create_own_tables(const OwnTypes& types) {
    std::vector<std::string> statements;
    for (const auto& table : own_tables(types)) {
        statements.push_back("CREATE TABLE " + table.name + " " + table.declaration);
    }
    for (const auto& index : own_indexes()) {
        statements.push_back("CREATE INDEX " + index.name + " ON " + index.table + " " +
                             index.columns);
    }
    return statements;
}

std::vector<std::pair<std::string, std::vector<std::string>>> large_own_tables() {
    return {{"cfs_patient", {"patient"}},
            {"cfs_row", {"row_id"}},
            {"cfs_key", {"tbl", "local_key"}},
            {"cfs_as_left", {"row_id"}},
            {"cfs_touched", {"patient"}},
            {"cfs_scanned", {"tbl", "local_key"}},
            {"cfs_file", {"writer", "state", "path"}},
            {"cfs_history", {"id"}},
            {"cfs_journal", {"seq"}},
            {"cfs_outbox", {"patient"}},
            {"cfs_clinic_file", {"place"}}};
}

}  // namespace cfs
