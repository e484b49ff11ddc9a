// suggest_identity(): by which columns a person would know a row.
#include <algorithm>

#include "core/suggestion/columns.h"
#include "core/suggestion/vocabulary.h"

namespace cfs {

namespace {

using namespace vocabulary;

struct Candidate {
    std::string column;
    int points = 0;
    bool when = false;  // says when rather than what
};

bool is_text_of_time(const CatalogueColumn& column) {
    const auto& samples = column.facts.samples;
    return column.kind == ColumnKind::text && !samples.empty() &&
           std::all_of(samples.begin(), samples.end(), [](const std::string& text) {
               return text.size() >= 8 && text.size() <= 32 &&
                      std::count_if(text.begin(), text.end(),
                                    [](unsigned char c) { return c >= '0' && c <= '9'; }) >= 6 &&
                      (text.find('-') != std::string::npos || text.find('/') != std::string::npos);
           });
}

// "on" and "at" mean a time as the last word only.
bool says_when(const Words& words) {
    static const WordSet kWithin = {"date", "time", "datetime", "timestamp", "datum", "fecha"};
    return has_word(words, kWithin) || (!words.empty() && kTime.contains(words.back()));
}

// Does its value stay the same at each site, and with the row?
bool is_plain(const TableMapping& mapping, const CatalogueColumn& column) {
    return !mapping.skipped.contains(column.name) &&
           mapping.volatile_column(column.name) == nullptr &&
           mapping.reference(column.name) == nullptr && mapping.travels(column.name) &&
           column.kind != ColumnKind::binary && column.kind != ColumnKind::boolean;
}

void take(TableSuggestion& suggestion, const std::string& column, const std::string& text,
          bool sure) {
    suggestion.mapping.identity.push_back(column);
    auto& reason = suggestion.columns[column];
    reason.text += (reason.text.empty() ? "" : "; ") + text;
    reason.sure = reason.sure && sure;
}

// Names and the birth date; the sex changes no identity.
void suggest_for_patient(const SuggestionContext& context, const CatalogueTable& table,
                         TableSuggestion& suggestion) {
    const WordSet* const wanted[] = {&kFamilyName, &kGivenName, &kName, &kBirth};
    std::set<const WordSet*> found;
    for (const auto* set : wanted) {
        if (set == &kName && (found.contains(&kFamilyName) || found.contains(&kGivenName)))
            continue;
        for (const auto& column : table.columns) {
            const auto words = context.names.of_column(table, column.name);
            const bool of_another = has_word(words, kRelated) && set != &kFamilyName;
            if (found.contains(set) || of_another || !has_word(words, *set)) continue;
            const bool place = set == &kBirth && has_word(words, kAddress);
            const bool relative = words.size() > 2 && set == &kFamilyName;
            if (place || relative || !is_plain(suggestion.mapping, column)) continue;
            const auto& taken = suggestion.mapping.identity;
            if (std::find(taken.begin(), taken.end(), column.name) != taken.end()) continue;
            if (set != &kBirth && column.kind != ColumnKind::text) continue;
            found.insert(set);
            take(suggestion, column.name, "people know a patient by it", true);
        }
    }
}

std::vector<Candidate> candidates_for(const SuggestionContext& context, const CatalogueTable& table,
                                      const TableSuggestion& suggestion) {
    std::vector<Candidate> candidates;
    for (const auto& column : table.columns) {
        if (!is_plain(suggestion.mapping, column)) continue;
        const auto words = context.names.of_column(table, column.name);
        const bool when =
            column.kind == ColumnKind::time || is_text_of_time(column) || says_when(words);
        const bool created = has_word(words, kCreated);
        Candidate candidate{column.name, 0, when || created};
        if (when) candidate.points += created ? 4 : 5;
        if (when && kTime.contains(joined(words))) candidate.points += 2;
        if (has_word(words, kWhat)) candidate.points += 4;
        if (has_word(words, {"uuid", "guid"}) && table.is_unique(column.name))
            candidate.points += 7;
        if (candidate.points == 0 && !suggestion.mapping.is_key(column.name)) continue;
        if (has_word(words, kDeleted) || has_word(words, {"end", "stop", "stopped", "expire"})) {
            candidate.points -= 4;
        }
        if (column.not_null) candidate.points += 2;
        if (suggestion.mapping.is_key(column.name)) candidate.points += 3;
        const auto looked = table.looked;
        if (looked > 1 && column.facts.filled < looked / 2) candidate.points -= 4;
        if (looked > 1 && column.facts.distinct > looked / 2) candidate.points += 1;
        if (candidate.points > 0) candidates.push_back(candidate);
    }
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const auto& a, const auto& b) { return a.points > b.points; });
    return candidates;
}

// When and what, as far as there is both.
void suggest_for_record(const SuggestionContext& context, const CatalogueTable& table,
                        TableSuggestion& suggestion) {
    const auto candidates = candidates_for(context, table, suggestion);
    for (const bool when : {true, false}) {
        const auto at = std::find_if(candidates.begin(), candidates.end(),
                                     [&](const Candidate& item) { return item.when == when; });
        if (at == candidates.end()) continue;
        take(suggestion, at->column, when ? "tells when" : "tells what", false);
    }
    for (const auto& candidate : candidates) {
        auto& taken = suggestion.mapping.identity;
        const bool known = std::find(taken.begin(), taken.end(), candidate.column) != taken.end();
        if (taken.size() < 2 && !known) take(suggestion, candidate.column, "tells more", false);
    }
}

}  // namespace

void suggest_identity(const SuggestionContext& context, const CatalogueTable& table,
                      TableSuggestion& suggestion) {
    auto& mapping = suggestion.mapping;
    if (mapping.patient) {
        suggest_for_patient(context, table, suggestion);
    }
    if (mapping.identity.empty()) suggest_for_record(context, table, suggestion);
    if (!mapping.identity.empty()) return;
    // Nothing says when or what: any text, else the key. A number is hardly what a row is known by.
    for (const auto& column : table.columns) {
        if (mapping.identity.size() == 2 || mapping.is_key(column.name)) continue;
        const bool fits = column.kind == ColumnKind::text && is_plain(mapping, column);
        if (fits) take(suggestion, column.name, "nothing better", false);
    }
    if (!mapping.identity.empty() || mapping.key.empty()) return;
    if (mapping.patient && !mapping.travels(mapping.key.front())) {
        suggestion.obstacle = "nothing in it tells who the patient is";
        return;
    }
    take(suggestion, mapping.key.front(), "nothing but the key tells the row", false);
}

}  // namespace cfs
