#include "tests/support/schema_check.h"

#include <cstdlib>

#include "tests/support/temporary_folder.h"

namespace cfs::test {

bool fits_schema(const std::string& xml, const std::string& schema) {
    static const bool available = std::system("xmllint --version >/dev/null 2>&1") == 0;
    if (!available) return true;
    const TemporaryFolder folder("schema");
    const auto file = folder / "file.xml";
    write_file(file, xml);
    const auto command = "xmllint --noout --nonet --schema '" CFS_SOURCE_DIR "/core/schema/" +
                         schema + "' '" + file + "' >/dev/null 2>&1";
    return std::system(command.c_str()) == 0;
}

}  // namespace cfs::test
