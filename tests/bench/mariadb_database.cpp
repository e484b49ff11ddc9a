#include <mysql.h>

#include <array>
#include <map>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "database.h"

namespace bench {
namespace {

class MariaDbStatement : public Statement {
  public:
    MariaDbStatement(MYSQL* connection, const std::string& sql)
        : handle_(mysql_stmt_init(connection)) {
        check(mysql_stmt_prepare(handle_, sql.c_str(), sql.size()) == 0);
        parameters_.resize(mysql_stmt_param_count(handle_));
        numbers_.resize(parameters_.size());
        cells_.resize(mysql_stmt_field_count(handle_));
        columns_.resize(cells_.size());
        for (std::size_t i = 0; i < cells_.size(); ++i) {
            columns_[i].buffer_type = MYSQL_TYPE_STRING;
            columns_[i].buffer = cells_[i].text.data();
            columns_[i].buffer_length = cells_[i].text.size() - 1;
            columns_[i].length = &cells_[i].size;
            columns_[i].is_null = &cells_[i].null;
        }
    }

    ~MariaDbStatement() override { mysql_stmt_close(handle_); }

    void bind(int place, std::int64_t number) override {
        const auto at = static_cast<std::size_t>(place) - 1;
        numbers_[at] = number;
        parameters_[at] = {};
        parameters_[at].buffer_type = MYSQL_TYPE_LONGLONG;
        parameters_[at].buffer = &numbers_[at];
    }

    void bind(int place, const char* text) override {
        auto& parameter = parameters_[static_cast<std::size_t>(place) - 1];
        parameter = {};
        parameter.buffer_type = text ? MYSQL_TYPE_STRING : MYSQL_TYPE_NULL;
        parameter.buffer = const_cast<char*>(text);
        parameter.buffer_length = text ? std::char_traits<char>::length(text) : 0;
    }

    bool step() override {
        if (!running_) execute();
        if (cells_.empty()) {
            running_ = false;
            return false;
        }
        const int result = mysql_stmt_fetch(handle_);
        if (result == MYSQL_NO_DATA) {
            mysql_stmt_free_result(handle_);
            running_ = false;
            return false;
        }
        if (result == MYSQL_DATA_TRUNCATED) throw std::runtime_error("a value is too long");
        check(result == 0);
        return true;
    }

    const char* text(int column) override {
        auto& cell = cells_[static_cast<std::size_t>(column)];
        if (cell.null) return nullptr;
        cell.text[cell.size] = '\0';
        return cell.text.data();
    }

  private:
    struct Cell {
        std::array<char, 256> text{};
        unsigned long size = 0;
        my_bool null = 0;
    };

    void check(bool good) {
        if (!good) throw std::runtime_error(mysql_stmt_error(handle_));
    }

    // The rows are fetched as they come, not kept by the library.
    void execute() {
        if (!parameters_.empty()) check(mysql_stmt_bind_param(handle_, parameters_.data()) == 0);
        check(mysql_stmt_execute(handle_) == 0);
        if (!columns_.empty()) check(mysql_stmt_bind_result(handle_, columns_.data()) == 0);
        running_ = true;
    }

    MYSQL_STMT* handle_;
    std::vector<MYSQL_BIND> parameters_;
    std::vector<std::int64_t> numbers_;
    std::vector<MYSQL_BIND> columns_;
    std::vector<Cell> cells_;
    bool running_ = false;
};

std::map<std::string, std::string> options_of(const std::string& text) {
    std::map<std::string, std::string> options;
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        const auto at = word.find('=');
        if (at != std::string::npos) options[word.substr(0, at)] = word.substr(at + 1);
    }
    return options;
}

class MariaDbDatabase : public Database {
  public:
    explicit MariaDbDatabase(const std::string& text) : connection_(mysql_init(nullptr)) {
        auto options = options_of(text);
        if (mysql_real_connect(connection_, nullptr, options["user"].c_str(), nullptr,
                               options["dbname"].c_str(), 0, options["unix_socket"].c_str(), 0)) {
            return;
        }
        const std::string error = mysql_error(connection_);
        mysql_close(connection_);
        throw std::runtime_error(error);
    }

    ~MariaDbDatabase() override { mysql_close(connection_); }

    void execute(const std::string& sql) override {
        if (mysql_real_query(connection_, sql.c_str(), sql.size()) != 0) {
            throw std::runtime_error(mysql_error(connection_));
        }
    }

    std::unique_ptr<Statement> prepare(const std::string& sql) override {
        return std::make_unique<MariaDbStatement>(connection_, sql);
    }

    std::size_t rows_per_insert() const override { return 50; }
    std::string key_type() const override { return "INTEGER AUTO_INCREMENT PRIMARY KEY"; }

  private:
    MYSQL* connection_;
};

}  // namespace

std::unique_ptr<Database> open_mariadb(const std::string& options) {
    return std::make_unique<MariaDbDatabase>(options);
}

}  // namespace bench
