#include "core/folder/sync_folder.h"

#include <algorithm>
#include <string_view>

#include "core/folder/xml_text.h"

namespace cfs {

namespace {

bool is_plain_part(std::string_view part) { return !part.empty() && part != "." && part != ".."; }

// Control characters are allowed in a name ("Icon\r" on a Mac), though not in XML.
bool is_utf8(std::string text) {
    const auto is_control = [](char c) { return c > 0 && c < ' '; };
    std::replace_if(text.begin(), text.end(), is_control, ' ');
    return fits_xml(text);
}

}  // namespace

bool is_plain_path(const std::string& path) {
    if (path.find('\0') != std::string::npos || path.find('\\') != std::string::npos) return false;
    std::string_view rest = path;
    for (auto slash = rest.find('/'); slash != std::string_view::npos; slash = rest.find('/')) {
        if (!is_plain_part(rest.substr(0, slash))) return false;
        rest.remove_prefix(slash + 1);
    }
    return is_plain_part(rest) && is_utf8(path);
}

}  // namespace cfs
