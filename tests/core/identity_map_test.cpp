// Which row is which: what is read in one piece.
#include "core/database/identity_map.h"

#include "tests/support/catch.h"
#include "tests/support/generate.h"
#include "tests/support/sites.h"

using namespace cfs;
using namespace cfs::test;

namespace {

struct Known {
    Known() : folder(new_sync_folder(clock)), site("A", *folder, clock) {}

    [[nodiscard]] IdentityMap& map() { return site.database().identities(); }

    // Of the table "record", under keys from `key` on.
    std::set<RowId> add_beside(PatientId patient, std::size_t count, std::int64_t key,
                               bool found = false) {
        std::vector<NewRow> rows;
        std::set<RowId> ids;
        for (std::size_t i = 0; i < count; ++i) {
            const RowId id{beside(patient.uuid, random.uuid())};
            rows.push_back({id, "record", std::to_string(key++), patient, found});
            ids.insert(id);
        }
        map().add(rows);
        return ids;
    }

    [[nodiscard]] std::set<RowId> found_beside(PatientId patient) {
        std::set<RowId> found;
        const auto places = map().places_beside(patient).value();
        for (const auto& [id, place] : places) {
            if (place.found) found.insert(id);
        }
        return found;
    }

    // As read for this patient.
    [[nodiscard]] KnownRows read(PatientId patient) {
        KnownRows known;
        const auto places = map().places_beside(patient).value();
        for (const auto& [id, place] : places) {
            known.places.emplace(id, place);
        }
        known.whole = {patient};
        return known;
    }

    ManualClock clock;
    Dice random{7};
    std::unique_ptr<MemoryFolder> folder;
    TestSite site;
};

PatientId patient_of(std::uint8_t first, std::uint8_t fourth) {
    Uuid uuid;
    uuid.bytes[0] = first;
    uuid.bytes[3] = fourth;
    uuid.bytes[15] = 1;
    return PatientId{as_random_uuid(uuid)};
}

std::set<RowId> ids_of(const std::map<RowId, RowPlace>& places) {
    std::set<RowId> ids;
    for (const auto& [id, place] : places) ids.insert(id);
    return ids;
}

}  // namespace

TEST_CASE("identity map: the rows beside a patient are all that begin as the patient's UUID") {
    Known known;
    const auto patient = patient_of(9, 1), next = patient_of(9, 2), last = patient_of(0xFF, 0xFF);
    REQUIRE(known.map().places_beside(patient).value().empty());
    const auto ours = known.add_beside(patient, 5, 100);
    const auto others = known.add_beside(next, 3, 200);
    const auto at_the_end = known.add_beside(last, 2, 300);
    const auto places = known.map().places_beside(patient).value();
    REQUIRE(ids_of(places) == ours);
    REQUIRE(ids_of(known.map().places_beside(next).value()) == others);
    REQUIRE(ids_of(known.map().places_beside(last).value()) == at_the_end);
    for (const auto& [id, place] : places) {
        const auto alone = known.map().place_of(id).value();
        REQUIRE(place.table == "record");
        REQUIRE(place.key == alone.key);
        REQUIRE(place.patient == patient);
    }
}

TEST_CASE("identity map: of too many rows that begin alike none is read in one piece") {
    Known known;
    const auto patient = patient_of(9, 1);
    known.add_beside(patient, 1000, 100);
    REQUIRE(known.map().places_beside(patient).value().size() == 1000);
    known.add_beside(patient, 1, 2000);
    REQUIRE_FALSE(known.map().places_beside(patient));
}

TEST_CASE("identity map: rows are counted as far as anybody wants to know") {
    Known known;
    known.add_beside(patient_of(9, 1), 30, 100);
    REQUIRE(known.map().count("record", 100) == 30);
    REQUIRE(known.map().count("record", 30) == 30);
    REQUIRE(known.map().count("record", 7) == 7);
    REQUIRE(known.map().count("another", 7) == 0);
}

TEST_CASE("identity map: rows are no longer found where they were synced, and nowhere else") {
    Known known;
    const auto patient = patient_of(9, 1), next = patient_of(9, 2);
    const auto ours = known.add_beside(patient, 5, 100, true);
    const auto others = known.add_beside(next, 3, 200, true);
    const auto outside = *known.add_beside(patient, 1, 300).begin();
    known.map().set_outside(outside, true);
    known.map().clear_found(ours, known.read(patient));
    REQUIRE(known.found_beside(patient).empty());
    REQUIRE(known.found_beside(next) == others);
    REQUIRE(known.map().place_of(outside).value().outside);
    // One of them is held, or nobody knows who the others are.
    auto few = others;
    const auto held = few.extract(few.begin()).value();
    known.map().clear_found(few, known.read(next));
    REQUIRE(known.found_beside(next) == std::set<RowId>{held});
    known.map().clear_found({held}, {});
    REQUIRE(known.found_beside(next).empty());
}

TEST_CASE("identity map: what a found row held is forgotten with it, no other's") {
    Known known;
    const auto patient = patient_of(9, 1), next = patient_of(9, 2);
    const auto ours = known.add_beside(patient, 2, 100, true);
    const auto other = *known.add_beside(next, 1, 200, true).begin();
    for (const auto& row : ours) known.map().set_as_left(row, {Digest{}, {}});
    known.map().set_as_left(other, {Digest{}, {}});
    known.map().clear_found(ours, known.read(patient));
    for (const auto& row : ours) REQUIRE_FALSE(known.map().as_left(row));
    REQUIRE(known.map().as_left(other));
}
