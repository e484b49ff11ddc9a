#include <libsecret/secret.h>

#include <memory>

#include "core/database/shared_library.h"
#include "core/model/error.h"
#include "core/model/text.h"
#include "tray/secret_store.h"

namespace cfs {

namespace {

constexpr const char* kLibrary = "libsecret-1.so.0";

// A pointer to a function of libsecret or of GLib: who has no server keeps no password, and need
// not wait for them.
#define CFS_SECRET(function) reinterpret_cast<decltype(&function)>(symbol_of(kLibrary, #function))

struct Free {
    void operator()(GError* error) const { CFS_SECRET(g_error_free)(error); }
    void operator()(GHashTable* table) const { CFS_SECRET(g_hash_table_unref)(table); }
    void operator()(SecretService* service) const { CFS_SECRET(g_object_unref)(service); }
    void operator()(SecretValue* value) const { CFS_SECRET(secret_value_unref)(value); }
    void operator()(GList* items) const {
        CFS_SECRET(g_list_free_full)(items, CFS_SECRET(g_object_unref));
    }
};

template <class T>
using Owned = std::unique_ptr<T, Free>;

const SecretSchema* schema() {
    static const SecretSchema known = [] {
        SecretSchema made{};
        made.name = "net.cloud_folder_sync.Database";
        made.flags = SECRET_SCHEMA_NONE;
        made.attributes[0] = {"connection", SECRET_SCHEMA_ATTRIBUTE_STRING};
        return made;
    }();
    return &known;
}

Owned<GHashTable> attributes_of(const std::string& connection) {
    return Owned<GHashTable>(
        CFS_SECRET(secret_attributes_build)(schema(), "connection", connection.c_str(), nullptr));
}

[[noreturn]] void throw_error(const std::string& connection, GError* error) {
    const Owned<GError> owned(error);
    throw Error(ErrorCode::secret_store,
                said("The password of the database {1} can't be kept: the desktop's keyring does "
                     "not answer ({2}). Unlock or start it, then try again.",
                     connection, error == nullptr ? said("it is locked") : error->message));
}

// Why the libraries can't be loaded; nothing where they can.
std::optional<std::string> missing_library() {
    try {
        (void)symbol_of(kLibrary, "secret_service_get_sync");
    } catch (const LibraryMissing& missing) {
        return missing.what();
    }
    return std::nullopt;
}

void require_library(const std::string& connection) {
    const auto missing = missing_library();
    if (!missing) return;
    throw Error(ErrorCode::secret_store,
                said("The password of the database {1} can't be kept: a library for the desktop's "
                     "keyring can't be loaded ({2}). Install it; on Debian it comes with the "
                     "package {3}.",
                     connection, *missing, "libsecret-1-0"));
}

}  // namespace

std::optional<std::string> find_password(const std::string& connection) {
    if (missing_library()) return std::nullopt;
    GError* error = nullptr;
    const Owned<SecretService> service(
        CFS_SECRET(secret_service_get_sync)(SECRET_SERVICE_OPEN_SESSION, nullptr, &error));
    const Owned<GError> no_service(error);
    if (!service) return std::nullopt;
    // Without SECRET_SEARCH_UNLOCK: a sync in the night must not wait for somebody at the screen.
    error = nullptr;
    const Owned<GList> items(CFS_SECRET(secret_service_search_sync)(
        service.get(), schema(), attributes_of(connection).get(), SECRET_SEARCH_LOAD_SECRETS,
        nullptr, &error));
    const Owned<GError> no_items(error);
    if (!items) return std::nullopt;
    const Owned<SecretValue> value(
        CFS_SECRET(secret_item_get_secret)(static_cast<SecretItem*>(items->data)));
    const auto* text = value ? CFS_SECRET(secret_value_get_text)(value.get()) : nullptr;
    return text == nullptr ? std::nullopt : std::optional<std::string>(text);
}

void keep_password(const std::string& connection, const std::string& password) {
    require_library(connection);
    GError* error = nullptr;
    const auto label = "Cloud Folder Sync: " + connection;
    const bool kept = CFS_SECRET(secret_password_storev_sync)(
                          schema(), attributes_of(connection).get(), SECRET_COLLECTION_DEFAULT,
                          label.c_str(), password.c_str(), nullptr, &error) != FALSE;
    if (!kept) throw_error(connection, error);
}

bool forget_password(const std::string& connection) {
    require_library(connection);
    GError* error = nullptr;
    const bool forgotten = CFS_SECRET(secret_password_clearv_sync)(
                               schema(), attributes_of(connection).get(), nullptr, &error) != FALSE;
    if (error != nullptr) throw_error(connection, error);
    return forgotten;
}

}  // namespace cfs
