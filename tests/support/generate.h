// Seeded generators of mappings and of histories: several sites edit one patient, exchange their
// documents, settle conflicts, move records. So every document generated is one that can occur.
// CFS_SEED=<number> in the environment repeats from that case on.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/model/mapping.h"
#include "core/model/patient_document.h"
#include "core/model/random.h"
#include "core/rules/observe.h"
#include "tests/support/catch.h"

namespace cfs::test {

class Dice : public RandomSource {
  public:
    explicit Dice(std::uint64_t seed) : seed_(seed), engine_(seed) {}

    [[nodiscard]] std::uint64_t seed() const { return seed_; }
    void fill(std::span<std::uint8_t> bytes) override;
    [[nodiscard]] std::size_t below(std::size_t end) { return engine_() % end; }
    [[nodiscard]] bool chance(unsigned percent) { return below(100) < percent; }
    template <class Items>
    [[nodiscard]] const auto& pick(const Items& items) {
        return *std::next(items.begin(), static_cast<std::ptrdiff_t>(below(items.size())));
    }

  private:
    std::uint64_t seed_;
    std::mt19937_64 engine_;
};

[[nodiscard]] std::uint64_t first_seed();

// Runs `body` with the dice of each case; a failure names the seed that repeats it.
template <class Body>
void for_each_case(unsigned count, Body body) {
    for (unsigned i = 0; i < count; ++i) {
        Dice dice(first_seed() + i);
        INFO("repeat with CFS_SEED=" << dice.seed());
        body(dice);
    }
}

// A mapping and the columns of the database that it is for.
struct Schema {
    Mapping mapping;
    std::map<std::string, std::vector<std::string>> columns;
};

[[nodiscard]] Schema random_schema(Dice& dice);
// The same clinic program, as a site with an older version of it has it: a table and a column less.
[[nodiscard]] Schema older(Schema schema);
[[nodiscard]] Value random_value(Dice& dice);

// What one edit wrote, and which (column, version) pairs its writer saw and so replaced. Noted when
// the edit is made, by the rules' words alone: the oracle that merged documents are held against.
struct Edit {
    RowId row;
    std::string table;
    VersionId version;
    std::map<std::string, Held> written;
    std::set<std::pair<std::string, VersionId>> replaced;
};

using Seen = std::map<RowId, std::set<std::size_t>>;  // by row, the numbers of edits

class Ledger {
  public:
    [[nodiscard]] std::size_t add(Edit edit);
    // The row that someone knows who has seen exactly these edits.
    [[nodiscard]] Row row(const std::set<std::size_t>& edits) const;
    [[nodiscard]] PatientDocument document(PatientId patient, const Seen& seen) const;

  private:
    std::vector<Edit> edits_;
    std::map<std::pair<RowId, VersionId>, std::size_t> numbers_;
};

// A document and the edits that it must know of.
struct Replica {
    PatientDocument document;
    Seen seen;
};

[[nodiscard]] Replica joined(const Replica& a, const Replica& b);

struct Site {
    Schema schema;
    WriterTag32 tag = 0;
    std::chrono::milliseconds skew{};
    bool cuts = false;  // its database cuts long texts
    Replica replica;
    Rows database;
    Rows left;
    ObserveContext context;
};

class History {
  public:
    explicit History(Dice& dice);

    void run(unsigned steps);
    // Several sites edit the same column of one row at the same time.
    void clash();
    // Takes the local edits of every site into its document.
    void collect();
    void exchange(Site& site, const Replica& other);

    [[nodiscard]] const Schema& schema() const { return newest_; }
    [[nodiscard]] PatientId patient() const { return patient_; }
    [[nodiscard]] std::vector<Site>& sites() { return sites_; }
    [[nodiscard]] const Replica& published() { return dice_.pick(published_); }
    [[nodiscard]] bool true_to_edits(const Replica& replica) const;

  private:
    void found_at(Site& site);
    void step();
    void observe(Site& site);
    void note_edits(Site& site, const std::vector<VersionId>& versions, Time time);
    void note_row(Site& site, RowId id, const RowValues& now, std::vector<VersionId>& versions,
                  Time time);
    void show(Site& site);
    void publish(const Site& site);
    void type(Site& site);
    void add_row(Site& site);
    void put_back(Site& site);
    void settle_one(Site& site);
    void move_one(Site& site);
    void upgrade(Site& site);
    [[nodiscard]] Time now(const Site& site);
    [[nodiscard]] Value value_for(const Site& site, const std::string& table,
                                  const std::string& column);
    [[nodiscard]] RowValues values_for(const Site& site, const std::string& table);

    Dice& dice_;
    Schema newest_;
    PatientId patient_;
    PatientId stranger_;
    Time clock_;
    Rows origin_;
    std::vector<Site> sites_;
    std::vector<Replica> published_;
    Ledger ledger_;
};

// How many different writers stand against each other in the document's widest conflict.
[[nodiscard]] std::size_t widest_conflict(const PatientDocument& document, const Mapping& mapping);

// A history of a few sites with the documents of three of them, now or earlier; reused for a few
// cases, since histories are dearer than what is asked of them.
struct Triple {
    Replica a, b, c;
};
[[nodiscard]] Triple random_triple(History& history, Dice& dice);

// Runs `body(history, triple, dice)` for `count` cases; at least a third of them must hold a
// conflict between three or more writers.
template <class Body>
void for_each_triple(unsigned count, Body body) {
    constexpr unsigned kTriples = 20;
    unsigned wide = 0;
    for_each_case(count / kTriples, [&](Dice& dice) {
        History history(dice);
        for (unsigned i = 0; i < kTriples; ++i) {
            const auto triple = random_triple(history, dice);
            const auto all = joined(joined(triple.a, triple.b), triple.c).document;
            if (widest_conflict(all, history.schema().mapping) >= 3) ++wide;
            body(history, triple, dice);
        }
    });
    INFO(wide << " of " << count << " cases hold a conflict of three writers");
    REQUIRE(wide * 3 >= count);
}

}  // namespace cfs::test
