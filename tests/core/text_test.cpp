#include "core/model/text.h"

#include "tests/support/catch.h"

using namespace cfs;

namespace {

std::string backwards(const char* one, const char* many, std::int64_t count) {
    if (std::string(one) == "{1} of {2}") return "{2}: {1}";
    return many && count == 2 ? "both" : one;
}

struct Translated {
    Translated() { translate_by(backwards); }
    ~Translated() { translate_by(nullptr); }
};

}  // namespace

TEST_CASE("text: a sentence holds its parts at their places, in English without a translation") {
    CHECK(said("Fine.") == "Fine.");
    CHECK(said("{1} of {2}, {1} again", 3, std::string("East")) == "3 of East, 3 again");
}

TEST_CASE("text: a part is told as it is, even where it looks like a place") {
    CHECK(said("{1} {2}", "{2}", "{1} {x} {") == "{2} {1} {x} {");
}

TEST_CASE("text: a sentence follows the count") {
    CHECK(said_of(1, "{1} file", "{1} files", 1) == "1 file");
    CHECK(said_of(0, "{1} file", "{1} files", 0) == "0 files");
    CHECK(said_of(2, "{1} file", "{1} files", 2) == "2 files");
}

TEST_CASE("text: a translation may order the parts otherwise and has its own plural") {
    const Translated translated;
    CHECK(said("{1} of {2}", "a", "b") == "b: a");
    CHECK(said_of(2, "{1} file", "{1} files", 2) == "both");
    CHECK(said("not known") == "not known");
}
