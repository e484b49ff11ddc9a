// One value of one column, exactly as the database holds it: text end to end.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>

namespace cfs {

// `integer` and `real` appear only where the column's type would not restore the number from its
// text (a column without a type in SQLite); everywhere else numbers are `text`.
enum class ValueKind : std::uint8_t { null, text, binary, integer, real };

// A value of this size or more (bytes) lies in the folder's attachments, named by its content.
inline constexpr std::size_t kAttachmentSize = 64 * 1024;

struct Value {
    ValueKind kind = ValueKind::null;
    bool attached =
        false;          // `bytes` is the SHA-256 of the content (64 hex digits), not the content
    std::string bytes;  // UTF-8 or any bytes for text, raw bytes for binary; empty for null

    auto operator<=>(const Value&) const = default;

    [[nodiscard]] bool is_null() const { return kind == ValueKind::null; }
};

[[nodiscard]] inline Value null_value() { return {}; }
[[nodiscard]] inline Value text_value(std::string text) {
    return {ValueKind::text, false, std::move(text)};
}

}  // namespace cfs
