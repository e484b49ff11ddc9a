#include "core/folder/folder_checks.h"

#include <boost/filesystem.hpp>

#include "core/folder/folder_layout.h"
#include "core/folder/temporary_name.h"
#include "core/model/error.h"
#include "core/model/made_absolute.h"
#include "core/model/text.h"
#include "core/rules/ignored_names.h"

namespace cfs {

namespace {

namespace fs = boost::filesystem;

fs::path resolved(const std::string& path) {
    boost::system::error_code error;
    const auto real = fs::weakly_canonical(fs::path(path), error);
    return error ? fs::path(path) : real;
}

}  // namespace

std::string absolute_path(const std::string& path) {
    // Behind a separator at the end is nothing or a dot, depending on Boost's version.
    auto absolute = made_absolute(fs::path(path));
    while (absolute.has_relative_path() &&
           (absolute.filename().empty() || absolute.filename() == ".")) {
        absolute = absolute.parent_path();
    }
    return absolute.string();
}

void check_separate(const std::string& folder, const std::string& database_file) {
    if (database_file.empty() || folder.empty()) return;
    const auto root = resolved(folder);
    for (auto at = resolved(database_file).parent_path(); !at.empty(); at = at.parent_path()) {
        if (at == root) {
            throw Error(ErrorCode::folder_contains_database,
                        said("The sync folder {1} holds the database {2} itself. Choose a folder "
                             "of its own for the sync, or move the database out of it.",
                             folder, database_file));
        }
        if (at == at.root_path()) break;
    }
}

void check_writable(SyncFolder& folder) {
    const auto name = temporary_name();
    folder.write(name, "");
    folder.remove(name);
}

Marker marker_of(SyncFolder& folder) {
    if (!folder.exists()) {
        throw Error(
            ErrorCode::folder_missing,
            said("There is no folder {1}. Choose the folder that your cloud client keeps in sync.",
                 folder.name()));
    }
    const auto bytes = folder.read(std::string(kMarkerPath), kMaxMarkerFile);
    if (!bytes) {
        throw Error(ErrorCode::marker_missing,
                    said("The folder {1} is not a sync folder yet. If another site has started it, "
                         "wait until the cloud client has downloaded cloud-folder-sync.xml; to "
                         "start a new one, choose an empty folder when you set up the database, "
                         "or use cfsync init.",
                         folder.name()));
    }
    return marker_from_xml(*bytes);
}

Marker check_joinable(SyncFolder& folder) {
    auto marker = marker_of(folder);
    check_writable(folder);
    return marker;
}

void make_folder(const std::string& path) {
    boost::system::error_code error;
    if (fs::is_directory(path, error)) return;
    const auto parent = fs::path(path).parent_path();
    if (!fs::is_directory(parent, error)) {
        throw Error(ErrorCode::folder_missing,
                    said("There is no folder {1}. Connect its drive, start the cloud client, or "
                         "choose another folder.",
                         parent.string()));
    }
    if (!fs::create_directory(path, error) && error) {
        throw Error(ErrorCode::folder_unwritable,
                    said("The folder {1} can't be made ({2}). Choose a folder that you may write "
                         "to.",
                         path, error.message()));
    }
}

void remove_if_empty(const std::string& path) {
    boost::system::error_code error;
    fs::remove(path, error);  // of a folder, only an empty one
}

void start_folder(SyncFolder& folder, const Marker& marker) {
    if (!folder.exists()) {
        throw Error(
            ErrorCode::folder_missing,
            said("There is no folder {1}. Make it first, or choose another.", folder.name()));
    }
    for (const auto& entry : folder.list("")) {
        if (entry.name == kMarkerPath) {
            throw Error(
                ErrorCode::usage,
                said("The folder {1} is a sync folder already; enable a database to join it.",
                     folder.name()));
        }
        if (!is_ignored_name(entry.name)) {
            throw Error(
                ErrorCode::usage,
                said("The folder {1} is not empty. Choose an empty folder for a new sync folder.",
                     folder.name()));
        }
    }
    folder.write(std::string(kMarkerPath), to_xml(marker));
}

void take_back_folder(SyncFolder& folder) {
    for (const auto& entry : folder.list("")) {
        if (entry.name != kMarkerPath && !is_ignored_name(entry.name)) return;
    }
    folder.remove(std::string(kMarkerPath));
}

}  // namespace cfs
