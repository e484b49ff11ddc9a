#include "core/model/error.h"
#include "core/model/text.h"
#include "tray/secret_store.h"

namespace cfs {

std::optional<std::string> find_password(const std::string&) { return std::nullopt; }

void keep_password(const std::string& connection, const std::string&) {
    throw Error(
        ErrorCode::secret_store,
        said("The password of the database {1} can't be kept: this program knows no store of "
             "secrets on this system. Let the server know you by its own means.",
             connection));
}

bool forget_password(const std::string&) { return false; }

}  // namespace cfs
