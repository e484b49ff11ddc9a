#include "core/rules/merge.h"

#include <algorithm>
#include <chrono>

#include "core/folder/patient_file.h"
#include "core/rules/shown.h"
#include "tests/support/build.h"
#include "tests/support/generate.h"

using namespace cfs;
using namespace cfs::test;

namespace {

bool grew(const PatientDocument& before, const PatientDocument& after) {
    return std::all_of(before.rows.begin(), before.rows.end(), [&](const auto& item) {
        const auto at = after.rows.find(item.first);
        return at != after.rows.end() &&
               std::includes(at->second.absorbed.begin(), at->second.absorbed.end(),
                             item.second.absorbed.begin(), item.second.absorbed.end());
    });
}

const Field& field(const PatientDocument& document, const std::string& column) {
    return document.rows.at(row_id(1)).fields.at(column);
}

// Anna's document as every site has it at first, and what a site's database makes of it.
struct Anna {
    Mapping mapping = clinic();
    Values values{{"name", text("Anna")}, {"phone", text("1")}, {"city", text("Bern")}};
    PatientDocument document{patient(1),
                             {{row_id(1), written("patient", version(1), at(0), values)}}};

    [[nodiscard]] PatientDocument edited(const PatientDocument& from, std::uint8_t by, int minutes,
                                         const Values& changes) const {
        const Rows left = project(from);
        auto now = left;
        for (const auto& [column, value] : changes) now.at(row_id(1)).columns[column] = value;
        return observe(from, left, now, mapping, issues(by), at(minutes));
    }
    [[nodiscard]] Rows project(const PatientDocument& from) const {
        const auto& row = from.rows.at(row_id(1));
        return {{row_id(1), {"patient", shown_values(row, &mapping.patient_table())}}};
    }
    [[nodiscard]] Value shown(const PatientDocument& from, const std::string& column) const {
        return project(from).at(row_id(1)).columns.at(column);
    }
};

}  // namespace

TEST_CASE("merge: in any order gives the same document and bytes, and knowledge only grows") {
    for_each_triple(10'000, [](History& history, const Triple& triple, Dice& dice) {
        const auto& a = triple.a.document;
        const auto& b = triple.b.document;
        const auto& c = triple.c.document;
        const auto ab = merge(a, b);
        REQUIRE(ab == merge(b, a));
        REQUIRE(includes(a, b) == (ab == a));
        REQUIRE(includes(ab, b));
        const auto all = merge(ab, c);
        const auto other = merge(a, merge(b, c));
        REQUIRE(all == other);
        REQUIRE(all == merge(merge(c, a), b));
        REQUIRE(merge(a, a) == a);
        REQUIRE(merge(all, b) == all);
        REQUIRE((grew(a, all) && grew(b, all) && grew(c, all)));
        // The oracle: exactly what no edit had seen and replaced is held.
        REQUIRE(history.true_to_edits(triple.a));
        REQUIRE(history.true_to_edits(joined(joined(triple.a, triple.b), triple.c)));
        if (dice.chance(50)) REQUIRE(to_xml(all) == to_xml(other));
    });
}

TEST_CASE("merge: edits of two fields of one patient both survive") {
    const Anna anna;
    const auto here = anna.edited(anna.document, 2, 5, {{"phone", text("2")}});
    const auto there = anna.edited(anna.document, 3, 6, {{"city", text("Basel")}});
    const auto both = merge(here, there);
    REQUIRE(anna.shown(both, "phone") == text("2"));
    REQUIRE(anna.shown(both, "city") == text("Basel"));
    REQUIRE(field(both, "phone").size() == 1);
    REQUIRE(field(both, "city").size() == 1);
}

TEST_CASE("merge: the later of two edits of one field is shown and the other stays beside it") {
    const Anna anna;
    const auto here = anna.edited(anna.document, 2, 5, {{"phone", text("2")}});
    const auto there = anna.edited(anna.document, 3, 6, {{"phone", text("3")}});
    const auto both = merge(here, there);
    REQUIRE(anna.shown(both, "phone") == text("3"));
    REQUIRE(field(both, "phone") ==
            Field{{version(2), at(5), text("2")}, {version(3), at(6), text("3")}});
}

TEST_CASE("merge: of two edits at the same time the greater version is shown") {
    const Anna anna;
    const auto here = anna.edited(anna.document, 2, 5, {{"phone", text("2")}});
    const auto there = anna.edited(anna.document, 3, 5, {{"phone", text("1b")}});
    REQUIRE(anna.shown(merge(here, there), "phone") == text("1b"));
}

TEST_CASE("merge: the same value typed at two sites is no conflict and bears both versions") {
    const Anna anna;
    const auto here = anna.edited(anna.document, 2, 5, {{"phone", text("2")}});
    const auto there = anna.edited(anna.document, 3, 6, {{"phone", text("2")}});
    const auto both = merge(here, there);
    REQUIRE(field(both, "phone") ==
            Field{{version(2), at(5), text("2")}, {version(3), at(6), text("2")}});
}

TEST_CASE("merge: an edit made after a sync replaces what the sync brought") {
    const Anna anna;
    const auto here = anna.edited(anna.document, 2, 5, {{"phone", text("2")}});
    const auto there = anna.edited(here, 3, 6, {{"phone", text("3")}});
    REQUIRE(merge(here, there) == there);
}

TEST_CASE("merge: an old copy brings back nothing that was overwritten") {
    const Anna anna;
    const auto later = anna.edited(anna.edited(anna.document, 2, 5, {{"phone", text("2")}}), 3, 6,
                                   {{"phone", text("3")}});
    REQUIRE(merge(later, anna.document) == later);
}

TEST_CASE("merge: a clock ten years ahead decides what is shown, never what is kept") {
    const Anna anna;
    const auto ahead = anna.edited(anna.document, 2, 5'000'000, {{"phone", text("2")}});
    const auto right = anna.edited(anna.document, 3, 6, {{"phone", text("3")}});
    const auto both = merge(ahead, right);
    REQUIRE(anna.shown(both, "phone") == text("2"));
    REQUIRE(field(both, "phone").size() == 2);
    // Who has seen the value of the wrong clock replaces it, although his clock says earlier.
    const auto next = anna.edited(both, 4, 7, {{"phone", text("4")}});
    REQUIRE(anna.shown(next, "phone") == text("4"));
}

TEST_CASE("merge: three sites in conflict keep three values") {
    const Anna anna;
    auto all = anna.document;
    for (std::uint8_t site = 2; site < 5; ++site) {
        merge_into(all,
                   anna.edited(anna.document, site, site, {{"phone", text(std::to_string(site))}}));
    }
    REQUIRE(field(all, "phone").size() == 3);
    REQUIRE(anna.shown(all, "phone") == text("4"));
}

TEST_CASE("merge: of very many fields that lie between each other, all are there, and soon") {
    constexpr int kFields = 100'000;
    Values even, odd;
    for (int i = 0; i < kFields; ++i) {
        (i % 2 == 0 ? even : odd).emplace("field " + std::to_string(kFields + i), text("x"));
    }
    const auto a = written("patient", version(1), at(0), even);
    const auto b = written("patient", version(2), at(0), odd);
    const auto start = std::chrono::steady_clock::now();
    const auto merged = merge(a, b);
    // One by one into the middle of the others they would take minutes.
    REQUIRE(std::chrono::steady_clock::now() - start < std::chrono::seconds(20));
    REQUIRE(merged.fields.size() == kFields);
    REQUIRE(merged == merge(b, a));
    REQUIRE(std::all_of(even.begin(), even.end(),
                        [&](const auto& item) { return merged.fields.contains(item.first); }));
}

TEST_CASE("merge: rows that only one side has are taken over") {
    const Anna anna;
    auto other = anna.document;
    other.rows.emplace(row_id(2), written("visit", version(7), at(1), {{"reason", text("cough")}}));
    REQUIRE(merge(anna.document, other) == other);
    REQUIRE(merge(other, anna.document) == other);
}

TEST_CASE("merge: a field that one site does not know stays") {
    const Anna anna;
    auto newer = anna.document;
    newer.rows.at(row_id(1)).fields["insurance"] = {{version(9), at(0), text("X")}};
    absorb(newer.rows.at(row_id(1)), version(9));
    const auto both = merge(newer, anna.edited(anna.document, 2, 5, {{"phone", text("2")}}));
    REQUIRE(field(both, "insurance").front().value == text("X"));
    REQUIRE(anna.shown(both, "phone") == text("2"));
}

TEST_CASE("merge: writers that disagree about a row's table still give every site the same") {
    Row a = written("visit", version(1), at(0), {{"x", text("1")}});
    Row b = written("dose", version(2), at(0), {{"x", text("2")}});
    REQUIRE(merge(a, b) == merge(b, a));
    REQUIRE(merge(a, b).table == "dose");
}

TEST_CASE("merge: files that disagree on what a version wrote are joined alike everywhere") {
    const auto row_of = [](const char* value) {
        return written("dose", version(1), at(0), {{"amount", text(value)}});
    };
    const auto a = row_of("5"), b = row_of("6"), c = row_of("7");
    REQUIRE(merge(a, b) == b);
    REQUIRE(merge(b, a) == b);
    REQUIRE(merge(merge(a, b), c) == merge(a, merge(b, c)));
}
