#include "tests/support/copy_names.h"

namespace cfs::test {

std::string CopyName::of(const std::string& stem) const {
    const auto at = name.find('$');
    return at == std::string::npos ? name : name.substr(0, at) + stem + name.substr(at + 1);
}

const std::vector<CopyName>& copy_names() {
    static const std::vector<CopyName> names = {
        // Dropbox
        {"Dropbox", "$ (Ann's conflicted copy 2026-11-22).xml"},
        {"Dropbox", "$ (FRONT-DESK's conflicted copy 2019-04-24).xml"},
        {"Dropbox", "$ (FRONT-DESK's conflicted copy 2019-04-24) (1).xml"},
        {"Dropbox", "$ (Sam\xE2\x80\x99s Mac (2)'s conflicted copy 2026-11-22).xml"},
        {"Dropbox", "$ (Case Conflict).xml"},
        {"Dropbox", "$ (Case Conflict 1).xml"},
        {"Dropbox", "$ (Unicode Encoding Conflict).xml"},
        {"Dropbox", "$ (White Space Conflict).xml"},
        {"Dropbox", "$ (White Space Conflict 2).xml"},
        {"Dropbox", "$ (Selective Sync Conflict).xml"},
        {"Dropbox", "$ (In Konflikt stehende Kopie von Praxis 2026-11-22).xml"},
        {"Dropbox", "$ (Annas in Konflikt stehende Kopie 2026-11-22).xml"},
        {"Dropbox", "$ (Copie en conflit de Cabinet 2026-11-22).xml"},
        {"Dropbox", "$ (Copia conflictiva de Clínica 2026-11-22).xml"},
        {"Dropbox", "$ (copia en conflicto de Clínica 2026-11-22).xml"},
        {"Dropbox", "$ (copia in conflitto di Studio 2026-11-22).xml"},
        {"Dropbox", "$ (受付 の競合コピー 2026-11-22).xml"},
        {"Dropbox", "$ (受付 の競合コヒ\xE3\x82\x9Aー 2026-11-22).xml"},
        {"Dropbox", "$ (受付 上の問題のあるコピー 2011-11-22).xml"},
        {"Dropbox", "$ (Ann's conflicted copy 2026-11-22) (Bob's conflicted copy 2026-11-23).xml"},
        {"Dropbox", "$ (1) (Ann's conflicted copy 2026-11-22) (1) (2).xml"},
        // Maestral
        {"Maestral", "$ (conflicting copy).xml"},
        {"Maestral", "$ (conflicting copy 1).xml"},
        {"Maestral", "$ (Sam's conflicting copy 2022-08-30).xml"},
        {"Maestral", "$ (case conflict).xml"},
        // Google Drive
        {"Google Drive", "$ (1).xml"},
        {"Google Drive", "$ (1) (1).xml"},
        {"Google Drive", "$ (12).xml"},
        {"Google Drive", "$ [Conflict].xml"},
        {"Google Drive", "$_conf(1).xml"},
        {"Google Drive", "$ (2).xml"},
        // OneDrive
        {"OneDrive", "$-FRONTDESK.xml"},
        {"OneDrive", "$-DESKTOP-1A2B3C4.xml"},
        {"OneDrive", "$-FRONTDESK-2.xml"},
        {"OneDrive", "$-FRONTDESK-LAPTOP-7.xml"},
        {"OneDrive", "$-ABCDEFGHIJKLMNO.xml"},
        {"OneDrive", "$-host.xml"},
        {"OneDrive", "$-host-1.xml"},
        {"OneDrive", "$ (host).xml"},
        {"OneDrive", "$-host-safeBackup-0001.xml"},
        {"OneDrive", "$-my.host.example-safeBackup-0001.xml"},
        {"OneDrive", "$ 1.xml"},
        {"OneDrive", "$-FRONTDESK-FRONTDESK.xml"},
        // iCloud Drive
        {"iCloud Drive", "$ 2.xml"},
        {"iCloud Drive", "$ 3.xml"},
        {"iCloud Drive", "$ 12.xml"},
        // Nextcloud
        {"Nextcloud", "$ (conflicted copy 2026-11-22 101010).xml"},
        {"Nextcloud", "$ (conflicted copy ann 2026-11-22 101010).xml"},
        {"Nextcloud", "$_conflict-20180220-141213.xml"},
        {"Nextcloud", "$_conflict-ann.smith-20180220-141213.xml"},
        {"Nextcloud", "$ (case clash from ann).xml"},
        {"Nextcloud", "$_conflict-ann-20180220-141213.xml"},
        // Syncthing
        {"Syncthing", "$.sync-conflict-20261122-101010-ABCDEFG.xml"},
        {"Syncthing", "$.sync-conflict-20261122-101010.xml"},
        {"Syncthing",
         "$.sync-conflict-20261122-101010-ABCDEFG.sync-conflict-20261123-090000-2345672.xml"},
        // Seafile
        {"Seafile", "$ (SFConflict user@mail 2026-11-22-10-10-10).xml"},
        {"Seafile", "$ (SFConflict 2026-11-22-10-10-10).xml"},
        {"Seafile", "$ (case conflict 1).xml"},
        // Synology Drive
        {"Synology Drive", "$_FRONTDESK_Jan-03-0901-2013_Conflict.xml"},
        {"Synology Drive", "$_FRONT_DESK_Jan-03-0901-2013_Conflict_2.xml"},
        {"Synology Drive", "$_Ann's Mac.local_Nov-22-1010-2026_CaseConflict.xml"},
        {"Synology Drive", "$_NAS_Nov-22-1010-2026_WhiteSpaceConflict_1.xml"},
        {"Synology Drive", "$_NAS_Nov-22-1010-2026_TailCharacterConflict.xml"},
        {"Synology Drive", "$_NAS_Nov-22-1010-2026_CaseConflict.xml"},
        // pCloud
        {"pCloud", "$ [conflicted].xml"},
        {"pCloud", "$ (conflicted).xml"},
        {"pCloud", "$ [conflicted] (1).xml"},
        {"pCloud", "$ [conflicted 2].xml"},
        {"pCloud", "$ (conflicted 2).xml"},
        // Box
        {"Box", "$-copy of.xml"},
        {"Box", "$ (ann@example.org).xml"},
        // nBox
        {"nBox", "$ (edits by Ann not merged 2013-01-11).xml"},
        {"nBox", "$ (Ann's conflict on 2013-01-11).xml"},
        // rclone
        {"rclone", "$.xml.conflict1"},
        {"rclone", "$.xml.conflict2"},
        {"rclone", "$.xml..path1"},
        {"rclone", "$.xml..path2"},
        {"rclone", "$.conflict1.xml"},
        {"rclone", "$..path2.xml"},
        // Unison with copyonconflict; the second and later ones of a day are numbered
        {"Unison", "$ (conflict_on_2026-11-22).xml"},
        {"Unison", "$ (conflict #1_on_2026-11-22).xml"},
        {"Unison", "$ (conflict_on_2026-11-22) (conflict #12_on_2026-11-23).xml"},
        // FSNotes
        {"FSNotes", "$ (CONFLICT 20231005T070858).xml"},
        {"FSNotes", "$ (conflict 2023-10-05 iPad).xml"},
        {"FSNotes", "$ (conflict 2026-11-22 Phone).xml"},
        // Resilio: deleting it would delete the real file at the peer
        {"Resilio Sync", "$.Conflict.xml", false},
        {"Resilio Sync", "$.Conflict1.xml", false},
        {"Resilio Sync", "$.Conflict.Conflict.xml", false},
        // People
        {"", "$ - Copy.xml", false},
        {"", "$ - Copy (2).xml", false},
        {"", "$ copy.xml", false},
        {"", "Copy of $.xml", false},
        // Nobody's
        {"", "something else.xml", false},
    };
    return names;
}

}  // namespace cfs::test
