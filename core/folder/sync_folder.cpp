#include "core/folder/sync_folder.h"

#include <string_view>

#include "core/folder/xml_text.h"

namespace cfs {

namespace {

bool is_plain_part(std::string_view part) { return !part.empty() && part != "." && part != ".."; }

}  // namespace

bool is_plain_path(const std::string& path) {
    if (path.find('\0') != std::string::npos || path.find('\\') != std::string::npos) return false;
    std::string_view rest = path;
    for (auto slash = rest.find('/'); slash != std::string_view::npos; slash = rest.find('/')) {
        if (!is_plain_part(rest.substr(0, slash))) return false;
        rest.remove_prefix(slash + 1);
    }
    // Control characters are allowed in a name ("Icon\r" on a Mac), though not in XML.
    return is_plain_part(rest) && fits_xml_but_for_controls(path);
}

}  // namespace cfs
