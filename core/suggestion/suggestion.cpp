#include "core/suggestion/suggestion.h"

#include <algorithm>
#include <map>

#include "core/folder/xml_text.h"
#include "core/model/error.h"
#include "core/model/text.h"
#include "core/suggestion/columns.h"
#include "core/suggestion/patient_table.h"

namespace cfs {

namespace {

// The table of users: of those who log in before others who treat.
std::string staff_table(const Catalogue& catalogue, const ShortNames& names) {
    std::string best;
    std::int64_t best_points = 0;
    for (const auto& table : catalogue.tables) {
        if (!is_staff_table(table, names) || table.primary_key.size() != 1) continue;
        const auto words = names.of_table(table.name);
        const auto referring = std::count_if(
            catalogue.tables.begin(), catalogue.tables.end(), [&](const CatalogueTable& other) {
                return std::any_of(other.foreign_keys.begin(), other.foreign_keys.end(),
                                   [&](const ForeignKey& key) { return key.table == table.name; });
            });
        const std::int64_t points = referring + (words.size() == 1 ? 2 : 1);
        if (points > best_points) {
            best = table.name;
            best_points = points;
        }
    }
    return best;
}

void append(std::vector<Link>& links, std::vector<Link> more) {
    links.insert(links.end(), std::make_move_iterator(more.begin()),
                 std::make_move_iterator(more.end()));
}

// A mapping has longer names as little as control characters in them, and tables of more columns.
constexpr std::size_t kLongestName = 128;
constexpr std::size_t kMostColumns = 1000;

bool is_usable(const std::string& name) {
    return !name.empty() && name.size() <= kLongestName && fits_xml(name) &&
           std::none_of(name.begin(), name.end(),
                        [](unsigned char c) { return c < ' ' || c == 0x7f; });
}

bool is_usable(const CatalogueTable& table) {
    return is_usable(table.name) && table.columns.size() <= kMostColumns &&
           std::all_of(table.columns.begin(), table.columns.end(),
                       [](const CatalogueColumn& column) { return is_usable(column.name); });
}

bool has_any(const std::vector<std::string>& names, const std::vector<std::string>& wanted) {
    return std::find_first_of(names.begin(), names.end(), wanted.begin(), wanted.end()) !=
           names.end();
}

// Takes out of a table what the database computes, which can be nothing but skipped: its names.
std::vector<std::string> take_computed(CatalogueTable& table) {
    std::vector<std::string> computed;
    std::erase_if(table.columns, [&](const CatalogueColumn& column) {
        if (column.generated) computed.push_back(column.name);
        return column.generated;
    });
    if (has_any(table.primary_key, computed)) table.primary_key.clear();
    std::erase_if(table.unique_keys, [&](const auto& key) { return has_any(key, computed); });
    std::erase_if(table.foreign_keys,
                  [&](const ForeignKey& key) { return has_any(key.columns, computed); });
    return computed;
}

// Can other rows refer to those of the table?
bool can_be_meant(const TableSuggestion* table) {
    return table != nullptr && table->obstacle.empty() && !table->mapping.shared_key;
}

// A table whose owner can't be in the mapping can't be either.
void spread_obstacles(Suggestion& suggestion) {
    for (auto& table : suggestion.tables) {
        if (!table.obstacle.empty() || table.mapping.patient) continue;
        std::erase_if(table.mapping.owners, [&](const Owner& owner) {
            const auto* reference = table.mapping.reference(owner.column);
            const auto& next = owner.through.empty() ? reference->table : owner.through;
            return !can_be_meant(suggestion.find(next));
        });
        const auto& owners = table.mapping.owners;
        if (owners.empty()) {
            table.obstacle = "the table that it belongs to is not in the mapping or has no key";
        } else if (table.mapping.shared_key && owners.front().column != table.mapping.key.front()) {
            table.obstacle = "it has no key";
        }
    }
}

// What refers to a table that can't be in the mapping stays behind.
void drop_references(Suggestion& suggestion) {
    for (auto& table : suggestion.tables) {
        auto& mapping = table.mapping;
        for (const auto& reference : std::vector<Reference>(mapping.references)) {
            const auto* target = suggestion.find(reference.table);
            if (can_be_meant(target)) continue;
            std::erase_if(mapping.references,
                          [&](const Reference& item) { return item.column == reference.column; });
            if (mapping.is_key(reference.column)) continue;
            std::erase(mapping.identity, reference.column);
            mapping.skipped.insert(reference.column);
            table.columns[reference.column] = {
                "a row of " + reference.table + ", which is not in the mapping or has no key",
                false};
        }
    }
}

}  // namespace

const TableSuggestion* Suggestion::find(const std::string& table) const {
    const auto at = std::find_if(tables.begin(), tables.end(), [&](const TableSuggestion& item) {
        return item.mapping.table == table;
    });
    return at == tables.end() ? nullptr : &*at;
}

Suggestion suggest_mapping(const Catalogue& whole, const OverlapQuestion& overlap) {
    auto catalogue = whole;
    std::vector<std::string> unusable;
    std::erase_if(catalogue.tables, [&](const CatalogueTable& table) {
        if (is_usable(table)) return false;
        unusable.push_back(table.name);
        return true;
    });
    std::map<std::string, std::vector<std::string>> computed;  // by table
    for (auto& table : catalogue.tables) computed[table.name] = take_computed(table);
    for (auto& table : catalogue.tables) {
        std::erase_if(table.foreign_keys, [&](const ForeignKey& key) {
            return has_any(key.targets, computed[key.table]);
        });
    }
    const ShortNames names(catalogue);
    auto links = possible_links(catalogue, names);
    const auto patient = find_patient_table(catalogue, names, links);
    if (!patient) {
        throw Error(
            ErrorCode::mapping_table,
            said("No table of the database looks like that of the patients: none says so by its "
                 "name, its columns and what refers to it. Write a mapping by hand."));
    }
    if (!patient->key.empty()) {
        append(links, links_to_patient(catalogue, names, patient->table, patient->key));
    }
    // A patient's row is at home here: others took their key from it. So is one whose key a foreign
    // key leads to.
    const auto at_home = [&](const Link& link) {
        if (link.table == patient->table && link.column == patient->key) return true;
        return std::any_of(links.begin(), links.end(), [&](const Link& other) {
            return other.declared && other.table == link.target_table &&
                   other.column == link.target_column && other.target_table == link.table &&
                   other.target_column == link.column;
        });
    };
    std::vector<Link> kept;
    for (const auto& link : links) {
        if (link.declared || !at_home(link)) kept.push_back(link);
    }
    links = std::move(kept);
    append(links, links_to_staff(catalogue, names, staff_table(catalogue, names)));
    links = settled_links(catalogue, std::move(links), overlap);
    const auto records = find_records(catalogue, names, *patient, links);

    const SuggestionContext context{catalogue, names, *patient, records, links};
    Suggestion suggestion;
    suggestion.tables.push_back(suggest_table(context, *catalogue.find(patient->table), nullptr));
    for (const auto& record : records.tables) {
        suggestion.tables.push_back(suggest_table(context, *catalogue.find(record.table), &record));
    }
    spread_obstacles(suggestion);
    drop_references(suggestion);
    for (auto& table : suggestion.tables) {
        for (const auto& column : computed[table.mapping.table]) {
            table.mapping.skipped.insert(column);
            table.columns[column] = {"computed by the database", true};
        }
    }
    suggest_possible(context, suggestion);
    for (const auto& table : unusable) {
        suggestion.left_out.push_back({table, "it has a name or more columns than a mapping can"});
    }
    for (const auto& [table, reason] : records.left_out) {
        suggestion.left_out.push_back({table, reason});
    }
    for (const auto& table : catalogue.tables) {
        const bool known = suggestion.find(table.name) != nullptr ||
                           std::any_of(records.left_out.begin(), records.left_out.end(),
                                       [&](const auto& item) { return item.table == table.name; });
        if (!known) suggestion.unrelated.push_back(table.name);
    }
    return suggestion;
}

Mapping mapping_of(const Suggestion& suggestion, const std::string& name) {
    Mapping mapping{name, name, 1, {}};
    for (const auto& table : suggestion.tables) {
        if (table.obstacle.empty()) mapping.tables.push_back(table.mapping);
    }
    return mapping;
}

}  // namespace cfs
