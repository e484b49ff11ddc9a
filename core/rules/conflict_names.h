// Who made a file that holds a patient's document beside the patient's own file, judged by names
// alone. That a file is a conflict copy is known by its content; the name tells the log who made
// it, and whether it may ever be deleted. Pure; any bytes; time linear in the length of the name.
#pragma once

#include <optional>
#include <string_view>

#include "core/model/ids.h"
#include "core/rules/ignored_names.h"

namespace cfs {

enum class CopyMaker {
    nobody,    // the patient's own file, no copy
    provider,  // a cloud client
    person,    // "... - Copy.xml": imported and left alone
    unknown,
};

struct ConflictName {
    CopyMaker maker = CopyMaker::unknown;
    std::string_view provider;          // "Dropbox", of static storage; empty if no provider
    std::optional<PatientId> original;  // the patient whose file the name is made of, if any
    bool deletable = false;             // by its name; what else must hold is the engine's matter

    bool operator==(const ConflictName&) const = default;
};

// Judges a file's name (UTF-8, the last component of its path). Deletable is only a name that a
// provider makes of "<uuid>.xml", the UUID and the extension in small letters. Resilio's never
// are: deleting one deletes the real file at the peer.
[[nodiscard]] ConflictName conflict_name(std::string_view name);

// Judges a path relative to the sync folder, with '/' between its components. Outside the folder
// where the patient's own file belongs ("patients/ab") nothing is deletable: a provider's copy of a
// whole folder ("patients (1)") may bear the plain name at another site, and a folder that a person
// made is a backup.
[[nodiscard]] ConflictName conflict_name_of_path(std::string_view relative_path);

}  // namespace cfs
