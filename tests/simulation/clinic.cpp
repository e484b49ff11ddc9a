#include "tests/simulation/clinic.h"

#include <algorithm>
#include <stdexcept>

namespace cfs::simulation {

namespace {

constexpr const char* kSchema[] = {
    "CREATE TABLE patient (id INTEGER PRIMARY KEY, code TEXT NOT NULL, name TEXT NOT NULL, "
    "born TEXT NOT NULL, phone TEXT, street TEXT, city TEXT, note TEXT)",
    "CREATE TABLE visit (id INTEGER PRIMARY KEY, code TEXT NOT NULL, "
    "patient INTEGER NOT NULL REFERENCES patient (id), day TEXT NOT NULL, "
    "follow_up INTEGER REFERENCES visit (id))",
    // One record with the visit of that number.
    "CREATE TABLE treatment (visit INTEGER PRIMARY KEY REFERENCES visit (id), dose TEXT, unit "
    "TEXT)",
    "CREATE TABLE lab (id INTEGER PRIMARY KEY, code TEXT NOT NULL, "
    "visit INTEGER NOT NULL REFERENCES visit (id), test TEXT NOT NULL, result TEXT)",
    // Without a key: the simulated program itself goes by what SQLite numbers rows by.
    "CREATE TABLE allergy (code TEXT NOT NULL, "
    "patient INTEGER NOT NULL REFERENCES patient (id), substance TEXT NOT NULL, severity TEXT)",
};

constexpr const char* kStrict[] = {
    "CREATE TRIGGER strict_dose_i BEFORE INSERT ON treatment WHEN NEW.dose LIKE '%!%' "
    "BEGIN SELECT RAISE(ABORT, 'no such dose'); END",
    "CREATE TRIGGER strict_dose_u BEFORE UPDATE ON treatment WHEN NEW.dose LIKE '%!%' "
    "BEGIN SELECT RAISE(ABORT, 'no such dose'); END",
    "CREATE TRIGGER strict_phone_i BEFORE INSERT ON patient WHEN NEW.phone LIKE '%!%' "
    "BEGIN SELECT RAISE(ABORT, 'no such phone'); END",
    "CREATE TRIGGER strict_phone_u BEFORE UPDATE ON patient WHEN NEW.phone LIKE '%!%' "
    "BEGIN SELECT RAISE(ABORT, 'no such phone'); END",
};

// What comes after the '~' is cut off a phone number and rounded in a laboratory's result.
constexpr const char* kCutting[] = {
    "CREATE TRIGGER round_result_i AFTER INSERT ON lab WHEN NEW.result LIKE '%~%.__' "
    "BEGIN UPDATE lab SET result = substr(result, 1, instr(result, '~')) || "
    "printf('%.1f', substr(result, instr(result, '~') + 1)) WHERE id = NEW.id; END",
    "CREATE TRIGGER round_result_u AFTER UPDATE OF result ON lab WHEN NEW.result LIKE '%~%.__' "
    "BEGIN UPDATE lab SET result = substr(result, 1, instr(result, '~')) || "
    "printf('%.1f', substr(result, instr(result, '~') + 1)) WHERE id = NEW.id; END",
    "CREATE TRIGGER cut_phone_i AFTER INSERT ON patient WHEN NEW.phone LIKE '%~%' "
    "BEGIN UPDATE patient SET phone = substr(phone, 1, instr(phone, '~') - 1) "
    "WHERE id = NEW.id; END",
    "CREATE TRIGGER cut_phone_u AFTER UPDATE OF phone ON patient WHEN NEW.phone LIKE '%~%' "
    "BEGIN UPDATE patient SET phone = substr(phone, 1, instr(phone, '~') - 1) "
    "WHERE id = NEW.id; END",
};

std::vector<TableShape> make_shapes() {
    return {
        {"patient",
         {{"code", {"code"}},
          {"identity", {"name", "born"}},
          {"phone", {"phone"}},
          {"address", {"street", "city"}},
          {"note", {"note"}}},
         {},
         {},
         "SELECT id, code, code, name, born, phone, street, city, note FROM patient"},
        {"visit",
         {{"", {"code", "patient", "day", "dose", "unit", "follow_up"}}},
         {{"patient", "patient"}, {"follow_up", "visit"}},
         {{"dose", "treatment"}, {"unit", "treatment"}},
         "SELECT id, code, code, (SELECT code FROM patient p WHERE p.id = visit.patient), day, "
         "(SELECT dose FROM treatment t WHERE t.visit = visit.id), "
         "(SELECT unit FROM treatment t WHERE t.visit = visit.id), (SELECT code FROM visit v WHERE "
         "v.id = visit.follow_up) FROM visit"},
        {"lab",
         {{"", {"code", "visit", "test", "result"}}},
         {{"visit", "visit"}},
         {},
         "SELECT id, code, code, (SELECT code FROM visit v WHERE v.id = lab.visit), test, result "
         "FROM lab"},
        {"allergy",
         {{"", {"code", "patient", "substance", "severity"}}},
         {{"patient", "patient"}},
         {},
         "SELECT rowid, code, code, (SELECT code FROM patient p WHERE p.id = allergy.patient), "
         "substance, severity FROM allergy"},
    };
}

ClinicRow row_of(const TableShape& shape, const TextRow& cells) {
    ClinicRow row{shape.name, cells[0].value_or(""), cells[1].value_or(""), {}};
    std::size_t at = 2;
    for (const auto& group : shape.groups) {
        for (const auto& column : group.columns) row.columns[column] = cells[at++].value_or("-");
    }
    return row;
}

using Values = std::map<std::string, Cell>;

// A column of a table's own, or of its part.
Values share_of(const TableShape& shape, const Values& values, bool part) {
    Values share;
    for (const auto& value : values) {
        if (shape.parts.contains(value.first) == part) share.insert(value);
    }
    return share;
}

bool tells(const Values& values) {
    return std::any_of(values.begin(), values.end(),
                       [](const auto& item) { return item.second.has_value(); });
}

}  // namespace

std::string field_of(const TableShape& shape, const std::string& column) {
    const auto part = shape.parts.find(column);
    return part == shape.parts.end() ? column : part->second + "/" + column;
}

const std::vector<TableShape>& table_shapes() {
    static const auto shapes = make_shapes();
    return shapes;
}

const TableShape& shape_of(const std::string& table) {
    for (const auto& shape : table_shapes()) {
        if (shape.name == table) return shape;
    }
    throw std::logic_error("no table " + table);
}

std::string mapping_xml(const ClinicKind& kind) {
    std::string xml =
        "<mapping xmlns=\"urn:cloud-folder-sync:mapping\" format=\"1\" name=\"simulated\" "
        "family=\"simulated\" version=\"1\">"
        "<patient table=\"patient\"><key column=\"id\"/>"
        "<identity column=\"name\"/><identity column=\"born\"/>"
        "<group name=\"address\"><column name=\"street\"/><column name=\"city\"/></group>";
    if (!kind.large) xml += "<skip column=\"note\"/>";
    xml +=
        "</patient>"
        "<record table=\"visit\"><key column=\"id\"/>"
        "<identity column=\"code\"/><identity column=\"day\"/><owner column=\"patient\"/>"
        "<reference column=\"follow_up\" table=\"visit\" target=\"id\"/>"
        "<part table=\"treatment\" key=\"visit\"/></record>"
        "<record table=\"lab\"><key column=\"id\"/>"
        "<identity column=\"code\"/><identity column=\"test\"/>"
        "<owner column=\"visit\" table=\"visit\" target=\"id\"/></record>";
    if (kind.large) {
        xml +=
            "<record table=\"allergy\"><key column=\"patient\" shared=\"yes\"/>"
            "<identity column=\"code\"/>"
            "<owner column=\"patient\"/></record>";
    }
    return xml + "</mapping>";
}

bool is_mapped(const ClinicKind& kind, const std::string& table, const std::string& group) {
    return kind.large || (table != "allergy" && group != "note");
}

std::string token_of(const std::string& value) { return value.substr(0, value.find('~')); }

std::string ClinicRow::content(const GroupShape& group) const {
    std::string content;
    for (const auto& column : group.columns) content += token_of(columns.at(column)) + '|';
    return content;
}

std::string ClinicRow::whole_content(const GroupShape& group) const {
    std::string content;
    for (const auto& column : group.columns) content += columns.at(column) + '|';
    return content;
}

Clinic::Clinic(Connection& connection, const ClinicKind& kind)
    : connection_(connection), kind_(kind) {}

void Clinic::create_tables() {
    (void)connection_.execute("PRAGMA page_size=1024");
    for (const auto* statement : kSchema) (void)connection_.execute(statement);
    if (kind_.strict) {
        for (const auto* statement : kStrict) (void)connection_.execute(statement);
    }
    if (kind_.cutting) {
        for (const auto* statement : kCutting) (void)connection_.execute(statement);
    }
}

const std::vector<ClinicRow>& Clinic::rows(const std::string& table) {
    auto& read = read_[table];
    auto stamp = connection_.stamp();
    if (read.stamp == stamp) return read.rows;
    const auto& shape = shape_of(table);
    read = {std::move(stamp), {}};
    for (const auto& cells : connection_.rows(shape.select + " ORDER BY rowid")) {
        read.rows.push_back(row_of(shape, cells));
    }
    return read.rows;
}

std::vector<ClinicRow> Clinic::all_rows() {
    std::vector<ClinicRow> all;
    for (const auto& shape : table_shapes()) {
        if (!is_mapped(kind_, shape.name, "")) continue;
        const auto& some = rows(shape.name);
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

std::optional<ClinicRow> Clinic::row(const std::string& table, const std::string& key) {
    for (const auto& row : rows(table)) {
        if (row.key == key) return row;
    }
    return std::nullopt;
}

// Rows that are one record, in one transaction.
bool Clinic::together(const std::function<bool()>& work) {
    if (!connection_.execute("BEGIN IMMEDIATE")) return false;
    if (work() && connection_.execute("COMMIT")) return true;
    (void)connection_.execute("ROLLBACK");
    return false;
}

bool Clinic::insert(const std::string& table, const std::map<std::string, Cell>& values) {
    const auto& shape = shape_of(table);
    auto part = share_of(shape, values, true);
    if (!tells(part)) return insert_row(table, share_of(shape, values, false));
    return together([&] {
        if (!insert_row(table, share_of(shape, values, false))) return false;
        part["visit"] = connection_.rows("SELECT last_insert_rowid()")[0][0];
        return insert_row(shape.parts.begin()->second, part);
    });
}

bool Clinic::update(const std::string& table, const std::string& key,
                    const std::map<std::string, Cell>& values) {
    const auto& shape = shape_of(table);
    const auto own = share_of(shape, values, false);
    auto part = share_of(shape, values, true);
    if (part.empty()) return update_row(table, "rowid", key, own);
    return together([&] {
        if (!own.empty() && !update_row(table, "rowid", key, own)) return false;
        const auto& name = shape.parts.begin()->second;
        const auto there =
            connection_.rows("SELECT 1 FROM " + name + " WHERE visit = ?", {Cell(key)});
        if (!there.empty()) return update_row(name, "visit", key, part);
        if (!tells(part)) return true;
        part["visit"] = key;
        return insert_row(name, part);
    });
}

bool Clinic::insert_row(const std::string& table, const std::map<std::string, Cell>& values) {
    std::string columns, marks;
    TextRow cells;
    for (const auto& [column, value] : values) {
        columns += (columns.empty() ? "" : ", ") + column;
        marks += marks.empty() ? "?" : ", ?";
        cells.push_back(value);
    }
    return connection_.execute("INSERT INTO " + table + " (" + columns + ") VALUES (" + marks + ")",
                               cells);
}

bool Clinic::update_row(const std::string& table, const std::string& key_column,
                        const std::string& key, const std::map<std::string, Cell>& values) {
    std::string assignments;
    TextRow cells;
    for (const auto& [column, value] : values) {
        assignments += (assignments.empty() ? "" : ", ") + column + " = ?";
        cells.push_back(value);
    }
    cells.emplace_back(key);
    return connection_.execute(
        "UPDATE " + table + " SET " + assignments + " WHERE " + key_column + " = ?", cells);
}

bool Clinic::remove(const std::string& table, const std::string& key) {
    const auto& shape = shape_of(table);
    const auto remove_row = [&] {
        return connection_.execute("DELETE FROM " + table + " WHERE rowid = ?", {key});
    };
    if (shape.parts.empty()) return remove_row();
    return together([&] {
        return connection_.execute(
                   "DELETE FROM " + shape.parts.begin()->second + " WHERE visit = ?", {key}) &&
               remove_row();
    });
}

}  // namespace cfs::simulation
