// What a database was known by, kept in a file of this installation.
#pragma once

#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/database/clinic_database.h"

namespace cfs {

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

// Writes such a map as a whole or not at all.
class IdentitiesFile {
  public:
    // `salt` as in SavedIdentities.
    IdentitiesFile(std::string path, const std::string& salt, RandomSource& random);
    ~IdentitiesFile();
    IdentitiesFile(const IdentitiesFile&) = delete;
    IdentitiesFile& operator=(const IdentitiesFile&) = delete;

    void note(const TableMapping& table, RowId id, const std::string& key, PatientId patient,
              const std::map<std::string, Value>& columns);
    void note_left(RowId row, const AsLeft& left);
    // Throws disk_full.
    void finish();

  private:
    std::string path_, temporary_;
    std::ofstream file_;
    bool finished_ = false;
};

// Writes what the database is known by now.
void save_identities(const std::string& path, const std::string& salt, ClinicDatabase& database);

}  // namespace cfs
