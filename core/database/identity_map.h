// Which local key stands for which row: the translation between the keys of this database, which
// never leave it, and the UUIDs that are the same at all sites.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/database/backend.h"
#include "core/model/digest.h"
#include "core/model/ids.h"

namespace cfs {

struct RowPlace {
    std::string table;
    std::optional<std::string> key;  // nothing: the row is not in the database
    std::string former;              // the key it had before it was gone; may be another row's now
    PatientId patient;
    bool found = false;       // was there when the database was enabled, and not yet synced
    bool outside = false;     // the mapping's conditions left it out when it was last synced
    bool met_before = false;  // found, and as_left() may tell what it held before
};

using RowKey = std::pair<std::string, std::string>;  // table and local key

// What was read of some rows just now, so that it is not asked again.
struct KnownRows {
    std::map<RowKey, RowId> ids;
    std::map<RowId, std::optional<RowPlace>> places;  // nothing: the row is unknown
    std::set<PatientId> whole;  // with the places of all rows beside these patients
    // What they hold in columns of this database alone, by which others may mean them.
    std::map<std::pair<RowId, std::string>, std::string> numbers;
};

// A row that is not known yet and is in the database.
struct NewRow {
    RowId row;
    std::string table, key;
    PatientId patient;
    bool found = false;  // when the database was enabled
};

// What a row held when its database was disabled.
struct AsLeft {
    Digest content;                // see content_of()
    std::set<VersionId> versions;  // that its document held then
};

// The fact with the random text of this database and its clones and backups, which the UUIDs of
// rows without a key are made of.
inline constexpr const char* kRowSalt = "row_salt";

// The UUID made of the random bytes that a trigger noted.
[[nodiscard]] std::optional<RowId> row_noted(const std::optional<std::string>& noted);

class IdentityMap {
  public:
    IdentityMap(Backend& backend, SqlSession& session) : backend_(backend), session_(session) {}

    [[nodiscard]] std::optional<RowId> row_of(const std::string& table, const std::string& key);
    // The UUID that the trigger noted for the row that was inserted last under this key. It may be
    // known already and have no key: it was met by a reference, then an older note that the key
    // was freed was read.
    [[nodiscard]] std::optional<RowId> noted_for(const std::string& table, const std::string& key);
    [[nodiscard]] std::optional<RowPlace> place_of(RowId row);
    // The same, without a question to the database where it was asked already.
    [[nodiscard]] std::optional<RowPlace> place_of(RowId row, const KnownRows& known);
    // Those of them that are known, with few questions to the database.
    [[nodiscard]] std::map<RowId, RowPlace> places_of(const std::set<RowId>& rows);
    [[nodiscard]] std::map<RowId, RowPlace> places_with(const std::string& table,
                                                        const std::vector<std::string>& keys);
    // All that are known of those whose UUIDs begin as the patient's (see beside()), read in one
    // piece: mostly these are all rows of a patient. Nothing where there are too many.
    [[nodiscard]] std::optional<std::map<RowId, RowPlace>> places_beside(PatientId patient);
    // The patients whose documents hold the row.
    [[nodiscard]] std::vector<PatientId> patients_of(RowId row);
    // The patients whose documents share a moved row with this one's.
    [[nodiscard]] std::set<PatientId> patients_linked_to(PatientId patient);

    // Nothing in a database that was enabled before there were such rows.
    [[nodiscard]] std::string row_salt();

    // By their keys.
    [[nodiscard]] std::map<std::string, RowId> rows_with(const std::string& table,
                                                         const std::vector<std::string>& keys);

    // How many rows of the table are known and in the database, or `enough`.
    [[nodiscard]] std::int64_t count(const std::string& table, std::int64_t enough);

    void add(const std::vector<NewRow>& rows);
    // Of a row that is not known, or known and without a key.
    void add_or_return(RowId row, const std::string& table, const std::string& key,
                       PatientId patient);
    // The row is gone from the database; its key may be given to another row from now on.
    void retire(RowId row);
    void set_key(RowId row, const std::string& key);
    // Of a row without a key (see content_key.h), which holds something else now. Those that hold
    // what it held are numbered without a gap.
    void set_content_key(RowId row, const std::string& table, const std::string& key);
    // The rows without a key that share this value, by the keys they were last known by.
    [[nodiscard]] std::map<std::string, RowId> rows_sharing(const std::string& table,
                                                            const std::string& value);
    // No row refers to it by the key it had any more.
    void forget_former_key(RowId row);
    void set_patient(RowId row, PatientId patient);
    // The documents that hold a moved row, its present owner's among them.
    void set_moved(RowId row, const std::vector<PatientId>& patients);
    // Of a row that was added as found.
    void set_as_left(RowId row, const AsLeft& left);
    [[nodiscard]] std::optional<AsLeft> as_left(RowId row);
    // In one piece where `known` tells that all others beside a patient are not found.
    void clear_found(std::set<RowId> rows, const KnownRows& known);
    // Of a row that is known, not found.
    void set_outside(RowId row, bool outside);
    void forget(RowId row);

  private:
    struct Adding {
        std::string places, keys;  // the statements
    };
    [[nodiscard]] const Adding& adding(std::size_t rows);
    void free_key(RowId row);
    void clear_found(const SqlCondition& rows);
    [[nodiscard]] bool has_as_left();

    Backend& backend_;
    SqlSession& session_;
    std::map<std::size_t, Adding> adding_;  // by the number of rows
    std::optional<bool> has_as_left_;       // once it was asked
};

}  // namespace cfs
