#include "floors.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <functional>
#include <memory>
#include <pugixml.hpp>
#include <stdexcept>
#include <unordered_map>

#include "clinic.h"

namespace bench {
namespace {

constexpr std::int64_t kBatch = 200;

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error(what + ": " + std::strerror(errno));
}

std::string id_text(std::size_t table, std::int64_t key) {
    char text[40];
    std::snprintf(text, sizeof text, "%08llx-0000-8000-%04x-%012llx",
                  static_cast<unsigned long long>(key * 2654435761U % 0xffffffffU),
                  static_cast<unsigned>(table), static_cast<unsigned long long>(key));
    return text;
}

std::int64_t key_of(const char* id) { return std::strtoll(id + std::strlen(id) - 12, nullptr, 16); }

std::string path_of(std::int64_t patient) {
    const auto id = id_text(0, patient);
    return id.substr(0, 2) + "/" + id + ".xml";
}

void append_escaped(std::string& out, const char* bytes, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
        const char c = bytes[i];
        if (c == '&') {
            out += "&amp;";
        } else if (c == '<') {
            out += "&lt;";
        } else if (c == '>') {
            out += "&gt;";
        } else {
            out += c;
        }
    }
}

// The row at which `statement` stands.
void append_row(std::string& out, std::size_t table, sqlite3_stmt* statement) {
    const auto& columns = tables()[table].columns;
    out += "  <row id=\"" + id_text(table, sqlite3_column_int64(statement, 0)) + "\" table=\"";
    out += tables()[table].name;
    out += "\" by=\"00000000.p2zMb7HhR_fiOZ3i\" at=\"1970-01-01T00:00:00.000Z\">\n";
    for (std::size_t i = 1; i < columns.size(); ++i) {
        const int column = static_cast<int>(i);
        out += "    <field name=\"";
        out += columns[i];
        if (sqlite3_column_type(statement, column) == SQLITE_NULL) {
            out += "\" type=\"null\"/>\n";
            continue;
        }
        out += sqlite3_column_type(statement, column) == SQLITE_INTEGER ? "\" type=\"integer\">"
                                                                        : "\">";
        append_escaped(out, reinterpret_cast<const char*>(sqlite3_column_text(statement, column)),
                       static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
        out += "</field>\n";
    }
    out += "  </row>\n";
}

std::string select_sql(const Table& table) {
    std::string names;
    for (const auto* column : table.columns)
        names += (names.empty() ? "" : ", ") + std::string(column);
    return "SELECT " + names + " FROM " + table.name;
}

// Temporary files first, one flush, then the names.
class Writer {
  public:
    Writer(const std::string& folder, Flush flush) : flush_(flush) {
        mkdir(folder.c_str(), 0777);
        root_ = open(folder.c_str(), O_RDONLY | O_DIRECTORY);
        if (root_ < 0) fail(folder);
        for (int i = 0; i < 256; ++i) {
            char name[3];
            std::snprintf(name, sizeof name, "%02x", static_cast<unsigned>(i));
            mkdirat(root_, name, 0777);
        }
    }

    ~Writer() { close(root_); }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    void write(const std::string& path, const std::string& content) {
        const auto temporary = path + ".tmp";
        const int file = openat(root_, temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
        if (file < 0) fail(path);
        if (::write(file, content.data(), content.size()) != static_cast<ssize_t>(content.size())) {
            fail(path);
        }
        if (flush_ == Flush::each) fdatasync(file);
        close(file);
        waiting_.push_back(path);
        if (waiting_.size() >= kBatch) finish();
    }

    void finish() {
        if (flush_ == Flush::batch) syncfs(root_);
        for (const auto& path : waiting_) {
            if (renameat(root_, (path + ".tmp").c_str(), root_, path.c_str()) != 0) fail(path);
        }
        waiting_.clear();
    }

    void flush_directories() {
        finish();
        syncfs(root_);
    }

  private:
    Flush flush_;
    int root_ = -1;
    std::vector<std::string> waiting_;
};

constexpr const char* kHead =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<patient "
    "xmlns=\"urn:cloud-folder-sync:patient\" format=\"1\" id=\"";

std::string begin_of(std::int64_t patient) {
    return kHead + id_text(0, patient) + "\" digest=\"" + std::string(64, '0') + "\">\n";
}

// All tables are read side by side, in the order of their patients.
std::int64_t write_all(Database& database, Writer& writer) {
    std::vector<std::unique_ptr<Statement>> records;
    std::vector<bool> more;
    for (std::size_t i = 1; i < tables().size(); ++i) {
        records.push_back(std::make_unique<Statement>(
            database, select_sql(tables()[i]) + " ORDER BY patient_id"));
        more.push_back(records.back()->step());
    }
    Statement patients(database, select_sql(tables().front()) + " ORDER BY patient_id");
    std::int64_t count = 0;
    std::string out;
    while (patients.step()) {
        const auto patient = sqlite3_column_int64(patients.handle(), 0);
        out = begin_of(patient);
        append_row(out, 0, patients.handle());
        for (std::size_t i = 0; i < records.size(); ++i) {
            while (more[i] && sqlite3_column_int64(records[i]->handle(), 1) == patient) {
                append_row(out, i + 1, records[i]->handle());
                more[i] = records[i]->step();
            }
        }
        writer.write(path_of(patient), out + "</patient>\n");
        ++count;
    }
    return count;
}

std::int64_t write_some(Database& database, Writer& writer, std::int64_t every) {
    std::vector<std::unique_ptr<Statement>> selects;
    for (const auto& table : tables()) {
        selects.push_back(
            std::make_unique<Statement>(database, select_sql(table) + " WHERE patient_id = ?"));
    }
    Statement patients(database, "SELECT patient_id FROM patient WHERE patient_id % " +
                                     std::to_string(every) + " = 0");
    std::int64_t count = 0;
    while (patients.step()) {
        const auto patient = sqlite3_column_int64(patients.handle(), 0);
        auto out = begin_of(patient);
        for (std::size_t i = 0; i < selects.size(); ++i) {
            sqlite3_bind_int64(selects[i]->handle(), 1, patient);
            while (selects[i]->step()) append_row(out, i, selects[i]->handle());
            sqlite3_reset(selects[i]->handle());
        }
        writer.write(path_of(patient), out + "</patient>\n");
        ++count;
    }
    return count;
}

void for_each_file(const std::string& folder, const std::function<void(const std::string&)>& work) {
    DIR* directory = opendir(folder.c_str());
    if (!directory) fail(folder);
    while (const auto* entry = readdir(directory)) {
        if (entry->d_name[0] == '.') continue;
        const auto path = folder + "/" + entry->d_name;
        entry->d_type == DT_DIR ? for_each_file(path, work) : work(path);
    }
    closedir(directory);
}

std::string content_of(const std::string& path) {
    const int file = open(path.c_str(), O_RDONLY);
    if (file < 0) fail(path);
    struct stat status {};
    fstat(file, &status);
    std::string content(static_cast<std::size_t>(status.st_size), '\0');
    if (read(file, content.data(), content.size()) != static_cast<ssize_t>(content.size())) {
        fail(path);
    }
    close(file);
    return content;
}

// A prepared statement for each table, and where each of its columns is bound.
class RowStatements {
  public:
    RowStatements(Database& database, bool update) : update_(update) {
        for (const auto& table : tables()) {
            Bound bound;
            bound.statement = std::make_unique<Statement>(database, sql_of(table));
            for (std::size_t i = 1; i < table.columns.size(); ++i) {
                bound.places[table.columns[i]] = static_cast<int>(i) + 1;
            }
            bound_[table.name] = std::move(bound);
        }
    }

    void take(const pugi::xml_node& row, std::int64_t patient) {
        auto& bound = bound_.at(row.attribute("table").value());
        auto* statement = bound.statement->handle();
        sqlite3_bind_int64(statement, 1, key_of(row.attribute("id").value()));
        for (const auto field : row.children()) {
            const auto place = bound.places.find(field.attribute("name").value());
            if (place == bound.places.end()) continue;
            const auto* type = field.attribute("type").value();
            if (std::strcmp(type, "null") == 0) {
                sqlite3_bind_null(statement, place->second);
            } else if (std::strcmp(type, "integer") == 0) {
                sqlite3_bind_int64(statement, place->second, field.text().as_llong());
            } else {
                sqlite3_bind_text(statement, place->second, field.child_value(), -1, SQLITE_STATIC);
            }
        }
        const auto owner = bound.places.find("patient_id");
        if (owner != bound.places.end()) sqlite3_bind_int64(statement, owner->second, patient);
        bound.statement->run();
    }

  private:
    struct Bound {
        std::unique_ptr<Statement> statement;
        std::unordered_map<std::string, int> places;
    };

    [[nodiscard]] std::string sql_of(const Table& table) const {
        std::string names, marks, pairs;
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            const auto mark = "?" + std::to_string(i + 1);
            names += (i ? ", " : "") + std::string(table.columns[i]);
            marks += (i ? ", " : "") + mark;
            if (i) pairs += (i > 1 ? ", " : "") + std::string(table.columns[i]) + " = " + mark;
        }
        return update_ ? "UPDATE " + std::string(table.name) + " SET " + pairs + " WHERE " +
                             table.columns.front() + " = ?1"
                       : "INSERT INTO " + std::string(table.name) + " (" + names + ") VALUES (" +
                             marks + ")";
    }

    bool update_;
    std::unordered_map<std::string, Bound> bound_;
};

class Reader {
  public:
    Reader(const std::string& path, bool update) : database_(path) {
        if (!update) database_.execute(schema());
        rows_ = std::make_unique<RowStatements>(database_, update);
        database_.execute("BEGIN IMMEDIATE");
    }

    void take(const std::string& path) {
        auto content = content_of(path);
        pugi::xml_document document;
        if (!document.load_buffer_inplace(content.data(), content.size())) fail(path);
        const auto root = document.child("patient");
        const auto patient = key_of(root.attribute("id").value());
        for (const auto row : root.children("row")) rows_->take(row, patient);
        if (++count_ % kBatch == 0) database_.execute("COMMIT; BEGIN IMMEDIATE");
    }

    std::int64_t finish() {
        database_.execute("COMMIT");
        return count_;
    }

  private:
    Database database_;
    std::unique_ptr<RowStatements> rows_;
    std::int64_t count_ = 0;
};

}  // namespace

std::int64_t write_folder(const std::string& database, const std::string& folder,
                          std::int64_t every, Flush flush) {
    Database clinic(database);
    clinic.execute("BEGIN");
    Writer writer(folder, flush);
    const auto count = every == 1 ? write_all(clinic, writer) : write_some(clinic, writer, every);
    writer.flush_directories();
    return count;
}

std::int64_t read_folder(const std::string& folder, const std::string& database) {
    Reader reader(database, false);
    for_each_file(folder, [&](const std::string& path) { reader.take(path); });
    return reader.finish();
}

std::int64_t update_rows(const std::vector<std::string>& files, const std::string& database) {
    Reader reader(database, true);
    for (const auto& path : files) reader.take(path);
    return reader.finish();
}

std::int64_t parse_files(const std::vector<std::string>& files) {
    std::int64_t rows = 0;
    for (const auto& path : files) {
        auto content = content_of(path);
        pugi::xml_document document;
        if (!document.load_buffer_inplace(content.data(), content.size())) fail(path);
        for ([[maybe_unused]] const auto row : document.child("patient").children("row")) ++rows;
    }
    return rows;
}

std::int64_t read_files(const std::string& folder) {
    std::int64_t bytes = 0;
    for_each_file(folder, [&](const std::string& path) {
        bytes += static_cast<std::int64_t>(content_of(path).size());
    });
    return bytes;
}

std::int64_t stat_files(const std::string& folder) {
    std::int64_t count = 0;
    for_each_file(folder, [&](const std::string& path) {
        struct stat status {};
        if (lstat(path.c_str(), &status) != 0) fail(path);
        ++count;
    });
    return count;
}

std::int64_t select_rows(const std::string& database) {
    Database clinic(database);
    std::int64_t bytes = 0;
    for (const auto& table : tables()) {
        Statement select(clinic, select_sql(table));
        const int columns = sqlite3_column_count(select.handle());
        while (select.step()) {
            for (int i = 0; i < columns; ++i) {
                sqlite3_column_text(select.handle(), i);
                bytes += sqlite3_column_bytes(select.handle(), i);
            }
        }
    }
    return bytes;
}

}  // namespace bench
