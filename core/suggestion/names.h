// Names of tables and columns as words: "PatientAddress", "oh_patient_address" and "PATIENT
// ADDRESS" are the same two.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/database/catalogue.h"

namespace cfs {

using Words = std::vector<std::string>;

// In lower case, without digits; a new one begins at a sign, at a digit and at a capital letter
// that follows a small one.
[[nodiscard]] Words words_of(const std::string& name);

// Is one of the words in `known`, or two that follow each other, written as one?
[[nodiscard]] bool has_word(const Words& words, const std::set<std::string>& known);

// Are they one noun, in the singular or plural? All words for a patient are one.
[[nodiscard]] bool same_noun(const std::string& a, const std::string& b);
[[nodiscard]] bool same_nouns(const Words& a, const Words& b);

[[nodiscard]] std::string joined(const Words& words);

// The words of names without what these names have in common: the prefix of all tables ("oh_"), the
// prefix of a table's columns ("PAT_").
class ShortNames {
  public:
    explicit ShortNames(const Catalogue& catalogue);

    // Of a table of the catalogue.
    [[nodiscard]] const Words& of_table(const std::string& table) const;
    [[nodiscard]] Words of_column(const CatalogueTable& table, const std::string& column) const;

  private:
    std::map<std::string, Words> tables_;
    std::map<std::string, std::string> column_prefixes_;  // by table
};

}  // namespace cfs
