// Rows between the database's own terms (local keys) and the documents' (UUIDs, natural keys).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/database/clinic_files.h"
#include "core/database/clinic_tables.h"
#include "core/database/identity_map.h"
#include "core/model/digest.h"
#include "core/model/patient_document.h"
#include "core/model/random.h"

namespace cfs {

// Large values by their SHA-256; in rows and documents only the digest stands.
using Contents = std::map<Digest, std::string>;

// A value of a row that can't be written here now: what it refers to is not in this database.
struct Unresolved {
    std::string column;
    std::optional<RowId> row;  // the row it waits for, if it waits for one
};

// A column that names a file which can't be read: the file's directory, and why.
struct UnreadableFile {
    std::string directory, trouble;
};

class RowTranslator {
  public:
    RowTranslator(const Mapping& mapping, ClinicTables& tables, IdentityMap& identities,
                  ClinicFiles& files, RandomSource& random)
        : mapping_(mapping),
          tables_(tables),
          identities_(identities),
          files_(files),
          random_(random) {}

    // `left` is the row as we left it, if we did: a reference whose key did not change since still
    // means the row it meant then, whoever has that key now. A file that can't be read is still
    // what it was; where we never had it, the row is without that column. Large values go into
    // `contents`, those of files stay on disk.
    [[nodiscard]] RowValues to_document(const RawRow& row, const RowValues* left,
                                        Contents& contents, const KnownRows& known = {});
    // A file that the last to_document() could not read.
    [[nodiscard]] const std::optional<UnreadableFile>& unreadable() const { return unreadable_; }

    // What the row holds, its files included, of which `document` is what to_document() made.
    [[nodiscard]] Digest content_of(const RawRow& row, const RowValues& document);

    // The columns as the database must hold them; `row` is the row as a whole. Where the mapping
    // says so the missing row of a lookup is made. The column of a file has its content: its path
    // is up to the caller. Throws Unresolved, RowRefused and FileWaits.
    [[nodiscard]] std::map<std::string, Value> to_database(const RowValues& values,
                                                           const RowValues& row,
                                                           const TableMapping& table,
                                                           const KnownRows& known = {});

    // Did a reference by a key that its row no longer has pass to_document()?
    [[nodiscard]] bool met_former_key() const { return met_former_key_; }

    // The columns of `row` whose key is no longer that of the row they mean.
    [[nodiscard]] std::map<std::string, Value> stale_references(const RawRow& row,
                                                                const RowValues& values);

    // The patient that a row of the database belongs to by its owner columns; new patients get
    // their identity here. Nothing for an orphan.
    [[nodiscard]] std::optional<PatientId> patient_of(const RawRow& row);
    // The same of rows of one table, with fewer questions to the database.
    [[nodiscard]] std::vector<std::optional<PatientId>> patients_of(
        const std::vector<RawRow>& rows);

    // The UUID of a row that is not known yet, where the clinic program's own tells it, or the key
    // of a record that is known by that.
    struct Native {
        RowId id;
        bool taken = false;  // another row of this database has it, too: they are never one
    };
    [[nodiscard]] std::optional<Native> native(const RawRow& row);

    // The UUID of a row that nothing tells of. One without a key gets it from its database and what
    // identifies it: a clone or a backup knows it by the same, whatever else was edited there.
    [[nodiscard]] RowId new_id(const RawRow& row, PatientId patient);

    // The row that column `reference` of `row` refers to, in the database.
    [[nodiscard]] std::optional<RawRow> referenced(const RawRow& row, const Reference& reference);

  private:
    [[nodiscard]] static Value order_of(const RawRow& row, const RowValues* left);
    [[nodiscard]] Value reference_to_document(const Value& raw, const Reference& reference,
                                              const Value* left, const KnownRows& known);
    [[nodiscard]] bool is_by_key(const Reference& reference) const;
    [[nodiscard]] std::vector<RawRow> rows_meant(const Reference& reference,
                                                 const std::vector<std::string>& target_values);
    [[nodiscard]] std::optional<RowId> row_with(const Reference& reference,
                                                const std::string& target_value,
                                                const KnownRows& known);
    [[nodiscard]] std::optional<RowId> identify(const RawRow& row);
    [[nodiscard]] std::optional<RowId> known_by_key(const RawRow& row);
    [[nodiscard]] std::optional<std::string> key_part(const RawRow& row, const std::string& column);
    [[nodiscard]] std::optional<PatientId> patient_within(const RawRow& row, int hops);
    [[nodiscard]] std::map<std::string, RawRow> rows_meant_by(const std::vector<RawRow>& rows,
                                                              const Reference& reference);
    [[nodiscard]] std::optional<RawRow> owning_row(const RawRow& row, const Owner& owner);
    void file_to_document(const RawRow& row, const FileColumn& file, const RowValues* left,
                          RowValues& values, Contents& contents);
    void copies_to_document(const RawRow& row, const Lookup& lookup, RowValues& values);
    [[nodiscard]] Value lookup_to_database(const Value& value, const RowValues& row,
                                           const Lookup& lookup);
    [[nodiscard]] Value reference_to_database(const Value& value, const std::string& column,
                                              const Reference& reference, const KnownRows& known);
    [[nodiscard]] std::optional<std::string> target_value(RowId row, const Reference& reference,
                                                          const KnownRows& known = {});
    [[nodiscard]] std::optional<std::string> number_of(RowId row, const Reference& reference,
                                                       const KnownRows& known);

    const Mapping& mapping_;
    ClinicTables& tables_;
    IdentityMap& identities_;
    ClinicFiles& files_;
    RandomSource& random_;
    bool met_former_key_ = false;
    int naming_ = 0;  // how many rows are being named, one for the sake of another
    std::optional<UnreadableFile> unreadable_;
};

}  // namespace cfs
