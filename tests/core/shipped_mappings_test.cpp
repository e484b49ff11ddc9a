// The mappings that come with the program against the databases they are for.
#include "core/database/shipped_mappings.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "core/database/mapping_file.h"
#include "core/database/sqlite_backend.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"

using namespace cfs;
using cfs::test::TemporaryFolder;

namespace {

const std::string kSource = CFS_SOURCE_DIR;

struct Clinic {
    std::unique_ptr<Backend> backend;
    std::unique_ptr<SqlSession> session;

    explicit Clinic(const std::string& path)
        : backend(make_sqlite_backend(path)), session(backend->connect()) {}
};

void run_script(const std::string& database, const std::string& script) {
    sqlite3* connection = nullptr;
    REQUIRE(sqlite3_open(database.c_str(), &connection) == SQLITE_OK);
    const auto sql = test::read_file(script);
    REQUIRE_FALSE(sql.empty());
    REQUIRE(sqlite3_exec(connection, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(connection);
}

std::string demo_clinic(const TemporaryFolder& folder) {
    auto path = folder / "demo.sqlite";
    run_script(path, kSource + "/tests/demo/demo_schema.sql");
    run_script(path, kSource + "/tests/demo/demo_clinic.sql");
    return path;
}

// A copy, or nothing where the sample data is not there.
std::string open_hospital(const TemporaryFolder& folder) {
    const auto sample = kSource + "/../shared/data/openhospital/openhospital_demo.sqlite";
    boost::system::error_code error;
    if (!boost::filesystem::is_regular_file(sample, error)) {
        WARN("skipped: there is no " << sample);
        return {};
    }
    auto path = folder / "openhospital.sqlite";
    boost::filesystem::copy_file(sample, path);
    boost::filesystem::permissions(path,
                                   boost::filesystem::owner_read | boost::filesystem::owner_write);
    return path;
}

Mapping shipped(const std::string& name) { return mapping_from_xml(mapping_text(name), name); }

// Does the way of the row `alias` of `table` end at a patient? As SQL, apart from the code that
// follows the way in a sync.
std::string reaches_patient(const Mapping& mapping, const Backend& backend,
                            const TableMapping& table, const std::string& alias) {
    if (table.patient) return "1";
    std::string condition = "0";
    for (const auto& owner : table.owners) {
        const auto& holder = owner.through.empty() ? table : *mapping.find(owner.through);
        const auto* reference = holder.reference(owner.column);
        const auto& next = owner.through.empty() ? *mapping.find(reference->table) : holder;
        const auto other = alias + "n";
        const auto from =
            (owner.through.empty() ? alias : other) + "." + backend.quote(reference->column);
        const auto to =
            (owner.through.empty() ? other : alias) + "." + backend.quote(reference->target);
        condition += " OR EXISTS (SELECT 1 FROM " + backend.quote(next.table) + " " + other +
                     " WHERE " + from + " = " + to + " AND (" +
                     reaches_patient(mapping, backend, next, other) + "))";
    }
    return condition;
}

std::map<std::string, std::int64_t> orphans(const Mapping& mapping, Clinic& clinic) {
    std::map<std::string, std::int64_t> counts;
    for (const auto& table : mapping.tables) {
        const auto count = clinic.session->number(
            "SELECT COUNT(*) FROM " + clinic.backend->quote(table.table) + " r WHERE NOT (" +
            reaches_patient(mapping, *clinic.backend, table, "r") + ")");
        if (count > 0) counts[table.table] = count;
    }
    return counts;
}

// The columns of foreign keys within the mapped tables that the mapping does not declare.
std::vector<std::string> undeclared_references(const Mapping& mapping, Clinic& clinic) {
    std::vector<std::string> undeclared;
    for (const auto& table : mapping.tables) {
        for (const auto& row : clinic.session->rows(
                 "SELECT \"from\", \"table\" FROM pragma_foreign_key_list(:p0)", {table.table})) {
            if (mapping.find(*row[1]) == nullptr || table.reference(*row[0]) != nullptr) continue;
            undeclared.push_back(table.table + "." + *row[0]);
        }
    }
    return undeclared;
}

// Rows that the identity columns, the local key apart, do not tell from another.
std::int64_t alike(const TableMapping& table, Clinic& clinic) {
    std::string columns;
    for (const auto& column : table.identity) {
        columns += (columns.empty() ? "" : ", ") + clinic.backend->quote(column);
    }
    return clinic.session->number("SELECT COUNT(*) FROM (SELECT 1 FROM " +
                                  clinic.backend->quote(table.table) + " GROUP BY " + columns +
                                  " HAVING COUNT(*) > 1)");
}

bool has_xmllint() { return std::system("xmllint --version > /dev/null 2>&1") == 0; }

}  // namespace

TEST_CASE("shipped mappings: each is one, under its own name") {
    REQUIRE(shipped_mapping_texts().size() == 7);
    for (const auto& [name, text] : shipped_mapping_texts()) {
        CAPTURE(name);
        REQUIRE(mapping_text(name) == text);
        REQUIRE(text == test::read_file(kSource + "/core/mappings/" + name + ".xml"));
        REQUIRE(shipped(name).name == name);
        REQUIRE(shipped(name).patient_table().patient);
    }
}

TEST_CASE("shipped mappings: the schema allows them") {
    if (!has_xmllint()) {
        WARN("skipped: xmllint is not installed");
        return;
    }
    for (const auto& [name, text] : shipped_mapping_texts()) {
        const auto command = "xmllint --noout --schema '" + kSource +
                             "/core/schema/mapping.xsd' '" + kSource + "/core/mappings/" + name +
                             ".xml' > /dev/null 2>&1";
        CAPTURE(command);
        REQUIRE(std::system(command.c_str()) == 0);
    }
}

TEST_CASE("shipped mappings: the schema refuses what the program refuses") {
    if (!has_xmllint()) {
        WARN("skipped: xmllint is not installed");
        return;
    }
    const TemporaryFolder folder;
    const auto path = folder / "m.xml";
    const auto command = "xmllint --noout --schema '" + kSource + "/core/schema/mapping.xsd' '" +
                         path + "' > /dev/null 2>&1";
    const auto demo = mapping_text("demo");
    const auto exchanged = [&](const std::string& what, const std::string& by) {
        REQUIRE(demo.find(what) != std::string::npos);
        auto text = demo;
        return text.replace(text.find(what), what.size(), by);
    };
    test::write_file(path, demo);
    REQUIRE(std::system(command.c_str()) == 0);
    for (const auto& wrong :
         {exchanged("<record table=\"visit\">", "<recrod table=\"visit\">"),
          exchanged("<record table=\"visit\">", "<record tabel=\"visit\">"),
          exchanged("<record table=\"visit\">", "<record table=\"visit\" stamping=\"cell\">"),
          exchanged("<record table=\"visit\">", "<record>"),
          exchanged("<key column=\"visit_id\"/>", "<key column=\"\"/>"),
          exchanged("<key column=\"visit_id\"/>", "<key column=\"visit_id\" allocate=\"guess\"/>"),
          exchanged("<key column=\"patient_id\"/>",
                    "<key column=\"patient_id\"/><match><column name=\"phone\"/></match>"),
          exchanged("family=\"demo\" version=\"1\"", "family=\"demo\" version=\"x\""),
          exchanged("<safety ", "text <safety "),
          exchanged("</mapping>", "<sql>DROP TABLE patient</sql></mapping>")}) {
        CAPTURE(wrong.substr(0, 400));
        test::write_file(path, wrong);
        CHECK(std::system(command.c_str()) != 0);
        CHECK_THROWS_AS(mapping_from_xml(wrong, "wrong"), Error);
    }
}

TEST_CASE("shipped mappings: the demo's names are those of the demo clinic") {
    const TemporaryFolder folder;
    Clinic clinic(demo_clinic(folder));
    const auto mapping = shipped("demo");
    REQUIRE_NOTHROW(check_mapping(mapping, *clinic.backend, *clinic.session));
    REQUIRE(orphans(mapping, clinic).empty());
    REQUIRE(undeclared_references(mapping, clinic).empty());
    for (const auto& table : mapping.tables) {
        CAPTURE(table.table);
        REQUIRE(table.identity.size() >= 2);
        REQUIRE(alike(table, clinic) == 0);
    }
}

TEST_CASE("shipped mappings: the demo keeps safety, groups and lookups") {
    const auto mapping = shipped("demo");
    const auto& patient = mapping.patient_table();
    REQUIRE(patient.stamping == Stamping::field);
    REQUIRE(patient.safety == std::set<std::string>{"blood_group"});
    REQUIRE(patient.group_of("family_name") == "identity");
    REQUIRE(patient.group_of("city") == patient.group_of("address"));
    REQUIRE(patient.group_of("phone") == "phone");
    REQUIRE(patient.lookup("family_doctor_id")->by == std::vector<std::string>{"username"});
    REQUIRE(mapping.find("allergy")->safety.size() == 4);
    REQUIRE(mapping.find("visit")->reference("follow_up_of")->table == "visit");
    REQUIRE(mapping.find("lab_result")->reference("patient_id") == nullptr);
    REQUIRE(mapping.find("medication")->travels("drug_code"));
    REQUIRE_FALSE(mapping.find("medication")->travels("medication_id"));
    REQUIRE(mapping.find("doctor") == nullptr);
}

TEST_CASE("shipped mappings: Open Hospital's names are those of its database") {
    const TemporaryFolder folder;
    const auto path = open_hospital(folder);
    if (path.empty()) return;
    Clinic clinic(path);
    const auto mapping = shipped("open-hospital");
    REQUIRE_NOTHROW(check_mapping(mapping, *clinic.backend, *clinic.session));
    REQUIRE(undeclared_references(mapping, clinic).empty());
    REQUIRE(mapping.tables.size() == 19);
    REQUIRE(alike(mapping.patient_table(), clinic) == 0);
    // 48 and 1 break the program's own foreign keys; the operation's visit has no such key.
    REQUIRE(orphans(mapping, clinic) ==
            std::map<std::string, std::int64_t>{
                {"oh_laboratoryrow", 1}, {"oh_operationrow", 1}, {"oh_patient_consensus", 48}});
}

TEST_CASE("shipped mappings: each table of Open Hospital with a patient is in, but the stock") {
    const TemporaryFolder folder;
    const auto path = open_hospital(folder);
    if (path.empty()) return;
    Clinic clinic(path);
    const auto mapping = shipped("open-hospital");
    std::vector<std::string> left_out;
    for (const auto& table : clinic.backend->tables(*clinic.session)) {
        const auto patients = clinic.session->number(
            "SELECT COUNT(*) FROM pragma_foreign_key_list(:p0) WHERE \"table\" = 'oh_patient'",
            {table});
        if (patients > 0 && mapping.find(table) == nullptr) left_out.push_back(table);
    }
    REQUIRE(left_out == std::vector<std::string>{"oh_medicaldsrstockmovward"});
}

TEST_CASE("shipped mappings: lookups of Open Hospital find one row each") {
    const TemporaryFolder folder;
    const auto path = open_hospital(folder);
    if (path.empty()) return;
    Clinic clinic(path);
    const auto mapping = shipped("open-hospital");
    for (const auto& table : mapping.tables) {
        for (const auto& lookup : table.lookups) {
            CAPTURE(table.table, lookup.column);
            std::string by;
            for (const auto& column : lookup.by) by += (by.empty() ? "" : ", ") + column;
            REQUIRE(clinic.session->number("SELECT COUNT(*) FROM (SELECT 1 FROM " + lookup.table +
                                           " GROUP BY " + by + " HAVING COUNT(*) > 1)") == 0);
            REQUIRE(clinic.session->number("SELECT COUNT(*) FROM " + table.table + " WHERE " +
                                           lookup.column + " NOT IN (SELECT " + lookup.target +
                                           " FROM " + lookup.table + ")") == 0);
        }
    }
}

TEST_CASE("shipped mappings: Open Hospital's own bookkeeping is never an edit") {
    const TemporaryFolder folder;
    const auto path = open_hospital(folder);
    if (path.empty()) return;
    Clinic clinic(path);
    const auto mapping = shipped("open-hospital");
    for (const auto& table : mapping.tables) {
        const auto info = *clinic.backend->describe(*clinic.session, table.table);
        for (const auto& column : info.columns) {
            CAPTURE(table.table, column.name);
            const auto* changing = table.volatile_column(column.name);
            if (column.name.ends_with("_LOCK")) {
                REQUIRE(changing != nullptr);
                REQUIRE(changing->write == VolatileWrite::increment);
            }
            if (column.name.find("_LAST_MODIFIED_") != std::string::npos) {
                REQUIRE(changing != nullptr);
            }
        }
    }
}

TEST_CASE("shipped mappings: the README's example is a mapping and its list of names is right") {
    const auto readme = test::read_file(kSource + "/core/mappings/README.md");
    const auto begin = readme.find("<?xml");
    const auto end = readme.find("</mapping>", begin);
    REQUIRE(end != std::string::npos);
    const auto example = readme.substr(begin, end - begin) + "</mapping>";
    REQUIRE(mapping_from_xml(example, "README.md").tables.size() == 2);
    for (const auto& [name, text] : shipped_mapping_texts()) {
        CAPTURE(name);
        REQUIRE(readme.find("| `" + name + "` |") != std::string::npos);
    }
}

TEST_CASE("shipped mappings: the page about what they synchronize names each of their tables") {
    const auto page = test::read_file(kSource + "/core/mappings/coverage.md");
    for (const auto& [name, text] : shipped_mapping_texts()) {
        if (name == "demo") continue;
        CAPTURE(name);
        const auto heading = " (`" + name + "`)\n";
        REQUIRE(page.find(heading) != std::string::npos);
        auto section = page.substr(page.find(heading) + heading.size());
        section.resize(std::min(section.find("\n## "), section.size()));
        const auto tables = section.substr(0, section.find("**Not synchronized:**"));
        REQUIRE(tables.size() < section.size());
        std::set<std::string> named, mapped;
        for (auto at = tables.find('`'); at != std::string::npos;) {
            const auto end = tables.find('`', at + 1);
            named.insert(tables.substr(at + 1, end - at - 1));
            at = tables.find('`', end + 1);
        }
        const auto mapping = shipped(name);
        for (const auto* table : mapping.tables_and_parts()) mapped.insert(table->table);
        REQUIRE(named == mapped);
    }
}
