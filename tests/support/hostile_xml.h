// Damaged and hostile variants of a file that carries its own digest.
#pragma once

#include <string>
#include <vector>

namespace cfs::test {

// `xml` with the first `from` replaced by `to`; without sealing, its digest no longer fits.
[[nodiscard]] std::string replaced(std::string xml, const std::string& from, const std::string& to);

// The same with a fitting digest: what a hostile writer would make.
[[nodiscard]] std::string forged(const std::string& xml, const std::string& from,
                                 const std::string& to);

// Texts that are no file of ours at all: empty, cut off, bombs, floods, binary.
[[nodiscard]] std::vector<std::string> hostile_texts(const std::string& xml);

}  // namespace cfs::test
