#include "core/database/enabling.h"

#include <algorithm>
#include <boost/filesystem.hpp>
#include <fstream>
#include <functional>
#include <sstream>

#include "core/database/as_left.h"
#include "core/database/content_key.h"
#include "core/database/native_identity.h"
#include "core/database/short_transactions.h"
#include "core/model/framed.h"
#include "core/model/text.h"
#include "core/model/value_forms.h"

namespace cfs {

namespace {

// Rows that are read at once: some 10 ms of work.
constexpr std::int64_t kPage = 500;

// In the map a line that begins so tells what a row held; earlier programs pass it over.
constexpr std::string_view kLeftLine = "=";

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
            const bool plain = table.reference(column) == nullptr && table.travels(column) &&
                               table.volatile_column(column) == nullptr;
            if (plain) append_framed(identity, column + "=" + plain_form(value.bytes));
        }
    }
    name += identity;
    if (patient) append_framed(name, patient->text());
    const auto uuid = derived_uuid(kDerivedRows, name);
    return RowId{patient ? beside(patient->uuid, uuid) : uuid};
}

// "-" for a column that holds nothing.
std::vector<std::string> identity_digests(const TableMapping& table,
                                          const std::map<std::string, Value>& columns) {
    std::vector<std::string> digests;
    for (const auto& column : table.identity) {
        const auto at = columns.find(column);
        const auto text = at == columns.end() ? std::string() : at->second.bytes;
        digests.push_back(text.empty() ? "-" : sha256(column + "=" + text).text().substr(0, 16));
    }
    return digests;
}

std::string map_key(const std::string& table, const std::string& key) { return table + "\t" + key; }

// The rows of tables that can't be read now, with what they held when they were left.
template <class Take>
void for_each_waiting(ClinicDatabase& database, Take take) {
    if (database.fit().waiting.empty()) return;
    std::vector<PatientId> patients;
    database.documents().for_each([&](PatientId patient) { patients.push_back(patient); });
    for (const auto& patient : patients) {
        const auto stored = database.documents().load(patient);
        if (!stored) continue;
        for (const auto& [id, values] : stored->left) {
            if (!database.fit().waits(values.table)) continue;
            const auto place = database.identities().place_of(id);
            if (!place || !place->key || place->patient != patient) continue;
            take(*database.whole_mapping().find(values.table), id, *place->key, patient,
                 values.columns);
        }
    }
}

class Namer {
  public:
    Namer(ClinicDatabase& database, const SavedIdentities& saved)
        : database_(database), saved_(saved) {}

    void name(const TableMapping& table, const RawRow& row) {
        if (database_.identities().row_of(table.table, row.key)) return;
        std::optional<PatientId> patient;
        if (!table.patient) {
            patient = database_.translator().patient_of(row);
            if (!patient) {
                ++result.orphans;
                return;
            }
        }
        auto id = saved_.find(table, row, patient);
        if (!id && table.shared_key) {
            id = saved_.find_edited(table, row, patient, [&](RowId other, const std::string& key) {
                return !database_.identities().place_of(other) &&
                       !database_.tables().read(table, key);
            });
        }
        const auto own = database_.translator().native(row);
        if (!id && own && own->taken) return;  // held, and reported by each sync
        if (!id && own) id = own->id;
        if (!id) id = matched(table, row);
        if (!id) id = derived_row(database_, table, row, patient);
        // Two rows of one database are never one.
        if (database_.identities().place_of(*id)) id = RowId{database_.random().uuid()};
        const auto owner = patient.value_or(PatientId{id->uuid});
        database_.identities().add(*id, table.table, row.key, owner, true);
        if (database_.scans()) database_.scan().saw(row);
        if (const auto* left = saved_.as_left(*id)) database_.identities().set_as_left(*id, *left);
        ++result.rows;
        if (!table.patient) return;
        ++result.patients;
        database_.journal().touch(owner);
    }

    EnablingResult result;

  private:
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
};

}  // namespace

SavedIdentities::SavedIdentities(const std::string& path) {
    std::ifstream file(boost::filesystem::path(path).c_str(), std::ios::binary);
    std::string line;
    std::getline(file, salt_);
    while (std::getline(file, line)) {
        std::istringstream fields(line);
        std::string row, table, key, patient, digest;
        std::getline(fields, row, '\t');
        std::getline(fields, table, '\t');
        std::getline(fields, key, '\t');
        std::getline(fields, patient, '\t');
        if (row == kLeftLine) {
            add_as_left(table, key, patient);
            continue;
        }
        const auto id = RowId::parse(row);
        const auto owner = PatientId::parse(patient);
        const auto raw_key = from_hex(key);
        if (!id || !owner || !raw_key) continue;
        Entry entry{*id, *owner, {}};
        while (std::getline(fields, digest, '\t')) entry.identity.push_back(digest);
        entries_.emplace(map_key(table, *raw_key), std::move(entry));
    }
}

void SavedIdentities::add_as_left(const std::string& row, const std::string& content,
                                  const std::string& versions) {
    const auto id = RowId::parse(row);
    const auto digest = Digest::parse(content);
    AsLeft left{digest.value_or(Digest{}), versions_from_text(versions)};
    if (id && digest && !left.versions.empty()) as_left_.emplace(*id, std::move(left));
}

const AsLeft* SavedIdentities::as_left(RowId row) const {
    const auto at = as_left_.find(row);
    return at == as_left_.end() ? nullptr : &at->second;
}

std::optional<RowId> SavedIdentities::find(const TableMapping& table, const RawRow& row,
                                           const std::optional<PatientId>& patient) const {
    const auto at = entries_.find(map_key(table.table, row.key));
    if (at == entries_.end()) return std::nullopt;
    const auto& entry = at->second;
    if (patient && *patient != entry.patient) return std::nullopt;
    const auto digests = identity_digests(table, row.columns);
    std::size_t filled = 0, same = 0;
    for (std::size_t i = 0; i < std::min(digests.size(), entry.identity.size()); ++i) {
        const bool equal = digests[i] == entry.identity[i];
        if (equal && digests[i] == "-") continue;
        ++filled;
        if (equal) ++same;
    }
    const bool found = table.patient ? same * 2 > filled : same > 0 || filled == 0;
    return found ? std::optional<RowId>(entry.row) : std::nullopt;
}

std::optional<RowId> SavedIdentities::find_edited(
    const TableMapping& table, const RawRow& row, const std::optional<PatientId>& patient,
    const std::function<bool(RowId id, const std::string& key)>& is_free) const {
    const auto beginning = map_key(table.table, std::string(shared_part(row.key)) + '\t');
    const auto digests = identity_digests(table, row.columns);
    for (auto at = entries_.lower_bound(beginning);
         at != entries_.end() && at->first.starts_with(beginning); ++at) {
        const auto& entry = at->second;
        if (patient != entry.patient || digests != entry.identity) continue;
        if (is_free(entry.row, at->first.substr(map_key(table.table, "").size()))) return entry.row;
    }
    return std::nullopt;
}

void SavedIdentities::save(const std::string& path, const std::string& salt,
                           ClinicDatabase& database) {
    namespace fs = boost::filesystem;
    // Named as all that goes after a day where a program died.
    const auto temporary = path + "." + database.random().uuid().text().substr(0, 8) + ".tmp";
    std::ofstream file(fs::path(temporary).c_str(), std::ios::binary | std::ios::trunc);
    file << salt << '\n';
    const auto note = [&](const TableMapping& table, RowId id, const std::string& key,
                          PatientId patient, const std::map<std::string, Value>& columns) {
        file << id.text() << '\t' << table.table << '\t' << to_hex(key) << '\t' << patient.text();
        for (const auto& digest : identity_digests(table, columns)) file << '\t' << digest;
        file << '\n';
    };
    for (const auto& table : database.mapping().tables) {
        database.tables().for_each_page(table, kPage, [&](const std::vector<RawRow>& rows) {
            for (const auto& row : rows) {
                const auto id = database.identities().row_of(table.table, row.key);
                const auto place = id ? database.identities().place_of(*id) : std::nullopt;
                if (place) note(table, *id, row.key, place->patient, row.columns);
            }
        });
    }
    for_each_waiting(database, note);
    for_each_as_left(database, [&](RowId row, const AsLeft& left) {
        file << kLeftLine << '\t' << row.text() << '\t' << left.content.text() << '\t'
             << versions_text(left.versions) << '\n';
    });
    file.close();
    boost::system::error_code error;
    if (file) fs::rename(temporary, path, error);
    if (!file || error) {
        fs::remove(temporary, error);
        throw Error(
            ErrorCode::disk_full,
            said("The identity map could not be written to {1}. Free some space, then try again.",
                 path));
    }
}

EnablingResult give_identities(ClinicDatabase& database, const SavedIdentities& saved,
                               Clock& clock) {
    Namer namer(database, saved);
    for (const auto& table : database.mapping().tables) {
        // Read outside the lock: what changes meanwhile is noted by the triggers.
        database.tables().for_each_page(table, kPage, [&](const std::vector<RawRow>& rows) {
            in_short_transactions(database.session(), database.backend(), clock, rows.size(),
                                  [&](std::size_t i) { namer.name(table, rows[i]); });
        });
    }
    return namer.result;
}

}  // namespace cfs
