#include "core/suggestion/patient_table.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/suggestion/vocabulary.h"

namespace cfs {

namespace {

using namespace vocabulary;

// Points that a table gets; the least with which it is taken for that of the patients.
constexpr int kNamedPatient = 5, kNamedOnlyPatient = 3, kNamedPerson = 2, kOtherNoun = -3,
              kHasBirth = 4, kHasSex = 3, kHasName = 2, kHasContact = 1, kMostReferences = 5,
              kIsStaff = -6, kHoldsPassword = -5, kLeast = 6, kClose = 3;

struct Candidate {
    const CatalogueTable* table = nullptr;
    int points = 0;
    std::vector<std::string> signs;
};

class PatientSearch {
  public:
    PatientSearch(const Catalogue& catalogue, const ShortNames& names,
                  const std::vector<Link>& links)
        : catalogue_(catalogue), names_(names) {
        for (const auto& link : links) {
            if (!link.to_itself()) referring_[link.target_table].insert(link.table);
        }
    }

    [[nodiscard]] Candidate judge(const CatalogueTable& table) const {
        Candidate candidate{&table, 0, {}};
        judge_name(candidate);
        judge_columns(candidate, table);
        // Where patients are persons of another table under the same key, that one describes them.
        if (const auto* person = shared_key_table(table)) {
            candidate.signs.push_back("shares its key with " + person->name);
            judge_columns(candidate, *person);
        }
        const auto referring = referring_.find(table.name);
        const int count =
            referring == referring_.end() ? 0 : static_cast<int>(referring->second.size());
        if (count > 0) {
            candidate.points += std::min(count, kMostReferences);
            candidate.signs.push_back(std::to_string(count) + " tables refer to it");
        }
        return candidate;
    }

  private:
    void judge_name(Candidate& candidate) const {
        const auto words = names_.of_table(candidate.table->name);
        bool patient = false, person = false;
        int others = 0;
        for (const auto& word : words) {
            if (kPatient.contains(word)) {
                patient = true;
            } else if (kPerson.contains(word)) {
                person = true;
            } else if (!kAlsoPatient.contains(word)) {
                ++others;
            }
        }
        if (patient) candidate.points += kNamedPatient + (others == 0 ? kNamedOnlyPatient : 0);
        if (patient) candidate.signs.emplace_back("its name says patient");
        if (!patient && person) candidate.points += kNamedPerson;
        if (!patient && person) candidate.signs.emplace_back("its name says person");
        if (others > 0) candidate.points += kOtherNoun;
        if (has_word(words, kStaff)) candidate.points += kIsStaff;
    }

    void judge_columns(Candidate& candidate, const CatalogueTable& table) const {
        std::set<const WordSet*> found;
        for (const auto& column : table.columns) {
            const auto words = names_.of_column(table, column.name);
            for (const auto* set : {&kBirth, &kSex, &kFamilyName, &kGivenName, &kName, &kAddress,
                                    &kPhone, &kRights}) {
                if (has_word(words, *set)) found.insert(set);
            }
        }
        const auto has = [&](const WordSet& set, int points, const char* sign) {
            if (!found.contains(&set)) return;
            candidate.points += points;
            if (sign != nullptr) candidate.signs.emplace_back(sign);
        };
        has(kBirth, kHasBirth, "it has a birth date");
        has(kSex, kHasSex, "it has a sex");
        has(kFamilyName, kHasName, nullptr);
        has(kGivenName, kHasName, nullptr);
        has(kName, kHasName, nullptr);
        has(kAddress, kHasContact, nullptr);
        has(kPhone, kHasContact, nullptr);
        has(kRights, kHoldsPassword, nullptr);
    }

    [[nodiscard]] const CatalogueTable* shared_key_table(const CatalogueTable& table) const {
        for (const auto& key : table.foreign_keys) {
            if (key.columns == table.primary_key && key.table != table.name) {
                return catalogue_.find(key.table);
            }
        }
        return nullptr;
    }

    const Catalogue& catalogue_;
    const ShortNames& names_;
    std::map<std::string, std::set<std::string>> referring_;
};

std::string listed(const std::vector<std::string>& signs) {
    std::string text;
    for (const auto& sign : signs) text += (text.empty() ? "" : ", ") + sign;
    return text;
}

}  // namespace

std::string referenced_key(const CatalogueTable& table, const ShortNames& names,
                           const std::vector<Link>& links) {
    std::map<std::string, std::set<std::string>> referring;
    for (const auto& link : links) {
        if (link.target_table == table.name && !link.to_itself()) {
            referring[link.target_column].insert(link.table);
        }
    }
    std::string best = table.primary_key.size() == 1 ? table.primary_key.front() : std::string();
    for (const auto& key : key_candidates(table, names)) {
        if (best.empty() || referring[key].size() > referring[best].size()) best = key;
    }
    return best;
}

std::optional<PatientTable> find_patient_table(const Catalogue& catalogue, const ShortNames& names,
                                               const std::vector<Link>& links) {
    const PatientSearch search(catalogue, names, links);
    std::vector<Candidate> candidates;
    for (const auto& table : catalogue.tables) candidates.push_back(search.judge(table));
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const auto& a, const auto& b) { return a.points > b.points; });
    if (candidates.empty() || candidates.front().points < kLeast) return std::nullopt;
    const auto& best = candidates.front();
    const bool sure = candidates.size() == 1 || best.points - candidates[1].points > kClose;
    auto reason = listed(best.signs);
    if (!sure) reason += "; " + candidates[1].table->name + " is nearly as likely";
    return PatientTable{best.table->name, referenced_key(*best.table, names, links), reason, sure};
}

}  // namespace cfs
