#include "core/rules/ignored_names.h"

#include <algorithm>

#include "core/rules/name_pattern.h"

namespace cfs {
namespace {

// In small letters; `*` stands for any bytes, none included.
constexpr std::string_view kIgnored[] = {
    "~cfs-*.tmp",  // ours
    // Syncthing
    "~syncthing~*.tmp", ".syncthing.*.tmp", ".stfolder", ".stversions", ".stignore",
    // ownCloud, Nextcloud, OpenCloud
    "*.~*", ".sync_*.db*", "._sync_*.db*", ".csync_journal.db*", ".owncloudsync.log*", "*.owncloud",
    "*.nextcloud",
    // systems and editors, as ownCloud's list has them
    "*~", "~$*", ".~lock.*", "~*.tmp", "._*", ".ds_store", "thumbs.db", "desktop.ini", "icon\r",
    ".directory", ".nfs*", ".fuse_hidden*", ".trash-*", ".temporaryitems", ".fseventsd", "*.part",
    "*.filepart", "*.crdownload", "*.unison", ".sync.ffs_db",
    // Dropbox, Google Drive
    ".dropbox", ".dropbox.attr", ".dropbox.cache", ".tmp.drivedownload", ".tmp.driveupload",
    // Resilio
    "*.!sync", ".sync", ".syncid", ".syncignore", ".syncarchive", "*.syncpart", "*.synctemp",
    "*.syncold",
    // MEGA
    ".getxfer.*.mega", ".debris", "rubbish",
    // iCloud: the placeholder of an evicted file
    ".*.icloud",
    // Seafile
    "*.sbak", "#*#",
    // Unison, rclone
    ".unison.*.unison.tmp", ".bak.*", "*.partial",
    // Insync, Odrive, others
    "*.insyncdl", "*.tmp", "*.swp", "*.cloud", "*.cloudf", ".synkron.*", ".symform*"};

bool equal_folded(std::string_view pattern, std::string_view text) {
    return std::equal(pattern.begin(), pattern.end(), text.begin(), text.end(),
                      [](char a, char b) { return a == small_letter(b); });
}

// Where `piece` begins in `text`, or npos.
std::size_t find_folded(std::string_view text, std::string_view piece) {
    const auto found = std::search(text.begin(), text.end(), piece.begin(), piece.end(),
                                   [](char a, char b) { return small_letter(a) == b; });
    if (found == text.end() && !piece.empty()) return std::string_view::npos;
    return static_cast<std::size_t>(found - text.begin());
}

// Most names are told from most patterns by one character of either end.
bool may_match(std::string_view pattern, std::string_view text) {
    const auto agree = [](char a, char b) { return a == '*' || a == small_letter(b); };
    return !text.empty() && agree(pattern.front(), text.front()) &&
           agree(pattern.back(), text.back());
}

// The pieces between stars are looked for from left to right, each as early as possible.
bool matches(std::string_view pattern, std::string_view text) {
    std::size_t star = pattern.find('*');
    if (star == std::string_view::npos) return equal_folded(pattern, text);
    if (!equal_folded(pattern.substr(0, star), text.substr(0, star))) return false;
    text.remove_prefix(star);
    for (pattern.remove_prefix(star + 1); (star = pattern.find('*')) != std::string_view::npos;
         pattern.remove_prefix(star + 1)) {
        const std::size_t found = find_folded(text, pattern.substr(0, star));
        if (found == std::string_view::npos) return false;
        text.remove_prefix(found + star);
    }
    return text.size() >= pattern.size() &&
           equal_folded(pattern, text.substr(text.size() - pattern.size()));
}

}  // namespace

bool is_ignored_name(std::string_view name) {
    return std::any_of(std::begin(kIgnored), std::end(kIgnored), [name](std::string_view pattern) {
        return may_match(pattern, name) && matches(pattern, name);
    });
}

}  // namespace cfs
