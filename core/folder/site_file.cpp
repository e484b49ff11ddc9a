#include "core/folder/site_file.h"

#include <pugixml.hpp>

#include "core/folder/small_xml.h"
#include "core/folder/xml_text.h"

namespace cfs {

namespace {

constexpr SmallXml kShape{"site", "urn:cloud-folder-sync:site", kMaxSiteFile};

}  // namespace

std::string to_xml(const SiteInfo& info) {
    auto out = begin_xml(kShape, "writer", info.writer.text());
    append_attribute(out, "name", printable(info.site, kMaxSiteName));
    append_attribute(out, "program", printable(info.program, kMaxSiteName));
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
    info.site = printable(text_attribute(root, "name"), kMaxSiteName);
    info.program = printable(text_attribute(root, "program"), kMaxSiteName);
    info.last_sync = parsed_attribute(root, "last-sync", time_from_text);
    return info;
}

}  // namespace cfs
