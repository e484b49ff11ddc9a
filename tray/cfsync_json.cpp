#include "tray/cfsync_json.h"

#include "core/model/digest.h"

namespace cfs {

namespace {

constexpr int kFormat = 1;

template <class T>
Json text_or_null(const std::optional<T>& id) {
    return id ? Json(id->text()) : Json(nullptr);
}

Json run_or_null(const std::optional<RunId>& run) { return run ? Json(run->text) : Json(nullptr); }

Json json_of(const Value& value) {
    if (value.is_null()) return nullptr;
    if (value.attached) return {{"attachment", value.bytes}};
    if (value.kind == ValueKind::binary) return {{"base64", to_base64(value.bytes)}};
    return value.bytes;
}

Json json_of(const ConflictValue& value) {
    Json fields = Json::object();
    for (const auto& [column, field] : value.fields) fields[column] = json_of(field);
    return {{"version", value.version.text()},
            {"site", value.site},
            {"time", to_text(value.time)},
            {"shown", value.shown},
            {"fields", fields}};
}

Json json_of(const Conflict& conflict, bool with_names) {
    Json values = Json::array();
    for (const auto& value : conflict.values) values.push_back(json_of(value));
    Json json = {{"id", conflict.id},
                 {"patient", conflict.patient.text()},
                 {"table", conflict.table},
                 {"row", conflict.row.text()},
                 {"columns", conflict.columns},
                 {"safety", conflict.safety},
                 {"values", values}};
    if (!with_names) return json;
    json["patient_label"] = conflict.patient_label;
    json["record_label"] = conflict.record_label;
    return json;
}

Json errors_of(const SyncReport& report) {
    Json errors = Json::array();
    for (const auto& error : report.errors) {
        errors.push_back({{"code", std::string(name_of(error.code))},
                          {"sentence", error.sentence},
                          {"patient", text_or_null(error.patient)},
                          {"file", error.file.empty() ? Json(nullptr) : Json(error.file)}});
    }
    return errors;
}

}  // namespace

Json json_of(const SyncReport& report) {
    const auto& c = report.counts;
    Json json = {
        {"format", kFormat},
        {"run", report.run.text},
        {"site", report.site},
        {"trigger", std::string(name_of(report.trigger))},
        {"started", to_text(report.started)},
        {"ended", to_text(report.ended)},
        {"preview", report.preview},
        {"result", std::string(name_of(report.result))},
        {"patients", {{"exported", c.patients_exported}, {"imported", c.patients_imported}}},
        {"rows",
         {{"inserted", c.rows_inserted},
          {"updated", c.rows_updated},
          {"restored", c.rows_restored}}},
        {"conflicts", {{"new", c.conflicts_new}, {"open", c.conflicts_open}}},
        {"copies",
         {{"read", c.copies_read}, {"deleted", c.copies_deleted}, {"kept", c.copies_kept}}},
        {"files",
         {{"opened", c.files_opened}, {"written", c.files_written}, {"listed", c.files_listed}}},
        {"segments", {{"read", c.segments_read}, {"written", c.segments_written}}},
        {"pending", c.pending},
        {"errors", errors_of(report)}};
    if (report.lines.empty()) return json;
    Json lines = Json::array();
    for (const auto& line : report.lines) {
        lines.push_back({{"time", to_text(line.time)},
                         {"patient", text_or_null(line.patient)},
                         {"text", line.text}});
    }
    json["lines"] = std::move(lines);
    return json;
}

Json json_of(const std::vector<SyncReport>& runs) {
    Json list = Json::array();
    for (const auto& run : runs) list.push_back(json_of(run));
    return {{"format", kFormat}, {"runs", list}};
}

Json json_of(const std::vector<Conflict>& conflicts, bool with_names) {
    Json list = Json::array();
    for (const auto& conflict : conflicts) list.push_back(json_of(conflict, with_names));
    return {{"format", kFormat}, {"conflicts", list}};
}

Json json_of(const std::vector<KnownSite>& sites) {
    Json list = Json::array();
    for (const auto& site : sites) {
        list.push_back({{"name", site.name},
                        {"here", site.here},
                        {"program", site.program.empty() ? Json(nullptr) : Json(site.program)},
                        {"last_seen", site.last_seen ? Json(to_text(*site.last_seen)) : Json()},
                        {"awaited", site.awaited}});
    }
    return {{"format", kFormat}, {"sites", list}};
}

Json json_of(const SyncOptions& options) {
    return {{"logs", options.use_logs},
            {"delete_conflicts", options.delete_conflicts},
            {"auto", options.auto_sync ? Json(options.interval.count()) : Json(nullptr)}};
}

Json json_of(const DatabaseStatus& status) {
    return {{"format", kFormat},
            {"enabled", status.enabled},
            {"site", status.site},
            {"writer", text_or_null(status.writer)},
            {"folder", status.folder},
            {"mapping", status.mapping},
            {"last_run", run_or_null(status.last_run)},
            {"conflicts", status.conflicts},
            {"pending", status.pending},
            {"unpublished", status.unpublished},
            {"options", json_of(status.options)}};
}

Json json_of(const VerifyReport& report) {
    Json differences = Json::array();
    for (const auto& difference : report.differences) {
        differences.push_back(
            {{"patient", text_or_null(difference.patient)},
             {"file", difference.file.empty() ? Json(nullptr) : Json(difference.file)},
             {"row", text_or_null(difference.row)},
             {"what", difference.what}});
    }
    return {{"format", kFormat},
            {"patients", report.patients},
            {"files", report.files},
            {"differences", differences}};
}

Json json_of(const MappingTrial& trial) {
    Json tables = Json::array();
    for (const auto& table : trial.tables) {
        Json columns = Json::array();
        for (const auto& trouble : table.columns) {
            columns.push_back(
                {{"column", trouble.column}, {"rows", trouble.rows}, {"what", trouble.what}});
        }
        Json faults = Json::array();
        for (const auto& fault : table.faults) {
            faults.push_back({{"column", fault.column}, {"what", fault.what}});
        }
        tables.push_back({{"table", table.table},
                          {"patient", table.patient},
                          {"rows", table.rows},
                          {"mapped", table.mapped},
                          {"skipped", table.skipped},
                          {"unknown", table.unknown},
                          {"orphans", table.orphans},
                          {"two_owners", table.two_owners},
                          {"same_key", table.same_key},
                          {"same_identifier", table.same_identifier},
                          {"columns", std::move(columns)},
                          {"faults", std::move(faults)}});
    }
    return {{"format", 1},
            {"mapping", trial.mapping},
            {"tables", std::move(tables)},
            {"unmapped", trial.unmapped}};
}

}  // namespace cfs
