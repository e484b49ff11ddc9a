#include "core/rules/conflict_names.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "core/rules/name_pattern.h"

namespace cfs {
namespace {

// What one part of a name says about its maker; the greatest of all parts decides.
enum class Sign : std::uint8_t {
    number,  // a copy, but several providers number their copies
    copy,
    kept,  // a provider's copy that must not be deleted
    person,
};

struct Rule {
    std::string_view provider;
    std::string_view pattern;
    Sign sign = Sign::copy;
    bool after_extension = false;  // also in "s.xml<here>"
};

// What follows the UUID, part by part. The first rule that fits a part in its letters' case counts,
// else the first that fits in any case. The patterns' signs are in name_pattern.h.
constexpr Rule kRules[] = {
    {"", " - $", Sign::person},
    {"", " $", Sign::person},
    {"", " ($+)", Sign::person},
    {"", " (another $)", Sign::person},
    {"", " (#&& $)", Sign::person},
    {"Box", "-copy of"},
    {"", "-$", Sign::person},
    {"", "_$", Sign::person},
    {"", ".$", Sign::person},

    {"Nextcloud", " (conflicted copy*)"},
    {"Nextcloud", "_conflict-*00000000-000000"},
    {"Nextcloud", " (case clash from *)"},
    {"Dropbox", " (*conflicted copy*)"},
    {"Dropbox", " (*in Konflikt stehende Kopie*)"},
    {"Dropbox", " (*Copie en conflit*)"},
    {"Dropbox", " (*Copia conflictiva*)"},
    {"Dropbox", " (*copia en conflicto*)"},
    {"Dropbox", " (*copia in conflitto*)"},
    // Cut before the first letter that macOS decomposes.
    {"Dropbox", " (*の競合コ*)"},
    {"Dropbox", " (*上の問題のあるコ*)"},
    {"Dropbox", " (Case Conflict+)"},
    {"Dropbox", " (Unicode Encoding Conflict+)"},
    {"Dropbox", " (White Space Conflict+)"},
    {"Dropbox", " (Selective Sync Conflict+)"},
    {"Dropbox", " (shared folder conflict+)"},
    {"Dropbox", " (permission conflicts+)"},
    {"Maestral", " (*conflicting copy*)"},
    {"Maestral", " (case conflict)"},
    {"Seafile", " (SFConflict*)"},
    {"Seafile", " (case conflict #)"},
    {"Syncthing", ".sync-conflict-00000000-000000-&&&&&&&"},
    {"Syncthing", ".sync-conflict-00000000-000000"},
    // Before rclone's, from which only the capital letter tells it.
    {"Resilio Sync", ".Conflict", Sign::kept, true},
    {"Resilio Sync", ".Conflict+", Sign::kept, true},
    {"Resilio Sync", ".Conflict#", Sign::kept, true},
    {"rclone", ".conflict#", Sign::copy, true},
    {"rclone", "..path#", Sign::copy, true},
    {"Synology Drive", "_*_&&&-00-0000-0000_*Conflict_#"},
    {"Synology Drive", "_*_&&&-00-0000-0000_*Conflict"},
    {"pCloud", " [conflicted+]"},
    {"pCloud", " [conflicted (#)]"},
    {"pCloud", " (conflicted+)"},
    // The second and later ones of a day: " (conflict #1_on_2026-11-22)".
    {"Unison", " (conflict_on_0000-00-00)"},
    {"Unison", " (conflict *_on_0000-00-00)"},
    {"nBox", " (edits by * not merged *)"},
    {"nBox", " (*'s conflict on *)"},
    {"FSNotes", " (conflict *)"},
    {"Google Drive", " [Conflict+]"},
    {"Google Drive", "_conf(#)"},
    {"Google Drive", " (#)", Sign::number},
    {"OneDrive", "-*-safeBackup-#"},
    {"OneDrive", "-%"},
    {"OneDrive", " (%)"},
    {"OneDrive", " 1", Sign::number},
    {"iCloud Drive", " #", Sign::number},
    {"Box", " (*@*)"},
};

// What people's file managers write before the name.
constexpr std::string_view kPrefixes[] = {
    "Copy of", "Copy (#) of", "Kopie von", "Kopie (#) von", "Copie de", "Copia de", "Copia di",
};

// Longer than any file system's names.
constexpr std::size_t kMaxName = 1024;
constexpr int kMaxParts = 16;
constexpr std::size_t kUuidSize = 36;
constexpr std::string_view kExtension = ".xml";
constexpr auto kNone = std::string_view::npos;

struct Part {
    const Rule* rule = nullptr;
    std::size_t size = 0;
};

Part first_part(std::string_view tail, bool after_extension) {
    for (const bool any_case : {false, true}) {
        for (const Rule& rule : kRules) {
            if (after_extension && !rule.after_extension) continue;
            const std::size_t size = fitting_start(rule.pattern, tail, any_case);
            if (size != kNone) return {&rule, size};
        }
    }
    return {};
}

// What all parts of a tail say together; nothing if one of them fits no rule.
struct Reading {
    std::string_view provider;
    Sign sign = Sign::number;
    int parts = 0;
    int extensions = 0;
    bool complete = false;
};

Reading read_tail(std::string_view tail) {
    Reading reading;
    while (!tail.empty() && reading.parts < kMaxParts) {
        if (fitting_start(kExtension, tail, true) != kNone) {
            ++reading.extensions;
            tail.remove_prefix(kExtension.size());
            continue;
        }
        const Part part = first_part(tail, reading.extensions > 0);
        if (part.rule == nullptr) return reading;
        if (part.rule->sign >= reading.sign) {
            reading.provider = part.rule->provider;
            reading.sign = part.rule->sign;
        }
        ++reading.parts;
        tail.remove_prefix(part.size);
    }
    reading.complete = tail.empty();
    return reading;
}

CopyMaker maker_of(const Reading& reading) {
    if (!reading.complete) return CopyMaker::unknown;
    if (reading.parts == 0) return CopyMaker::nobody;
    return reading.sign == Sign::person ? CopyMaker::person : CopyMaker::provider;
}

// Removes what people's file managers write before a name; true if there was any.
bool remove_prefixes(std::string_view& name) {
    bool removed = false;
    const auto fits = [&name](std::string_view prefix) {
        const std::size_t size = fitting_start(prefix, name, true);
        if (size == kNone || size == name.size() || name[size] != ' ') return false;
        name.remove_prefix(size + 1);
        return true;
    };
    while (std::any_of(std::begin(kPrefixes), std::end(kPrefixes), fits)) removed = true;
    return removed;
}

std::optional<PatientId> stem_of(std::string_view name) {
    std::string stem(name.substr(0, kUuidSize));
    std::transform(stem.begin(), stem.end(), stem.begin(), small_letter);
    return PatientId::parse(stem);
}

// On a system that ignores case, "<UUID>.XML" is the patient's own file.
bool is_exact(std::string_view name) {
    return PatientId::parse(name.substr(0, kUuidSize)) && name.find(kExtension) != kNone;
}

// What the folder's name says if it is, or is made of, `expected`.
Reading read_folder(std::string_view name, std::string_view expected) {
    if (name.size() > kMaxName || name.substr(0, expected.size()) != expected) return {};
    Reading reading = read_tail(name.substr(expected.size()));
    if (reading.extensions > 0) reading.complete = false;
    return reading;
}

ConflictName in_folders(ConflictName file, std::string_view patients, std::string_view prefix) {
    const std::string digits = file.original->text().substr(0, 2);
    const Reading readings[] = {read_folder(patients, "patients"), read_folder(prefix, digits)};
    for (const Reading& reading : readings) {
        const CopyMaker maker = maker_of(reading);
        if (maker == CopyMaker::nobody) continue;
        file.deletable = false;
        if (maker != CopyMaker::provider || file.maker == CopyMaker::nobody) {
            file.maker = maker;
            file.provider = maker == CopyMaker::provider ? reading.provider : std::string_view();
        }
        if (maker != CopyMaker::provider) break;
    }
    return file;
}

}  // namespace

ConflictName conflict_name(std::string_view name) {
    if (name.size() > kMaxName) return {};
    const bool prefixed = remove_prefixes(name);
    const auto original = stem_of(name);
    if (!original) return {};
    const Reading reading = read_tail(name.substr(kUuidSize));
    ConflictName result{maker_of(reading), reading.provider, original, false};
    if (reading.extensions != 1) result.maker = CopyMaker::unknown;
    if (prefixed && result.maker != CopyMaker::unknown) result.maker = CopyMaker::person;
    if (result.maker == CopyMaker::nobody && !is_exact(name)) result.maker = CopyMaker::unknown;
    if (result.maker != CopyMaker::provider) result.provider = {};
    result.deletable =
        result.maker == CopyMaker::provider && reading.sign < Sign::kept && is_exact(name);
    return result;
}

ConflictName conflict_name_of_path(std::string_view relative_path) {
    const std::size_t last = relative_path.rfind('/');
    if (last == kNone) {
        ConflictName result = conflict_name(relative_path);
        result.deletable = false;
        if (result.maker == CopyMaker::nobody) result.maker = CopyMaker::unknown;
        return result;
    }
    ConflictName result = conflict_name(relative_path.substr(last + 1));
    if (!result.original) return result;
    const auto folder = relative_path.substr(0, last);
    const std::size_t first = folder.find('/');
    const auto below = first == kNone ? std::string_view() : folder.substr(first + 1);
    return in_folders(result, folder.substr(0, first), below);
}

}  // namespace cfs
