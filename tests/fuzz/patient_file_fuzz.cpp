// Whatever bytes lie in the folder: from_xml() throws its Error or gives a document that is written
// and read back without change.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/folder/patient_file.h"
#include "core/folder/xml_text.h"
#include "core/model/error.h"
#include "core/rules/merge.h"

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

void round_trip(std::string_view xml) {
    cfs::PatientDocument document;
    try {
        document = cfs::from_xml(xml);
    } catch (const cfs::Error&) {
        return;
    }
    const auto written = cfs::to_xml(document);
    require(cfs::from_xml(written) == document);
    require(cfs::to_xml(cfs::from_xml(written)) == written);
    require(cfs::merge(document, document) == document);
}

// No fuzzer finds a digest by chance: with the right one it gets past that check.
std::string with_digest(std::string_view bytes) {
    std::string xml(bytes);
    const auto digest = cfs::digest_attribute(xml);
    if (digest.empty()) return xml;
    xml.replace(static_cast<std::size_t>(digest.data() - xml.data()), digest.size(),
                cfs::kNoDigest);
    cfs::seal_digest(xml);
    return xml;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    round_trip(bytes);
    round_trip(with_digest(bytes));
    static_cast<void>(cfs::begins_like_patient_file(bytes));
    static_cast<void>(cfs::digest_of_file(bytes));
    return 0;
}
