// What a person has chosen so far in the set-up assistant; each page fills in its part.
#pragma once

#include <optional>
#include <string>

#include "core/database/database_look.h"
#include "core/engine/folder_look.h"
#include "core/engine/settings.h"

namespace cfs {

// What happens with the folder that was chosen.
enum class FolderUse : std::uint8_t { join, start, make_and_start };

struct SetupChoices {
    std::string connection;
    DatabaseLook database;
    std::optional<std::string> password_to_keep;  // in the secret store, once it is enabled

    std::string mapping;  // a shipped name or a file
    std::string site;

    std::string folder;
    FolderUse use = FolderUse::join;

    SyncOptions options{true, false, true, std::chrono::minutes{15}};
};

}  // namespace cfs
