#include "core/suggestion/names.h"

#include <algorithm>
#include <cctype>

#include "core/suggestion/vocabulary.h"

namespace cfs {

namespace {

bool is_lower(char c) { return std::islower(static_cast<unsigned char>(c)) != 0; }
bool is_upper(char c) { return std::isupper(static_cast<unsigned char>(c)) != 0; }
// Letters beyond ASCII belong to their word.
bool is_letter(char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0 ||
           (static_cast<unsigned char>(c) >= 128);
}

// The first word that at least `share` percent of the names (of three or more) begin with, if more
// follows it everywhere.
std::string common_prefix(const std::vector<Words>& names, std::size_t share) {
    std::map<std::string, std::size_t> counts;
    for (const auto& words : names) {
        if (words.size() > 1) ++counts[words.front()];
    }
    for (const auto& [word, count] : counts) {
        if (names.size() >= 3 && count * 100 >= names.size() * share) return word;
    }
    return {};
}

Words without_prefix(Words words, const std::string& prefix) {
    if (words.size() > 1 && !prefix.empty() && words.front() == prefix) words.erase(words.begin());
    return words;
}

bool is_plural_of(const std::string& many, const std::string& one) {
    if (many.size() <= one.size() || many.front() != one.front()) return false;
    if (many == one + "s" || many == one + "es") return true;
    return one.ends_with('y') && many == one.substr(0, one.size() - 1) + "ies";
}

}  // namespace

Words words_of(const std::string& name) {
    Words words;
    std::string word;
    const auto end_word = [&] {
        if (!word.empty()) words.push_back(std::move(word));
        word.clear();
    };
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char c = name[i];
        if (!is_letter(c)) {
            end_word();
            continue;
        }
        const bool begins =
            is_upper(c) && i > 0 &&
            (is_lower(name[i - 1]) || (is_upper(name[i - 1]) && i + 1 < name.size() &&
                                       is_lower(name[i + 1]) && word.size() > 1));
        if (begins) end_word();
        word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    end_word();
    return words;
}

bool has_word(const Words& words, const std::set<std::string>& known) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (known.contains(words[i])) return true;
        if (i + 1 < words.size() && known.contains(words[i] + words[i + 1])) return true;
    }
    return false;
}

bool same_noun(const std::string& a, const std::string& b) {
    if (a == b || is_plural_of(a, b) || is_plural_of(b, a)) return true;
    return vocabulary::kPatient.contains(a) && vocabulary::kPatient.contains(b);
}

bool same_nouns(const Words& a, const Words& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), same_noun);
}

std::string joined(const Words& words) {
    std::string text;
    for (const auto& word : words) text += word;
    return text;
}

ShortNames::ShortNames(const Catalogue& catalogue) {
    std::vector<Words> tables;
    for (const auto& table : catalogue.tables) {
        tables.push_back(words_of(table.name));
        std::vector<Words> columns;
        for (const auto& column : table.columns) columns.push_back(words_of(column.name));
        column_prefixes_[table.name] = common_prefix(columns, 80);
    }
    const auto prefix = common_prefix(tables, 60);
    for (std::size_t i = 0; i < tables.size(); ++i) {
        tables_[catalogue.tables[i].name] = without_prefix(tables[i], prefix);
    }
}

const Words& ShortNames::of_table(const std::string& table) const { return tables_.at(table); }

Words ShortNames::of_column(const CatalogueTable& table, const std::string& column) const {
    const auto prefix = column_prefixes_.find(table.name);
    return without_prefix(words_of(column),
                          prefix == column_prefixes_.end() ? std::string() : prefix->second);
}

}  // namespace cfs
