// What the parts of one sync run share: where they read and write, what was asked, what they found.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <stop_token>
#include <string>

#include "core/database/clinic_database.h"
#include "core/database/folder_memory.h"
#include "core/database/known_schema.h"
#include "core/engine/archive.h"
#include "core/engine/settings.h"
#include "core/engine/sync_observer.h"
#include "core/engine/sync_report.h"
#include "core/folder/sync_folder.h"
#include "core/model/random.h"
#include "core/model/text.h"
#include "core/model/time.h"

namespace cfs {

// Keeps a copy of a file in the installation's archive before it goes.
using Archive =
    std::function<void(ArchiveKind, const std::string& path, const std::string& content)>;

// Thrown by what only asks whether there is anything to be done. No std::exception: it is no
// failure that anyone on the way could handle.
struct SomethingToDo {};

struct RunContext {
    ClinicDatabase& database;
    SyncFolder& folder;
    FolderMemory& memory;
    Clock& clock;
    RandomSource& random;
    SyncObserver& observer;
    Archive archive;
    SyncOptions options;
    WriterId writer;
    std::function<WriterId()> renew_writer;  // gives this installation another name
    std::string site;
    bool full = false;
    bool preview = false;
    std::set<std::string> confirmed;
    std::stop_token stop;
    SyncReport report;
    Renewed renewed = {};  // of the clinic program's tables
    // Called now and then; throws busy if another workstation has taken over.
    std::function<void()> renew_lease = {};
    // How many of its newest log segments a writer keeps in the folder.
    std::int64_t kept_segments = 512;
    std::int64_t lines_left_out = 0;

    void line(std::optional<PatientId> patient, const std::string& text) {
        report.lines.push_back({clock.now(), patient, text});
        observer.on_line(report.lines.back());
    }

    // What is told of each patient that is synced: of a large first sync only the first are kept.
    void routine_line(PatientId patient, const std::string& text) {
        constexpr std::size_t kMost = 4000;
        if (report.lines.size() < kMost) return line(patient, text);
        ++lines_left_out;
        observer.on_line({clock.now(), patient, text});
    }

    void error(ErrorCode code, const std::string& sentence, std::optional<PatientId> patient = {},
               const std::string& file = {}) {
        report.errors.push_back({code, sentence, patient, file});
        observer.on_line({clock.now(), patient, sentence});
    }

    // Ends the run between two patients.
    void check_cancelled() const {
        if (stop.stop_requested()) {
            throw Error(ErrorCode::cancelled,
                        said("The sync was cancelled; the next one continues where it stopped."));
        }
    }
};

}  // namespace cfs
