// What must be found in the end, known without the program's help: each value that a clinic
// program committed, and which edits had seen it. Shares no code with the merge.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/simulation/clinic.h"
#include "tests/simulation/present.h"

namespace cfs::simulation {

[[nodiscard]] Place place_of(const ClinicRow& row, const GroupShape& group);

struct Commit {
    PlacedId placed;
    std::string code;   // of the row
    std::string where;  // step and site, for people
    std::vector<std::size_t> superseded_by;
    std::vector<std::size_t> maybe_superseded_by;
    bool excused = false;  // the only copy was destroyed from outside
    bool again = false;    // typed before: which of the two an edit had seen can't be told
};

class Oracle {
  public:
    explicit Oracle(PlacedNames& names) : names_(names) {}

    // A clinic program changed a row from `before` to `after` (nothing: inserted). `blind` are
    // groups of which it had not seen what it overwrote; of `unsure` ones, and where an edit brings
    // back a former value, that can't be told.
    void write(const ClinicKind& kind, const ClinicRow* before, const ClinicRow& after,
               const std::string& where, const std::set<std::string>& blind = {},
               const std::set<std::string>& unsure = {});
    // The edit that brought `by` may have been taken for one that had seen `seen`.
    void unsure(PlacedId seen, PlacedId by);
    // A person looked at several contents of one place and kept one of them: the others need not be
    // found any more. `unsure`: the program died, it may not have been done.
    void settled(PlacedId kept, const std::set<PlacedId>& seen, const std::string& where,
                 bool unsure);
    // The same content once more, by no new edit (a backup put back, a database cloned).
    void again(PlacedId placed, const std::string& where);

    // Something outside of the program destroyed copies: what was there, or was committed since
    // (`first`: as size() was), and is nowhere now can't be asked for. `only`: the codes of rows
    // that may be lost, if not all.
    void destroyed(const Present& before, std::size_t first, const Present& after,
                   const std::set<std::string>* only = nullptr);
    // A backup was put back that holds this: nothing of it is destroyed any more.
    void brought_back(const Present& present);
    [[nodiscard]] std::size_t size() const { return commits_.size(); }

    [[nodiscard]] std::vector<const Commit*> live() const;
    // Was the content ever committed there; overwritten by an edit that had seen it?
    [[nodiscard]] bool known(PlacedId placed) const;
    [[nodiscard]] bool overwritten(PlacedId placed) const;
    [[nodiscard]] std::string story_of(const Place& place) const;

  private:
    [[nodiscard]] bool is_live(const Commit& commit) const;
    [[nodiscard]] bool has_effect(std::size_t index) const;
    [[nodiscard]] bool surely_there(std::size_t commit) const;
    [[nodiscard]] bool any_effect(const std::vector<std::size_t>& commits) const;
    void add(PlacedId placed, const std::string& where);
    [[nodiscard]] bool puts_back(const Place& place, const std::string& before,
                                 const std::string& after) const;

    PlacedNames& names_;
    std::vector<Commit> commits_;
    std::map<PlacedId, std::vector<std::size_t>> by_content_;
    std::map<Place, std::vector<std::size_t>> by_place_;
};

}  // namespace cfs::simulation
