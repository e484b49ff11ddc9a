// Files that the clinic program keeps on disk: each site has its own directory, and paths with its
// own keys.
#include <algorithm>
#include <boost/filesystem.hpp>
#include <filesystem>

#include "core/folder/folder_layout.h"
#include "core/folder/patient_file.h"
#include "tests/support/catch.h"
#include "tests/support/clinic.h"
#include "tests/support/sites.h"

using namespace cfs;
using namespace cfs::test;

namespace {

namespace fs = boost::filesystem;

using Lines = std::vector<std::string>;

constexpr const char* kScript = R"(
    CREATE TABLE patient (pid INTEGER PRIMARY KEY, name TEXT, born TEXT);
    CREATE TABLE document (id INTEGER PRIMARY KEY, pid INTEGER, made TEXT, kind TEXT, url TEXT);
    INSERT INTO patient VALUES (1, 'Ann', '1980-01-01');)";

std::string mapping_of(const std::string& directory) {
    return R"(<mapping xmlns="urn:cloud-folder-sync:mapping" format="1" name="t" family="demo"
        version="1">
      <patient table="patient">
        <key column="pid" allocate="maximum"/><identity column="name"/><identity column="born"/>
      </patient>
      <record table="document">
        <key column="id"/><identity column="made"/><identity column="kind"/>
        <owner column="pid"/>
        <file column="url" directory=")" +
           directory + R"(" prefix="file://{directory}/" path="{pid}/{name}"/>
      </record>
    </mapping>)";
}

// All files below a directory with what they hold; links by their names alone.
Tree files_below(const std::string& directory) {
    Tree files;
    for (auto at = fs::recursive_directory_iterator(directory);
         at != fs::recursive_directory_iterator(); ++at) {
        const auto path = at->path().string().substr(directory.size() + 1);
        if (fs::is_symlink(at->path())) {
            files[path] = "a link";
        } else if (fs::is_regular_file(at->path())) {
            files[path] = read_file(at->path().string());
        }
    }
    return files;
}

// Two clinics with a directory each.
class FileClinics {
  public:
    explicit FileClinics(const std::string& first = "", const std::string& second = "")
        : clinics_(
              kScript, mapping_of(directory(0)),
              {{first, {}, mapping_of(directory(0))}, {second, {}, mapping_of(directory(1))}}) {}

    [[nodiscard]] std::string directory(std::size_t site) const {
        return places_[site].text() + "/documents";
    }
    Clinic& operator[](std::size_t site) { return clinics_[site]; }
    Clinics& all() { return clinics_; }

    // As the clinic program does: the file, then the row.
    void add(std::size_t site, int id, int pid, const std::string& name,
             const std::string& content) {
        write(site, std::to_string(pid) + "/" + name, content);
        add_row(site, id, pid, url(site, std::to_string(pid) + "/" + name));
    }
    void add_row(std::size_t site, int id, int pid, const std::string& url) {
        clinics_[site].sql("INSERT INTO document VALUES (" + std::to_string(id) + ", " +
                           std::to_string(pid) + ", '2026-11-2" + std::to_string(site) + "', 'k" +
                           std::to_string(id) + "', '" + url + "')");
    }
    void write(std::size_t site, const std::string& path, const std::string& content) {
        const fs::path full = directory(site) + "/" + path;
        fs::create_directories(full.parent_path());
        write_file(full.string(), content);
    }
    [[nodiscard]] std::string url(std::size_t site, const std::string& path) const {
        return "file://" + directory(site) + "/" + path;
    }
    // What each document's file holds, by the name of its patient and its kind.
    Lines shown(std::size_t site) {
        Lines lines;
        const auto start = url(site, "").size();
        for (const auto& line : clinics_[site].lines(
                 "SELECT name || ' ' || kind || '|' || coalesce(url, 'NULL') FROM document JOIN "
                 "patient USING (pid)")) {
            const auto bar = line.find('|');
            const auto path = line.substr(bar + 1);
            const bool below = path.starts_with(url(site, ""));
            lines.push_back(line.substr(0, bar) + ": " +
                            (below ? read_file(directory(site) + "/" + path.substr(start)) : path));
        }
        return lines;
    }
    // Exactly these files lie below the site's directory, and nothing beside it.
    void require_files(std::size_t site, const Tree& files) {
        CHECK(files_below(directory(site)) == files);
        CHECK(names_in(places_[site].text()) == Lines{"documents"});
    }
    void require_at_rest() {
        clinics_.require_equal();
        clinics_.require_quiet();
        CHECK(shown(0) == shown(1));
    }

    // What a hostile cloud makes of the first patient's file.
    void tamper(const std::function<void(Row&)>& change) {
        const auto path = clinics_[0].file_of("1");
        auto document = from_xml(clinics_.cloud().files(1).at(path));
        for (auto& [id, row] : document.rows) {
            if (row.table == "document") change(row);
        }
        clinics_.cloud().put(1, path, to_xml(document));
        clinics_.cloud().deliver();
    }

  private:
    struct Place : TemporaryFolder {
        Place() : TemporaryFolder("cfs-files", quick_place()) {
            fs::create_directory(path() / "documents");
        }
    };

    Place places_[2];
    Clinics clinics_;
};

std::string sentence(const SyncReport& report) {
    return report.errors.empty() ? "" : report.errors.front().sentence;
}

void set_field(Row& row, const std::string& field, const Value& value) {
    for (auto& held : row.fields.at(field)) held.value = value;
}

// One of two sites, whose statements can be watched, has a file that the other has not met.
struct OneFile {
    OneFile() {
        fs::create_directory(first.path() / "1");
        write_file(first / "1/scan.pdf", "content");
        a.sql("INSERT INTO document VALUES (7, 1, 'a', 'b', 'file://" + first.text() +
              "/1/scan.pdf')");
        a.sync();
    }

    ManualClock clock;
    decltype(new_sync_folder(clock)) folder = new_sync_folder(clock);
    TemporaryFolder first, second;
    TestSite a{"A", *folder, clock, kScript, mapping_of(first.text())};
    TestSite b{"B", *folder, clock, kScript, mapping_of(second.text())};
};

}  // namespace

TEST_CASE("files: documents of patients with one number arrive under the site's own numbers",
          "[scenarios][files]") {
    FileClinics files;
    for (int site = 0; site < 2; ++site) {
        const std::string name = site == 0 ? "Bea" : "Cid";
        files[static_cast<std::size_t>(site)].sql("INSERT INTO patient VALUES (2, '" + name +
                                                  "', '1990-01-01')");
        files.add(static_cast<std::size_t>(site), 7, 2, "scan.pdf", "scan of " + name);
        files.add(static_cast<std::size_t>(site), 8, 2, "large.png",
                  name + std::string(300'000, 'x'));
    }
    files.all().meet();
    const std::string x(300'000, 'x');
    files.require_files(0, {{"2/scan.pdf", "scan of Bea"},
                            {"2/large.png", "Bea" + x},
                            {"3/scan.pdf", "scan of Cid"},
                            {"3/large.png", "Cid" + x}});
    files.require_files(1, {{"2/scan.pdf", "scan of Cid"},
                            {"2/large.png", "Cid" + x},
                            {"3/scan.pdf", "scan of Bea"},
                            {"3/large.png", "Bea" + x}});
    CHECK(files[1].value("SELECT url FROM document JOIN patient USING (pid) WHERE name = 'Bea' AND "
                         "kind = 'k7'") == files.url(1, "3/scan.pdf"));
    // No path has left its site.
    for (const auto& [path, content] : files.all().cloud().files(0)) {
        CHECK(content.find("/documents") == std::string::npos);
    }
    files.require_at_rest();
}

TEST_CASE("files: a name that is taken by other content gets a number", "[scenarios][files]") {
    FileClinics files;
    files.write(1, "1/scan.pdf", "not in the database");
    files.add(0, 7, 1, "scan.pdf", "of A");
    files.add(1, 8, 1, "scan-2.pdf", "of B");
    files.all().meet();
    files.require_files(0, {{"1/scan.pdf", "of A"}, {"1/scan-2.pdf", "of B"}});
    files.require_files(1, {{"1/scan.pdf", "not in the database"},
                            {"1/scan-2.pdf", "of B"},
                            {"1/scan-3.pdf", "of A"}});
    files.require_at_rest();
    // The number is no difference, and no edit.
    CHECK(files[1].number("SELECT count(*) FROM cfs_differing") == 0);
    files[1].sql("UPDATE document SET kind = 'edited' WHERE kind = 'k7'");
    files.all().meet();
    CHECK(files[0].value("SELECT url FROM document WHERE kind = 'edited'") ==
          files.url(0, "1/scan.pdf"));
    files.require_at_rest();
}

TEST_CASE("files: two documents of one content have a file each", "[scenarios][files]") {
    FileClinics files;
    files.add(0, 7, 1, "scan.pdf", "the same");
    files.add(0, 8, 1, "again.pdf", "the same");
    files.add(1, 9, 1, "scan.pdf", "the same");
    files.all().meet();
    files.require_files(
        1, {{"1/scan.pdf", "the same"}, {"1/again.pdf", "the same"}, {"1/scan-2.pdf", "the same"}});
    files.require_at_rest();
}

TEST_CASE("files: no file comes under a path that another row has lost", "[scenarios][files]") {
    FileClinics files;
    files.add_row(1, 9, 1, files.url(1, "1/scan.pdf"));
    files.add(0, 7, 1, "scan.pdf", "of A");
    (void)files[0].sync();
    files.all().cloud().deliver();
    (void)files[1].sync();
    files.require_files(1, {{"1/scan-2.pdf", "of A"}});
}

TEST_CASE("files: an edited file is seen with its row, and at a full sync", "[scenarios][files]") {
    FileClinics files;
    files.add(0, 7, 1, "scan.pdf", "first");
    files.all().meet();
    files.write(0, "1/scan.pdf", "second");
    files[0].sql("UPDATE document SET kind = 'edited'");
    files.all().meet();
    CHECK(files.shown(1) == Lines{"Ann edited: second"});
    files.require_files(1, {{"1/scan.pdf", "first"}, {"1/scan-2.pdf", "second"}});
    files.require_at_rest();

    files.write(0, "1/scan.pdf", "third, longer");
    files.all().meet();
    CHECK(files.shown(1) == Lines{"Ann edited: second"});
    SyncRequest full;
    full.full = true;
    (void)files[0].sync(full);
    files.all().cloud().deliver();
    files.all().meet();
    CHECK(files.shown(1) == Lines{"Ann edited: third, longer"});
    files.require_at_rest();
}

TEST_CASE("files: a renamed file is one at the other site too", "[scenarios][files]") {
    FileClinics files;
    files.add(0, 7, 1, "scan.pdf", "content");
    files.all().meet();
    fs::rename(files.directory(0) + "/1/scan.pdf", files.directory(0) + "/1/knee.pdf");
    files[0].sql("UPDATE document SET url = '" + files.url(0, "1/knee.pdf") + "'");
    files.all().meet();
    CHECK(files[1].value("SELECT url FROM document") == files.url(1, "1/knee.pdf"));
    // Nothing is taken away from a clinic program.
    files.require_files(1, {{"1/scan.pdf", "content"}, {"1/knee.pdf", "content"}});
    files.require_at_rest();
}

TEST_CASE("files: two edits of one document are a conflict that keeps both files",
          "[scenarios][files]") {
    FileClinics files;
    files.add(0, 7, 1, "scan.pdf", "first");
    files.all().meet();
    files.all().cloud().cut_off(1);
    for (std::size_t site = 0; site < 2; ++site) {
        files.write(site, "1/scan.pdf", site == 0 ? "of A" : "of B");
        files[site].sql("UPDATE document SET kind = '" + std::string(site == 0 ? "A" : "B") + "'");
        (void)files[site].sync();
    }
    files.all().cloud().deliver();
    files.all().cloud().reconnect(1);
    files.all().cloud().deliver();
    files.all().meet();
    const auto conflicts = files[0].conflicts();
    REQUIRE(conflicts.size() == 1);
    REQUIRE(conflicts[0].values.size() == 2);
    CHECK(files.shown(0) == files.shown(1));
    const auto& other = *std::find_if(conflicts[0].values.begin(), conflicts[0].values.end(),
                                      [](const ConflictValue& value) { return !value.shown; });
    const auto kept = other.fields.at("kind").bytes;
    files[0].resolve(conflicts[0], other);
    files.all().meet();
    CHECK(files.shown(0) == Lines{"Ann " + kept + ": of " + kept});
    files.require_at_rest();
}

TEST_CASE("files: a file that is gone is neither a deletion nor an edit", "[scenarios][files]") {
    FileClinics files;
    files.add(0, 7, 1, "scan.pdf", "content");
    files.all().meet();
    fs::remove(files.directory(0) + "/1/scan.pdf");
    files[0].sql("UPDATE document SET kind = 'edited'");
    const auto report = files[0].sync();
    REQUIRE(report.errors.size() == 1);
    CHECK(report.errors[0].code == ErrorCode::attachment_missing);
    CHECK(report.errors[0].patient == files[0].patient("1"));
    CHECK(sentence(report).find("table document") != std::string::npos);
    CHECK(sentence(report).find(files.directory(0) + " that can't be read: it is not there") !=
          std::string::npos);
    CHECK(sentence(report).find("scan") == std::string::npos);
    CHECK(report.counts.pending == 1);
    files.all().cloud().deliver();
    files.all().meet();
    CHECK(files.shown(1) == Lines{"Ann edited: content"});
    CHECK(files[0].conflicts().empty());
    REQUIRE(files[0].verify().differences.size() == 1);
    CHECK(files[0].verify().differences[0].what.find("a file that is gone") != std::string::npos);

    files.write(0, "1/scan.pdf", "content");
    CHECK(files[0].sync().counts.pending == 0);
    files.require_at_rest();
}

TEST_CASE("files: a file that comes back edited is an edit", "[scenarios][files]") {
    FileClinics files;
    files.add(0, 7, 1, "scan.pdf", "first");
    files.all().meet();
    fs::remove(files.directory(0) + "/1/scan.pdf");
    files[0].sql("UPDATE document SET kind = 'edited'");
    files.all().meet();
    files.write(0, "1/scan.pdf", "edited meanwhile");
    files.all().meet();
    CHECK(files.shown(0) == Lines{"Ann edited: edited meanwhile"});
    files.require_at_rest();
}

TEST_CASE("files: a lost file is replaced by what another site makes of it", "[scenarios][files]") {
    FileClinics files;
    files.add(0, 7, 1, "scan.pdf", "first");
    files.all().meet();
    fs::remove(files.directory(0) + "/1/scan.pdf");
    files.write(1, "1/scan.pdf", "of B");
    files[1].sql("UPDATE document SET kind = 'edited'");
    (void)files[1].sync();
    files.all().cloud().deliver();
    files.all().meet();
    files.require_files(0, {{"1/scan.pdf", "of B"}});
    CHECK(files[0].sync().counts.pending == 0);
    files.require_at_rest();
}

TEST_CASE("files: a row whose file comes later goes ahead, and the file follows",
          "[scenarios][files]") {
    FileClinics files;
    files.add_row(0, 7, 1, files.url(0, "1/scan.pdf"));
    files.all().meet();
    CHECK(files.shown(1) == Lines{"Ann k7: NULL"});
    files.write(0, "1/scan.pdf", "content");
    files.all().meet();
    CHECK(files.shown(1) == Lines{"Ann k7: content"});
    CHECK(files[0].conflicts().empty());
    files.require_at_rest();
}

TEST_CASE("files: nothing is read that lies outside of the directory", "[scenarios][files]") {
    FileClinics files;
    const TemporaryFolder outside;
    write_file(outside / "secret", "a secret");
    fs::create_directories(files.directory(0) + "/1");
    fs::create_symlink(outside / "secret", files.directory(0) + "/1/link");
    fs::create_directory_symlink(outside.path(), files.directory(0) + "/2");
    int id = 10;
    for (const auto& url :
         {files.url(0, "1/link"), files.url(0, "2/secret"), files.url(0, "../documents/1/x"),
          files.url(0, "1"), "file://" + outside.text() + "/secret", outside.text() + "/secret"}) {
        files.add_row(0, id++, 1, url);
    }
    const auto report = files[0].sync();
    CHECK(report.errors.size() == 6);
    files.all().cloud().deliver();
    (void)files[1].sync();
    files.require_files(1, {});
    for (const auto& [path, content] : files.all().cloud().files(0)) {
        CHECK(content.find("a secret") == std::string::npos);
        CHECK(content.find(outside.text()) == std::string::npos);
    }
    CHECK(files[1].number("SELECT count(*) FROM document WHERE url IS NULL") == 6);
}

TEST_CASE("files: what is no path of a file travels as it is", "[scenarios][files]") {
    FileClinics files;
    files.add_row(0, 7, 1, "https://example.org/scan.pdf");
    files.add_row(0, 8, 1, "a1b2c3-couch");
    files[0].sql("INSERT INTO document VALUES (9, 1, '2026-11-20', 'k9', NULL)");
    files.all().meet();
    CHECK(files.shown(1) ==
          Lines{"Ann k7: https://example.org/scan.pdf", "Ann k8: a1b2c3-couch", "Ann k9: NULL"});
    files.require_at_rest();
}

TEST_CASE("files: a hostile name stays in the directory", "[scenarios][files]") {
    const auto [name, made] = GENERATE(table<std::string, std::string>(
        {{"../../evil", "1/_._.._evil"},
         {"/etc/passwd", "1/_etc_passwd"},
         {"..\\..\\evil.exe", "1/_._.._evil.exe"},
         {".htaccess", "1/_htaccess"},
         {"NUL.pdf", "1/_NUL.pdf"},
         {std::string("a\0b\n.pdf", 8), "1/a_b_.pdf"},
         {"", "1/file"},
         {std::string(5000, 'n') + ".pdf", "1/" + std::string(116, 'n') + ".pdf"}}));
    FileClinics files;
    files.add(0, 7, 1, "scan.pdf", "content");
    (void)files[0].sync();
    files.all().cloud().deliver();
    files.tamper([&, &wanted = name](Row& row) {
        set_field(row, file_name_field("url"), text_value(wanted));
    });
    const auto report = files[1].sync();
    CHECK(report.errors.empty());
    files.require_files(1, {{made, "content"}});
    const auto before = files.all().cloud().files(1);
    (void)files[1].sync();
    (void)files[1].sync();
    CHECK(files.all().cloud().files(1) == before);
}

TEST_CASE("files: a path that comes from the folder is refused", "[scenarios][files]") {
    FileClinics files;
    files.add(1, 8, 1, "other.pdf", "another document");
    files.add(0, 7, 1, "scan.pdf", "content");
    (void)files[0].sync();
    files.all().cloud().deliver();
    const auto path = GENERATE(0, 1, 2, 3);
    const std::string told[] = {files.url(1, "1/other.pdf"), "file:///etc/passwd", "/etc/passwd",
                                "..\\..\\sqlconf.php"};
    files.tamper([&](Row& row) { set_field(row, "url", text_value(told[path])); });
    const auto report = files[1].sync();
    REQUIRE(report.errors.size() == 1);
    CHECK(report.errors[0].code == ErrorCode::row_refused);
    CHECK(sentence(report).find("a path of another machine") != std::string::npos);
    CHECK(files[1].number("SELECT count(*) FROM document WHERE id <> 8") == 0);
    files.require_files(1, {{"1/other.pdf", "another document"}});
}

TEST_CASE("files: a path in an attachment is refused as well", "[scenarios][files]") {
    FileClinics files;
    files.add(1, 8, 1, "other.pdf", "another document");
    files.add(0, 7, 1, "scan.pdf", "content");
    (void)files[0].sync();
    files.all().cloud().deliver();
    const auto told = files.url(1, "1/other.pdf");
    files.all().cloud().put(1, attachment_path(sha256(told)), told);
    files.tamper([&](Row& row) {
        set_field(row, "url", Value{ValueKind::text, true, sha256(told).text()});
    });
    CHECK(files[1].sync().errors.size() == 1);
    CHECK(files[1].number("SELECT count(*) FROM document WHERE id <> 8") == 0);
}

TEST_CASE("files: without its directory a row waits, and all others go on", "[scenarios][files]") {
    FileClinics files;
    fs::remove(files.directory(1));
    files.add(0, 7, 1, "scan.pdf", "content");
    files[0].sql("INSERT INTO patient VALUES (2, 'Bea', '1990-01-01')");
    (void)files[0].sync();
    files.all().cloud().deliver();
    const auto report = files[1].sync();
    REQUIRE(report.errors.size() == 1);
    CHECK(report.errors[0].code == ErrorCode::row_refused);
    CHECK(sentence(report).find(files.directory(1) + " (that directory is not there)") !=
          std::string::npos);
    CHECK(files[1].number("SELECT count(*) FROM patient") == 2);
    CHECK(files[1].number("SELECT count(*) FROM document") == 0);
    CHECK_FALSE(fs::exists(files.directory(1)));

    fs::create_directory(files.directory(1));
    files.all().meet();
    files.require_files(1, {{"1/scan.pdf", "content"}});
    files.require_at_rest();
}

TEST_CASE("files: an attachment that has not come is awaited", "[scenarios][files]") {
    FileClinics files;
    files.add(0, 7, 1, "scan.pdf", "content");
    (void)files[0].sync();
    files.all().cloud().deliver();
    const auto path = attachment_path(sha256("content"));
    files.all().cloud().remove(1, path);
    files.all().cloud().cut_off(1);
    const auto report = files[1].sync();
    REQUIRE(report.errors.size() == 1);
    CHECK(sentence(report).find("its file: it has not come from its site yet") !=
          std::string::npos);
    files.all().cloud().put(1, path, "content");
    files.all().cloud().reconnect(1);
    files.all().meet();
    files.require_files(1, {{"1/scan.pdf", "content"}});
    files.require_at_rest();
}

TEST_CASE("files: a row that the database refuses leaves a file that is used later",
          "[scenarios][files]") {
    FileClinics files;
    files[1].sql(
        "CREATE TRIGGER refuse BEFORE INSERT ON document BEGIN SELECT RAISE(ABORT, 'no'); "
        "END");
    files.add(0, 7, 1, "scan.pdf", "content");
    files.all().meet();
    files.require_files(1, {{"1/scan.pdf", "content"}});
    CHECK(files[1].number("SELECT count(*) FROM document") == 0);
    files[1].sql("DROP TRIGGER refuse");
    files.all().meet();
    files.require_files(1, {{"1/scan.pdf", "content"}});
    files.require_at_rest();
}

TEST_CASE("files: what was changed while a database was disabled is not lost",
          "[scenarios][files]") {
    FileClinics files;
    files.add(0, 7, 1, "scan.pdf", "first");
    files.all().meet();
    const auto mapping = files[1].service().settings().databases.front().mapping;
    files[1].disable();
    files.write(1, "1/scan.pdf", "edited meanwhile");
    files[1].enable(files.all().cloud().folder(1), mapping);
    files.all().meet();
    const auto conflicts = files[0].conflicts();
    REQUIRE(conflicts.size() == 1);
    CHECK(conflicts[0].values.size() == 2);
}

TEST_CASE("files: a database that was disabled and not touched agrees", "[scenarios][files]") {
    FileClinics files;
    files.add(0, 7, 1, "scan.pdf", "first");
    files.all().meet();
    const auto mapping = files[1].service().settings().databases.front().mapping;
    files[1].disable();
    files.write(0, "1/scan.pdf", "edited by A");
    files[0].sql("UPDATE document SET kind = 'edited'");
    (void)files[0].sync();
    files.all().cloud().deliver();
    files[1].enable(files.all().cloud().folder(1), mapping);
    files.all().meet();
    CHECK(files[0].conflicts().empty());
    CHECK(files.shown(1) == Lines{"Ann edited: edited by A"});
    files.require_at_rest();
}

TEST_CASE("files: copies of one clinic agree, and on files that one has lost",
          "[scenarios][files]") {
    TemporaryFolder places[2] = {TemporaryFolder("cfs-files", quick_place()),
                                 TemporaryFolder("cfs-files", quick_place())};
    std::vector<Start> starts;
    for (const auto& place : places) {
        fs::create_directory(place.path() / "1");
        write_file(place / "1/scan.pdf", "content");
        starts.push_back({"INSERT INTO document VALUES (7, 1, 'a', 'b', 'file://" + place.text() +
                              "/1/scan.pdf'), (8, 1, 'c', 'd', 'file://" + place.text() +
                              "/1/lost.pdf')",
                          {},
                          mapping_of(place.text())});
    }
    write_file(places[0] / "1/lost.pdf", "only at A");
    Clinics clinics(kScript, mapping_of(places[0].text()), starts);
    clinics.meet();
    CHECK(clinics[0].conflicts().empty());
    CHECK(clinics[1].sync().counts.pending == 1);
    CHECK(files_below(places[1].text()) == Tree{{"1/scan.pdf", "content"}});
    write_file(places[1] / "1/lost.pdf", "only at A");
    clinics.meet();
    CHECK(clinics[1].sync().counts.pending == 0);
    clinics.require_equal();
    clinics.require_quiet();
}

TEST_CASE("files: a crash between the file and the commit makes no second file",
          "[scenarios][files]") {
    OneFile sites;
    auto& b = sites.b;
    const auto& second = sites.second;
    b.database().session().set_fault_hook([&](const std::string& sql) {
        if (sql == "COMMIT" && fs::exists(second / "1/scan.pdf")) throw SimulatedCrash{"commit"};
    });
    CHECK_THROWS_AS(b.sync(), SimulatedCrash);
    b.database().session().set_fault_hook({});
    b.put_back(b.image());
    CHECK(b.value("SELECT count(*) FROM document") == "0");
    CHECK(files_below(second.text()) == Tree{{"1/scan.pdf", "content"}});
    b.sync();
    CHECK(b.report.errors.empty());
    CHECK(b.value("SELECT url FROM document") == "file://" + second.text() + "/1/scan.pdf");
    CHECK(files_below(second.text()) == Tree{{"1/scan.pdf", "content"}});
}

TEST_CASE("files: a preview writes no file", "[scenarios][files]") {
    FileClinics files;
    files.add(0, 7, 1, "scan.pdf", "content");
    SyncRequest preview;
    preview.preview = true;
    CHECK(files[0].sync(preview).errors.empty());
    (void)files[0].sync();
    files.all().cloud().deliver();
    const auto report = files[1].sync(preview);
    CHECK(report.errors.empty());
    CHECK(report.counts.rows_inserted == 1);
    files.require_files(1, {});
    files.all().meet();
    files.require_at_rest();
}

TEST_CASE("files: undo puts the former content back", "[scenarios][files]") {
    FileClinics files;
    files.add(0, 7, 1, "scan.pdf", "first");
    files.all().meet();
    files.write(0, "1/scan.pdf", "second");
    files[0].sql("UPDATE document SET kind = 'edited'");
    (void)files[0].sync();
    files.all().cloud().deliver();
    const auto run = files[1].sync().run;
    CHECK(files.shown(1) == Lines{"Ann edited: second"});
    (void)files[1].undo(run);
    files.all().meet();
    CHECK(files.shown(0) == Lines{"Ann k7: first"});
    files.require_at_rest();
}

TEST_CASE("files: a record moved to another patient keeps its file", "[scenarios][files]") {
    FileClinics files;
    files[0].sql("INSERT INTO patient VALUES (2, 'Bea', '1990-01-01')");
    files.add(0, 7, 1, "scan.pdf", "content");
    files.all().meet();
    files[0].sql("UPDATE document SET pid = 2");
    files.all().meet();
    CHECK(files.shown(1) == Lines{"Bea k7: content"});
    files.require_files(1, {{"1/scan.pdf", "content"}});
    files.require_at_rest();
}

TEST_CASE("files: a deleted row comes back with its file", "[scenarios][files]") {
    FileClinics files;
    files.add(0, 7, 1, "scan.pdf", "content");
    files.all().meet();
    files[1].sql("DELETE FROM document");
    fs::remove(files.directory(1) + "/1/scan.pdf");
    files.all().meet();
    CHECK(files.shown(1) == Lines{"Ann k7: content"});
    files.require_files(1, {{"1/scan.pdf", "content"}});
    files.require_at_rest();
}

TEST_CASE("files: whole files are read and written while no transaction is open",
          "[scenarios][files]") {
    OneFile sites;
    auto& b = sites.b;
    const auto& second = sites.second;
    // What a transaction begins with is all that is written while it is open.
    bool in_transaction = false;
    Tree at_begin;
    std::vector<std::string> bytes;
    b.database().session().set_fault_hook([&](const std::string& sql) {
        if (sql.starts_with("BEGIN")) {
            in_transaction = true;
            at_begin = files_below(second.text());
        } else if (in_transaction) {
            for (const auto& [path, content] : files_below(second.text())) {
                const bool known = std::any_of(
                    at_begin.begin(), at_begin.end(),
                    [&, &written = content](const auto& file) { return file.second == written; });
                if (!known) bytes.push_back(path);
            }
        }
        if (sql == "COMMIT" || sql == "ROLLBACK") in_transaction = false;
    });
    b.sync();
    b.database().session().set_fault_hook({});
    CHECK(bytes.empty());
    CHECK(files_below(second.text()) == Tree{{"1/scan.pdf", "content"}});
}

TEST_CASE("files: an unchanged file is not read again", "[scenarios][files]") {
    FileClinics files;
    files.add(0, 7, 1, "scan.pdf", "first");
    files.all().meet();
    // Of the size and time that it had: nobody can tell without reading it.
    const std::filesystem::path path = files.directory(0) + "/1/scan.pdf";
    const auto time = std::filesystem::last_write_time(path);
    files.write(0, "1/scan.pdf", "other");
    std::filesystem::last_write_time(path, time);
    files[0].sql("UPDATE document SET kind = 'edited'");
    files.all().meet();
    CHECK(files.shown(1) == Lines{"Ann edited: first"});
}
