// Names and paths of any bytes. An input is taken as it is, behind a patient's UUID, and behind the
// whole name of a patient's file, since no fuzzer finds one by chance.
#include <functional>

#include "core/folder/folder_layout.h"
#include "core/rules/conflict_names.h"
#include "tests/fuzz/fuzzing.h"

using namespace cfs;
using namespace cfs::fuzz;

namespace {

constexpr std::string_view kUuid = "0f1e2d3c-4b5a-4678-8796-a5b4c3d2e1f0";

// Providers' rules are for what they make of "<uuid>.xml", letter by letter.
void require_rightly_deletable(const ConflictName& name, std::string_view file) {
    if (!name.deletable) return;
    require(name.maker == CopyMaker::provider);
    require(!name.provider.empty() && name.provider != "Resilio Sync");
    require(name.original && file.starts_with(name.original->text()));
    require(file.find(".xml") != std::string_view::npos);
    require(file.size() > name.original->text().size() + std::string_view(".xml").size());
}

void require_pure(const ConflictName& name, std::string_view file) {
    // From another place in memory, and of nothing that lay there.
    const std::string copy = "x" + std::string(file) + "y";
    require(conflict_name(std::string_view(copy).substr(1, file.size())) == name);
    const auto inside = [&](const char* at) {
        return at >= file.data() && at < file.data() + file.size();
    };
    require(name.provider.empty() || !inside(name.provider.data()));
}

void check_name(std::string_view file) {
    const auto name = conflict_name(file);
    require_rightly_deletable(name, file);
    require_pure(name, file);
    require((name.maker == CopyMaker::provider) == !name.provider.empty());
    require(name.maker == CopyMaker::unknown || name.original);
    if (name.maker == CopyMaker::nobody) require(file == name.original->text() + ".xml");
    (void)is_ignored_name(file);
}

void check_path(std::string_view path) {
    const auto slash = path.rfind('/');
    const auto file = path.substr(slash == std::string_view::npos ? 0 : slash + 1);
    const auto name = conflict_name_of_path(path);
    require_rightly_deletable(name, file);
    const auto alone = conflict_name(file);
    require(name.original == alone.original);
    // Only where the patient's own file belongs.
    const bool at_home =
        name.original && path.substr(0, path.size() - file.size()) ==
                             "patients/" + name.original->text().substr(0, 2) + "/";
    require(!name.deletable || at_home);
    require(!at_home || name == alone);
    require(!at_home || (name.maker == CopyMaker::nobody) == (patient_at(path) == name.original));
}

// The time is bounded by the -timeout that the fuzzer is run with.
void check_long(std::string_view file) {
    std::string name;
    while (!file.empty() && name.size() < 65'536) name += file;
    (void)is_ignored_name(name);
    (void)conflict_name(name);
    (void)conflict_name_of_path("patients/0f/" + name);
    (void)conflict_name(std::string_view(name).substr(0, 1024));
}

void check(const std::string& file) {
    check_name(file);
    check_path(file);
    check_path("patients/0f/" + file);
    check_path("patients (1)/0f/" + file);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(text_of(data, size));
    check(text);
    check(std::string(kUuid) + text);
    check(std::string(kUuid) + ".xml" + text);
    check(std::string(kUuid) + text + ".xml");
    // Seldom, as it takes a thousand times as long.
    if (std::hash<std::string>()(text) % 1024 == 0) check_long(text);
    return 0;
}
