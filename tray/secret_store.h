// The system's own store of secrets, where passwords of database servers are kept: the keyring of
// the desktop (Secret Service), the Credential Manager of Windows. Passwords are never written
// anywhere else.
#pragma once

#include <optional>
#include <string>

namespace cfs {

// Nothing where none is kept, where the store is locked, or where there is no store. Callable from
// any thread; it asks the user nothing.
[[nodiscard]] std::optional<std::string> find_password(const std::string& connection);

// Throws secret_store where the system keeps none.
void keep_password(const std::string& connection, const std::string& password);

// False if none was kept. Throws secret_store where the system has no store.
bool forget_password(const std::string& connection);

}  // namespace cfs
