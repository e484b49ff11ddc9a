#include "dialogs/about_box.h"

#include <wx/aboutdlg.h>
#include <wx/icon.h>
#include <wx/intl.h>

#include "dialogs/icons.h"
#include "dialogs/program_facts.h"

namespace cfs {
namespace {

constexpr int kIconSize = 64;

wxIcon large_icon() {
    wxIcon icon;
    icon.CopyFromBitmap(icon_bitmap("app", kIconSize).GetBitmap(wxSize(kIconSize, kIconSize)));
    return icon;
}

}  // namespace

void show_about_box() {
    wxAboutDialogInfo info;
    info.SetName("Cloud Folder Sync");
    info.SetVersion(kVersion);
    info.SetDescription(
        _("Keeps the patients of several clinics the same through a shared folder."));
    info.SetCopyright(wxString::FromUTF8("© 2026 The Cloud Folder Sync authors"));
    info.SetLicence(kLicence);
    info.SetIcon(large_icon());
    wxAboutBox(info);
}

}  // namespace cfs
