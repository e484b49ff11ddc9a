#include "core/suggestion/links.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "core/suggestion/vocabulary.h"

namespace cfs {

namespace {

using namespace vocabulary;

// What the names say, the weightiest first.
constexpr int kDeclared = 100;
constexpr int kSameNameAndTable = 70;
constexpr int kSaysPatient = 65;
constexpr int kSameName = 60;
constexpr int kTableName = 50;
constexpr int kLikeElsewhere = 45;
constexpr int kSaysStaff = 42;
constexpr int kPartOf = 40;
constexpr int kLeastToOwn = kPartOf;
constexpr int kTableNameAlone = 30;  // without "id"
constexpr int kEndOfTableName = 28;
constexpr int kTableNameAtEnd = 26;  // after another word: billing_facility

// Values by which the rows contradict a name: fewer may be rows that lead nowhere.
constexpr std::int64_t kTelling = 5;

bool is_key_kind(const CatalogueColumn& column) {
    return column.kind == ColumnKind::integer || column.kind == ColumnKind::text ||
           column.kind == ColumnKind::number;
}

// A number that a server's driver declares as DECIMAL is a number all the same.
bool same_kind(const CatalogueColumn& a, const CatalogueColumn& b) {
    const auto text = [](const CatalogueColumn& c) { return c.kind == ColumnKind::text; };
    return is_key_kind(a) && is_key_kind(b) && text(a) == text(b);
}

bool equal_names(const std::string& a, const std::string& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return std::tolower(static_cast<unsigned char>(x)) ==
               std::tolower(static_cast<unsigned char>(y));
    });
}

// The words of a key's name without "id" and the like.
Words stem_of(const Words& words) {
    Words stem;
    for (const auto& word : words) {
        if (!kIdentifier.contains(word)) stem.push_back(word);
    }
    return stem;
}

bool has_identifier(const Words& words) {
    return std::any_of(words.begin(), words.end(),
                       [](const auto& word) { return kIdentifier.contains(word); });
}

// Is `end` the end of the longer `words`?
bool ends_with(const Words& words, const Words& end) {
    if (end.empty() || end.size() >= words.size()) return false;
    return std::equal(end.begin(), end.end(), words.end() - static_cast<std::ptrdiff_t>(end.size()),
                      same_noun);
}

// "id", "code", "name", "date": a name that says nothing of the table it is the key of.
bool is_generic(const Words& words) {
    return std::all_of(words.begin(), words.end(), [](const auto& word) {
        return kIdentifier.contains(word) || kNatural.contains(word) || kKind.contains(word) ||
               kTime.contains(word) || kStaff.contains(word);
    });
}

// encounter in form_encounter
bool has_own_name(const CatalogueTable& table, const CatalogueColumn& column,
                  const ShortNames& names) {
    const auto& noun = names.of_table(table.name);
    return !noun.empty() && column.kind == ColumnKind::integer &&
           words_of(column.name) == Words{noun.back()};
}

class LinkFinder {
  public:
    LinkFinder(const Catalogue& catalogue, const ShortNames& names)
        : catalogue_(catalogue), names_(names) {
        for (const auto& table : catalogue.tables) {
            for (const auto& key : key_candidates(table, names)) {
                keys_[table.name].push_back({key, words_of(key), names.of_column(table, key)});
            }
        }
    }

    std::vector<Link> find() {
        for (const auto& table : catalogue_.tables) add_declared(table);
        const auto declared = links_.size();
        for (const auto& table : catalogue_.tables) {
            for (const auto& column : table.columns) {
                const bool guessed = is_key_kind(column) && !column.automatic &&
                                     !is_declared(table, column) &&
                                     discriminator_of(catalogue_, table, column, names_).empty();
                if (!guessed) continue;
                add_named_like_key(table, column);
                add_named_like_table(table, column);
                add_like_elsewhere(table, column, declared);
                add_part(table, column);
            }
        }
        return std::move(links_);
    }

  private:
    struct Key {
        std::string name;
        Words full, shortened;  // with and without what all columns begin with
    };

    void add_declared(const CatalogueTable& table) {
        for (const auto& key : table.foreign_keys) {
            if (key.columns.size() != 1 || catalogue_.find(key.table) == nullptr) continue;
            links_.push_back({table.name, key.columns[0], key.table, key.targets[0], true,
                              kDeclared, "a foreign key to " + key.table});
        }
    }

    [[nodiscard]] static bool is_declared(const CatalogueTable& table,
                                          const CatalogueColumn& column) {
        return std::any_of(table.foreign_keys.begin(), table.foreign_keys.end(),
                           [&](const ForeignKey& key) {
                               return key.columns == std::vector<std::string>{column.name};
                           });
    }

    void add(const CatalogueTable& table, const CatalogueColumn& column,
             const CatalogueTable& target, const std::string& target_column, int weight,
             std::string reason) {
        const auto* there = target.find(target_column);
        if (there == nullptr || !same_kind(column, *there)) return;
        links_.push_back({table.name, column.name, target.name, target_column, false, weight,
                          std::move(reason)});
    }

    // encounter_id -> encounter.encounter_id
    void add_named_like_key(const CatalogueTable& table, const CatalogueColumn& column) {
        // The number of the table's own rows.
        if (has_own_name(table, column, names_)) return;
        const auto words = names_.of_column(table, column.name);
        for (const auto& target : catalogue_.tables) {
            if (target.name == table.name) continue;
            for (const auto& key : keys_[target.name]) {
                // MLN_ADM_ID -> ADM_ID: without the prefix of its own table.
                const bool prefixed = key.shortened != key.full;
                const bool named =
                    equal_names(key.name, column.name) || (prefixed && words == key.full);
                if (!named || (!prefixed && is_generic(key.full))) continue;
                const bool table_too =
                    same_nouns(stem_of(key.shortened), names_.of_table(target.name));
                add(table, column, target, key.name, table_too ? kSameNameAndTable : kSameName,
                    "named like the key of " + target.name);
            }
        }
    }

    // facilityUuid -> Facility.uuid
    void add_named_like_table(const CatalogueTable& table, const CatalogueColumn& column) {
        const auto words = names_.of_column(table, column.name);
        auto stem = stem_of(words);
        // parent_visit_id means a visit, parent_id another row of its own table.
        const auto related =
            std::erase_if(stem, [](const auto& w) { return kSameSort.contains(w); });
        if (stem.empty() && related > 0) add_to_itself(table, column, words);
        if (stem.empty()) return;
        const bool alone = !has_identifier(words);
        for (const auto& target : catalogue_.tables) {
            const auto& noun = names_.of_table(target.name);
            const bool whole = same_nouns(stem, noun);
            // "form_encounter" is the table of "encounter_id", too.
            const bool end = ends_with(noun, stem);
            const bool described = ends_with(stem, noun);
            if (!whole && !described && (!end || alone)) continue;
            if (alone && !column_is_number(column)) continue;
            const auto key = best_key(target, column);
            if (key.empty() || (target.name == table.name && key == column.name)) continue;
            const int weight = alone && whole ? kTableNameAlone
                               : whole        ? kTableName
                               : end          ? kEndOfTableName
                                              : kTableNameAtEnd;
            add(table, column, target, key, weight, "named like the table " + target.name);
        }
    }

    void add_to_itself(const CatalogueTable& table, const CatalogueColumn& column,
                       const Words& words) {
        const auto key = best_key(table, column);
        if (key.empty() || key == column.name || !has_identifier(words)) return;
        add(table, column, table, key, kTableName, "its name says another row of the same table");
    }

    // A code may be written in a column named like the list it is from; a number means its row.
    [[nodiscard]] static bool column_is_number(const CatalogueColumn& column) {
        return column.kind == ColumnKind::integer;
    }

    [[nodiscard]] std::string best_key(const CatalogueTable& target,
                                       const CatalogueColumn& column) {
        const auto& noun = names_.of_table(target.name);
        std::string best;
        for (const auto& key : keys_[target.name]) {
            if (!same_kind(column, *target.find(key.name))) continue;
            if (!noun.empty() && key.full == Words{noun.back()}) return key.name;
            const bool primary = target.primary_key == std::vector<std::string>{key.name};
            if (best.empty() || primary) best = key.name;
        }
        return best;
    }

    // A column of this name is declared as a reference in other tables.
    void add_like_elsewhere(const CatalogueTable& table, const CatalogueColumn& column,
                            std::size_t declared) {
        if (is_generic(words_of(column.name))) return;
        for (std::size_t i = 0; i < declared; ++i) {
            const auto known = links_[i];
            if (known.column != column.name || known.target_table == table.name) continue;
            add(table, column, *catalogue_.find(known.target_table), known.target_column,
                kLikeElsewhere, "a column of this name is a foreign key in " + known.table);
            return;
        }
    }

    // scandata.masterid -> scan: the column says that it means the main row, and the table's name
    // begins like that of one other.
    void add_part(const CatalogueTable& table, const CatalogueColumn& column) {
        const auto words = names_.of_column(table, column.name);
        std::string glued = joined(stem_of(words));
        for (const char* end : {"id", "no", "nr", "ix"}) {
            if (glued.ends_with(end)) glued.resize(glued.size() - 2);
        }
        if (!kMain.contains(glued)) return;
        const CatalogueTable* whole = nullptr;
        for (const auto& other : catalogue_.tables) {
            const bool begins = other.name.size() >= 4 && other.name.size() < table.name.size() &&
                                table.name.starts_with(other.name);
            if (begins && (whole == nullptr || other.name.size() > whole->name.size())) {
                whole = &other;
            }
        }
        if (whole == nullptr) return;
        const auto key = best_key(*whole, column);
        if (!key.empty()) {
            add(table, column, *whole, key, kPartOf, "the table's name begins like " + whole->name);
        }
    }

    const Catalogue& catalogue_;
    const ShortNames& names_;
    std::map<std::string, std::vector<Key>> keys_;
    std::vector<Link> links_;
};

bool contradicted(const Link& link) {
    return !link.declared && link.overlap.looked >= kTelling &&
           link.overlap.found * 2 < link.overlap.looked;
}

}  // namespace

bool Link::may_own() const {
    return declared || weight >= kLeastToOwn || overlap.found >= kTelling;
}

std::vector<std::string> key_candidates(const CatalogueTable& table, const ShortNames& names) {
    std::vector<std::string> keys;
    for (const auto& column : table.columns) {
        const bool is_key =
            table.is_unique(column.name) || column.automatic || has_own_name(table, column, names);
        if (is_key && is_key_kind(column)) keys.push_back(column.name);
    }
    return keys;
}

std::string discriminator_of(const Catalogue& catalogue, const CatalogueTable& table,
                             const CatalogueColumn& column, const ShortNames& names) {
    const auto words = names.of_column(table, column.name);
    const auto stem = stem_of(words);
    if (stem.empty() || !has_identifier(words)) return {};
    for (const auto& other : catalogue.tables) {
        if (other.name != table.name && same_nouns(stem, names.of_table(other.name))) return {};
    }
    for (const auto& kind : table.columns) {
        if (kind.kind != ColumnKind::text) continue;
        const auto name = joined(names.of_column(table, kind.name));
        for (const char* end : {"type", "table", "tablename", "class", "dir", "model", "kind"}) {
            if (name == joined(stem) + end) return kind.name;
        }
    }
    return {};
}

std::vector<Link> possible_links(const Catalogue& catalogue, const ShortNames& names) {
    return LinkFinder(catalogue, names).find();
}

std::vector<Link> links_to_patient(const Catalogue& catalogue, const ShortNames& names,
                                   const std::string& patient_table,
                                   const std::string& patient_key) {
    std::vector<Link> links;
    const auto* key = catalogue.find(patient_table)->find(patient_key);
    const bool telling = !is_generic(words_of(patient_key));
    for (const auto& table : catalogue.tables) {
        if (table.name == patient_table) continue;
        for (const auto& column : table.columns) {
            // A number may be kept as text; the other way round it would not fit.
            const bool fits =
                is_key_kind(column) && (same_kind(column, *key) || column.kind == ColumnKind::text);
            if (!fits || column.automatic) continue;
            const auto words = names.of_column(table, column.name);
            const auto stem = stem_of(words);
            const bool named = telling && equal_names(column.name, patient_key);
            const bool says = stem.size() == 1 && kPatient.contains(stem.front()) &&
                              (has_identifier(words) || stem.front() == "pid" ||
                               column.kind == ColumnKind::integer);
            if (!named && !says) continue;
            links.push_back({table.name, column.name, patient_table, patient_key, false,
                             named && same_kind(column, *key) ? kSameNameAndTable : kSaysPatient,
                             named ? "named like the patient's key" : "its name says patient"});
        }
    }
    return links;
}

std::vector<Link> links_to_staff(const Catalogue& catalogue, const ShortNames& names,
                                 const std::string& staff_table) {
    std::vector<Link> links;
    const auto* staff = catalogue.find(staff_table);
    if (staff == nullptr || staff->primary_key.size() != 1) return links;
    const auto* key = staff->find(staff->primary_key.front());
    for (const auto& table : catalogue.tables) {
        if (table.name == staff_table) continue;
        for (const auto& column : table.columns) {
            if (!same_kind(column, *key) || column.automatic) continue;
            const auto words = names.of_column(table, column.name);
            const bool by = !words.empty() && words.back() == "by";
            const bool says = has_word(words, kStaff) && has_identifier(words);
            if (!by && !says) continue;
            links.push_back({table.name, column.name, staff_table, key->name, false, kSaysStaff,
                             "its name says a user or one who treats"});
        }
    }
    return links;
}

std::vector<Link> settled_links(const Catalogue& catalogue, std::vector<Link> links,
                                const OverlapQuestion& overlap) {
    // Of several with one weight: the column that is meant more often by its name; then one that
    // the database numbers, which is the home of its key.
    std::map<std::pair<std::string, std::string>, int> meant;
    for (const auto& link : links) {
        if (link.weight >= kSameName) ++meant[{link.target_table, link.target_column}];
    }
    using Rank = std::tuple<int, int, bool>;
    std::vector<std::pair<Rank, Link>> ranked;
    for (auto& link : links) {
        const auto* column = catalogue.find(link.target_table)->find(link.target_column);
        const bool home = column != nullptr && column->automatic;
        const Rank rank(-link.weight, -meant[{link.target_table, link.target_column}], !home);
        ranked.emplace_back(rank, std::move(link));
    }
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::map<std::pair<std::string, std::string>, bool> done;
    std::vector<Link> settled;
    for (auto& [rank, link] : ranked) {
        auto& is_done = done[{link.table, link.column}];
        if (is_done) continue;
        if (!link.declared) link.overlap = overlap(link);
        if (contradicted(link)) continue;
        is_done = true;
        settled.push_back(std::move(link));
    }
    return settled;
}

}  // namespace cfs
