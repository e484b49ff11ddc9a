#include "core/rules/plan.h"

#include <algorithm>

#include "core/rules/merge.h"
#include "core/rules/shown.h"
#include "tests/support/build.h"
#include "tests/support/generate.h"

using namespace cfs;
using namespace cfs::test;

namespace {

VersionId no_version() {
    FAIL("an edit was found where there is none");
    return {};
}

// ---- a few clinics, their databases and folders, in small --------------------------------------

struct Clinic {
    Schema schema;
    WriterTag32 tag = 0;
    std::chrono::milliseconds skew{};
    bool cuts = false;
    Documents known;
    Rows left, now;
    std::map<RowId, PatientId> found;
    std::set<RowId> refused;
    Documents folder;                     // the patients' files as they have arrived here
    std::vector<PatientDocument> copies;  // and conflict copies
};

Value stored(const Clinic& clinic, const std::string& column, Value value) {
    const bool cut = clinic.cuts && value.kind == ValueKind::text && !value.attached &&
                     !column.ends_with("_id") && value.bytes.size() > 3;
    if (cut) value.bytes.resize(3);
    return value;
}

RowValues empty_row(const Clinic& clinic, const std::string& table) {
    RowValues row{table, {}};
    for (const auto& column : clinic.schema.columns.at(table)) row.columns[column] = null();
    return row;
}

void write_row(Clinic& clinic, RowId id, const RowValues& written, bool insert) {
    if (insert) clinic.now[id] = empty_row(clinic, written.table);
    auto& row = clinic.now.at(id).columns;
    for (const auto& [column, value] : written.columns) {
        if (row.contains(column)) row[column] = stored(clinic, column, value);
    }
}

auto shared(const PatientDocument& document) {
    return std::make_shared<const PatientDocument>(document);
}

PlanInput input_of(const Clinic& clinic) {
    PlanInput input;
    input.known = clinic.known;
    input.left = clinic.left;
    input.now = clinic.now;
    input.found = clinic.found;
    for (const auto& [patient, document] : clinic.folder) input.folder.push_back(shared(document));
    for (const auto& copy : clinic.copies) input.folder.push_back(shared(copy));
    for (const auto& document : input.folder) {
        input.known.try_emplace(document->patient, PatientDocument{document->patient, {}});
    }
    input.retry = input.context.unseen = clinic.refused;
    return input;
}

Plan planned(PlanInput& input, const Mapping& mapping, const FreshVersion& fresh, Time time) {
    for (;;) {
        auto result = plan(input, mapping, fresh, time);
        if (result.missing.empty()) return result;
        for (const auto& patient : result.missing) {
            input.known.try_emplace(patient, PatientDocument{patient, {}});
        }
    }
}

const Values& columns_written(const Plan& plan, RowId id) {
    return plan.written(id, plan.writes.at(id)).columns;
}

void carry_out(Clinic& clinic, const Plan& plan, Dice* dice) {
    clinic.refused.clear();
    for (const auto& [id, write] : plan.writes) {
        if (dice != nullptr && dice->chance(4)) {
            clinic.refused.insert(id);
        } else {
            write_row(clinic, id, plan.written(id, write), write.insert);
        }
    }
    clinic.left = clinic.now;
    clinic.found.clear();
    clinic.known.clear();
    clinic.folder.clear();
    clinic.copies.clear();
    for (const auto& [patient, document] : plan.documents) {
        if (document.rows.empty()) continue;
        clinic.known.emplace(patient, document);
        clinic.folder.emplace(patient, document);
    }
}

class World {
  public:
    explicit World(Dice& dice) : dice_(dice), schema_(random_schema(dice)) {
        for (int i = 0; i < 2; ++i) patients_.push_back({dice.uuid()});
        const auto clinics = 3 + dice.below(2);
        for (std::size_t i = 0; i < clinics; ++i) {
            Clinic clinic;
            clinic.schema = i > 0 && dice.chance(25) ? older(schema_) : schema_;
            clinic.tag = static_cast<WriterTag32>(i + 1);
            if (dice.chance(30)) clinic.skew = std::chrono::days(dice.chance(50) ? 3652 : -3652);
            clinic.cuts = dice.chance(20);
            clinics_.push_back(std::move(clinic));
        }
        for (const auto& patient : patients_) {
            clinics_[0].now[own_row(patient)] = row_for(clinics_[0], "patient");
        }
        for (int i = 0; i < 3; ++i) add_row(clinics_[0]);
        enable(clinics_[0]);
    }

    void step() {
        auto& clinic = clinics_[dice_.below(clinics_.size())];
        const auto what = dice_.below(100);
        if (what < 45) {
            type(clinic);
        } else if (what < 52) {
            add_row(clinic);
        } else if (what < 58 && !clinic.now.empty()) {
            clinic.now.erase(dice_.pick(clinic.now).first);
        } else if (what < 80) {
            deliver(dice_.pick(clinics_), clinic);
        } else {
            sync(clinic);
        }
    }

    void sync(Clinic& clinic, bool quiet = false) {
        auto input = input_of(clinic);
        const auto before = clinic;
        minute_ += 1;
        const auto result = planned(
            input, clinic.schema.mapping, [&] { return dice_.version(clinic.tag); },
            at(minute_) + clinic.skew);
        check(before, input, result);
        carry_out(clinic, result, quiet ? nullptr : &dice_);
        check_quiet(clinic);
        ++plans_;
    }

    // Everything is delivered and nobody edits: all must become alike.
    void settle_down() {
        for (int round = 0; round < 3; ++round) {
            for (auto& clinic : clinics_) {
                for (auto& other : clinics_) deliver(other, clinic);
                sync(clinic, true);
            }
        }
        for (const auto& clinic : clinics_) {
            REQUIRE(clinic.known == clinics_[0].known);
            for (const auto& [id, values] : clinic.now) check_alike(clinic, id, values);
        }
    }

    [[nodiscard]] unsigned plans() const { return plans_; }

  private:
    void enable(Clinic& clinic) {
        for (const auto& [id, values] : clinic.now) clinic.found[id] = dice_.pick(patients_);
        for (const auto& patient : patients_) clinic.found[own_row(patient)] = patient;
        sync(clinic);
    }

    // A file arrives; where both have changed it, the cloud keeps one and makes a copy of the
    // other.
    void deliver(const Clinic& from, Clinic& to) {
        for (const auto& [patient, document] : from.folder) {
            const auto [at, added] = to.folder.try_emplace(patient, document);
            if (added || at->second == document) continue;
            to.copies.push_back(document);
        }
    }

    void check(const Clinic& before, const PlanInput& input, const Plan& result) {
        REQUIRE(result.undecided.empty());
        for (const auto& [patient, document] : input.known) {
            for (const auto& [id, row] : document.rows) {
                if (result.erased.contains(id)) continue;
                REQUIRE(result.documents.at(patient).rows.contains(id));
            }
        }
        std::set<RowId> in_folder;
        for (const auto& file : input.folder) {
            for (const auto& [id, row] : file->rows) in_folder.insert(id);
        }
        for (const auto& [id, values] : before.left) {
            const bool gone = !before.now.contains(id);
            REQUIRE(result.erased.contains(id) == (gone && !in_folder.contains(id)));
            if (gone && in_folder.contains(id)) REQUIRE(result.writes.at(id).restored);
        }
        std::set<RowId> shown;
        for (const auto& [patient, document] : result.documents) {
            for (const auto& [id, values] : result.target) {
                if (result.home.at(id) != patient) continue;
                REQUIRE(document.rows.contains(id));
                REQUIRE(shown.insert(id).second);
            }
        }
        REQUIRE(shown.size() == result.target.size());
    }

    // Planned again with nothing done in between there is nothing to do.
    void check_quiet(const Clinic& clinic) {
        auto input = input_of(clinic);
        const auto again = planned(input, clinic.schema.mapping, no_version, at(0));
        REQUIRE(again.edited.empty());
        for (const auto& [id, write] : again.writes) REQUIRE(clinic.refused.contains(id));
        for (const auto& [patient, document] : again.documents) {
            if (!document.rows.empty()) REQUIRE(document == clinic.known.at(patient));
        }
    }

    void check_alike(const Clinic& clinic, RowId id, const RowValues& values) {
        const auto& other = clinics_[0].now.at(id);
        for (const auto& [column, value] : values.columns) {
            if (clinic.cuts || clinics_[0].cuts || column == "touched") continue;
            REQUIRE(value == other.columns.at(column));
        }
    }

    Value value_for(const Clinic& clinic, const std::string& table, const std::string& column) {
        const auto* reference = clinic.schema.mapping.find(table)->reference(column);
        if (reference == nullptr) return stored(clinic, column, random_value(dice_));
        if (reference->table == "patient") return text(dice_.pick(patients_).text());
        std::vector<RowId> targets;
        for (const auto& [id, values] : clinic.now) {
            if (values.table == reference->table) targets.push_back(id);
        }
        return targets.empty() ? null() : text(dice_.pick(targets).text());
    }

    RowValues row_for(const Clinic& clinic, const std::string& table) {
        RowValues row{table, {}};
        for (const auto& column : clinic.schema.columns.at(table)) {
            row.columns[column] = value_for(clinic, table, column);
        }
        return row;
    }

    // Only records whose patient is known from the start: others belong to no document yet.
    void add_row(Clinic& clinic) {
        const std::string table = dice_.chance(50) ? "visit" : "note";
        clinic.now[{dice_.uuid()}] = row_for(clinic, table);
    }

    void type(Clinic& clinic) {
        if (clinic.now.empty()) return;
        auto& values = clinic.now.at(dice_.pick(clinic.now).first);
        const auto& column = dice_.pick(clinic.schema.columns.at(values.table));
        values.columns[column] = value_for(clinic, values.table, column);
    }

    Dice& dice_;
    Schema schema_;
    std::vector<PatientId> patients_;
    std::vector<Clinic> clinics_;
    int minute_ = 0;
    unsigned plans_ = 0;
};

// ---- one patient with a visit, as one site knows it --------------------------------------------

struct Known {
    Mapping mapping = clinic();
    PlanInput input;  // without the folder
    std::vector<PatientDocument> folder;

    Known() {
        PatientDocument document{patient(1), {}};
        document.rows[row_id(1)] = written("patient", version(1), at(0), {{"name", text("Anna")}});
        document.rows[row_id(2)] = written("visit", version(1), at(0), visit_values("cough"));
        input.known = {{patient(1), document}};
        folder = {document};
        input.left = input.now = project(document, mapping);
    }

    [[nodiscard]] static Values visit_values(const std::string& reason, std::uint8_t of = 1) {
        return {{"patient_id", ref(of)}, {"reason", text(reason)}};
    }
    Value& reason() { return input.now.at(row_id(2)).columns.at("reason"); }
    Row& filed_visit() { return folder.at(0).rows.at(row_id(2)); }
    // The visit as another site edited it.
    void edited_elsewhere(const std::string& reason, std::uint8_t of = 1) {
        edit(filed_visit(), visit_values(reason, of), mapping.find("visit"), version(7), at(9));
    }
    [[nodiscard]] PlanInput whole() const {
        auto whole = input;
        for (const auto& document : folder) whole.folder.push_back(shared(document));
        return whole;
    }
    [[nodiscard]] Plan plan(std::uint8_t by = 2) const {
        return cfs::plan(whole(), mapping, issues(by), at(5));
    }
};

}  // namespace

TEST_CASE("plan: sites that edit, move, delete and refuse rows become alike and then quiet") {
    unsigned plans = 0, cases = 0;
    while (plans < 10'000) {
        Dice dice(first_seed() + cases++);
        INFO("repeat with CFS_SEED=" << dice.seed());
        World world(dice);
        for (int i = 0; i < 60; ++i) world.step();
        world.settle_down();
        plans += world.plans();
    }
}

TEST_CASE("plan: nothing changed, nothing is planned") {
    Known known;
    const auto result = cfs::plan(known.whole(), known.mapping, no_version, at(5));
    REQUIRE(result.writes.empty());
    REQUIRE(result.edited.empty());
    REQUIRE(result.documents == known.input.known);
}

TEST_CASE("plan: an edit from elsewhere is written, only its column") {
    Known known;
    known.edited_elsewhere("fever");
    const auto result = known.plan();
    REQUIRE(result.writes.size() == 1);
    REQUIRE(columns_written(result, row_id(2)) == Values{{"reason", text("fever")}});
    REQUIRE_FALSE(result.writes.at(row_id(2)).insert);
}

TEST_CASE("plan: a local edit is kept when the folder still has the old value") {
    Known known;
    known.reason() = text("flu");
    const auto result = known.plan();
    REQUIRE(result.writes.empty());
    REQUIRE(result.edited == std::set{row_id(2)});
    REQUIRE(result.target.at(row_id(2)).columns.at("reason") == text("flu"));
}

TEST_CASE("plan: a local edit and one from elsewhere are a conflict; the later is written") {
    Known known;
    known.reason() = text("flu");
    known.edited_elsewhere("fever");
    const auto result = known.plan();
    REQUIRE(columns_written(result, row_id(2)).at("reason") == text("fever"));
    REQUIRE(result.documents.at(patient(1)).rows.at(row_id(2)).fields.at("reason").size() == 2);
}

TEST_CASE("plan: a new row from elsewhere is inserted with all its columns") {
    Known known;
    known.folder[0].rows[row_id(4)] =
        written("visit", version(8), at(3), Known::visit_values("check"));
    const auto result = known.plan();
    REQUIRE(result.writes.at(row_id(4)).insert);
    REQUIRE_FALSE(result.writes.at(row_id(4)).restored);
    REQUIRE(columns_written(result, row_id(4)) == Known::visit_values("check"));
}

TEST_CASE("plan: a row deleted here comes back from the folder, with what was edited elsewhere") {
    Known known;
    known.input.now.erase(row_id(2));
    known.edited_elsewhere("fever");
    const auto result = known.plan();
    REQUIRE(result.writes.at(row_id(2)).insert);
    REQUIRE(result.writes.at(row_id(2)).restored);
    REQUIRE(columns_written(result, row_id(2)).at("reason") == text("fever"));
}

TEST_CASE("plan: a row deleted here and in the folder is gone for good") {
    Known known;
    known.input.now.erase(row_id(2));
    known.folder[0].rows.erase(row_id(2));
    const auto result = known.plan();
    REQUIRE(result.erased == std::set{row_id(2)});
    REQUIRE(result.writes.empty());
    REQUIRE_FALSE(result.documents.at(patient(1)).rows.contains(row_id(2)));
}

TEST_CASE("plan: a patient deleted here and in the folder leaves an empty document") {
    Known known;
    known.input.now.clear();
    known.folder.clear();
    const auto result = known.plan();
    REQUIRE(result.documents.at(patient(1)).rows.empty());
    REQUIRE(result.erased.size() == 2);
}

TEST_CASE("plan: a file that vanished from the folder is healed from the database") {
    Known known;
    known.folder.clear();
    const auto result = known.plan();
    REQUIRE(result.documents == known.input.known);
    REQUIRE(result.writes.empty());
}

TEST_CASE("plan: while a file can't be read nothing is decided about deleted rows") {
    Known known;
    known.input.now.erase(row_id(2));
    known.folder.clear();
    known.input.folder_complete = false;
    const auto result = known.plan();
    REQUIRE(result.undecided == std::set{row_id(2)});
    REQUIRE(result.writes.empty());
    REQUIRE(result.erased.empty());
    REQUIRE(result.documents.at(patient(1)).rows.contains(row_id(2)));
}

TEST_CASE("plan: a conflict copy alone brings a deleted row back") {
    Known known;
    known.input.now.erase(row_id(2));
    auto copy = known.folder[0];
    known.folder[0].rows.erase(row_id(2));
    known.folder.push_back(copy);
    REQUIRE(known.plan().writes.at(row_id(2)).restored);
}

TEST_CASE("plan: a row that the database never held is not taken for deleted") {
    Known known;
    known.input.known.at(patient(1)).rows[row_id(4)] =
        written("visit", version(8), at(3), Known::visit_values("check"));
    known.input.retry = known.input.context.unseen = {row_id(4)};
    const auto result = known.plan();
    REQUIRE(result.erased.empty());
    REQUIRE(result.documents.at(patient(1)).rows.contains(row_id(4)));
    REQUIRE(result.writes.at(row_id(4)).insert);
}

TEST_CASE("plan: what the database rounded is neither an edit nor written again") {
    Known known;
    known.input.left.at(row_id(2)).columns["reason"] = known.reason() = text("cou");
    const auto result = cfs::plan(known.whole(), known.mapping, no_version, at(5));
    REQUIRE(result.writes.empty());
    REQUIRE(result.edited.empty());
    known.edited_elsewhere("fever");
    REQUIRE(known.plan().writes.size() == 1);
}

TEST_CASE("plan: another form of what the database holds is not written") {
    Known known;
    known.reason() = known.input.left.at(row_id(2)).columns["reason"] = text("7.50");
    known.edited_elsewhere("7.5");
    REQUIRE(known.plan().writes.size() == 1);
    for (auto& table : known.mapping.tables) table.of_one_form.insert("reason");
    const auto result = cfs::plan(known.whole(), known.mapping, no_version, at(5));
    REQUIRE(result.writes.empty());
    REQUIRE(result.target.at(row_id(2)).columns.at("reason") == text("7.5"));
}

TEST_CASE("plan: a row that was refused is tried again") {
    Known known;  // the document says cough, the database refused it and holds flu
    known.input.left.at(row_id(2)).columns["reason"] = known.reason() = text("flu");
    known.input.retry = known.input.context.unseen = {row_id(2)};
    const auto result = known.plan();
    REQUIRE(columns_written(result, row_id(2)) == Values{{"reason", text("cough")}});
    REQUIRE(result.edited.empty());
}

TEST_CASE("plan: a row in doubt is neither read nor written") {
    Known known;
    known.reason() = text("another person's");
    known.edited_elsewhere("fever");
    known.input.held = {row_id(2)};
    const auto result = cfs::plan(known.whole(), known.mapping, no_version, at(5));
    REQUIRE(result.writes.empty());
    REQUIRE(result.target.at(row_id(2)).columns.at("reason") == text("fever"));
    known.input.now.erase(row_id(2));
    REQUIRE(known.plan().writes.empty());
}

TEST_CASE("plan: a record moved to another patient needs that patient's document") {
    Known known;
    known.input.now.at(row_id(2)).columns["patient_id"] = ref(9);
    REQUIRE(known.plan().missing == std::set{patient(9)});
    known.input.known[patient(9)] = {patient(9), {}};
    const auto result = known.plan();
    REQUIRE(result.missing.empty());
    REQUIRE(result.home.at(row_id(2)) == patient(9));
    REQUIRE(result.documents.at(patient(9)).rows.contains(row_id(2)));
    REQUIRE(result.documents.at(patient(1)).rows.contains(row_id(2)));  // as moved
}

TEST_CASE("plan: a record moved elsewhere moves here too") {
    Known known;
    known.edited_elsewhere("cough", 9);
    known.input.known[patient(9)] = {patient(9), {}};
    const auto result = known.plan();
    REQUIRE(columns_written(result, row_id(2)) == Values{{"patient_id", ref(9)}});
    REQUIRE(result.home.at(row_id(2)) == patient(9));
}

TEST_CASE("plan: two copies of one database have nothing to tell each other") {
    Known known;
    known.folder = {found(patient(1), known.input.now, known.mapping)};
    known.input.known = {{patient(1), {patient(1), {}}}};
    known.input.left.clear();
    known.input.found = {{row_id(1), patient(1)}, {row_id(2), patient(1)}};
    const auto result = cfs::plan(known.whole(), known.mapping, no_version, at(5));
    REQUIRE(result.documents.at(patient(1)) == known.folder[0]);
    REQUIRE(result.writes.empty());
}

TEST_CASE(
    "plan: a copy that joins has nothing to add to values that were edited to what it holds") {
    Known known;
    known.input.known = {{patient(1), {patient(1), {}}}};
    known.input.left.clear();
    known.input.found = {{row_id(1), patient(1)}, {row_id(2), patient(1)}};
    const auto result = cfs::plan(known.whole(), known.mapping, no_version, at(5));
    REQUIRE(result.documents.at(patient(1)) == known.folder[0]);
    REQUIRE(result.writes.empty());
}

TEST_CASE("plan: a copy that differs when it joins loses, and its value stays beside") {
    Known known;
    known.input.known = {{patient(1), {patient(1), {}}}};
    known.input.left.clear();
    known.input.found = {{row_id(1), patient(1)}, {row_id(2), patient(1)}};
    known.reason() = text("flu");
    const auto result = known.plan();
    REQUIRE(columns_written(result, row_id(2)) == Values{{"reason", text("cough")}});
    REQUIRE(result.documents.at(patient(1)).rows.at(row_id(2)).fields.at("reason").size() == 2);
}

TEST_CASE("plan: a row that is as it was left takes what the folder says, if that knew of it") {
    Known known;
    known.input.known = {{patient(1), {patient(1), {}}}};
    known.input.left.clear();
    known.input.found = {{row_id(1), patient(1)}, {row_id(2), patient(1)}};
    known.reason() = text("flu");
    auto& visit = known.folder[0].rows.at(row_id(2));
    const auto seen = visit.absorbed.front();
    known.input.as_left[row_id(2)] = {seen};
    const auto result = known.plan();
    REQUIRE(columns_written(result, row_id(2)) == Values{{"reason", text("cough")}});
    REQUIRE(result.documents.at(patient(1)).rows.at(row_id(2)) == visit);

    known.input.as_left[row_id(2)] = {seen, version(99)};
    REQUIRE(known.plan().documents.at(patient(1)).rows.at(row_id(2)).fields.at("reason").size() ==
            2);
}

TEST_CASE("plan: a column that the clinic program changes by itself is not put back") {
    Known known;
    known.mapping.tables[1].volatiles = {{"seen", VolatileWrite::set}};
    for (auto* row : {&known.filed_visit(), &known.input.known.at(patient(1)).rows.at(row_id(2))}) {
        row->fields["seen"] = {{version(1), at(0), text("t0")}};
    }
    known.input.left.at(row_id(2)).columns["seen"] = text("t0");
    known.input.now.at(row_id(2)).columns["seen"] = text("t1");
    const auto result = cfs::plan(known.whole(), known.mapping, no_version, at(5));
    REQUIRE(result.writes.empty());
}

TEST_CASE("plan: tables and columns of a newer site pass through untouched") {
    Known known;
    known.filed_visit().fields["triage"] = {{version(9), at(0), text("red")}};
    absorb(known.filed_visit(), version(9));
    known.folder[0].rows[row_id(6)] =
        written("genome", version(8), at(3), {{"patient_id", ref(1)}});
    const auto result = known.plan();
    const auto& rows = result.documents.at(patient(1)).rows;
    REQUIRE(rows.contains(row_id(6)));
    REQUIRE(rows.at(row_id(2)).fields.contains("triage"));
    REQUIRE(result.writes.empty());
    REQUIRE_FALSE(result.target.contains(row_id(6)));
}
