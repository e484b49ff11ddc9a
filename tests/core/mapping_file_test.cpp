#include "core/database/mapping_file.h"

#include <random>

#include "core/database/mapping_node.h"
#include "core/database/shipped_mappings.h"
#include "core/model/error.h"
#include "tests/support/catch.h"
#include "tests/support/mapping_texts.h"
#include "tests/support/temporary_folder.h"

using namespace cfs;
using namespace cfs::test;

namespace {

std::string error_of(const std::string& xml) {
    try {
        (void)mapping_from_xml(xml, "m.xml");
    } catch (const Error& error) {
        REQUIRE(error.code() == ErrorCode::mapping_invalid);
        return error.what();
    }
    return "no error";
}

// The sentence without its beginning, for a fault in line `line`.
std::string fault(const std::string& xml, int line) {
    const auto sentence = error_of(xml);
    const auto begin = "The mapping m.xml, line " + std::to_string(line) + ": ";
    CAPTURE(sentence, begin);
    REQUIRE(sentence.starts_with(begin));
    return sentence.substr(begin.size());
}

}  // namespace

TEST_CASE("mapping: everything that the language can say") {
    const auto mapping = mapping_from_xml(kHead + R"(
  <!-- records may stand before the patient, elements in any order -->
  <record table="visit" stamping="field">
    <owner column="patient_id" none="0"/>
    <safety column="drug"/>
    <label column="drug"/><label column="at"/><label column="amount" of="patient"/>
    <group name="dose"><column name="amount"/><column name="unit"/></group>
    <identity column="at"/>
    <reference column="follow_up_of" table="visit" target="id" missing="null" none=""/>
    <reference column="photo_id" table="photo" target="id"/>
    <lookup column="doctor" table="doctors" target="id" none="0" missing="null">
      <by column="first"/><by column="last"/>
    </lookup>
    <lookup column="made_by" table="users" target="name"/>
    <where column="kind"><in value="a"/><in value=""/></where>
    <where column="state" is-not="draft"/>
    <where column="state" is-not="spam"/>
    <where column="gone" null="yes"/>
    <where column="at" null="no"/>
    <where column="size" is="1"/>
    <volatile column="lock" write="increment"/>
    <volatile column="changed" write="now"/>
    <volatile column="editor" write="set"/>
    <volatile column="cache" write="skip"/>
    <skip column="printed"/>
    <key column="id" allocate="maximum"/>
  </record>
  <record table="result">
    <key column="visit_id" allocate="natural"/><key column="n" allocate="natural"/>
    <identity column="n"/>
    <owner column="patient_id"/>
    <owner column="visit_id" table="visit" target="id"/>
  </record>
  <record table="photo">
    <key column="id"/><identity column="id"/>
    <owner through="visit" column="photo_id"/>
  </record>
  <patient table="patient">
    <key column="number" allocate="natural"/><identity column="name"/>
  </patient>
</mapping>)",
                                          "m.xml");

    REQUIRE(mapping.name == "t");
    REQUIRE(mapping.family == "f");
    REQUIRE(mapping.version == 3);
    REQUIRE(mapping.tables.size() == 4);
    const auto& patients = mapping.patient_table();
    REQUIRE(patients.table == "patient");
    REQUIRE(patients.stamping == Stamping::field);
    REQUIRE(patients.allocation == KeyAllocation::natural);

    const auto& visit = *mapping.find("visit");
    REQUIRE(visit.stamping == Stamping::field);
    REQUIRE(visit.allocation == KeyAllocation::maximum);
    REQUIRE(visit.reference("patient_id")->table == "patient");
    REQUIRE(visit.reference("patient_id")->target == "number");
    REQUIRE(visit.reference("patient_id")->none == "0");
    REQUIRE(visit.reference("patient_id")->missing == MissingPolicy::hold);
    REQUIRE(visit.reference("follow_up_of")->missing == MissingPolicy::null);
    REQUIRE(visit.reference("follow_up_of")->none == "");
    REQUIRE(visit.lookup("doctor")->by == std::vector<std::string>{"first", "last"});
    REQUIRE(visit.lookup("doctor")->none == "0");
    REQUIRE(visit.lookup("doctor")->missing == MissingPolicy::null);
    // Without <by> the target itself is the natural key.
    REQUIRE(visit.lookup("made_by")->by == std::vector<std::string>{"name"});
    REQUIRE(visit.volatile_column("lock")->write == VolatileWrite::increment);
    REQUIRE(visit.volatile_column("changed")->write == VolatileWrite::now);
    REQUIRE(visit.volatile_column("editor")->write == VolatileWrite::set);
    REQUIRE(visit.volatile_column("cache")->write == VolatileWrite::skip);
    REQUIRE(visit.group_of("unit") == "dose");
    REQUIRE(visit.group_of("at") == "identity");
    REQUIRE_FALSE(visit.travels("printed"));
    REQUIRE(visit.travels("anything_else"));
    REQUIRE(visit.safety.contains("drug"));
    REQUIRE(visit.labels == std::vector<std::string>{"drug", "at"});
    REQUIRE(visit.patient_labels == std::vector<std::string>{"amount"});

    REQUIRE(visit.conditions.size() == 6);
    REQUIRE(visit.conditions[0].test == Test::one_of);
    REQUIRE(visit.conditions[0].values == std::vector<std::string>{"a", ""});
    REQUIRE(visit.conditions[1].test == Test::none_of);
    REQUIRE(visit.conditions[1].values == std::vector<std::string>{"draft"});
    REQUIRE(visit.conditions[3].test == Test::null);
    REQUIRE(visit.conditions[4].test == Test::not_null);
    REQUIRE(visit.conditions[5].column == "size");

    const auto& result = *mapping.find("result");
    REQUIRE(result.stamping == Stamping::row);
    REQUIRE(result.key == std::vector<std::string>{"visit_id", "n"});
    REQUIRE(result.owners.size() == 2);
    REQUIRE(result.reference("visit_id")->table == "visit");
    REQUIRE(mapping.find("photo")->owners.front().through == "visit");
    REQUIRE(mapping.find("photo")->references.empty());
}

TEST_CASE("mapping: an owner may be declared as a reference before") {
    const auto mapping = mapping_from_xml(
        with("<record table=\"r\"><key column=\"id\"/><identity column=\"at\"/>"
             "<owner column=\"p_id\"/>"
             "<reference column=\"p_id\" table=\"p\" target=\"id\" none=\"0\"/></record>"),
        "m.xml");
    REQUIRE(mapping.find("r")->references.size() == 1);
    REQUIRE(mapping.find("r")->reference("p_id")->none == "0");
}

TEST_CASE("mapping: names may hold what XML can hold") {
    const auto mapping = mapping_from_xml(
        with(record("<safety column=\"say &quot;&lt;Größe&gt;&quot; &amp; 'x'\"/>")), "m.xml");
    REQUIRE(mapping.find("r")->safety.contains("say \"<Größe>\" & 'x'"));
}

TEST_CASE("mapping: unknown elements and attributes, with the nearest right one") {
    REQUIRE(fault(with("<recrod table=\"r\"/>"), 3) ==
            "there is no element <recrod> in <mapping>; did you mean <record>?");
    REQUIRE(fault(with(record("\n<saftey column=\"x\"/>")), 4) ==
            "there is no element <saftey> in <record>; did you mean <safety>?");
    REQUIRE(fault(with("<something/>"), 3) == "there is no element <something> in <mapping>.");
    REQUIRE(fault(patient("<owner column=\"x\"/>"), 2) ==
            "there is no element <owner> in <patient>.");
    REQUIRE(fault(with(record("<lookup column=\"d\" table=\"t\" target=\"i\"><b column=\"x\"/>"
                              "</lookup>")),
                  3) == "there is no element <b> in <lookup>; did you mean <by>?");
    REQUIRE(fault(with(record("<skip column=\"x\"><skip column=\"y\"/></skip>")), 3) ==
            "there is no element <skip> in <skip>.");
    REQUIRE(fault(with(record("<skip colunm=\"x\"/>")), 3) ==
            "<skip> has no attribute colunm; did you mean column?");
    REQUIRE(fault(with(record("<skip column=\"x\" column=\"y\"/>")), 3) ==
            "<skip> has column twice.");
    REQUIRE(fault(with(record("<skip/>")), 3) == "<skip> needs the attribute column.");
    REQUIRE(fault(with(record("<reference column=\"x\" table=\"p\"/>")), 3) ==
            "<reference> needs the attribute target.");
    REQUIRE(fault(with(record("some text")), 3) ==
            "<record> holds the text \"some text\"; a mapping says everything by attributes.");
}

TEST_CASE("mapping: wrong words and values") {
    REQUIRE(fault(with(record("<volatile column=\"x\" write=\"never\"/>")), 3) ==
            "the write of <volatile> can't be \"never\"; it is skip, set, now or increment.");
    REQUIRE(
        fault(with("<record table=\"r\"><key column=\"id\" allocate=\"max\"/></record>"), 3) ==
        "the allocate of <key> can't be \"max\"; it is automatic, maximum, sequence, uuid, parent "
        "or natural.");
    REQUIRE(fault(with(record("<reference column=\"x\" table=\"p\" target=\"id\" missing=\"\"/>")),
                  3) == "the missing of <reference> is empty.");
    REQUIRE(fault(with("<record table=\"r\" stamping=\"table\"/>"), 3) ==
            "the stamping of <record> can't be \"table\"; it is row or field.");
    REQUIRE(fault(with(record("<skip column=\"\"/>")), 3) == "the column of <skip> is empty.");
    REQUIRE(fault(with(record("<skip column=\"a&#10;b\"/>")), 3) ==
            "the column of <skip> holds a character that no name can have.");
    REQUIRE(fault(with(record("<skip column=\"a&#1;b\"/>")), 3) ==
            "the column of <skip> holds a character that no name can have.");
    REQUIRE(fault(with(record("<skip column=\"" + std::string(200, 'x') + "\"/>")), 3) ==
            "the column of <skip> is longer than 128 bytes.");
    REQUIRE(fault(with(record("<group name=\"g\"><column name=\"x\"/></group>")), 3) ==
            "the group g needs at least two columns.");
    REQUIRE(fault(with("<record table=\"r\"><key column=\"a\"/><key column=\"b\"/></record>"), 3) ==
            "a key of several columns can only be natural: allocate=\"natural\" in each.");
    REQUIRE(fault(with(record("<owner column=\"x\" table=\"p\"/>")), 3) ==
            "<owner> needs table and target, or neither of them for the patient.");
    REQUIRE(fault(with(record("<owner through=\"p\" column=\"x\" table=\"p\"/>")), 3) ==
            "<owner> has no attribute table.");
}

TEST_CASE("mapping: keys and columns like them get their value here") {
    const auto mapping = mapping_from_xml(
        with("<record table=\"r\" insert-only=\"yes\"><identity column=\"at\"/>"
             "<owner column=\"p_id\"/>"
             "<key column=\"n\" allocate=\"sequence\" table=\"numbers\" target=\"last\"/>"
             "<local column=\"id\"/><local column=\"code\" allocate=\"copy\"/>"
             "<local column=\"m\" allocate=\"sequence\" table=\"others\" target=\"x\"/></record>"
             "<record table=\"s\"><identity column=\"at\"/>"
             "<key column=\"n\" allocate=\"parent\"/><owner column=\"n\" table=\"r\" target=\"n\"/>"
             "</record>"),
        "m.xml");
    const auto& r = *mapping.find("r");
    REQUIRE(r.insert_only);
    REQUIRE(r.allocation == KeyAllocation::sequence);
    REQUIRE(r.sequence.table == "numbers");
    REQUIRE(r.sequence.column == "last");
    REQUIRE(r.locals.size() == 3);
    REQUIRE(r.local("id")->allocation == KeyAllocation::automatic);
    REQUIRE(r.local("code")->allocation == KeyAllocation::copy);
    REQUIRE(r.local("m")->sequence.table == "others");
    REQUIRE_FALSE(r.travels("id"));
    const auto& s = *mapping.find("s");
    REQUIRE_FALSE(s.insert_only);
    REQUIRE(s.allocation == KeyAllocation::natural);
    REQUIRE(s.travels("n"));

    const auto key = [](const std::string& rest) {
        return fault(with("<record table=\"r\"><key column=\"id\"" + rest +
                          "/><identity "
                          "column=\"at\"/><owner column=\"p_id\"/></record>"),
                     3);
    };
    REQUIRE(key(" allocate=\"sequence\"") ==
            "allocate=\"sequence\" needs the table and target of the last number.");
    REQUIRE(key(" allocate=\"sequence\" table=\"t\"") ==
            "allocate=\"sequence\" needs the table and target of the last number.");
    REQUIRE(key(" table=\"t\" target=\"x\"") ==
            "table, target and schema stand only beside allocate=\"sequence\".");
    REQUIRE(key(" allocate=\"parent\"") ==
            "the key id is to be that of another row: an <owner> or <reference> for it must say "
            "which.");
    REQUIRE(key(" allocate=\"maximum\"/><key column=\"n\" allocate=\"natural\"") ==
            "a key of several columns can only be natural: allocate=\"natural\" in each.");
    for (const std::string allocate : {"", " allocate=\"natural\"", " allocate=\"maximum\""}) {
        CAPTURE(allocate);
        REQUIRE(fault(with("<record table=\"r\"><key column=\"p_id\"" + allocate +
                           "/><identity column=\"at\"/><owner column=\"p_id\"/></record>"),
                      3) ==
                "the key p_id is a reference to another row: write allocate=\"parent\".");
    }
    REQUIRE(
        fault(with(record("<local column=\"x\" allocate=\"natural\"/>")), 3) ==
        "the allocate of <local> can't be \"natural\"; it is automatic, maximum, sequence, uuid "
        "or copy.");
    REQUIRE(fault(with(record("<local column=\"at\"/>")), 3) ==
            "the column at can't be <identity> and <local> at once.");
    REQUIRE(fault(with(record("<local column=\"x\"/><safety column=\"x\"/>")), 3) ==
            "the column x can't be <local> and <safety> at once.");
    REQUIRE(fault(with("<record table=\"r\"><key column=\"a\" allocate=\"natural\"/><key "
                       "column=\"b\" allocate=\"natural\"/><identity column=\"at\"/><owner "
                       "column=\"p_id\"/><local column=\"x\" allocate=\"copy\"/></record>"),
                  3) == "a key of several columns can't be copied into x.");
    REQUIRE(fault(with("<record table=\"r\" insert-only=\"yes\" rewritten=\"yes\"><key "
                       "column=\"id\"/><identity column=\"at\"/><owner column=\"p_id\"/></record>"),
                  3) == "the table r can't be insert-only and rewritten at once.");
}

TEST_CASE("mapping: what documents call a table can be another name than the database's") {
    const auto in = [](const std::string& attributes, const std::string& content = {}) {
        return "<record " + attributes +
               "><key column=\"id\"/><identity column=\"at\"/><owner column=\"p_id\"/>" + content +
               "</record>\n";
    };
    const auto archived = in("table=\"visit\" as=\"old visit\" schema=\"archive\"");
    const auto mapping = mapping_from_xml(
        with(in("table=\"visit\"") + archived +
             in("table=\"r\"",
                "<reference column=\"of\" table=\"old visit\" target=\"id\"/>"
                "<part table=\"s\" as=\"t\" key=\"id\"><skip column=\"c\"/></part>")),
        "m.xml");
    CHECK(mapping.find("visit")->full_name().text() == "visit");
    CHECK(mapping.find("old visit")->full_name().text() == "archive.visit");
    CHECK(mapping.find("r")->reference("of")->table == "old visit");
    CHECK(mapping.find("r")->skipped.contains("t/c"));
    CHECK(mapping.find_part("t")->full_name().text() == "s");
    CHECK(mapping.find_here({"archive", "visit"}) == mapping.find("old visit"));
    CHECK(mapping.find_here("old visit") == nullptr);
    CHECK(mapping_from_xml(kHead +
                               "<patient table=\"q\" as=\"p\"><key column=\"id\"/><identity "
                               "column=\"name\"/></patient>" +
                               record("") + "</mapping>",
                           "m.xml")
              .find("r")
              ->reference("p_id")
              ->table == "p");
    CHECK(fault(with(archived + archived), 4) == "the table archive.visit stands twice.");
    CHECK(fault(with(in("table=\"a\"") + in("table=\"b\" as=\"a\"")), 4) ==
          "the tables a and b can't both be called a: give one of them another name with the "
          "attribute as.");
    CHECK(fault(with(in("table=\"a\" as=\"b\"") + in("table=\"a\" as=\"c\"")), 4) ==
          "the table a stands twice.");
    CHECK(fault(with(record("<part table=\"a\" as=\"p\" key=\"id\"/>")), 3) ==
          "the tables p and a can't both be called p: give one of them another name with the "
          "attribute as.");
    CHECK(fault(with(in("table=\"a\" as=\"\"")), 3) == "the as of <record> is empty.");
    // The reference would mean one table and the lookup the other.
    const std::string lookup = "<lookup column=\"of\" table=\"a\" target=\"id\"/>";
    const std::string lie =
        "the name a is that of the table b in this mapping: a <lookup> can't "
        "mean another table by it.";
    CHECK(fault(with(in("table=\"b\" as=\"a\"", lookup)), 3) == lie);
    CHECK(fault(with(in("table=\"b\" as=\"a\"",
                        "<part table=\"c\" key=\"id\">" + lookup + "</part>")),
                3) == lie);
}

TEST_CASE("mapping: what documents call a column can be another name than the database's") {
    const auto mapping = mapping_from_xml(
        with(record("<renamed column=\"here\" as=\"there\"/><safety column=\"there\"/>"
                    "<renamed column=\"a\" as=\"b\"/><renamed column=\"b\" as=\"a\"/>"
                    "<part table=\"s\" key=\"id\"><renamed column=\"number\" as=\"id\"/></part>")),
        "m.xml");
    const auto& table = *mapping.find("r");
    CHECK(table.column_here("there") == "here");
    CHECK(table.known_as("here") == "there");
    CHECK(table.column_here("at") == "at");
    CHECK(table.known_as("a") == "b");
    CHECK(table.is_hidden("there"));
    for (const char* column : {"here", "a", "b", "at"}) CHECK_FALSE(table.is_hidden(column));
    CHECK(mapping.find_part("s")->column_here("id") == "number");
    CHECK(fault(with(record("<renamed column=\"a\" as=\"b\"/><renamed column=\"a\" as=\"c\"/>")),
                3) == "the column a is <renamed> twice.");
    CHECK(fault(with(record("<renamed column=\"a\" as=\"c\"/><renamed column=\"b\" as=\"c\"/>")),
                3) == "the columns a and b can't both be called c.");
    CHECK(fault(with(record("<renamed column=\"a\"/>")), 3) == "<renamed> needs the attribute as.");
}

TEST_CASE("mapping: a reference inside a longer text") {
    const auto reference = [](const std::string& form, const std::string& content = {}) {
        return "<reference column=\"x\" table=\"p\" target=\"id\" none=\"\" template=\"" + form +
               "\">" + content + "</reference>";
    };
    const std::string plain = "<else missing=\"plain\"/>";
    const auto mapping = mapping_from_xml(with(record(reference("a {key}/b", plain))), "m.xml");
    const auto& table = *mapping.find("r");
    const auto meant = [&](const std::string& text) {
        return table.reference("x", {{"x", text_value(text)}});
    };
    const auto& fits = *table.reference("x");
    CHECK(fits.when == Case::fits);
    CHECK(text_with(fits, "12") == "a 12/b");
    CHECK(key_in(fits, "a 12/b") == "12");
    CHECK(key_in(fits, "a a /b/b") == "a /b");
    for (const char* other : {"", "12", "a /b", "a 12", "12/b", "A 12/b", "a 12/b "}) {
        CAPTURE(other);
        CHECK_FALSE(key_in(fits, other));
        CHECK(meant(other)->missing == MissingPolicy::plain);
    }
    // What documents hold of it.
    CHECK(meant("3ae0971c-584d-4b02-95f1-0e638fb9d427") == &fits);
    CHECK(meant("missing:a 12/b") == &fits);
    CHECK(table.reference("x", {{"x", null_value()}}) == &fits);
    const auto held = mapping_from_xml(with(record(reference("{key}/"))), "m.xml");
    const auto* unfit = held.find("r")->reference("x", {{"x", text_value("12")}});
    CHECK(unfit->missing == MissingPolicy::hold);
    CHECK(unfit->table.empty());
    const std::string wrong =
        "the template of x must hold {key} once, with the text that stands "
        "around it: visit:{key}.";
    for (const char* form : {"{key}", "a", "{key}-{key}", "{id}:"}) {
        CAPTURE(form);
        CHECK(fault(with(record(reference(form))), 3) == wrong);
    }
    CHECK(fault(with(record(reference("a{key}", plain + plain))), 3) ==
          "there is one <else> already.");
    CHECK(fault(with(record(reference("a{key}", "<else missing=\"null\"/>"))), 3) ==
          "the missing of <else> can't be \"null\"; it is plain.");
    CHECK(fault(with("<record table=\"r\"><key column=\"x\" allocate=\"parent\"/><identity "
                     "column=\"at\"/><owner column=\"p_id\"/>" +
                     reference("a{key}") + "</record>"),
                3) == "the key x can't be a reference with a template.");
    // An owner leads by it, too.
    CHECK(mapping_from_xml(with(record("<reference column=\"p_id\" table=\"p\" target=\"id\" "
                                       "template=\"p{key}\"/>")),
                           "m.xml")
              .find("r")
              ->reference("p_id")
              ->prefix == "p");
}

TEST_CASE("mapping: names of tables and columns are all that two mappings may differ in") {
    const auto same = [](const std::string& one, const std::string& other) {
        const auto read = [](const std::string& content) {
            return mapping_from_xml(with(record(content)), "m.xml");
        };
        return same_but_for_names(read(one), read(other));
    };
    const std::string lookup = "<lookup column=\"l\" table=\"list\" target=\"id\"/>";
    const std::string part = "<part table=\"s\" key=\"id\"/>";
    CHECK(same("", "<renamed column=\"a\" as=\"b\"/>"));
    CHECK(same(lookup, "<lookup column=\"l\" table=\"list2\" schema=\"x\" target=\"id\"/>"));
    CHECK(same(part, "<part table=\"t\" as=\"s\" key=\"id\"/>"));
    CHECK_FALSE(same(part, "<part table=\"t\" key=\"id\"/>"));
    CHECK_FALSE(same(part, "<part table=\"s\" key=\"id\"><skip column=\"a\"/></part>"));
    CHECK_FALSE(same(lookup, "<lookup column=\"l\" table=\"list\" target=\"code\"/>"));
    CHECK_FALSE(same("", "<skip column=\"a\"/>"));
}

TEST_CASE("mapping: a reference by cases") {
    const std::string head = "<reference column=\"form\" by=\"dir\" none=\"0\" missing=\"null\">";
    const std::string vitals = "<case is=\"vitals\" table=\"v\" target=\"id\"/>";
    const auto mapping = mapping_from_xml(
        with(record(head + "<else missing=\"plain\"/>" + vitals +
                    "<case starts=\"LBF\" table=\"r\" target=\"n\"/></reference>") +
             record("", "v")),
        "m.xml");
    const auto& r = *mapping.find("r");
    const auto table_for = [&](const std::optional<std::string>& dir) {
        const auto* reference =
            r.reference("form", {{"dir", dir ? text_value(*dir) : null_value()}});
        return reference->table + "." + reference->target;
    };
    REQUIRE(table_for("vitals") == "v.id");
    REQUIRE(table_for("vitals2") == ".");
    REQUIRE(table_for("LBF") == "r.n");
    REQUIRE(table_for("LBFx") == "r.n");
    REQUIRE(table_for("lbfx") == ".");
    REQUIRE(table_for(std::nullopt) == ".");
    REQUIRE(r.reference("form")->missing == MissingPolicy::null);
    REQUIRE(r.reference("form")->none == "0");
    REQUIRE(r.reference("form", {})->missing == MissingPolicy::plain);
    REQUIRE(r.reference_to("v", "form")->value == "vitals");

    const auto by = [&](const std::string& content) {
        return fault(with(record(content) + record("", "v")), 3);
    };
    REQUIRE(by(head + "</reference>") == "the reference form needs at least one <case>.");
    REQUIRE(by(head + "<case table=\"v\" target=\"id\"/></reference>") ==
            "<case> needs either is or starts.");
    REQUIRE(by(head + "<case is=\"a\" starts=\"b\" table=\"v\" target=\"id\"/></reference>") ==
            "<case> needs either is or starts.");
    REQUIRE(by(head + "<case starts=\"\" table=\"v\" target=\"id\"/></reference>") ==
            "the starts of <case> is empty.");
    REQUIRE(by(head + "<case is=\"a\" table=\"rr\" target=\"id\"/></reference>") ==
            "the table rr is not in this mapping; did you mean r?");
    REQUIRE(by(head + vitals + "<else missing=\"plain\"/><else missing=\"hold\"/></reference>") ==
            "there is one <else> already.");
    REQUIRE(by(head + vitals + "</reference><skip column=\"dir\"/>") ==
            "the column dir decides where form leads to: it must be a plain value that travels.");
    REQUIRE(by(head + vitals + "</reference><lookup column=\"dir\" table=\"t\" target=\"x\"/>") ==
            "the column dir decides where form leads to: it must be a plain value that travels.");
    REQUIRE(by(head + vitals + "</reference><owner column=\"form\" table=\"v\" target=\"id\"/>") ==
            "the column form refers to different tables: it can't be the owner.");
    REQUIRE(by("<reference column=\"form\" by=\"dir\" table=\"v\" target=\"id\">" + vitals +
               "</reference>") == "<reference> has no attribute table.");
    REQUIRE(by("<reference column=\"x\" table=\"v\" target=\"id\" missing=\"create\"/>") ==
            "the missing of <reference> can't be \"create\"; it is hold or null.");
}

TEST_CASE("mapping: a number of a row's own that the rows of another table share") {
    const std::string number =
        "<case starts=\"LBF\" allocate=\"automatic\" table=\"field\" target=\"form\"/>";
    const auto by = [](const std::string& cases) {
        return "<reference column=\"number\" by=\"kind\">" + cases + "</reference>";
    };
    const auto fields = [](const std::string& owner) {
        return "<record table=\"field\"><key column=\"form\" allocate=\"natural\"/><key "
               "column=\"name\" allocate=\"natural\"/><identity column=\"name\"/>" +
               owner + "</record>\n";
    };
    const std::string owner = "<owner column=\"form\" table=\"r\" target=\"number\"/>";
    const auto mapping =
        mapping_from_xml(with(record(by("<case is=\"v\" table=\"v\" target=\"id\"/>" + number))
                                  .insert(7, " schema=\"a\"") +
                              record("", "v") + fields(owner).insert(7, " schema=\"b\"")),
                         "m.xml");
    const auto& r = *mapping.find("r");
    const auto row = [](const std::string& kind) {
        return std::map<std::string, Value>{{"kind", text_value(kind)}};
    };
    REQUIRE(r.locals_of(row("v")).empty());
    REQUIRE(r.locals_of(row("LBFx")).size() == 1);
    const auto local = r.locals_of(row("LBFx")).front();
    REQUIRE(local.column == "number");
    REQUIRE(local.allocation == KeyAllocation::automatic);
    REQUIRE(local.shared_in.full_name().text() == "b.field");
    REQUIRE(local.shared_in.column == "form");
    REQUIRE(r.is_meant_by("number", row("LBFx")));
    REQUIRE_FALSE(r.is_meant_by("number", row("v")));
    REQUIRE_FALSE(r.is_meant_by("number", row("else")));
    REQUIRE(r.is_meant_by("id", row("v")));

    const std::string beside =
        "<local column=\"number\" allocate=\"maximum\" table=\"field\" target=\"form\"/>";
    const auto unconditional =
        mapping_from_xml(with(record(beside) + fields(owner)), "m.xml").find("r")->locals.front();
    REQUIRE(unconditional.allocation == KeyAllocation::maximum);
    REQUIRE(unconditional.shared_in.table == "field");

    // They are counted where this database has them.
    const std::string renamed =
        "<record table=\"answer\" schema=\"b\" as=\"field\"><renamed column=\"sheet\" "
        "as=\"form\"/>" +
        fields(owner).substr(22);
    for (const auto& content : {by(number), beside}) {
        const auto here = mapping_from_xml(with(record(content) + renamed), "m.xml");
        const auto counted = here.find("r")->locals_of(row("LBFx")).front();
        REQUIRE(counted.shared_in.full_name().text() == "b.answer");
        REQUIRE(counted.shared_in.column == "sheet");
        REQUIRE(same_but_for_names(
            here, mapping_from_xml(with(record(content) + fields(owner)), "m.xml")));
    }

    const auto wrong = [&](const std::string& content, const std::string& others) {
        return fault(with(record(content) + others), 3);
    };
    const std::string needs =
        "a number that rows of another table share needs the table and target where they hold it, "
        "and allocate=\"automatic\" or \"maximum\".";
    REQUIRE(wrong("<local column=\"number\" table=\"field\"/>", fields(owner)) == needs);
    REQUIRE(wrong("<local column=\"number\" allocate=\"uuid\" table=\"field\" target=\"form\"/>",
                  fields(owner)) == needs);
    REQUIRE(wrong("<local column=\"number\" table=\"field\" target=\"form\" schema=\"a\"/>",
                  fields(owner)) == needs);
    REQUIRE(wrong(by("<case is=\"a\" allocate=\"sequence\" table=\"field\" target=\"form\"/>"),
                  fields(owner)) ==
            "the allocate of <case> can't be \"sequence\"; it is automatic or maximum.");
    const std::string leads =
        "the rows of field share the number number of r: that table needs an <owner> or "
        "<reference> that leads there from its column form.";
    for (const auto& content : {by(number), beside}) {
        REQUIRE(wrong(content, "") == "the table field is not in this mapping.");
        REQUIRE(wrong(content, fields("<owner column=\"p_id\"/>")) == leads);
        REQUIRE(wrong(content, fields("<owner column=\"form\" table=\"r\" target=\"id\"/>")) ==
                leads);
        const std::string longer =
            "<record table=\"field\"><key column=\"id\"/><identity column=\"name\"/><owner "
            "column=\"p_id\"/><reference column=\"form\" table=\"r\" target=\"number\" "
            "template=\"form:{key}\"/></record>\n";
        REQUIRE(wrong(content, longer) == leads);
    }
    REQUIRE(wrong(by(number) + "<default column=\"number\" value=\"1\"/>", fields(owner)) ==
            "the column number is <default>: it can't be a number that is given here.");
    REQUIRE(wrong("<key column=\"number\" allocate=\"natural\"/>" + by(number), fields(owner)) ==
            "a key of several columns can only be natural: allocate=\"natural\" in each.");
    REQUIRE(fault(with("<record table=\"r\"><key column=\"number\" allocate=\"parent\"/><identity "
                       "column=\"at\"/><owner column=\"p_id\"/>" +
                       by(number) + "</record>" + fields(owner)),
                  3) == "the column number is <key>: it can't be a number that is given here.");
    REQUIRE(wrong("<part table=\"t\" key=\"id\">" + by(number) + "</part>", fields(owner)) ==
            "the table t is a part: its rows have the record's key, and no number of their own.");
}

TEST_CASE("mapping: a lookup that makes missing rows") {
    const std::string head = "<lookup column=\"d\" table=\"t\" target=\"id\" missing=\"";
    const auto mapping = mapping_from_xml(
        with(record(head + "create\"><copy column=\"phone\"/><by column=\"name\"/></lookup>")),
        "m.xml");
    const auto& r = *mapping.find("r");
    REQUIRE(r.lookup("d")->missing == MissingPolicy::create);
    REQUIRE(r.lookup("d")->copies == std::vector<std::string>{"phone"});
    REQUIRE(r.volatile_column("d/phone")->beside);
    REQUIRE(r.travels("d/phone"));
    REQUIRE(fault(with(record(head + "null\"><copy column=\"phone\"/></lookup>")), 3) ==
            "<copy> is for rows that are made: it needs missing=\"create\".");
    REQUIRE(fault(with(record(head + "creat\"/>")), 3) ==
            "the missing of <lookup> can't be \"creat\"; it is hold, null or create.");
}

TEST_CASE("mapping: tables without a key, and keys whose order means something") {
    const std::string ends = "<identity column=\"text\"/><owner column=\"pid\"/></record>";
    const auto keyless = [&](const std::string& key, const std::string& more = {}) {
        return with("<record table=\"r\">" + key + more + ends);
    };
    const std::string shared = "<key column=\"pid\" shared=\"yes\"/>";
    const auto mapping = mapping_from_xml(keyless(shared), "m.xml");
    REQUIRE(mapping.find("r")->shared_key);
    REQUIRE(mapping.find("r")->travels("pid"));
    REQUIRE(fault(keyless(shared + "<key column=\"x\"/>"), 3) ==
            "a column that several rows share stands alone: the table r can't have another <key>.");
    REQUIRE(fault(keyless("<key column=\"x\" allocate=\"natural\"/>" + shared), 3) ==
            "a column that several rows share stands alone: the table r can't have another <key>.");
    REQUIRE(fault(keyless("<key column=\"x\" shared=\"yes\" allocate=\"natural\"/>"), 3) ==
            "the column x is shared by several rows: it is no key that is allocated.");
    REQUIRE(fault(keyless(shared, "<local column=\"x\"/>"), 3) ==
            "the column x of the table r tells its rows apart: make it the <key>.");
    REQUIRE(fault(keyless(shared, "<uuid column=\"x\" form=\"text\"/>"), 3) ==
            "the column x of the table r tells its rows apart: make it the <key>.");
    REQUIRE(fault(keyless(shared, "<reference column=\"x\" table=\"r\" target=\"pid\"/>"), 3) ==
            "the rows of r have no key of their own: nothing can refer to them.");
    REQUIRE(fault(with("<record table=\"r\">" + shared + ends +
                       "<record table=\"q\"><key "
                       "column=\"id\"/><identity column=\"x\"/><owner column=\"r\" table=\"r\" "
                       "target=\"pid\"/></record>"),
                  3) == "the rows of r have no key of their own: nothing can refer to them.");
    REQUIRE(fault(kHead + "<patient table=\"p\"><key column=\"id\" shared=\"yes\"/><identity "
                          "column=\"name\"/></patient></mapping>",
                  2) == "several patients can't share the key id.");

    REQUIRE(mapping_from_xml(keyless("<key column=\"ix\" ordered=\"yes\"/>"), "m.xml")
                .find("r")
                ->volatile_column("ix/order")
                ->beside);
    REQUIRE(fault(keyless("<key column=\"ix\" allocate=\"uuid\" ordered=\"yes\"/>"), 3) ==
            "the key ix has no order: ordered=\"yes\" is for numbers that are given here.");
    REQUIRE(fault(keyless("<key column=\"ix\" shared=\"yes\" ordered=\"yes\"/>"), 3) ==
            "the key ix has no order: ordered=\"yes\" is for numbers that are given here.");
}

TEST_CASE("mapping: what is known everywhere, and numbers that are not") {
    const auto mapping = mapping_from_xml(
        kHead +
            "<patient table=\"p\"><key column=\"id\"/><identity column=\"name\"/>"
            "<uuid column=\"u\" form=\"binary\" fill=\"yes\"/>"
            "<unique column=\"no\" clash=\"regenerate\" within=\"year\"/>"
            "<unique column=\"code\" clash=\"suffix\"/>"
            "<match><column name=\"number\"/><agree column=\"born\"/></match></patient></mapping>",
        "m.xml");
    const auto& table = mapping.patient_table();
    REQUIRE(table.native_uuid->column == "u");
    REQUIRE(table.native_uuid->binary);
    REQUIRE(table.native_uuid->fill);
    REQUIRE(table.uniques.size() == 2);
    REQUIRE(table.uniques[0].clash == Clash::regenerate);
    REQUIRE(table.uniques[0].within == "year");
    REQUIRE(table.uniques[1].clash == Clash::suffix);
    REQUIRE(table.match->columns == std::vector<std::string>{"number"});
    REQUIRE(table.match->agree == std::vector<std::string>{"born"});

    REQUIRE(fault(patient("<uuid column=\"u\"/>"), 2) == "<uuid> needs the attribute form.");
    REQUIRE(fault(patient("<uuid column=\"u\" form=\"hex\"/>"), 2) ==
            "the form of <uuid> can't be \"hex\"; it is text or binary.");
    REQUIRE(fault(patient("<uuid column=\"u\" form=\"text\"/><uuid column=\"v\" form=\"text\"/>"),
                  2) == "the table p has a <uuid> already.");
    REQUIRE(fault(patient("<uuid column=\"id\" form=\"text\"/>"), 2) ==
            "the column id is a key of this database alone and does not travel.");
    REQUIRE(fault(patient("<unique column=\"x\" clash=\"guess\"/>"), 2) ==
            "the clash of <unique> can't be \"guess\"; it is report, suffix or regenerate.");
    REQUIRE(fault(with(record("<unique column=\"p_id\" clash=\"suffix\"/>")), 3) ==
            "the column p_id can't be <owner> and <unique> at once.");
    REQUIRE(fault(patient("<match/>"), 2) == "<match> needs at least one <column>.");
    REQUIRE(fault(patient("<match><agree column=\"x\"/></match>"), 2) ==
            "<match> needs at least one <column>.");
    REQUIRE(fault(patient("<match><column column=\"x\"/></match>"), 2) ==
            "<column> has no attribute column.");
    REQUIRE(
        fault(patient("<match><column name=\"x\"/></match>"), 2) ==
        "<match> needs at least one <agree>, best both birth date and sex: an identifier may be "
        "mistyped, and then it is somebody else's.");
    const std::string others_too =
        ", as names are, and somebody else may have the same: <match> needs an identifier that "
        "is nobody else's.";
    REQUIRE(fault(patient("<match>\n<column name=\"name\"/><agree column=\"born\"/></match>"), 2) ==
            "the column name is <identity>" + others_too);
    REQUIRE(fault(patient("<label column=\"x\"/>\n<match><column name=\"x\"/>"
                          "<agree column=\"born\"/></match>"),
                  3) == "the column x is <label>" + others_too);
    REQUIRE(fault(patient("<match><column name=\"id\"/><agree column=\"x\"/></match>"), 2) ==
            "the column id is a key of this database alone and does not travel.");
    const std::string match = "<match><column name=\"x\"/><agree column=\"born\"/></match>";
    REQUIRE(fault(patient(match + "<skip column=\"x\"/>"), 2) ==
            "the column x can't be <match> and <skip> at once.");
    REQUIRE(fault(patient(match + "<match><column name=\"y\"/><agree column=\"z\"/></match>"), 2) ==
            "the table p has a <match> already.");
    REQUIRE(fault(with(record("<match><column name=\"x\"/></match>")), 3) ==
            "there is no element <match> in <record>.");
}

TEST_CASE("mapping: a table may be in another schema than the connection's own") {
    const auto in = [](const std::string& schema, const std::string& table) {
        return "<record table=\"" + table + "\" schema=\"" + schema +
               "\"><key column=\"id\" allocate=\"sequence\" table=\"t\" target=\"n\" schema=\"" +
               schema +
               "\"/><local column=\"no\" allocate=\"sequence\" table=\"t\" target=\"m\"/>" +
               "<identity column=\"at\"/><owner column=\"p_id\"/>" +
               "<lookup column=\"by\" table=\"user\" target=\"id\" schema=\"a b\"/></record>\n";
    };
    const auto mapping = mapping_from_xml(with(in("clinic", "visit")), "m.xml");
    const auto& visit = *mapping.find("visit");
    CHECK(visit.full_name().text() == "clinic.visit");
    CHECK(visit.sequence.schema == "clinic");
    CHECK(visit.locals.front().sequence.schema.empty());
    CHECK(visit.lookup("by")->full_name().text() == "a b.user");
    CHECK(mapping.patient_table().schema.empty());
    CHECK(mapping_from_xml(kHead + "<patient table=\"p\" schema=\"x\"><key column=\"id\"/>"
                                   "<identity column=\"name\"/></patient></mapping>",
                           "m.xml")
              .patient_table()
              .schema == "x");
    CHECK(fault(with(in("", "visit")), 3) == "the schema of <record> is empty.");
    CHECK(fault(with(in("a", "visit") + in("a", "visit")), 4) == "the table a.visit stands twice.");
    CHECK(fault(with(in("a", "visit") + in("b", "visit")), 4) ==
          "the tables a.visit and b.visit can't both be called visit: give one of them another "
          "name with the attribute as.");
    CHECK(fault(with(record("", "visit") + in("b", "visit")), 4)
              .starts_with("the tables visit and b.visit can't both be called visit: "));
    // A reference leads to a table of the mapping, wherever it is.
    CHECK(fault(with(record("<reference column=\"x\" table=\"p\" target=\"id\" "
                            "schema=\"a\"/>")),
                3) == "<reference> has no attribute schema.");
    CHECK(fault(with(record("", "visit").insert(7, " shema=\"a\"")), 3) ==
          "<record> has no attribute shema; did you mean schema?");
    CHECK(error_of(patient("<local column=\"n\" schema=\"a\"/>"))
              .ends_with("table, target and schema stand only beside allocate=\"sequence\"."));
}

TEST_CASE("mapping: defaults of columns that may not be empty") {
    const auto mapping = mapping_from_xml(
        with(record("<default column=\"state\" value=\"new\"/><skip column=\"printed\"/>"
                    "<default column=\"printed\" value=\"\"/>"
                    "<lookup column=\"by\" table=\"user\" target=\"id\" missing=\"null\"/>"
                    "<default column=\"by\" value=\"1\"/>")),
        "m.xml");
    CHECK(mapping.find("r")->defaults ==
          std::map<std::string, std::string>{{"state", "new"}, {"printed", ""}, {"by", "1"}});
    CHECK(mapping.patient_table().defaults.empty());
    const auto of = [](const std::string& content) {
        return fault(with("\n" + record(content)), 4);
    };
    CHECK(of("<default column=\"a\" value=\"1\"/><default column=\"a\" value=\"2\"/>") ==
          "the column a is <default> twice.");
    CHECK(of("<default column=\"a\"/>") == "<default> needs the attribute value.");
    CHECK(of("<default column=\"\" value=\"1\"/>") == "the column of <default> is empty.");
    CHECK(of("<default column=\"a\" valu=\"1\"/>") ==
          "<default> has no attribute valu; did you mean value?");
    CHECK(of("<defalt column=\"a\" value=\"1\"/>") ==
          "there is no element <defalt> in <record>; did you mean <default>?");
    CHECK(of("<default column=\"id\" value=\"1\"/>") ==
          "the column id can't be <key> and <default> at once.");
    CHECK(of("<default column=\"p_id\" value=\"1\"/>") ==
          "the column p_id can't be <owner> and <default> at once.");
    for (const std::string other : {"<local column=\"x\"/>", "<uuid column=\"x\" form=\"text\"/>",
                                    "<unique column=\"x\" clash=\"suffix\"/>"}) {
        CHECK(of(other + "<default column=\"x\" value=\"1\"/>").ends_with(" at once."));
    }
    CHECK(error_of(patient("<match><column name=\"x\"/><agree column=\"y\"/></match>"
                           "<default column=\"x\" value=\"1\"/>"))
              .ends_with("the column x can't be <match> and <default> at once."));
}

TEST_CASE("mapping: conditions say one thing each, of a column that travels") {
    const auto where = [](const std::string& rest) {
        return fault(with(record("<where column=\"x\"" + rest)), 3);
    };
    const std::string one =
        "<where> for x needs one of is, is-not and null, or else elements <in>.";
    REQUIRE(where("/>") == one);
    REQUIRE(where(" is=\"a\" null=\"no\"/>") == one);
    REQUIRE(where(" is-not=\"a\"><in value=\"b\"/></where>") == one);
    REQUIRE(where(" null=\"maybe\"/>") ==
            "the null of <where> can't be \"maybe\"; it is yes or no.");
    REQUIRE(where(" like=\"a%\"/>") == "<where> has no attribute like.");
    REQUIRE(where("><on value=\"a\"/></where>") ==
            "there is no element <on> in <where>; did you mean <in>?");
    REQUIRE(where("><in/></where>") == "<in> needs either value or starts.");
    REQUIRE(where("><in value=\"a\" starts=\"b\"/></where>") ==
            "<in> needs either value or starts.");
    REQUIRE(where("><in starts=\"\"/></where>") == "the starts of <in> is empty.");
    REQUIRE(where(" is=\"1\"/><skip column=\"x\"/>") ==
            "the column x can't be <where> and <skip> at once.");
    REQUIRE(where(" is=\"1\"/><volatile column=\"x\" write=\"set\"/>") ==
            "the column x can't be <where> and <volatile> at once.");
    REQUIRE(fault(with(record("<where column=\"id\" is=\"1\"/>")), 3) ==
            "the column id is a key of this database alone and does not travel.");
}

TEST_CASE("mapping: conditions hold of values as they are") {
    const auto admits = [](const std::string& where, const std::optional<std::string>& value) {
        const auto mapping = mapping_from_xml(with(record("<where column=\"x\"" + where)), "m.xml");
        return mapping.find("r")->admits({{"x", value ? text_value(*value) : null_value()}});
    };
    REQUIRE(admits(" is=\"1\"/>", "1"));
    REQUIRE_FALSE(admits(" is=\"1\"/>", "01"));
    REQUIRE_FALSE(admits(" is=\"\"/>", std::nullopt));
    REQUIRE(admits(" is=\"\"/>", ""));
    REQUIRE(admits(" is-not=\"1\"/>", std::nullopt));
    REQUIRE_FALSE(admits(" is-not=\"1\"/>", "1"));
    REQUIRE_FALSE(admits(" is-not=\"1\"/><where column=\"x\" is-not=\"2\"/>", "2"));
    REQUIRE(admits("><in value=\"a\"/><in value=\"b\"/></where>", "b"));
    REQUIRE_FALSE(admits("><in value=\"a\"/><in value=\"b\"/></where>", "a b"));
    const std::string listed = "><in value=\"a\"/><in starts=\"LBF\"/></where>";
    REQUIRE(admits(listed, "LBFneuro"));
    REQUIRE(admits(listed, "LBF"));
    REQUIRE(admits(listed, "a"));
    REQUIRE_FALSE(admits(listed, "lbfneuro"));
    REQUIRE_FALSE(admits(listed, "a LBF"));
    REQUIRE_FALSE(admits(listed, std::nullopt));
    REQUIRE(admits(" null=\"yes\"/>", std::nullopt));
    REQUIRE_FALSE(admits(" null=\"yes\"/>", ""));
    REQUIRE(admits(" null=\"no\"/>", ""));
}

TEST_CASE("mapping: what each table needs") {
    REQUIRE(fault(with("<record table=\"r\"/>"), 3) == "the table r needs a <key>.");
    REQUIRE(fault(with("<record table=\"r\"><key column=\"id\"/></record>"), 3) ==
            "the table r needs an <identity>.");
    REQUIRE(
        fault(with("<record table=\"r\"><key column=\"id\"/><identity column=\"at\"/></record>"),
              3) == "the table r needs an <owner>.");
    REQUIRE(fault(with(record("") + record("")), 4) == "the table r stands twice.");
    REQUIRE(fault(kHead + "</mapping>", 1) == "a mapping has exactly one element <patient>.");
    REQUIRE(fault(with(kPatient), 1) == "a mapping has exactly one element <patient>.");
}

TEST_CASE("mapping: columns that can't be two things at once") {
    const auto both = [](const std::string& parts) { return fault(with(record(parts)), 3); };
    REQUIRE(both("<skip column=\"at\"/>") ==
            "the column at can't be <identity> and <skip> at once.");
    REQUIRE(both("<safety column=\"x\"/><skip column=\"x\"/>") ==
            "the column x can't be <safety> and <skip> at once.");
    REQUIRE(both("<volatile column=\"x\" write=\"set\"/><safety column=\"x\"/>") ==
            "the column x can't be <volatile> and <safety> at once.");
    REQUIRE(both("<lookup column=\"p_id\" table=\"t\" target=\"id\"/>") ==
            "the column p_id can't be <owner> and <lookup> at once.");
    REQUIRE(both("<skip column=\"x\"/><skip column=\"x\"/>") == "the column x is <skip> twice.");
    REQUIRE(both("<label column=\"x\"/><skip column=\"x\"/>") ==
            "the column x can't be <label> and <skip> at once.");
    REQUIRE(both("<label column=\"p_id\"/>") ==
            "the column p_id can't be <owner> and <label> at once.");
    REQUIRE(both("<label column=\"id\"/>") ==
            "the column id is a key of this database alone and does not travel.");
    REQUIRE(both("<safety column=\"id\"/>") ==
            "the column id is a key of this database alone and does not travel.");
    REQUIRE(both("<reference column=\"p_id\" table=\"r\" target=\"id\"/>") ==
            "the owner of a row can't be another row of r; write <reference> for p_id.");
    REQUIRE(both("<group name=\"g\"><column name=\"x\"/><column name=\"y\"/></group>") ==
            "a group means something only with stamping=\"field\"; here all columns of a row stay "
            "together.");
    REQUIRE(fault(patient("<group name=\"g\"><column name=\"name\"/><column name=\"y\"/></group>"),
                  2) == "the column name can't be <identity> and <group> at once.");
    REQUIRE(fault(patient("<group name=\"identity\"><column name=\"x\"/><column name=\"y\"/>"
                          "</group>"),
                  2) == "the name of the group identity is taken.");
    REQUIRE(fault(patient("<identity column=\"id\"/>"), 2) ==
            "the key id of this database can't identify a patient: another database gives the same "
            "number to somebody else.");
    // A column that follows each save may still name a user by a lookup.
    REQUIRE(error_of(with(record("<volatile column=\"x\" write=\"set\"/>"
                                 "<lookup column=\"x\" table=\"u\" target=\"id\"/>"))) ==
            "no error");
}

TEST_CASE("mapping: references and owners lead to tables of the mapping") {
    REQUIRE(fault(with(record("\n<reference column=\"x\" table=\"rr\" target=\"id\"/>")), 4) ==
            "the table rr is not in this mapping; did you mean r?");
    REQUIRE(fault(with(record("<owner column=\"x\" table=\"visits\" target=\"id\"/>")), 3) ==
            "the table visits is not in this mapping.");
    REQUIRE(fault(with(record("<owner column=\"x\" table=\"r\" target=\"id\"/>")), 3) ==
            "the owner of a row can't be another row of r; write <reference> for x.");
    REQUIRE(fault(with(record("<owner through=\"p\" column=\"r_id\"/>")), 3) ==
            "the table p has no <reference> from its column r_id to r.");
    REQUIRE(fault(with(record("<owner column=\"x\" table=\"p\" target=\"id\"/>"
                              "<reference column=\"x\" table=\"p\" target=\"number\"/>")),
                  3) == "the column x is a reference to another row already.");
}

TEST_CASE(
    "mapping: each table stands behind those that its rows hang on, wherever the file has it") {
    const auto record_of = [](const std::string& name, const std::string& owner) {
        return "<record table=\"" + name + "\"><key column=\"id\"/><identity column=\"at\"/>" +
               "<owner " + owner + "/></record>";
    };
    const auto mapping = mapping_from_xml(
        kHead + record_of("page", "column=\"s\" table=\"sheet\" target=\"id\"") +
            record_of("sheet", "through=\"form\" column=\"s_id\"") +
            "<record table=\"form\"><key column=\"id\"/><identity column=\"at\"/>"
            "<owner column=\"p_id\"/><reference column=\"s_id\" table=\"sheet\" target=\"id\"/>"
            "</record>" +
            kPatient + "</mapping>",
        "m.xml");
    std::vector<std::string> names;
    for (const auto& table : mapping.tables) names.push_back(table.table);
    REQUIRE(names == std::vector<std::string>{"p", "form", "sheet", "page"});
}

TEST_CASE("mapping: owners that lead in a circle") {
    const auto other = [](const std::string& name, const std::string& owner) {
        return "<record table=\"" + name + "\"><key column=\"id\"/><identity column=\"at\"/>" +
               "<owner column=\"o\" table=\"" + owner + "\" target=\"id\"/></record>\n";
    };
    REQUIRE(fault(with(other("a", "b") + other("b", "c") + other("c", "a")), 3)
                .starts_with("the owners of a lead in a circle (by "));
    // A circle among alternatives is one too.
    REQUIRE(
        fault(with(record("<owner column=\"x\" table=\"a\" target=\"id\"/>") + other("a", "r")), 3)
            .starts_with("the owners of r lead in a circle"));
    std::string chain = record("", "t0");
    for (int i = 1; i <= 15; ++i) {
        chain += other("t" + std::to_string(i), "t" + std::to_string(i - 1));
    }
    REQUIRE(error_of(with(chain)) == "no error");
    REQUIRE(error_of(with(chain + other("t16", "t15"))) != "no error");
}

TEST_CASE("mapping: the outermost element") {
    const auto root = [](const std::string& attributes) {
        return fault("<mapping xmlns=\"urn:cloud-folder-sync:mapping\" " + attributes + ">" +
                         kPatient + "</mapping>",
                     1);
    };
    REQUIRE(root("format=\"2\" name=\"t\" family=\"f\" version=\"1\"") ==
            "the mapping has another format than this program knows (1); update it.");
    REQUIRE(root("format=\"1\" name=\"t\" family=\"f\" version=\"1.5\"") ==
            "the version is a number from 1, not \"1.5\".");
    REQUIRE(root("format=\"1\" name=\"t\" family=\"f\" version=\"0\"") ==
            "the version is a number from 1, not \"0\".");
    REQUIRE(root("format=\"1\" name=\"t\" version=\"1\"") ==
            "<mapping> needs the attribute family.");
    const std::string begins =
        "a mapping begins with <mapping xmlns=\"urn:cloud-folder-sync:mapping\">.";
    REQUIRE(fault("<mapping format=\"1\"/>", 1) == begins);
    REQUIRE(fault("<html/>", 1) == begins);
    REQUIRE(fault(with("") + "\n<other/>", 1) == "a mapping has one outermost element.");
}

TEST_CASE("mapping: hostile and damaged texts are refused") {
    REQUIRE(fault("", 1).starts_with("this is not well-formed XML"));
    REQUIRE(fault("\n\n<mapping", 3).starts_with("this is not well-formed XML"));
    REQUIRE(fault(with("<record table=\"r\">"), 3).starts_with("this is not well-formed XML"));
    REQUIRE(fault("<!DOCTYPE m [<!ENTITY a \"b\">]>\n" + with(""), 2) ==
            "a mapping has no DOCTYPE.");
    REQUIRE(fault(with("\n\xFF"), 4) ==
            "there is a character that is not UTF-8 or that XML can't hold.");
    REQUIRE(fault(with(std::string("\n\0", 2)), 4) ==
            "there is a character that is not UTF-8 or that XML can't hold.");
    REQUIRE(error_of(std::string(kMaxMappingFile + 1, ' ')) ==
            "The mapping m.xml is larger than 1 MiB: it is no mapping.");
    std::string deep;
    for (int i = 0; i < 100000; ++i) deep += "<record>";
    REQUIRE(fault(with(deep), 3).starts_with("this is not well-formed XML"));
    for (int i = 0; i < 100000; ++i) deep += i < 55000 ? "</record>" : "";
    REQUIRE(error_of(with(deep)) != "no error");
}

TEST_CASE("mapping: large texts take no long time") {
    std::string tables, columns, groups;
    for (int i = 0; i < 8000; ++i) tables += record("", "r" + std::to_string(i));
    REQUIRE(fault(with(tables), 1) == "a mapping has at most 1000 tables.");
    for (int i = 0; i < 40000; ++i) columns += "<skip column=\"c" + std::to_string(i) + "\"/>";
    REQUIRE(fault(with(record(columns)), 3) == "the table r has more than 2000 elements.");
    for (int i = 0; i < 40000; ++i) groups += "<column name=\"c" + std::to_string(i) + "\"/>";
    REQUIRE(error_of(patient("<group name=\"g\">" + groups + "</group>")) == "no error");
    std::string nested(900000, 'x');
    REQUIRE(fault(with("<" + nested + "/>"), 3).size() < 200);
    REQUIRE(fault(with(record("<skip column=\"" + nested + "\"/>")), 3).size() < 200);
}

TEST_CASE("mapping: no change of a good text makes it crash") {
    const auto seed = 20261122U;
    CAPTURE(seed);
    std::mt19937 random(seed);
    for (const auto& [name, text] : shipped_mapping_texts()) {
        for (int i = 0; i < 300; ++i) {
            auto changed = text;
            for (int n = 0; n < 3; ++n) {
                const auto at = random() % changed.size();
                const auto from = random() % text.size();
                switch (random() % 3) {
                    case 0:
                        changed[at] = static_cast<char>(random());
                        break;
                    case 1:
                        changed.erase(at, random() % 40);
                        break;
                    default:
                        changed.insert(at, text.substr(from, random() % 200));
                        break;
                }
            }
            (void)error_of(changed);
        }
    }
}

TEST_CASE("mapping: a text by name or by file") {
    REQUIRE(mapping_text("demo") == shipped_mapping_texts().at("demo"));
    const test::TemporaryFolder folder;
    const auto path = folder / "Übung.xml";
    test::write_file(path, with(""));
    REQUIRE(mapping_text(path) == with(""));
    test::write_file(path, std::string(3 * kMaxMappingFile, ' '));
    REQUIRE(mapping_text(path).size() == kMaxMappingFile + 1);
    for (const auto& wrong : {folder / "none.xml", folder.text(), std::string("dmeo")}) {
        try {
            (void)mapping_text(wrong);
            FAIL("there is such a mapping");
        } catch (const Error& error) {
            REQUIRE(error.code() == ErrorCode::mapping_invalid);
            REQUIRE(std::string(error.what()) ==
                    "There is no mapping " + wrong +
                        ": it is neither a file nor one of those that come with the program (demo, "
                        "open-emr, open-hospital, open-molar, open-mrs, simple, simple-ipd).");
        }
    }
}
