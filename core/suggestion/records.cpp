#include "core/suggestion/records.h"

#include <algorithm>
#include <set>

#include "core/suggestion/vocabulary.h"

namespace cfs {

namespace {

using namespace vocabulary;

bool holds_password(const CatalogueTable& table, const ShortNames& names) {
    static const WordSet kPassword = {"password", "passwd", "pwd", "pincode", "pindigest"};
    return std::any_of(table.columns.begin(), table.columns.end(), [&](const auto& column) {
        return has_word(names.of_column(table, column.name), kPassword);
    });
}

// Why a table that leads to a patient should stay out all the same; empty if nothing speaks for it.
std::string reason_to_leave_out(const CatalogueTable& table, const ShortNames& names) {
    const auto words = names.of_table(table.name);
    if (has_word(words, kLog)) return "a log, by its name";
    if (has_word(words, kMomentary)) return "holds what is true for a moment only, by its name";
    if (has_word(words, kMessage)) {
        return "holds messages, by its name: they would be sent at each site again";
    }
    const auto whole = joined(words);
    for (const auto& word : kStock) {
        if (whole.find(word) != std::string::npos) return "moves a stock, which is each site's own";
    }
    if (holds_password(table, names)) return "holds passwords";
    return {};
}

class RecordSearch {
  public:
    RecordSearch(const Catalogue& catalogue, const ShortNames& names, const PatientTable& patient,
                 const std::vector<Link>& links)
        : catalogue_(catalogue), names_(names), patient_(patient), links_(links) {
        for (const auto& link : links) by_table_[link.table].push_back(&link);
    }

    Records find() {
        depth_[patient_.table] = 0;
        // A table found in one round is an owner in the next.
        bool found = true;
        for (int depth = 1; found && depth <= kMaxDepth; ++depth) {
            found = find_holders(depth);
            found = find_parts(depth) || found;
        }
        return std::move(records_);
    }

  private:
    static constexpr int kMaxDepth = 12;

    bool known(const std::string& table) const {
        return depth_.contains(table) || left_out_.contains(table);
    }

    // Tables with a column that holds the key of a patient or of a record.
    bool find_holders(int depth) {
        std::vector<RecordTable> found;
        for (const auto& table : catalogue_.tables) {
            if (known(table.name)) continue;
            const auto ways = ways_of(table);
            if (ways.empty()) continue;
            const auto reason = reason_to_leave_out(table, names_);
            const bool staff =
                ways.front()->target_table != patient_.table && is_staff_table(table, names_);
            if (!reason.empty() || staff) {
                leave_out(table.name, staff ? "holds users or those who treat" : reason);
            } else if (nobody_named(table, ways)) {
                leave_out(table.name, "no row of it names a patient in " + ways.front()->column);
            } else {
                found.push_back(record_of(table, ways, depth));
            }
        }
        for (auto& record : found) take(std::move(record));
        return !found.empty();
    }

    void leave_out(const std::string& table, const std::string& reason) {
        left_out_.insert(table);
        records_.left_out.push_back({table, reason});
    }

    void take(RecordTable record) {
        depth_[record.table] = record.depth;
        records_.tables.push_back(std::move(record));
    }

    // Links to tables found so far, the best first.
    [[nodiscard]] std::vector<const Link*> ways_of(const CatalogueTable& table) const {
        std::vector<const Link*> ways;
        const auto links = by_table_.find(table.name);
        if (links == by_table_.end()) return ways;
        for (const auto* link : links->second) {
            const bool known_owner = depth_.contains(link->target_table) && !link->to_itself();
            if (known_owner && link->may_own()) ways.push_back(link);
        }
        const auto rank = [&](const Link* link) {
            return std::pair(badness(table, *link), table.find(link->column));
        };
        std::sort(ways.begin(), ways.end(),
                  [&](const Link* a, const Link* b) { return rank(a) < rank(b); });
        return ways;
    }

    // Nearest first; declared before guessed; a column that is always filled before one that may be
    // empty; one that means another row of the sort ("mother", "previous") last; as the columns
    // stand.
    [[nodiscard]] int badness(const CatalogueTable& table, const Link& link) const {
        const auto* column = table.find(link.column);
        const auto words = names_.of_column(table, link.column);
        int points = 0;
        if (has_word(words, kRelated)) points += 1000;
        if (link.target_table != patient_.table)
            points += 100 * std::min(2, depth_.at(link.target_table));
        if (!column->not_null) points += 60;
        if (!link.declared) points += 30;
        if (!has_word(words, kPatient)) points += 5;
        return points;
    }

    // Rows there are, and none names anybody: guesses by name alone are wrong then.
    static bool nobody_named(const CatalogueTable& table, const std::vector<const Link*>& ways) {
        constexpr int kTelling = 5;
        return table.looked >= kTelling &&
               std::none_of(ways.begin(), ways.end(), [](const Link* way) {
                   return way->declared || way->overlap.looked > 0;
               });
    }

    [[nodiscard]] RecordTable record_of(const CatalogueTable& table,
                                        const std::vector<const Link*>& ways, int depth) const {
        const auto& best = *ways.front();
        RecordTable record{table.name, {{best}}, depth, best.declared, best.reason};
        if (best.overlap.looked > 0) {
            record.sure = best.overlap.found == best.overlap.looked;
            record.reason += record.sure ? ", and its values are there"
                                         : ", but not all of its values are there";
        }
        const bool always =
            table.find(best.column)->not_null || best.target_table == patient_.table;
        if (always) return record;
        // A row may belong to a patient in one of several ways.
        std::set<std::string> targets = {best.target_table};
        for (const auto* way : ways) {
            const bool other = !has_word(names_.of_column(table, way->column), kRelated) &&
                               depth_.at(way->target_table) < depth &&
                               targets.insert(way->target_table).second;
            if (!other) continue;
            record.owners.push_back({*way});
            record.sure = false;
        }
        return record;
    }

    // Tables that the rows of a patient point at and nobody else does: a photo, an address, the
    // person that the patient is.
    bool find_parts(int depth) {
        std::vector<RecordTable> found;
        for (const auto& link : links_) {
            const auto holder = depth_.find(link.table);
            if (holder == depth_.end() || holder->second >= depth) continue;
            if (known(link.target_table)) continue;
            const auto& table = *catalogue_.find(link.table);
            const auto& part = *catalogue_.find(link.target_table);
            const bool shared = table.primary_key == std::vector<std::string>{link.column};
            if (!shared && !is_part(table, part, link)) continue;
            if (is_staff_table(part, names_) || !reason_to_leave_out(part, names_).empty())
                continue;
            const auto again = std::any_of(found.begin(), found.end(), [&](const auto& record) {
                return record.table == part.name;
            });
            if (again) continue;
            found.push_back({part.name,
                             {{link, true}},
                             depth,
                             shared && link.declared,
                             shared ? "each row of " + table.name + " has its key from here"
                                    : "a row of " + table.name + " points at a row of its own"});
        }
        for (auto& record : found) take(std::move(record));
        return !found.empty();
    }

    [[nodiscard]] bool is_part(const CatalogueTable& table, const CatalogueTable& part,
                               const Link& link) const {
        const auto words = names_.of_table(part.name);
        const auto owner = names_.of_table(table.name);
        const bool named =
            words.size() > owner.size() &&
            same_nouns(owner, Words(words.begin(),
                                    words.begin() + static_cast<std::ptrdiff_t>(owner.size())));
        const bool of_patient =
            table.name == patient_.table && (has_word(words, kPatient) || has_word(words, kPart));
        if ((!named && !of_patient) || kKind.contains(words.back())) return false;
        const auto& facts = table.find(link.column)->facts;
        if (facts.filled - facts.zeros > facts.distinct) return false;  // several share one
        return std::none_of(links_.begin(), links_.end(), [&](const Link& other) {
            return other.target_table == part.name && other.table != table.name &&
                   depth_.contains(other.table);
        });
    }

    const Catalogue& catalogue_;
    const ShortNames& names_;
    const PatientTable& patient_;
    const std::vector<Link>& links_;
    std::map<std::string, std::vector<const Link*>> by_table_;
    std::map<std::string, int> depth_;
    std::set<std::string> left_out_;
    Records records_;
};

}  // namespace

const RecordTable* Records::find(const std::string& table) const {
    const auto at = std::find_if(tables.begin(), tables.end(),
                                 [&](const RecordTable& item) { return item.table == table; });
    return at == tables.end() ? nullptr : &*at;
}

Records find_records(const Catalogue& catalogue, const ShortNames& names,
                     const PatientTable& patient, const std::vector<Link>& links) {
    return RecordSearch(catalogue, names, patient, links).find();
}

bool is_staff_table(const CatalogueTable& table, const ShortNames& names) {
    const auto words = names.of_table(table.name);
    if (words.empty()) return false;
    return kStaff.contains(words.front()) || kRights.contains(words.front()) ||
           (has_word(words, kStaff) && holds_password(table, names));
}

}  // namespace cfs
