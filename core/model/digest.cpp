#include "core/model/digest.h"

#include <gcrypt.h>

#include <vector>

#include "core/model/error.h"
#include "core/model/hex.h"
#include "core/model/sodium_ready.h"
#include "core/model/text.h"

namespace cfs {
namespace {

const unsigned char* raw(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

[[noreturn]] void fail_start() {
    throw Error(ErrorCode::internal, said("The cryptographic library could not be started."));
}

// Used for SHA-256, where it takes the processor's own instructions and libsodium does not. It must
// be initialized before its first use, from whichever thread comes first.
void ensure_gcrypt() {
    static const bool ready = [] {
        if (gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P)) return true;  // by another library
        return gcry_check_version(nullptr) != nullptr && !gcry_control(GCRYCTL_DISABLE_SECMEM, 0) &&
               !gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
    }();
    if (!ready) fail_start();
}

}  // namespace

std::string Digest::text() const {
    std::string text(2 * bytes.size(), '0');
    for (std::size_t i = 0; i < bytes.size(); ++i) put_hex(text.data() + 2 * i, bytes[i]);
    return text;
}

std::optional<Digest> Digest::parse(std::string_view text) {
    Digest digest;
    if (text.size() != 2 * digest.bytes.size()) return std::nullopt;
    for (std::size_t i = 0; i < digest.bytes.size(); ++i) {
        if (!get_hex(text.data() + 2 * i, digest.bytes[i])) return std::nullopt;
    }
    return digest;
}

Digest sha256(std::string_view bytes) { return sha256({bytes}); }

Digest sha256(std::initializer_list<std::string_view> parts) {
    ensure_gcrypt();
    std::vector<gcry_buffer_t> buffers;
    for (const auto part : parts) {
        auto& buffer = buffers.emplace_back();
        // It is only read.
        buffer.data = const_cast<char*>(part.data());
        buffer.len = part.size();
    }
    Digest digest;
    const auto error = gcry_md_hash_buffers(GCRY_MD_SHA256, 0, digest.bytes.data(), buffers.data(),
                                            static_cast<int>(buffers.size()));
    if (error) fail_start();
    return digest;
}

std::string to_hex(std::string_view bytes) {
    std::string text(2 * bytes.size(), '0');
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        put_hex(text.data() + 2 * i, static_cast<std::uint8_t>(bytes[i]));
    }
    return text;
}

std::optional<std::string> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    std::string bytes(text.size() / 2, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        std::uint8_t byte = 0;
        if (!get_hex(text.data() + 2 * i, byte)) return std::nullopt;
        bytes[i] = static_cast<char>(byte);
    }
    return bytes;
}

std::string to_base64(std::string_view bytes) {
    constexpr int kVariant = sodium_base64_VARIANT_ORIGINAL;
    std::string text(sodium_base64_encoded_len(bytes.size(), kVariant), '\0');
    sodium_bin2base64(text.data(), text.size(), raw(bytes), bytes.size(), kVariant);
    text.pop_back();  // the library counts and writes a final NUL
    return text;
}

std::optional<std::string> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    std::string bytes(text.size() / 4 * 3, '\0');
    std::size_t size = 0;
    const int result =
        sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                          text.size(), nullptr, &size, nullptr, sodium_base64_VARIANT_ORIGINAL);
    if (result != 0) return std::nullopt;
    bytes.resize(size);
    return bytes;
}

}  // namespace cfs
