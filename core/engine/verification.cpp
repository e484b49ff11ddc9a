#include "core/engine/verification.h"

#include "core/engine/sync_engine.h"
#include "core/folder/folder_layout.h"

namespace cfs {

namespace {

// Patients whose files are read before the lock is taken.
constexpr std::size_t kAhead = 20;

void compare_rows(RunContext& run, PatientSync& sync, PatientId patient, VerifyReport& report) {
    SqlSavepoint undone(run.database.session(), "cfs_verify");
    try {
        auto decision = sync.decide(patient);
        const auto result = sync.carry_out(decision);
        for (const auto& [row, what] : result.changes) {
            report.differences.push_back({patient, {}, row, "the row " + what});
        }
    } catch (const Error& error) {
        if (error.code() != ErrorCode::file_too_large) throw;
        report.differences.push_back({patient, {}, {}, error.what()});
    }
}

void compare_file(RunContext& run, PatientFiles& files, PatientId patient, VerifyReport& report) {
    const auto& file = files.at_place(patient);
    const auto add = [&](const std::string& what) {
        report.differences.push_back(
            {patient, file.path.empty() ? patient_path(patient) : file.path, {}, what});
    };
    if (file.state == PatientFile::State::absent) {
        add("the file is not in the sync folder");
    } else if (file.state == PatientFile::State::unreadable) {
        add("the file can't be read");
    } else if (file.bytes != run.database.documents().xml(patient)) {
        add("the file differs from the document in the database");
    }
}

void find_strangers(RunContext& run, VerifyReport& report) {
    for (const auto& shard : run.folder.list(std::string(kPatientsDirectory))) {
        if (shard.kind != FileKind::directory) continue;
        const auto directory = std::string(kPatientsDirectory) + "/" + shard.name;
        for (const auto& entry : run.folder.list(directory)) {
            const auto path = directory + "/" + entry.name;
            const auto patient = patient_at(path);
            if (!patient) continue;
            ++report.files;
            if (run.database.documents().digest(*patient)) continue;
            report.differences.push_back({patient, path, {}, "the database has no such patient"});
        }
    }
}

}  // namespace

VerifyReport verify_all(RunContext& run) {
    VerifyReport report;
    run.database.require_patients();
    SyncEngine(run).check_folder();
    auto patients = run.database.documents().patients();
    for (const auto& patient : run.database.documents().all_touched()) {
        if (!run.database.documents().digest(patient)) patients.push_back(patient);
    }
    report.patients = static_cast<std::int64_t>(patients.size());
    PatientFiles files(run);
    PatientSync sync(run, files);
    for (std::size_t next = 0, read = 0; next < patients.size();) {
        if (read == next) {
            files.release();
            read = std::min(patients.size(), next + kAhead);
            for (auto i = next; i < read; ++i) (void)files.at_place(patients[i]);
        }
        if (next > 0) run.clock.pause(kGap);
        const auto start = run.clock.elapsed();
        try {
            const auto transaction = run.database.begin();
            do {
                compare_rows(run, sync, patients[next], report);
                compare_file(run, files, patients[next], report);
                ++next;
            } while (next < read && run.clock.elapsed() - start < kHold);
        } catch (const FilesFirst&) {
            run.database.files().read_wanted();
        }
    }
    find_strangers(run, report);
    return report;
}

}  // namespace cfs
