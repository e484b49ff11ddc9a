#include "clinic_program.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <random>
#include <thread>
#include <vector>

#include "clinic.h"

namespace bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kPause{5};

double ms_since(Clock::time_point begin) {
    return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

std::string percentiles(std::vector<double> times) {
    std::sort(times.begin(), times.end());
    const auto at = [&](double share) {
        return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
    };
    char text[160];
    std::snprintf(text, sizeof text,
                  "{\"p50\": %.3f, \"p99\": %.3f, \"p99.9\": %.3f, \"longest\": %.3f}", at(0.5),
                  at(0.99), at(0.999), at(1));
    return text;
}

class ClinicProgram {
  public:
    explicit ClinicProgram(const std::string& connection)
        : database_(open_database(connection)),
          last_patient_(database_->prepare("SELECT MAX(patient_id) FROM patient")),
          last_visit_(database_->prepare("SELECT MAX(visit_id) FROM visit")),
          patient_(database_->prepare("SELECT patient_id FROM patient WHERE patient_id >= ? "
                                      "ORDER BY patient_id LIMIT 1")),
          insert_(database_->prepare(
              "INSERT INTO visit (patient_id, visited_at, note) VALUES (?, ?, ?)")),
          update_(database_->prepare("UPDATE visit SET note = ? WHERE visit_id = ?")) {}

    // So that there is somebody in an empty clinic, too.
    void admit() {
        database_
            ->prepare(
                "INSERT INTO patient (family_name, given_name, birth_date) "
                "VALUES ('Walk', 'In', '1970-01-01')")
            ->run();
    }

    void work() {
        const auto begin = Clock::now();
        const double locks = begins() ? transact() : 0;
        const double waited = database_->waited_ms();
        waits_.push_back(waited < 0 ? locks : waited);
        whole_.push_back(ms_since(begin));
    }

    [[nodiscard]] std::string told() const {
        return "{\"transactions\": " + std::to_string(whole_.size()) +
               ", \"refused\": " + std::to_string(refused_) +
               ", \"wait_ms\": " + percentiles(waits_) + ", \"whole_ms\": " + percentiles(whole_) +
               "}";
    }

  private:
    // Whether it may; where it waits too long for a lock it is refused, as a clinic program is.
    bool begins() {
        try {
            database_->execute(database_->begin_writing());
            return true;
        } catch (const std::exception&) {
            ++refused_;
            return false;
        }
    }

    // A new visit, and a note at an older one. Returns what the statements took that lock.
    double transact() {
        const auto begin = Clock::now();
        try {
            const double took = write();
            database_->execute("COMMIT");
            return took;
        } catch (const std::exception&) {
            const double took = ms_since(begin);
            database_->execute("ROLLBACK");
            ++refused_;
            return took;
        }
    }

    double write() {
        const auto patient = existing_patient();
        const auto visit = any_up_to(number(*last_visit_));
        const auto begin = Clock::now();
        insert_->bind(1, patient);
        insert_->bind(2, "2026-01-01 08:00:00");
        insert_->bind(3, "walked in");
        insert_->run();
        update_->bind(1, "seen again");
        update_->bind(2, visit);
        update_->run();
        return ms_since(begin);
    }

    std::int64_t existing_patient() {
        patient_->bind(1, any_up_to(number(*last_patient_)));
        return number(*patient_);
    }

    // The one number that it selects.
    static std::int64_t number(Statement& select) {
        std::int64_t found = 0;
        while (select.step()) found = select.number(0);
        return found;
    }

    std::int64_t any_up_to(std::int64_t last) {
        return std::uniform_int_distribution<std::int64_t>(
            1, std::max<std::int64_t>(last, 1))(chance_);
    }

    std::unique_ptr<Database> database_;
    std::unique_ptr<Statement> last_patient_, last_visit_, patient_, insert_, update_;
    std::mt19937_64 chance_{1};
    std::vector<double> waits_, whole_;
    int refused_ = 0;
};

}  // namespace

std::string work_beside(const std::string& connection) {
    ClinicProgram program(connection);
    program.admit();
    program.work();
    std::cout << "ready" << std::endl;
    std::atomic<bool> ended = false;
    std::jthread waiting([&] {
        while (std::cin.get() != EOF) {
        }
        ended = true;
    });
    // The last transaction begins after the end of the input, so that what it meets can be
    // arranged.
    for (bool last = false; !last;) {
        last = ended;
        program.work();
        std::this_thread::sleep_for(kPause);
    }
    return program.told();
}

}  // namespace bench
