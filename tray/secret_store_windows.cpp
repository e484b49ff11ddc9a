#include <windows.h>
// Behind the above, which it needs.
#include <wincred.h>

#include "core/model/error.h"
#include "core/model/text.h"
#include "tray/secret_store.h"

namespace cfs {

namespace {

std::wstring target_of(const std::string& connection) {
    const auto name = "Cloud Folder Sync: " + connection;
    const auto size = static_cast<int>(name.size());
    std::wstring text(name.size(), L'\0');  // no text has more units in UTF-16
    const auto units = MultiByteToWideChar(CP_UTF8, 0, name.data(), size, text.data(), size);
    text.resize(static_cast<std::size_t>(units));
    return text;
}

}  // namespace

std::optional<std::string> find_password(const std::string& connection) {
    CREDENTIALW* found = nullptr;
    if (!CredReadW(target_of(connection).c_str(), CRED_TYPE_GENERIC, 0, &found)) {
        return std::nullopt;
    }
    std::string password(reinterpret_cast<const char*>(found->CredentialBlob),
                         found->CredentialBlobSize);
    CredFree(found);
    return password;
}

void keep_password(const std::string& connection, const std::string& password) {
    auto target = target_of(connection);
    auto bytes = password;
    CREDENTIALW credential{};
    credential.Type = CRED_TYPE_GENERIC;
    credential.TargetName = target.data();
    credential.CredentialBlob = reinterpret_cast<BYTE*>(bytes.data());
    credential.CredentialBlobSize = static_cast<DWORD>(bytes.size());
    credential.Persist = CRED_PERSIST_LOCAL_MACHINE;
    if (CredWriteW(&credential, 0)) return;
    throw Error(
        ErrorCode::secret_store,
        said("The password of the database {1} can't be kept: the Credential Manager refused "
             "it. Log in to Windows with an account of your own, then try again.",
             connection));
}

bool forget_password(const std::string& connection) {
    return CredDeleteW(target_of(connection).c_str(), CRED_TYPE_GENERIC, 0) != 0;
}

}  // namespace cfs
