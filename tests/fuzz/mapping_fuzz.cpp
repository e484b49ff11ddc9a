// Mapping files: whatever bytes they hold, the parser gives a mapping or an Error.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/database/mapping_file.h"
#include "core/model/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view xml(reinterpret_cast<const char*>(data), size);
    try {
        const auto mapping = cfs::mapping_from_xml(xml, "fuzz");
        for (const auto& table : mapping.tables) {
            for (const auto& column : table.identity) (void)table.group_of(column);
        }
    } catch (const cfs::Error&) {
        // Refused, with a sentence.
    }
    return 0;
}
