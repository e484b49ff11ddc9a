#include "core/rules/conflicts.h"

#include "core/rules/merge.h"
#include "core/rules/observe.h"
#include "core/rules/shown.h"
#include "tests/support/build.h"
#include "tests/support/generate.h"

using namespace cfs;
using namespace cfs::test;

namespace {

PatientDocument doses(std::initializer_list<Row> rows) {
    PatientDocument document{patient(1), {}};
    for (const auto& row : rows) merge_into(document, {patient(1), {{row_id(3), row}}});
    return document;
}

Row dose(std::uint8_t by, int minutes, const std::string& amount, const std::string& unit) {
    return written("dose", version(by), at(minutes),
                   {{"amount", text(amount)}, {"unit", text(unit)}});
}

bool has_conflict(const PatientDocument& document, const Mapping& mapping, const std::string& id) {
    const auto conflicts = open_conflicts(document, mapping);
    return std::any_of(conflicts.begin(), conflicts.end(),
                       [&](const OpenConflict& conflict) { return conflict.id() == id; });
}

void check_well_formed(const OpenConflict& conflict, const PatientDocument& document,
                       const Mapping& mapping) {
    REQUIRE(conflict.candidates.size() >= 2);
    REQUIRE_FALSE(conflict.columns.empty());
    const auto& row = document.rows.at(conflict.row);
    const auto shown = shown_values(row, mapping.find(row.table));
    for (const auto& candidate : conflict.candidates) {
        REQUIRE(candidate.shown == (&candidate == &conflict.candidates.front()));
        for (const auto& [column, value] : candidate.fields) {
            if (candidate.shown) REQUIRE(shown.at(column) == value);
        }
    }
}

}  // namespace

TEST_CASE("conflicts: what was settled stays settled, whatever old copy comes along") {
    for_each_triple(10'000, [](History& history, const Triple& triple, Dice& dice) {
        const auto& mapping = history.schema().mapping;
        const auto all = merge(merge(triple.a.document, triple.b.document), triple.c.document);
        const auto conflicts = open_conflicts(all, mapping);
        if (conflicts.empty()) return;
        for (const auto& conflict : conflicts) check_well_formed(conflict, all, mapping);
        const auto& conflict = dice.pick(conflicts);
        const auto& kept = dice.pick(conflict.candidates);
        auto settled = all;
        const auto fresh = dice.version(77);
        REQUIRE(settle(settled, conflict, kept.versions.front(), fresh, at(-10'000'000)));
        REQUIRE(open_conflicts(settled, mapping).size() + 1 == conflicts.size());
        const auto& row = settled.rows.at(conflict.row);
        const auto shown = shown_values(row, mapping.find(row.table));
        for (const auto& [column, value] : kept.fields) {
            REQUIRE(shown.at(column) == value);
            REQUIRE(row.fields.at(column).size() == 1);
        }
        for (const auto* old : {&triple.a, &triple.b, &triple.c}) {
            REQUIRE(merge(settled, old->document) == settled);
        }
    });
}

TEST_CASE("conflicts: a settling that is taken back stands again everywhere, and nothing else") {
    for_each_triple(3'000, [](History& history, const Triple& triple, Dice& dice) {
        const auto& mapping = history.schema().mapping;
        const auto all = merge(merge(triple.a.document, triple.b.document), triple.c.document);
        const auto conflicts = open_conflicts(all, mapping);
        if (conflicts.empty()) return;
        const auto& conflict = dice.pick(conflicts);
        auto settled = all;
        const auto put_away = settle(settled, conflict, conflict.candidates.back().versions.front(),
                                     dice.version(77), at(10'000'000));
        REQUIRE(put_away);
        std::set<VersionId> former, unused;
        for (const auto& [column, field] : put_away->before) {
            for (const auto& held : field) former.insert(held.version);
        }
        for (const auto& version : former) unused.insert(dice.version(version.writer));
        std::map<VersionId, VersionId> fresh;
        auto next = unused.begin();
        for (const auto& version : former) fresh.emplace(version, *next++);
        auto again = settled;
        REQUIRE(reopen(again, *put_away, fresh));
        const auto shown = [&](const PatientDocument& document) {
            return shown_values(document.rows.at(conflict.row),
                                mapping.find(document.rows.at(conflict.row).table));
        };
        REQUIRE(open_conflicts(again, mapping).size() == conflicts.size());
        REQUIRE(shown(again) == shown(all));
        for (const auto& document : {triple.a.document, triple.b.document, all, settled}) {
            REQUIRE(merge(again, document) == again);
        }
        REQUIRE_FALSE(reopen(again, *put_away, fresh));
    });
}

TEST_CASE("conflicts: two doses typed at two sites stand against each other as a whole") {
    const auto document = doses({dose(2, 5, "6", "mg"), dose(3, 4, "1", "g")});
    const auto conflicts = open_conflicts(document, clinic());
    REQUIRE(conflicts.size() == 1);
    REQUIRE(conflicts[0].id() == row_id(3).text());
    REQUIRE(conflicts[0].columns == std::vector<std::string>{"amount", "unit"});
    REQUIRE(conflicts[0].candidates[0].fields ==
            Values{{"amount", text("6")}, {"unit", text("mg")}});
    REQUIRE(conflicts[0].candidates[1].fields ==
            Values{{"amount", text("1")}, {"unit", text("g")}});
}

TEST_CASE("conflicts: two forms of one number stand on one side") {
    auto mapping = clinic();
    for (auto& table : mapping.tables) {
        if (table.table == "dose") table.of_one_form.insert("amount");
    }
    const auto same = doses({dose(2, 5, "6", "mg"), dose(3, 4, "6.0", "mg")});
    REQUIRE(open_conflicts(same, mapping).empty());
    const auto conflicts = open_conflicts(
        doses({dose(2, 5, "6", "mg"), dose(3, 4, "6.0", "mg"), dose(4, 3, "1", "mg")}), mapping);
    REQUIRE(conflicts.size() == 1);
    REQUIRE(conflicts[0].candidates.size() == 2);
    REQUIRE(conflicts[0].candidates[0].versions.size() == 2);
}

TEST_CASE(
    "conflicts: two patients' fields are conflicts of their own, allergies a matter of safety") {
    const auto one =
        written("patient", version(2), at(5),
                {{"allergy", text("none")}, {"phone", text("1")}, {"city", text("B")}});
    const auto two =
        written("patient", version(3), at(6),
                {{"allergy", text("nuts")}, {"phone", text("2")}, {"city", text("B")}});
    const PatientDocument document{patient(1), {{row_id(1), merge(one, two)}}};
    const auto conflicts = open_conflicts(document, clinic());
    REQUIRE(conflicts.size() == 2);
    REQUIRE(conflicts[0].id() == row_id(1).text() + ".allergy");
    REQUIRE(conflicts[0].safety);
    REQUIRE(conflicts[1].id() == row_id(1).text() + ".phone");
    REQUIRE_FALSE(conflicts[1].safety);
}

TEST_CASE(
    "conflicts: sites that typed the same are one candidate, with the latest of their times") {
    const auto document =
        doses({dose(2, 5, "6", "mg"), dose(3, 4, "1", "g"), dose(4, 9, "6", "mg")});
    const auto conflicts = open_conflicts(document, clinic());
    REQUIRE(conflicts.size() == 1);
    const auto& candidates = conflicts[0].candidates;
    REQUIRE(candidates.size() == 2);
    REQUIRE(candidates[0].versions == std::vector{version(2), version(4)});
    REQUIRE(candidates[0].time == at(9));
    REQUIRE(candidates[0].latest == version(4));
}

TEST_CASE("conflicts: equal values are none") {
    REQUIRE(
        open_conflicts(doses({dose(2, 5, "6", "mg"), dose(3, 4, "6", "mg")}), clinic()).empty());
}

TEST_CASE("conflicts: settling keeps the candidate that was chosen, in all its columns") {
    const auto mapping = clinic();
    auto document = doses({dose(2, 5, "6", "mg"), dose(3, 4, "1", "g")});
    const auto conflict = open_conflicts(document, mapping).at(0);
    REQUIRE(settle(document, conflict, version(3), version(9), at(7)));
    auto expected = dose(9, 7, "1", "g");
    expected.absorbed = {version(2), version(3), version(9)};
    REQUIRE(document.rows.at(row_id(3)) == expected);
}

TEST_CASE("conflicts: a column that the chosen writer did not know keeps what is shown") {
    const auto mapping = clinic();
    auto newer = dose(2, 5, "6", "mg");
    newer.fields["route"] = {{version(2), at(5), text("oral")}};
    auto document = doses({newer, dose(3, 4, "1", "g")});
    const auto conflict = open_conflicts(document, mapping).at(0);
    REQUIRE(settle(document, conflict, version(3), version(9), at(7)));
    REQUIRE(document.rows.at(row_id(3)).fields.at("route") ==
            Field{{version(9), at(7), text("oral")}});
}

TEST_CASE("conflicts: a value that came in after the question was asked is not settled away") {
    const auto mapping = clinic();
    auto document = doses({dose(2, 5, "6", "mg"), dose(3, 4, "1", "g")});
    const auto asked = open_conflicts(document, mapping).at(0);
    merge_into(document, doses({dose(4, 3, "8", "mg")}));
    REQUIRE(settle(document, asked, version(3), version(9), at(7)));
    REQUIRE(document.rows.at(row_id(3)).fields.at("amount") ==
            Field{{version(4), at(3), text("8")}, {version(9), at(7), text("1")}});
    REQUIRE(has_conflict(document, mapping, asked.id()));
}

TEST_CASE("conflicts: a conflict that is open again has its writers and their times") {
    const auto mapping = clinic();
    auto document = doses({dose(2, 5, "6", "mg"), dose(3, 4, "1", "g")});
    const auto conflict = open_conflicts(document, mapping).at(0);
    const auto settled = settle(document, conflict, version(3), version(9), at(7));
    REQUIRE(settled);
    REQUIRE(reopen(document, *settled, {{version(2), version(12)}, {version(3), version(13)}}));
    const auto open = open_conflicts(document, mapping);
    REQUIRE(open.size() == 1);
    REQUIRE(open[0].candidates[0].time == at(5));
    REQUIRE(open[0].candidates[0].versions == std::vector{version(12)});
    REQUIRE(open[0].candidates[1].fields == Values{{"amount", text("1")}, {"unit", text("g")}});
}

TEST_CASE("conflicts: a settling is not taken back where the row was edited since") {
    const auto mapping = clinic();
    auto document = doses({dose(2, 5, "6", "mg"), dose(3, 4, "1", "g")});
    const auto conflict = open_conflicts(document, mapping).at(0);
    const auto settled = settle(document, conflict, version(3), version(9), at(7));
    REQUIRE(settled);
    edit(document.rows.at(row_id(3)), {{"amount", text("2")}}, mapping.find("dose"), version(10),
         at(8));
    const auto before = document;
    REQUIRE_FALSE(
        reopen(document, *settled, {{version(2), version(12)}, {version(3), version(13)}}));
    REQUIRE(document == before);
}

TEST_CASE("conflicts: nothing is settled by an unknown version or without the row") {
    const auto mapping = clinic();
    auto document = doses({dose(2, 5, "6", "mg"), dose(3, 4, "1", "g")});
    const auto before = document;
    const auto conflict = open_conflicts(document, mapping).at(0);
    REQUIRE_FALSE(settle(document, conflict, version(8), version(9), at(7)));
    REQUIRE(document == before);
    PatientDocument empty{patient(1), {}};
    REQUIRE_FALSE(settle(empty, conflict, version(3), version(9), at(7)));
    REQUIRE(empty.rows.empty());
}

TEST_CASE("conflicts: settled differently at two sites is a new conflict") {
    const auto mapping = clinic();
    auto here = doses({dose(2, 5, "6", "mg"), dose(3, 4, "1", "g")});
    auto there = here;
    const auto conflict = open_conflicts(here, mapping).at(0);
    REQUIRE(settle(here, conflict, version(2), version(8), at(7)));
    REQUIRE(settle(there, conflict, version(3), version(9), at(8)));
    REQUIRE(open_conflicts(merge(here, there), mapping).at(0).candidates.size() == 2);
}

TEST_CASE("conflicts: settled alike at two sites is settled") {
    const auto mapping = clinic();
    auto here = doses({dose(2, 5, "6", "mg"), dose(3, 4, "1", "g")});
    auto there = here;
    const auto conflict = open_conflicts(here, mapping).at(0);
    REQUIRE(settle(here, conflict, version(2), version(8), at(7)));
    REQUIRE(settle(there, conflict, version(2), version(9), at(8)));
    REQUIRE(open_conflicts(merge(here, there), mapping).empty());
}

TEST_CASE("conflicts: rows of unknown tables are compared as a whole") {
    const PatientDocument document{
        patient(1),
        {{row_id(5), merge(written("genome", version(1), at(0), {{"x", text("1")}}),
                           written("genome", version(2), at(0), {{"x", text("2")}}))}}};
    REQUIRE(open_conflicts(document, clinic()).at(0).group.empty());
}
