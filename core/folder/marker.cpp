#include "core/folder/marker.h"

#include <pugixml.hpp>

#include "core/folder/small_xml.h"
#include "core/folder/xml_text.h"
#include "core/model/error.h"
#include "core/model/text.h"

namespace cfs {

namespace {

constexpr SmallXml kShape{"cloud-folder-sync", "urn:cloud-folder-sync:marker", kMaxMarkerFile};
constexpr std::int64_t kMaxMappingVersion = 1'000'000'000;
constexpr std::size_t kMaxFamily = 128;  // bytes; a mapping's own limit

// It stands in sentences.
bool is_name(const std::string& family) {
    return !family.empty() && printable(family, kMaxFamily) == family;
}

Marker marker_of(const pugi::xml_node& root) {
    Marker marker;
    marker.folder = parsed_attribute(root, "folder", FolderId::parse);
    marker.created = parsed_attribute(root, "created", time_from_text);
    marker.mapping_family = text_attribute(root, "mapping");
    if (!is_name(marker.mapping_family)) throw_damaged(said("it names no mapping"));
    marker.mapping_version =
        static_cast<int>(number_attribute(root, "mapping-version", kMaxMappingVersion));
    return marker;
}

}  // namespace

std::string to_xml(const Marker& marker) {
    if (!is_name(marker.mapping_family)) {
        throw Error(ErrorCode::mapping_invalid, said("The mapping's name is empty, too long or "
                                                     "holds control characters. Give it another."));
    }
    auto out = begin_xml(kShape, "folder", marker.folder.text());
    append_attribute(out, "created", to_text(marker.created));
    append_attribute(out, "mapping", marker.mapping_family);
    append_attribute(out, "mapping-version", std::to_string(marker.mapping_version));
    out += "/>\n";
    seal_digest(out);
    return out;
}

Marker marker_from_xml(std::string_view xml) {
    try {
        pugi::xml_document document;
        return marker_of(checked_root(document, xml, kShape));
    } catch (const Error& error) {
        if (error.code() == ErrorCode::file_version) {
            throw Doubt(ErrorCode::file_version,
                        said("The sync folder was started by a newer version of this program. "
                             "Update this program; nothing was changed."));
        }
        throw Error(ErrorCode::marker_missing,
                    said("The sync folder's marker, cloud-folder-sync.xml, can't be read: {1}. "
                         "Wait until the cloud client has delivered it, or restore an earlier "
                         "version of it with the cloud service.",
                         error.what()));
    }
}

}  // namespace cfs
