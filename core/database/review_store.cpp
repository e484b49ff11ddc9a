#include "core/database/review_store.h"

#include <algorithm>
#include <sstream>

#include "core/database/patient_rows.h"
#include "core/database/publication_store.h"
#include "core/model/digest.h"

namespace cfs {

namespace {

// One text for a value: kind, whether it is an attachment, content in hex.
std::string encoded(const Value& value) {
    std::string text(1, static_cast<char>('0' + static_cast<int>(value.kind)));
    text += value.attached ? 'a' : '-';
    return text + to_hex(value.bytes);
}

Value decoded(const std::string& text) {
    if (text.size() < 2) return null_value();
    return {static_cast<ValueKind>(text[0] - '0'), text[1] == 'a',
            from_hex(std::string_view(text).substr(2)).value_or("")};
}

// One line for each value: the column in hex, the version, its time, the value.
std::string encoded(const Fields& fields) {
    std::string text;
    for (const auto& [column, field] : fields) {
        for (const auto& held : field) {
            text += to_hex(column) + ' ' + held.version.text() + ' ' + to_text(held.time) + ' ' +
                    encoded(held.value) + '\n';
        }
    }
    return text;
}

Fields fields_from(const std::string& text) {
    Fields fields;
    std::istringstream lines(text);
    std::string column, version, time, value;
    while (lines >> column >> version >> time >> value) {
        fields[from_hex(column).value_or("")].push_back(
            {VersionId::parse(version).value(), time_from_text(time).value(), decoded(value)});
    }
    return fields;
}

ErrorCode code_from(const std::string& name) {
    for (const auto code : {ErrorCode::identity_changed, ErrorCode::attachment_missing}) {
        if (name == name_of(code)) return code;
    }
    return ErrorCode::row_refused;
}

std::vector<PendingRow> pending_rows(SqlSession& session, const std::string& condition,
                                     const SqlParameters& parameters) {
    std::vector<PendingRow> rows;
    session.query(
        "SELECT row_id, patient, code, sentence, safety FROM cfs_pending WHERE " + condition +
            " ORDER BY row_id",
        parameters, [&](const SqlRow& row) {
            rows.push_back({RowId::parse(row[0].value_or("")).value(), patient_of(row, 1),
                            code_from(row[2].value_or("")), row[3].value_or(""), row[4] == "1"});
        });
    return rows;
}

}  // namespace

std::string versions_of(const OpenConflict& conflict) {
    std::set<VersionId> versions;
    for (const auto& candidate : conflict.candidates) {
        versions.insert(candidate.versions.begin(), candidate.versions.end());
    }
    return versions_text(versions);
}

std::int64_t ReviewStore::set_conflicts(PatientId patient,
                                        const std::vector<OpenConflict>& conflicts) {
    std::map<std::string, std::string> before;
    session_.query("SELECT id, versions FROM cfs_conflict WHERE patient = :p0", {patient.text()},
                   [&](const SqlRow& row) { before.emplace(*row[0], row[1].value_or("")); });
    if (before.empty() && conflicts.empty()) return 0;
    session_.execute("DELETE FROM cfs_conflict WHERE patient = :p0", {patient.text()});
    std::int64_t added = 0;
    for (const auto& conflict : conflicts) {
        const auto versions = versions_of(conflict);
        session_.execute(
            "INSERT INTO cfs_conflict (id, patient, safety, versions) VALUES (:p0, :p1, :p2, :p3)",
            {conflict.id(), patient.text(), std::int64_t{conflict.safety}, versions});
        if (!before.contains(conflict.id())) ++added;
    }
    return added;
}

std::int64_t ReviewStore::conflict_count() {
    return session_.number("SELECT COUNT(DISTINCT id) FROM cfs_conflict");
}

std::vector<PatientId> ReviewStore::patients_with_conflicts() {
    return patients_from(session_, "SELECT DISTINCT patient FROM cfs_conflict ORDER BY patient");
}

void ReviewStore::set_shown(const OpenConflict& conflict) {
    session_.execute("DELETE FROM cfs_shown WHERE id = :p0", {conflict.id()});
    session_.execute("INSERT INTO cfs_shown (id, versions) VALUES (:p0, :p1)",
                     {conflict.id(), versions_of(conflict)});
}

bool ReviewStore::changed_since_shown(const OpenConflict& conflict) {
    const auto shown =
        session_.value("SELECT versions FROM cfs_shown WHERE id = :p0", {conflict.id()});
    return shown && *shown != versions_of(conflict);
}

void ReviewStore::set_pending(PatientId patient, const std::vector<PendingRow>& rows) {
    session_.execute("DELETE FROM cfs_pending WHERE patient = :p0", {patient.text()});
    for (const auto& pending : rows) {
        session_.execute("DELETE FROM cfs_pending WHERE row_id = :p0", {pending.row.text()});
        session_.execute(
            "INSERT INTO cfs_pending (row_id, patient, code, sentence, safety) "
            "VALUES (:p0, :p1, :p2, :p3, :p4)",
            {pending.row.text(), patient.text(), std::string(name_of(pending.code)),
             pending.sentence, std::int64_t{pending.safety}});
    }
}

std::vector<PendingRow> ReviewStore::pending() { return pending_rows(session_, "1 = 1", {}); }

std::vector<PendingRow> ReviewStore::pending_of(PatientId patient) {
    return pending_rows(session_, "patient = :p0", {patient.text()});
}

std::int64_t ReviewStore::pending_count() {
    return session_.number("SELECT COUNT(*) FROM cfs_pending");
}

std::optional<PatientId> ReviewStore::patient_waiting_with(RowId row) {
    const auto patient =
        session_.value("SELECT patient FROM cfs_pending WHERE row_id = :p0", {row.text()});
    return patient ? PatientId::parse(*patient) : std::nullopt;
}

bool ReviewStore::safety() {
    return session_.number(
               "SELECT (SELECT COUNT(*) FROM cfs_conflict WHERE safety = 1) + "
               "(SELECT COUNT(*) FROM cfs_pending WHERE safety = 1)") > 0;
}

void ReviewStore::add_history(const RunId& run, Time time, const OverwrittenValue& value) {
    session_.execute(
        "INSERT INTO cfs_history (run, at, patient, row_id, tbl, col, old_value, new_value) "
        "VALUES (:p0, :p1, :p2, :p3, :p4, :p5, :p6, :p7)",
        {run.text, to_text(time), value.patient.text(), value.row.text(), value.table, value.column,
         encoded(value.before), encoded(value.after)});
}

std::vector<OverwrittenValue> ReviewStore::history(const RunId& run) {
    std::vector<OverwrittenValue> values;
    session_.query(
        "SELECT row_id, patient, tbl, col, old_value, new_value FROM cfs_history WHERE run = :p0 "
        "ORDER BY id",
        {run.text}, [&](const SqlRow& row) {
            values.push_back({RowId::parse(row[0].value_or("")).value(), patient_of(row, 1),
                              row[2].value_or(""), row[3].value_or(""),
                              decoded(row[4].value_or("")), decoded(row[5].value_or(""))});
        });
    return values;
}

std::optional<RunId> ReviewStore::last_run_to_undo() {
    std::string run, time;
    const auto take = [&](const SqlRow& row) {
        if (row[1].value_or("") < time) return;
        run = row[0].value_or("");
        time = row[1].value_or("");
    };
    session_.query("SELECT run, at FROM cfs_history ORDER BY id DESC LIMIT 1", {}, take);
    session_.query("SELECT run, at FROM cfs_settled ORDER BY at DESC LIMIT 1", {}, take);
    return run.empty() ? std::nullopt : std::optional<RunId>(RunId{run});
}

std::map<std::string, std::set<Value>> ReviewStore::overwritten(RowId row, Time since) {
    std::map<std::string, std::set<Value>> values;
    session_.query("SELECT col, old_value FROM cfs_history WHERE row_id = :p0 AND at >= :p1",
                   {row.text(), to_text(since)}, [&](const SqlRow& found) {
                       values[found[0].value_or("")].insert(decoded(found[1].value_or("")));
                   });
    return values;
}

void ReviewStore::prune_history(Time before) {
    // They are numbered in the order of time, which has no index of its own.
    const auto oldest = session_.value("SELECT at FROM cfs_history ORDER BY id LIMIT 1");
    if (oldest && *oldest < to_text(before)) {
        session_.execute("DELETE FROM cfs_history WHERE at < :p0", {to_text(before)});
    }
    session_.execute("DELETE FROM cfs_settled WHERE at < :p0", {to_text(before)});
}

void ReviewStore::add_settled(const RunId& run, Time time, const Settled& settled) {
    forget_settled(settled.version);
    session_.execute(
        "INSERT INTO cfs_settled (version, run, at, row_id, put_away) "
        "VALUES (:p0, :p1, :p2, :p3, :p4)",
        {settled.version.text(), run.text, to_text(time), settled.row.text(),
         encoded(settled.before)});
}

std::vector<Settled> ReviewStore::settled_by(const RunId& run) {
    std::vector<Settled> all;
    session_.query(
        "SELECT row_id, version, put_away FROM cfs_settled WHERE run = :p0 ORDER BY version",
        {run.text}, [&](const SqlRow& row) {
            all.push_back({RowId::parse(row[0].value_or("")).value(),
                           VersionId::parse(row[1].value_or("")).value(),
                           fields_from(row[2].value_or(""))});
        });
    return all;
}

void ReviewStore::forget_settled(const VersionId& version) {
    session_.execute("DELETE FROM cfs_settled WHERE version = :p0", {version.text()});
}

}  // namespace cfs
