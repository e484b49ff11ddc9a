#include "core/engine/patient_sync.h"

#include "core/engine/row_writer.h"
#include "core/engine/unit_doubts.h"
#include "core/engine/unit_reader.h"
#include "core/folder/patient_file.h"
#include "core/model/text.h"
#include "core/rules/conflicts.h"
#include "core/rules/merge.h"

namespace cfs {

namespace {

// Patients whose rows refer to each other go together, up to so many: the lock must be short.
constexpr std::size_t kMaxTogether = 20;

std::set<VersionId> versions_unknown_to(const PatientDocument* file,
                                        const PatientDocument& document) {
    std::set<VersionId> unknown;
    for (const auto& [id, row] : document.rows) {
        const Row* known = nullptr;
        if (file != nullptr) {
            const auto at = file->rows.find(id);
            if (at != file->rows.end()) known = &at->second;
        }
        for (const auto& version : row.absorbed) {
            if (known == nullptr || !has_absorbed(*known, version)) unknown.insert(version);
        }
    }
    return unknown;
}

}  // namespace

PatientDecision PatientSync::decide(PatientId patient, const Amendment& amend) {
    PatientDecision decision;
    auto& [unit, decided, rows] = decision;
    unit.amend = amend;
    unit.now = run_.clock.now();
    unit.todo = {patient};
    unit.input.found_salt = run_.database.fact("found_salt").value_or("");
    UnitReader reader(run_, files_, unit);
    do {
        reader.read();
        hold_doubtful(run_, unit);
        set_context(run_, unit);
        decided = plan(
            unit.input, run_.database.whole_mapping(),
            [&] { return run_.random.version(tag_of(run_.writer)); }, unit.now);
        unit.todo = decided.missing;
        if (unit.todo.empty()) unit.todo = needed_together(unit, decided);
    } while (!unit.todo.empty());
    rows = rows_of(unit, decided);
    prepare_documents(unit, decided);
    return decision;
}

void PatientSync::prepare_documents(PatientUnit& unit, const Plan& plan) {
    for (const auto& [patient, document] : plan.documents) {
        if (document.rows.empty()) continue;
        const auto& file = files_.at_place(patient);
        auto xml = to_xml(document, file.document ? file.bytes : std::string_view());
        require_size(document, xml);
        if (file.document && includes(document, *file.document)) {
            files_.note_within(patient, digest_of_file(xml).value());
        }
        DocumentToKeep to_keep;
        to_keep.conflicts = open_conflicts(document, run_.database.whole_mapping());
        to_keep.is_known =
            unit.stored.contains(patient) && unit.input.known.at(patient) == document;
        if (file.bytes != xml) to_keep.unknown = versions_unknown_to(file.document.get(), document);
        to_keep.xml = std::move(xml);
        // Where there is no other document all that is planned with is of this one.
        if (plan.documents.size() > 1) to_keep.shown = run_.database.documents().shown(document);
        unit.to_keep.emplace(patient, std::move(to_keep));
    }
}

std::set<RowId> PatientSync::rows_of(const PatientUnit& unit, const Plan& plan) {
    std::set<RowId> rows;
    const auto add = [&](const PatientDocument& document) {
        rows.insert(own_row(document.patient));
        for (const auto& [id, row] : document.rows) rows.insert(id);
    };
    for (const auto& [patient, document] : unit.input.known) add(document);
    for (const auto& document : unit.input.folder) add(*document);
    for (const auto& [id, raw] : unit.raw) rows.insert(id);
    for (const auto& [id, values] : plan.target) {
        const auto* table = run_.database.mapping().find(values.table);
        if (table == nullptr) continue;
        for (const auto& reference : table->references) {
            const auto value = values.columns.find(reference.column);
            if (value == values.columns.end()) continue;
            if (const auto target = RowId::parse(value->second.bytes)) rows.insert(*target);
        }
    }
    return rows;
}

PatientSyncResult PatientSync::carry_out(PatientDecision& decision) {
    auto& [unit, decided, rows] = decision;
    apply(unit, decided);
    report(unit, decided);
    const bool doubtful = unit.input.held.size() > unit.outside.size();
    return {unit.patients, doubtful || !decided.undecided.empty(), changes_of(unit, decided)};
}

std::map<RowId, std::string> PatientSync::changes_of(const PatientUnit& unit, const Plan& plan) {
    std::map<RowId, std::string> changes;
    for (const auto& [id, write] : plan.writes) {
        changes.emplace(id, write.insert ? "is not in the database" : "differs in the database");
    }
    for (const auto& id : plan.edited)
        changes.insert_or_assign(id, "changed here since the last sync");
    for (const auto& id : plan.erased) changes.emplace(id, "was deleted here");
    for (const auto& [id, row] : unit.unreadable) changes.emplace(id, "names a file that is gone");
    for (const auto& id : unit.input.held) {
        if (!unit.outside.contains(id)) changes.emplace(id, "is held until it is confirmed");
    }
    return changes;
}

// The patients whose rows are not in this database yet and are referred to by rows to be written:
// they may refer to each other.
std::set<PatientId> PatientSync::needed_together(const PatientUnit& unit, const Plan& plan) {
    std::set<PatientId> needed;
    const auto& mapping = run_.database.mapping();
    for (const auto& [id, write] : plan.writes) {
        const auto& values = plan.written(id, write);
        for (const auto& reference : mapping.find(values.table)->references) {
            if (reference.table.empty()) continue;
            const auto value = values.columns.find(reference.column);
            if (value == values.columns.end()) continue;
            const auto row = RowId::parse(value->second.bytes);
            if (!row || plan.target.contains(*row)) continue;
            if (unit.patients.size() + needed.size() >= kMaxTogether) return needed;
            if (files_.is_full()) return needed;
            const auto place = run_.database.identities().place_of(*row);
            if (place && place->key) continue;
            const auto patient = patient_to_come(*row, *mapping.find(reference.table));
            if (patient && !unit.patients.contains(*patient)) needed.insert(*patient);
        }
    }
    return needed;
}

// The patient with whom the row comes into this database. That of a record is known only when it
// waits: whichever side of a circle is met second finds the first waiting.
std::optional<PatientId> PatientSync::patient_to_come(RowId row, const TableMapping& table) {
    if (!table.patient) return run_.database.review().patient_waiting_with(row);
    const PatientId patient{row.uuid};
    return files_.at_place(patient).document ? std::optional(patient) : std::nullopt;
}

void PatientSync::apply(PatientUnit& unit, const Plan& plan) {
    if (run_.preview) {
        for (const auto& [id, write] : plan.writes) {
            ++(write.restored ? unit.restored : write.insert ? unit.inserted : unit.updated);
        }
        unit.held = unit.input.now;
    } else {
        RowWriter writer(run_, files_, unit, plan);
        writer.write();
        writer.read_back();
    }
    keep(unit, plan);
}

void PatientSync::keep(PatientUnit& unit, const Plan& plan) {
    // What is in doubt stays as we left it, so that the doubt is met again.
    for (const auto& id : unit.input.held) unit.held.erase(id);
    auto as_left = plan.undecided;
    as_left.insert(unit.input.held.begin(), unit.input.held.end());
    for (const auto& id : as_left) {
        const auto left = unit.input.left.find(id);
        if (left != unit.input.left.end()) unit.held.insert_or_assign(id, left->second);
    }
    auto& identities = run_.database.identities();
    std::set<RowId> found;
    for (const auto& [id, patient] : unit.input.found) {
        if (!unit.input.held.contains(id)) found.insert(id);
    }
    identities.clear_found(std::move(found), unit.known);
    for (const auto& id : plan.erased) identities.forget(id);
    if (plan.documents.size() > 1) note_moved(plan);
    for (const auto& [id, home] : plan.home) {
        if (unit.raw.contains(id) && unit.input.known.size() > 1) identities.set_patient(id, home);
    }
    for (const auto& [patient, document] : plan.documents) keep_document(unit, plan, document);
}

void PatientSync::note_moved(const Plan& plan) {
    std::map<RowId, std::vector<PatientId>> holders;
    for (const auto& [patient, document] : plan.documents) {
        for (const auto& [id, row] : document.rows) holders[id].push_back(patient);
    }
    for (const auto& [id, patients] : holders) {
        if (patients.size() > 1) run_.database.identities().set_moved(id, patients);
    }
}

// Before it is kept: no site could read it again, this one included.
void PatientSync::require_size(const PatientDocument& document, const std::string& xml) {
    if (fits_patient_file(document, xml)) return;
    throw Error(
        ErrorCode::file_too_large,
        said("A patient's record in the database {1} together with what the sync folder holds of "
             "it is larger than a patient's file can be (16 MiB, 100,000 rows, 250,000 values). "
             "Nothing of it was changed or published. Take conflict copies of its file that do not "
             "belong there out of the folder, or shorten its longest texts.",
             run_.database.backend().name()));
}

void PatientSync::keep_document(PatientUnit& unit, const Plan& plan,
                                const PatientDocument& document) {
    const auto patient = document.patient;
    auto& database = run_.database;
    std::vector<PendingRow> pending;
    for (const auto& [id, row] : unit.pending) {
        if (row.patient == patient) pending.push_back(row);
    }
    for (const auto& [id, row] : unit.unreadable) {
        if (row.patient == patient && !unit.pending.contains(id)) pending.push_back(row);
    }
    database.review().set_pending(patient, pending);
    // Nothing if it is without rows.
    const auto& [xml, shown, conflicts, known, unknown] = unit.to_keep[patient];
    const auto fresh = database.review().set_conflicts(patient, conflicts);
    unit.conflicts_new += fresh;
    if (fresh > 0) unit.conflict_patients.push_back(patient);
    if (document.rows.empty()) {
        database.documents().remove(patient);
        database.publications().end(patient);
        return;
    }
    const auto& left = unit.left_of[patient];
    const auto is_here = [&](RowId id) {
        const auto home = plan.home.find(id);
        return home != plan.home.end() ? home->second == patient : left.contains(id);
    };
    const bool last = patient == plan.documents.rbegin()->first;
    auto held = last ? std::move(unit.held) : unit.held;
    std::erase_if(held, [&](const auto& item) { return !is_here(item.first); });
    const auto& file = files_.at_place(patient);
    if (!known || unit.amend || held != left) {
        database.documents().save(patient, xml, shown ? *shown : plan.target, held);
    }
    if (file.bytes == xml) return;
    // A file that is still arriving will hold what it held.
    const bool waits = file.state == PatientFile::State::unreadable && !files_.stays_damaged(file);
    if (known && !unit.amend && waits) return;
    if (run_.preview) {
        ++run_.report.counts.patients_exported;
        run_.line(patient, said("would be published"));
    }
    database.publications().post(patient, unknown);
    for (auto& [digest, content] : unit.contents) files_.keep_content(digest, content);
}

void PatientSync::report(PatientUnit& unit, const Plan& plan) {
    auto& counts = run_.report.counts;
    counts.rows_inserted += unit.inserted;
    counts.rows_updated += unit.updated;
    counts.rows_restored += unit.restored;
    counts.conflicts_new += unit.conflicts_new;
    auto& in_conflict = run_.report.conflict_patients;
    in_conflict.insert(in_conflict.end(), unit.conflict_patients.begin(),
                       unit.conflict_patients.end());
    std::vector<std::string> parts;
    if (!plan.edited.empty()) {
        const auto count = plan.edited.size();
        parts.push_back(said_of(count, "{1} row changed here", "{1} rows changed here", count));
    }
    if (unit.inserted > 0) {
        parts.push_back(said_of(unit.inserted, "{1} row added", "{1} rows added", unit.inserted));
    }
    if (unit.updated > 0) {
        parts.push_back(said_of(unit.updated, "{1} row updated", "{1} rows updated", unit.updated));
    }
    if (unit.restored > 0) {
        parts.push_back(
            said_of(unit.restored, "{1} row restored", "{1} rows restored", unit.restored));
    }
    if (!plan.erased.empty()) {
        const auto count = plan.erased.size();
        parts.push_back(said_of(count, "{1} row gone for good", "{1} rows gone for good", count));
    }
    if (unit.conflicts_new > 0) {
        parts.push_back(said_of(unit.conflicts_new, "{1} new conflict", "{1} new conflicts",
                                unit.conflicts_new));
    }
    if (unit.inserted + unit.updated + unit.restored > 0) ++counts.patients_imported;
    if (run_.preview) {
        for (const auto& [id, pending] : unit.pending) {
            run_.error(pending.code, pending.sentence, pending.patient);
        }
        for (const auto& [id, unreadable] : unit.unreadable) {
            run_.error(unreadable.code, unreadable.sentence, unreadable.patient);
        }
    }
    if (parts.empty()) return;
    std::string text;
    for (const auto& part : parts) text += (text.empty() ? "" : ", ") + part;
    run_.routine_line(*unit.patients.begin(), text);
}

}  // namespace cfs
