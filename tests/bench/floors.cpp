#include "floors.h"

#include <functional>
#include <map>
#include <memory>

#include "clinic.h"
#include "guest.h"
#include "patient_xml.h"
#include "plain_folder.h"

namespace bench {
namespace {

std::string select_sql(const Table& table) {
    return "SELECT " + names_of(table, table.mapped) + " FROM " + table.name;
}

// The rows of one table in the order of their patients, on a connection of their own.
class Stream {
  public:
    Stream(const std::string& connection, std::size_t table)
        : table_(table),
          database_(open_database(connection)),
          rows_(database_->prepare(select_sql(tables()[table]) + " ORDER BY patient_id")),
          more_(rows_->step()) {}

    // The next row's patient; none: 0.
    [[nodiscard]] std::int64_t patient() { return more_ ? rows_->number(table_ ? 1 : 0) : 0; }

    void append_next(std::string& out) {
        append_row(out, table_, *rows_);
        more_ = rows_->step();
    }

  private:
    std::size_t table_;
    std::unique_ptr<Database> database_;
    std::unique_ptr<Statement> rows_;
    bool more_;
};

// All tables are read side by side.
std::int64_t write_all(const std::string& connection, FolderWriter& writer) {
    std::vector<std::unique_ptr<Stream>> streams;
    for (std::size_t i = 0; i < tables().size(); ++i) {
        streams.push_back(std::make_unique<Stream>(connection, i));
    }
    std::int64_t count = 0;
    while (const auto patient = streams.front()->patient()) {
        auto out = begin_of(patient);
        for (const auto& stream : streams) {
            while (stream->patient() == patient) stream->append_next(out);
        }
        out += kEndOfPatient;
        writer.write(path_of(patient), out);
        ++count;
    }
    return count;
}

// Statements that select what is mapped of one patient's rows.
class PatientRows {
  public:
    explicit PatientRows(Database& database) {
        for (const auto& table : tables()) {
            selects_.push_back(database.prepare(select_sql(table) + " WHERE patient_id = ?"));
        }
    }

    void read(std::int64_t patient, const std::function<void(std::size_t, Statement&)>& visit) {
        for (std::size_t i = 0; i < selects_.size(); ++i) {
            selects_[i]->bind(1, patient);
            while (selects_[i]->step()) visit(i, *selects_[i]);
        }
    }

  private:
    std::vector<std::unique_ptr<Statement>> selects_;
};

std::string file_of(PatientRows& rows, std::int64_t patient) {
    auto out = begin_of(patient);
    rows.read(patient, [&](std::size_t table, Statement& row) { append_row(out, table, row); });
    return out += kEndOfPatient;
}

// The keys of every `every`-th.
std::vector<std::int64_t> patients_of(Database& database, std::int64_t every) {
    std::vector<std::int64_t> patients;
    const auto select = database.prepare("SELECT patient_id FROM patient WHERE patient_id % ? = 0");
    select->bind(1, every);
    while (select->step()) patients.push_back(select->number(0));
    return patients;
}

std::int64_t write_some(const std::string& connection, FolderWriter& writer, std::int64_t every) {
    const auto database = open_database(connection);
    database->execute("BEGIN");
    const auto patients = patients_of(*database, every);
    PatientRows rows(*database);
    for (const auto patient : patients) writer.write(path_of(patient), file_of(rows, patient));
    return static_cast<std::int64_t>(patients.size());
}

// Reads what is mapped of a row.
void see_all(std::size_t table, Statement& row) {
    for (std::size_t i = 0; i < tables()[table].mapped; ++i) {
        (void)row.text(static_cast<int>(i));
    }
}

// Inserts rows with new keys, counted from 1; patients before their records.
class RowInserter {
  public:
    explicit RowInserter(Database& database) : next_(tables().size()) {
        for (const auto& table : tables()) {
            inserters_.push_back(std::make_unique<Inserter>(database, table, table.mapped));
        }
    }

    using Visit = std::function<void(const pugi::xml_node& row, const std::string& key)>;

    // Returns the patient's key.
    std::int64_t add(const PatientFile& file, const Visit& visit = {}) {
        const auto patient = std::to_string(++next_.front());
        for (const auto row : file.rows()) {
            const auto at = table_of(row);
            const auto key = at ? std::to_string(++next_[at]) : patient;
            fill(row, at, key, patient);
            if (visit) visit(row, key);
        }
        return next_.front();
    }

    void insert_all() {
        for (const auto& inserter : inserters_) inserter->insert();
    }

  private:
    void fill(const pugi::xml_node& row, std::size_t at, const std::string& key,
              const std::string& patient) {
        const auto& table = tables()[at];
        auto& values = inserters_[at]->add();
        for (const auto field : row.children()) {
            const auto* text = value_of(field);
            values[column_of(table, field)] = {text != nullptr, text ? text : ""};
        }
        values[0] = {true, key};
        if (at) values[1] = {true, patient};
    }

    std::vector<std::unique_ptr<Inserter>> inserters_;
    std::vector<std::int64_t> next_;
};

using Values = std::vector<Inserter::Value>;

// Updates the rows of a patient that differ from the file's.
class RowUpdater {
  public:
    explicit RowUpdater(Database& database) : rows_(database) {
        for (const auto& table : tables()) {
            std::string pairs;
            for (std::size_t i = 1; i < table.mapped; ++i) {
                pairs += (i > 1 ? ", " : "") + std::string(table.columns[i].name) + " = ?";
            }
            updates_.push_back(database.prepare("UPDATE " + std::string(table.name) + " SET " +
                                                pairs + " WHERE " + table.columns.front().name +
                                                " = ?"));
        }
    }

    std::int64_t update(const PatientFile& file) {
        std::map<std::pair<std::size_t, std::string>, Values> present;  // by table and key
        rows_.read(file.patient(), [&](std::size_t at, Statement& row) {
            auto& values = present[{at, row.text(0)}];
            for (std::size_t i = 0; i < tables()[at].mapped; ++i) {
                const auto* text = row.text(static_cast<int>(i));
                values.emplace_back(text != nullptr, text ? text : "");
            }
        });
        std::int64_t count = 0;
        for (const auto row : file.rows()) {
            const auto at = table_of(row);
            const auto values = values_of(row, at);
            if (present[{at, values.front().second}] == values) continue;
            write(*updates_[at], values);
            ++count;
        }
        return count;
    }

  private:
    static Values values_of(const pugi::xml_node& row, std::size_t at) {
        const auto& table = tables()[at];
        Values values(table.mapped);
        values[0] = {true, std::to_string(key_of(row.attribute("id").value()))};
        for (const auto field : row.children()) {
            const auto column = column_of(table, field);
            const auto* text = value_of(field);
            const bool owner = table.columns[column].kind == Kind::patient;
            values[column] = owner ? Inserter::Value{true, std::to_string(key_of(text))}
                                   : Inserter::Value{text != nullptr, text ? text : ""};
        }
        return values;
    }

    static void write(Statement& update, const Values& values) {
        const auto last = static_cast<int>(values.size());
        for (int i = 1; i < last; ++i) {
            const auto& [there, text] = values[static_cast<std::size_t>(i)];
            update.bind(i, there ? text.c_str() : nullptr);
        }
        update.bind(last, values.front().second.c_str());
        update.run();
    }

    PatientRows rows_;
    std::vector<std::unique_ptr<Statement>> updates_;
};

struct ReadPatient {
    struct Row {
        std::string id, table, key;
    };
    std::string path, id, document;
    std::int64_t key = 0;
    std::vector<Row> rows;
};

// Commits after every so many patients.
class Batches {
  public:
    Batches(Database& database, std::int64_t batch) : database_(database), batch_(batch) {
        database_.execute(database_.begin_writing());
    }

    [[nodiscard]] bool full() { return ++count_ % batch_ == 0; }

    void next() {
        finish();
        database_.execute(database_.begin_writing());
    }

    void finish() { database_.execute("COMMIT"); }

  private:
    Database& database_;
    std::int64_t batch_;
    std::int64_t count_ = 0;
};

}  // namespace

std::int64_t write_folder(const std::string& connection, const std::string& folder,
                          std::int64_t every, std::int64_t batch) {
    FolderWriter writer(folder, batch);
    const auto count =
        every == 1 ? write_all(connection, writer) : write_some(connection, writer, every);
    writer.finish();
    return count;
}

std::int64_t read_folder(const std::string& folder, const std::string& connection,
                         std::int64_t batch) {
    const auto database = open_database(connection);
    RowInserter inserter(*database);
    Batches batches(*database, batch);
    std::int64_t count = 0;
    for_each_file(folder, [&](const std::string& path) {
        if (!path.ends_with(".xml")) return;
        (void)inserter.add(PatientFile(content_of(path)));
        ++count;
        if (!batches.full()) return;
        inserter.insert_all();
        batches.next();
    });
    inserter.insert_all();
    batches.finish();
    return count;
}

std::int64_t write_folder_as_guest(const std::string& connection, const std::string& folder,
                                   std::int64_t batch) {
    const auto database = open_database(connection);
    FolderWriter writer(folder, batch);
    GuestNotes notes(*database);
    PatientRows rows(*database);
    Turns turns(*database);
    const auto patients = patients_of(*database, 1);
    std::vector<std::pair<std::string, std::string>> written;  // path, content
    for (auto next = patients.begin(); next != patients.end(); written.clear()) {
        database->execute("BEGIN");
        for (; next != patients.end() && written.size() < turns.fitting(); ++next) {
            written.emplace_back(path_of(*next), file_of(rows, *next));
        }
        database->execute("COMMIT");
        for (const auto& [path, content] : written) writer.write(path, content);
        turns.take([&] {
            for (const auto& [path, content] : written) {
                notes.note_patient(path, content);
                notes.note_file(path);
            }
        });
    }
    writer.finish();
    return static_cast<std::int64_t>(patients.size());
}

std::int64_t read_folder_as_guest(const std::string& folder, const std::string& connection) {
    const auto database = open_database(connection);
    GuestNotes notes(*database);
    RowInserter inserter(*database);
    PatientRows rows(*database);
    Turns turns(*database);
    std::vector<ReadPatient> read;
    std::int64_t count = 0;
    const auto take = [&] {
        turns.take([&] {
            inserter.insert_all();
            for (const auto& patient : read) {
                for (const auto& row : patient.rows) {
                    notes.note_row(row.id, row.table, row.key, patient.id);
                }
                rows.read(patient.key, see_all);
                notes.note_patient(patient.id, patient.document);
                notes.note_file(patient.path);
            }
        });
        count += static_cast<std::int64_t>(read.size());
        read.clear();
    };
    for_each_file(folder, [&](const std::string& path) {
        if (!path.ends_with(".xml")) return;
        auto content = content_of(path);
        auto& patient = read.emplace_back(ReadPatient{path, {}, content, 0, {}});
        const PatientFile file(std::move(content));
        patient.key = inserter.add(file, [&](const pugi::xml_node& row, const std::string& key) {
            patient.rows.push_back(
                {row.attribute("id").value(), row.attribute("table").value(), key});
        });
        patient.id = patient.rows.front().id;
        if (read.size() >= turns.fitting()) take();
    });
    take();
    return count;
}

std::int64_t update_rows(const std::vector<std::string>& files, const std::string& connection,
                         std::int64_t batch) {
    const auto database = open_database(connection);
    RowUpdater updater(*database);
    Batches batches(*database, batch);
    std::int64_t count = 0;
    for (const auto& path : files) {
        count += updater.update(PatientFile(content_of(path)));
        if (batches.full()) batches.next();
    }
    batches.finish();
    return count;
}

std::int64_t parse_files(const std::vector<std::string>& files) {
    std::int64_t rows = 0;
    for (const auto& path : files) {
        const PatientFile file(content_of(path));
        for ([[maybe_unused]] const auto row : file.rows()) ++rows;
    }
    return rows;
}

std::int64_t select_rows(const std::string& connection) {
    const auto database = open_database(connection);
    std::int64_t rows = 0;
    for (std::size_t table = 0; table < tables().size(); ++table) {
        const auto select = database->prepare(select_sql(tables()[table]));
        for (; select->step(); ++rows) see_all(table, *select);
    }
    return rows;
}

}  // namespace bench
