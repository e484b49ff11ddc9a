#include <libsecret/secret.h>

#include <memory>

#include "core/model/error.h"
#include "core/model/text.h"
#include "tray/secret_store.h"

namespace cfs {

namespace {

struct Free {
    void operator()(GError* error) const { g_error_free(error); }
    void operator()(GHashTable* table) const { g_hash_table_unref(table); }
    void operator()(SecretService* service) const { g_object_unref(service); }
    void operator()(SecretValue* value) const { secret_value_unref(value); }
    void operator()(GList* items) const { g_list_free_full(items, g_object_unref); }
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
        secret_attributes_build(schema(), "connection", connection.c_str(), nullptr));
}

[[noreturn]] void throw_error(const std::string& connection, GError* error) {
    const Owned<GError> owned(error);
    throw Error(ErrorCode::secret_store,
                said("The password of the database {1} can't be kept: the desktop's keyring does "
                     "not answer ({2}). Unlock or start it, then try again.",
                     connection, error == nullptr ? said("it is locked") : error->message));
}

}  // namespace

std::optional<std::string> find_password(const std::string& connection) {
    GError* error = nullptr;
    const Owned<SecretService> service(
        secret_service_get_sync(SECRET_SERVICE_OPEN_SESSION, nullptr, &error));
    const Owned<GError> no_service(error);
    if (!service) return std::nullopt;
    // Without SECRET_SEARCH_UNLOCK: a sync in the night must not wait for somebody at the screen.
    error = nullptr;
    const Owned<GList> items(
        secret_service_search_sync(service.get(), schema(), attributes_of(connection).get(),
                                   SECRET_SEARCH_LOAD_SECRETS, nullptr, &error));
    const Owned<GError> no_items(error);
    if (!items) return std::nullopt;
    const Owned<SecretValue> value(secret_item_get_secret(static_cast<SecretItem*>(items->data)));
    const auto* text = value ? secret_value_get_text(value.get()) : nullptr;
    return text == nullptr ? std::nullopt : std::optional<std::string>(text);
}

void keep_password(const std::string& connection, const std::string& password) {
    GError* error = nullptr;
    const auto label = "Cloud Folder Sync: " + connection;
    const bool kept = secret_password_storev_sync(schema(), attributes_of(connection).get(),
                                                  SECRET_COLLECTION_DEFAULT, label.c_str(),
                                                  password.c_str(), nullptr, &error) != FALSE;
    if (!kept) throw_error(connection, error);
}

bool forget_password(const std::string& connection) {
    GError* error = nullptr;
    const bool forgotten = secret_password_clearv_sync(schema(), attributes_of(connection).get(),
                                                       nullptr, &error) != FALSE;
    if (error != nullptr) throw_error(connection, error);
    return forgotten;
}

}  // namespace cfs
