#include "core/database/mapping_table.h"

#include "core/database/file_names.h"
#include "core/database/mapping_parts.h"
#include "core/model/text.h"

namespace cfs {

namespace {

// More than any table has columns; checks take time by the square of it.
constexpr std::size_t kMaxElements = 2000;

using Names = std::vector<std::string>;

using Policies = std::vector<std::pair<std::string, MissingPolicy>>;

MissingPolicy missing_of(const MappingNode& node, const Policies& others) {
    Policies words = {{"hold", MissingPolicy::hold}, {"null", MissingPolicy::null}};
    words.insert(words.end(), others.begin(), others.end());
    return node.choice<MissingPolicy>("missing", words);
}

std::optional<std::string> none_of(const MappingNode& node) {
    return node.has("none") ? std::optional<std::string>(node.value("none")) : std::nullopt;
}

std::string schema_of(const MappingNode& node) {
    return node.has("schema") ? node.text("schema") : std::string();
}

std::string single_column(const MappingNode& node) {
    node.expect_attributes({"column"});
    (void)node.children({});
    return node.text("column");
}

using Words = std::vector<std::pair<std::string, KeyAllocation>>;

KeyAllocation allocation_of(const MappingNode& node, const Words& others,
                            const Names& attributes = {}) {
    Words words = {{"automatic", KeyAllocation::automatic},
                   {"maximum", KeyAllocation::maximum},
                   {"sequence", KeyAllocation::sequence},
                   {"uuid", KeyAllocation::uuid}};
    words.insert(words.end(), others.begin(), others.end());
    Names optional = {"allocate", "table", "target", "schema"};
    optional.insert(optional.end(), attributes.begin(), attributes.end());
    node.expect_attributes({"column"}, optional);
    (void)node.children({});
    return node.choice<KeyAllocation>("allocate", words);
}

Sequence sequence_of(const MappingNode& node, KeyAllocation allocation) {
    const bool counts = allocation == KeyAllocation::sequence;
    if (node.has("table") != counts || node.has("target") != counts ||
        (node.has("schema") && !counts)) {
        node.fail(counts
                      ? said("allocate=\"sequence\" needs the table and target of the last number.")
                      : said("table, target and schema stand only beside allocate=\"sequence\"."));
    }
    if (!counts) return {};
    return {node.text("table"), node.text("target"), schema_of(node)};
}

// A number that the rows of another table share: table and target name where they hold it.
LocalColumn shared_number(const MappingNode& node, const std::string& column,
                          KeyAllocation allocation) {
    const bool counted =
        allocation == KeyAllocation::automatic || allocation == KeyAllocation::maximum;
    if (!counted || !node.has("table") || !node.has("target") || node.has("schema")) {
        node.fail(
            said("a number that rows of another table share needs the table and target where they "
                 "hold it, and allocate=\"automatic\" or \"maximum\"."));
    }
    return {column, allocation, {}, {node.text("table"), node.text("target")}};
}

// The key of another row is a value like any other: it travels as that row's identity.
void read_key(const MappingNode& node, TableMapping& table) {
    auto allocation = allocation_of(
        node, {{"parent", KeyAllocation::natural}, {"natural", KeyAllocation::natural}},
        {"shared", "ordered"});
    table.sequence = sequence_of(node, allocation);
    const bool composite = !table.key.empty();
    const bool shared = node.choice<bool>("shared", {{"no", false}, {"yes", true}});
    if (table.shared_key || (shared && composite)) {
        node.fail(
            said("a column that several rows share stands alone: the table {1} can't have another "
                 "<key>.",
                 table.table));
    }
    if (shared && node.has("allocate")) {
        node.fail(said("the column {1} is shared by several rows: it is no key that is allocated.",
                       node.text("column")));
    }
    if (shared) allocation = KeyAllocation::natural;
    table.shared_key = shared;
    table.key.push_back(node.text("column"));
    if (composite && (allocation != KeyAllocation::natural || table.allocation != allocation)) {
        node.fail(
            said("a key of several columns can only be natural: allocate=\"natural\" in each."));
    }
    table.allocation = allocation;
    table.ordered = node.choice<bool>("ordered", {{"no", false}, {"yes", true}});
    if (!table.ordered) return;
    if (allocation == KeyAllocation::natural || allocation == KeyAllocation::uuid) {
        node.fail(
            said("the key {1} has no order: ordered=\"yes\" is for numbers that are given here.",
                 node.text("column")));
    }
    table.volatiles.push_back({order_name(table), VolatileWrite::set, true});
}

void read_local(const MappingNode& node, TableMapping& table) {
    const auto allocation = allocation_of(node, {{"copy", KeyAllocation::copy}});
    const auto column = node.text("column");
    const bool shared =
        allocation != KeyAllocation::sequence && (node.has("table") || node.has("target"));
    table.locals.push_back(shared ? shared_number(node, column, allocation)
                                  : LocalColumn{column, allocation, sequence_of(node, allocation)});
}

void read_values(const MappingNode& node, Condition& condition) {
    for (const auto& child : node.children({"in"})) {
        child.expect_attributes({}, {"value", "starts"});
        (void)child.children({});
        const bool starts = child.has("starts");
        if (starts == child.has("value")) child.fail(said("<in> needs either value or starts."));
        if (starts) {
            condition.beginnings.push_back(child.text("starts"));
        } else {
            condition.values.push_back(child.value("value"));
        }
    }
}

void read_where(const MappingNode& node, TableMapping& table) {
    node.expect_attributes({"column"}, {"is", "is-not", "null"});
    Condition condition{node.text("column"), Test::one_of, {}};
    read_values(node, condition);
    const bool listed = !condition.values.empty() || !condition.beginnings.empty();
    const int tests = (listed ? 1 : 0) + (node.has("is") ? 1 : 0) + (node.has("is-not") ? 1 : 0) +
                      (node.has("null") ? 1 : 0);
    if (tests != 1) {
        node.fail(said("<where> for {1} needs one of is, is-not and null, or else elements <in>.",
                       condition.column));
    }
    if (node.has("is")) condition.values = {node.value("is")};
    if (node.has("is-not")) {
        condition.test = Test::none_of;
        condition.values = {node.value("is-not")};
    }
    if (node.has("null")) {
        condition.test = node.choice<Test>("null", {{"yes", Test::null}, {"no", Test::not_null}});
    }
    table.conditions.push_back(std::move(condition));
}

void read_group(const MappingNode& node, TableMapping& table) {
    node.expect_attributes({"name"});
    ColumnGroup group{node.text("name"), {}};
    for (const auto& child : node.children({"column"})) {
        child.expect_attributes({"name"});
        (void)child.children({});
        group.columns.push_back(child.text("name"));
    }
    if (group.columns.size() < 2) {
        node.fail(said("the group {1} needs at least two columns.", group.name));
    }
    table.groups.push_back(std::move(group));
}

constexpr std::string_view kKey = "{key}";

// Where the key stands in a longer text; what does not fit is as missing as a row is, or plain.
void read_template(const MappingNode& node, Reference reference, TableMapping& table) {
    const auto form = node.text("template");
    const auto at = form.find(kKey);
    if (at == std::string::npos || form.find(kKey, at + 1) != std::string::npos || form == kKey) {
        node.fail(
            said("the template of {1} must hold {key} once, with the text that stands around it: "
                 "visit:{key}.",
                 reference.column));
    }
    reference.when = Case::fits;
    reference.prefix = form.substr(0, at);
    reference.suffix = form.substr(at + kKey.size());
    table.references.push_back(reference);
    Reference otherwise{reference.column, {}, {}, reference.none, reference.missing};
    otherwise.when = Case::otherwise;
    const auto rest = node.children({"else"});
    if (rest.size() > 1) rest[1].fail(said("there is one <else> already."));
    for (const auto& child : rest) {
        child.expect_attributes({"missing"});
        (void)child.children({});
        otherwise.missing =
            child.choice<MissingPolicy>("missing", {{"plain", MissingPolicy::plain}});
    }
    table.references.push_back(std::move(otherwise));
}

void read_plain_reference(const MappingNode& node, TableMapping& table) {
    node.expect_attributes({"column", "table", "target"}, {"template", "none", "missing"});
    Reference reference;
    reference.column = node.text("column");
    reference.table = node.text("table");
    reference.target = node.text("target");
    reference.none = none_of(node);
    reference.missing = missing_of(node, {});
    if (node.has("template")) return read_template(node, std::move(reference), table);
    (void)node.children({});
    table.references.push_back(std::move(reference));
}

void read_case(const MappingNode& node, Reference reference, TableMapping& table) {
    node.expect_attributes({"table", "target"}, {"is", "starts", "allocate"});
    (void)node.children({});
    if (node.has("is") == node.has("starts")) node.fail(said("<case> needs either is or starts."));
    reference.when = node.has("is") ? Case::is : Case::starts;
    reference.value = node.has("is") ? node.value("is") : node.text("starts");
    if (node.has("allocate")) {
        const auto allocation = node.choice<KeyAllocation>(
            "allocate",
            {{"automatic", KeyAllocation::automatic}, {"maximum", KeyAllocation::maximum}});
        reference.number = shared_number(node, reference.column, allocation);
    } else {
        reference.table = node.text("table");
        reference.target = node.text("target");
    }
    table.references.push_back(std::move(reference));
}

// In the order in which they stand; what no case is for comes last.
void read_reference(const MappingNode& node, TableMapping& table) {
    if (!node.has("by")) return read_plain_reference(node, table);
    node.expect_attributes({"column", "by"}, {"none", "missing"});
    Reference reference;
    reference.column = node.text("column");
    reference.by = node.text("by");
    reference.none = none_of(node);
    reference.missing = missing_of(node, {});
    Reference otherwise = reference;
    otherwise.when = Case::otherwise;
    otherwise.missing = MissingPolicy::hold;
    bool any = false, rest = false;
    for (const auto& child : node.children({"case", "else"})) {
        if (child.element() == "case") {
            read_case(child, reference, table);
            any = true;
            continue;
        }
        if (rest) child.fail(said("there is one <else> already."));
        rest = true;
        child.expect_attributes({"missing"});
        (void)child.children({});
        otherwise.missing = missing_of(child, {{"plain", MissingPolicy::plain}});
    }
    if (!any) node.fail(said("the reference {1} needs at least one <case>.", reference.column));
    table.references.push_back(std::move(otherwise));
}

void read_lookup(const MappingNode& node, TableMapping& table) {
    node.expect_attributes({"column", "table", "target"}, {"none", "missing", "schema"});
    Lookup lookup{node.text("column"),
                  node.text("table"),
                  node.text("target"),
                  {},
                  none_of(node),
                  missing_of(node, {{"create", MissingPolicy::create}}),
                  {},
                  schema_of(node)};
    for (const auto& child : node.children({"by", "copy"})) {
        const auto column = single_column(child);
        if (child.element() == "by") {
            lookup.by.push_back(column);
            continue;
        }
        if (lookup.missing != MissingPolicy::create) {
            child.fail(said("<copy> is for rows that are made: it needs missing=\"create\"."));
        }
        lookup.copies.push_back(column);
        // Who changes a doctor's name has not edited the patients.
        table.volatiles.push_back({copied_name(lookup.column, column), VolatileWrite::set, true});
    }
    if (lookup.by.empty()) lookup.by.push_back(lookup.target);
    table.lookups.push_back(std::move(lookup));
}

// Absolute on some system, and written as paths in columns are.
bool is_absolute(const std::string& path) {
    const bool drive = path.size() > 2 && path[1] == ':' && path[2] == '/';
    return (path.front() == '/' || drive) && path.find('\\') == std::string::npos;
}

void read_file(const MappingNode& node, TableMapping& table) {
    node.expect_attributes({"column", "directory", "path"}, {"prefix"});
    (void)node.children({});
    FileColumn file{node.text("column"), node.text("directory"), node.value("prefix"),
                    node.text("path")};
    if (!is_absolute(file.directory) || file.directory.ends_with('/')) {
        node.fail(
            said("the directory of {1} must be an absolute path with slashes between its parts and "
                 "none at its end.",
                 file.column));
    }
    if (!columns_of_template(file.path)) {
        node.fail(
            said("the path of {1} must be a path below the directory that ends in {name}, with the "
                 "names of columns in braces: {patient_id}/{name}.",
                 file.column));
    }
    constexpr std::string_view kDirectory = "{directory}";
    const auto at = file.prefix.find(kDirectory);
    if (at != std::string::npos) file.prefix.replace(at, kDirectory.size(), file.directory);
    table.files.push_back(std::move(file));
}

void read_uuid(const MappingNode& node, TableMapping& table) {
    node.expect_attributes({"column", "form"}, {"fill"});
    (void)node.children({});
    if (table.native_uuid) node.fail(said("the table {1} has a <uuid> already.", table.table));
    table.native_uuid = NativeUuid{node.text("column"),
                                   node.choice<bool>("form", {{"text", false}, {"binary", true}}),
                                   node.choice<bool>("fill", {{"no", false}, {"yes", true}})};
}

void read_unique(const MappingNode& node, TableMapping& table) {
    node.expect_attributes({"column", "clash"}, {"within"});
    (void)node.children({});
    const auto clash = node.choice<Clash>(
        "clash",
        {{"report", Clash::report}, {"suffix", Clash::suffix}, {"regenerate", Clash::regenerate}});
    table.uniques.push_back(
        {node.text("column"), clash, node.has("within") ? node.text("within") : std::string()});
}

void read_default(const MappingNode& node, TableMapping& table) {
    node.expect_attributes({"column", "value"});
    (void)node.children({});
    table.defaults.emplace(node.text("column"), node.value("value"));
}

void read_match(const MappingNode& node, TableMapping& table) {
    node.expect_attributes({});
    if (table.match) node.fail(said("the table {1} has a <match> already.", table.table));
    Match match;
    for (const auto& child : node.children({"column", "agree"})) {
        const bool agree = child.element() == "agree";
        const char* name = agree ? "column" : "name";
        child.expect_attributes({name});
        (void)child.children({});
        (agree ? match.agree : match.columns).push_back(child.text(name));
    }
    if (match.columns.empty()) node.fail(said("<match> needs at least one <column>."));
    if (match.agree.empty()) {
        node.fail(
            said("<match> needs at least one <agree>, best both birth date and sex: an identifier "
                 "may be mistyped, and then it is somebody else's."));
    }
    table.match = std::move(match);
}

void read_label(const MappingNode& node, TableMapping& table) {
    node.expect_attributes({"column"}, table.patient ? Names() : Names{"of"});
    (void)node.children({});
    const bool of_patient = node.choice<bool>("of", {{"record", false}, {"patient", true}});
    (of_patient ? table.patient_labels : table.labels).push_back(node.text("column"));
}

void read_volatile(const MappingNode& node, TableMapping& table) {
    node.expect_attributes({"column", "write"});
    (void)node.children({});
    const auto write =
        node.choice<VolatileWrite>("write", {{"skip", VolatileWrite::skip},
                                             {"set", VolatileWrite::set},
                                             {"now", VolatileWrite::now},
                                             {"increment", VolatileWrite::increment}});
    table.volatiles.push_back({node.text("column"), write, false});
}

void read_owner(const MappingNode& node, TableMapping& table) {
    (void)node.children({});
    if (node.has("through")) {
        node.expect_attributes({"through", "column"});
        table.owners.push_back({node.text("column"), node.text("through")});
        return;
    }
    node.expect_attributes({"column"}, {"table", "target", "none"});
    if (node.has("table") != node.has("target")) {
        node.fail(said("<owner> needs table and target, or neither of them for the patient."));
    }
    table.owners.push_back({node.text("column"), {}});
}

void read_name(const MappingNode& node, TableMapping& table) {
    table.table = node.table();
    if (node.has("as")) table.name_here = node.text("table");
}

void read_element(const MappingNode& node, TableMapping& table);

// In the schema of the record unless it says another.
void read_part(const MappingNode& node, TableMapping& record) {
    node.expect_attributes({"table", "key"}, {"as", "schema"});
    TableMapping part;
    read_name(node, part);
    part.schema = node.has("schema") ? node.text("schema") : record.schema;
    part.part_of = record.table;
    part.key = {node.text("key")};
    part.allocation = KeyAllocation::natural;
    const auto children = node.children(kPartElements);
    if (children.size() > kMaxElements) {
        node.fail(said("the part {1} has more than 2000 elements.", part.table));
    }
    for (const auto& child : children) read_element(child, part);
    add_part(record, std::move(part));
}

void read_renamed(const MappingNode& node, TableMapping& table) {
    node.expect_attributes({"column", "as"});
    (void)node.children({});
    const auto column = node.text("column"), known = node.text("as");
    for (const auto& [other, here] : table.columns_here) {
        if (here == column)
            node.fail(said("the column {1} is <{2}> twice.", column, node.element()));
        if (other == known) {
            node.fail(
                said("the columns {1} and {2} can't both be called {3}.", here, column, known));
        }
    }
    table.columns_here.emplace(known, column);
}

void read_element(const MappingNode& node, TableMapping& table) {
    const auto element = node.element();
    if (element == "part") return read_part(node, table);
    if (element == "key") return read_key(node, table);
    if (element == "identity") return table.identity.push_back(single_column(node));
    if (element == "local") return read_local(node, table);
    if (element == "uuid") return read_uuid(node, table);
    if (element == "unique") return read_unique(node, table);
    if (element == "default") return read_default(node, table);
    if (element == "match") return read_match(node, table);
    if (element == "where") return read_where(node, table);
    if (element == "group") return read_group(node, table);
    if (element == "reference") return read_reference(node, table);
    if (element == "lookup") return read_lookup(node, table);
    if (element == "file") return read_file(node, table);
    if (element == "volatile") return read_volatile(node, table);
    if (element == "owner") return read_owner(node, table);
    if (element == "label") return read_label(node, table);
    if (element == "renamed") return read_renamed(node, table);
    (element == "skip" ? table.skipped : table.safety).insert(single_column(node));
}

Names elements_of(const TableMapping& table) {
    Names names = {"key",       "local",  "uuid",  "identity", "where",  "group",
                   "reference", "lookup", "file",  "volatile", "unique", "default",
                   "skip",      "safety", "label", "renamed"};
    names.emplace_back(table.patient ? "match" : "owner");
    if (!table.patient) names.emplace_back("part");
    return names;
}

// An owner column is a reference too: by default one to the patient's key.
void add_owner_reference(const MappingNode& node, TableMapping& table,
                         const TableMapping& patient) {
    if (node.has("through")) return;
    const auto column = node.text("column");
    Reference owner;
    owner.column = column;
    owner.table = patient.table;
    owner.none = none_of(node);
    const auto* declared = table.reference(column);
    if (declared != nullptr && !declared->by.empty()) {
        node.fail(
            said("the column {1} refers to different tables: it can't be the owner.", column));
    }
    if (declared != nullptr && node.has("none")) {
        node.fail(said("write none in the <reference> for {1}, not in the <owner>.", column));
    }
    if (node.has("table")) {
        owner.table = node.text("table");
        owner.target = node.text("target");
    } else if (declared != nullptr) {
        return;
    } else if (patient.key.size() != 1) {
        node.fail(said("the patient's key has several columns: name one by table and target."));
    } else {
        owner.target = patient.key.front();
    }
    if (declared == nullptr) {
        table.references.push_back(std::move(owner));
    } else if (declared->table != owner.table || declared->target != owner.target) {
        node.fail(said("the column {1} is a reference to another row already.", column));
    }
}

}  // namespace

TableMapping read_mapped_table(const MappingNode& node) {
    TableMapping table;
    table.patient = node.element() == "patient";
    if (table.patient) {
        node.expect_attributes({"table"}, {"as", "schema", "stamping"});
    } else {
        node.expect_attributes({"table"}, {"as", "schema", "stamping", "rewritten", "insert-only"});
    }
    read_name(node, table);
    table.schema = schema_of(node);
    table.rewritten = node.choice<bool>("rewritten", {{"no", false}, {"yes", true}});
    table.insert_only = node.choice<bool>("insert-only", {{"no", false}, {"yes", true}});
    const std::pair<std::string, Stamping> row = {"row", Stamping::row};
    const std::pair<std::string, Stamping> field = {"field", Stamping::field};
    table.stamping = table.patient ? node.choice<Stamping>("stamping", {field, row})
                                   : node.choice<Stamping>("stamping", {row, field});
    const auto children = node.children(elements_of(table));
    if (children.size() > kMaxElements) {
        node.fail(said("the table {1} has more than 2000 elements.", table.table));
    }
    for (const auto& child : children) read_element(child, table);
    return table;
}

void add_owner_references(const MappingNode& node, TableMapping& table,
                          const TableMapping& patient) {
    for (const auto& child : node.children(elements_of(table))) {
        if (child.element() == "owner") add_owner_reference(child, table, patient);
    }
}

}  // namespace cfs
