#include "core/engine/run_history.h"

#include <charconv>
#include <map>

#include "core/engine/history_file.h"
#include "core/engine/local_files.h"
#include "core/model/text.h"

namespace cfs {
namespace {

// In the order of the columns.
constexpr std::int64_t SyncCounts::*kCounts[] = {
    &SyncCounts::patients_exported, &SyncCounts::patients_imported, &SyncCounts::rows_inserted,
    &SyncCounts::rows_updated,      &SyncCounts::rows_restored,     &SyncCounts::conflicts_new,
    &SyncCounts::conflicts_open,    &SyncCounts::copies_read,       &SyncCounts::copies_deleted,
    &SyncCounts::copies_kept,       &SyncCounts::files_opened,      &SyncCounts::files_written,
    &SyncCounts::files_listed,      &SyncCounts::segments_read,     &SyncCounts::segments_written,
    &SyncCounts::pending,
};

const std::string kRunColumns =
    "run, site, connection, trigger, started, ended, preview, result, safety, patients_exported,"
    " patients_imported, rows_inserted, rows_updated, rows_restored, conflicts_new, conflicts_open,"
    " copies_read, copies_deleted, copies_kept, files_opened, files_written, files_listed,"
    " segments_read, segments_written, pending";
const std::string kErrorColumns = "code, sentence, patient, file";
constexpr std::size_t kErrorColumnCount = 4;
constexpr std::size_t kPlainColumns = 9;
constexpr std::size_t kRunColumnCount = kPlainColumns + std::size(kCounts);

std::int64_t to_number(const std::optional<std::string>& text) {
    std::int64_t number = 0;
    if (text) std::from_chars(text->data(), text->data() + text->size(), number);
    return number;
}

Time to_time(const std::optional<std::string>& text) {
    return time_from_text(text.value_or("")).value_or(Time{});
}

std::optional<PatientId> to_patient(const std::optional<std::string>& text) {
    return text ? PatientId::parse(*text) : std::nullopt;
}

std::optional<std::string> to_value(const std::optional<PatientId>& patient) {
    return patient ? std::optional<std::string>(patient->text()) : std::nullopt;
}

// The value of that name among those from the first to `last`, which stands for names unknown here.
template <class Enum>
Enum from_name(const std::optional<std::string>& name, Enum last) {
    for (int i = 0; i < static_cast<int>(last); ++i) {
        if (name_of(static_cast<Enum>(i)) == name) return static_cast<Enum>(i);
    }
    return last;
}

ReportError error_of(const HistoryValues& values) {
    return {from_name(values[0], ErrorCode::internal), values[1].value_or(""),
            to_patient(values[2]), values[3].value_or("")};
}

struct ChosenRuns {
    std::string sql;  // what follows "SELECT columns"
    HistoryValues values;
};

ChosenRuns chosen_by(const RunFilter& filter, int limit) {
    ChosenRuns chosen{" FROM history.runs WHERE 1", {}};
    const auto parameter = [&](const std::string& value) {
        chosen.values.push_back(value);
        return ":p" + std::to_string(chosen.values.size() - 1);
    };
    const auto concerns = [&](const std::string& table) {
        return "EXISTS (SELECT 1 FROM history." + table +
               " part WHERE part.number = runs.number AND instr(patient, " +
               parameter(filter.patient) + ") = 1)";
    };
    if (!filter.database.empty()) chosen.sql += " AND connection = " + parameter(filter.database);
    if (filter.kind == RunKind::with_errors) {
        chosen.sql += " AND number IN (SELECT number FROM history.errors)";
    }
    if (filter.kind == RunKind::with_new_conflicts) chosen.sql += " AND conflicts_new > 0";
    if (!filter.patient.empty()) {
        const auto lines = concerns("lines");
        chosen.sql += " AND (" + lines + " OR " + concerns("errors") + ")";
    }
    chosen.sql += " ORDER BY number DESC LIMIT " + std::to_string(limit);
    return chosen;
}

HistoryValues values_of(const SyncReport& report) {
    HistoryValues values{report.run.text,
                         report.site,
                         report.database,
                         std::string(name_of(report.trigger)),
                         to_text(report.started),
                         to_text(report.ended),
                         report.preview ? "1" : "0",
                         std::string(name_of(report.result)),
                         report.safety_conflicts ? "1" : "0"};
    for (const auto member : kCounts) values.push_back(std::to_string(report.counts.*member));
    return values;
}

SyncReport report_of(const HistoryValues& values) {
    SyncReport report;
    report.run.text = values[0].value_or("");
    report.site = values[1].value_or("");
    report.database = values[2].value_or("");
    report.trigger = from_name(values[3], SyncTrigger::command_line);
    report.started = to_time(values[4]);
    report.ended = to_time(values[5]);
    report.preview = values[6] == "1";
    report.result = from_name(values[7], SyncResult::cancelled);
    report.safety_conflicts = values[8] == "1";
    for (std::size_t i = 0; i < std::size(kCounts); ++i) {
        report.counts.*kCounts[i] = to_number(values[kPlainColumns + i]);
    }
    return report;
}

std::size_t kept(std::size_t count) {
    constexpr auto kMax = static_cast<std::size_t>(kMaxLinesPerRun);
    return count > kMax ? kMax - 1 : count;
}

std::vector<HistoryValues> line_rows(const std::string& number, const SyncReport& report) {
    std::vector<HistoryValues> rows;
    const auto add = [&](Time time, const std::optional<PatientId>& patient, std::string text) {
        rows.push_back({number, std::to_string(rows.size()), to_text(time), to_value(patient),
                        std::move(text)});
    };
    const std::size_t count = kept(report.lines.size());
    for (std::size_t i = 0; i < count; ++i) {
        add(report.lines[i].time, report.lines[i].patient, report.lines[i].text);
    }
    const std::size_t left = report.lines.size() - count;
    if (left > 0)
        add(report.ended, {}, said_of(left, "and {1} more line", "and {1} more lines", left));
    return rows;
}

std::vector<HistoryValues> error_rows(const std::string& number, const SyncReport& report) {
    std::vector<HistoryValues> rows;
    const auto add = [&](const ReportError& error) {
        rows.push_back({number, std::to_string(rows.size()), std::string(name_of(error.code)),
                        error.sentence, to_value(error.patient), error.file});
    };
    const std::size_t count = kept(report.errors.size());
    for (std::size_t i = 0; i < count; ++i) add(report.errors[i]);
    const std::size_t left = report.errors.size() - count;
    if (left > 0)
        add({report.errors[count].code,
             said_of(left, "and {1} more error", "and {1} more errors", left),
             {},
             {}});
    return rows;
}

}  // namespace

class RunHistory::Impl {
  public:
    explicit Impl(const std::string& path) : file_(path) {}

    void add(const SyncReport& report) {
        file_.write([&] {
            remove("number IN (SELECT number FROM runs WHERE run = :p0)", {report.run.text});
            file_.execute("INSERT INTO history.runs(" + kRunColumns + ") VALUES(" +
                              parameters(kRunColumnCount) + ")",
                          {values_of(report)});
            const std::string number = number_of(report.run).value_or("");
            file_.execute("INSERT INTO history.lines VALUES(" + parameters(5) + ")",
                          line_rows(number, report));
            file_.execute("INSERT INTO history.errors VALUES(" + parameters(6) + ")",
                          error_rows(number, report));
            remove_old();
        });
    }

    std::vector<SyncReport> newest(int limit, const RunFilter& filter) {
        std::vector<SyncReport> reports;
        if (limit <= 0) return reports;
        const auto chosen = chosen_by(filter, limit);
        file_.read([&] {
            reports.clear();
            std::map<std::string, std::size_t> places;
            for (const auto& row : file_.rows("SELECT number, " + kRunColumns + chosen.sql,
                                              kRunColumnCount + 1, chosen.values)) {
                places.emplace(row[0].value_or(""), reports.size());
                reports.push_back(report_of({row.begin() + 1, row.end()}));
            }
            for (const auto& row : file_.rows("SELECT number, " + kErrorColumns +
                                                  " FROM history.errors WHERE number IN "
                                                  "(SELECT number" +
                                                  chosen.sql + ") ORDER BY number, line",
                                              kErrorColumnCount + 1, chosen.values)) {
                reports[places.at(row[0].value_or(""))].errors.push_back(
                    error_of({row.begin() + 1, row.end()}));
            }
        });
        return reports;
    }

    LastRuns last_runs(const std::string& connection) {
        LastRuns last;
        const auto newest = [&](const std::string& column, const std::string& condition) {
            const auto rows = file_.rows("SELECT " + column +
                                             " FROM history.runs WHERE connection = :p0 AND "
                                             "preview = 0" +
                                             condition + " ORDER BY number DESC LIMIT 1",
                                         1, {connection});
            return rows.empty() ? std::nullopt : rows.front().front();
        };
        file_.read([&] {
            const auto run = newest("run", "");
            const auto success = newest("ended", " AND result IN ('ok', 'attention')");
            last.run = run ? std::optional(RunId{*run}) : std::nullopt;
            last.last_success = success ? std::optional(to_time(success)) : std::nullopt;
        });
        return last;
    }

    std::optional<SyncReport> find(const RunId& run) {
        std::optional<SyncReport> report;
        file_.read([&] {
            report.reset();
            const auto number = number_of(run);
            if (number) report = read(*number);
        });
        return report;
    }

  private:
    static std::string parameters(std::size_t count) {
        std::string text;
        for (std::size_t i = 0; i < count; ++i) {
            text += (i == 0 ? ":p" : ", :p") + std::to_string(i);
        }
        return text;
    }

    std::optional<std::string> number_of(const RunId& run) {
        const auto rows =
            file_.rows("SELECT number FROM history.runs WHERE run = :p0", 1, {run.text});
        return rows.empty() ? std::nullopt : rows.front().front();
    }

    SyncReport read(const std::string& number) {
        const auto where = [](const std::string& columns, const std::string& table) {
            return "SELECT " + columns + " FROM history." + table + " WHERE number = :p0";
        };
        SyncReport report =
            report_of(file_.rows(where(kRunColumns, "runs"), kRunColumnCount, {number}).front());
        const std::string order = " ORDER BY line";
        for (const auto& row :
             file_.rows(where("time, patient, text", "lines") + order, 3, {number})) {
            report.lines.push_back({to_time(row[0]), to_patient(row[1]), row[2].value_or("")});
        }
        report.errors = errors_of(number);
        return report;
    }

    std::vector<ReportError> errors_of(const std::string& number) {
        std::vector<ReportError> errors;
        for (const auto& row :
             file_.rows("SELECT " + kErrorColumns +
                            " FROM history.errors WHERE number = :p0 ORDER BY line",
                        kErrorColumnCount, {number})) {
            errors.push_back(error_of(row));
        }
        return errors;
    }

    void remove(const std::string& which, const HistoryValues& values) {
        for (const char* table : {"lines", "errors", "runs"}) {
            file_.execute("DELETE FROM history." + std::string(table) + " WHERE " + which,
                          {values});
        }
    }

    void remove_old() {
        const auto rows = file_.rows(
            "SELECT number FROM history.runs ORDER BY number DESC"
            " LIMIT 1 OFFSET " +
                std::to_string(kMaxRuns),
            1);
        if (!rows.empty()) remove("number <= CAST(:p0 AS INTEGER)", rows.front());
    }

    HistoryFile file_;
};

RunHistory::RunHistory(const std::string& state_folder)
    : impl_(std::make_unique<Impl>(to_utf8(to_path(state_folder) / "history.sqlite"))) {}
RunHistory::~RunHistory() = default;

void RunHistory::add(const SyncReport& report) { impl_->add(report); }

std::vector<SyncReport> RunHistory::newest(int limit, const RunFilter& filter) const {
    return impl_->newest(limit, filter);
}

LastRuns RunHistory::last_runs(const std::string& connection) const {
    return impl_->last_runs(connection);
}

std::optional<SyncReport> RunHistory::find(const RunId& run) const { return impl_->find(run); }

}  // namespace cfs
