#include "core/engine/decided_ahead.h"

#include <algorithm>
#include <utility>

namespace cfs {

namespace {

constexpr std::size_t kMostRows = 5000;

// A patient's rows begin alike, so that those of two hardly ever lie between each other.
bool meet(const std::set<RowId>& some, const std::set<RowId>& others) {
    if (some.empty() || others.empty()) return false;
    if (*some.rbegin() < *others.begin() || *others.rbegin() < *some.begin()) return false;
    const auto& fewer = some.size() < others.size() ? some : others;
    const auto& more = some.size() < others.size() ? others : some;
    return std::any_of(fewer.begin(), fewer.end(), [&](RowId row) { return more.contains(row); });
}

}  // namespace

std::size_t DecidedAhead::decide(const std::vector<PatientId>& patients, std::size_t from,
                                 std::size_t end, const std::set<PatientId>& but) {
    // Without triggers nobody would tell that a row changed since.
    bool deciding = !run_.preview && !run_.database.scans();
    std::size_t rows = 0;
    for (auto i = from; i < end; ++i) {
        if (but.contains(patients[i])) continue;
        if (run_.renew_lease) run_.renew_lease();
        files_.read_ahead(patients[i]);
        if (deciding) deciding = decide(patients[i]);
        const auto decided = decided_.find(patients[i]);
        if (decided != decided_.end()) rows += decided->second.rows.size();
        if (files_.is_full() || rows >= kMostRows) end = i + 1;
    }
    return end;
}

// False if the database is locked. Whatever else is in the way is met again inside the transaction.
bool DecidedAhead::decide(PatientId patient) {
    auto& database = run_.database;
    try {
        while (true) {
            try {
                const SqlReading reading(database.session());
                const PatientFiles::OnlyInMemory only(files_);
                decided_.emplace(patient, patients_.decide(patient));
                return true;
            } catch (const FolderFirst& first) {
                files_.read_ahead(first.patient);
            }
        }
    } catch (const WriteInReading&) {
        return true;
    } catch (const FilesFirst&) {
        return true;
    } catch (const Error& error) {
        return error.code() != ErrorCode::database_locked;
    }
}

PatientDecision DecidedAhead::take(PatientId patient, const Amendment& amendment) {
    if (!amendment) {
        if (auto known = decided_.extract(patient)) return std::move(known.mapped());
    }
    return patients_.decide(patient, amendment);
}

void DecidedAhead::forget(const DrainResult& notes) {
    if (notes.any) return forget_all();
    std::erase_if(decided_, [&](const auto& item) {
        const auto& patients = item.second.unit.patients;
        return meet(item.second.rows, notes.rows) ||
               std::any_of(patients.begin(), patients.end(),
                           [&](PatientId patient) { return notes.patients.contains(patient); });
    });
}

void DecidedAhead::forget(const std::set<RowId>& rows) {
    std::erase_if(decided_, [&](const auto& item) { return meet(item.second.rows, rows); });
}

}  // namespace cfs
