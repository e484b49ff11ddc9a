#include "core/database/absent_backend.h"
#include "core/database/postgresql_backend.h"

namespace cfs {

std::unique_ptr<Backend> make_postgresql_backend(const std::string&, const std::string&) {
    fail_absent("PostgreSQL");
}

}  // namespace cfs
