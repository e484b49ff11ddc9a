#include "core/folder/segment_file.h"

#include <algorithm>
#include <pugixml.hpp>

#include "core/folder/small_xml.h"
#include "core/folder/xml_text.h"
#include "core/model/text.h"

namespace cfs {

namespace {

constexpr std::int64_t kMaxNumber = 999'999'999'999;  // the twelve digits of a segment's name
// An entry's patient and digest alone are longer than this.
constexpr SmallXml kShape{"segment", "urn:cloud-folder-sync:segment", kMaxSegmentFile, 2, 100};

// Only sorted entries and versions are read again: whatever order they come in, one is written.
std::string versions_text(std::vector<VersionId> versions) {
    std::sort(versions.begin(), versions.end());
    versions.erase(std::unique(versions.begin(), versions.end()), versions.end());
    std::string text;
    for (const auto& version : versions) {
        if (!text.empty()) text += ' ';
        text += version.text();
    }
    return text;
}

std::vector<const SegmentEntry*> sorted(const std::vector<SegmentEntry>& entries) {
    std::vector<const SegmentEntry*> sorted;
    for (const auto& entry : entries) sorted.push_back(&entry);
    std::sort(sorted.begin(), sorted.end(),
              [](auto* a, auto* b) { return a->patient < b->patient; });
    return sorted;
}

void append_entry(std::string& out, const SegmentEntry& entry) {
    out += "  <entry";
    append_attribute(out, "patient", entry.patient.text());
    append_attribute(out, "digest", entry.digest.text());
    append_attribute(out, "versions", versions_text(entry.versions));
    out += "/>\n";
}

std::vector<VersionId> versions_of(std::string_view text) {
    std::vector<VersionId> versions;
    for (bool more = !text.empty(); more;) {
        const auto space = text.find(' ');
        const auto version = VersionId::parse(text.substr(0, space));
        if (!version) throw_damaged(said("a version can't be read"));
        if (!versions.empty() && *version <= versions.back()) {
            throw_damaged(said("versions are out of order"));
        }
        versions.push_back(*version);
        more = space != std::string_view::npos;
        if (more) text.remove_prefix(space + 1);
    }
    return versions;
}

SegmentEntry entry_of(const pugi::xml_node& node) {
    SegmentEntry entry;
    entry.patient = parsed_attribute(node, "patient", PatientId::parse);
    entry.digest = parsed_attribute(node, "digest", Digest::parse);
    entry.versions = versions_of(node.attribute("versions").value());
    return entry;
}

Segment segment_of(const pugi::xml_node& root) {
    Segment segment;
    segment.writer = parsed_attribute(root, "writer", WriterId::parse);
    segment.number = number_attribute(root, "number", kMaxNumber);
    segment.oldest = number_attribute(root, "oldest", segment.number);
    segment.written = parsed_attribute(root, "written", time_from_text);
    for (auto node = root.child("entry"); node; node = node.next_sibling("entry")) {
        segment.entries.push_back(entry_of(node));
        const auto count = segment.entries.size();
        if (count > 1 && segment.entries[count - 1].patient <= segment.entries[count - 2].patient) {
            throw_damaged(said("entries are out of order"));
        }
    }
    return segment;
}

}  // namespace

std::string to_xml(const Segment& segment) {
    auto out = begin_xml(kShape, "writer", segment.writer.text());
    append_attribute(out, "number", std::to_string(segment.number));
    append_attribute(out, "oldest", std::to_string(segment.oldest));
    append_attribute(out, "written", to_text(segment.written));
    out += ">\n";
    for (const auto* entry : sorted(segment.entries)) append_entry(out, *entry);
    out += "</segment>\n";
    seal_digest(out);
    return out;
}

Segment segment_from_xml(std::string_view xml) {
    pugi::xml_document document;
    return segment_of(checked_root(document, xml, kShape));
}

}  // namespace cfs
