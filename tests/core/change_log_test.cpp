// "Use logs for faster sync": what a sync opens, and that nothing is missed.
#include <algorithm>

#include "core/folder/folder_layout.h"
#include "core/folder/segment_file.h"
#include "tests/support/catch.h"
#include "tests/support/clinic.h"
#include "tests/support/sites.h"

using namespace cfs;
using namespace cfs::test;
using namespace std::chrono_literals;

namespace {

using Paths = std::vector<std::string>;

void set_phone(TestSite& site, int key, const std::string& phone) {
    site.sql("UPDATE patient SET phone = '" + phone +
             "' WHERE patient_id = " + std::to_string(key));
}

std::string phone(TestSite& site, int key) {
    return site.value("SELECT phone FROM patient WHERE patient_id = " + std::to_string(key));
}

// Two sites that know the same.
struct TwoSites : SitePair {
    explicit TwoSites(Folders folders = Folders::one) : SitePair(folders) {
        meet();
        // Settles the times of the directories.
        a->sync();
        b->sync();
    }

    // A's edit of one patient, published.
    std::string edit(int key, const std::string& text) {
        set_phone(*a, key, text);
        a->sync();
        return patient_path(a->patient(key));
    }

    [[nodiscard]] std::string newest_segment() const {
        const auto files = at_a->files();
        std::string newest;
        for (const auto& [path, content] : files) {
            if (path.starts_with(log_directory(a->writer()))) newest = path;
        }
        return newest;
    }
};

// Every directory of patients was listed.
bool scanned_all(const TestSite& site) { return site.listed().size() > 10; }

}  // namespace

TEST_CASE("logs: a sync that finds nothing new opens no patient's file", "[logs]") {
    TwoSites sites;
    for (auto* site : {sites.a.get(), sites.b.get()}) {
        site->sync();
        REQUIRE(site->opened().empty());
        REQUIRE(site->opened("logs/").empty());
        REQUIRE(site->listed().empty());
        REQUIRE(site->examined().empty());  // the listing of patients/ tells it of each directory
        REQUIRE(site->written().empty());
        REQUIRE(site->report.counts.files_opened == 0);
    }
}

TEST_CASE("logs: of what else lies in the folder only directories are asked for again", "[logs]") {
    TwoSites sites;
    sites.at_a->plant("scans/1.png", "a picture");
    sites.at_a->plant("scans/old/2.png", "a picture");
    sites.a->sync();
    REQUIRE(sites.a->listed("scans") == Paths{"scans", "scans/old"});
    sites.a->sync();
    sites.a->sync();
    REQUIRE(sites.a->listed("scans").empty());
    REQUIRE(sites.a->examined("scans") == Paths{"scans/old"});
}

TEST_CASE("logs: a pull opens each file once, however many transactions it takes", "[logs]") {
    TwoSites sites;
    sites.a->sql("UPDATE patient SET phone = '555-1' WHERE patient_id < 20");
    sites.a->sync();
    auto& session = sites.b->database().session();
    int transactions = 0;
    session.set_fault_hook([&](const std::string& sql) {
        if (sql == "COMMIT") ++transactions;
        sites.clock.advance(1ms);
    });
    sites.b->sync();
    session.set_fault_hook({});
    REQUIRE(phone(*sites.b, 19) == "555-1");
    REQUIRE(transactions > 2);
    auto opened = sites.b->opened(), expected = sites.a->written("patients/");
    std::sort(opened.begin(), opened.end());
    std::sort(expected.begin(), expected.end());
    REQUIRE(expected.size() == 19);
    REQUIRE(opened == expected);
}

TEST_CASE("logs: a conflict copy that holds nothing new is read and no other file", "[logs]") {
    TwoSites sites;
    const auto path = patient_path(sites.a->patient(1));
    const auto copy = path.substr(0, path.size() - 4) + " (B's conflicted copy 2026-11-20).xml";
    sites.at_a->plant(copy, *sites.at_a->content(path));
    sites.a->sync();
    REQUIRE(sites.a->opened() == Paths{copy});
    REQUIRE(sites.a->report.counts.copies_read == 1);
    REQUIRE(sites.a->report.counts.copies_kept == 1);
    sites.a->sync();
    REQUIRE(sites.a->opened().empty());
}

TEST_CASE("logs: an edit opens and writes one file and one segment", "[logs]") {
    TwoSites sites;
    const auto path = sites.edit(1, "555-1");
    REQUIRE(sites.a->opened() == Paths{path});
    REQUIRE(sites.a->written() == Paths{path, sites.newest_segment()});
    sites.b->sync();
    REQUIRE(sites.b->opened() == Paths{path});
    REQUIRE(sites.b->opened("logs/") == Paths{sites.newest_segment()});
    REQUIRE(sites.b->written().empty());
    REQUIRE(phone(*sites.b, 1) == "555-1");
    sites.b->sync();
    REQUIRE(sites.b->opened().empty());
}

TEST_CASE("logs: a late segment is still read", "[logs]") {
    TwoSites sites;
    sites.edit(1, "555-1");
    const auto late = sites.newest_segment();
    const auto content = *sites.at_a->content(late);
    sites.at_a->erase(late);
    sites.edit(2, "555-2");
    sites.b->sync();
    REQUIRE(scanned_all(*sites.b));
    REQUIRE(phone(*sites.b, 1) == "555-1");
    REQUIRE(phone(*sites.b, 2) == "555-2");
    sites.b->sync();
    REQUIRE(!scanned_all(*sites.b));

    sites.at_a->plant(late, content);
    sites.b->sync();
    REQUIRE(sites.b->opened("logs/") == Paths{late});
    REQUIRE(!scanned_all(*sites.b));
}

TEST_CASE("logs: a second gap is looked at as the first was", "[logs]") {
    TwoSites sites;
    for (const char* text : {"555-1", "555-2"}) {
        sites.edit(1, text);
        sites.at_a->erase(sites.newest_segment());
        sites.edit(2, text);
        sites.b->sync();
        REQUIRE(scanned_all(*sites.b));
        REQUIRE(phone(*sites.b, 1) == text);
        sites.b->sync();
        REQUIRE(!scanned_all(*sites.b));
    }
}

TEST_CASE("logs: a vanished segment causes one full scan", "[logs]") {
    TwoSites sites;
    sites.edit(1, "555-1");
    sites.b->sync();
    const auto vanished = sites.newest_segment();
    sites.edit(2, "555-2");
    sites.b->sync();
    sites.at_a->erase(vanished);
    sites.b->sync();
    REQUIRE(scanned_all(*sites.b));
    REQUIRE(sites.b->opened().empty());
    for (int i = 0; i < 3; ++i) {
        sites.b->sync();
        REQUIRE(!scanned_all(*sites.b));
    }
}

TEST_CASE("logs: a damaged segment causes one full scan, and is read when it is whole", "[logs]") {
    TwoSites sites;
    sites.edit(1, "555-1");
    const auto path = sites.newest_segment();
    const auto content = *sites.at_a->content(path);
    sites.at_a->plant(path, content.substr(0, content.size() / 2));
    sites.b->sync();
    REQUIRE(scanned_all(*sites.b));
    REQUIRE(phone(*sites.b, 1) == "555-1");
    for (int i = 0; i < 3; ++i) {
        sites.b->sync();
        REQUIRE(!scanned_all(*sites.b));
    }
    sites.at_a->plant(path, content);
    sites.b->sync();
    REQUIRE(sites.b->report.counts.segments_read == 1);
    REQUIRE(!scanned_all(*sites.b));
}

TEST_CASE("logs: old segments are pruned, and who missed them scans once", "[logs]") {
    TwoSites sites;
    for (int i = 0; i < 520; ++i) sites.edit(i % 24 + 1, "555-" + std::to_string(i));
    std::size_t kept = 0;
    for (const auto& path : sites.at_a->paths()) {
        kept += path.starts_with(log_directory(sites.a->writer())) ? 1 : 0;
    }
    REQUIRE(kept <= 512);
    sites.b->sync();
    REQUIRE(scanned_all(*sites.b));
    REQUIRE(phone(*sites.b, 1) == phone(*sites.a, 1));
    for (int i = 0; i < 3; ++i) {
        sites.b->sync();
        REQUIRE(!scanned_all(*sites.b));
        REQUIRE(sites.b->opened("logs/").empty());
    }
    sites.edit(3, "555-x");
    sites.b->sync();
    REQUIRE(!scanned_all(*sites.b));
    REQUIRE(phone(*sites.b, 3) == "555-x");
}

TEST_CASE("logs: what a log announces is awaited until its file comes", "[logs]") {
    TwoSites sites(SitePair::Folders::two);
    const auto path = sites.edit(1, "555-1");
    deliver(*sites.at_a, *sites.at_b, "logs/");
    sites.b->sync();
    REQUIRE(sites.b->report.counts.segments_read == 1);
    REQUIRE(sites.b->opened().empty());
    sites.b->sync();
    REQUIRE(!says(sites.b->report, "Awaited"));
    sites.clock.advance(25h);
    sites.b->sync();
    REQUIRE(says(sites.b->report, "Awaited since"));
    REQUIRE(says(sites.b->report, "A announced"));
    REQUIRE(phone(*sites.b, 1) == "555-0101");

    sites.exchange();
    sites.b->sync();
    REQUIRE(sites.b->opened() == Paths{path});
    REQUIRE(phone(*sites.b, 1) == "555-1");
    sites.clock.advance(25h);
    sites.b->sync();
    REQUIRE(!says(sites.b->report, "Awaited"));
}

TEST_CASE("logs: without them changes are found by size, time and identity", "[logs]") {
    TwoSites sites;
    sites.b->options.use_logs = false;
    sites.b->sync();
    REQUIRE(sites.b->opened().empty());
    const auto path = sites.edit(1, "555-1");
    sites.b->sync();
    REQUIRE(sites.b->opened() == Paths{path});
    REQUIRE(phone(*sites.b, 1) == "555-1");

    // The same bytes at another time, then in another file of the same time.
    sites.at_a->plant(path, *sites.at_a->content(path));
    sites.b->sync();
    REQUIRE(sites.b->opened() == Paths{path});
    const auto modified = sites.at_a->entry(path)->stamp.modified;
    const auto content = *sites.at_a->content(path);
    sites.at_a->erase(path);
    sites.at_a->plant(path, content, modified);
    sites.b->sync();
    REQUIRE(sites.b->opened() == Paths{path});
    sites.b->sync();
    REQUIRE(sites.b->opened().empty());
    REQUIRE(sites.b->written().empty());
}

TEST_CASE("logs: sites may choose differently and change their mind", "[logs]") {
    TwoSites sites;
    sites.a->options.use_logs = false;
    for (int i = 0; i < 4; ++i) {
        const auto text = "555-" + std::to_string(i);
        const auto path = sites.edit(1, text);
        REQUIRE(sites.a->report.counts.segments_written == 1);
        sites.b->sync();
        REQUIRE(sites.b->opened() == Paths{path});
        REQUIRE(phone(*sites.b, 1) == text);
        set_phone(*sites.b, 2, text);
        sites.b->sync();
        sites.a->sync();
        REQUIRE(phone(*sites.a, 2) == text);
        std::swap(sites.a->options, sites.b->options);
    }
    for (auto* site : {sites.a.get(), sites.b.get(), sites.a.get()}) site->sync();
    REQUIRE(sites.a->written().empty());
    REQUIRE(sites.b->opened().empty());
}

TEST_CASE("logs: conflict copies are found in the directories that changed", "[logs]") {
    TwoSites sites(SitePair::Folders::two);
    set_phone(*sites.b, 1, "555-b");
    sites.b->sync();
    const auto path = sites.edit(1, "555-a");
    const auto copy = path + ".conflict1";
    sites.at_b->plant(copy, *sites.at_a->content(path));
    sites.b->sync();
    REQUIRE(sites.b->report.counts.copies_read == 1);
    REQUIRE(sites.b->listed() == Paths{path.substr(0, path.rfind('/'))});
    REQUIRE(sites.b->opened() == Paths{copy, path});
    REQUIRE(sites.b->report.counts.conflicts_new == 1);
    sites.b->sync();
    sites.b->sync();
    REQUIRE(sites.b->listed().empty());
    REQUIRE(sites.b->opened().empty());
}

TEST_CASE("logs: a rolled-back or cloned writer takes a new name", "[logs]") {
    TwoSites sites;
    const auto before = sites.a->image();
    const auto name = sites.a->writer();
    sites.edit(1, "555-1");
    sites.b->sync();
    sites.a->put_back(before);
    set_phone(*sites.a, 2, "555-2");
    sites.a->sync();
    REQUIRE(sites.a->writer() != name);
    REQUIRE(says(sites.a->report, "takes a new name"));
    sites.b->sync();
    sites.a->sync();
    for (auto* site : {sites.a.get(), sites.b.get()}) {
        REQUIRE(phone(*site, 1) == "555-1");
        REQUIRE(phone(*site, 2) == "555-2");
    }
    const auto renewed = sites.a->writer();
    sites.edit(3, "555-3");
    REQUIRE(sites.a->writer() == renewed);
}

TEST_CASE("logs: a clone that wrote the same number is noticed", "[logs]") {
    TwoSites sites;
    const auto before = sites.a->image();
    const auto name = sites.a->writer();
    sites.edit(1, "555-1");
    const auto segment = sites.newest_segment();
    const auto other = *sites.at_a->content(segment);
    const auto file = patient_path(sites.a->patient(1));
    const auto others = *sites.at_a->content(file);

    // The clone's folder still lies as it was, so it takes the same number.
    sites.at_a->erase(segment);
    sites.a->put_back(before);
    sites.edit(2, "555-2");
    REQUIRE(sites.newest_segment() == segment);
    sites.at_a->plant(segment, other);
    sites.at_a->plant(file, others);
    sites.a->sync();
    REQUIRE(sites.a->writer() != name);
    sites.b->sync();
    sites.a->sync();
    for (auto* site : {sites.a.get(), sites.b.get()}) {
        REQUIRE(phone(*site, 1) == "555-1");
        REQUIRE(phone(*site, 2) == "555-2");
    }
}

TEST_CASE("logs: the file that says who a site is is rewritten once a day", "[logs]") {
    TwoSites sites;
    for (int hour = 0; hour < 48; ++hour) {
        sites.clock.advance(1h);
        sites.edit(1, "555-" + std::to_string(hour));
        const auto written = sites.a->written("sites/");
        REQUIRE(written.size() == (hour % 24 == 23 ? 1 : 0));
    }
}

TEST_CASE("log: what many edits of many patients announce fits into segments that others read") {
    ManualClock clock;
    const auto folder = new_sync_folder(clock);
    TestSite site("A", *folder, clock);
    site.sync();
    site.sync();
    const auto before = folder->files().size();
    // As if the patients had been edited 100,000 and 200,000 times since they were published.
    for (const auto& [number, count] : {std::pair(1, 100'000), std::pair(2, 200'000)}) {
        std::set<VersionId> versions;
        for (int i = 0; i < count; ++i) versions.insert(system_random().version(1));
        site.database().publications().post(site.patient(number), versions);
    }
    site.sync();
    std::vector<std::size_t> announced;
    for (const auto& [path, content] : folder->files()) {
        if (!path.starts_with("logs/")) continue;
        REQUIRE(content.size() <= kMaxSegmentFile);
        for (const auto& entry : segment_from_xml(content).entries) {
            if (entry.versions.size() > 50'000) announced.push_back(entry.versions.size());
        }
    }
    REQUIRE(announced.size() == 2);
    REQUIRE(announced[0] + announced[1] > 200'000);
    REQUIRE(folder->files().size() == before + 2);
}
