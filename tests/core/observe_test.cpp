#include "core/rules/observe.h"

#include <algorithm>

#include "core/rules/conflicts.h"
#include "core/rules/merge.h"
#include "core/rules/project.h"
#include "core/rules/shown.h"
#include "tests/support/build.h"
#include "tests/support/generate.h"

using namespace cfs;
using namespace cfs::test;

namespace {

VersionId no_version() {
    FAIL("an edit was found where there is none");
    return {};
}

const Held& latest(const Field& field) {
    return *std::max_element(field.begin(), field.end(), [](const Held& a, const Held& b) {
        return std::tie(a.time, a.version) < std::tie(b.time, b.version);
    });
}

bool holds(const Field& field, const Held& held) {
    return std::find(field.begin(), field.end(), held) != field.end();
}

// A dose that one site wrote, as the document and as the database have it.
struct Dose {
    Mapping mapping = clinic();
    Values values{{"amount", text("5")}, {"unit", text("mg")}, {"touched", text("t0")}};
    PatientDocument document{patient(1), {{row_id(3), written("dose", version(1), at(0), values)}}};
    Rows left{{row_id(3), {"dose", values}}};

    [[nodiscard]] PatientDocument after(const Values& changes, std::uint8_t by = 2, int minutes = 5,
                                        const ObserveContext& context = {}) const {
        return observe(document, left, now(changes), mapping, issues(by), at(minutes), context);
    }
    [[nodiscard]] Rows now(const Values& changes) const {
        auto rows = left;
        for (const auto& [column, value] : changes) rows.at(row_id(3)).columns[column] = value;
        return rows;
    }
};

// The amount is a number in the database.
Mapping with_numbers(Mapping mapping) {
    for (auto& table : mapping.tables) {
        if (table.table == "dose") table.of_one_form.insert("amount");
    }
    return mapping;
}

Row dose_of(const PatientDocument& document) { return document.rows.at(row_id(3)); }

// The document with a random edit in it, and what was edited.
struct RandomEdit {
    RowId row;
    std::string column;
    Value value = text("just typed");
    PatientDocument after;
};

RandomEdit random_edit(const PatientDocument& document, const Mapping& mapping, Dice& dice,
                       const ObserveContext& context = {}) {
    const auto left = project(document, mapping);
    auto now = left;
    RandomEdit edit;
    edit.row = dice.pick(now).first;
    auto& columns = now.at(edit.row).columns;
    do {
        edit.column = dice.pick(columns).first;
    } while (edit.column == "touched");
    columns[edit.column] = edit.value;
    const auto time = at(0) + std::chrono::days(static_cast<int>(dice.below(9000)) - 4500);
    edit.after = observe(
        document, left, now, mapping, [&] { return dice.version(99); }, time, context);
    return edit;
}

void check_no_edit(const PatientDocument& document, const Rows& rows, const Mapping& mapping) {
    REQUIRE(observe(document, rows, rows, mapping, no_version, at(0)) == document);
    REQUIRE(observe(document, {}, rows, mapping, no_version, at(0)) == document);
    REQUIRE(observe(document, rows, {}, mapping, no_version, at(0)) == document);
}

// An edit replaces what was shown, keeps every loser and is shown itself.
void check_edit(const PatientDocument& document, const Mapping& mapping, Dice& dice) {
    const auto edit = random_edit(document, mapping, dice);
    const auto& before = document.rows.at(edit.row);
    const auto& row = edit.after.rows.at(edit.row);
    const auto* table = mapping.find(row.table);
    const auto shown = shown_values(before, table);
    REQUIRE(shown_values(row, table).at(edit.column) == edit.value);
    for (const auto& [column, field] : before.fields) {
        for (const auto& held : field) {
            const bool loser = held.value != shown.at(column);
            if (loser && column != "touched") REQUIRE(holds(row.fields.at(column), held));
        }
    }
    REQUIRE(std::includes(row.absorbed.begin(), row.absorbed.end(), before.absorbed.begin(),
                          before.absorbed.end()));
    REQUIRE(row.absorbed.size() == before.absorbed.size() + 1);
    REQUIRE(merge(edit.after, document) == edit.after);
}

// A stale form stands beside the value that it would have erased.
void check_stale_form(const PatientDocument& document, const Rows& rows, const Mapping& mapping,
                      Dice& dice) {
    ObserveContext context;
    for (const auto& [id, values] : rows) {
        for (const auto& [column, value] : values.columns) {
            context.overwritten[id][column] = {text("just typed")};
        }
    }
    const auto edit = random_edit(document, mapping, dice, context);
    const auto& row = edit.after.rows.at(edit.row);
    for (const auto& [column, field] : document.rows.at(edit.row).fields) {
        for (const auto& held : field) REQUIRE(holds(row.fields.at(column), held));
    }
    const auto& field = row.fields.at(edit.column);
    REQUIRE(std::count_if(field.begin(), field.end(),
                          [&](const Held& held) { return held.value == edit.value; }) == 1);
    REQUIRE_FALSE(open_conflicts(edit.after, mapping).empty());
}

}  // namespace

TEST_CASE("observe: finds edits where there are some, and drops nothing that was not seen") {
    for_each_triple(10'000, [](History& history, const Triple& triple, Dice& dice) {
        const auto& mapping = history.schema().mapping;
        const auto document = merge(triple.a.document, triple.c.document);
        const auto rows = project(document, mapping);
        check_no_edit(document, rows, mapping);
        if (rows.empty()) return;
        check_edit(document, mapping, dice);
        check_stale_form(document, rows, mapping, dice);
    });
}

TEST_CASE("observe: the edit of one column of a record gives the new version to the whole row") {
    const Dose dose;
    const auto& row = dose_of(dose.after({{"amount", text("6")}}));
    REQUIRE(row.fields.at("amount") == Field{{version(2), at(5), text("6")}});
    REQUIRE(row.fields.at("unit") == Field{{version(2), at(5), text("mg")}});
    REQUIRE(row.absorbed == std::vector{version(1), version(2)});
}

TEST_CASE("observe: a column that only a newer site knows is stamped along with the row") {
    Dose dose;
    dose.document.rows.at(row_id(3)).fields["route"] = {{version(1), at(0), text("oral")}};
    const auto& row = dose_of(dose.after({{"amount", text("6")}}));
    REQUIRE(row.fields.at("route") == Field{{version(2), at(5), text("oral")}});
}

TEST_CASE("observe: columns of one group get the new version together, others keep theirs") {
    const auto mapping = clinic();
    const Values values{{"age", text("3")}, {"age_unit", text("months")}, {"city", text("Bern")}};
    const PatientDocument document{patient(1),
                                   {{row_id(1), written("patient", version(1), at(0), values)}}};
    const Rows left{{row_id(1), {"patient", values}}};
    auto now = left;
    now.at(row_id(1)).columns["age"] = text("4");
    const auto after = observe(document, left, now, mapping, issues(2), at(5));
    const auto& fields = after.rows.at(row_id(1)).fields;
    REQUIRE(fields.at("age") == Field{{version(2), at(5), text("4")}});
    REQUIRE(fields.at("age_unit") == Field{{version(2), at(5), text("months")}});
    REQUIRE(fields.at("city") == Field{{version(1), at(0), text("Bern")}});
}

TEST_CASE("observe: a value that the database rounded is no edit") {
    Dose dose;
    dose.left.at(row_id(3)).columns["amount"] = text("5.0");
    REQUIRE(observe(dose.document, dose.left, dose.left, dose.mapping, no_version, at(5)) ==
            dose.document);
    // An edit of another column sends the exact value on, not the rounded one.
    const auto& row = dose_of(dose.after({{"unit", text("g")}}));
    REQUIRE(row.fields.at("amount") == Field{{version(2), at(5), text("5")}});
}

TEST_CASE("observe: a new row gets one version for all its columns") {
    const Dose dose;
    auto now = dose.left;
    now[row_id(4)] = {"dose", {{"amount", text("1")}, {"unit", null()}}};
    const auto after = observe(dose.document, dose.left, now, dose.mapping, issues(2), at(5));
    REQUIRE(after.rows.at(row_id(4)) ==
            written("dose", version(2), at(5), {{"amount", text("1")}, {"unit", null()}}));
    REQUIRE(dose_of(after) == dose_of(dose.document));
}

TEST_CASE("observe: a row that is gone from the database stays in the document") {
    const Dose dose;
    REQUIRE(observe(dose.document, dose.left, {}, dose.mapping, no_version, at(5)) ==
            dose.document);
}

TEST_CASE("observe: a change from a value to NULL is an edit") {
    const Dose dose;
    REQUIRE(dose_of(dose.after({{"unit", null()}})).fields.at("unit").front().value == null());
}

TEST_CASE("observe: a column that the clinic program dropped is no edit") {
    const Dose dose;
    auto now = dose.left;
    now.at(row_id(3)).columns.erase("unit");
    REQUIRE(observe(dose.document, dose.left, now, dose.mapping, no_version, at(5)) ==
            dose.document);
}

TEST_CASE(
    "observe: what the clinic program changes by itself is no edit, but goes along with one") {
    const Dose dose;
    REQUIRE(observe(dose.document, dose.left, dose.now({{"touched", text("t1")}}), dose.mapping,
                    no_version, at(5)) == dose.document);
    const auto& row = dose_of(dose.after({{"touched", text("t1")}, {"amount", text("6")}}));
    REQUIRE(row.fields.at("touched") == Field{{version(2), at(5), text("t1")}});
}

TEST_CASE("observe: columns that change by themselves never make a conflict") {
    const Dose dose;
    const auto here = dose.after({{"touched", text("t1")}, {"amount", text("6")}}, 2);
    const auto there = dose.after({{"touched", text("t2")}, {"amount", text("6")}}, 3);
    const auto both = merge(here, there);
    REQUIRE(dose_of(both).fields.at("touched").size() == 2);
    REQUIRE(open_conflicts(both, dose.mapping).empty());
}

TEST_CASE("observe: a form opened before a sync and saved after it makes a conflict") {
    const Dose dose;
    ObserveContext context;
    context.overwritten[row_id(3)]["amount"] = {text("4")};
    const auto stale = dose.after({{"amount", text("4")}}, 2, 5, context);
    const auto field = dose_of(stale).fields.at("amount");
    REQUIRE(field == Field{{version(1), at(0), text("5")}, {version(2), at(5), text("4")}});
    REQUIRE(open_conflicts(stale, dose.mapping).size() == 1);
    const auto ordinary = dose.after({{"amount", text("7")}}, 2, 5, context);
    REQUIRE(dose_of(ordinary).fields.at("amount").size() == 1);
}

TEST_CASE("observe: an edit of a row that the database refused to update overwrites nothing") {
    const Dose dose;  // the document says 5 mg, the database still holds 3 g
    auto left = dose.left;
    left.at(row_id(3)).columns = {{"amount", text("3")}, {"unit", text("g")}};
    auto now = left;
    now.at(row_id(3)).columns["amount"] = text("4");
    ObserveContext context;
    context.unseen = {row_id(3)};
    const auto after = observe(dose.document, left, now, dose.mapping, issues(2), at(5), context);
    const auto fields = dose_of(after).fields;
    REQUIRE(fields.at("amount") ==
            Field{{version(1), at(0), text("5")}, {version(2), at(5), text("4")}});
    REQUIRE(fields.at("unit") ==
            Field{{version(1), at(0), text("mg")}, {version(2), at(5), text("g")}});
}

TEST_CASE("observe: a field that was refused takes no part in the edit of another") {
    const Mapping mapping = clinic();
    const RowId id = row_id(1);
    PatientDocument document{patient(1), {}};
    document.rows[id] =
        written("patient", version(1), at(0), {{"phone", text("too long")}, {"name", text("Ann")}});
    Rows left{{id, {"patient", {{"phone", text("1")}, {"name", text("Ann")}}}}};
    auto now = left;
    now.at(id).columns["name"] = text("Anna");
    ObserveContext context;
    context.unseen = {id};
    const auto after = observe(document, left, now, mapping, issues(2), at(5), context);
    REQUIRE(after.rows.at(id).fields.at("name").size() == 1);
    REQUIRE(after.rows.at(id).fields.at("phone") == Field{{version(1), at(0), text("too long")}});
}

TEST_CASE(
    "observe: whoever edits in spite of a conflict sees his own value, whatever the clocks say") {
    const Dose dose;
    const auto both = merge(dose.after({{"amount", text("6")}}, 2, 900'000),
                            dose.after({{"amount", text("7")}}, 3, 900'001));
    const Rows left = project(both, dose.mapping);
    auto now = left;
    now.at(row_id(3)).columns["amount"] = text("8");
    const auto after = observe(both, left, now, dose.mapping, issues(4), at(6));
    const auto& row = dose_of(after);
    REQUIRE(shown_values(row, dose.mapping.find("dose")).at("amount") == text("8"));
    REQUIRE(row.fields.at("amount").size() == 2);
    REQUIRE(latest(row.fields.at("amount")).time == at(900'000) + std::chrono::milliseconds(1));
}

TEST_CASE("observe: a time at the end of all times is not overrun") {
    Dose dose;
    for (auto& [column, field] : dose.document.rows.at(row_id(3)).fields)
        field.front().time = kLastTime;
    dose.document = merge(dose.document,
                          {patient(1),
                           {{row_id(3), written("dose", version(9), kLastTime,
                                                {{"amount", text("9")}, {"unit", text("mg")}})}}});
    dose.left = project(dose.document, dose.mapping);
    const auto& row = dose_of(dose.after({{"amount", text("8")}}));
    REQUIRE(latest(row.fields.at("amount")).time == kLastTime);
}

TEST_CASE("found: equal rows of two copies of one database bear equal versions of time zero") {
    const Dose dose;
    const auto one = found(patient(1), dose.left, dose.mapping);
    REQUIRE(one == found(patient(1), dose.left, dose.mapping));
    const auto row = dose_of(one);
    for (const auto& [column, field] : row.fields) {
        REQUIRE(field.front().time == Time{});
        REQUIRE(field.front().version.writer == 0);
    }
    const auto other = found(patient(1), dose.now({{"amount", text("6")}}), dose.mapping);
    REQUIRE(dose_of(other).fields.at("unit") != dose_of(one).fields.at("unit"));
}

TEST_CASE("found: loses against any edit") {
    const Dose dose;
    const auto copy = found(patient(1), dose.now({{"amount", text("9")}}), dose.mapping);
    const auto both = merge(copy, dose.after({{"amount", text("6")}}, 2, -9'000'000));
    REQUIRE(shown_values(dose_of(both), dose.mapping.find("dose")).at("amount") == text("6"));
}

TEST_CASE("found: what the folder shows as well needs no version of ours") {
    const Dose dose;
    auto copy = found(patient(1), dose.left, dose.mapping);
    drop_known_values(copy, dose.document, dose.mapping);
    REQUIRE(dose_of(copy).fields.empty());
    REQUIRE(dose_of(copy).absorbed.empty());
    REQUIRE(merge(copy, dose.document) == dose.document);
    auto edited = found(patient(1), dose.now({{"amount", text("9")}}), dose.mapping);
    const auto whole = edited;
    drop_known_values(edited, dose.document, dose.mapping);
    // The row's own column that changes by itself is equal; dose and unit stay as a whole.
    REQUIRE(dose_of(edited).fields.size() == 2);
    REQUIRE(dose_of(edited).fields.at("unit") == dose_of(whole).fields.at("unit"));
}

TEST_CASE("found: copies on two database systems agree, whatever form their numbers have") {
    const Dose dose;
    const auto numbers = with_numbers(dose.mapping);
    const auto one = found(patient(1), dose.now({{"amount", text("5")}}), numbers);
    const auto other = found(patient(1), dose.now({{"amount", text("5.00")}}), numbers);
    const auto both = merge(one, other);
    REQUIRE(both == merge(other, one));
    REQUIRE(dose_of(both).absorbed.size() == dose_of(one).absorbed.size());
    REQUIRE(open_conflicts(both, numbers).empty());
    SECTION("what the folder shows in another form needs no version of ours") {
        auto copy = found(patient(1), dose.now({{"amount", text("5.00")}}), numbers);
        drop_known_values(copy, dose.document, numbers);
        REQUIRE(dose_of(copy).fields.empty());
    }
    SECTION("in a column of texts they are two values") {
        const auto texts =
            merge(found(patient(1), dose.now({{"amount", text("5")}}), dose.mapping),
                  found(patient(1), dose.now({{"amount", text("5.00")}}), dose.mapping));
        REQUIRE(open_conflicts(texts, dose.mapping).size() == 1);
    }
}

TEST_CASE("observe: another form of what the document shows is no edit") {
    const Dose dose;
    const auto numbers = with_numbers(dose.mapping);
    const auto now = dose.now({{"amount", text("5.00")}});
    REQUIRE(observe(dose.document, {}, now, numbers, no_version, at(5)) == dose.document);
    const auto edited = dose.now({{"amount", text("5.01")}});
    REQUIRE(observe(dose.document, {}, edited, numbers, issues(2), at(5)) != dose.document);
}

TEST_CASE("observe: an edit has seen a value in every form that it is kept in") {
    const Dose dose;
    const auto numbers = with_numbers(dose.mapping);
    const auto both = merge(dose.after({{"amount", text("6")}}, 2, 5),
                            dose.after({{"amount", text("6.00")}}, 3, 6));
    REQUIRE(open_conflicts(both, numbers).empty());
    const auto after = observe(both, dose.now({{"amount", text("6.00")}}),
                               dose.now({{"amount", text("7.00")}}), numbers, issues(2), at(9));
    REQUIRE(open_conflicts(after, numbers).empty());
    REQUIRE(dose_of(after).fields.at("amount").size() == 1);
}

TEST_CASE("observe: columns that a newer mapping knows enter as found, not as edited") {
    const Dose dose;
    const auto after = observe(dose.document, dose.left, dose.now({{"route", text("oral")}}),
                               dose.mapping, no_version, at(5));
    const auto field = dose_of(after).fields.at("route");
    REQUIRE(field.size() == 1);
    REQUIRE(field.front().time == Time{});
    REQUIRE(dose_of(after).fields.at("amount") == dose_of(dose.document).fields.at("amount"));
}

TEST_CASE("edit: undo writes a value back as a new edit of the whole row") {
    Dose dose;
    auto& row = dose.document.rows.at(row_id(3));
    edit(row, {{"amount", text("4")}}, dose.mapping.find("dose"), version(6), at(9));
    REQUIRE(row.fields.at("amount") == Field{{version(6), at(9), text("4")}});
    REQUIRE(row.fields.at("unit") == Field{{version(6), at(9), text("mg")}});
    REQUIRE(has_absorbed(row, version(6)));
}
