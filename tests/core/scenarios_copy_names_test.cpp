// A conflict copy under each of the names that cloud clients give.
#include "core/rules/notification_rules.h"
#include "tests/support/catch.h"
#include "tests/support/clinic.h"
#include "tests/support/copy_names.h"

using namespace cfs;
using namespace cfs::test;

namespace {

const auto& kNames = copy_names();

std::string path_of(const CopyName& copy, const std::string& original) {
    const auto slash = original.rfind('/');
    return original.substr(0, slash + 1) + copy.of(original.substr(slash + 1, 36));
}

SyncOptions options(bool logs, bool delete_copies) {
    return {logs, delete_copies, false, std::chrono::minutes(15)};
}

// As many patients with a visit as there are names; the first has the first name.
std::string patients(std::size_t count) {
    std::string script;
    for (int key = 1; key <= static_cast<int>(count); ++key) {
        script += new_patient(key, "Patient " + std::to_string(key)) + ";";
        script += new_visit(key, key, "Check " + std::to_string(key)) + ";";
    }
    return script;
}

const std::string kFirst = "UPDATE visit SET findings = 'first' || substr(reason, 6)";
const std::string kSecond = "UPDATE visit SET findings = 'second' || substr(reason, 6)";

// All records are edited at both sites, with the folder cut off.
void clash(Clinics& clinics) {
    clinics.edit_apart(kFirst, kSecond);
    const auto count = clinics[0].number("SELECT count(*) FROM visit");
    for (std::size_t site : {0U, 1U}) {
        const auto report = clinics[site].sync();
        clinics.cloud().deliver();
        CHECK(report.counts.conflicts_new == count);
        // One notification tells of them, and not again at the next run.
        const auto told = notifications_for({}, report);
        REQUIRE(told.size() == 1);
        CHECK(told[0].count == count);
        CHECK(notifications_for(told_after({}, report), clinics[site].sync()).empty());
        clinics.cloud().deliver();
    }
    (void)clinics[0].sync();
    clinics.cloud().deliver();
}

const Conflict* conflict_of(const std::vector<Conflict>& conflicts, PatientId patient) {
    const auto at = std::find_if(conflicts.begin(), conflicts.end(),
                                 [&](const auto& conflict) { return conflict.patient == patient; });
    return at == conflicts.end() ? nullptr : &*at;
}

void require_both_kept(const Conflict* conflict, const std::string& file, const std::string& key) {
    REQUIRE(conflict != nullptr);
    REQUIRE(conflict->values.size() == 2);
    CHECK(conflict->columns == std::vector<std::string>{"findings"});
    CHECK(conflict->values[0].shown);
    CHECK(conflict->values[0].fields.at("findings").bytes == "second " + key);
    CHECK(conflict->values[1].fields.at("findings").bytes == "first " + key);
    CHECK(file.find("first " + key + "<") != std::string::npos);
}

}  // namespace

TEST_CASE("copy names: each copy is imported, and gone if and only if that is allowed",
          "[scenarios][copy_names]") {
    const bool delete_copies = GENERATE(true, false);
    Clinics clinics(Program::demo_empty, {{patients(kNames.size()), options(true, delete_copies)},
                                          {"", options(false, delete_copies)}});
    clinics.meet();
    std::map<std::string, std::string> copies;  // by the patient's file
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        const auto path = clinics[0].file_of(std::to_string(i + 1));
        copies[path] = path_of(kNames[i], path);
    }
    clinics.cloud().name_copies([&](const std::string& path) { return copies.at(path); });
    clash(clinics);

    for (std::size_t site : {0U, 1U}) {
        CHECK(clinics[site].number("SELECT count(*) FROM visit WHERE findings LIKE 'second%'") ==
              static_cast<std::int64_t>(kNames.size()));
        const auto conflicts = clinics[site].conflicts();
        CHECK(conflicts.size() == kNames.size());
        const auto files = clinics.cloud().files(site);
        for (std::size_t i = 0; i < kNames.size(); ++i) {
            const auto key = std::to_string(i + 1);
            CAPTURE(kNames[i].name, delete_copies, site);
            const auto path = clinics[0].file_of(key);
            require_both_kept(conflict_of(conflicts, clinics[0].patient(key)), files.at(path), key);
            CHECK(files.contains(copies.at(path)) == !(delete_copies && kNames[i].deletable));
        }
    }
    // The first keeps what it wrote.
    for (const auto& conflict : clinics[0].conflicts()) {
        clinics[0].resolve(conflict, conflict.values[1]);
    }
    clinics.meet();
    for (std::size_t site : {0U, 1U}) {
        CHECK(clinics[site].conflicts().empty());
        CHECK(clinics[site].number("SELECT count(*) FROM visit WHERE findings LIKE 'first%'") ==
              static_cast<std::int64_t>(kNames.size()));
    }
    clinics.require_equal();
    clinics.require_quiet();
}

TEST_CASE("copy names: a copy of a whole folder is imported and left alone",
          "[scenarios][copy_names]") {
    Clinics clinics(Program::demo_empty,
                    {{patients(1), options(true, true)}, {"", options(true, true)}});
    clinics.meet();
    const auto original = clinics[0].file_of("1");
    const auto moved = GENERATE_REF(values<std::string>(
        {"patients (1)" + original.substr(8), original.substr(original.rfind('/') + 1),
         "patients/" + original.substr(9, 2) + " (1)" + original.substr(11)}));
    CAPTURE(moved);
    clinics.cloud().name_copies([&](const std::string&) { return moved; });
    clash(clinics);
    const auto files = clinics.cloud().files(0);
    const auto conflicts = clinics[1].conflicts();
    REQUIRE(conflicts.size() == 1);
    require_both_kept(&conflicts[0], files.at(original), "1");
    CHECK(files.contains(moved));
    clinics.require_equal();
    clinics.require_quiet();
}
