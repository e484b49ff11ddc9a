#include "core/engine/settings.h"

#include "core/engine/sync_service.h"
#include "core/model/error.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"

using namespace cfs;
using namespace cfs::test;

namespace {

DatabaseSettings example() {
    DatabaseSettings database;
    database.connection = "sqlite3:///home/ann/Praxis \"Müller\" & Söhne/clinic.db";
    database.site = "Front desk <1>";
    database.folder = "/home/ann/Dropbox/a'b\tc\nd";
    database.mapping = "default";
    database.options = {false, true, true, std::chrono::minutes(1440)};
    return database;
}

std::string refusal(const std::string& path) {
    try {
        (void)load_settings(path);
    } catch (const Error& error) {
        REQUIRE(error.code() == ErrorCode::settings_invalid);
        REQUIRE(std::string(error.what()).find(path) != std::string::npos);
        return error.what();
    }
    return {};
}

std::string with_database(const std::string& attributes, const std::string& options = {}) {
    return "<settings format=\"1\"><database " + attributes + ">" + options +
           "</database></settings>";
}

}  // namespace

TEST_CASE("settings: what is saved is loaded again") {
    const TemporaryFolder folder;
    Settings settings;
    settings.databases = {example(),
                          DatabaseSettings{"postgresql://dbname=a user=b", {}, {}, {}, {}}};
    settings.general = {"pt_BR", false, true, false, false, true, true};
    save_settings(folder / "settings.xml", settings);
    REQUIRE(load_settings(folder / "settings.xml") == settings);
    settings.databases.pop_back();
    save_settings(folder / "settings.xml", settings);
    REQUIRE(load_settings(folder / "settings.xml") == settings);
    REQUIRE(names_in(folder.text()) == std::vector<std::string>{"settings.xml"});
}

TEST_CASE("settings: a pause is saved with its end") {
    const TemporaryFolder folder;
    Settings settings;
    for (const auto end : {time_from_text("2026-11-22T14:00:00.000Z").value(), kLastTime}) {
        settings.paused_until = end;
        save_settings(folder / "settings.xml", settings);
        REQUIRE(load_settings(folder / "settings.xml") == settings);
    }
    write_file(folder / "settings.xml", "<settings format=\"1\" paused-until=\"noon\"/>");
    REQUIRE(refusal(folder / "settings.xml").find("paused-until is no time") != std::string::npos);
}

TEST_CASE("settings: a missing file means nothing was chosen yet") {
    const TemporaryFolder folder;
    REQUIRE(load_settings(folder / "settings.xml") == Settings{});
    REQUIRE(load_settings(folder / "no/such/settings.xml") == Settings{});
}

TEST_CASE("settings: the file is readable XML with a format number") {
    const TemporaryFolder folder;
    Settings settings;
    settings.databases = {DatabaseSettings{"sqlite3:///a.db", "A", "/f", "default", {}}};
    save_settings(folder / "settings.xml", settings);
    REQUIRE(read_file(folder / "settings.xml") ==
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<settings format=\"1\">\n"
            "    <general language=\"\" notify-conflicts=\"true\" notify-errors=\"true\" "
            "notify-recovery=\"true\" name-patients=\"false\" watch-folder=\"true\" "
            "spare-battery=\"false\" spare-metered=\"false\" />\n"
            "    <database connection=\"sqlite3:///a.db\" site=\"A\" folder=\"/f\" "
            "mapping=\"default\">\n"
            "        <options use-logs=\"true\" delete-conflicts=\"false\" auto-sync=\"false\" "
            "interval-minutes=\"15\" />\n"
            "    </database>\n"
            "</settings>\n");
}

TEST_CASE("settings: what is not chosen has its default, and unknown elements are left out") {
    const TemporaryFolder folder;
    const std::string path = folder / "settings.xml";
    write_file(path,
               "\xEF\xBB\xBF<settings format=\"1\" new=\"x\"><other/><database "
               "connection=\"sqlite3:///a.db\" colour=\"red\"><other/></database></settings>");
    const Settings settings = load_settings(path);
    REQUIRE(settings.databases.size() == 1);
    REQUIRE(settings.databases[0] == DatabaseSettings{"sqlite3:///a.db", {}, {}, {}, {}});
    REQUIRE(settings.general == GeneralSettings{});
    save_settings(path, settings);
    REQUIRE(read_file(path).find("other") == std::string::npos);
}

TEST_CASE("settings: a damaged file is refused with a sentence that names it") {
    const TemporaryFolder folder;
    const std::string path = folder / "settings.xml";
    const std::string database = "connection=\"sqlite3:///a.db\"";
    for (const std::string& content : std::vector<std::string>{
             "",
             "x",
             "<settings",
             "<settings/>",
             "<other format=\"1\"/>",
             "<settings format=\"0\"/>",
             "<settings format=\"x\"/>",
             "<settings format=\"99999999999\"/>",
             "<settings format=\"1\"><database/></settings>",
             with_database(database, "<options interval-minutes=\"0\"/>"),
             with_database(database, "<options interval-minutes=\"1441\"/>"),
             with_database(database, "<options interval-minutes=\"-5\"/>"),
             with_database(database, "<options interval-minutes=\"15 \"/>"),
             with_database(database, "<options interval-minutes=\"99999999999\"/>"),
             with_database(database, "<options use-logs=\"yes\"/>"),
             "<settings format=\"1\"><general watch-folder=\"yes\"/></settings>",
             "<settings format=\"1\"><general language=\"../de\"/></settings>",
             "<settings format=\"1\"><general language=\"deutschdeutschdeutsch\"/></settings>",
             "<settings format=\"1\"><database " + database + "/><database " + database +
                 "/></settings>",
             std::string(1000, '\0'),
             std::string(5 << 20, ' ')}) {
        write_file(path, content);
        CAPTURE(content.substr(0, 100));
        REQUIRE(refusal(path).find("rename it") != std::string::npos);
    }
    write_file(path, "<settings format=\"2\"/>");
    REQUIRE(refusal(path).find("newer version") != std::string::npos);
    REQUIRE_FALSE(refusal(folder.text()).empty());
}

TEST_CASE("settings: the ends of the interval's range are taken") {
    const TemporaryFolder folder;
    for (const int minutes : {1, 1440}) {
        write_file(folder / "s",
                   with_database("connection=\"a\"", "<options interval-minutes=\"" +
                                                         std::to_string(minutes) + "\"/>"));
        REQUIRE(load_settings(folder / "s").databases[0].options.interval.count() == minutes);
    }
}

TEST_CASE("settings: a password is neither saved nor loaded, nor repeated in the message") {
    const TemporaryFolder folder;
    const std::string path = folder / "settings.xml";
    for (const std::string connection :
         {"postgresql://host=x password=Xyzzy", "mysql://db=x pass=Xyzzy",
          "mysql://PASSWORD = Xyzzy", "postgresql://ann:Xyzzy@host/db", "odbc://DSN=x;PWD=Xyzzy"}) {
        CAPTURE(connection);
        Settings settings;
        settings.databases = {DatabaseSettings{connection, {}, {}, {}, {}}};
        try {
            save_settings(path, settings);
            FAIL("saved");
        } catch (const Error& error) {
            REQUIRE(error.code() == ErrorCode::settings_invalid);
            REQUIRE(std::string(error.what()).find("Xyzzy") == std::string::npos);
        }
        REQUIRE(names_in(folder.text()).empty());
        write_file(path, with_database("connection=\"" + connection + "\""));
        const std::string sentence = refusal(path);
        REQUIRE(sentence.find("password") != std::string::npos);
        REQUIRE(sentence.find("Xyzzy") == std::string::npos);
        boost::filesystem::remove(path);
    }
    Settings settings;
    settings.databases = {
        DatabaseSettings{"sqlite3:///tmp/password=x.db", {}, {}, {}, {}},
        DatabaseSettings{"postgresql://dbname=passwords user=ann", {}, {}, {}, {}}};
    save_settings(path, settings);
    REQUIRE(load_settings(path) == settings);
}

TEST_CASE("settings: what could not be loaded again is not saved") {
    const TemporaryFolder folder;
    auto database = example();
    database.options.interval = std::chrono::minutes(0);
    REQUIRE_THROWS_AS(save_settings(folder / "s", Settings{{database}}), Error);
    Settings strange;
    strange.general.language = "/de";
    REQUIRE_THROWS_AS(save_settings(folder / "s", strange), Error);
    database = example();
    database.site = std::string("a\0b", 3);
    REQUIRE_THROWS_AS(save_settings(folder / "s", Settings{{database}}), Error);
    REQUIRE_THROWS_AS(save_settings(folder / "s", Settings{{example(), example()}}), Error);
    REQUIRE_THROWS_AS(save_settings(folder / "s", Settings{{DatabaseSettings{}}}), Error);
    REQUIRE_THROWS_AS(save_settings(folder / "none/s", Settings{}), Error);
    REQUIRE(names_in(folder.text()).empty());
}

TEST_CASE("settings: a database is found by its connection") {
    Settings settings{{example()}};
    REQUIRE(settings.find(example().connection) == &settings.databases[0]);
    REQUIRE(settings.find("other") == nullptr);
}

TEST_CASE("settings: changing what holds for the applet leaves the databases as they are") {
    const TemporaryFolder folder;
    SyncService service(folder.text());
    save_settings(folder / "settings.xml", Settings{{example()}});
    GeneralSettings general;
    general.language = "de";
    general.spare_battery = true;
    service.change_general(general);
    REQUIRE(service.general_settings() == general);
    REQUIRE(service.settings().databases == std::vector{example()});
    service.change_options(example().connection, {});
    REQUIRE(service.general_settings() == general);
}
