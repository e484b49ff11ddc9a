#include "core/engine/database_setup.h"

#include <boost/filesystem.hpp>

#include "core/database/enabling.h"
#include "core/database/mapping_file.h"
#include "core/database/shipped_mappings.h"
#include "core/engine/local_files.h"
#include "core/engine/schema_check.h"
#include "core/folder/folder_checks.h"
#include "core/folder/local_sync_folder.h"
#include "core/model/text.h"

namespace cfs {

namespace {

bool is_blank(const std::string& text) {
    return text.find_first_not_of(" \t\r\n\v\f") == std::string::npos;
}

void set_facts(ClinicDatabase& database, const EnableRequest& request, const Marker& marker) {
    database.set_fact("site_name", request.site);
    database.set_fact("folder", marker.folder.text());
    database.set_fact("mapping_name", request.mapping);
}

// Of a database that is enabled already.
void check_same(ClinicDatabase& database, const EnableRequest& request, const Marker& marker) {
    if (database.fact("folder") != marker.folder.text()) {
        throw Error(ErrorCode::marker_other,
                    said("The database {1} has joined another sync folder. Disable it first, then "
                         "enable it for the folder {2}.",
                         database.backend().name(), request.folder));
    }
}

// A mapping that only has other names for tables and columns of the database can be exchanged: what
// documents and identities mean stays.
void follow_mapping(ClinicDatabase& database, const std::string& asked_for) {
    const auto used = database.fact("mapping_name").value_or("");
    if (asked_for.empty()) return;
    const auto text = mapping_text(asked_for);
    if (text == database.fact("mapping")) return;
    const auto mapping = mapping_from_xml(text, asked_for);
    if (!same_but_for_names(mapping, database.whole_mapping())) {
        throw Error(ErrorCode::mapping_family,
                    said("The database {1} is enabled with the mapping {2}, not with {3}. To "
                         "change over, disable it first, then enable it with that one.",
                         database.backend().name(), used, asked_for));
    }
    database.change_names(mapping, text);
}

// Where the database file was before it was moved: nothing is there any more.
DatabaseSettings* former_entry(Settings& settings, const EnableRequest& request) {
    for (auto& entry : settings.databases) {
        if (entry.site != request.site || entry.folder != request.folder) continue;
        const auto file = make_backend(entry.connection)->file();
        if (file.empty()) continue;
        // One that only can't be looked at is not gone.
        boost::system::error_code ignored;
        const auto there = boost::filesystem::status(to_path(file), ignored);
        if (there.type() == boost::filesystem::file_not_found) return &entry;
    }
    return nullptr;
}

}  // namespace

void DatabaseSetup::check_family(const Mapping& mapping, const Marker& marker,
                                 const std::string& folder) {
    if (mapping.family == marker.mapping_family) return;
    throw Error(ErrorCode::mapping_family,
                said("The folder {1} holds records of the mapping {2}, not of {3}. Choose another "
                     "folder or another mapping.",
                     folder, marker.mapping_family, mapping.family));
}

void DatabaseSetup::enable(ClinicDatabase& database, EnableRequest request) {
    const auto mapping_asked_for = request.mapping;
    const auto known = settings_.of(request.connection);
    if (request.folder.empty()) request.folder = known.folder;
    if (request.mapping.empty()) request.mapping = known.mapping;
    if (request.site.empty()) request.site = known.site;
    if (is_blank(request.site) || request.folder.empty() || request.mapping.empty()) {
        throw Error(ErrorCode::usage,
                    said("Enabling a database takes a site name, a sync folder and a mapping."));
    }
    request.folder = absolute_path(request.folder);
    check_separate(request.folder, database.backend().file());
    const auto folder = open_local_folder(request.folder);
    const auto marker = check_joinable(*folder);
    if (!database.enabled()) return enable_first_time(database, request, marker);
    check_family(database.mapping(), marker, request.folder);
    check_same(database, request, marker);
    follow_mapping(database, mapping_asked_for);
    auto transaction = database.begin();
    set_facts(database, request, marker);
    transaction.commit();
    remember(request);
}

void DatabaseSetup::enable_first_time(ClinicDatabase& database, const EnableRequest& request,
                                      const Marker& marker) {
    const auto text = mapping_text(request.mapping);
    const auto mapping = mapping_from_xml(text, request.mapping);
    check_family(mapping, marker, request.folder);
    database.install(mapping, text);
    const auto map = installation_.map_path(request.connection);
    const SavedIdentities saved(map);
    IdentitiesFile renewed(map, saved.salt(), random_);
    const auto result = give_identities(
        database, saved, clock_, [&](const RawRow& row, RowId id, PatientId patient) {
            renewed.note(*row.table, id, row.key, patient, row.columns);
        });
    renewed.finish();
    // Before it is enabled: an enabled database whose folder nobody knew could not be disabled.
    remember(request);
    auto transaction = database.begin();
    database.set_fact("site", random_.uuid().text());
    database.set_fact("found_salt", saved.salt());
    database.set_fact(kRowSalt, random_.uuid().text());
    database.set_fact("orphans", std::to_string(result.orphans));
    remember_schema(database);
    set_facts(database, request, marker);
    database.finish_enabling();
    transaction.commit();
}

void DatabaseSetup::disable(ClinicDatabase& database, const std::string& connection) {
    const bool left = database.enabled() || database.half_made();
    if (!left && settings_.load().find(connection) == nullptr) database.require_enabled();
    if (database.enabled()) {
        // What it is found with next time and does not hold now was edited meanwhile: told from
        // what it had at first.
        save_identities(installation_.map_path(connection), random_.uuid().text(), database);
    }
    if (left) database.uninstall(clock_);
    forget(connection);
}

void DatabaseSetup::remember(const EnableRequest& request) {
    settings_.change([&](Settings& settings) {
        auto* entry = settings.find(request.connection);
        if (entry == nullptr) entry = former_entry(settings, request);
        if (entry == nullptr) entry = &settings.databases.emplace_back();
        entry->connection = request.connection;
        entry->site = request.site;
        entry->folder = request.folder;
        entry->mapping = request.mapping;
        if (request.options) entry->options = *request.options;
    });
}

void DatabaseSetup::forget(const std::string& connection) {
    settings_.change([&](Settings& settings) {
        std::erase_if(settings.databases, [&](const DatabaseSettings& entry) {
            return entry.connection == connection;
        });
    });
}

}  // namespace cfs
