// What a database is that somebody is about to enable: what it holds and which of the mappings is
// made for it. Reads names alone, no rows.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/database/backend.h"

namespace cfs {

struct MappingMatch {
    std::string mapping;     // its name
    std::size_t tables = 0;  // that it names
    std::size_t found = 0;   // of them, those that the database has
    std::string obstacle;    // a sentence that says why it can't be used; empty where it fits

    [[nodiscard]] bool fits() const { return obstacle.empty(); }
};

struct DatabaseLook {
    std::string name;                    // "clinic at db.example:3306", for messages
    std::size_t tables = 0;              // without ours
    bool enabled = false;                // for multiple databases, perhaps from another workstation
    std::vector<MappingMatch> mappings;  // the best first

    // The only one that fits; null where none does or several do.
    [[nodiscard]] const MappingMatch* only_fit() const;
};

[[nodiscard]] MappingMatch match_mapping(const Mapping& mapping, Backend& backend,
                                         SqlSession& session);

// `mappings` are the texts of mapping files by name.
[[nodiscard]] DatabaseLook look_at_database(Backend& backend, SqlSession& session,
                                            const std::map<std::string, std::string>& mappings);

}  // namespace cfs
