#include "dialogs/language.h"

namespace cfs {

// What wxWidgets writes itself is in our catalogues; native dialogs follow the system.
void prepare_toolkit(const std::string&) {}

}  // namespace cfs
