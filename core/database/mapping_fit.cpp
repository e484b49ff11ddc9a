#include "core/database/mapping_fit.h"

#include <algorithm>
#include <optional>
#include <set>

#include "core/model/text.h"

namespace cfs {

namespace {

class FitMaker {
  public:
    FitMaker(const Mapping& whole, const DescribedTables& described)
        : whole_(whole), described_(described) {}

    MappingFit run() {
        for (const auto& table : whole_.tables) {
            if (!described_.contains(table.full_name().text())) {
                wait(table, {}, {});
            } else if (const auto* part = missing_part(table)) {
                const bool there = described_.contains(part->full_name().text());
                wait(table, there ? part->key.front() : std::string(), part->table);
            } else if (const auto column = missing_column(table); !column.empty()) {
                wait(table, column, {});
            }
        }
        // What leads to the patient by way of a table that waits, waits with it.
        for (bool more = true; more;) {
            more = false;
            for (const auto& table : whole_.tables) {
                if (waiting_.contains(table.table)) continue;
                const auto broken = broken_way(table);
                if (!broken) continue;
                const auto& [other, column] = *broken;
                wait(table, column, other == table.table ? std::string() : other);
                more = true;
            }
        }
        MappingFit fit;
        for (const auto& table : whole_.tables) {
            const auto at = waiting_.find(table.table);
            if (at != waiting_.end()) fit.waiting.push_back(at->second);
        }
        fit.mapping = whole_;
        if (fit.waiting_patients() != nullptr) return fit;
        for (const auto& table : whole_.tables) {
            if (!waiting_.contains(table.table)) fit.closed[table.table] = closed_columns(table);
        }
        std::erase_if(fit.mapping.tables,
                      [&](const TableMapping& table) { return waiting_.contains(table.table); });
        for (auto& table : fit.mapping.tables) cut(table, fit.closed.at(table.table));
        return fit;
    }

  private:
    using Column = std::pair<std::string, std::string>;  // table and name

    void wait(const TableMapping& table, const std::string& column, const std::string& because) {
        const auto* other = because.empty() ? &table : whole_.find_table_or_part(because);
        const auto lacking = other == nullptr ? because : other->full_name().text();
        const auto name = other == nullptr ? column : other->column_here(column);
        waiting_.emplace(table.table, WaitingTable{table.table, name, because, lacking});
    }

    bool has(const TableName& table, const std::string& column) const {
        const auto at = described_.find(table.text());
        return at != described_.end() && at->second.find(column) != nullptr;
    }

    // Of a table that the mapping knows; the column may be one of a part.
    bool has(const std::string& table, const std::string& column) const {
        return has(*whole_.find(table), column);
    }

    bool has(const TableMapping& table, const std::string& column) const {
        const auto [holder, name] = table.place_of(column);
        return has(holder->full_name(), holder->column_here(name));
    }

    // A part without which nobody knows what a record holds.
    const TableMapping* missing_part(const TableMapping& table) const {
        for (const auto& part : table.parts) {
            if (!has(part, part.key.front())) return &part;
        }
        return nullptr;
    }

    bool has(const Sequence& sequence) const { return has(sequence.full_name(), sequence.column); }

    // One without which it is not known which row a row is, whose, or whether it is synchronized.
    std::string missing_column(const TableMapping& table) const {
        std::vector<std::string> needed = table.key;
        for (const auto& owner : table.owners) {
            if (owner.through.empty()) needed.push_back(owner.column);
        }
        for (const auto& condition : table.conditions) needed.push_back(condition.column);
        for (const auto& reference : table.references) {
            if (!reference.by.empty()) needed.push_back(reference.by);
            if (reference.number) needed.push_back(reference.column);
        }
        for (const auto& local : table.locals) {
            if (!local.shared_in.table.empty()) needed.push_back(local.column);
        }
        if (table.is_rewritten()) {
            needed.insert(needed.end(), table.identity.begin(), table.identity.end());
        }
        for (const auto& column : needed) {
            if (!has(table.table, column)) return column;
        }
        return {};
    }

    bool leads_somewhere(const Reference& reference) const {
        return !waiting_.contains(reference.table) && has(reference.table, reference.target);
    }

    // The table that is missing or waits, or that lacks the column.
    Column missing(const std::string& table, const std::string& column) const {
        const auto name = whole_.find(table)->full_name();
        const bool there = described_.contains(name.text()) && !waiting_.contains(table);
        return {table, there ? column : std::string()};
    }

    Column missing(const Sequence& shared_in) const {
        const auto& sharing = *whole_.find_here(shared_in.full_name());
        return missing(sharing.table, sharing.known_as(shared_in.column));
    }

    // What is not there on the way to the patient, to the key's own row or to the next key.
    std::optional<Column> broken_way(const TableMapping& table) const {
        for (const auto& owner : table.owners) {
            if (auto broken = broken_owner(table, owner)) return broken;
        }
        for (const auto& reference : table.references) {
            const bool in_key = !reference.table.empty() && table.is_key(reference.column);
            if (in_key && !leads_somewhere(reference)) {
                return missing(reference.table, reference.target);
            }
        }
        const bool counted = table.allocation == KeyAllocation::sequence;
        if (counted && !has(table.sequence)) {
            const auto name = table.sequence.full_name().text();
            return Column{name, described_.contains(name) ? table.sequence.column : std::string()};
        }
        return broken_number(table);
    }

    // Nobody could tell which rows share a number, nor which hold another row's key in its place.
    std::optional<Column> broken_number(const TableMapping& table) const {
        const auto lacks = [&](const LocalColumn& local) {
            return !local.shared_in.table.empty() && !has(local.shared_in);
        };
        for (const auto& local : table.locals) {
            if (lacks(local)) return missing(local.shared_in);
        }
        std::set<std::string> numbered;
        for (const auto& reference : table.references) {
            if (!reference.number) continue;
            if (lacks(*reference.number)) return missing(reference.number->shared_in);
            numbered.insert(reference.column);
        }
        for (const auto& reference : table.references) {
            const bool leads = reference.table.empty() || leads_somewhere(reference);
            if (leads || !numbered.contains(reference.column)) continue;
            return missing(reference.table, reference.target);
        }
        return std::nullopt;
    }

    std::optional<Column> broken_owner(const TableMapping& table, const Owner& owner) const {
        if (owner.through.empty()) {
            const auto* reference = table.reference(owner.column);
            if (reference == nullptr || leads_somewhere(*reference)) return std::nullopt;
            return missing(reference->table, reference->target);
        }
        if (waiting_.contains(owner.through) || !has(owner.through, owner.column)) {
            return missing(owner.through, owner.column);
        }
        const auto* reference = whole_.find(owner.through)->reference_to(table.table, owner.column);
        if (reference == nullptr || has(table.table, reference->target)) return std::nullopt;
        return missing(table.table, reference->target);
    }

    std::map<std::string, MissingPolicy> closed_columns(const TableMapping& table) const {
        std::map<std::string, MissingPolicy> closed;
        for (const auto& reference : table.references) {
            if (!reference.table.empty() && !leads_somewhere(reference)) {
                closed.emplace(reference.column, reference.missing);
            }
        }
        for (const auto& lookup : table.lookups) {
            if (!has_natural_key(lookup)) closed.emplace(lookup.column, lookup.missing);
        }
        return closed;
    }

    bool has_natural_key(const Lookup& lookup) const {
        const auto table = lookup.full_name();
        return has(table, lookup.target) &&
               std::all_of(lookup.by.begin(), lookup.by.end(),
                           [&](const std::string& column) { return has(table, column); });
    }

    // Takes out what the table lacks.
    void cut(TableMapping& table, const std::map<std::string, MissingPolicy>& closed) const {
        const auto lacks = [&](const std::string& column) { return !has(table, column); };
        const auto gone = [&](const auto& item) {
            return lacks(item.column) || closed.contains(item.column);
        };
        std::erase_if(table.references, gone);
        std::erase_if(table.lookups, gone);
        std::erase_if(table.locals, [&](const LocalColumn& local) {
            const bool counted = local.allocation == KeyAllocation::sequence;
            return lacks(local.column) || (counted && !has(local.sequence));
        });
        std::erase_if(table.uniques, [&](const UniqueColumn& unique) {
            return lacks(unique.column) || (!unique.within.empty() && lacks(unique.within));
        });
        std::erase_if(table.volatiles, [&](const VolatileColumn& column) {
            return !column.beside && lacks(column.column);
        });
        if (table.native_uuid && lacks(table.native_uuid->column)) table.native_uuid.reset();
        for (auto& part : table.parts) cut(part, {});
    }

    const Mapping& whole_;
    const DescribedTables& described_;
    std::map<std::string, WaitingTable> waiting_;
};

}  // namespace

void learn_forms(Mapping& mapping, const DescribedTables& described) {
    const auto learn = [&](TableMapping& table) {
        const auto at = described.find(table.full_name().text());
        if (at == described.end()) return;
        for (const auto& column : at->second.columns) {
            if (column.one_form) table.of_one_form.insert(table.known_as(column.name));
        }
    };
    for (auto& table : mapping.tables) {
        learn(table);
        for (auto& part : table.parts) {
            learn(part);
            for (const auto& column : part.of_one_form) {
                table.of_one_form.insert(part_field(part, column));
            }
        }
    }
}

DescribedTables describe_tables(const Mapping& mapping, Backend& backend, SqlSession& session) {
    std::map<std::string, std::set<std::string>> wanted;  // names by schema
    const auto want = [&](const TableName& table) { wanted[table.schema].insert(table.name); };
    const auto want_sequence = [&](KeyAllocation allocation, const Sequence& sequence) {
        if (allocation == KeyAllocation::sequence) want(sequence.full_name());
    };
    for (const auto* table : mapping.tables_and_parts()) {
        want(table->full_name());
        want_sequence(table->allocation, table->sequence);
        for (const auto& local : table->locals) want_sequence(local.allocation, local.sequence);
        for (const auto& lookup : table->lookups) want(lookup.full_name());
    }
    DescribedTables described;
    for (const auto& [schema, names] : wanted) {
        // A view of that name is no table.
        for (const auto& name : backend.tables(session, schema)) {
            if (!names.contains(name)) continue;
            const TableName table(schema, name);
            auto info = backend.describe(session, table);
            if (!info) continue;
            const auto* mapped = mapping.find_here(table);
            std::erase_if(info->columns, [&](const ColumnInfo& column) {
                return mapped != nullptr && mapped->is_hidden(column.name);
            });
            described.emplace(table.text(), std::move(*info));
        }
    }
    return described;
}

bool MappingFit::waits(const std::string& table) const {
    return std::any_of(waiting.begin(), waiting.end(),
                       [&](const WaitingTable& item) { return item.table == table; });
}

const WaitingTable* MappingFit::waiting_patients() const {
    if (waiting.empty()) return nullptr;
    const auto* own = &waiting.front();  // the patients' table is the first of all
    return mapping.tables.front().patient && mapping.tables.front().table == own->table ? own
                                                                                        : nullptr;
}

namespace {

std::string what_is_gone(const WaitingTable& table, const MappingFit& fit,
                         const std::string& database) {
    if (table.column.empty()) {
        return said("The database {1} no longer has the table {2}, which the mapping {3} needs.",
                    database, table.lacking, fit.mapping.name);
    }
    return said(
        "The table {1} in the database {2} no longer has the column {3}, which the mapping {4} "
        "needs.",
        table.lacking, database, table.column, fit.mapping.name);
}

std::string what_waits(const WaitingTable& table, const MappingFit& fit) {
    if (&table == fit.waiting_patients()) {
        return said("Nothing can be synced without it; nothing was changed.");
    }
    std::string others;
    for (const auto& other : fit.waiting) {
        if (!other.because.empty() && &other != &table) {
            others += (others.empty() ? "" : ", ") + other.table;
        }
    }
    if (others.empty()) {
        return said("The records of {1} wait, here and in the sync folder; all others are synced.",
                    table.table);
    }
    return said(
        "The records of {1} and those that belong to records that wait ({2}) wait, here and in the "
        "sync folder; all others are synced.",
        table.table, others);
}

}  // namespace

std::string sentence_of(const WaitingTable& table, const MappingFit& fit,
                        const std::string& database) {
    return what_is_gone(table, fit, database) + " " + what_waits(table, fit) + " " +
           said("Put it back, or ask for a mapping that fits the clinic program as it is now.");
}

MappingFit fit_mapping(const Mapping& whole, const DescribedTables& described) {
    return FitMaker(whole, described).run();
}

}  // namespace cfs
