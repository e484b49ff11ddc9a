// New values of columns that belong to one database alone: keys, and columns like them.
#pragma once

#include <optional>
#include <string>

#include "core/database/backend.h"
#include "core/model/random.h"

namespace cfs {

class KeyAllocator {
  public:
    KeyAllocator(Backend& backend, SqlSession& session, RandomSource& random)
        : backend_(backend), session_(session), random_(random) {}

    // A value that no row of the table has in `column`, inside the caller's transaction; nothing
    // where the rule leaves it to the database or to other columns. Throws RowRefused.
    [[nodiscard]] std::optional<std::string> next(const TableName& table, const std::string& column,
                                                  KeyAllocation rule, const Sequence& sequence);

    // A value for `column` that no row has in the one where several rows are to share it. Where the
    // database gives it, a row of this table may have it all the same.
    [[nodiscard]] std::string next_shared(const TableName& table, const std::string& column,
                                          KeyAllocation rule, const Sequence& shared_in);

    // Does a row have that value? Also one of a table that inherits from this one: the clinic
    // program sees both together.
    [[nodiscard]] bool is_taken(const TableName& table, const std::string& column,
                                const std::string& value);

  private:
    [[nodiscard]] std::string after_maximum(const TableName& table, const std::string& column,
                                            std::int64_t least);
    [[nodiscard]] std::string from_sequence(const TableName& table, const std::string& column,
                                            const Sequence& sequence);
    [[nodiscard]] std::string new_uuid(const TableName& table, const std::string& column);

    Backend& backend_;
    SqlSession& session_;
    RandomSource& random_;
};

// `uuid` written as `model`, another column's or row's UUID, is: with or without hyphens, in small
// or capital letters.
[[nodiscard]] std::string in_form_of(const Uuid& uuid, const std::string& model);

}  // namespace cfs
