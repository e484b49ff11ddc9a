#include "core/folder/site_file.h"

#include <algorithm>
#include <pugixml.hpp>

#include "core/folder/small_xml.h"
#include "core/folder/xml_text.h"

namespace cfs {

namespace {

constexpr SmallXml kShape{"site", "urn:cloud-folder-sync:site", kMaxSiteFile};

// A name is for people to read: where XML can't hold it, it is cut down to ASCII.
std::string readable(std::string text) {
    if (fits_xml(text)) return text;
    const auto is_odd = [](char c) { return c < ' ' || c > '~'; };
    std::replace_if(text.begin(), text.end(), is_odd, '?');
    return text;
}

}  // namespace

std::string to_xml(const SiteInfo& info) {
    auto out = begin_xml(kShape, "writer", info.writer.text());
    append_attribute(out, "name", readable(info.site));
    append_attribute(out, "program", readable(info.program));
    append_attribute(out, "last-sync", to_text(info.last_sync));
    out += "/>\n";
    seal_digest(out);
    return out;
}

SiteInfo site_from_xml(std::string_view xml) {
    pugi::xml_document document;
    const auto root = checked_root(document, xml, kShape);
    SiteInfo info;
    info.writer = parsed_attribute(root, "writer", WriterId::parse);
    info.site = text_attribute(root, "name");
    info.program = text_attribute(root, "program");
    info.last_sync = parsed_attribute(root, "last-sync", time_from_text);
    return info;
}

}  // namespace cfs
