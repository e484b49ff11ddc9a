#include "core/engine/unit_reader.h"

#include <algorithm>
#include <tuple>

#include "core/database/as_left.h"
#include "core/database/native_identity.h"
#include "core/model/text.h"
#include "core/model/value_forms.h"

namespace cfs {

namespace {

// The namespace of UUIDs that rows are only reported by: a random one.
constexpr Uuid kTwins = {{0x3a, 0xe0, 0x97, 0x1c, 0x58, 0x4d, 0x4b, 0x02, 0x95, 0xf1, 0x0e, 0x63,
                          0x8f, 0xb9, 0xd4, 0x27}};

// Records move between a few patients. A file that names those of many was made to keep the lock.
constexpr std::size_t kMaxPatients = 64;

// Table, owner and identity columns: what two rows have in common that are one.
std::vector<Value> identity_of(const TableMapping& table, const RowValues& row) {
    std::vector<Value> identity = {text_value(table.table)};
    const auto add = [&](const std::string& column) {
        const auto at = row.columns.find(column);
        identity.push_back(at == row.columns.end() ? null_value() : at->second);
    };
    for (const auto& owner : table.owners) {
        if (owner.through.empty()) add(owner.column);
    }
    for (const auto& column : table.identity) add(column);
    return identity;
}

}  // namespace

void UnitReader::read() {
    auto& database = run_.database;
    while (!unit_.todo.empty()) {
        while (!unit_.todo.empty()) load(unit_.todo.extract(unit_.todo.begin()).value());
        // The rows only: documents are ours, and take their time to be parsed.
        const SqlSnapshot snapshot(database.session(), database.backend().begin_reading());
        load_rows();
    }
    translate();
    adopt_rewritten();
}

void UnitReader::load(PatientId patient) {
    if (!unit_.patients.insert(patient).second) return;
    if (unit_.patients.size() > kMaxPatients) {
        throw Error(ErrorCode::file_patient,
                    said("A patient's file in the sync folder {1} names records of very many other "
                         "patients. It is left alone; delete it if a person made it, all patients' "
                         "records are safe.",
                         run_.folder.name()));
    }
    auto& known = unit_.input.known[patient];
    known.patient = patient;
    const auto& file = files_.at_place(patient);
    const ReadDocument alike{file.bytes, file.document.get()};
    if (auto stored = run_.database.documents().load(patient, alike)) {
        unit_.stored.insert(patient);
        known = std::move(stored->document);
        unit_.input.left.insert(stored->left.begin(), stored->left.end());
        unit_.left_of[patient] = std::move(stored->left);
    }
    if (unit_.amend) {
        const auto amended = unit_.amend(known);
        unit_.input.retry.insert(amended.begin(), amended.end());
    }
    if (file.document) unit_.input.folder.push_back(file.document);
    if (file.state == PatientFile::State::unreadable) unit_.input.folder_complete = false;
    for (const auto& copy : files_.copies_of(patient)) {
        if (copy.document) unit_.input.folder.push_back(copy.document);
        // It went or changed since it was found.
        if (!copy.document) unit_.input.folder_complete = false;
    }
    unit_.todo.merge(run_.database.identities().patients_linked_to(patient));
    for (const auto& done : unit_.patients) unit_.todo.erase(done);
}

void UnitReader::load_rows() {
    unit_.raw.clear();
    unit_.known = {};
    unit_.input.found.clear();
    unit_.input.as_left.clear();
    const auto known = known_keys();
    add_rows_by_key(known, [](const TableMapping& table) { return table.patient; });
    add_rows_by_owner();
    const bool moved = add_rows_by_key(known, [](const TableMapping&) { return true; });
    if (moved) add_rows_by_owner();
    for (const auto& done : unit_.patients) unit_.todo.erase(done);
}

// The rows that the documents know, wherever they belong now: before a patient's first sync only
// the folder's documents tell. Their owners go together with these: how a row was left is noted
// with its owner, and what is written here would pass for an edit there.
UnitReader::Keys UnitReader::known_keys() {
    std::set<RowId> known;
    for (const auto& [patient, document] : unit_.input.known) {
        known.insert(own_row(patient));
        for (const auto& [id, row] : document.rows) known.insert(id);
    }
    for (const auto& document : unit_.input.folder) {
        for (const auto& [id, row] : document->rows) known.insert(id);
    }
    Keys keys;
    const auto note = [&](RowId id, RowPlace&& place) {
        if (place.key) unit_.known.ids.emplace(RowKey{place.table, *place.key}, id);
        if (known.contains(id)) {
            unit_.todo.insert(place.patient);
            if (place.key) keys[place.table].emplace_back(id, *place.key);
        }
        unit_.known.places.emplace(id, std::move(place));
    };
    auto& identities = run_.database.identities();
    for (const auto& patient : unit_.patients) {
        auto beside = identities.places_beside(patient);
        if (!beside) continue;
        unit_.known.whole.insert(patient);
        for (auto& [id, place] : *beside) note(id, std::move(place));
    }
    std::set<RowId> elsewhere;
    for (const auto& id : known) {
        const auto& whole = unit_.known.whole;
        const bool was_read = std::any_of(whole.begin(), whole.end(), [&](PatientId patient) {
            return are_beside(id.uuid, patient.uuid);
        });
        if (!was_read) elsewhere.insert(id);
    }
    for (auto& [id, place] : identities.places_of(elsewhere)) note(id, std::move(place));
    for (const auto& id : known) unit_.known.places.try_emplace(id);
    return keys;
}

// Those that were not met yet; false if there is none.
bool UnitReader::add_rows_by_key(const Keys& known,
                                 const std::function<bool(const TableMapping&)>& of) {
    bool any = false;
    for (const auto& [name, keys] : known) {
        const auto* table = run_.database.mapping().find(name);
        if (table == nullptr || !of(*table)) continue;
        std::vector<std::string> wanted;
        for (const auto& [id, key] : keys) {
            if (!unit_.raw.contains(id)) wanted.push_back(key);
        }
        if (wanted.empty()) continue;
        for (auto& row : run_.database.tables().read_keys(*table, wanted)) {
            add_row(std::move(row));
            any = true;
        }
    }
    return any;
}

// The rows that the database shows under these patients, table by table along the owner paths.
void UnitReader::add_rows_by_owner() {
    const auto& mapping = run_.database.mapping();
    // The texts by which other rows mean those that are read, and the keys that they mean.
    const auto texts_for = [&](const Reference& reference) {
        std::vector<std::string> texts;
        for (const auto& [id, row] : unit_.raw) {
            if (row.table->table != reference.table) continue;
            if (!row.table->is_meant_by(reference.target, row.columns)) continue;
            if (const auto key = row.text(reference.target)) {
                texts.push_back(text_with(reference, *key));
            }
        }
        return texts;
    };
    const auto keys_meant = [&](const std::string& table, const Reference& reference) {
        std::vector<std::string> keys;
        for (const auto& [id, row] : unit_.raw) {
            if (row.table->table != table) continue;
            if (row.table->reference(reference.column, row.columns) != &reference) continue;
            const auto text = row.text(reference.column);
            if (auto key = text ? key_in(reference, *text) : std::nullopt) {
                keys.push_back(std::move(*key));
            }
        }
        return keys;
    };
    for (const auto& table : mapping.tables) {
        for (std::size_t i = 0; i < table.owners.size(); ++i) {
            const auto& owner = table.owners[i];
            std::vector<std::string> values;
            std::string column = owner.column;
            if (owner.through.empty()) {
                values = texts_for(*table.reference(owner.column));
            } else {
                const auto& through = *mapping.find(owner.through);
                const auto& reference = *through.reference_to(table.table, owner.column);
                values = keys_meant(owner.through, reference);
                column = reference.target;
            }
            if (values.empty()) continue;
            auto rows = run_.database.tables().read_where(table, column, values);
            if (owner.through.empty()) {
                // A database may take texts for equal that do not hold the same.
                std::erase_if(rows, [&](const RawRow& row) {
                    return table.reference(column, row.columns) != table.reference(column);
                });
            }
            meet(rows);
            for (auto& row : rows) {
                // An earlier way may lead this row to somebody else.
                const bool only_way = i == 0;
                if (!only_way) {
                    const auto patient = run_.database.translator().patient_of(row);
                    if (!patient || !unit_.patients.contains(*patient)) continue;
                }
                add_row(std::move(row));
            }
        }
    }
}

// Finds out who they are, those that are known.
void UnitReader::meet(const std::vector<RawRow>& rows) {
    if (rows.empty()) return;
    const auto& table = rows.front().table->table;
    std::vector<std::string> keys;
    for (const auto& row : rows) {
        if (!unit_.known.ids.contains({table, row.key})) keys.push_back(row.key);
    }
    for (auto& [id, place] : run_.database.identities().places_with(table, keys)) {
        unit_.known.ids.emplace(RowKey{table, *place.key}, id);
        unit_.known.places.insert_or_assign(id, std::move(place));
    }
}

void UnitReader::add_row(RawRow row) {
    auto& identities = run_.database.identities();
    const RowKey key{row.table->table, row.key};
    auto id = unit_.known.ids.find(key);
    if (id == unit_.known.ids.end()) {
        const auto patient = run_.database.translator().patient_of(row);
        if (!patient) return;
        const auto own = run_.database.translator().native(row);
        if (own && own->taken) return hold_twin(row, *patient);
        const auto fresh = own ? own->id : run_.database.translator().new_id(row, *patient);
        identities.add_or_return(fresh, key.first, key.second, *patient);
        unit_.known.places.erase(fresh);
        id = unit_.known.ids.emplace(key, fresh).first;
    }
    if (const auto* place = place_of(id->second)) unit_.todo.insert(place->patient);
    // What was never synchronized and is left out is as if it were not there, nor what hangs on it.
    if (!row.table->admits(row.columns) && !in_documents(id->second)) return;
    if (row.table->patient) hold_twins_of(row, PatientId{id->second.uuid});
    unit_.raw.emplace(id->second, std::move(row));
}

// Two rows with one UUID are never taken for one: the second is known by nothing until it has
// another.
void UnitReader::hold_twin(const RawRow& row, PatientId patient) {
    const RowId id{derived_uuid(kTwins, row.table->table + '\t' + row.key)};
    unit_.pending.emplace(
        id, PendingRow{id, patient, ErrorCode::row_refused,
                       said("Two rows of table {1} in the database {2} have the same UUID in "
                            "column {3}. The second is not synchronized until it has another one.",
                            row.table->table, run_.database.backend().name(),
                            row.table->native_uuid->column),
                       !row.table->safety.empty()});
}

// Nothing else leads to the patients who are known by nothing.
void UnitReader::hold_twins_of(const RawRow& row, PatientId patient) {
    if (!native_row(row, run_.database.mapping().family)) return;
    const auto& column = row.table->native_uuid->column;
    for (const auto& other :
         run_.database.tables().read_equal(*row.table, {{column, row.columns.at(column)}})) {
        const bool known =
            run_.database.identities().row_of(other.table->table, other.key).has_value();
        if (!known) hold_twin(other, patient);
    }
}

bool UnitReader::in_documents(RowId id) const {
    return any_document(
        [&](const PatientDocument& document) { return document.rows.contains(id); });
}

// Ours and the folder's.
bool UnitReader::any_document(const std::function<bool(const PatientDocument&)>& holds) const {
    const auto& [known, folder] = std::tie(unit_.input.known, unit_.input.folder);
    return std::any_of(known.begin(), known.end(),
                       [&](const auto& item) { return holds(item.second); }) ||
           std::any_of(folder.begin(), folder.end(),
                       [&](const auto& document) { return holds(*document); });
}

void UnitReader::translate() {
    unit_.input.now.clear();
    unit_.input.lost.clear();
    unit_.unreadable.clear();
    hold_waiting();
    for (const auto& [id, raw] : unit_.raw) {
        for (const auto& local : raw.table->locals_of(raw.columns)) {
            const auto number = raw.text(local.column);
            if (number) unit_.known.numbers.emplace(std::pair(id, local.column), *number);
        }
    }
    for (const auto& [id, raw] : unit_.raw) {
        if (is_outside(id, raw)) continue;
        const auto left = unit_.input.left.find(id);
        const bool is_known = left != unit_.input.left.end();
        auto now = run_.database.translator().to_document(raw, is_known ? &left->second : nullptr,
                                                          unit_.contents, unit_.known);
        if (is_known) renew_left(id, left->second, now);
        if (is_known) keep_lost_parts(id, raw, left->second, now);
        note_unreadable(id, raw);
        note_blank(id, raw, now);
        unit_.input.now.emplace(id, std::move(now));
        if (!is_known) note_found(id, raw);
    }
    run_.database.files().require_ready();
}

// Rows of a table that can't be read now are no deletion and no edit: they stay as we left them.
void UnitReader::hold_waiting() {
    const auto& fit = run_.database.fit();
    if (fit.waiting.empty()) return;
    const auto hold = [&](RowId id, const std::string& table) {
        if (!fit.waits(table)) return;
        unit_.input.held.insert(id);
        unit_.outside.insert(id);
    };
    for (const auto& [patient, document] : unit_.input.known) {
        for (const auto& [id, row] : document.rows) hold(id, row.table);
    }
    for (const auto& document : unit_.input.folder) {
        for (const auto& [id, row] : document->rows) hold(id, row.table);
    }
    for (const auto& [id, values] : unit_.input.left) hold(id, values.table);
}

// What a change of the table made of a value is no edit of it.
void UnitReader::renew_left(RowId id, RowValues& left, const RowValues& now) {
    const auto& renewed = run_.renewed;
    if (!renewed.concerns(unit_.patients)) return;
    if (renewed.tables.contains(now.table)) {
        // What came while it was missing is written now; an edit had not seen it.
        unit_.input.retry.insert(id);
        unit_.input.context.unseen.insert(id);
    }
    if (renewed.columns.empty()) return;
    const auto* table = run_.database.mapping().find(now.table);
    for (const auto& [column, value] : now.columns) {
        const auto before = left.columns.find(column);
        if (before == left.columns.end() || before->second == value) continue;
        const auto [holder, name] = table->place_of(column);
        if (!renewed.columns.contains({holder->table, name})) continue;
        if (is_blank(*table, column, value)) {
            left.columns.erase(before);
        } else if (value.kind == before->second.kind &&
                   are_forms_of_one(value.bytes, before->second.bytes)) {
            before->second = value;
        }
    }
}

// Nothing, or the value that the database itself fills the column with.
bool UnitReader::is_blank(const TableMapping& table, const std::string& column,
                          const Value& value) const {
    const auto* info = run_.database.tables().column(table, column);
    if (value.is_null() || info == nullptr || !info->default_value) return value.is_null();
    return value.bytes == *info->default_value ||
           are_forms_of_one(value.bytes, *info->default_value);
}

// Does a document know the column, ours or the folder's?
bool UnitReader::is_told(RowId id, const std::string& column) const {
    return any_document([&](const PatientDocument& document) {
        const auto row = document.rows.find(id);
        return row != document.rows.end() && row->second.fields.contains(column);
    });
}

void UnitReader::note_blank(RowId id, const RawRow& raw, const RowValues& now) {
    const auto left = unit_.input.left.find(id);
    if (left == unit_.input.left.end()) return;
    for (const auto& [column, value] : now.columns) {
        if (left->second.columns.contains(column)) continue;
        const auto* info = run_.database.tables().column(*raw.table, column);
        const bool computed = info != nullptr && info->computes_default;
        const bool blank = computed || is_blank(*raw.table, column, value);
        if (blank && is_told(id, column)) unit_.input.context.blank[id].insert(column);
    }
}

// A deletion does not travel, not that of a record's part either: the record is what it was, and
// the part is written again.
void UnitReader::keep_lost_parts(RowId id, const RawRow& raw, const RowValues& left,
                                 RowValues& now) {
    for (const auto& part : raw.table->parts) {
        const auto before = left.columns.find(presence_field(part));
        const bool lost = before != left.columns.end() && !before->second.is_null() &&
                          now.columns.at(before->first).is_null();
        if (!lost) continue;
        for (auto& [column, value] : now.columns) {
            const auto held = left.columns.find(column);
            if (raw.table->part_with(column) != &part || held == left.columns.end()) continue;
            value = held->second;
            unit_.input.lost[id].insert(column);
        }
    }
}

const RowPlace* UnitReader::place_of(RowId id) {
    auto at = unit_.known.places.find(id);
    if (at == unit_.known.places.end()) {
        auto place = run_.database.identities().place_of(id);
        if (!place) return nullptr;
        at = unit_.known.places.emplace(id, std::move(*place)).first;
    }
    return at->second ? &*at->second : nullptr;
}

// The row goes on as it is: a file that is not there is neither deleted nor edited.
void UnitReader::note_unreadable(RowId id, const RawRow& raw) {
    const auto& file = run_.database.translator().unreadable();
    const auto* place = file ? place_of(id) : nullptr;
    if (place == nullptr) return;
    unit_.unreadable.emplace(
        id, PendingRow{id, place->patient, ErrorCode::attachment_missing,
                       said("A row of table {1} in the database {2} names a file below {3} that "
                            "can't be read: {4}. What was synchronized of it stays as it was.",
                            raw.table->table, run_.database.backend().name(), file->directory,
                            file->trouble),
                       !raw.table->safety.empty()});
}

// A row that the conditions leave out by now is no deletion and no edit: it stays as we left it, in
// the documents and here. Once it is back, what was edited meanwhile had not seen what came
// meanwhile, which is then written.
bool UnitReader::is_outside(RowId id, const RawRow& raw) {
    if (raw.table->conditions.empty()) return false;
    auto& identities = run_.database.identities();
    const auto* place = place_of(id);
    if (!raw.table->admits(raw.columns)) {
        unit_.input.held.insert(id);
        unit_.outside.insert(id);
        if (place && !place->found) identities.set_outside(id, true);
        return true;
    }
    if (place && place->outside) {
        unit_.input.retry.insert(id);
        unit_.input.context.unseen.insert(id);
        identities.set_outside(id, false);
    }
    return false;
}

void UnitReader::note_found(RowId id, const RawRow& raw) {
    auto& identities = run_.database.identities();
    const auto* place = place_of(id);
    if (!place || !place->found) return;
    unit_.input.found.emplace(id, place->patient);
    if (!place->met_before) return;
    auto left = identities.as_left(id);
    const auto& now = unit_.input.now.at(id);
    if (left && left->content == run_.database.translator().content_of(raw, now)) {
        unit_.input.as_left.emplace(id, std::move(left->versions));
    }
}

// Where the clinic program saves by deleting and inserting, the new row is the deleted one.
void UnitReader::adopt_rewritten() {
    std::map<std::vector<Value>, std::vector<RowId>> deleted;
    for (const auto& [id, left] : unit_.input.left) {
        const auto* table = run_.database.mapping().find(left.table);
        if (table == nullptr || !table->is_rewritten() || unit_.raw.contains(id)) continue;
        deleted[identity_of(*table, left)].push_back(id);
    }
    if (deleted.empty()) return;
    std::vector<std::pair<RowId, RowId>> pairs;
    for (const auto& [id, now] : unit_.input.now) {
        const auto* table = run_.database.mapping().find(now.table);
        const bool is_new = !unit_.input.left.contains(id) && !unit_.input.found.contains(id);
        if (!table->is_rewritten() || !is_new) continue;
        const auto at = deleted.find(identity_of(*table, now));
        if (at == deleted.end() || at->second.empty()) continue;
        pairs.emplace_back(id, at->second.front());
        at->second.erase(at->second.begin());
    }
    for (const auto& [fresh, former] : pairs) adopt(fresh, former);
}

void UnitReader::adopt(RowId fresh, RowId former) {
    auto& identities = run_.database.identities();
    auto raw = unit_.raw.extract(fresh);
    raw.key() = former;
    unit_.known.ids[RowKey{raw.mapped().table->table, raw.mapped().key}] = former;
    unit_.known.places.erase(fresh);
    unit_.known.places.erase(former);
    identities.forget(fresh);
    identities.set_key(former, raw.mapped().key);
    unit_.raw.insert(std::move(raw));
    auto now = unit_.input.now.extract(fresh);
    now.key() = former;
    unit_.input.now.insert(std::move(now));
}

}  // namespace cfs
