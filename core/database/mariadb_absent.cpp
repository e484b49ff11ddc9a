#include "core/database/absent_backend.h"
#include "core/database/mariadb_backend.h"

namespace cfs {

std::unique_ptr<Backend> make_mariadb_backend(const std::string&, const std::string&) {
    fail_absent("MariaDB");
}

}  // namespace cfs
