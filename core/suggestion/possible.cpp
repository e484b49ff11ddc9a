// suggest_possible(): what may be so and is only written as a comment.
#include <algorithm>
#include <cctype>

#include "core/suggestion/columns.h"
#include "core/suggestion/vocabulary.h"

namespace cfs {

namespace {

using namespace vocabulary;

// ---- rows that may be one record

// Is the row's key that of a record's, and its only way to the patient?
const TableSuggestion* record_with_key_of(const Suggestion& suggestion, const CatalogueTable& table,
                                          const TableMapping& mapping) {
    if (mapping.key.size() != 1 || table.primary_key != mapping.key) return nullptr;
    const auto* reference = mapping.reference(mapping.key.front());
    const bool only_way = mapping.owners.size() == 1 && mapping.owners.front().through.empty() &&
                          mapping.owners.front().column == mapping.key.front();
    if (reference == nullptr || !only_way) return nullptr;
    const auto* record = suggestion.find(reference->table);
    if (record == nullptr || record->mapping.patient || !record->obstacle.empty()) return nullptr;
    const auto& key = record->mapping.key;
    const bool own = key == std::vector<std::string>{reference->target} &&
                     record->mapping.reference(key.front()) == nullptr;
    return own ? record : nullptr;
}

// ---- paths of files

bool is_absolute_path(const std::string& text) {
    const bool drive = text.size() > 2 && text[1] == ':' && (text[2] == '/' || text[2] == '\\');
    return text.starts_with("file://") ||
           (text.starts_with('/') && text.find('/', 1) != text.npos) || drive;
}

// "scans/2020/12.pdf"
bool is_relative_path(const std::string& text) {
    const auto slash = text.find_last_of("/\\"), dot = text.rfind('.');
    if (slash == text.npos || slash == 0 || dot == text.npos || dot < slash + 2) return false;
    const auto ending = text.substr(dot + 1);
    return text.find("://") == text.npos && !ending.empty() && ending.size() <= 5 &&
           std::all_of(ending.begin(), ending.end(),
                       [](unsigned char c) { return std::isalnum(c) != 0; }) &&
           std::any_of(ending.begin(), ending.end(),
                       [](unsigned char c) { return std::isalpha(c) != 0; });
}

// What stands before the path below the directory; nothing where the values are no paths.
std::optional<std::string> prefix_of_paths(const CatalogueColumn& column) {
    auto samples = column.facts.samples;
    std::erase(samples, "");
    if (column.kind != ColumnKind::text || samples.empty()) return std::nullopt;
    const auto all = [&](const auto& is_so) {
        return std::all_of(samples.begin(), samples.end(), is_so);
    };
    if (all([](const std::string& text) { return text.starts_with("file://"); })) {
        return "file://{directory}/";
    }
    if (all(is_absolute_path)) return "{directory}/";
    return all(is_relative_path) ? std::optional<std::string>("") : std::nullopt;
}

// ---- what says who the patient is, or how rows follow each other

// Do no two rows hold the same, as far as they hold anything?
bool tells_apart(const CatalogueTable& table, const CatalogueColumn& column) {
    constexpr std::int64_t kTelling = 5;
    const auto& facts = column.facts;
    const auto told = facts.filled - facts.empty;
    const auto different = facts.distinct - (facts.empty > 0 ? 1 : 0);
    return table.is_unique(column.name) || (told >= kTelling && different == told);
}

bool is_free(const TableMapping& mapping, const std::string& column) {
    return mapping.is_content(column) && !mapping.is_key(column) &&
           mapping.reference(column) == nullptr && mapping.lookup(column) == nullptr;
}

bool is_identity(const TableMapping& mapping, const std::string& column) {
    const auto& identity = mapping.identity;
    return std::find(identity.begin(), identity.end(), column) != identity.end();
}

std::optional<Match> match_of(const SuggestionContext& context, const CatalogueTable& table,
                              const TableMapping& mapping) {
    Match match;
    const CatalogueColumn* of_sex = nullptr;
    for (const auto& column : table.columns) {
        if (!is_free(mapping, column.name)) continue;
        const auto words = context.names.of_column(table, column.name);
        if (has_word(words, kRelated)) continue;
        const bool known = is_identity(mapping, column.name);
        if (known && has_word(words, kBirth)) match.agree.push_back(column.name);
        if (of_sex == nullptr && has_word(words, kSex)) of_sex = &column;
        const bool strong = !known && match.columns.empty() && has_word(words, kNationalNumber);
        if (strong && tells_apart(table, column)) match.columns.push_back(column.name);
    }
    if (of_sex != nullptr) match.agree.push_back(of_sex->name);
    if (match.columns.empty() || match.agree.empty()) return std::nullopt;
    return match;
}

// The one table that holds nothing but the number given last, by its name where there are several.
Sequence sequence_in(const SuggestionContext& context) {
    std::vector<Sequence> all, named;
    for (const auto& table : context.catalogue.tables) {
        const bool number = table.rows == 1 && table.primary_key.empty() &&
                            table.unique_keys.empty() && table.columns.size() == 1 &&
                            table.columns.front().kind == ColumnKind::integer;
        if (!number) continue;
        all.push_back({table.name, table.columns.front().name});
        const auto words = context.names.of_table(table.name);
        if (words.size() == 1 && has_word(words, kNumbers)) named.push_back(all.back());
    }
    if (named.size() == 1) return named.front();
    return all.size() == 1 ? all.front() : Sequence{};
}

std::vector<Possible::Part> parts_of(const SuggestionContext& context, const Suggestion& suggestion,
                                     const TableSuggestion& record) {
    std::vector<Possible::Part> parts;
    for (const auto& other : suggestion.tables) {
        const auto& table = *context.catalogue.find(other.mapping.table);
        if (!other.obstacle.empty()) continue;
        if (record_with_key_of(suggestion, table, other.mapping) != &record) continue;
        parts.push_back({table.name, other.mapping.key.front()});
    }
    return parts;
}

std::vector<FileColumn> files_in(const CatalogueTable& table, const TableMapping& mapping) {
    std::vector<FileColumn> files;
    for (const auto& column : table.columns) {
        if (is_identity(mapping, column.name) || !is_free(mapping, column.name)) continue;
        const auto prefix = prefix_of_paths(column);
        if (prefix) files.push_back({column.name, {}, *prefix, "{name}"});
    }
    return files;
}

}  // namespace

void suggest_possible(const SuggestionContext& context, Suggestion& suggestion) {
    const auto sequence = sequence_in(context);
    for (auto& suggested : suggestion.tables) {
        if (!suggested.obstacle.empty()) continue;
        const auto& mapping = suggested.mapping;
        const auto& table = *context.catalogue.find(mapping.table);
        auto& possible = suggested.possible;
        possible.parts = parts_of(context, suggestion, suggested);
        possible.files = files_in(table, mapping);
        if (mapping.patient) possible.match = match_of(context, table, mapping);
        const bool counted = mapping.allocation == KeyAllocation::maximum;
        const bool given = counted || mapping.allocation == KeyAllocation::automatic;
        possible.ordered = given && has_word(context.names.of_table(table.name), kInOrder);
        if (counted) possible.sequence = sequence;
    }
}

}  // namespace cfs
