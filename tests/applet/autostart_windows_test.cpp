#include <windows.h>

#include "tests/support/catch.h"
#include "tray/autostart.h"

using namespace cfs;

namespace {

// An empty registry of this program's own in the place of the user's, for as long as it lives.
class Registry {
  public:
    Registry() {
        REQUIRE(RegCreateKeyExW(HKEY_CURRENT_USER, kPath, 0, nullptr, REG_OPTION_VOLATILE,
                                KEY_ALL_ACCESS, nullptr, &key_, nullptr) == ERROR_SUCCESS);
        REQUIRE(RegOverridePredefKey(HKEY_CURRENT_USER, key_) == ERROR_SUCCESS);
    }
    ~Registry() {
        RegOverridePredefKey(HKEY_CURRENT_USER, nullptr);
        RegCloseKey(key_);
        RegDeleteTreeW(HKEY_CURRENT_USER, kPath);
    }
    Registry(const Registry&) = delete;
    Registry& operator=(const Registry&) = delete;

  private:
    static constexpr const wchar_t* kPath = L"Software\\Cloud Folder Sync's test";
    HKEY key_ = nullptr;
};

constexpr const wchar_t* kRun = L"Software\\Microsoft\\Windows\\CurrentVersion\\Run";
constexpr const wchar_t* kApproved =
    L"Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\StartupApproved\\Run";
constexpr const wchar_t* kName = L"Cloud Folder Sync";

std::wstring command() {
    wchar_t text[300]{};
    DWORD size = sizeof text;
    const auto result =
        RegGetValueW(HKEY_CURRENT_USER, kRun, kName, RRF_RT_REG_SZ, nullptr, text, &size);
    return result == ERROR_SUCCESS ? text : L"";
}

// What the Task Manager notes.
void switch_off() {
    const unsigned char value[12] = {3};
    REQUIRE(RegSetKeyValueW(HKEY_CURRENT_USER, kApproved, kName, REG_BINARY, value, sizeof value) ==
            ERROR_SUCCESS);
}

}  // namespace

TEST_CASE("autostart: it is off until somebody turns it on, and off again when turned off") {
    const Registry registry;
    REQUIRE_FALSE(starts_at_login());
    start_at_login({"C:\\Program Files\\Z\xC3\xBCrich.exe", "--state", "D:\\x"});
    REQUIRE(starts_at_login());
    REQUIRE(command() == L"\"C:\\Program Files\\Z\u00FCrich.exe\" \"--state\" \"D:\\x\"");
    start_at_login_no_more();
    REQUIRE_FALSE(starts_at_login());
    REQUIRE(command().empty());
    start_at_login_no_more();
}

TEST_CASE("autostart: what the user switched off in the Task Manager counts as off") {
    const Registry registry;
    start_at_login({"C:\\a.exe"});
    switch_off();
    REQUIRE_FALSE(starts_at_login());
    start_at_login({"C:\\a.exe"});
    REQUIRE(starts_at_login());
}
