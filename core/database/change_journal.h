// What the clinic program changed since the last sync: triggers note table, key, operation and
// time in cfs_journal; draining it keeps the identity map true and tells which patients to look at.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "core/database/document_store.h"
#include "core/database/row_translator.h"
#include "core/model/time.h"

namespace cfs {

struct DrainResult {
    std::int64_t entries = 0;
    std::int64_t orphans = 0;  // changed rows that belong to no patient
    std::set<PatientId> gone;  // patients whose own row was deleted
    // What the notes concern: patients who were touched, and rows, whoever refers to them. Of rows
    // without a key no note tells which they are: `any` of them.
    std::set<PatientId> patients;
    std::set<RowId> rows;
    bool any = false;
};

class ChangeJournal {
  public:
    // `fit` must outlive this.
    ChangeJournal(const MappingFit& fit, Backend& backend, SqlSession& session,
                  ClinicTables& tables, IdentityMap& identities, RowTranslator& translator,
                  DocumentStore& documents)
        : fit_(fit),
          mapping_(fit.mapping),
          backend_(backend),
          session_(session),
          tables_(tables),
          identities_(identities),
          translator_(translator),
          documents_(documents) {}

    void install();  // triggers that are missing or changed
    // The mapped tables whose triggers are not as installed.
    [[nodiscard]] std::set<std::string> tables_without_triggers();

    // But for notes of tables that wait: those stay until these can be read.
    [[nodiscard]] bool is_empty();
    // Patients whose own row was changed or deleted.
    [[nodiscard]] std::int64_t patients_noted();
    [[nodiscard]] std::int64_t patients_deleted();

    // Did a table lack its key when it was written to, so that nobody knows which row was?
    [[nodiscard]] bool lacks_keys();
    // All patients are looked at by the next sync, also those that no note tells of.
    void look_at_all(Clock& clock);

    // Takes `limit` entries, oldest first, inside the caller's transaction; the patients concerned
    // are noted in cfs_touched. Those of rows without a key come last, and no more than `limit` of
    // them but for what belongs together. Fewer entries than `limit`: there are no others.
    [[nodiscard]] DrainResult drain(std::int64_t limit);

    void touch(PatientId patient);

  private:
    [[nodiscard]] bool has_triggers(const TableMapping& table);
    // What was noted of rows without a key: which values they share, not which rows.
    struct SharedNotes {
        const TableMapping* table = nullptr;
        std::set<std::string> values;  // several where a row got another one
        bool only_updates = true;
        int moves = 0;  // from one value to another
    };

    // One of them that is not there any more as it was known.
    struct GoneRow {
        RowId id;
        std::string value;  // that it shared
        std::optional<RowValues> left;
    };

    void take(const SqlRow& entry, const TableMapping& table, DrainResult& result);
    void note_shared(const SqlRow& note, std::vector<SharedNotes>& notes);
    void take_shared(const SharedNotes& notes, DrainResult& result);
    void touch_all_of(RowId row, DrainResult& result);
    void touch(PatientId patient, DrainResult& result);
    void match_edited(const SharedNotes& notes, std::vector<RawRow>& fresh,
                      std::vector<GoneRow>& gone);
    void note_left(std::vector<GoneRow>& gone);
    void follow(RowId row, const RawRow& now);
    void end_rows_of(const TableMapping& owners, const SqlRow& deleted, DrainResult& result);
    void take_delete(const TableMapping& table, const std::string& key, DrainResult& result);
    void take_write(const TableMapping& table, const std::string& key,
                    const std::optional<RowId>& fresh, DrainResult& result);

    enum class Notes { all, of_keys, of_shared };  // of tables with a key, or without
    [[nodiscard]] SqlCondition is_readable(Notes which) const;
    [[nodiscard]] std::vector<SqlRow> oldest(Notes which, std::int64_t limit);
    [[nodiscard]] std::vector<SqlRow> notes_of_shared(std::int64_t limit);

    const MappingFit& fit_;
    const Mapping& mapping_;
    Backend& backend_;
    SqlSession& session_;
    ClinicTables& tables_;
    IdentityMap& identities_;
    RowTranslator& translator_;
    DocumentStore& documents_;
};

}  // namespace cfs
