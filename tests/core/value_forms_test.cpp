#include "core/model/value_forms.h"

#include <utility>
#include <vector>

#include "tests/support/catch.h"

using namespace cfs;

TEST_CASE("value forms: of one number or time, and values that only look alike") {
    for (const auto& [a, b] : std::vector<std::pair<std::string, std::string>>{
             {"12.5", "12.50"},
             {"12", "12.00"},
             {"-0.5", "-0.500"},
             {"0", "0.0"},
             {"2026-11-25", "2026-11-25 00:00:00"},
             {"2026-11-25 00:00:00.000", "2026-11-25T00:00"},
             {"x", "x"}}) {
        CAPTURE(a, b);
        CHECK(are_forms_of_one(a, b));
        CHECK(are_forms_of_one(b, a));
    }
    for (const auto& [a, b] :
         std::vector<std::pair<std::string, std::string>>{{"7", "007"},
                                                          {"12.5", "12.05"},
                                                          {"1", "-1"},
                                                          {"1", ""},
                                                          {"1", "1.0x"},
                                                          {"", "0"},
                                                          {".5", "0.5x"},
                                                          {"2026-11-25", "2026-11-25 00:00:01"},
                                                          {"2026-11-25", "2026-11-26 00:00:00"},
                                                          {"A", "a"}}) {
        CAPTURE(a, b);
        CHECK_FALSE(are_forms_of_one(a, b));
    }
}
