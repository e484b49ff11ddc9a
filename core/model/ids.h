// The identifiers of the program, each a type of its own so that none can stand for another.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/model/in_order.h"
#include "core/model/uuid.h"

namespace cfs {

template <class Tag>
struct Id {
    Uuid uuid;

    auto operator<=>(const Id&) const = default;
    [[nodiscard]] std::string text() const { return uuid.text(); }
    [[nodiscard]] static std::optional<Id> parse(std::string_view text) {
        const auto uuid = Uuid::parse(text);
        return uuid ? std::optional<Id>(Id{*uuid}) : std::nullopt;
    }
};

using PatientId = Id<struct PatientTag>;  // equals the RowId of the patient's own row
using RowId = Id<struct RowTag>;          // one row of a mapped table, the same at all sites
using SiteId = Id<struct SiteTag>;        // one enabled database
using WriterId = Id<struct WriterTag>;    // one installation writing for one database
using FolderId = Id<struct FolderTag>;    // one sync folder

[[nodiscard]] inline RowId own_row(PatientId patient) { return RowId{patient.uuid}; }

// The tag of a writer inside version ids: the first four bytes of its UUID.
using WriterTag32 = std::uint32_t;
[[nodiscard]] WriterTag32 tag_of(const WriterId& writer);

// The name of one observed edit: 96 random bits that can't be issued twice, with the tag of the
// writer that issued it for people to read (0: derived from content at enabling).
// Text: 8 hex digits, a dot, 16 characters of base64url. Order is byte order.
struct VersionId {
    WriterTag32 writer = 0;
    std::array<std::uint8_t, 12> random{};

    std::strong_ordering operator<=>(const VersionId& other) const {
        if (writer != other.writer) return writer <=> other.writer;
        const auto first = in_order(random.data()) <=> in_order(other.random.data());
        return first != 0 ? first : in_order(&random[4]) <=> in_order(&other.random[4]);
    }
    bool operator==(const VersionId& other) const { return (*this <=> other) == 0; }

    [[nodiscard]] static std::optional<VersionId> parse(std::string_view text);
    [[nodiscard]] std::string text() const;
};

// The name of one sync run in the log of an installation: its start in UTC and random digits.
struct RunId {
    std::string text;

    auto operator<=>(const RunId&) const = default;
};

}  // namespace cfs

template <class Tag>
struct std::hash<cfs::Id<Tag>> {
    std::size_t operator()(const cfs::Id<Tag>& id) const noexcept {
        std::size_t sum = 0;
        for (const auto byte : id.uuid.bytes) sum = sum * 131 + byte;
        return sum;
    }
};
