#include "core/database/native_identity.h"

#include <algorithm>
#include <cctype>

#include "core/model/digest.h"
#include "core/model/framed.h"

namespace cfs {

namespace {

// The namespaces of UUIDs derived from others and from identifiers: random ones, fixed for ever.
constexpr Uuid kNativeRows = {{0x1d, 0x83, 0x5c, 0xe7, 0x92, 0x0b, 0x4f, 0x66, 0xa1, 0x3e, 0x47,
                               0xd8, 0x0c, 0xf5, 0x6a, 0x29}};
constexpr Uuid kMatchedPatients = {{0xc4, 0x17, 0x68, 0x3b, 0x5e, 0xf2, 0x4d, 0x90, 0x8b, 0x74,
                                    0x2a, 0xe9, 0x61, 0x05, 0xbd, 0x3f}};

// The 32 digits in small letters; empty where the value is no UUID, and for the one that means
// none.
std::string digits_of(const Value& value, bool binary) {
    std::string digits;
    if (binary) {
        digits = to_hex(value.bytes);
    } else {
        for (const char c : value.bytes) {
            if (c == '-') continue;
            digits += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        }
    }
    const bool hex = digits.find_first_not_of("0123456789abcdef") == std::string::npos;
    const bool none = digits.find_first_not_of('0') == std::string::npos;
    return digits.size() == 32 && hex && !none ? digits : std::string();
}

bool append_filled(std::string& name, const RawRow& row, const std::vector<std::string>& columns) {
    return std::all_of(columns.begin(), columns.end(), [&](const std::string& column) {
        const auto text = row.text(column).value_or("");
        append_framed(name, column + "=" + text);
        return text.find_first_not_of(' ') != std::string::npos;
    });
}

}  // namespace

std::optional<RowId> native_row(const RawRow& row, const std::string& family) {
    const auto& form = row.table->native_uuid;
    const auto at = form ? row.columns.find(form->column) : row.columns.end();
    if (at == row.columns.end() || at->second.is_null()) return std::nullopt;
    const auto digits = digits_of(at->second, form->binary);
    if (digits.empty()) return std::nullopt;
    std::string name;
    for (const auto& part : {family, row.table->table, digits}) append_framed(name, part);
    return RowId{derived_uuid(kNativeRows, name)};
}

std::optional<std::string> identifier_of(const RawRow& row) {
    const auto& match = row.table->match;
    std::string identifier;
    if (!match || !append_filled(identifier, row, match->columns)) return std::nullopt;
    return identifier;
}

std::optional<RowId> matched_patient(const RawRow& row, const std::string& family) {
    const auto identifier = identifier_of(row);
    if (!identifier) return std::nullopt;
    std::string name;
    append_framed(name, family);
    name += *identifier;
    if (!append_filled(name, row, row.table->match->agree)) return std::nullopt;
    return RowId{derived_uuid(kMatchedPatients, name)};
}

Value native_value(RowId row, const NativeUuid& form) {
    if (!form.binary) return text_value(row.text());
    const auto& bytes = row.uuid.bytes;
    return {ValueKind::binary, false, std::string(bytes.begin(), bytes.end())};
}

}  // namespace cfs
