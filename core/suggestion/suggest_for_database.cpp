#include "core/suggestion/suggest_for_database.h"

#include <boost/filesystem/path.hpp>

#include "core/folder/xml_text.h"
#include "core/model/error.h"
#include "core/model/text.h"
#include "core/suggestion/suggestion_xml.h"

namespace cfs {

namespace {

// "clinic" for /data/clinic.db, "postgresql://dbname=clinic host=..." and "clinic at host:3306".
std::string name_for(const Backend& backend) {
    constexpr std::size_t kLongest = 60;
    constexpr std::string_view kOption = "dbname=";
    auto name = boost::filesystem::path(backend.file()).stem().string();
    if (name.empty()) {
        const auto whole = backend.name();
        const auto option = whole.find(kOption);
        const auto begin = option == std::string::npos ? 0 : option + kOption.size();
        name = whole.substr(begin, whole.find(' ', begin) - begin);
    }
    name = printable(name, kLongest);
    return name.empty() ? "suggestion" : name;
}

// What the suggestion itself says is for those who write mappings, in English.
std::string obstacle_of(const TableMapping& patient) {
    if (patient.key.empty()) return said("it has no key");
    if (patient.identity.empty()) return said("nothing in it tells who the patient is");
    return said("its key is binary or has no type");
}

}  // namespace

Suggestion suggestion_for(const Catalogue& catalogue, SqlSession& session) {
    return suggest_mapping(catalogue, [&](const Link& link) {
        const auto& table = *catalogue.find(link.table);
        const auto& target = *catalogue.find(link.target_table);
        return overlap_of(session, catalogue, table, *table.find(link.column), target,
                          *target.find(link.target_column));
    });
}

std::string suggested_mapping_text(Backend& backend, SqlSession& session) {
    auto catalogue = backend.catalogue(session);
    look_at_rows(session, catalogue);
    const auto suggestion = suggestion_for(catalogue, session);
    const auto& patient = suggestion.tables.front();
    if (!patient.obstacle.empty()) {
        throw Error(ErrorCode::mapping_table,
                    said("The table {1} of the database {2} looks like that of the patients, but "
                         "{3}: it can't be in a mapping.",
                         patient.mapping.table, backend.name(), obstacle_of(patient.mapping)));
    }
    const auto name = name_for(backend);
    return suggestion_xml(suggestion, name, name);
}

}  // namespace cfs
