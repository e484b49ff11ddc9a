#include "core/database/mapping_rules.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/database/file_names.h"
#include "core/database/mapping_parts.h"
#include "core/model/text.h"

namespace cfs {

namespace {

using Names = std::vector<std::string>;

// Project and translator follow no longer way.
constexpr int kMaxHops = 16;

bool is_pair(const std::string& a, const std::string& b, const char* one, const char* other) {
    return (a == one && b == other) || (a == other && b == one);
}

// May one column be both?
bool exclude_each_other(const std::string& a, const std::string& b) {
    if (a == "default" || b == "default") {
        // The same value of many rows: it can't tell them apart, nor whose they are.
        const auto& other = a == "default" ? b : a;
        for (const char* telling : {"key", "local", "uuid", "unique", "match", "owner"}) {
            if (other == telling) return true;
        }
        return false;
    }
    // The path is another at each site, and the content too long to compare.
    if (a == "file" || b == "file")
        return !is_pair(a, b, "file", "where") && !is_pair(a, b, "file", "group") &&
               !is_pair(a, b, "file", "safety");
    for (const char* plain : {"uuid", "unique", "match"}) {
        if (a != plain && b != plain) continue;
        for (const char* other : {"reference", "owner", "lookup", "volatile", "local", "skip"}) {
            if (a == other || b == other) return true;
        }
        return false;
    }
    if (a == b || a == "skip" || b == "skip" || a == "local" || b == "local") return true;
    // The clinic program changes it by itself, and none of its values is ever an edit.
    if (a == "volatile" || b == "volatile") return !is_pair(a, b, "volatile", "lookup");
    // The UUID of another row tells nobody anything.
    if (is_pair(a, b, "label", "reference") || is_pair(a, b, "label", "owner")) return true;
    return is_pair(a, b, "reference", "lookup") || is_pair(a, b, "owner", "lookup") ||
           is_pair(a, b, "identity", "group");
}

Names columns_of(const MappingNode& node) {
    if (node.element() == "match") {
        Names names;
        for (const auto& child : node.children({"column", "agree"})) {
            names.push_back(child.text(child.element() == "agree" ? "column" : "name"));
        }
        return names;
    }
    if (node.element() != "group") return {node.text("column")};
    Names names;
    for (const auto& child : node.children({"column"})) names.push_back(child.text("name"));
    return names;
}

void check_roles(const MappingNode& table) {
    std::map<std::string, std::set<std::string>> roles;
    for (const auto& node : table.children(kTableElements)) {
        const auto role = node.element();
        // Columns of another table.
        if (node.has("through") || role == "part" || role == "renamed") continue;
        for (const auto& column : columns_of(node)) {
            auto& held = roles[column];
            for (const auto& other : held) {
                if (other == role && role == "where") continue;  // several conditions
                if (other == role) node.fail(said("the column {1} is <{2}> twice.", column, role));
                if (!exclude_each_other(role, other)) continue;
                node.fail(
                    said("the column {1} can't be <{2}> and <{3}> at once.", column, other, role));
            }
            held.insert(role);
        }
    }
}

void check_travelling(const TableMapping& table, const MappingNode& node) {
    const auto role = node.element();
    const Names travelling = {"safety", "label", "group", "where", "uuid", "unique", "match"};
    if (std::find(travelling.begin(), travelling.end(), role) == travelling.end()) return;
    for (const auto& column : columns_of(node)) {
        if (table.travels(column)) continue;
        node.fail(
            said("the column {1} is a key of this database alone and does not travel.", column));
    }
}

// Both sites must read the same from it.
void check_deciding(const TableMapping& table, const MappingNode& node) {
    if (node.element() != "reference" || !node.has("by")) return;
    const auto by = node.text("by");
    const bool plain = table.is_content(by) && table.reference(by) == nullptr &&
                       table.lookup(by) == nullptr && table.file(by) == nullptr;
    if (plain) return;
    node.fail(
        said("the column {1} decides where {2} leads to: it must be a plain value that travels.",
             by, node.text("column")));
}

// What a person knows a patient by, such as a name, many have.
void check_match(const TableMapping& table, const MappingNode& node) {
    if (node.element() != "match") return;
    for (const auto& column : table.match->columns) {
        for (const auto& [role, columns] :
             {std::pair("identity", &table.identity), std::pair("label", &table.labels)}) {
            if (std::find(columns->begin(), columns->end(), column) == columns->end()) continue;
            node.fail(
                said("the column {1} is <{2}>, as names are, and somebody else may have the same: "
                     "<match> needs an identifier that is nobody else's.",
                     column, role));
        }
    }
}

// Some of the rows have a value of their own in such a column, which does not travel.
void check_numbered(const TableMapping& table, const MappingNode& node) {
    if (node.element() != "reference" || !node.has("by")) return;
    const auto column = node.text("column");
    for (const auto& child : node.children({"case", "else"})) {
        if (!child.has("allocate")) continue;
        if (!table.part_of.empty()) {
            child.fail(
                said("the table {1} is a part: its rows have the record's key, and no number of "
                     "their own.",
                     table.table));
        }
        if (!table.is_key(column) && !table.defaults.contains(column)) continue;
        child.fail(said("the column {1} is <{2}>: it can't be a number that is given here.", column,
                        table.is_key(column) ? "key" : "default"));
    }
}

// What is known of a row before it is written.
void check_file(const TableMapping& table, const MappingNode& node) {
    if (node.element() != "file") return;
    const auto columns = columns_of_template(node.text("path")).value();
    for (const auto& column : columns) {
        const bool known = table.is_content(column) && table.file(column) == nullptr;
        if (known) continue;
        node.fail(
            said("the path of {1} can't hold the column {2}: its value must be known before the "
                 "row is written.",
                 node.text("column"), column));
    }
}

void check_groups(const TableMapping& table, const MappingNode& node) {
    std::set<std::string> names = {"identity"};
    for (const auto& child : node.children(kTableElements)) {
        if (child.element() == "part") continue;
        check_travelling(table, child);
        check_deciding(table, child);
        check_numbered(table, child);
        check_file(table, child);
        check_match(table, child);
        if (child.element() != "group") continue;
        if (table.stamping == Stamping::row) {
            child.fail(
                said("a group means something only with stamping=\"field\"; here all columns of a "
                     "row stay together."));
        }
        const auto name = child.text("name");
        if (!names.insert(name).second) {
            child.fail(said("the name of the group {1} is taken.", name));
        }
    }
}

// A key that another row has too says so: without the reference it would stay the number of another
// database.
void check_key(const TableMapping& table, const MappingNode& node) {
    const auto column = node.text("column");
    const bool parent = node.value("allocate") == "parent";
    const auto* reference = table.reference(column);
    const bool refers = reference != nullptr;
    if (refers && reference->when == Case::fits) {
        node.fail(said("the key {1} can't be a reference with a template.", column));
    }
    if (parent && !refers) {
        node.fail(
            said("the key {1} is to be that of another row: an <owner> or <reference> for it must "
                 "say which.",
                 column));
    }
    if (table.shared_key) return;
    if (parent || !refers || (table.key.size() > 1 && node.value("allocate") == "natural")) return;
    node.fail(
        said("the key {1} is a reference to another row: write allocate=\"parent\".", column));
}

void check_shared_key(const TableMapping& table, const MappingNode& node) {
    if (table.patient) {
        node.fail(said("several patients can't share the key {1}.", table.key.front()));
    }
    for (const auto& child : node.children(kTableElements)) {
        const auto element = child.element();
        if (element != "local" && element != "uuid") continue;
        child.fail(said("the column {1} of the table {2} tells its rows apart: make it the <key>.",
                        child.text("column"), table.table));
    }
}

void check_keys(const TableMapping& table, const MappingNode& node) {
    for (const auto& child : node.children(kTableElements)) {
        if (child.element() == "key") check_key(table, child);
        const bool copies = child.element() == "local" && child.value("allocate") == "copy";
        if (copies && table.key.size() > 1) {
            child.fail(
                said("a key of several columns can't be copied into {1}.", child.text("column")));
        }
    }
}

bool has_local_key(const TableMapping& table, const std::string& column) {
    return table.is_key(column) && !table.travels(column);
}

Names table_names(const Mapping& mapping) {
    Names names;
    for (const auto* table : mapping.tables_and_parts()) names.push_back(table->table);
    return names;
}

[[noreturn]] void fail_unknown(const MappingNode& node, const std::string& table,
                               const Mapping& mapping) {
    const auto nearest = nearest_name(table, table_names(mapping));
    node.fail(nearest
                  ? said("the table {1} is not in this mapping; did you mean {2}?", table, *nearest)
                  : said("the table {1} is not in this mapping.", table));
}

void check_has_key(const MappingNode& node, const std::string& table, const Mapping& mapping) {
    if (!mapping.find(table)->shared_key) return;
    node.fail(said("the rows of {1} have no key of their own: nothing can refer to them.", table));
}

void check_shared_number(const MappingNode& node, const std::string& column,
                         const TableMapping& table, const Mapping& mapping) {
    const auto name = node.text("table");
    const auto* sharing = mapping.find(name);
    if (sharing == nullptr) fail_unknown(node, name, mapping);
    const auto leads_here = [&](const Reference& reference) {
        // Nothing is counted in longer texts.
        return reference.column == node.text("target") && reference.table == table.table &&
               reference.target == column && reference.when != Case::fits;
    };
    if (std::any_of(sharing->references.begin(), sharing->references.end(), leads_here)) return;
    node.fail(
        said("the rows of {1} share the number {2} of {3}: that table needs an <owner> or "
             "<reference> that leads there from its column {4}.",
             name, column, table.table, node.text("target")));
}

void check_local(const MappingNode& node, const TableMapping& table, const Mapping& mapping) {
    const auto column = node.text("column");
    if (table.local(column)->shared_in.table.empty()) return;
    check_shared_number(node, column, table, mapping);
}

void check_reference(const MappingNode& node, const TableMapping& table, const Mapping& mapping) {
    if (node.has("by")) {
        for (const auto& child : node.children({"case", "else"})) {
            if (child.has("allocate")) {
                check_shared_number(child, node.text("column"), table, mapping);
            } else if (child.element() == "case") {
                check_reference(child, table, mapping);
            }
        }
        return;
    }
    const auto other = node.text("table");
    check_leads_to_key(node, mapping);
    if (mapping.find_part(other) != nullptr) return;
    if (mapping.find(other) == nullptr) fail_unknown(node, other, mapping);
    check_has_key(node, other, mapping);
}

// The table one step nearer to the patient.
std::string next_table(const Owner& owner, const TableMapping& table) {
    if (!owner.through.empty()) return owner.through;
    const auto* reference = table.reference(owner.column);
    return reference == nullptr ? std::string() : reference->table;
}

void check_owner(const MappingNode& node, const TableMapping& table, const Mapping& mapping) {
    const auto column = node.text("column");
    if (node.has("through")) {
        const auto name = node.text("through");
        if (const auto* part = mapping.find_part(name)) {
            node.fail(said("the table {1} is a part of {2}: no owner leads through it.", name,
                           part->part_of));
        }
        const auto* through = mapping.find(name);
        if (through == nullptr) fail_unknown(node, name, mapping);
        if (through->reference_to(table.table, column) == nullptr) {
            node.fail(said("the table {1} has no <reference> from its column {2} to {3}.", name,
                           column, table.table));
        }
        return;
    }
    if (node.has("table")) check_leads_to_key(node, mapping);
    const auto next = next_table({column, {}}, table);
    if (mapping.find(next) == nullptr) fail_unknown(node, next, mapping);
    check_has_key(node, next, mapping);
    if (next == table.table) {
        node.fail(said("the owner of a row can't be another row of {1}; write <reference> for {2}.",
                       next, column));
    }
}

// Each table's steps to the patient over the longest of its ways.
class OwnerWays {
  public:
    explicit OwnerWays(const Mapping& mapping) : mapping_(mapping) {}

    // Throws the name of a table whose way is a circle or too long.
    int steps(const std::string& name, int depth) {
        const auto& table = *mapping_.find(name);
        if (table.patient) return 0;
        const auto known = steps_.find(name);
        if (known != steps_.end()) return known->second;
        if (depth > kMaxHops) throw name;
        int longest = 0;
        for (const auto& owner : table.owners) {
            longest = std::max(longest, 1 + steps(next_table(owner, table), depth + 1));
        }
        if (longest > kMaxHops) throw name;
        return steps_[name] = longest;
    }

  private:
    const Mapping& mapping_;
    std::map<std::string, int> steps_;
};

void check_ways(const Mapping& mapping, const std::vector<MappingNode>& nodes) {
    OwnerWays ways(mapping);
    for (std::size_t i = 0; i < mapping.tables.size(); ++i) {
        const auto& name = mapping.tables[i].table;
        try {
            (void)ways.steps(name, 0);
        } catch (const std::string& table) {
            nodes[i].fail(
                said("the owners of {1} lead in a circle (by {2}) instead of to the patient.", name,
                     table));
        }
    }
}

// A table is mapped once, as a record or as one's part, and has a name of its own.
class TableNames {
  public:
    void take(const TableMapping& table, const MappingNode& node) {
        const auto full = table.full_name();
        const auto known = full_names_.find(table.table);
        if (!tables_.insert(full.text()).second) {
            node.fail(said("the table {1} stands twice.", full.text()));
        }
        if (known != full_names_.end()) {
            node.fail(
                said("the tables {1} and {2} can't both be called {3}: give one of them another "
                     "name with the attribute as.",
                     known->second, full.text(), table.table));
        }
        full_names_.emplace(table.table, full.text());
    }

  private:
    std::set<std::string> tables_;
    std::map<std::string, std::string> full_names_;  // by what documents call them
};

// Where records are called as another table is.
void check_lookup_names(const Mapping& mapping, const MappingNode& node) {
    for (const auto& child : node.children(kTableElements)) {
        if (child.element() == "part") check_lookup_names(mapping, child);
        if (child.element() != "lookup") continue;
        const auto name = child.text("table");
        const auto* mapped = mapping.find_table_or_part(name);
        if (mapped == nullptr || mapped->name_here.empty()) continue;
        child.fail(
            said("the name {1} is that of the table {2} in this mapping: a <lookup> can't mean "
                 "another table by it.",
                 name, mapped->full_name().text()));
    }
}

void check_names(const Mapping& mapping, const std::vector<MappingNode>& nodes) {
    TableNames names;
    for (std::size_t i = 0; i < nodes.size(); ++i) names.take(mapping.tables[i], nodes[i]);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        std::size_t number = 0;
        for (const auto& child : nodes[i].children(kTableElements)) {
            if (child.element() != "part") continue;
            names.take(mapping.tables[i].parts[number++], child);
        }
        check_lookup_names(mapping, nodes[i]);
    }
}

}  // namespace

void check_table_rules(const TableMapping& table, const MappingNode& node) {
    if (table.key.empty()) node.fail(said("the table {1} needs a <key>.", table.table));
    if (table.identity.empty()) node.fail(said("the table {1} needs an <identity>.", table.table));
    if (!table.patient && table.owners.empty()) {
        node.fail(said("the table {1} needs an <owner>.", table.table));
    }
    if (table.insert_only && table.rewritten) {
        node.fail(said("the table {1} can't be insert-only and rewritten at once.", table.table));
    }
    if (table.shared_key) check_shared_key(table, node);
    check_roles(node);
    check_keys(table, node);
    check_groups(table, node);
    check_parts(table, node);
    std::size_t number = 0;
    for (const auto& child : node.children(kTableElements)) {
        if (child.element() != "part") continue;
        check_roles(child);
        check_groups(table.parts[number++], child);
    }
    for (const auto& column : table.identity) {
        if (table.patient && has_local_key(table, column)) {
            node.fail(
                said("the key {1} of this database can't identify a patient: another database "
                     "gives the same number to somebody else.",
                     column));
        }
    }
}

void check_mapping_rules(const Mapping& mapping, const std::vector<MappingNode>& nodes) {
    check_names(mapping, nodes);
    for (std::size_t i = 0; i < mapping.tables.size(); ++i) {
        const auto& table = mapping.tables[i];
        for (const auto& node : nodes[i].children(kTableElements)) {
            if (node.element() == "reference") check_reference(node, table, mapping);
            if (node.element() == "local") check_local(node, table, mapping);
            if (node.element() == "owner") check_owner(node, table, mapping);
            if (node.element() != "part") continue;
            for (const auto& inside : node.children(kPartElements)) {
                if (inside.element() == "reference") check_reference(inside, table, mapping);
            }
        }
    }
    check_ways(mapping, nodes);
}

void order_by_owners(Mapping& mapping) {
    OwnerWays ways(mapping);
    std::map<std::string, int> steps;
    for (const auto& table : mapping.tables) steps[table.table] = ways.steps(table.table, 0);
    std::stable_sort(mapping.tables.begin(), mapping.tables.end(),
                     [&](const TableMapping& a, const TableMapping& b) {
                         return steps.at(a.table) < steps.at(b.table);
                     });
}

}  // namespace cfs
