#include "tests/support/suggested.h"

#include "core/database/sqlite_backend.h"
#include "core/suggestion/suggest_for_database.h"
#include "tests/support/catch.h"

namespace cfs::test {

SuggestedClinic suggested(std::initializer_list<const char*> statements) {
    const auto backend = make_sqlite_backend(":memory:");
    const auto session = backend->connect();
    for (const char* statement : statements) session->execute(statement);
    auto catalogue = backend->catalogue(*session);
    look_at_rows(*session, catalogue);
    auto suggestion = suggestion_for(catalogue, *session);
    return {std::move(catalogue), std::move(suggestion)};
}

const TableSuggestion& table_in(const SuggestedClinic& clinic, const std::string& table) {
    const auto* found = clinic.suggestion.find(table);
    CAPTURE(table);
    REQUIRE(found != nullptr);
    return *found;
}

}  // namespace cfs::test
