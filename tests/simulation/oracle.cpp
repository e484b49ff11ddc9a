#include "tests/simulation/oracle.h"

#include <algorithm>
#include <sstream>

namespace cfs::simulation {

Place place_of(const ClinicRow& row, const GroupShape& group) {
    return group.name.empty() ? row.code : row.code + "/" + group.name;
}

namespace {

// A content is the values of a group's columns, each followed by a bar.
std::vector<std::string> values_of(const std::string& content) {
    std::vector<std::string> values;
    std::istringstream text(content);
    for (std::string value; std::getline(text, value, '|');) values.push_back(value);
    return values;
}

}  // namespace

// Lost edits count where a later edit, made on what they showed or maybe made on it, is there.
bool Oracle::has_effect(std::size_t index) const {
    const auto& commit = commits_[index];
    return !commit.excused || any_effect(commit.superseded_by) ||
           any_effect(commit.maybe_superseded_by);
}

// The edit, or a later one made on it, and by a content that only it can have brought.
bool Oracle::surely_there(std::size_t index) const {
    const auto& commit = commits_[index];
    if (commit.again) return false;
    const auto& by = commit.superseded_by;
    const bool later =
        std::any_of(by.begin(), by.end(), [&](std::size_t next) { return surely_there(next); });
    return later || (!commit.excused && by.empty() && commit.maybe_superseded_by.empty());
}

bool Oracle::any_effect(const std::vector<std::size_t>& commits) const {
    return std::any_of(commits.begin(), commits.end(),
                       [&](std::size_t commit) { return has_effect(commit); });
}

bool Oracle::is_live(const Commit& commit) const {
    return !commit.excused && !any_effect(commit.superseded_by) &&
           !any_effect(commit.maybe_superseded_by);
}

void Oracle::add(PlacedId placed, const std::string& where) {
    const auto& [place, content] = names_.at(placed);
    // NULL alone is what a row has by default as well.
    const bool nothing = content == "-|";
    auto& same = by_content_[placed];
    const auto code = place.substr(0, place.find('/'));
    Commit commit{placed, code, where, {}, {}, false, nothing || !same.empty()};
    same.push_back(commits_.size());
    by_place_[place].push_back(commits_.size());
    commits_.push_back(std::move(commit));
}

// Did an edit bring back a value that the place held before, NULL above all? Nobody can tell it
// from a form that was opened before a sync and saved after it.
bool Oracle::puts_back(const Place& place, const std::string& before,
                       const std::string& after) const {
    const auto known = by_place_.find(place);
    if (known == by_place_.end()) return false;
    const auto was = values_of(before), is = values_of(after);
    return std::any_of(known->second.begin(), known->second.end(), [&](std::size_t index) {
        const auto once = values_of(names_.at(commits_[index].placed).second);
        for (std::size_t i = 0; i < std::min({was.size(), is.size(), once.size()}); ++i) {
            if (is[i] != was[i] && is[i] == once[i]) return true;
        }
        return false;
    });
}

void Oracle::write(const ClinicKind& kind, const ClinicRow* before, const ClinicRow& after,
                   const std::string& where, const std::set<std::string>& blind,
                   const std::set<std::string>& unsure) {
    for (const auto& group : shape_of(after.table).groups) {
        if (!is_mapped(kind, after.table, group.name)) continue;
        const auto content = after.content(group);
        const auto place = place_of(after, group);
        if (before != nullptr && before->content(group) == content) continue;
        const bool maybe = unsure.contains(group.name) ||
                           (before != nullptr && puts_back(place, before->content(group), content));
        if (before != nullptr && blind.contains(group.name)) {
            // A form that shows what was overwritten since, saved by who had written it.
            again(names_.id_of(place, content), where);
            continue;
        }
        add(names_.id_of(place, content), where);
        if (before == nullptr) continue;
        const auto seen = by_content_.find(names_.id_of(place, before->content(group)));
        if (seen == by_content_.end()) continue;
        for (const auto at : seen->second) {
            auto& seen_commit = commits_[at];
            auto& by = maybe ? seen_commit.maybe_superseded_by : seen_commit.superseded_by;
            by.push_back(commits_.size() - 1);
        }
    }
}

void Oracle::unsure(PlacedId seen, PlacedId by) {
    const auto commits = by_content_.find(seen), last = by_content_.find(by);
    if (commits == by_content_.end() || last == by_content_.end()) return;
    for (const auto at : commits->second) {
        commits_[at].maybe_superseded_by.push_back(last->second.back());
    }
}

void Oracle::settled(PlacedId kept, const std::set<PlacedId>& seen, const std::string& where,
                     bool unsure) {
    add(kept, where);
    for (const auto placed : seen) {
        const auto commits = by_content_.find(placed);
        if (placed == kept || commits == by_content_.end()) continue;
        for (const auto at : commits->second) {
            auto& commit = commits_[at];
            auto& by = unsure ? commit.maybe_superseded_by : commit.superseded_by;
            by.push_back(commits_.size() - 1);
        }
    }
}

// What the first of the kind had overwritten it overwrites as well.
void Oracle::again(PlacedId placed, const std::string& where) {
    const auto known = by_content_.find(placed);
    const auto same = known == by_content_.end() ? std::vector<std::size_t>() : known->second;
    add(placed, where);
    for (const auto index : by_place_[names_.at(placed).first]) {
        auto& by = commits_[index].superseded_by;
        const bool overwritten = std::any_of(same.begin(), same.end(), [&](std::size_t one) {
            return std::find(by.begin(), by.end(), one) != by.end();
        });
        if (overwritten) by.push_back(commits_.size() - 1);
    }
}

void Oracle::destroyed(const Present& before, std::size_t first, const Present& after,
                       const std::set<std::string>* only) {
    bool more = false;
    for (std::size_t i = 0; i < commits_.size(); ++i) {
        auto& commit = commits_[i];
        if (after.contains(commit.placed) || !is_live(commit)) continue;
        if (i < first && !before.contains(commit.placed)) continue;
        if (only && !only->contains(commit.code)) continue;
        commit.excused = more = true;
    }
    // What a lost edit had overwritten counts again, where it is anywhere.
    while (more) {
        more = false;
        for (auto& commit : commits_) {
            const bool overwritten =
                !commit.superseded_by.empty() || !commit.maybe_superseded_by.empty();
            if (!overwritten || after.contains(commit.placed) || !is_live(commit)) continue;
            commit.excused = more = true;
        }
    }
}

void Oracle::brought_back(const Present& present) {
    for (auto& commit : commits_) {
        if (present.contains(commit.placed)) commit.excused = false;
    }
}

std::vector<const Commit*> Oracle::live() const {
    std::vector<const Commit*> live;
    for (const auto& commit : commits_) {
        if (!commit.again && is_live(commit)) live.push_back(&commit);
    }
    return live;
}

bool Oracle::known(PlacedId placed) const { return by_content_.contains(placed); }

bool Oracle::overwritten(PlacedId placed) const {
    const auto at = by_content_.find(placed);
    if (at == by_content_.end() || at->second.size() != 1) return false;
    const auto& by = commits_[at->second.front()].superseded_by;
    return std::any_of(by.begin(), by.end(),
                       [&](std::size_t commit) { return surely_there(commit); });
}

std::string Oracle::story_of(const Place& place) const {
    std::string story;
    const auto at = by_place_.find(place);
    if (at == by_place_.end()) return story;
    for (const auto index : at->second) {
        const auto& commit = commits_[index];
        story += "    #" + std::to_string(index) + " " + names_.at(commit.placed).second + "  (" +
                 commit.where + ")";
        for (const auto by : commit.superseded_by)
            story += " overwritten by #" + std::to_string(by);
        if (commit.excused) story += " destroyed";
        for (const auto by : commit.maybe_superseded_by)
            story += " maybe by #" + std::to_string(by);
        if (commit.again) story += " typed again";
        story += '\n';
    }
    return story;
}

}  // namespace cfs::simulation
