#include "core/engine/state_folder.h"

#include <cstdlib>

#include "core/model/error.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"

using namespace cfs;
using namespace cfs::test;

namespace fs = boost::filesystem;

TEST_CASE("state folder: it is made with its subfolders, and making it again changes nothing") {
    const TemporaryFolder folder;
    const std::string wanted = folder / "a b/Praxis Müller's \"state\"";
    REQUIRE(prepare_state_folder(wanted) == wanted);
    REQUIRE(names_in(wanted) == std::vector<std::string>{"archive", "damaged", "maps"});
    write_file(wanted + "/settings.xml", "x");
    REQUIRE(prepare_state_folder(wanted + "/../" + fs::path(wanted).filename().string()) == wanted);
    REQUIRE(read_file(wanted + "/settings.xml") == "x");
}

TEST_CASE("state folder: a file in its place is an error with a sentence") {
    const TemporaryFolder folder;
    write_file(folder / "file", "x");
    for (const auto* name : {"file", "file/below"}) {
        try {
            (void)prepare_state_folder(folder / name);
            FAIL("made");
        } catch (const Error& error) {
            REQUIRE(error.code() == ErrorCode::folder_unwritable);
            REQUIRE(std::string(error.what()).find("file") != std::string::npos);
        }
    }
}

#ifndef _WIN32
namespace {

// Restores the variable at the end.
class Variable {
  public:
    Variable(const char* name, const char* value) : name_(name) {
        if (const char* old = std::getenv(name)) old_ = old;
        value != nullptr ? setenv(name, value, 1) : unsetenv(name);
    }
    ~Variable() { old_.empty() ? unsetenv(name_) : setenv(name_, old_.c_str(), 1); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

  private:
    const char* name_;
    std::string old_;
};

fs::perms rights(const std::string& path) { return fs::status(path).permissions(); }

}  // namespace

TEST_CASE("state folder: only its user can enter what is made") {
    const TemporaryFolder folder;
    const std::string state = prepare_state_folder(folder / "x/state");
    for (const std::string& path :
         {state, state + "/archive", state + "/damaged", state + "/maps"}) {
        CAPTURE(path);
        REQUIRE(rights(path) == fs::owner_all);
    }
}

TEST_CASE("state folder: the rights of a folder that exists stay as they are") {
    const TemporaryFolder folder;
    fs::permissions(folder.path(), fs::owner_all | fs::group_read | fs::group_exe);
    (void)prepare_state_folder(folder.text());
    REQUIRE(rights(folder.text()) == (fs::owner_all | fs::group_read | fs::group_exe));
    REQUIRE(rights(folder / "archive") == fs::owner_all);
}

#ifndef __APPLE__
TEST_CASE("state folder: the user's own follows the XDG variables") {
    const Variable home("HOME", "/home/ann");
    {
        const Variable config("XDG_CONFIG_HOME", "/elsewhere/config");
        REQUIRE(default_state_folder() == "/elsewhere/config/cloud-folder-sync");
    }
    for (const char* value : {static_cast<const char*>(nullptr), "", "relative"}) {
        const Variable config("XDG_CONFIG_HOME", value);
        REQUIRE(default_state_folder() == "/home/ann/.config/cloud-folder-sync");
    }
}

TEST_CASE("state folder: without HOME the user's entry says where it is") {
    const Variable config("XDG_CONFIG_HOME", nullptr);
    const Variable home("HOME", nullptr);
    const std::string path = default_state_folder();
    REQUIRE(path.front() == '/');
    REQUIRE(path.find("/.config/cloud-folder-sync") != std::string::npos);
}

TEST_CASE("state folder: no folder given means the user's own") {
    const TemporaryFolder folder;
    const Variable config("XDG_CONFIG_HOME", folder.text().c_str());
    REQUIRE(prepare_state_folder() == folder / "cloud-folder-sync");
    REQUIRE(fs::is_directory(folder / "cloud-folder-sync/maps"));
}
#endif
#endif
