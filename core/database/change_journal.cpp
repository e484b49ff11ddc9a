#include "core/database/change_journal.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "core/database/content_key.h"
#include "core/database/short_transactions.h"

namespace cfs {

namespace {

constexpr const char* kNotes = "SELECT seq, tbl, op, local_key, old_key, fresh FROM cfs_journal";

// With their table, what the rows share that a note tells of: before and after it.
std::set<std::pair<std::string, std::string>> shared_by(const SqlRow& note) {
    std::set<std::pair<std::string, std::string>> shared;
    for (const auto& key : {note[3], note[4]}) {
        if (key) shared.emplace(note[1].value_or(""), shared_part(*key));
    }
    return shared;
}

// How many columns hold the same; none where one of the identity columns doesn't.
std::size_t columns_alike(const TableMapping& table, const RowValues& left, const RowValues& now) {
    std::size_t alike = 0;
    for (const auto& [column, value] : now.columns) {
        const auto at = left.columns.find(column);
        const bool same = at != left.columns.end() && at->second == value;
        if (same) ++alike;
        const auto& identity = table.identity;
        const bool tells = std::find(identity.begin(), identity.end(), column) != identity.end();
        if (tells && !same) return 0;
    }
    return alike;
}

void erase_at(auto& items, const std::set<std::size_t>& places) {
    for (auto place = places.rbegin(); place != places.rend(); ++place) {
        items.erase(items.begin() + static_cast<std::ptrdiff_t>(*place));
    }
}

}  // namespace

void ChangeJournal::install() {
    for (const auto* table : mapping_.tables_and_parts()) {
        if (has_triggers(*table)) continue;
        for (const auto& statement : backend_.drop_triggers(*table)) {
            session_.execute(statement);
        }
        for (const auto& statement : backend_.create_triggers(*table, tables_.info(*table))) {
            session_.execute(statement);
        }
    }
}

std::set<std::string> ChangeJournal::tables_without_triggers() {
    std::set<std::string> missing;
    for (const auto* table : mapping_.tables_and_parts()) {
        if (!has_triggers(*table)) missing.insert(table->table);
    }
    return missing;
}

bool ChangeJournal::has_triggers(const TableMapping& table) {
    return backend_.has_triggers(session_, table, tables_.info(table));
}

// A condition without placeholders before it: notes with a key, of tables that do not wait.
SqlCondition ChangeJournal::is_readable(Notes which) const {
    const auto with_key = std::string(" WHERE op <> '") + kKeyUnknown + "'";
    std::vector<std::string> shared, others;
    for (const auto& table : mapping_.tables) {
        if (table.shared_key && !fit_.waits(table.table)) shared.push_back(table.table);
    }
    for (const auto& table : fit_.waiting) others.push_back(table.table);
    if (which == Notes::of_keys) others.insert(others.end(), shared.begin(), shared.end());
    const auto& named = which == Notes::of_shared ? shared : others;
    if (named.empty()) return {with_key + (which == Notes::of_shared ? " AND 1 = 0" : ""), {}};
    auto condition = backend_.is_one_of({"tbl", ""}, named);
    condition.sql =
        with_key + (which == Notes::of_shared ? " AND (" : " AND NOT (") + condition.sql + ")";
    return condition;
}

bool ChangeJournal::lacks_keys() {
    return session_.value("SELECT 1 FROM cfs_journal WHERE op = :p0 LIMIT 1", {kKeyUnknown})
        .has_value();
}

void ChangeJournal::look_at_all(Clock& clock) {
    const auto last = session_.value("SELECT MAX(seq) FROM cfs_journal");
    const auto known = documents_.patients();
    in_short_transactions(session_, backend_, clock, known.size(),
                          [&](std::size_t i) { touch(known[i]); });
    // Nobody told of those who came meanwhile.
    tables_.for_each_page(
        mapping_.patient_table(), kPageRows, [&](const std::vector<RawRow>& rows) {
            std::vector<const RawRow*> unknown;
            for (const auto& row : rows) {
                if (!identities_.row_of(row.table->table, row.key)) unknown.push_back(&row);
            }
            in_short_transactions(session_, backend_, clock, unknown.size(), [&](std::size_t i) {
                if (const auto patient = translator_.patient_of(*unknown[i])) touch(*patient);
            });
        });
    if (!last) return;
    session_.execute("DELETE FROM cfs_journal WHERE op = :p0 AND seq <= " + *last, {kKeyUnknown});
}

bool ChangeJournal::is_empty() {
    const auto readable = is_readable(Notes::all);
    return !session_
                .value("SELECT 1 FROM cfs_journal" + readable.sql + " LIMIT 1", readable.parameters)
                .has_value();
}

std::int64_t ChangeJournal::patients_noted() {
    return session_.number(
        "SELECT COUNT(DISTINCT local_key) FROM cfs_journal WHERE tbl = :p0 AND op <> 'I'",
        {mapping_.patient_table().table});
}

std::int64_t ChangeJournal::patients_deleted() {
    return session_.number(
        "SELECT COUNT(DISTINCT local_key) FROM cfs_journal WHERE tbl = :p0 AND op = 'D'",
        {mapping_.patient_table().table});
}

DrainResult ChangeJournal::drain(std::int64_t limit) {
    DrainResult result;
    std::vector<std::string> taken;
    for (const auto& note : oldest(Notes::of_keys, limit)) {
        taken.push_back(*note[0]);
        const auto* table = mapping_.find(note[1].value_or(""));
        if (table != nullptr && note[3]) take(note, *table, result);
    }
    // Last, as the rows of other tables tell whose these are by now.
    if (std::ssize(taken) < limit) {
        std::vector<SharedNotes> shared;
        for (const auto& note : notes_of_shared(limit)) {
            taken.push_back(*note[0]);
            result.any = true;
            note_shared(note, shared);
        }
        for (const auto& notes : shared) take_shared(notes, result);
    }
    // By their numbers: on a server a note with a smaller one may be committed only now.
    for_each_chunk(taken, [&](const auto& chunk) {
        const auto condition = backend_.is_one_of({"seq", "", true}, chunk);
        session_.execute("DELETE FROM cfs_journal WHERE " + condition.sql, condition.parameters);
    });
    result.entries = std::ssize(taken);
    return result;
}

std::vector<SqlRow> ChangeJournal::oldest(Notes which, std::int64_t limit) {
    const auto readable = is_readable(which);
    return session_.rows(kNotes + readable.sql + " ORDER BY seq LIMIT " + std::to_string(limit),
                         readable.parameters);
}

// The oldest and all others of what these share: how many rows were inserted, deleted or moved only
// all of them tell.
std::vector<SqlRow> ChangeJournal::notes_of_shared(std::int64_t limit) {
    auto notes = oldest(Notes::of_shared, limit);
    if (std::ssize(notes) < limit) return notes;
    std::set<std::pair<std::string, std::string>> shared;
    for (const auto& note : notes) shared.merge(shared_by(note));
    const auto readable = is_readable(Notes::of_shared);
    std::size_t known = 0;
    do {
        known = shared.size();
        notes.clear();
        session_.query(kNotes + readable.sql + " ORDER BY seq", readable.parameters,
                       [&](const SqlRow& note) {
                           auto of_note = shared_by(note);
                           const bool meets =
                               of_note.empty() ||
                               std::any_of(of_note.begin(), of_note.end(),
                                           [&](const auto& one) { return shared.contains(one); });
                           if (!meets) return;
                           shared.merge(of_note);
                           notes.push_back(note);
                       });
    } while (shared.size() > known);
    return notes;
}

void ChangeJournal::take(const SqlRow& entry, const TableMapping& table, DrainResult& result) {
    const auto& key = *entry[3];
    const auto old_key = entry[4].value_or(key);
    if (entry[2] == "D") {
        end_rows_of(table, entry, result);
        take_delete(table, key, result);
        return;
    }
    if (old_key != key) {
        // The clinic program gave a row another key: it is the same row.
        if (const auto row = identities_.row_of(table.table, old_key)) {
            if (const auto other = identities_.row_of(table.table, key)) {
                result.rows.insert(*other);
                identities_.retire(*other);
            }
            identities_.set_key(*row, key);
        }
    }
    take_write(table, key, row_noted(entry[5]), result);
}

void ChangeJournal::note_shared(const SqlRow& note, std::vector<SharedNotes>& notes) {
    // A row that is nobody's, or was, is not among those that are known.
    const bool is_edit = note[2] == "U" && note[3] && note[4];
    SharedNotes all{mapping_.find(note[1].value_or("")), {}, is_edit};
    for (const auto& [table, value] : shared_by(note)) all.values.insert(value);
    if (all.values.size() > 1) all.moves = 1;
    // What one note holds together is looked at together.
    std::erase_if(notes, [&](SharedNotes& other) {
        const bool meets =
            other.table == all.table &&
            std::any_of(all.values.begin(), all.values.end(),
                        [&](const auto& value) { return other.values.contains(value); });
        if (!meets) return false;
        all.values.merge(other.values);
        all.only_updates = all.only_updates && other.only_updates;
        all.moves += other.moves;
        return true;
    });
    notes.push_back(std::move(all));
}

// Which rows are new and which are gone only the table itself tells. One of each, where nothing was
// inserted or deleted, is one row that was edited; the others are known by the identity columns.
void ChangeJournal::take_shared(const SharedNotes& notes, DrainResult& result) {
    const auto& table = *notes.table;
    std::vector<RawRow> fresh;
    std::vector<GoneRow> gone;
    for (const auto& value : notes.values) {
        auto known = identities_.rows_sharing(table.table, value);
        for (auto& row : tables_.read_where(table, table.key.front(), {value})) {
            if (known.erase(row.key) > 0) continue;
            fresh.push_back(std::move(row));
        }
        for (const auto& [key, id] : known) gone.push_back({id, value, {}});
    }
    for (const auto& row : gone) {
        for (const auto& patient : identities_.patients_of(row.id)) touch(patient);
    }
    const auto one_row = [&] {
        return notes.only_updates && fresh.size() == 1 && gone.size() == 1;
    };
    if (!one_row()) match_edited(notes, fresh, gone);
    if (one_row()) return follow(gone.front().id, fresh.front());
    for (const auto& row : gone) identities_.retire(row.id);
    for (const auto& row : fresh) {
        const auto patient = translator_.patient_of(row);
        if (!patient) {
            ++result.orphans;
            continue;
        }
        touch(*patient);
        // Before any document is looked at: a clone may have told of it already, elsewhere.
        identities_.add_or_return(translator_.new_id(row, *patient), table.table, row.key,
                                  *patient);
    }
}

// An edited row is known by its identity columns; where several rows are alike that one which is
// alike in most. It stays with its owner unless a note says that a row was moved.
void ChangeJournal::match_edited(const SharedNotes& notes, std::vector<RawRow>& fresh,
                                 std::vector<GoneRow>& gone) {
    if (fresh.empty() || gone.empty()) return;
    note_left(gone);
    struct Pair {
        bool at_home;
        std::size_t alike, from, to;
    };
    std::vector<Pair> pairs;
    Contents contents;
    for (std::size_t from = 0; from < gone.size(); ++from) {
        for (std::size_t to = 0; to < fresh.size() && gone[from].left; ++to) {
            const bool at_home = shared_part(fresh[to].key) == gone[from].value;
            if (!at_home && notes.moves == 0) continue;
            const auto now = translator_.to_document(fresh[to], &*gone[from].left, contents);
            const auto alike = columns_alike(*notes.table, *gone[from].left, now);
            if (alike > 0) pairs.push_back({at_home, alike, from, to});
        }
    }
    std::stable_sort(pairs.begin(), pairs.end(), [](const Pair& one, const Pair& other) {
        return std::tie(one.at_home, one.alike) > std::tie(other.at_home, other.alike);
    });
    std::set<std::size_t> found, matched;
    int moves = notes.moves;
    for (const auto& [at_home, alike, from, to] : pairs) {
        if (found.contains(from) || matched.contains(to)) continue;
        if (!at_home && moves-- <= 0) break;
        follow(gone[from].id, fresh[to]);
        found.insert(from);
        matched.insert(to);
    }
    erase_at(gone, found);
    erase_at(fresh, matched);
}

// Each as the last sync left it.
void ChangeJournal::note_left(std::vector<GoneRow>& gone) {
    std::map<PatientId, std::optional<StoredPatient>> patients;
    for (auto& row : gone) {
        const auto place = identities_.place_of(row.id);
        if (!place) continue;
        const auto [at, is_new] = patients.try_emplace(place->patient);
        if (is_new) at->second = documents_.load(place->patient);
        if (!at->second) continue;
        const auto left = at->second->left.find(row.id);
        if (left != at->second->left.end()) row.left = left->second;
    }
}

void ChangeJournal::follow(RowId row, const RawRow& now) {
    identities_.set_content_key(row, now.table->table, now.key);
    if (const auto patient = translator_.patient_of(now)) touch(*patient);
}

// Where an owner's rows without a key had all been deleted before it was, those that share its key
// from now on are others, even if they hold the same.
void ChangeJournal::end_rows_of(const TableMapping& owners, const SqlRow& deleted,
                                DrainResult& result) {
    const auto& key = *deleted[3];
    for (const auto& table : mapping_.tables) {
        if (!table.shared_key) continue;
        const auto& column = table.key.front();
        const auto* reference = table.reference_to(owners.table, column);
        if (reference == nullptr || owners.key != std::vector{reference->target}) continue;
        const auto known = identities_.rows_sharing(table.table, key);
        if (known.empty()) continue;
        auto left = std::ssize(known);  // at most
        session_.query("SELECT op, local_key, old_key FROM cfs_journal WHERE tbl = :p0 AND seq < " +
                           *deleted[0],
                       {table.table}, [&](const SqlRow& note) {
                           if (note[1] == key && note[2] != key) left += note[0] == "D" ? -1 : 1;
                       });
        if (left > 0) continue;
        for (const auto& [content, row] : known) {
            touch_all_of(row, result);
            identities_.retire(row);
        }
    }
}

void ChangeJournal::touch_all_of(RowId row, DrainResult& result) {
    result.rows.insert(row);
    for (const auto& patient : identities_.patients_of(row)) touch(patient, result);
}

void ChangeJournal::touch(PatientId patient, DrainResult& result) {
    result.patients.insert(patient);
    touch(patient);
}

void ChangeJournal::take_delete(const TableMapping& table, const std::string& key,
                                DrainResult& result) {
    const auto row = identities_.row_of(table.table, key);
    if (!row) return;
    touch_all_of(*row, result);
    if (table.patient) result.gone.insert(PatientId{row->uuid});
    identities_.retire(*row);
}

void ChangeJournal::take_write(const TableMapping& table, const std::string& key,
                               const std::optional<RowId>& fresh, DrainResult& result) {
    const auto known = identities_.row_of(table.table, key);
    if (known) touch_all_of(*known, result);
    if (fresh) result.rows.insert(*fresh);
    const auto row = tables_.read(table, key);
    if (!row) return;  // deleted since: that entry follows
    const auto place = fresh ? identities_.place_of(*fresh) : std::nullopt;
    // It was met by a reference before its own note was read, then retired by an older note.
    if (!known && place && !place->key) identities_.set_key(*fresh, key);
    bool is_new = !known && fresh && !place;
    auto id = fresh;
    if (const auto own = is_new ? translator_.native(*row) : std::nullopt) {
        is_new = !own->taken;
        id = own->id;
    }
    if (is_new && table.patient) {
        identities_.add_or_return(*id, table.table, key, PatientId{id->uuid});
    }
    if (id) result.rows.insert(*id);
    const auto patient = translator_.patient_of(*row);
    if (is_new && !table.patient && patient) {
        identities_.add_or_return(*id, table.table, key, *patient);
    }
    if (patient) {
        touch(*patient, result);
    } else if (!known) {
        ++result.orphans;
    }
}

void ChangeJournal::touch(PatientId patient) {
    session_.execute(
        "INSERT INTO cfs_touched (patient) SELECT :p0 WHERE NOT EXISTS "
        "(SELECT 1 FROM cfs_touched WHERE patient = :p1)",
        {patient.text(), patient.text()});
}

}  // namespace cfs
