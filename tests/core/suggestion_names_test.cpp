#include "core/suggestion/names.h"
#include "tests/support/catch.h"

using namespace cfs;

TEST_CASE("names: words end at signs, digits and capital letters") {
    REQUIRE(words_of("patient_address") == Words{"patient", "address"});
    REQUIRE(words_of("PatientAddress") == Words{"patient", "address"});
    REQUIRE(words_of("PATIENT ADDRESS") == Words{"patient", "address"});
    REQUIRE(words_of("addr1") == Words{"addr"});
    REQUIRE(words_of("HTTPLog") == Words{"http", "log"});
    REQUIRE(words_of("isDeleted") == Words{"is", "deleted"});
    REQUIRE(words_of("DOB") == Words{"dob"});
    REQUIRE(words_of("_2_").empty());
    REQUIRE(words_of("").empty());
}

TEST_CASE("names: letters of other languages belong to their word") {
    REQUIRE(words_of("straße_nr") == Words{"straße", "nr"});
}

TEST_CASE("names: two words may be written as one") {
    REQUIRE(has_word({"first", "name"}, {"firstname"}));
    REQUIRE(has_word({"the", "firstname"}, {"firstname"}));
    REQUIRE_FALSE(has_word({"first", "visit", "name"}, {"firstname"}));
    REQUIRE_FALSE(has_word({}, {"firstname"}));
}

TEST_CASE("names: a noun is the same in the plural") {
    REQUIRE(same_noun("visit", "visits"));
    REQUIRE(same_noun("diaries", "diary"));
    REQUIRE(same_noun("addresses", "address"));
    REQUIRE(same_noun("pt", "patients"));
    REQUIRE_FALSE(same_noun("visit", "visitor"));
    REQUIRE_FALSE(same_nouns({"lab", "visit"}, {"visit"}));
}

TEST_CASE("names: what all tables or all columns begin with says nothing") {
    Catalogue catalogue;
    for (const char* name : {"xy_patient", "xy_visit", "xy_user"}) {
        CatalogueTable table{name};
        for (const char* column : {"TB_ID", "TB_NAME", "TB_DATE", "TB_AT", "OTHER_ID"}) {
            table.columns.push_back({column, "TEXT"});
        }
        catalogue.tables.push_back(table);
    }
    const ShortNames names(catalogue);
    REQUIRE(names.of_table("xy_patient") == Words{"patient"});
    REQUIRE(names.of_column(catalogue.tables[0], "TB_DATE") == Words{"date"});
    REQUIRE(names.of_column(catalogue.tables[0], "OTHER_ID") == Words{"other", "id"});
}

TEST_CASE("names: what a few begin with belongs to them") {
    Catalogue catalogue;
    for (const char* name : {"patient_visit", "patient_data", "doctor", "drug", "ward"}) {
        catalogue.tables.push_back({name});
    }
    const ShortNames names(catalogue);
    REQUIRE(names.of_table("patient_visit") == Words{"patient", "visit"});
}
