// The same record edited at several sites: what stays, what is shown, and how it is settled.
#include <functional>

#include "tests/support/catch.h"
#include "tests/support/clinic.h"

using namespace cfs;
using namespace cfs::test;

namespace {

using Lines = std::vector<std::string>;

const SyncOptions kWithLogs{true, true, false, std::chrono::minutes(15)};
const SyncOptions kWithoutLogs{false, false, false, std::chrono::minutes(15)};

std::string findings(const std::string& text) {
    return "UPDATE visit SET findings = '" + text + "' WHERE visit_id = 1";
}

std::string phone(const std::string& text) {
    return "UPDATE patient SET phone = '" + text + "' WHERE patient_id = 1";
}

constexpr const char* kFindings = "SELECT findings FROM visit WHERE visit_id = 1";
constexpr const char* kPhone = "SELECT phone FROM patient WHERE patient_id = 1";

// Three copies of the small demo with different options, that have met.
struct Met : Clinics {
    Met() : Clinics(Program::demo_small, {{"", kWithLogs}, {"", kWithoutLogs}, {}}) { meet(); }
};

ErrorCode code_of(const std::function<void()>& act) {
    try {
        act();
    } catch (const Error& error) {
        return error.code();
    }
    return ErrorCode::internal;
}

}  // namespace

TEST_CASE("conflicts: an edit of another field does not erase the losing value",
          "[scenarios][conflicts]") {
    Met clinics;
    clinics.edit_apart(findings("first"), findings("second"));
    clinics.meet();
    REQUIRE(clinics[0].conflicts().size() == 1);
    clinics[0].sql("UPDATE visit SET reason = 'Another field' WHERE visit_id = 1");
    clinics[1].sql("UPDATE visit SET fee = 99 WHERE visit_id = 2");
    clinics.meet();
    for (std::size_t site = 0; site < 3; ++site) {
        const auto conflicts = clinics[site].conflicts();
        REQUIRE(conflicts.size() == 1);
        CHECK(with(conflicts[0], "findings", "first").shown == false);
        CHECK(with(conflicts[0], "findings", "second").shown);
        CHECK(clinics[site].value("SELECT reason FROM visit WHERE visit_id = 1") ==
              "Another field");
    }
    // Also an edit of the very field replaces only what was shown.
    clinics[1].sql(findings("third"));
    clinics.meet();
    CHECK(clinics[0].value(kFindings) == "third");
    REQUIRE(clinics[0].conflicts().size() == 1);
    CHECK_FALSE(with(clinics[0].conflicts()[0], "findings", "first").shown);
    clinics.require_equal();
    clinics.require_quiet();
}

TEST_CASE("conflicts: settled at one site, settled at all", "[scenarios][conflicts]") {
    Met clinics;
    const auto keep = GENERATE(as<std::string>(), "first", "second");
    clinics.edit_apart(findings("first"), findings("second"));
    clinics.meet();
    const auto conflicts = clinics[2].conflicts();
    REQUIRE(conflicts.size() == 1);
    CHECK(conflicts[0].id == clinics[0].conflicts()[0].id);
    CHECK(with(conflicts[0], "findings", "first").site == "Clinic A");
    CHECK(with(conflicts[0], "findings", "second").site == "Clinic B");
    clinics[2].resolve(conflicts[0], with(conflicts[0], "findings", keep));
    CHECK(clinics[2].conflicts().empty());
    clinics.meet();
    for (std::size_t site = 0; site < 3; ++site) {
        CHECK(clinics[site].conflicts().empty());
        CHECK(clinics[site].value(kFindings) == keep);
        CHECK(clinics[site].sync().result == SyncResult::ok);
    }
    clinics.require_equal();
    clinics.require_quiet();
}

TEST_CASE("conflicts: a person is told who the patient is and which record it is",
          "[scenarios][conflicts]") {
    Met clinics;
    clinics.edit_apart(findings("first"), findings("second"));
    clinics.meet();
    const auto conflict = clinics[0].conflicts().at(0);
    const auto name = clinics[0].value(
        "SELECT family_name || ', ' || given_name || ', ' || birth_date FROM patient WHERE "
        "patient_id = (SELECT patient_id FROM visit WHERE visit_id = 1)");
    CHECK(conflict.patient_label == name);
    CHECK(conflict.record_label ==
          clinics[0].value("SELECT visited_at || ', ' || reason FROM visit WHERE visit_id = 1"));
    const auto& owner = conflict.values[0].fields.at("patient_id").bytes;
    CHECK(conflict.row_labels.at(owner) == name);
    const PatientId unknown{*Uuid::parse("00000000-0000-4000-8000-000000000000")};
    CHECK(
        clinics[0].service().patient_labels(clinics[0].connection(), {conflict.patient, unknown}) ==
        std::vector<std::string>{name, ""});
}

TEST_CASE("conflicts: a settling that is undone is open again at all sites",
          "[scenarios][conflicts]") {
    Met clinics;
    const auto keep = GENERATE(as<std::string>(), "first", "second");
    const bool told = GENERATE(false, true);
    clinics.edit_apart(findings("first"), findings("second"));
    clinics.meet();
    const auto conflict = clinics[2].conflicts().at(0);
    const auto settlement = clinics[2].service().resolve(
        clinics[2].connection(), {{conflict.id, with(conflict, "findings", keep).version}});
    CHECK(settlement.changed.empty());
    CHECK(clinics[2].value(kFindings) == keep);
    if (told) clinics.meet();
    const auto undone = clinics[2].undo(settlement.run);
    CHECK(says(undone, "1 conflict is open again"));
    CHECK(clinics[2].value(kFindings) == "second");
    clinics.meet();
    for (std::size_t site = 0; site < 3; ++site) {
        const auto open = clinics[site].conflicts();
        REQUIRE(open.size() == 1);
        CHECK(open[0].id == conflict.id);
        CHECK(with(open[0], "findings", "first").site == "Clinic A");
        CHECK(with(open[0], "findings", "first").time == with(conflict, "findings", "first").time);
        CHECK(with(open[0], "findings", "second").site == "Clinic B");
        CHECK(with(open[0], "findings", "second").shown);
        CHECK(clinics[site].value(kFindings) == "second");
    }
    CHECK(says(clinics[2].undo(settlement.run), "0 rows put back"));
    clinics.require_equal();
    clinics.require_quiet();
}

TEST_CASE("conflicts: a settling stays where the record was edited since",
          "[scenarios][conflicts]") {
    Met clinics;
    clinics.edit_apart(findings("first"), findings("second"));
    clinics.meet();
    const auto conflict = clinics[0].conflicts().at(0);
    const auto settlement = clinics[0].service().resolve(
        clinics[0].connection(), {{conflict.id, with(conflict, "findings", "first").version}});
    clinics[0].sql(findings("third"));
    CHECK(says(clinics[0].undo(settlement.run), "1 record was edited since"));
    CHECK(clinics[0].conflicts().empty());
    CHECK(clinics[0].value(kFindings) == "third");
}

TEST_CASE("conflicts: of several choices what changed since it was shown is left open",
          "[scenarios][conflicts]") {
    Met clinics;
    clinics.edit_apart(findings("first"), findings("second"));
    clinics.edit_apart(phone("1"), phone("2"));
    clinics.meet();
    std::vector<Choice> choices;
    for (const auto& conflict : clinics[0].conflicts()) {
        choices.push_back({conflict.id, conflict.values.front().version, conflict.state});
    }
    REQUIRE(choices.size() == 2);
    clinics[1].sql(phone("3"));
    clinics.meet();
    // Somebody else looks as well: what was seen here is still another conflict.
    if (GENERATE(false, true)) REQUIRE(clinics[0].conflicts().size() == 2);
    const auto settlement = clinics[0].service().resolve(clinics[0].connection(), choices);
    const auto open = clinics[0].conflicts();
    REQUIRE(open.size() == 1);
    CHECK(settlement.changed == std::vector<std::string>{open[0].id});
    CHECK(open[0].columns == std::vector<std::string>{"phone"});
}

TEST_CASE("conflicts: three sites edit one record", "[scenarios][conflicts]") {
    Met clinics;
    for (std::size_t site = 0; site < 3; ++site) {
        clinics.cloud().cut_off(site);
        clinics[site].sql(findings("by " + std::to_string(site)));
        clinics[site].sql(phone("equal everywhere"));
        (void)clinics[site].sync();
    }
    for (std::size_t site = 0; site < 3; ++site) clinics.cloud().reconnect(site);
    clinics.cloud().deliver();
    clinics.meet();
    clinics.meet();
    for (std::size_t site = 0; site < 3; ++site) {
        // The same phone number typed at three sites is none.
        const auto conflicts = clinics[site].conflicts();
        REQUIRE(conflicts.size() == 1);
        CHECK(conflicts[0].values.size() == 3);
        CHECK(clinics[site].value(kFindings) == "by 2");
        CHECK(clinics[site].value(kPhone) == "equal everywhere");
    }
    clinics[1].service().resolve_all_as_shown(clinics[1].connection());
    clinics.meet();
    for (std::size_t site = 0; site < 3; ++site) CHECK(clinics[site].conflicts().empty());
    CHECK(clinics[0].value(kFindings) == "by 2");
    clinics.require_equal();
    clinics.require_quiet();
}

TEST_CASE("conflicts: fields of a patient that differ are merged, a group goes together",
          "[scenarios][conflicts]") {
    Met clinics;
    clinics.edit_apart("UPDATE patient SET phone = '1', city = 'Here' WHERE patient_id = 1",
                       "UPDATE patient SET notes = '2', address = 'There' WHERE patient_id = 1");
    clinics.meet();
    CHECK(clinics[0].value(kPhone) == "1");
    CHECK(clinics[0].value("SELECT notes FROM patient WHERE patient_id = 1") == "2");
    const auto conflicts = clinics[0].conflicts();
    REQUIRE(conflicts.size() == 1);
    CHECK(conflicts[0].id.ends_with(".address"));
    // A street of one site beside the city of another is no address.
    CHECK(clinics[0].value("SELECT address || ', ' || city FROM patient WHERE patient_id = 1") ==
          "There, Harbourfield");
    clinics.require_equal();
}

TEST_CASE("conflicts: what a form opened before the sync puts back does not erase what came",
          "[scenarios][conflicts]") {
    Met clinics;
    const auto before = clinics[1].value(kPhone);
    clinics[0].sql(phone("new number"));
    clinics.meet();
    REQUIRE(clinics[1].value(kPhone) == "new number");
    // The form is saved as a whole, with a note typed into it.
    clinics[1].sql("UPDATE patient SET phone = '" + before +
                   "', notes = 'typed in the form' WHERE patient_id = 1");
    clinics.meet();
    for (std::size_t site = 0; site < 3; ++site) {
        const auto conflicts = clinics[site].conflicts();
        REQUIRE(conflicts.size() == 1);
        CHECK(with(conflicts[0], "phone", before).shown);
        CHECK_FALSE(with(conflicts[0], "phone", "new number").shown);
        CHECK(clinics[site].value("SELECT notes FROM patient WHERE patient_id = 1") ==
              "typed in the form");
    }
    const auto conflict = clinics[1].conflicts()[0];
    clinics[1].resolve(conflict, with(conflict, "phone", "new number"));
    clinics.meet();
    CHECK(clinics[0].value(kPhone) == "new number");
    clinics.require_equal();
    clinics.require_quiet();
}

TEST_CASE("conflicts: putting an old value back two days later is an ordinary edit",
          "[scenarios][conflicts]") {
    Met clinics;
    const auto before = clinics[1].value(kPhone);
    clinics[0].sql(phone("new number"));
    clinics.meet();
    clinics.clock().advance(std::chrono::hours(48));
    clinics.meet();  // the edit is known to be younger than this
    clinics[1].sql(phone(before));
    clinics.meet();
    CHECK(clinics[0].value(kPhone) == before);
    CHECK(clinics[0].conflicts().empty());
}

TEST_CASE("conflicts: what changed since it was shown is not settled unseen",
          "[scenarios][conflicts]") {
    Met clinics;
    clinics.edit_apart(findings("first"), findings("second"));
    clinics.meet();
    const auto shown = clinics[0].conflicts();
    clinics.edit_apart(phone("of A"), findings("third"));
    clinics.meet();
    CHECK(code_of([&] { clinics[0].resolve(shown[0], with(shown[0], "findings", "first")); }) ==
          ErrorCode::changed_since_shown);
    CHECK(clinics[0].value(kFindings) == "third");
    const auto now = clinics[0].conflicts();
    clinics[0].resolve(now[0], with(now[0], "findings", "first"));
    CHECK(clinics[0].value(kFindings) == "first");
    CHECK(code_of([&] { clinics[0].resolve(now[0], with(now[0], "findings", "first")); }) ==
          ErrorCode::changed_since_shown);
    clinics.meet();
    CHECK(clinics[1].value(kFindings) == "first");
    clinics.require_equal();
}

TEST_CASE("conflicts: both sites settle one conflict in their own way", "[scenarios][conflicts]") {
    Met clinics;
    clinics.edit_apart(findings("first"), findings("second"));
    clinics.meet();
    clinics.cloud().cut_off(1);
    for (std::size_t site : {0U, 1U}) {
        const auto open = clinics[site].conflicts();
        clinics[site].resolve(open[0], with(open[0], "findings", site == 0 ? "first" : "second"));
        (void)clinics[site].sync();
        clinics.cloud().deliver();
    }
    clinics.cloud().reconnect(1);
    clinics.meet();
    clinics.meet();
    // They disagree: a conflict again, and nothing is lost.
    for (std::size_t site = 0; site < 3; ++site) {
        REQUIRE(clinics[site].conflicts().size() == 1);
        CHECK(clinics[site].conflicts()[0].values.size() == 2);
    }
    clinics.require_equal();
}

TEST_CASE("conflicts: those of allergies and blood groups come first", "[scenarios][conflicts]") {
    Met clinics;
    clinics.cloud().cut_off(1);
    for (std::size_t site : {0U, 1U}) {
        const auto mark = std::to_string(site);
        clinics[site].sql(phone(mark));
        clinics[site].sql(findings(mark));
        clinics[site].sql("UPDATE allergy SET reaction = '" + mark + "' WHERE allergy_id = 1");
        (void)clinics[site].sync();
        clinics.cloud().deliver();
    }
    clinics.cloud().reconnect(1);
    clinics.cloud().deliver();
    clinics.meet();
    const auto report = clinics[0].sync();
    CHECK(report.safety_conflicts);
    CHECK(report.counts.conflicts_open == 3);
    const auto conflicts = clinics[0].conflicts();
    REQUIRE(conflicts.size() == 3);
    CHECK(conflicts[0].table == "allergy");
    CHECK(conflicts[0].safety);
    CHECK_FALSE(conflicts[1].safety);
    CHECK(clinics[0].service().status(clinics[0].connection()).safety);
}

TEST_CASE("conflicts: undo puts back what a run overwrote, as new edits",
          "[scenarios][conflicts]") {
    Met clinics;
    auto& a = clinics[0];
    auto& b = clinics[1];
    const auto before_phone = b.value(kPhone), before_findings = b.value(kFindings);
    a.sql(phone("by A"));
    a.sql(findings("by A"));
    a.sql("UPDATE patient SET notes = 'by A' WHERE patient_id = 2");
    (void)a.sync();
    clinics.cloud().deliver();
    const auto run = b.sync();
    REQUIRE(run.counts.rows_updated == 3);
    const auto extent = b.service().undo_extent(b.connection());
    CHECK(extent.run == run.run);
    CHECK(extent.rows == 3);
    CHECK(extent.patients == 2);
    CHECK(extent.left == 0);
    b.sql("UPDATE patient SET notes = 'edited since' WHERE patient_id = 2");
    const auto undone = b.undo(run.run);
    CHECK(says(undone, "edited since"));
    CHECK(says(undone, "2 rows put back"));
    CHECK(b.value(kPhone) == before_phone);
    CHECK(b.value(kFindings) == before_findings);
    CHECK(b.value("SELECT notes FROM patient WHERE patient_id = 2") == "edited since");
    const auto again = b.service().undo_extent(b.connection(), run.run);
    CHECK(again.rows == 0);
    CHECK(again.left == 3);
    clinics.cloud().deliver();
    clinics.meet();
    for (std::size_t site = 0; site < 3; ++site) {
        CHECK(clinics[site].value(kPhone) == before_phone);
        CHECK(clinics[site].value(kFindings) == before_findings);
        CHECK(clinics[site].value("SELECT notes FROM patient WHERE patient_id = 2") ==
              "edited since");
        CHECK(clinics[site].conflicts().empty());
    }
    clinics.require_equal();
    clinics.require_quiet();

    a.sql(phone("by A again"));
    (void)a.sync();
    clinics.cloud().deliver();
    CHECK(says(b.undo(b.sync().run), "1 row put back"));
}

TEST_CASE("conflicts: an undo tells how many conflicts are open", "[scenarios][conflicts]") {
    Met clinics;
    clinics.edit_apart(findings("by A"), findings("by B"));
    clinics.meet();
    auto& a = clinics[0];
    a.sql(phone("by A"));
    (void)a.sync();
    clinics.cloud().deliver();
    const auto run = clinics[1].sync();
    REQUIRE(run.counts.conflicts_open == 1);
    CHECK(clinics[1].undo(run.run).counts.conflicts_open == 1);
}

TEST_CASE("conflicts: equal edits at two sites are none", "[scenarios][conflicts]") {
    Met clinics;
    clinics.edit_apart(findings("the same"), findings("the same"));
    clinics.meet();
    clinics.edit_apart(new_patient(100, "Twin"), phone("7"));
    clinics.meet();
    CHECK(clinics[0].conflicts().empty());
    CHECK(clinics[1].sync().result == SyncResult::ok);
    clinics.require_equal();
    clinics.require_quiet();
}
