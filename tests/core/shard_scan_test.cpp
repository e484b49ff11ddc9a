// A shard that changed is compared with what was seen as a whole; its files only if that differs.
#include <algorithm>

#include "core/folder/folder_layout.h"
#include "core/folder/temporary_name.h"
#include "tests/support/catch.h"
#include "tests/support/sites.h"

using namespace cfs;
using namespace cfs::test;
using namespace std::chrono_literals;

namespace {

// Two sites that know the same; two patients share a shard.
class Neighbours : public SitePair {
  public:
    Neighbours() {
        a->sql(
            "WITH RECURSIVE n (i) AS (SELECT 1001 UNION ALL SELECT i + 1 FROM n WHERE i < 1080) "
            "INSERT INTO patient (patient_id, family_name, given_name, birth_date, sex, "
            "registered_on) SELECT i, i, 'Ana', '1970-01-01', 'F', '2020-01-01' FROM n");
        meet();
        settle();
        find_neighbours();
    }

    // Until the times of directories are surely those that were seen.
    void settle() {
        for (int i = 0; i < 2; ++i) {
            a->sync();
            b->sync();
        }
    }

    void edit(TestSite& site, int key, const std::string& phone) {
        site.sql("UPDATE patient SET phone = '" + phone + "' WHERE family_name = '" +
                 std::to_string(key) + "'");
        site.sync();
    }

    [[nodiscard]] static std::string phone(TestSite& site, int key) {
        return site.value("SELECT phone FROM patient WHERE family_name = '" + std::to_string(key) +
                          "'");
    }

    [[nodiscard]] std::string path(int key) { return patient_path(a->patient(key)); }
    [[nodiscard]] std::string shard() {
        const auto file = path(one);
        return file.substr(0, file.rfind('/'));
    }
    [[nodiscard]] std::string copy_of(int key) {
        const auto file = path(key);
        return file.substr(0, file.size() - 4) + " (B's conflicted copy 2026-11-20).xml";
    }

    // Syncs; did it compare the shard's files one by one?
    bool compares(TestSite& site) {
        bool compared = false;
        auto& session = site.database().session();
        session.set_fault_hook([&](const std::string& sql) {
            compared = compared || sql.find("path >= ") != std::string::npos;
        });
        site.sync();
        session.set_fault_hook({});
        return compared;
    }

    int one = 0, two = 0;  // by their keys at A, which are their names at both

  private:
    void find_neighbours() {
        std::map<std::string, int> first;
        for (int key = 1001; two == 0; ++key) {
            const auto file = path(key);
            const auto [at, is_new] = first.emplace(file.substr(0, file.rfind('/')), key);
            if (!is_new) one = at->second, two = key;
        }
    }
};

}  // namespace

TEST_CASE("shard scan: where only our own file was written no file is compared", "[logs]") {
    Neighbours sites;
    sites.edit(*sites.a, sites.one, "555-1");
    REQUIRE_FALSE(sites.compares(*sites.a));
    REQUIRE(sites.a->listed() == std::vector{sites.shard()});
    REQUIRE(sites.a->opened().empty());
    sites.settle();
    REQUIRE_FALSE(sites.compares(*sites.a));
    REQUIRE(sites.a->listed().empty());
}

TEST_CASE("shard scan: where only a file came that a log names no other is compared", "[logs]") {
    Neighbours sites;
    sites.edit(*sites.a, sites.one, "555-1");
    deliver(*sites.at_a, *sites.at_b);
    REQUIRE_FALSE(sites.compares(*sites.b));
    REQUIRE(Neighbours::phone(*sites.b, sites.one) == "555-1");
    REQUIRE(sites.b->opened() == std::vector{sites.path(sites.one)});
    // What it read is what was seen from then on.
    REQUIRE_FALSE(sites.compares(*sites.b));
    REQUIRE(sites.b->opened().empty());
}

TEST_CASE("shard scan: what came beside our own file and a named one is found", "[logs]") {
    Neighbours sites;
    sites.edit(*sites.a, sites.one, "555-1");
    deliver(*sites.at_a, *sites.at_b);
    SECTION("a file that no log names") {
        sites.edit(*sites.a, sites.two, "555-2");
        const auto path = sites.path(sites.two);
        sites.at_b->plant(path, *sites.at_a->content(path));
        REQUIRE(sites.compares(*sites.b));
        REQUIRE(Neighbours::phone(*sites.b, sites.two) == "555-2");
        // Beside its own.
        sites.settle();
        sites.edit(*sites.b, sites.one, "555-3");
        sites.edit(*sites.a, sites.two, "555-4");
        sites.at_b->plant(path, *sites.at_a->content(path));
        REQUIRE(sites.compares(*sites.b));
        REQUIRE(Neighbours::phone(*sites.b, sites.two) == "555-4");
    }
    SECTION("a conflict copy") {
        sites.edit(*sites.a, sites.two, "555-2");
        sites.at_b->plant(sites.copy_of(sites.two), *sites.at_a->content(sites.path(sites.two)));
        REQUIRE(sites.compares(*sites.b));
        REQUIRE(Neighbours::phone(*sites.b, sites.two) == "555-2");
        REQUIRE(sites.b->report.counts.copies_read == 1);
    }
    SECTION("a file that went") {
        const auto path = sites.path(sites.two);
        const auto content = sites.at_b->content(path);
        sites.at_b->erase(path);
        REQUIRE(sites.compares(*sites.b));
        REQUIRE(sites.at_b->content(path) == content);
    }
    SECTION("a link in a file's place") {
        const auto path = sites.path(sites.two);
        sites.at_b->erase(path);
        sites.at_b->plant_entry(path, FileKind::link);
        REQUIRE(sites.compares(*sites.b));
        REQUIRE(sites.b->report.errors.size() == 1);
    }
    SECTION("a file that cannot be read") {
        sites.at_b->plant(sites.path(sites.two), "rubbish");
        REQUIRE(sites.compares(*sites.b));
        REQUIRE(sites.b->report.errors.size() == 1);
        sites.edit(*sites.b, sites.one, "555-3");
        REQUIRE(sites.compares(*sites.b));
    }
    REQUIRE(Neighbours::phone(*sites.b, sites.one).starts_with("555-"));
}

TEST_CASE("shard scan: a named file that went before it came anew is missed", "[logs]") {
    Neighbours sites;
    sites.edit(*sites.a, sites.one, "555-1");
    deliver(*sites.at_a, *sites.at_b, "logs/");
    const auto path = sites.path(sites.one);
    sites.at_b->erase(path);
    REQUIRE(sites.compares(*sites.b));
    REQUIRE(sites.at_b->content(path));
    deliver(*sites.at_a, *sites.at_b);
    sites.b->sync();
    REQUIRE(Neighbours::phone(*sites.b, sites.one) == "555-1");
}

TEST_CASE("shard scan: old temporary files go, though no other file is compared", "[logs]") {
    Neighbours sites;
    const auto left = sites.shard() + "/" + temporary_name();
    sites.at_a->plant(left, "half a file");
    REQUIRE_FALSE(sites.compares(*sites.a));
    sites.clock.advance(25h);
    sites.edit(*sites.a, sites.one, "555-1");
    sites.a->sync();
    REQUIRE_FALSE(sites.at_a->content(left));
}

TEST_CASE("shard scan: a sum that is none of the files that were seen is made anew", "[logs]") {
    Neighbours sites;
    const std::string wrong = GENERATE("files = '1'", "files = NULL", "files = 'no number'");
    sites.a->database().session().execute("UPDATE cfs_directory SET " + wrong);
    sites.edit(*sites.a, sites.one, "555-1");
    REQUIRE(sites.compares(*sites.a));
    sites.edit(*sites.a, sites.one, "555-2");
    REQUIRE_FALSE(sites.compares(*sites.a));
    REQUIRE(sites.a->listed() == std::vector{sites.shard()});
}
