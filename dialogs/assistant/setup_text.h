// What the set-up assistant says of what it found: plain sentences, no window.
#pragma once

#include <wx/string.h>

#include <optional>
#include <string>

#include "core/clients/cloud_folders.h"
#include "core/database/database_look.h"
#include "core/engine/folder_look.h"
#include "core/engine/patient_overlap.h"
#include "core/engine/sync_report.h"
#include "dialogs/assistant/setup_choices.h"

namespace cfs {

// How the clinic program of a shipped mapping calls itself: "OpenEMR" for "open-emr".
[[nodiscard]] wxString program_name(const std::string& mapping);

// "Connected to clinic at db.example: 54 tables."
[[nodiscard]] wxString connected_text(const DatabaseLook& look);

// The mapping that the database seems to be made for, if there is one: it fits, or all of its
// tables are there and its obstacle is another.
[[nodiscard]] const MappingMatch* best_match(const DatabaseLook& look);

// Which clinic program the database looks like, and how much of its mapping is there.
[[nodiscard]] wxString recognised_text(const DatabaseLook& look);

[[nodiscard]] wxString client_name(CloudClient client);
// "Dropbox: /home/anna/Dropbox"
[[nodiscard]] wxString cloud_folder_text(const CloudFolder& folder);
// What to see to with this client, so that no record waits or is lost.
[[nodiscard]] wxString client_advice(CloudClient client);

// Where the sync folder will be and what happens there; nothing for `use` where it can't be used.
struct FolderPlan {
    std::string folder;
    std::optional<FolderUse> use;
    wxString text;
};
// What was found in the folder that was chosen and, if other files lie there, in its subfolder.
inline constexpr const char* kSubfolder = "clinic-sync";
[[nodiscard]] FolderPlan plan_for(const std::string& folder, const FolderLook& look);

// What is about to happen, before the database is enabled.
[[nodiscard]] wxString summary_text(const SetupChoices& choices);

// "120 patients are only in this database: they will be sent." and so on, a line each.
[[nodiscard]] wxString overlap_text(const PatientOverlap& overlap);

// What in a preview a person should know before the sync; empty where there is nothing.
[[nodiscard]] wxString doubts_text(const SyncReport& preview);

// What the first sync did, and how it goes on from here.
[[nodiscard]] wxString done_text(const SyncReport& report, const SetupChoices& choices);

}  // namespace cfs
