#include "core/database/mapping_file.h"

#include <algorithm>
#include <boost/filesystem.hpp>
#include <boost/filesystem/fstream.hpp>
#include <charconv>

#include "core/database/mapping_parts.h"
#include "core/database/mapping_rules.h"
#include "core/database/mapping_table.h"
#include "core/database/shipped_mappings.h"
#include "core/folder/xml_text.h"
#include "core/model/error.h"
#include "core/model/text.h"

namespace cfs {

namespace {

constexpr std::string_view kNamespace = "urn:cloud-folder-sync:mapping";

// More than any clinic program has; checks take time by the square of it.
constexpr std::size_t kMaxTables = 1000;

int version_of(const MappingNode& root) {
    const auto text = root.text("version");
    int version = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), version);
    if (result.ec != std::errc() || result.ptr != text.data() + text.size() || version < 1) {
        root.fail(said("the version is a number from 1, not \"{1}\".", text.substr(0, 20)));
    }
    return version;
}

void check_text(const MappingSource& source) {
    if (source.xml.size() > kMaxMappingFile) {
        throw Error(ErrorCode::mapping_invalid,
                    said("The mapping {1} is larger than 1 MiB: it is no mapping.", source.name));
    }
    if (fits_xml(source.xml)) return;
    std::size_t start = 0;
    while (start < source.xml.size()) {
        const auto end = std::min(source.xml.find('\n', start), source.xml.size());
        if (!fits_xml(source.xml.substr(start, end - start))) break;
        start = end + 1;
    }
    source.fail_at(start, said("there is a character that is not UTF-8 or that XML can't hold."));
}

MappingNode parse_root(pugi::xml_document& document, const MappingSource& source) {
    const auto result =
        document.load_buffer(source.xml.data(), source.xml.size(),
                             pugi::parse_default | pugi::parse_doctype, pugi::encoding_utf8);
    if (!result) {
        source.fail_at(static_cast<std::size_t>(std::max<std::ptrdiff_t>(result.offset, 0)),
                       said("this is not well-formed XML ({1}).", result.description()));
    }
    const auto root = document.document_element();
    for (const auto& node : document.children()) {
        if (node == root) continue;
        MappingNode(source, root)
            .fail(node.type() == pugi::node_doctype ? said("a mapping has no DOCTYPE.")
                                                    : said("a mapping has one outermost element."));
    }
    if (root.name() != std::string_view("mapping") ||
        root.attribute("xmlns").value() != kNamespace) {
        MappingNode(source, root)
            .fail(said("a mapping begins with <mapping xmlns=\"{1}\">.", kNamespace));
    }
    return {source, root};
}

// The patient's table first, wherever the file has it.
std::vector<MappingNode> table_nodes(const MappingNode& root) {
    auto nodes = root.children({"patient", "record"});
    const auto is_patient = [](const MappingNode& node) { return node.element() == "patient"; };
    if (std::count_if(nodes.begin(), nodes.end(), is_patient) != 1) {
        root.fail(said("a mapping has exactly one element <patient>."));
    }
    if (nodes.size() > kMaxTables) root.fail(said("a mapping has at most 1000 tables."));
    std::stable_partition(nodes.begin(), nodes.end(), is_patient);
    return nodes;
}

// The tables that share a number are named as all mapped ones are, whatever they are called here.
void place_shared_numbers(Mapping& mapping) {
    const auto place = [&](LocalColumn& local) {
        if (local.shared_in.table.empty()) return;
        const auto& sharing = *mapping.find(local.shared_in.table);
        const auto name = sharing.full_name();
        local.shared_in = {name.name, sharing.column_here(local.shared_in.column), name.schema};
    };
    for (auto& table : mapping.tables) {
        for (auto& local : table.locals) place(local);
        for (auto& reference : table.references) {
            if (reference.number) place(*reference.number);
        }
    }
}

void check_format(const MappingNode& root) {
    root.expect_attributes({"xmlns", "format", "name", "family", "version"});
    if (root.text("format") != "1") {
        root.fail(said("the mapping has another format than this program knows (1); update it."));
    }
}

std::string text_of_file(const boost::filesystem::path& path) {
    boost::filesystem::ifstream file(path, std::ios::binary);
    // One byte more than allowed: enough to see that it is too large.
    std::string text(kMaxMappingFile + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    return text;
}

}  // namespace

Mapping mapping_from_xml(std::string_view xml, const std::string& source_name) {
    const MappingSource source{xml, source_name};
    check_text(source);
    pugi::xml_document document;
    const auto root = parse_root(document, source);
    check_format(root);
    Mapping mapping{root.text("name"), root.text("family"), version_of(root), {}};
    const auto nodes = table_nodes(root);
    for (const auto& node : nodes) {
        mapping.tables.push_back(read_mapped_table(node));
        add_owner_references(node, mapping.tables.back(), mapping.patient_table());
        check_table_rules(mapping.tables.back(), node);
    }
    lead_to_records(mapping);
    check_mapping_rules(mapping, nodes);
    place_shared_numbers(mapping);
    order_by_owners(mapping);
    return mapping;
}

std::string mapping_text(const std::string& name_or_file) {
    const auto& shipped = shipped_mapping_texts();
    const auto known = shipped.find(name_or_file);
    if (known != shipped.end()) return known->second;
    const boost::filesystem::path path(name_or_file);
    boost::system::error_code error;
    if (boost::filesystem::is_regular_file(path, error)) return text_of_file(path);
    std::string names;
    for (const auto& [name, text] : shipped) names += (names.empty() ? "" : ", ") + name;
    throw Error(
        ErrorCode::mapping_invalid,
        said("There is no mapping {1}: it is neither a file nor one of those that come with "
             "the program ({2}).",
             name_or_file, names));
}

}  // namespace cfs
