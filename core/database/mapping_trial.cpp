#include "core/database/mapping_trial.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "core/database/catalogues.h"
#include "core/database/clinic_files.h"
#include "core/database/clinic_tables.h"
#include "core/database/file_names.h"
#include "core/database/mapping_file.h"
#include "core/database/native_identity.h"
#include "core/folder/xml_text.h"

namespace cfs {

namespace {

// Rows that are read at once; some hold pictures.
constexpr std::int64_t kPage = 100;

constexpr int kNobody = -1;

// Which patient the rows belong to that hold a value in a column.
using PatientOf = std::unordered_map<std::string, int>;

bool is_none(const std::optional<std::string>& text, const std::optional<std::string>& none) {
    return !text || (none && *text == *none);
}

class MappingTrialRun {
  public:
    MappingTrialRun(const Mapping& mapping, Backend& backend, SqlSession& session)
        : mapping_(mapping),
          backend_(backend),
          tables_(backend, session, mapping, system_random()),
          files_(session),
          catalogues_(backend, session) {}

    MappingTrial run(Backend& backend, SqlSession& session) {
        for (const auto& table : mapping_.tables) {
            for (const auto& reference : table.references) keep(reference.table, reference.target);
            for (const auto& owner : table.owners) {
                if (owner.through.empty()) continue;
                through_.try_emplace(
                    mapping_.find(owner.through)->reference_to(table.table, owner.column));
            }
        }
        const auto all = mapping_.tables_and_parts();
        for (const auto* table : all) {
            trial_of(*table).patient = table->patient;
            cover(*table, *backend.describe(session, table->full_name()));
            const auto* here = catalogues_.find(table->full_name());
            if (here != nullptr) trial_of(*table).faults = column_faults(mapping_, *table, *here);
        }
        for (const auto& table : mapping_.tables) read(table);
        for (const auto& table : mapping_.tables) check_references(table);
        MappingTrial trial{mapping_.name, {}, {}};
        for (const auto* table : all) trial.tables.push_back(std::move(trials_[table->table]));
        for (const auto& name : backend.tables(session)) {
            const bool mapped = mapping_.find_here(name) != nullptr ||
                                mapping_.find_here({backend.own_schema(), name}) != nullptr;
            const bool other = !mapped && !name.starts_with("cfs_") && !name.starts_with("sqlite_");
            if (other) trial.unmapped.push_back(name);
        }
        return trial;
    }

  private:
    using Column = std::pair<std::string, std::string>;  // table and name

    void keep(const std::string& table, const std::string& column) { kept_[table].insert(column); }

    TableTrial& trial_of(const TableMapping& table) {
        auto& trial = trials_[table.table];
        trial.table = table.table;
        return trial;
    }

    void cover(const TableMapping& table, const TableInfo& info) {
        auto& trial = trial_of(table);
        std::set<std::string> named(table.key.begin(), table.key.end());
        named.insert(table.identity.begin(), table.identity.end());
        for (const auto& item : table.references) named.insert(item.column);
        for (const auto& item : table.lookups) named.insert(item.column);
        for (const auto& item : table.files) named.insert(item.column);
        for (const auto& item : table.volatiles) named.insert(item.column);
        for (const auto& item : table.locals) named.insert(item.column);
        for (const auto& item : table.conditions) named.insert(item.column);
        for (const auto& item : table.uniques) named.insert(item.column);
        for (const auto& [column, value] : table.defaults) named.insert(column);
        if (table.native_uuid) named.insert(table.native_uuid->column);
        if (table.match) {
            named.insert(table.match->columns.begin(), table.match->columns.end());
            named.insert(table.match->agree.begin(), table.match->agree.end());
        }
        for (const auto& group : table.groups)
            named.insert(group.columns.begin(), group.columns.end());
        named.insert(table.skipped.begin(), table.skipped.end());
        named.insert(table.safety.begin(), table.safety.end());
        named.insert(table.labels.begin(), table.labels.end());
        named.insert(table.patient_labels.begin(), table.patient_labels.end());
        for (const auto& [column, here] : table.columns_here) named.insert(column);
        for (const auto& column : info.columns) {
            const auto& name = table.known_as(column.name);
            (named.contains(name) ? trial.mapped : trial.unknown).push_back(name);
            if (table.skipped.contains(name)) trial.skipped.push_back(name);
        }
    }

    // Once, and the tables on the way to the patient before.
    void read(const TableMapping& table) {
        if (!read_.insert(table.table).second) return;
        for (const auto& owner : table.owners) {
            const auto& next =
                owner.through.empty() ? table.reference(owner.column)->table : owner.through;
            read(*mapping_.find(next));
        }
        std::unordered_map<std::string, int> keys;
        std::set<std::string> all;
        tables_.for_each_page(table, kPage, [&](const std::vector<RawRow>& rows) {
            for (const auto& row : rows) take(table, row, keys);
            for (const auto& row : rows) all.insert(row.key);
        });
        for (const auto& part : table.parts) read_part(part, all);
        auto& trial = trial_of(table);
        for (const auto& [key, count] : keys) trial.same_key += count > 1 ? count : 0;
        if (table.patient) {
            for (const auto& [identifier, count] : identifiers_)
                trial.same_identifier += count > 1 ? count : 0;
        }
        read_types(table);
    }

    // Its values are read with the records.
    void read_part(const TableMapping& part, const std::set<std::string>& records) {
        auto& trial = trial_of(part);
        tables_.for_each_page(part, kPage, [&](const std::vector<RawRow>& rows) {
            for (const auto& row : rows) {
                ++trial.rows;
                if (!records.contains(row.key)) ++trial.orphans;
            }
        });
        read_types(part);
    }

    // Columns of which the type or a value is none that travels as it is.
    void read_types(const TableMapping& table) {
        std::vector<std::string> conditions;
        std::vector<ColumnTrouble> found;
        for (const auto& column : tables_.columns(table)) {
            const auto& name = table.known_as(column.name);
            if (!table.travels(name)) continue;
            for (const auto& item : backend_.unreadable(column)) {
                conditions.push_back(item.condition);
                found.push_back({name, 0, item.what});
                if (item.by_type) trouble(table, name, item.what, 0);
            }
        }
        if (conditions.empty()) return;
        std::optional<std::string> after;
        const auto count = [&](std::int64_t rows) {
            const auto counts = tables_.count_in_page(table, after, rows, conditions);
            for (std::size_t i = 0; i < counts.size(); ++i) found[i].rows += counts[i];
        };
        if (table.shared_key) {
            count(tables_.count(table));  // no key bounds a page
        } else {
            tables_.for_each_page(table, kPage, [&](const std::vector<RawRow>& rows) {
                count(static_cast<std::int64_t>(rows.size()));
                after = rows.back().key;
            });
        }
        for (const auto& item : found) {
            if (item.rows > 0) trouble(table, item.column, item.what, item.rows);
        }
    }

    void take(const TableMapping& table, const RawRow& row,
              std::unordered_map<std::string, int>& keys) {
        if (!table.admits(row.columns)) return;  // not synchronized
        auto& trial = trial_of(table);
        ++trial.rows;
        ++keys[row.key];
        if (const auto identifier = identifier_of(row)) ++identifiers_[*identifier];
        const int patient = table.patient ? patients_++ : owner_of(table, row, trial);
        for (const auto& column : kept_[table.table]) {
            const auto value = row.text(column);
            if (!value || !table.is_meant_by(column, row.columns)) continue;
            const auto [known, is_new] =
                patient_of_[{table.table, column}].emplace(*value, patient);
            if (is_new || table.is_key(column)) continue;
            // Nobody knows which of them is meant by it.
            known->second = kNobody;
            trouble(table, column, "hold a number that another row has, too");
        }
        for (const auto& reference : table.references) {
            if (table.reference(reference.column, row.columns) != &reference) continue;
            const auto value = row.text(reference.column);
            if (is_none(value, reference.none)) continue;
            const auto key = key_in(reference, *value).value_or(*value);
            ++uses_[&reference][{key, patient}];
            const auto owned = through_.find(&reference);
            if (owned != through_.end()) owned->second.emplace(key, patient);
        }
        for (const auto& lookup : table.lookups) check_lookup(lookup, row);
        for (const auto& file : table.files) check_file(file, row);
        check_texts(row);
    }

    int owner_of(const TableMapping& table, const RawRow& row, TableTrial& trial) {
        int first = kNobody;
        bool differ = false;
        for (const auto& owner : table.owners) {
            const int patient = patient_by(table, row, owner);
            if (first == kNobody) {
                first = patient;
            } else {
                differ = differ || (patient != kNobody && patient != first);
            }
        }
        if (first == kNobody) ++trial.orphans;
        if (differ) ++trial.two_owners;
        return first;
    }

    int patient_by(const TableMapping& table, const RawRow& row, const Owner& owner) {
        const bool forward = owner.through.empty();
        const auto& reference =
            forward ? *table.reference(owner.column)
                    : *mapping_.find(owner.through)->reference_to(table.table, owner.column);
        const auto value = row.text(forward ? owner.column : reference.target);
        if (is_none(value, reference.none)) return kNobody;
        const auto& known =
            forward ? patient_of_[{reference.table, reference.target}] : through_.at(&reference);
        const auto key = forward ? key_in(reference, *value) : value;
        const auto at = key ? known.find(*key) : known.end();
        return at == known.end() ? kNobody : at->second;
    }

    void check_lookup(const Lookup& lookup, const RawRow& row) {
        const auto value = row.text(lookup.column);
        if (is_none(value, lookup.none)) return;
        const auto natural = tables_.lookups().natural_key(lookup, *value);
        if (!natural) {
            trouble(*row.table, lookup.column,
                    "mean a row of " + lookup.table + " that is not there");
        } else if (!tables_.lookups().target(lookup, *natural)) {
            trouble(*row.table, lookup.column,
                    "mean a row of " + lookup.table + " whose natural key others have too");
        }
    }

    void check_file(const FileColumn& file, const RawRow& row) {
        const auto text = row.text(file.column);
        const auto path = text ? path_below(file, *text) : std::nullopt;
        if (path) {
            const auto what = files_.trouble_with(file.directory, *path);
            if (!what.empty()) {
                trouble(*row.table, file.column,
                        "name a file below " + file.directory + " that can't be read: " + what);
            }
        } else if (text && names_local_file(*text)) {
            trouble(*row.table, file.column, "name a file that is not below " + file.directory);
        }
    }

    void check_texts(const RawRow& row) {
        for (const auto& [column, value] : row.columns) {
            if (value.kind != ValueKind::text || fits_xml_but_for_controls(value.bytes)) continue;
            trouble(*row.table, column, "are no text in UTF-8");
        }
    }

    // The column may be one of a part.
    void trouble(const TableMapping& table, const std::string& column, const std::string& what,
                 std::int64_t rows = 1) {
        const auto [holder, name] = table.place_of(column);
        auto& trial = trial_of(*holder);
        for (auto& known : trial.columns) {
            if (known.column != name || known.what != what) continue;
            known.rows += rows;
            return;
        }
        trial.columns.push_back({name, rows, what});
    }

    // After all is read: what a row refers to may be in a table read later.
    void check_references(const TableMapping& table) {
        for (const auto& reference : table.references) {
            if (reference.table.empty()) {
                if (reference.missing == MissingPolicy::plain || reference.number) continue;
                std::int64_t count = 0;
                for (const auto& [use, rows] : uses_[&reference]) count += rows;
                const auto* what =
                    reference.by.empty() ? "do not fit the template" : "are of no case";
                if (count > 0) trouble(table, reference.column, what, count);
                continue;
            }
            const auto& known = patient_of_[{reference.table, reference.target}];
            for (const auto& [use, rows] : uses_[&reference]) {
                const auto at = known.find(use.first);
                if (at == known.end()) {
                    trouble(table, reference.column,
                            "mean a row of " + reference.table + " that is not there", rows);
                } else if (use.second != kNobody && at->second != kNobody &&
                           at->second != use.second) {
                    trouble(table, reference.column,
                            "mean a row of " + reference.table + " that is another patient's",
                            rows);
                }
            }
        }
    }

    const Mapping& mapping_;
    Backend& backend_;
    ClinicTables tables_;
    ClinicFiles files_;
    int patients_ = 0;
    std::unordered_map<std::string, int> identifiers_;  // by which <match> would know patients
    Catalogues catalogues_;
    std::map<std::string, TableTrial> trials_;
    std::set<std::string> read_;
    std::map<std::string, std::set<std::string>> kept_;
    std::map<Column, PatientOf> patient_of_;
    std::map<const Reference*, PatientOf> through_;  // the patients of the rows that hold it
    std::map<const Reference*, std::map<std::pair<std::string, int>, std::int64_t>> uses_;
};

}  // namespace

bool MappingTrial::has_trouble() const {
    return std::any_of(tables.begin(), tables.end(),
                       [](const TableTrial& table) { return table.has_trouble(); });
}

MappingTrial try_mapping(const Mapping& mapping, Backend& backend, SqlSession& session,
                         std::string_view xml) {
    check_mapping(mapping, backend, session, xml);
    return MappingTrialRun(mapping, backend, session).run(backend, session);
}

}  // namespace cfs
