#include "core/database/enabling.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "core/database/content_key.h"
#include "core/database/native_identity.h"
#include "core/database/shadow_tables.h"
#include "core/model/framed.h"
#include "core/model/value_forms.h"

namespace cfs {

namespace {

// The namespace of derived UUIDs: a random one, fixed for ever.
constexpr Uuid kDerivedRows = {{0x6b, 0x2f, 0x9d, 0x51, 0x0c, 0x7e, 0x4a, 0x35, 0x9e, 0x18, 0xd2,
                                0x44, 0xb7, 0x60, 0x5f, 0xa3}};

std::string identity_text(ClinicTables& tables, const TableMapping& table, const RawRow& row,
                          const std::string& column) {
    const auto raw = row.text(column);
    if (!raw || table.reference(column) != nullptr) return {};
    const auto* lookup = table.lookup(column);
    // Of copies on several database systems each has its own form of a number.
    return lookup == nullptr ? plain_form(*raw)
                             : tables.lookups().natural_key(*lookup, *raw).value_or("");
}

// A row that shares the key of another is known by that row, which may have another number
// elsewhere; tables are read in the order of their ways to the patient, so it has its identity by
// now.
std::string key_name(ClinicDatabase& database, const TableMapping& table, const RawRow& row) {
    const auto* shared = table.key.size() == 1 ? table.reference(table.key[0]) : nullptr;
    if (shared == nullptr) return row.key;
    const auto parent = database.translator().referenced(row, *shared);
    const auto id =
        parent ? database.identities().row_of(parent->table->table, parent->key) : std::nullopt;
    if (!id) return row.key;
    return table.shared_key ? id->text() + row.key.substr(shared_part(row.key).size()) : id->text();
}

// Table, key and identity columns; where these are all empty, every plain column in their place.
RowId derived_row(ClinicDatabase& database, const TableMapping& table, const RawRow& row,
                  const std::optional<PatientId>& patient) {
    auto& tables = database.tables();
    std::string name, identity;
    append_framed(name, table.table);
    append_framed(name, key_name(database, table, row));
    bool empty = true;
    for (const auto& column : table.identity) {
        const auto text = identity_text(tables, table, row, column);
        empty = empty && text.empty();
        append_framed(identity, text);
    }
    if (empty) {
        for (const auto& [column, value] : row.columns) {
            const bool plain = table.reference(column) == nullptr && table.is_content(column);
            if (plain) append_framed(identity, column + "=" + plain_form(value.bytes));
        }
    }
    name += identity;
    if (patient) append_framed(name, patient->text());
    const auto uuid = derived_uuid(kDerivedRows, name);
    return RowId{patient ? beside(patient->uuid, uuid) : uuid};
}

class Namer {
  public:
    Namer(ClinicDatabase& database, const SavedIdentities& saved, const NoteNamed& note)
        : database_(database), saved_(saved), note_(note) {}

    // Some rows of a table; none of them depends on how another of them is named.
    void name(const TableMapping& table, const std::vector<RawRow>& rows) {
        auto& identities = database_.identities();
        const auto named = choose(table, rows);
        std::vector<std::string> keys;
        for (const auto& item : named) keys.push_back(item.row->key);
        // A row may have got its identity by a reference to it.
        const auto known = identities.rows_with(table.table, keys);
        const auto others = identities.places_of(chosen_);
        std::vector<NewRow> added;
        for (const auto& [row, chosen, patient] : named) {
            if (known.contains(row->key)) continue;
            // Two rows of one database are never one.
            const bool taken = others.contains(chosen) || chosen_.erase(chosen) == 0;
            const auto id = taken ? RowId{database_.random().uuid()} : chosen;
            added.push_back(
                {id, table.table, row->key, patient.value_or(PatientId{id.uuid}), true});
            if (note_) note_(*row, id, added.back().patient);
            if (database_.scans()) database_.scan().saw(*row);
        }
        identities.add(added);
        for (const auto& row : added) {
            if (const auto* left = saved_.as_left(row.row)) identities.set_as_left(row.row, *left);
            if (table.patient) database_.journal().touch(row.patient);
        }
        result.rows += std::ssize(added);
        if (table.patient) result.patients += std::ssize(added);
    }

    EnablingResult result;

  private:
    struct Named {
        const RawRow* row;
        RowId id;
        std::optional<PatientId> patient;  // nothing for the patient's own row
    };

    std::vector<Named> choose(const TableMapping& table, const std::vector<RawRow>& rows) {
        const auto patients = table.patient ? std::vector<std::optional<PatientId>>(rows.size())
                                            : database_.translator().patients_of(rows);
        std::vector<Named> named;
        chosen_.clear();
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (!table.patient && !patients[i]) {
                ++result.orphans;
                continue;
            }
            const auto id = identity_of(table, rows[i], patients[i]);
            if (!id) continue;
            named.push_back({&rows[i], *id, patients[i]});
            chosen_.insert(*id);
        }
        return named;
    }

    // Nothing for a row that is held, and reported by each sync.
    std::optional<RowId> identity_of(const TableMapping& table, const RawRow& row,
                                     const std::optional<PatientId>& patient) {
        auto id = saved_.find(table, row, patient);
        if (!id && table.shared_key) {
            id = saved_.find_edited(table, row, patient, [&](RowId other, const std::string& key) {
                return !chosen_.contains(other) && !database_.identities().place_of(other) &&
                       !database_.tables().read(table, key);
            });
        }
        const auto own = database_.translator().native(row);
        if (!id && own && (own->taken || chosen_.contains(own->id))) return std::nullopt;
        if (!id && own) id = own->id;
        if (!id) id = matched(table, row);
        return id ? *id : derived_row(database_, table, row, patient);
    }

    // Of two rows here that say the same of themselves neither is anybody elsewhere.
    std::optional<RowId> matched(const TableMapping& table, const RawRow& row) {
        const auto id = matched_patient(row, database_.mapping().family);
        if (!id) return std::nullopt;
        std::map<std::string, Value> identifier;
        for (const auto& column : table.match->columns) {
            identifier.emplace(column, row.columns.at(column));
        }
        const auto alike = database_.tables().read_equal(table, identifier);
        return alike.size() == 1 ? id : std::nullopt;
    }

    ClinicDatabase& database_;
    const SavedIdentities& saved_;
    const NoteNamed& note_;
    std::set<RowId> chosen_;  // of the rows that are being named
};

}  // namespace

EnablingResult give_identities(ClinicDatabase& database, const SavedIdentities& saved, Clock& clock,
                               const NoteNamed& note) {
    auto& backend = database.backend();
    auto& session = database.session();
    // Rows come in the order of their keys, and lie in that of their identities.
    ShadowTables shadows(backend, session, kNamedTables);
    Namer namer(database, saved, note);
    for (const auto& table : database.mapping().tables) {
        // What changes meanwhile is noted by the triggers.
        database.tables().for_each_page(table, kPageRows, [&](const std::vector<RawRow>& rows) {
            const auto reading = backend.begin_reading();
            std::optional<SqlTransaction> transaction;
            if (!reading.empty()) {
                transaction.emplace(session, reading, SqlTransaction::Waits::as_ever);
            }
            namer.name(table, rows);
            if (transaction) transaction->commit();
            database.note_written(rows.size());
        });
    }
    shadows.keep(clock);
    return namer.result;
}

}  // namespace cfs
