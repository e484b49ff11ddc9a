#include "core/database/clinic_database.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "core/database/file_names.h"
#include "core/database/mapping_file.h"
#include "core/database/own_tables.h"
#include "core/database/short_transactions.h"
#include "core/model/text.h"

namespace cfs {

struct ClinicDatabase::Parts {
    Mapping whole;
    DescribedTables described;
    MappingFit fit;
    ClinicTables tables;
    IdentityMap identities;
    ClinicFiles files;
    RowTranslator translator;
    DocumentStore documents;
    ChangeJournal journal;
    ChangeScan scan;
    PublicationStore publications;
    ReviewStore review;

    static const Mapping& with_forms(Mapping& whole, const DescribedTables& described) {
        learn_forms(whole, described);
        return whole;
    }

    Parts(Mapping used, Backend& backend, SqlSession& session, RandomSource& random)
        : whole(std::move(used)),
          described(describe_tables(whole, backend, session)),
          fit(fit_mapping(with_forms(whole, described), described)),
          tables(backend, session, fit, described, random),
          identities(backend, session),
          files(session),
          translator(fit.mapping, tables, identities, files, random),
          documents(session, whole),
          journal(fit, backend, session, tables, identities, translator, documents),
          scan(fit.mapping, backend, session, tables, random),
          publications(session),
          review(session) {}
};

namespace {

// The fact that tells how far our tables are: none while they are filled, then the number of their
// layout, and that they are being removed.
constexpr const char* kEnabled = "enabled";
constexpr const char* kDisabling = "disabling";
// The fact that tells how changes are found.
constexpr const char* kTracking = "tracking";
constexpr const char* kScan = "scan";

std::optional<int> layout_of(const std::string& enabled) {
    int layout = 0;
    const auto* const end = enabled.data() + enabled.size();
    const auto parsed = std::from_chars(enabled.data(), end, layout);
    if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
    return layout;
}

void require_layout(int layout, const std::string& database) {
    if (layout > kOwnLayout) {
        throw Error(ErrorCode::database_version,
                    said("The database {1} was enabled with a newer version of this program. "
                         "Update this program; nothing was changed.",
                         database));
    }
    if (layout < kOwnLayout) {
        throw Error(ErrorCode::database_version,
                    said("The database {1} was enabled with an earlier version of this program, "
                         "whose notes in it this version can't read. Disable it with that "
                         "version, then enable it with this one; nothing was changed.",
                         database));
    }
}

std::string tag_text(WriterTag32 tag) {
    char text[9];
    std::snprintf(text, sizeof text, "%08x", tag);
    return text;
}

}  // namespace

ClinicDatabase::ClinicDatabase(std::unique_ptr<Backend> backend, RandomSource& random)
    : backend_(std::move(backend)), session_(backend_->connect()), random_(random) {
    if (!backend_->describe(*session_, "cfs_meta")) return;
    const auto state = fact(kEnabled).value_or("");
    const auto layout = layout_of(state);
    if (layout) require_layout(*layout, backend_->name());
    enabled_ = layout.has_value();
    half_made_ = !enabled_;
    scans_ = fact(kTracking) == kScan;
    const auto mapping = fact("mapping");
    if (mapping && state != kDisabling)
        make_parts(mapping_from_xml(*mapping, "of " + backend_->name()));
}

ClinicDatabase::~ClinicDatabase() = default;

void ClinicDatabase::make_parts(const Mapping& mapping) {
    parts_ = std::make_unique<Parts>(mapping, *backend_, *session_, random_);
}

void ClinicDatabase::require_enabled() const {
    if (enabled_) return;
    throw Error(ErrorCode::not_enabled,
                said("The database {1} is not enabled for multiple databases. Enable it in "
                     "Preferences, or with cfsync enable.",
                     backend_->name()));
}

void ClinicDatabase::require_patients() const {
    const auto* waiting = fit().waiting_patients();
    if (waiting == nullptr) return;
    throw Error(waiting->column.empty() ? ErrorCode::mapping_table : ErrorCode::mapping_column,
                sentence_of(*waiting, fit(), backend_->name()));
}

std::optional<std::string> ClinicDatabase::fact(const std::string& name) {
    return session_->value("SELECT value FROM cfs_meta WHERE name = :p0", {name});
}

void ClinicDatabase::set_fact(const std::string& name, const std::string& value) {
    session_->execute("DELETE FROM cfs_meta WHERE name = :p0", {name});
    session_->execute("INSERT INTO cfs_meta (name, value) VALUES (:p0, :p1)", {name, value});
}

std::vector<std::string> ClinicDatabase::fact_names(const std::string& prefix) {
    std::vector<std::string> names;
    session_->query("SELECT name FROM cfs_meta ORDER BY name", {}, [&](const SqlRow& row) {
        if (row[0].value_or("").starts_with(prefix)) names.push_back(*row[0]);
    });
    return names;
}

// In one transaction, where the database can undo what is defined in it.
void ClinicDatabase::define(const std::function<void()>& work) {
    if (backend_->definitions_commit()) return work();
    auto transaction = begin();
    work();
    transaction.commit();
}

void ClinicDatabase::install(const Mapping& mapping, const std::string& text) {
    check_mapping(mapping, *backend_, *session_, text);
    try {
        define([&] {
            // What writes to our tables goes before them.
            remove_triggers();
            drop_tables();
            for (const auto& statement : backend_->create_tables()) session_->execute(statement);
            set_fact("mapping", text);
            make_parts(mapping);
            install_tracking();
        });
    } catch (...) {
        if (backend_->definitions_commit()) take_back_triggers();
        throw;
    }
}

void ClinicDatabase::change_names(const Mapping& mapping, const std::string& text) {
    check_mapping(mapping, *backend_, *session_, text);
    auto transaction = begin();
    set_fact("mapping", text);
    transaction.commit();
    make_parts(mapping);
}

void ClinicDatabase::install_triggers() {
    define([&] { journal().install(); });
}

void ClinicDatabase::remove_triggers() {
    for (const auto& statement : backend_->drop_all_triggers(*session_)) {
        session_->execute(statement);
    }
}

// After a failure that matters more than this one.
void ClinicDatabase::take_back_triggers() {
    try {
        remove_triggers();
    } catch (const std::exception&) {
        // They note into tables that are there still, until it is enabled again.
    }
}

// The facts go last: while they are there, it is known what is to be done.
void ClinicDatabase::drop_tables() {
    auto tables = backend_->own_tables();
    std::reverse(tables.begin(), tables.end());
    for (const auto& table : tables) session_->execute("DROP TABLE IF EXISTS " + table);
}

void ClinicDatabase::install_tracking() {
    const bool commits = backend_->definitions_commit();
    try {
        std::optional<SqlSavepoint> savepoint;
        if (!commits) savepoint.emplace(*session_, "cfs_tracking");
        journal().install();
        if (savepoint) savepoint->release();
        scans_ = false;
    } catch (const NotAllowed&) {
        if (commits) remove_triggers();
        scans_ = true;
    }
    set_fact(kTracking, scans_ ? kScan : "triggers");
}

void ClinicDatabase::finish_enabling() {
    set_fact(kEnabled, std::to_string(kOwnLayout));
    enabled_ = true;
    half_made_ = false;
}

void ClinicDatabase::uninstall(Clock& clock) {
    {
        auto transaction = begin();
        set_fact(kEnabled, kDisabling);
        transaction.commit();
    }
    enabled_ = false;
    half_made_ = true;
    define([&] { remove_triggers(); });
    // Dropping a large table at once would keep the clinic program waiting.
    const auto left = backend_->tables(*session_);
    for (const auto& [table, key] : large_own_tables()) {
        if (std::find(left.begin(), left.end(), table) == left.end()) continue;
        in_short_transactions(*session_, *backend_, clock, [&, &table = table, &key = key] {
            return delete_some(table, joined(key, ", "));
        });
    }
    define([&] { drop_tables(); });
    half_made_ = false;
}

// Deletes some of the rows; true if there are more.
bool ClinicDatabase::delete_some(const std::string& table, const std::string& key) {
    // Within another SELECT, since not every database system takes a LIMIT behind IN.
    session_->execute("DELETE FROM " + table + " WHERE (" + key + ") IN (SELECT " + key +
                      " FROM (SELECT " + key + " FROM " + table + " LIMIT 100) few)");
    return session_->value("SELECT 1 FROM " + table + " LIMIT 1").has_value();
}

void ClinicDatabase::note_written(std::size_t count) {
    written_ += count;
    if (written_ < next_statistics_) return;
    next_statistics_ = 2 * written_;
    std::vector<std::string> tables;
    for (const auto& [table, key] : large_own_tables()) tables.push_back(table);
    backend_->gather_statistics(*session_, tables);
}

SqlTransaction ClinicDatabase::begin() { return {*session_, backend_->begin_statement()}; }

ClinicDatabase::OwnWrites::OwnWrites(ClinicDatabase& database) : database_(database) {
    database_.session().execute(database_.backend().begin_own_writes());
}

void ClinicDatabase::OwnWrites::end() {
    database_.session().execute(database_.backend().end_own_writes());
}

const MappingFit& ClinicDatabase::fit() const { return parts_->fit; }
const Mapping& ClinicDatabase::whole_mapping() const { return parts_->whole; }
const DescribedTables& ClinicDatabase::described() const { return parts_->described; }
ClinicTables& ClinicDatabase::tables() { return parts_->tables; }
IdentityMap& ClinicDatabase::identities() { return parts_->identities; }
ClinicFiles& ClinicDatabase::files() { return parts_->files; }
void ClinicDatabase::get_files_ready(const ClinicFiles::Source& source) {
    files().get_ready(source, [&](const std::string& directory, const ClinicFiles::Take& take) {
        for (const auto& table : mapping().tables) {
            for (const auto& file : table.files) {
                if (file.directory != directory) continue;
                tables().for_each_text(table, file.column, [&](const std::string& text) {
                    if (const auto path = path_below(file, text)) take(*path);
                });
            }
        }
    });
}

RowTranslator& ClinicDatabase::translator() { return parts_->translator; }
ChangeJournal& ClinicDatabase::journal() { return parts_->journal; }
ChangeScan& ClinicDatabase::scan() { return parts_->scan; }
DocumentStore& ClinicDatabase::documents() { return parts_->documents; }
PublicationStore& ClinicDatabase::publications() { return parts_->publications; }
ReviewStore& ClinicDatabase::review() { return parts_->review; }

Time ClinicDatabase::now(const Clock& clock) {
    const auto expression = backend_->server_time();
    if (expression.empty()) return clock.now();
    return time_from_text(session_->value("SELECT " + expression).value_or(""))
        .value_or(clock.now());
}

bool ClinicDatabase::take_lease(const std::string& holder, Time now, Time until) {
    auto transaction = begin();
    try {
        if (leased(holder, now, backend_->row_lock())) return false;
        session_->execute("DELETE FROM cfs_lease WHERE name = 'sync'");
        session_->execute("INSERT INTO cfs_lease (name, holder, until) VALUES ('sync', :p0, :p1)",
                          {holder, to_text(until)});
        transaction.commit();
    } catch (const Error& error) {
        // Nobody but another workstation that takes it just now can be in the way there.
        const bool taken =
            error.code() == ErrorCode::database_locked || error.code() == ErrorCode::row_refused;
        if (taken) return false;
        throw;
    }
    return true;
}

bool ClinicDatabase::leased_to_another(const std::string& holder, Time now) {
    return leased(holder, now, {});
}

bool ClinicDatabase::leased(const std::string& holder, Time now, const std::string& lock) {
    return session_
        ->value(
            "SELECT holder FROM cfs_lease WHERE name = 'sync' AND holder <> :p0 AND until > :p1" +
                lock,
            {holder, to_text(now)})
        .has_value();
}

void ClinicDatabase::give_up_lease(const std::string& holder) {
    session_->execute("DELETE FROM cfs_lease WHERE name = 'sync' AND holder = :p0", {holder});
}

std::string ClinicDatabase::site_name(WriterTag32 tag) {
    if (tag == 0) return said("found at enabling");
    return session_->value("SELECT name FROM cfs_site WHERE tag = :p0", {tag_text(tag)})
        .value_or(tag_text(tag));
}

void ClinicDatabase::set_site_name(WriterTag32 tag, const std::string& name) {
    if (site_name(tag) == name) return;
    session_->execute("DELETE FROM cfs_site WHERE tag = :p0", {tag_text(tag)});
    session_->execute("INSERT INTO cfs_site (tag, name) VALUES (:p0, :p1)", {tag_text(tag), name});
}

}  // namespace cfs
