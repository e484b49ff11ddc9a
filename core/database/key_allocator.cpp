#include "core/database/key_allocator.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "core/model/text.h"

namespace cfs {

std::string in_form_of(const Uuid& uuid, const std::string& model) {
    auto text = uuid.text();
    if (!model.empty() && model.find('-') == std::string::npos) std::erase(text, '-');
    const bool capital = std::any_of(model.begin(), model.end(),
                                     [](unsigned char c) { return std::isupper(c) != 0; });
    if (capital) {
        std::transform(text.begin(), text.end(), text.begin(),
                       [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    }
    return text;
}

std::optional<std::string> KeyAllocator::next(const TableName& table, const std::string& column,
                                              KeyAllocation rule, const Sequence& sequence) {
    switch (rule) {
        case KeyAllocation::maximum:
            return after_maximum(table, column, 0);
        case KeyAllocation::sequence:
            return from_sequence(table, column, sequence);
        case KeyAllocation::uuid:
            return new_uuid(table, column);
        case KeyAllocation::automatic:
        case KeyAllocation::copy:
        case KeyAllocation::natural:
            break;
    }
    return std::nullopt;
}

std::string KeyAllocator::next_shared(const TableName& table, const std::string& column,
                                      KeyAllocation rule, const Sequence& shared_in) {
    const auto place = shared_in.full_name();
    if (rule == KeyAllocation::maximum) {
        const auto own = session_.number("SELECT MAX(" + backend_.quote(column) + ") FROM " +
                                         backend_.quote_table(table));
        return after_maximum(place, shared_in.column, own);
    }
    while (auto number = backend_.next_number(session_, place, shared_in.column)) {
        if (!is_taken(place, shared_in.column, *number)) return *number;
    }
    throw RowRefused(said("the database gives no numbers in the column {1} of the table {2}",
                          shared_in.column, shared_in.table));
}

std::string KeyAllocator::after_maximum(const TableName& table, const std::string& column,
                                        std::int64_t least) {
    auto number = std::max(session_.number("SELECT MAX(" + backend_.quote(column) + ") FROM " +
                                           backend_.quote_table(table)),
                           least) +
                  1;
    // The greatest of texts need not be the greatest number.
    while (is_taken(table, column, std::to_string(number))) ++number;
    return std::to_string(number);
}

// Without a unique index nobody would notice a number that was given twice.
std::string KeyAllocator::from_sequence(const TableName& table, const std::string& column,
                                        const Sequence& sequence) {
    const auto place = backend_.quote_table({sequence.schema, sequence.table});
    const auto counter = backend_.quote(sequence.column);
    const auto last = session_.rows("SELECT " + counter + " FROM " + place + backend_.row_lock());
    if (last.size() != 1) {
        throw RowRefused(said("the table {1} of numbers has {2} rows instead of one",
                              sequence.table, last.size()));
    }
    // As it is locked: others may have counted on since this transaction began.
    const auto text = last.front().front().value_or("");
    std::int64_t counted = 0;
    std::from_chars(text.data(), text.data() + text.size(), counted);
    auto number = after_maximum(table, column, counted);
    session_.execute("UPDATE " + place + " SET " + counter + " = :p0", {number});
    return number;
}

std::string KeyAllocator::new_uuid(const TableName& table, const std::string& column) {
    const auto quoted = backend_.quote(column);
    const auto model = session_.value("SELECT " + quoted + " FROM " + backend_.quote_table(table) +
                                      " WHERE " + quoted + " IS NOT NULL LIMIT 1");
    return in_form_of(random_.uuid(), model.value_or(""));
}

bool KeyAllocator::is_taken(const TableName& table, const std::string& column,
                            const std::string& value) {
    return session_
        .value("SELECT 1 FROM " + backend_.quote_table(table) + " WHERE " + backend_.quote(column) +
                   " = :p0",
               {value})
        .has_value();
}

}  // namespace cfs
