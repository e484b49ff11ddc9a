#include "core/database/known_schema.h"

#include <algorithm>
#include <optional>

#include "core/model/digest.h"

namespace cfs {

namespace {

constexpr std::string_view kTable = "table", kColumn = "column", kAny = "any";
constexpr std::string_view kPatient = "patient";
constexpr std::string_view kGone = "gone", kWaits = "waits", kNotNull = "not null";

// A line of fields, in hexadecimal digits: names may hold anything.
std::string line_of(std::string_view kind, const std::vector<std::string>& fields) {
    std::string line(kind);
    for (const auto& field : fields) line += " " + to_hex(field) + ".";
    return line + "\n";
}

struct Line {
    std::string kind;
    std::vector<std::string> fields;

    [[nodiscard]] std::string field(std::size_t i) const {
        return i < fields.size() ? fields[i] : std::string();
    }
};

std::vector<Line> lines_of(std::string_view text) {
    std::vector<Line> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        auto rest = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        Line line;
        auto space = std::min(rest.find(' '), rest.size());
        line.kind = rest.substr(0, space);
        while (space < rest.size()) {
            rest.remove_prefix(space + 1);
            space = std::min(rest.find(' '), rest.size());
            const auto digits = rest.substr(0, std::min(rest.find('.'), space));
            line.fields.push_back(from_hex(std::string(digits)).value_or(""));
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

KnownColumn known(const ColumnInfo& column) {
    return {column.name, column.declared.empty() ? column.type : column.declared, column.not_null};
}

std::string words_of(const KnownColumn& column) {
    const auto type = column.type.empty() ? std::string("without a type") : column.type;
    return column.not_null ? type + " NOT NULL" : type;
}

KnownColumn* find(KnownTable& table, const std::string& column) {
    const auto at = std::find_if(table.columns.begin(), table.columns.end(),
                                 [&](const KnownColumn& item) { return item.name == column; });
    return at == table.columns.end() ? nullptr : &*at;
}

// The columns of `now` that are not in the order in which `before` has them: those outside the
// longest part that is.
std::set<std::string> moved(const KnownTable& before, const KnownTable& now) {
    std::vector<std::string> names;
    for (const auto& column : before.columns) {
        if (!column.gone) names.push_back(column.name);
    }
    std::vector<std::pair<std::string, std::size_t>> places;  // in the order of `now`
    for (const auto& column : now.columns) {
        const auto at = std::find(names.begin(), names.end(), column.name);
        if (at == names.end()) continue;
        places.emplace_back(column.name, static_cast<std::size_t>(at - names.begin()));
    }
    std::vector<std::size_t> length(places.size(), 1), previous(places.size(), places.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (places[j].second > places[i].second || length[j] < length[i]) continue;
            length[i] = length[j] + 1;
            previous[i] = j;
        }
    }
    std::set<std::string> result;
    for (const auto& [name, place] : places) result.insert(name);
    const auto longest = std::max_element(length.begin(), length.end());
    if (longest == length.end()) return result;
    for (auto i = static_cast<std::size_t>(longest - length.begin()); i < places.size();
         i = previous[i]) {
        result.erase(places[i].first);
    }
    return result;
}

class Learner {
  public:
    explicit Learner(std::vector<SchemaChange>& changes) : changes_(changes) {}

    void table(const std::string& name, KnownTable& known, const KnownTable& now) {
        if (now.gone && !known.gone) add(SchemaChange::What::table_gone, name);
        if (!now.gone && known.gone) {
            add(SchemaChange::What::table_back, name);
        } else if (!now.waits && known.waits) {
            add(SchemaChange::What::table_readable, name);
        }
        known.gone = now.gone;
        known.waits = now.waits;
        if (!now.gone) columns(name, known, now);
    }

  private:
    void add(SchemaChange::What what, const std::string& table, const std::string& column = {},
             const std::string& before = {}, const std::string& after = {}) {
        changes_.push_back({what, table, column, before, after});
    }

    void columns(const std::string& table, KnownTable& known, const KnownTable& now) {
        const auto elsewhere = moved(known, now);
        KnownTable learned{now.columns, known.gone, known.waits};
        for (const auto& column : now.columns) {
            const auto* before = find(known, column.name);
            if (before == nullptr) {
                add(SchemaChange::What::column_new, table, column.name);
            } else if (before->gone) {
                add(SchemaChange::What::column_back, table, column.name);
            } else if (words_of(*before) != words_of(column)) {
                add(SchemaChange::What::column_retyped, table, column.name, words_of(*before),
                    words_of(column));
            } else if (elsewhere.contains(column.name)) {
                add(SchemaChange::What::column_made_anew, table, column.name);
            }
        }
        for (auto& column : known.columns) {
            if (find(learned, column.name) != nullptr) continue;
            if (!column.gone) add(SchemaChange::What::column_gone, table, column.name);
            column.gone = true;
            learned.columns.push_back(column);
        }
        known = std::move(learned);
    }

    std::vector<SchemaChange>& changes_;
};

}  // namespace

KnownSchema known_schema(const Mapping& whole, const DescribedTables& described,
                         const MappingFit& fit) {
    KnownSchema schema;
    const auto take = [&](const std::string& name, const TableName& table, const auto& is_wanted) {
        const auto* mapped = whole.find_here(table);
        auto& entry = schema[name];
        const auto at = described.find(table.text());
        entry.gone = at == described.end();
        if (entry.gone) return;
        for (auto column : at->second.columns) {
            if (mapped != nullptr) column.name = mapped->known_as(column.name);
            if (!is_wanted(column.name) || find(entry, column.name) != nullptr) continue;
            entry.columns.push_back(known(column));
        }
    };
    for (const auto& table : whole.tables) {
        for (const auto& lookup : table.lookups) {
            const auto name = lookup.full_name();
            if (whole.find_here(name) != nullptr) continue;
            take(name.text(), name, [&](const std::string& column) {
                const auto named = [&](const auto& names) {
                    return std::find(names.begin(), names.end(), column) != names.end();
                };
                return column == lookup.target || named(lookup.by) || named(lookup.copies);
            });
        }
    }
    for (const auto* table : whole.tables_and_parts()) {
        take(table->table, table->full_name(), [&](const std::string& column) {
            return table->travels(column) || table->is_key(column) ||
                   table->local(column) != nullptr;
        });
        schema[table->table].waits = fit.waits(table->table);
    }
    return schema;
}

std::string to_text(const KnownSchema& schema) {
    std::string text;
    for (const auto& [name, table] : schema) {
        std::vector<std::string> fields = {name};
        if (table.gone) fields.emplace_back(kGone);
        if (table.waits) fields.emplace_back(kWaits);
        text += line_of(kTable, fields);
        for (const auto& column : table.columns) {
            fields = {column.name, column.type};
            if (column.gone) fields.emplace_back(kGone);
            if (column.not_null) fields.emplace_back(kNotNull);
            text += line_of(kColumn, fields);
        }
    }
    return text;
}

KnownSchema known_schema_from_text(std::string_view text) {
    KnownSchema schema;
    KnownTable* table = nullptr;
    for (const auto& line : lines_of(text)) {
        // Behind the name, and a column's type.
        const std::size_t first = line.kind == kTable ? 1 : 2;
        const auto has = [&](std::string_view word) {
            for (auto i = first; i < line.fields.size(); ++i) {
                if (line.fields[i] == word) return true;
            }
            return false;
        };
        if (line.fields.empty()) continue;
        if (line.kind == kTable) {
            table = &schema[line.fields[0]];
            table->gone = has(kGone);
            table->waits = has(kWaits);
        } else if (table != nullptr) {
            table->columns.push_back({line.fields[0], line.field(1), has(kNotNull), has(kGone)});
        }
    }
    return schema;
}

std::vector<SchemaChange> learn(KnownSchema& known, const KnownSchema& now) {
    std::vector<SchemaChange> changes;
    Learner learner(changes);
    for (const auto& [name, table] : now) {
        const auto at = known.find(name);
        if (at == known.end()) {
            known.emplace(name, table);
        } else {
            learner.table(name, at->second, table);
        }
    }
    return changes;
}

void add(Renewed& renewed, const std::vector<SchemaChange>& changes) {
    for (const auto& change : changes) {
        renewed.any = true;
        renewed.patients.clear();
        switch (change.what) {
            case SchemaChange::What::table_back:
            case SchemaChange::What::table_readable:
                renewed.tables.insert(change.table);
                break;
            case SchemaChange::What::column_back:
            case SchemaChange::What::column_made_anew:
            case SchemaChange::What::column_retyped:
                renewed.columns.emplace(change.table, change.column);
                break;
            case SchemaChange::What::table_gone:
            case SchemaChange::What::column_gone:
            case SchemaChange::What::column_new:
                break;
        }
    }
}

std::string to_text(const Renewed& renewed) {
    std::string text;
    if (renewed.any) text += line_of(kAny, {});
    for (const auto& patient : renewed.patients) text += line_of(kPatient, {patient.text()});
    for (const auto& table : renewed.tables) text += line_of(kTable, {table});
    for (const auto& [table, column] : renewed.columns) text += line_of(kColumn, {table, column});
    return text;
}

Renewed renewed_from_text(std::string_view text) {
    Renewed renewed;
    for (const auto& line : lines_of(text)) {
        renewed.any = renewed.any || line.kind == kAny;
        const auto patient = PatientId::parse(line.field(0));
        if (line.kind == kPatient && patient) renewed.patients.insert(*patient);
        if (line.kind == kTable) renewed.tables.insert(line.field(0));
        if (line.kind == kColumn) renewed.columns.emplace(line.field(0), line.field(1));
    }
    return renewed;
}

bool Renewed::concerns(const std::set<PatientId>& these) const {
    return patients.empty() || std::any_of(these.begin(), these.end(), [&](const PatientId& one) {
               return patients.contains(one);
           });
}

}  // namespace cfs
