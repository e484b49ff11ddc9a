// An enabled (or not yet enabled) database of a clinic program with all that we keep in it.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/database/change_journal.h"
#include "core/database/change_scan.h"
#include "core/database/document_store.h"
#include "core/database/publication_store.h"
#include "core/database/review_store.h"
#include "core/model/time.h"

namespace cfs {

class ClinicDatabase {
  public:
    // Connects; throws database_missing and the like, and database_version where another version
    // of this program enabled it with other tables. The mapping is the one that the database was
    // enabled with, if it was.
    ClinicDatabase(std::unique_ptr<Backend> backend, RandomSource& random);
    ~ClinicDatabase();
    ClinicDatabase(const ClinicDatabase&) = delete;
    ClinicDatabase& operator=(const ClinicDatabase&) = delete;

    [[nodiscard]] Backend& backend() { return *backend_; }
    [[nodiscard]] SqlSession& session() { return *session_; }
    [[nodiscard]] RandomSource& random() { return random_; }

    [[nodiscard]] bool enabled() const { return enabled_; }
    // Throws not_enabled with a sentence that says how to enable it.
    void require_enabled() const;
    // Throws mapping_table or mapping_column where the patients can't be read.
    void require_patients() const;

    // Facts about this database: "site", "site_name", "folder", "mapping" ...
    [[nodiscard]] std::optional<std::string> fact(const std::string& name);
    void set_fact(const std::string& name, const std::string& value);
    [[nodiscard]] std::vector<std::string> fact_names(const std::string& prefix);

    // Creates our tables and triggers for `mapping`, of which `text` is the XML; what was left of
    // an enabling that was interrupted goes first.
    void install(const Mapping& mapping, const std::string& text);
    // Goes on with one that is the same but for names (see same_but_for_names()): the clinic
    // program has renamed tables or columns, and our triggers with them.
    void change_names(const Mapping& mapping, const std::string& text);
    // Puts back the triggers that are missing or changed.
    void install_triggers();
    void finish_enabling();
    // Removes all that install() added, in short transactions.
    void uninstall(Clock& clock);
    // Was enabling or disabling interrupted? Then tables of ours are there, and uninstall() removes
    // them.
    [[nodiscard]] bool half_made() const { return half_made_; }

    // So many rows or patients were written into our tables, by a transaction that has ended. Each
    // time they have doubled the database system is told that the tables have grown.
    void note_written(std::size_t count);

    [[nodiscard]] SqlTransaction begin();
    // While this lives, inside a transaction, our triggers are silent.
    class OwnWrites {
      public:
        explicit OwnWrites(ClinicDatabase& database);
        void end();  // before the commit

      private:
        ClinicDatabase& database_;
    };

    // The parts; only after install(), also an interrupted one, or on an enabled database.
    // The mapping of what the database has now, as it was when this was made, ...
    [[nodiscard]] const Mapping& mapping() const { return fit().mapping; }
    [[nodiscard]] const MappingFit& fit() const;
    // ... and all of it, as it was enabled with: what documents mean.
    [[nodiscard]] const Mapping& whole_mapping() const;
    [[nodiscard]] const DescribedTables& described() const;
    [[nodiscard]] ClinicTables& tables();
    [[nodiscard]] IdentityMap& identities();
    [[nodiscard]] ClinicFiles& files();
    // Outside of a transaction, where FilesFirst was thrown in one.
    void get_files_ready(const ClinicFiles::Source& source);
    [[nodiscard]] RowTranslator& translator();
    [[nodiscard]] ChangeJournal& journal();
    [[nodiscard]] ChangeScan& scan();
    // Are changes found by scan(), since triggers are not allowed?
    [[nodiscard]] bool scans() const { return scans_; }
    [[nodiscard]] DocumentStore& documents();
    [[nodiscard]] PublicationStore& publications();
    [[nodiscard]] ReviewStore& review();

    // By the server's clock where there is one: workstations need not agree on the time.
    [[nodiscard]] Time now(const Clock& clock);
    // One sync at a time: true if `holder` has the lease until `until` now.
    [[nodiscard]] bool take_lease(const std::string& holder, Time now, Time until);
    [[nodiscard]] bool leased_to_another(const std::string& holder, Time now);
    void give_up_lease(const std::string& holder);

    // The names of sites by the tags of their writers, for people.
    [[nodiscard]] std::string site_name(WriterTag32 tag);
    void set_site_name(WriterTag32 tag, const std::string& name);

  private:
    struct Parts;
    void make_parts(const Mapping& mapping);
    void install_tracking();
    void define(const std::function<void()>& work);
    void remove_triggers();
    void take_back_triggers();
    void drop_tables();
    [[nodiscard]] bool leased(const std::string& holder, Time now, const std::string& lock);
    [[nodiscard]] bool delete_some(const std::string& table, const std::string& key);

    std::unique_ptr<Backend> backend_;
    std::unique_ptr<SqlSession> session_;
    RandomSource& random_;
    bool enabled_ = false;
    bool scans_ = false;
    bool half_made_ = false;
    std::size_t written_ = 0;
    std::size_t next_statistics_ = 100;  // when so many were written
    std::unique_ptr<Parts> parts_;
};

}  // namespace cfs
