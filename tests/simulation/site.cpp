#include "tests/simulation/site.h"

#include <algorithm>
#include <stdexcept>

#include "core/engine/sync_engine.h"

namespace cfs::simulation {

namespace {

// Far more than any sync needs: one that does so much would go on for ever.
constexpr std::size_t kMostStatements = 2'000'000;

bool ends_something(const std::string& sql) {
    return sql.starts_with("ROLLBACK") || sql.starts_with("RELEASE");
}

bool in_database(Trouble trouble) {
    return trouble == Trouble::crash_in_database || trouble == Trouble::database_fails;
}

}  // namespace

Site::Site(std::size_t number, const ClinicKind& kind, WorldTime& world)
    : clock(world),
      clinic(machine_of(number, kind).connection, kind),
      number_(number),
      random_(machine_of(number, kind).random),
      database_(*machine_of(number, kind).database) {
    folder.set_clock([this, &world] {
        world.now += std::chrono::milliseconds(1);
        return std::chrono::duration_cast<std::chrono::nanoseconds>(clock.now().time_since_epoch())
            .count();
    });
    client.folder = &folder;
}

void Site::begin(const Filling& filling, FolderId folder_id, std::uint64_t seed) {
    clinic.connection().restore(enabled_image(clinic.kind(), filling));
    random_.reseed(seed);
    writer = WriterId{random_.uuid()};
    auto transaction = database_.begin();
    database_.set_fact("site", random_.uuid().text());
    database_.set_fact(kRowSalt, random_.uuid().text());
    database_.set_fact("site_name", name());
    database_.set_fact("folder", folder_id.text());
    transaction.commit();
}

MachineImage Site::image() {
    MachineImage image{clinic.connection().snapshot(), folder, client.base, writer, deleted};
    image.folder.restart();
    return image;
}

void Site::restore_database(const std::string& snapshot) { clinic.connection().restore(snapshot); }

void Site::restore_machine(const MachineImage& image) {
    restore_database(image.database);
    folder = image.folder;
    client.base = image.base;
    writer = image.writer;
}

void Site::take_new_writer(std::uint64_t seed) {
    random_.reseed(seed);
    writer = WriterId{random_.uuid()};
}

void Site::clone_from(const MachineImage& image) {
    restore_database(image.database);
    for (const auto& path : folder.paths()) folder.erase(path);
    for (const auto& [path, content] : image.folder.shared_files()) folder.plant(path, content);
    client.base = image.base;
    writer = image.writer;
}

bool Site::has_history() { return database_.review().last_run_to_undo().has_value(); }

bool Site::is_stale(const OpenForm& form) {
    const auto now = clinic.row(form.row.table, form.row.key);
    return !form.touched && now && now->code == form.row.code && now->columns != form.row.columns;
}

bool Site::has_stale_form() {
    return std::any_of(forms.begin(), forms.end(),
                       [this](const OpenForm& form) { return is_stale(form); });
}

std::vector<std::string> Site::documents() {
    std::vector<std::string> documents;
    for (const auto& row : clinic.connection().rows("SELECT document FROM cfs_patient")) {
        documents.push_back(row[0].value_or(""));
    }
    return documents;
}

void Site::watch(const SyncOrder& order) {
    statements_ = 0;
    troubled_ = false;
    dead_ = false;
    database_.session().set_fault_hook([this, &order](const std::string& sql) {
        if (ends_something(sql)) return;
        if (dead_) throw test::SimulatedCrash{"after death: " + sql};
        if (order.disturbed && sql.starts_with("BEGIN")) order.meanwhile();
        if (++statements_ > kMostStatements) throw std::runtime_error("a sync that does not end");
        if (statements_ == order.dies_at) {
            dead_ = true;
            throw test::SimulatedCrash{sql};
        }
        if (statements_ != order.at) return;
        troubled_ = in_database(order.trouble);
        if (order.trouble == Trouble::crash_in_database) {
            dead_ = true;
            throw test::SimulatedCrash{sql};
        }
        if (order.trouble == Trouble::database_fails) {
            throw Error(ErrorCode::database_locked, "simulated: " + sql);
        }
    });
    if (order.disturbed) folder.set_watcher(order.meanwhile);
    if (order.trouble == Trouble::crash_in_folder) folder.fail_at(order.at, order.fault);
    if (order.trouble == Trouble::folder_refuses) folder.fail_at(order.at, test::Fault::refused);
    if (order.trouble == Trouble::folder_full) {
        folder.fail_at(order.at, test::Fault::disk_full, test::Counted::changes);
    }
}

void Site::run(const SyncOrder& order, SyncOutcome& outcome) {
    watch(order);
    SyncObserver observer;
    const auto context = [&](FolderMemory& memory) {
        return RunContext{database_,
                          folder,
                          memory,
                          clock,
                          random_,
                          observer,
                          [](ArchiveKind, const std::string&, const std::string&) {},
                          options,
                          writer,
                          [this] { return writer = WriterId{random_.uuid()}; },
                          name(),
                          order.full,
                          order.preview,
                          {},
                          {},
                          {}};
    };
    FolderMemory memory(database_.session(), writer), unused(database_.session(), writer);
    auto run = context(memory);
    auto look = context(unused);
    if (order.confirm_all) {
        run.confirmed = {"files-gone", "patients-gone", "triggers-missing", "identity-changed"};
    }
    run.kept_segments = kept_segments;
    run.report.run = {to_text(clock.now()) + random_.uuid().text().substr(0, 4)};
    try {
        if (order.instead) {
            order.instead(run);
        } else {
            const bool calm = order.trouble == Trouble::none && !order.disturbed && !order.preview;
            const bool idle = calm && SyncEngine(look).finds_nothing();
            SyncEngine(run).run();
            auto expected = look.report.counts;
            expected.files_listed = run.report.counts.files_listed;
            if (idle && (run.report.counts != expected || !run.report.lines.empty())) {
                throw std::logic_error("a sync found something where there was to be nothing");
            }
        }
    } catch (...) {
        outcome.report = run.report;
        throw;
    }
    outcome.report = run.report;
}

SyncOutcome Site::sync(const SyncOrder& order, std::uint64_t seed) {
    random_.reseed(seed);
    SyncOutcome outcome;
    try {
        run(order, outcome);
    } catch (const test::SimulatedCrash& crash) {
        outcome.crashed = true;
        outcome.error = "died before: " + crash.where;
    } catch (const Error& error) {
        outcome.error = std::string(name_of(error.code())) + ": " + error.what();
        if (error.code() == ErrorCode::internal) outcome.internal = error.what();
    } catch (const std::exception& error) {
        outcome.internal = error.what();
    }
    const bool in_folder = order.trouble != Trouble::none && !in_database(order.trouble);
    outcome.troubled = troubled_ || (in_folder && !folder.has_planned_fault());
    folder.set_watcher({});
    folder.restart();
    database_.session().set_fault_hook({});
    return outcome;
}

}  // namespace cfs::simulation
