// A conflict copy under each of the names that cloud clients give.
#include "core/rules/notification_rules.h"
#include "tests/support/catch.h"
#include "tests/support/clinic.h"

using namespace cfs;
using namespace cfs::test;

namespace {

struct CopyName {
    std::string name;  // "S" stands for the patient's UUID
    bool deletable = true;
};

const std::vector<CopyName> kNames = {
    // Dropbox
    {"S (Ann's conflicted copy 2026-11-22).xml"},
    {"S (FRONT-DESK's conflicted copy 2019-04-24).xml"},
    {"S (FRONT-DESK's conflicted copy 2019-04-24) (1).xml"},
    {"S (Ann's conflicted copy 2026-11-22) (Bob's conflicted copy 2026-11-23).xml"},
    {"S (In Konflikt stehende Kopie von Praxis 2026-11-22).xml"},
    {"S (Annas in Konflikt stehende Kopie 2026-11-22).xml"},
    {"S (Copie en conflit de Cabinet 2026-11-22).xml"},
    {"S (Copia conflictiva de Clinica 2026-11-22).xml"},
    {"S (copia en conflicto de Clinica 2026-11-22).xml"},
    {"S (copia in conflitto di Studio 2026-11-22).xml"},
    {"S (受付 の競合コピー 2026-11-22).xml"},
    {"S (受付 上の問題のあるコピー 2011-11-22).xml"},
    {"S (Case Conflict).xml"},
    {"S (Case Conflict 1).xml"},
    {"S (Unicode Encoding Conflict).xml"},
    {"S (White Space Conflict).xml"},
    {"S (Selective Sync Conflict).xml"},
    // Maestral
    {"S (conflicting copy).xml"},
    {"S (Sam's conflicting copy 2022-08-30).xml"},
    {"S (case conflict).xml"},
    // Google Drive
    {"S (1).xml"},
    {"S (1) (1).xml"},
    {"S [Conflict].xml"},
    {"S_conf(1).xml"},
    // OneDrive
    {"S-FRONTDESK.xml"},
    {"S-FRONTDESK-2.xml"},
    {"S-FRONTDESK-FRONTDESK.xml"},
    {"S (2).xml"},
    {"S 1.xml"},
    {"S-host.xml"},
    {"S-host-1.xml"},
    {"S (host).xml"},
    {"S-host-safeBackup-0001.xml"},
    // iCloud Drive
    {"S 2.xml"},
    {"S 3.xml"},
    // Nextcloud, ownCloud, OpenCloud
    {"S (conflicted copy 2026-11-22 101010).xml"},
    {"S (conflicted copy ann 2026-11-22 101010).xml"},
    {"S_conflict-20180220-141213.xml"},
    {"S_conflict-ann-20180220-141213.xml"},
    {"S (case clash from ann).xml"},
    // Syncthing
    {"S.sync-conflict-20261122-101010-ABCDEFG.xml"},
    {"S.sync-conflict-20261122-101010.xml"},
    // Seafile
    {"S (SFConflict user@mail 2026-11-22-10-10-10).xml"},
    {"S (SFConflict 2026-11-22-10-10-10).xml"},
    {"S (case conflict 1).xml"},
    // Resilio: deleting it would delete the real file at the peer
    {"S.Conflict.xml", false},
    {"S.Conflict1.xml", false},
    {"S.Conflict.Conflict.xml", false},
    // Synology Drive
    {"S_FRONTDESK_Jan-03-0901-2013_Conflict.xml"},
    {"S_NAS_Nov-22-1010-2026_CaseConflict.xml"},
    {"S_NAS_Nov-22-1010-2026_WhiteSpaceConflict_1.xml"},
    {"S_NAS_Nov-22-1010-2026_TailCharacterConflict.xml"},
    // pCloud
    {"S [conflicted].xml"},
    {"S (conflicted).xml"},
    {"S [conflicted 2].xml"},
    // Box
    {"S-copy of.xml"},
    {"S (ann@example.org).xml"},
    // nBox
    {"S (edits by Ann not merged 2013-01-11).xml"},
    {"S (Ann's conflict on 2013-01-11).xml"},
    // rclone
    {"S.xml.conflict1"},
    {"S.xml.conflict2"},
    {"S.conflict1.xml"},
    {"S.xml..path1"},
    {"S.xml..path2"},
    // FSNotes
    {"S (CONFLICT 20231005T070858).xml"},
    {"S (conflict 2026-11-22 Phone).xml"},
    // People
    {"S - Copy.xml", false},
    {"S - Copy (2).xml", false},
    {"S copy.xml", false},
    {"Copy of S.xml", false},
    // Nobody's
    {"something else.xml", false},
};

std::string path_of(const std::string& name, const std::string& original) {
    const auto slash = original.rfind('/');
    const auto stem = original.substr(slash + 1, 36);
    auto path = original.substr(0, slash + 1) + name;
    if (const auto at = path.find("S", slash + 1); name != "something else.xml") {
        path.replace(name.starts_with("Copy of ") ? path.rfind("S.xml") : at, 1, stem);
    }
    return path;
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
        copies[path] = path_of(kNames[i].name, path);
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
