#include "core/suggestion/columns.h"

#include <algorithm>

#include "core/suggestion/vocabulary.h"

namespace cfs {

namespace {

using namespace vocabulary;

bool is_local_number(const CatalogueColumn& column) {
    return column.kind == ColumnKind::integer || column.kind == ColumnKind::number;
}

class TableRules {
  public:
    TableRules(const SuggestionContext& context, const CatalogueTable& table,
               const RecordTable* record)
        : context_(context), table_(table), record_(record) {
        for (const auto& link : context.links) {
            if (link.table == table.name) links_[link.column] = &link;
        }
        result_.mapping.table = table.name;
        result_.mapping.patient = record == nullptr;
        result_.mapping.stamping = record == nullptr ? Stamping::field : Stamping::row;
    }

    TableSuggestion run() {
        add_table_reason();
        choose_key();
        add_owners();
        for (const auto& column : table_.columns) add_links(column);
        for (const auto& column : table_.columns) add_role(column);
        suggest_identity(context_, table_, result_);
        if (record_ == nullptr) add_address();
        return std::move(result_);
    }

  private:
    TableMapping& mapping() { return result_.mapping; }

    void note(const std::string& column, const std::string& text, bool sure = true) {
        auto& reason = result_.columns[column];
        reason.text += (reason.text.empty() ? "" : "; ") + text;
        reason.sure = reason.sure && sure;
    }

    void add_table_reason() {
        result_.reason = record_ == nullptr ? Reason{context_.patient.reason, context_.patient.sure}
                                            : Reason{record_->reason, record_->sure};
    }

    // ---- the key

    void choose_key() {
        std::string wanted = record_ == nullptr
                                 ? context_.patient.key
                                 : referenced_key(table_, context_.names, context_.links);
        const bool alone = table_.primary_key.size() <= 1 || is_automatic(wanted);
        if (!wanted.empty() && alone) {
            take_key({wanted});
        } else if (!table_.primary_key.empty()) {
            take_key(table_.primary_key);
        } else if (const auto* unique = whole_unique_key()) {
            take_key(*unique);
        } else if (const auto column = column_of_owner(); !column.empty()) {
            take_shared_key(column);
        } else {
            result_.obstacle = "it has no key";
        }
        for (const auto& column : mapping().key) {
            const auto kind = table_.find(column)->kind;
            if (kind == ColumnKind::binary || kind == ColumnKind::other) {
                result_.obstacle = "its key " + column + " is binary or has no type";
            }
        }
    }

    [[nodiscard]] bool is_automatic(const std::string& column) const {
        const auto* found = table_.find(column);
        return found != nullptr && found->automatic;
    }

    // A unique key that no row is without.
    [[nodiscard]] const std::vector<std::string>* whole_unique_key() const {
        for (const auto& key : table_.unique_keys) {
            const bool whole = std::all_of(key.begin(), key.end(), [&](const auto& column) {
                return table_.find(column)->not_null;
            });
            if (whole) return &key;
        }
        return nullptr;
    }

    // The one that holds the key of the row which this one belongs to.
    [[nodiscard]] std::string column_of_owner() const {
        if (record_ == nullptr) return {};
        for (const auto& way : record_->owners) {
            if (!way.through) return way.link.column;
        }
        return {};
    }

    void take_shared_key(const std::string& column) {
        mapping().key = {column};
        mapping().shared_key = true;
        mapping().allocation = KeyAllocation::natural;
        note(column, "the table has no key: a row is told by what it holds");
    }

    void take_key(const std::vector<std::string>& columns) {
        mapping().key = columns;
        mapping().allocation = KeyAllocation::natural;
        if (columns.size() > 1) {
            for (const auto& column : columns) note(column, "part of the key");
            return;
        }
        const auto& column = *table_.find(columns.front());
        const auto link = links_.find(column.name);
        const bool from_elsewhere = link != links_.end() && !link->second->to_itself() &&
                                    context_.is_mapped(link->second->target_table);
        if (from_elsewhere) {
            note(column.name, "the key is that of the row in " + link->second->target_table);
        } else if (column.automatic) {
            mapping().allocation = KeyAllocation::automatic;
        } else if (column.kind == ColumnKind::integer) {
            mapping().allocation = KeyAllocation::maximum;
            note(column.name, "the database does not give this number: how does the program?",
                 false);
        } else {
            note(column.name, "the key is taken to be the same at each site", false);
        }
        if (!table_.is_unique(column.name) && !column.automatic) {
            note(column.name, "the database does not keep it unique", false);
        }
    }

    // ---- owners, references and lookups

    void add_owners() {
        if (record_ == nullptr) return;
        for (const auto& way : record_->owners) {
            mapping().owners.push_back({way.link.column, way.through ? way.link.table : ""});
            if (way.through) continue;
            note(way.link.column, way.link.reason, sure(way.link));
        }
    }

    static bool sure(const Link& link) {
        return link.declared ||
               (link.overlap.looked > 0 && link.overlap.found == link.overlap.looked);
    }

    [[nodiscard]] bool is_owner(const std::string& column) const {
        return std::any_of(
            result_.mapping.owners.begin(), result_.mapping.owners.end(),
            [&](const Owner& owner) { return owner.column == column && owner.through.empty(); });
    }

    [[nodiscard]] bool is_own_key(const std::string& column) const {
        const auto& key = result_.mapping.key;
        return key == std::vector<std::string>{column} &&
               result_.mapping.allocation != KeyAllocation::natural;
    }

    void add_links(const CatalogueColumn& column) {
        const auto at = links_.find(column.name);
        if (at == links_.end() || is_own_key(column.name)) return;
        const auto& link = *at->second;
        if (context_.is_mapped(link.target_table)) {
            add_reference(column, link);
        } else {
            add_lookup(column, link);
        }
    }

    void add_reference(const CatalogueColumn& column, const Link& link) {
        const bool part = !column.not_null && is_through(link);
        mapping().references.push_back({column.name, link.target_table, link.target_column,
                                        none_of(column, link),
                                        part ? MissingPolicy::null : MissingPolicy::hold});
        if (!is_owner(column.name)) note(column.name, link.reason, sure(link));
    }

    // Is it the way from here to a part that hangs on this row?
    [[nodiscard]] bool is_through(const Link& link) const {
        const auto* part = context_.records.find(link.target_table);
        return part != nullptr &&
               std::any_of(part->owners.begin(), part->owners.end(), [&](const OwnerWay& way) {
                   return way.through && way.link.table == table_.name &&
                          way.link.column == link.column;
               });
    }

    void add_lookup(const CatalogueColumn& column, const Link& link) {
        const auto& list = *context_.catalogue.find(link.target_table);
        const auto& target = *list.find(link.target_column);
        const bool staff = is_staff_table(list, context_.names);
        if (target.kind == ColumnKind::text && !is_uuid(target)) {
            if (!staff) return;  // a code travels as it is
            add_lookup(column, link, {link.target_column}, staff, sure(link));
            return;
        }
        const auto natural = natural_key_of(list, context_.names);
        if (natural.column.empty()) {
            if (is_uuid(target)) return;
            if (mapping().is_key(column.name)) return;
            mapping().skipped.insert(column.name);
            note(column.name,
                 "a row of " + list.name + " by a number of this database; no column of " +
                     list.name + " tells its rows apart at another",
                 false);
            return;
        }
        note(column.name, link.reason);
        add_lookup(column, link, {natural.column}, staff, sure(link) && natural.sure);
    }

    static bool is_uuid(const CatalogueColumn& column) {
        return has_word(words_of(column.name), {"uuid", "guid"}) || column.type == "uuid";
    }

    void add_lookup(const CatalogueColumn& column, const Link& link, std::vector<std::string> by,
                    bool staff, bool is_sure) {
        const bool may_miss = staff && !column.not_null;
        mapping().lookups.push_back({column.name, link.target_table, link.target_column,
                                     std::move(by), none_of(column, link),
                                     may_miss ? MissingPolicy::null : MissingPolicy::hold});
        if (!is_sure) note(column.name, "known by this at each site?", false);
    }

    // What stands in the column where there is nothing to mean.
    [[nodiscard]] std::optional<std::string> none_of(const CatalogueColumn& column,
                                                     const Link& link) const {
        if (link.declared || result_.mapping.is_key(column.name)) return std::nullopt;
        const auto& target = *context_.catalogue.find(link.target_table)->find(link.target_column);
        if (target.facts.zeros > 0) return std::nullopt;  // 0 is a row there
        const auto standard = column.default_value.value_or("");
        if (column.facts.zeros > 0 || standard == "0") return "0";
        const bool text = column.kind == ColumnKind::text;
        const bool empty = column.facts.empty > 0 || (column.not_null && standard.empty() &&
                                                      column.default_value.has_value());
        return text && empty ? std::optional<std::string>("") : std::nullopt;
    }

    // ---- columns that change by themselves, stay here or deserve a remark

    [[nodiscard]] bool has_role(const std::string& column) const {
        return result_.mapping.is_key(column) || result_.mapping.reference(column) != nullptr ||
               result_.mapping.skipped.contains(column);
    }

    void add_role(const CatalogueColumn& column) {
        const auto words = context_.names.of_column(table_, column.name);
        if (has_role(column.name)) return;
        const bool looked_up = mapping().lookup(column.name) != nullptr;
        Reason reason;
        if (const auto write = volatility_of(column, words, reason)) {
            mapping().volatiles.push_back({column.name, *write});
            note(column.name, reason.text, reason.sure);
            return;
        }
        if (looked_up) return;
        if (column.automatic) {
            skip(column.name, "a number of this database that nothing refers to");
        } else if (has_word(words, kSyncState)) {
            skip(column.name, "what this site has sent elsewhere", false);
        } else {
            remark(column, words);
        }
    }

    void skip(const std::string& column, const std::string& text, bool is_sure = true) {
        mapping().skipped.insert(column);
        note(column, text, is_sure);
    }

    void remark(const CatalogueColumn& column, const Words& words) {
        const bool about =
            has_word(words, kSafety) || (has_word(context_.names.of_table(table_.name), kSafety) &&
                                         !has_word(words, kCreated) && !has_word(words, kDeleted));
        if (about) {
            mapping().safety.insert(column.name);
            note(column.name, "a life may depend on it", false);
        }
        if (has_word(words, kDeleted)) {
            note(column.name, "says that the row is deleted, or when; it travels like any value");
        }
        if (column.kind == ColumnKind::binary) {
            note(column.name,
                 has_word(words, {"uuid", "guid"})
                     ? "binary; made by the program: may it be the same at each site?"
                     : "binary",
                 !has_word(words, {"uuid", "guid"}));
        }
        const auto discriminator =
            discriminator_of(context_.catalogue, table_, column, context_.names);
        if (!discriminator.empty()) {
            skip(column.name, "a row of one of several tables, by " + discriminator, false);
            return;
        }
        const bool numbered = is_local_number(column) && !words.empty() && words.back() == "id" &&
                              !links_.contains(column.name);
        if (numbered) {
            note(column.name, "looks like the number of a row in another table, but of which?",
                 false);
        }
    }

    // A street of one site beside a city of another is no address.
    void add_address() {
        ColumnGroup address{"address", {}};
        for (const auto& column : table_.columns) {
            const auto words = context_.names.of_column(table_, column.name);
            const auto& taken = mapping().identity;
            const bool own = has_word(words, kAddress) && !has_word(words, kPhone) &&
                             !has_word(words, kRelated) && column.kind == ColumnKind::text;
            const bool plain = !has_role(column.name) && mapping().travels(column.name) &&
                               mapping().volatile_column(column.name) == nullptr &&
                               std::find(taken.begin(), taken.end(), column.name) == taken.end();
            if (own && plain) address.columns.push_back(column.name);
        }
        if (address.columns.size() > 1) mapping().groups.push_back(std::move(address));
    }

    const SuggestionContext& context_;
    const CatalogueTable& table_;
    const RecordTable* record_;
    std::map<std::string, const Link*> links_;
    TableSuggestion result_;
};

}  // namespace

TableSuggestion suggest_table(const SuggestionContext& context, const CatalogueTable& table,
                              const RecordTable* record) {
    return TableRules(context, table, record).run();
}

std::optional<VolatileWrite> volatility_of(const CatalogueColumn& column, const Words& words,
                                           Reason& reason) {
    if (column.set_on_update) {
        reason = {"set by the database at each change", true};
        return VolatileWrite::set;
    }
    const bool whole_number = column.kind == ColumnKind::integer;
    const bool version =
        whole_number &&
        (kRowVersion.contains(joined(words)) ||
         (words.size() == 2 && words.back() == "version" && words.front() == "row"));
    if (version) {
        reason = {"a row version, which the program checks before it saves", false};
        return VolatileWrite::increment;
    }
    if (!has_word(words, kChanged) || has_word(words, kCreated)) return std::nullopt;
    const bool by = words.back() == "by" || has_word(words, kStaff);
    const bool at = column.kind == ColumnKind::time || has_word(words, kTime) ||
                    joined(words).starts_with("last");
    if (!by && !at) return std::nullopt;
    reason = {by ? "who changed the row last" : "when the row was changed last", true};
    return VolatileWrite::set;
}

NaturalKey natural_key_of(const CatalogueTable& table, const ShortNames& names) {
    // A login before a code before a name; what the database keeps unique before what only is.
    static const std::vector<WordSet> kPreferred = {{"username", "login", "loginname"},
                                                    {"code", "initials", "constant"},
                                                    {"uuid", "guid"},
                                                    {"name", "fullname"},
                                                    kNatural};
    NaturalKey best;
    int best_points = 0;
    for (const auto& column : table.columns) {
        if (column.kind != ColumnKind::text) continue;
        const auto words = names.of_column(table, column.name);
        const bool unique = table.is_unique(column.name);
        const bool distinct =
            table.looked > 0 && column.facts.distinct == table.looked && column.facts.empty == 0;
        const bool repeated = table.looked > 0 && column.facts.distinct < column.facts.filled;
        int points = 0;
        for (std::size_t i = 0; i < kPreferred.size(); ++i) {
            if (points == 0 && has_word(words, kPreferred[i]))
                points = 20 - 2 * static_cast<int>(i);
        }
        if (points == 0 && !unique) continue;
        if (repeated && !unique) continue;
        const bool login = has_word(words, kPreferred.front()) && is_staff_table(table, names);
        const bool whole = kNatural.contains(joined(words));
        points += (unique || login ? 40 : 0) + (distinct ? 8 : 0) + (whole ? 5 : 0);
        if (!column.not_null && column.facts.filled < table.looked) points -= 30;
        if (points <= best_points) continue;
        best_points = points;
        best = {column.name, unique};
    }
    return best;
}

}  // namespace cfs
