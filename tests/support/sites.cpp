#include "tests/support/sites.h"

#include <algorithm>

#include "core/database/enabling.h"
#include "core/database/mapping_file.h"
#include "core/database/shipped_mappings.h"
#include "core/engine/sync_engine.h"
#include "core/folder/folder_layout.h"
#include "core/folder/marker.h"
#include "tests/support/clinic.h"

namespace cfs::test {

namespace {

const std::string kDemo = std::string(CFS_SOURCE_DIR) + "/tests/demo/";

std::vector<std::string> below(const std::vector<std::string>& paths, const std::string& prefix) {
    std::vector<std::string> found;
    std::copy_if(paths.begin(), paths.end(), std::back_inserter(found),
                 [&](const auto& path) { return path.starts_with(prefix); });
    return found;
}

}  // namespace

std::unique_ptr<MemoryFolder> new_sync_folder(const ManualClock& clock) {
    auto folder = std::make_unique<MemoryFolder>();
    folder->set_clock([&clock, last = std::int64_t{0}]() mutable {
        // Two changes are never of the same time.
        last = std::max<std::int64_t>(last + 1, clock.now().time_since_epoch().count() * 1'000'000);
        return last;
    });
    const Marker marker{FolderId{system_random().uuid()}, clock.now(), "demo", 1};
    folder->plant(std::string(kMarkerPath), to_xml(marker));
    return folder;
}

void deliver(const MemoryFolder& from, MemoryFolder& to, const std::string& prefix) {
    for (const auto& [path, content] : from.files()) {
        if (path.starts_with(prefix) && to.content(path) != content) to.plant(path, content);
    }
}

TestSite::TestSite(std::string name, SyncFolder& folder, ManualClock& clock)
    : TestSite(std::move(name), folder, clock,
               read_file(kDemo + "demo_schema.sql") + read_file(kDemo + "demo_clinic.sql"),
               mapping_text("demo")) {}

TestSite::TestSite(std::string name, SyncFolder& folder, ManualClock& clock,
                   const std::string& script, const std::string& mapping)
    : name_(std::move(name)),
      path_(place_ / "clinic.db"),
      clock_(clock),
      folder_(folder),
      writer_{system_random().uuid()} {
    write_file(path_, "");
    run_script(path_, script);
    open();
    enable(mapping);
}

void TestSite::open() {
    database_ =
        std::make_unique<ClinicDatabase>(make_backend("sqlite3://" + path_), system_random());
}

void TestSite::enable(const std::string& mapping) {
    database_->install(mapping_from_xml(mapping, "of the test"), mapping);
    (void)give_identities(*database_, SavedIdentities(place_ / "no map"), clock_);
    const auto marker = folder_.read(std::string(kMarkerPath), kMaxMarkerFile);
    database_->set_fact("site_name", name_);
    database_->set_fact("folder", marker_from_xml(*marker).folder.text());
    database_->finish_enabling();
}

void TestSite::sql(const std::string& statement) { run_script(path_, statement); }

std::string TestSite::value(const std::string& query) {
    return database_->session().value(query).value_or("NULL");
}

PatientId TestSite::patient(int key) {
    return PatientId{database_->identities().row_of("patient", std::to_string(key))->uuid};
}

SyncReport TestSite::sync() {
    clock_.advance(std::chrono::seconds(5));
    folder_.forget();
    FolderMemory memory(database_->session(), writer_);
    SyncObserver silent;
    RunContext run{*database_,
                   folder_,
                   memory,
                   clock_,
                   system_random(),
                   silent,
                   [this](ArchiveKind kind, const std::string& path, const std::string&) {
                       archived.emplace_back(kind, path);
                   },
                   options,
                   writer_,
                   [this] { return writer_ = WriterId{system_random().uuid()}; },
                   name_,
                   full,
                   false,
                   {},
                   {},
                   {}};
    try {
        SyncEngine(run).run();
    } catch (...) {
        report = run.report;
        throw;
    }
    return report = run.report;
}

std::vector<std::string> TestSite::opened(const std::string& prefix) const {
    return below(folder_.calls().opened, prefix);
}

std::vector<std::string> TestSite::written(const std::string& prefix) const {
    return below(folder_.calls().written, prefix);
}

std::vector<std::string> TestSite::listed(const std::string& prefix) const {
    return below(folder_.calls().listed, prefix);
}

std::vector<std::string> TestSite::examined(const std::string& prefix) const {
    return below(folder_.calls().examined, prefix);
}

std::string TestSite::image() {
    database_.reset();
    auto bytes = read_file(path_);
    open();
    return bytes;
}

void TestSite::put_back(const std::string& image) {
    database_.reset();
    write_file(path_, image);
    open();
}

SitePair::SitePair(Folders folders) : at_a(new_sync_folder(clock)) {
    if (folders == Folders::two) {
        const std::string marker(kMarkerPath);
        at_b = new_sync_folder(clock);
        at_b->plant(marker, *at_a->content(marker));
    }
    a = std::make_unique<TestSite>("A", *at_a, clock);
    b = std::make_unique<TestSite>("B", at_b ? *at_b : *at_a, clock);
}

void SitePair::exchange() {
    if (!at_b) return;
    deliver(*at_a, *at_b);
    deliver(*at_b, *at_a);
}

void SitePair::meet() {
    for (int i = 0; i < 2; ++i) {
        for (auto* site : {a.get(), b.get()}) {
            site->sync();
            exchange();
        }
    }
}

}  // namespace cfs::test
