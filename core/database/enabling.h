// Enabling a database for multiple databases: every row gets its UUID. Rows that are there get one
// derived from their content, so that copies of one database agree without talking.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "core/database/clinic_database.h"

namespace cfs {

struct EnablingResult {
    std::int64_t patients = 0;
    std::int64_t rows = 0;
    std::int64_t orphans = 0;  // rows that lead to no patient: they stay in this database
};

// What a database was known by, kept outside of it when it is enabled and when it is disabled: so
// that enabling it again, or a backup from before it was enabled, finds the same rows.
class SavedIdentities {
  public:
    // Reads the map kept at `path`; empty if there is none.
    explicit SavedIdentities(const std::string& path);

    // The UUID that the row had. Its key may have been given to another meanwhile: most of what
    // identifies a person must be the same still, of a record something and the patient (nothing
    // for the patient's own row). Columns that hold nothing tell nothing.
    [[nodiscard]] std::optional<RowId> find(const TableMapping& table, const RawRow& row,
                                            const std::optional<PatientId>& patient) const;

    // The same of a row without a key that was edited meanwhile: one that nothing else is.
    [[nodiscard]] std::optional<RowId> find_edited(
        const TableMapping& table, const RawRow& row, const std::optional<PatientId>& patient,
        const std::function<bool(RowId id, const std::string& key)>& is_free) const;

    // What the row held when the database was disabled and as its last sync had left it; nothing
    // in a map that was written at enabling, when no row had been synced.
    [[nodiscard]] const AsLeft* as_left(RowId row) const;

    // Writes the map as a whole or not at all.
    static void save(const std::string& path, const std::string& salt, ClinicDatabase& database);

    // Tells what is found now from what was found before; empty where nothing was saved.
    [[nodiscard]] const std::string& salt() const { return salt_; }

  private:
    struct Entry {
        RowId row;
        PatientId patient;
        std::vector<std::string> identity;  // digests of the identity columns
    };
    void add_as_left(const std::string& row, const std::string& content,
                     const std::string& versions);

    std::map<std::string, Entry> entries_;
    std::map<RowId, AsLeft> as_left_;
    std::string salt_;
};

// Installs our tables and triggers and names all rows, in transactions short enough for the clinic
// program to work on. The caller then sets the facts and finishes.
[[nodiscard]] EnablingResult give_identities(ClinicDatabase& database, const SavedIdentities& saved,
                                             Clock& clock);

}  // namespace cfs
