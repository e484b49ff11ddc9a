#include "dialogs/assistant/setup_text.h"

#include <wx/intl.h>

#include <map>

#include "dialogs/number_text.h"
#include "dialogs/report_text.h"
#include "dialogs/wx_text.h"

namespace cfs {
namespace {

void add_line(wxString& text, const wxString& line) { add_part(text, "\n", line); }

void add_count(wxString& text, const char* one, const char* many, std::int64_t number) {
    if (number != 0) add_line(text, counted(one, many, number));
}

wxString joined_sites(const std::vector<std::string>& sites) {
    wxString text;
    for (const auto& site : sites) add_part(text, ", ", to_wx(site));
    return text;
}

wxString join_text(const std::string& folder, const FolderLook& look) {
    const auto place = to_wx(folder);
    if (look.sites.empty()) {
        return wxString::Format(
            _("Another site began a sync folder in %s. This site will join it."), place);
    }
    return wxString::Format(_("%s is a sync folder already. This site will join: %s."), place,
                            joined_sites(look.sites));
}

// Names of programs are the same in every language.
const std::map<std::string, const char*>& program_names() {
    static const std::map<std::string, const char*> names = {
        {"open-emr", "OpenEMR"}, {"open-hospital", "Open Hospital"}, {"open-molar", "OpenMolar"},
        {"open-mrs", "OpenMRS"}, {"simple-ipd", "Simple IPD"},       {"simple", "Simple"}};
    return names;
}

}  // namespace

wxString program_name(const std::string& mapping) {
    if (mapping == "demo") return _("Demo clinic");
    const auto known = program_names().find(mapping);
    return known == program_names().end() ? to_wx(mapping) : wxString(known->second);
}

// Has it all that the best of the mappings names?
const MappingMatch* best_match(const DatabaseLook& look) {
    if (look.mappings.empty()) return nullptr;
    const auto& best = look.mappings.front();
    return best.fits() || (best.tables > 0 && best.found == best.tables) ? &best : nullptr;
}

wxString connected_text(const DatabaseLook& look) {
    const auto count = static_cast<std::int64_t>(look.tables);
    return wxString::Format(wxPLURAL("Connected to %s: %s table.", "Connected to %s: %s tables.",
                                     static_cast<unsigned>(count)),
                            to_wx(look.name), number_text(count));
}

wxString recognised_text(const DatabaseLook& look) {
    if (const auto* fit = look.only_fit()) {
        return wxString::Format(_("This looks like %s: %s of %s tables found."),
                                program_name(fit->mapping),
                                number_text(static_cast<std::int64_t>(fit->found)),
                                number_text(static_cast<std::int64_t>(fit->tables)));
    }
    const auto* best = best_match(look);
    if (best != nullptr && !best->fits()) {
        return wxString::Format(_("This looks like %s, but it can't be synced as it is. %s"),
                                program_name(best->mapping), to_wx(best->obstacle));
    }
    if (best != nullptr) {
        return _("Several clinic programs have a database like this one. Please choose yours.");
    }
    return _(
        "This database is of none of the clinic programs that this program knows by itself. "
        "Choose a mapping that somebody made for it, or let a first mapping be written. A "
        "mapping says which tables hold patients and their records.");
}

wxString client_name(CloudClient client) {
    switch (client) {
        case CloudClient::dropbox:
            return "Dropbox";
        case CloudClient::google_drive:
            return "Google Drive";
        case CloudClient::onedrive:
            return "OneDrive";
        case CloudClient::nextcloud:
            return "Nextcloud";
        case CloudClient::owncloud:
            return "ownCloud";
        case CloudClient::syncthing:
            return "Syncthing";
        case CloudClient::icloud:
            return "iCloud Drive";
        case CloudClient::resilio:
            return "Resilio Sync";
        case CloudClient::box:
            return "Box";
    }
    return {};
}

wxString cloud_folder_text(const CloudFolder& folder) {
    const auto name = client_name(folder.client);
    if (folder.label.empty()) return labelled(name, to_wx(folder.path));
    return wxString::Format(_("%s (%s): %s"), name, to_wx(folder.label), to_wx(folder.path));
}

wxString client_advice(CloudClient client) {
    switch (client) {
        case CloudClient::dropbox:
            return _(
                "Dropbox: mark the sync folder as available offline, so that no file is "
                "online only.");
        case CloudClient::google_drive:
            return _(
                "Google Drive: choose \"Mirror files\" in its settings, or make the sync "
                "folder available offline. Streamed files are not on this computer when "
                "they are needed.");
        case CloudClient::onedrive:
            return _(
                "OneDrive: right-click the sync folder and choose \"Always keep on this "
                "device\". Files On-Demand would take files away from this computer.");
        case CloudClient::nextcloud:
        case CloudClient::owncloud:
            return _(
                "Nextcloud and ownCloud: choose \"Always available locally\" for the sync "
                "folder if virtual files are switched on.");
        case CloudClient::syncthing:
            return _(
                "Syncthing: the folder must be \"Send & Receive\" at every site, and no "
                "ignore pattern may name XML files. \"Ignore Delete\" must be off.");
        case CloudClient::icloud:
            return _(
                "iCloud Drive: switch \"Optimize Mac Storage\" off, or choose \"Keep "
                "Downloaded\" for the sync folder. Files would be taken away from this "
                "computer.");
        case CloudClient::resilio:
            return _(
                "Resilio Sync: never delete a file with \"Conflict\" in its name by hand: "
                "the real file is then deleted at the other sites. Leave \"Automatically "
                "delete conflicts\" off here, and switch Selective Sync off for this folder.");
        case CloudClient::box:
            return _(
                "Box: mark the sync folder as available offline, so that no file is online "
                "only.");
    }
    return {};
}

FolderPlan plan_for(const std::string& folder, const FolderLook& look) {
    const auto place = to_wx(folder);
    switch (look.state) {
        case FolderState::sync_folder:
            return {folder, FolderUse::join, join_text(folder, look)};
        case FolderState::empty:
            return {folder, FolderUse::start,
                    wxString::Format(
                        _("A new sync folder will be started in %s. Other sites join it later."),
                        place)};
        case FolderState::missing:
            return {folder, FolderUse::make_and_start,
                    wxString::Format(_("The folder %s will be made, and a new sync folder started "
                                       "in it. Other sites join it later."),
                                     place)};
        case FolderState::incomplete:
            return {folder, std::nullopt,
                    wxString::Format(
                        _("%s holds a part of a sync folder: the cloud client has not downloaded "
                          "all of it yet. Wait until it has, then go on."),
                        place)};
        case FolderState::occupied:
            return {folder, std::nullopt,
                    wxString::Format(_("Other files lie in %s. Please choose an empty folder."),
                                     place)};
    }
    return {folder, std::nullopt, {}};
}

wxString summary_text(const SetupChoices& choices) {
    const auto database = to_wx(choices.database.name);
    const auto site = to_wx(choices.site);
    wxString text;
    add_line(text,
             choices.database.enabled
                 ? wxString::Format(_("The database %s is enabled already, perhaps by another "
                                      "workstation. This computer will sync it as \"%s\"."),
                                    database, site)
                 : wxString::Format(_("The database %s will be enabled for multiple databases as "
                                      "\"%s\"."),
                                    database, site));
    const auto folder = to_wx(choices.folder);
    add_line(text, choices.use == FolderUse::join
                       ? wxString::Format(_("It joins the sync folder %s."), folder)
                       : wxString::Format(_("A new sync folder is started in %s."), folder));
    text += "\n\n";
    text +=
        _("Enabling adds a few small tables to the database and notes changes from then on. "
          "No patient's record is changed. Before anything is sent or received you see how "
          "many patients it would be.");
    return text;
}

wxString overlap_text(const PatientOverlap& overlap) {
    wxString text;
    add_count(text, "%s patient is only in this database and will be sent.",
              "%s patients are only in this database and will be sent.", overlap.only_here);
    add_count(text, "%s patient is only in the folder and will be received.",
              "%s patients are only in the folder and will be received.", overlap.only_there);
    add_count(text, "%s patient is on both sides: what each side has is joined.",
              "%s patients are on both sides: what each side has is joined.",
              overlap.on_both_sides);
    if (text.empty()) return _("There is no patient yet, neither here nor in the folder.");
    return text;
}

wxString doubts_text(const SyncReport& preview) {
    wxString text;
    const auto& counts = preview.counts;
    add_count(text, "%s conflict will need your decision afterwards.",
              "%s conflicts will need your decision afterwards.", counts.conflicts_open);
    add_count(text, "%s row can't be taken over yet and will be held back.",
              "%s rows can't be taken over yet and will be held back.", counts.pending);
    constexpr std::size_t kShown = 3;
    const auto& errors = preview.errors;
    for (std::size_t i = 0; i < errors.size() && i < kShown; ++i) {
        add_line(text, to_wx(errors[i].sentence));
    }
    if (errors.size() > kShown) {
        const auto more = static_cast<std::int64_t>(errors.size() - kShown);
        add_count(text, "%s more problem: see the log.", "%s more problems: see the log.", more);
    }
    return text;
}

wxString done_text(const SyncReport& report, const SetupChoices& choices) {
    wxString text;
    add_line(text,
             wxString::Format(_("%s is set up: %s."), to_wx(choices.site), counts_text(report)));
    add_line(text, doubts_text(report));
    text += "\n\n";
    const auto minutes = static_cast<std::int64_t>(choices.options.interval.count());
    text += choices.options.auto_sync
                ? counted("From now on it is synced every %s minute.",
                          "From now on it is synced every %s minutes.", minutes)
                : wxString(_("It is synced when you choose Sync Now."));
    text += "\n";
    text +=
        _("The icon of Cloud Folder Sync stays in the tray and tells you when something needs "
          "you. Its menu has Sync Now, Latest Logs and Preferences.");
    return text;
}

}  // namespace cfs
