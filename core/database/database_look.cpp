#include "core/database/database_look.h"

#include <algorithm>
#include <set>

#include "core/database/mapping_file.h"
#include "core/model/error.h"

namespace cfs {

namespace {

class MappingFinder {
  public:
    MappingFinder(Backend& backend, SqlSession& session) : backend_(backend), session_(session) {}

    MappingMatch match(const Mapping& mapping) {
        const auto tables = mapping.tables_and_parts();
        MappingMatch match{mapping.name, tables.size(), 0, {}};
        for (const auto* table : tables) {
            match.found += names(table->schema).contains(table->full_name().name) ? 1 : 0;
        }
        try {
            check_mapping(mapping, backend_, session_);
            check_readable(tables);
        } catch (const Error& error) {
            match.obstacle = error.what();
        }
        return match;
    }

    const std::set<std::string>& names(const std::string& schema) {
        const auto known = names_.find(schema);
        if (known != names_.end()) return known->second;
        std::set<std::string> found;
        try {
            const auto listed = backend_.tables(session_, schema);
            found.insert(listed.begin(), listed.end());
        } catch (const Error&) {
            if (schema.empty()) throw;
            // There is no such schema, or no right to look into it: none of its tables is found.
        }
        return names_.emplace(schema, std::move(found)).first->second;
    }

  private:
    // A server names tables that its user may not read.
    void check_readable(const std::vector<const TableMapping*>& tables) {
        for (const auto* table : tables) {
            session_.execute("SELECT 1 FROM " + backend_.quote_table(table->full_name()) +
                             " WHERE 1 = 0");
        }
    }

    Backend& backend_;
    SqlSession& session_;
    std::map<std::string, std::set<std::string>> names_;  // by schema
};

bool is_better(const MappingMatch& one, const MappingMatch& other) {
    if (one.fits() != other.fits()) return one.fits();
    return one.found * other.tables > other.found * one.tables;
}

}  // namespace

const MappingMatch* DatabaseLook::only_fit() const {
    if (mappings.empty() || !mappings.front().fits()) return nullptr;
    return mappings.size() > 1 && mappings[1].fits() ? nullptr : &mappings.front();
}

MappingMatch match_mapping(const Mapping& mapping, Backend& backend, SqlSession& session) {
    return MappingFinder(backend, session).match(mapping);
}

DatabaseLook look_at_database(Backend& backend, SqlSession& session,
                              const std::map<std::string, std::string>& mappings) {
    DatabaseLook look;
    look.name = backend.name();
    MappingFinder finder(backend, session);
    for (const auto& name : finder.names({})) {
        look.enabled = look.enabled || name == "cfs_meta";
        look.tables += name.starts_with("cfs_") || name.starts_with("sqlite_") ? 0 : 1;
    }
    for (const auto& [name, text] : mappings) {
        look.mappings.push_back(finder.match(mapping_from_xml(text, name)));
        look.mappings.back().mapping = name;
    }
    std::stable_sort(look.mappings.begin(), look.mappings.end(), is_better);
    return look;
}

}  // namespace cfs
