#include "core/database/sql_session.h"

#include <soci/soci.h>

#include <algorithm>
#include <charconv>
#include <deque>
#include <thread>
#include <unordered_map>

#include "core/database/lock_times.h"
#include "core/database/sql_driver.h"
#include "core/model/text.h"

namespace cfs {

namespace {

[[noreturn]] void fail_replaced(const std::string& name) {
    throw Error(
        ErrorCode::database_replaced,
        said(
            "The database file {1} was replaced or removed while it was in use; a backup may have "
            "been put back. The sync stopped there; the next one takes the file that is there now.",
            name));
}

struct Bound {
    std::string text;
    soci::indicator indicator = soci::i_null;
};

// The text of a row's column, of whatever type SOCI takes it to be; ours are texts and counts.
std::optional<std::string> text_of(const soci::row& row, std::size_t column) {
    if (row.get_indicator(column) == soci::i_null) return std::nullopt;
    switch (row.get_properties(column).get_data_type()) {
        case soci::dt_integer:
            return std::to_string(row.get<int>(column));
        case soci::dt_long_long:
            return std::to_string(row.get<long long>(column));
        case soci::dt_unsigned_long_long:
            return std::to_string(row.get<unsigned long long>(column));
        default:
            return row.get<std::string>(column);
    }
}

}  // namespace

// A prepared statement with the variables it is bound to.
class PreparedStatement {
  public:
    PreparedStatement(const SqlDriver& driver, soci::session& session, const std::string& sql,
                      const SqlParameters& parameters)
        : statement_(session) {
        statement_.alloc();
        holds_values_ = driver.prepare_with_values(session, statement_, sql, parameters);
        const bool describes_now = holds_values_ || driver.describes_before();
        if (!describes_now) statement_.exchange(soci::into(described_.emplace()));
        if (!holds_values_) {
            bind(session, parameters);
            statement_.prepare(sql);
        }
        if (describes_now) {
            const int columns = statement_.get_backend()->prepare_for_describe();
            for (int i = 0; i < columns; ++i) {
                auto& bound = out_.emplace_back();
                statement_.exchange(soci::into(bound.text, bound.indicator));
            }
            row_.resize(out_.size());
        }
        statement_.define_and_bind();
    }

    // Is a row of it being visited? Then it can't begin anew.
    [[nodiscard]] bool running() const { return running_; }
    // Can it be run with these values only?
    [[nodiscard]] bool holds_values() const { return holds_values_; }

    // Gives how many rows were inserted, updated or deleted.
    std::int64_t run(const SqlParameters& parameters,
                     const std::function<void(const SqlRow&)>& visit) {
        running_ = true;
        if (!holds_values_) set(parameters);
        bool got = statement_.execute(true);
        while (got && (described_ || !out_.empty())) {
            take_row();
            visit(row_);
            got = statement_.fetch();
        }
        running_ = false;
        return statement_.get_affected_rows();
    }

  private:
    void bind(soci::session& session, const SqlParameters& parameters) {
        for (const auto& parameter : parameters) {
            if (parameter.real) {
                reals_.push_back(0);
                statement_.exchange(soci::use(reals_.back()));
                blob_of_.push_back(nullptr);
            } else if (parameter.binary && parameter.text) {
                blobs_.emplace_back(session);
                statement_.exchange(soci::use(blobs_.back()));
                blob_of_.push_back(&blobs_.back());
            } else {
                auto& bound = in_.emplace_back();
                statement_.exchange(soci::use(bound.text, bound.indicator));
                blob_of_.push_back(nullptr);
            }
        }
    }

    void take_row() {
        if (described_) {
            row_.resize(described_->size());
            for (std::size_t i = 0; i < row_.size(); ++i) row_[i] = text_of(*described_, i);
            return;
        }
        for (std::size_t i = 0; i < out_.size(); ++i) {
            if (out_[i].indicator == soci::i_null) {
                row_[i].reset();
            } else {
                row_[i] = out_[i].text;
            }
        }
    }

    void set(const SqlParameters& parameters) {
        auto bound = in_.begin();
        auto real = reals_.begin();
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            const auto& parameter = parameters[i];
            if (auto* blob = blob_of_[i]) {
                blob->write(0, parameter.text->data(), parameter.text->size());
                continue;
            }
            if (parameter.real) {
                *real++ = *parameter.real;
                continue;
            }
            bound->indicator = parameter.text ? soci::i_ok : soci::i_null;
            if (parameter.text) bound->text = *parameter.text;
            ++bound;
        }
    }

    soci::statement statement_;
    std::deque<Bound> in_, out_;  // addresses stay while it grows
    std::deque<double> reals_;
    std::deque<soci::blob> blobs_;
    std::vector<soci::blob*> blob_of_;
    std::optional<soci::row> described_;
    SqlRow row_;
    bool holds_values_ = false;
    bool running_ = false;
};

class SqlSession::Impl {
  public:
    Impl(std::unique_ptr<SqlDriver> driver, const std::string& options, std::string name)
        : driver_(std::move(driver)), name_(std::move(name)) {
        try {
            session_.open(driver_->factory(), options);
        } catch (const soci::soci_error&) {
            driver_->rethrow(name_);
        }
    }

    ~Impl() {
        try {
            statements_.clear();
            driver_->close(session_, driver_->moved(session_));
        } catch (const std::exception&) {
            // The connection is lost, or somebody else has the file open.
        }
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    void run(const std::string& sql) {
        run(sql, {}, [](const SqlRow&) {});
    }

    std::int64_t run(const std::string& sql, const SqlParameters& parameters,
                     const std::function<void(const SqlRow&)>& visit) {
        if (hook_) hook_(sql);
        const auto give_up = std::chrono::steady_clock::now() + patience_;
        bool visited = false;
        const auto noting_visit = [&](const SqlRow& row) {
            visited = true;
            visit(row);
        };
        while (true) {
            try {
                return prepared(sql, parameters)->run(parameters, noting_visit);
            } catch (const soci::soci_error&) {
                // A statement that was not run to its end would keep its locks.
                statements_.erase(sql);
                require_in_place();
                const bool again =
                    !visited && !in_transaction_ && std::chrono::steady_clock::now() < give_up;
                rethrow_unless_locked(again);
            } catch (...) {
                statements_.erase(sql);
                throw;
            }
            std::this_thread::sleep_for(kGap);
        }
    }

    // Gives how many rows were inserted, updated or deleted.
    std::int64_t write(const std::string& sql, const SqlParameters& parameters) {
        if (reading_) throw WriteInReading();
        return run(sql, parameters, [](const SqlRow&) {});
    }

    void require_in_place() {
        if (driver_->moved(session_)) fail_replaced(name_);
    }

    std::uint64_t last_number() {
        long long number = 0;
        session_.get_last_insert_id({}, number);
        return static_cast<std::uint64_t>(number);
    }

    void forget_statements() { statements_.clear(); }
    void note_undone() { ++undone_; }
    [[nodiscard]] std::uint64_t undone() const { return undone_; }
    void set_in_transaction(bool in_transaction) { in_transaction_ = in_transaction; }
    void set_reading(bool reading) { reading_ = reading; }
    [[nodiscard]] bool reading() const { return reading_; }
    [[nodiscard]] const std::string& name() const { return name_; }
    void set_patience(std::chrono::milliseconds patience) { patience_ = patience; }
    void set_hook(std::function<void(const std::string&)> hook) { hook_ = std::move(hook); }

  private:
    static constexpr std::size_t kMaxStatements = 500;

    // Inside a handler: returns only if it is to be tried again and another's lock was in the way.
    void rethrow_unless_locked(bool again) const {
        try {
            driver_->rethrow(name_);
        } catch (const Error& error) {
            if (!again || error.code() != ErrorCode::database_locked) throw;
        }
    }

    // Shared: a visited row may lead to statements that push this one out of the cache.
    using Statement = std::shared_ptr<PreparedStatement>;

    Statement prepared(const std::string& sql, const SqlParameters& parameters) {
        // How a parameter is bound belongs to the statement: blobs are bound anew each time.
        const bool binary = std::any_of(parameters.begin(), parameters.end(),
                                        [](const SqlParameter& item) { return item.binary; });
        const auto at = binary ? statements_.end() : statements_.find(sql);
        const bool known = at != statements_.end();
        if (known && !at->second->running()) return at->second;
        auto made = std::make_shared<PreparedStatement>(*driver_, session_, sql, parameters);
        if (binary || known || made->holds_values()) return made;
        if (statements_.size() >= kMaxStatements) statements_.clear();
        return statements_.emplace(sql, std::move(made)).first->second;
    }

    std::unique_ptr<SqlDriver> driver_;
    soci::session session_;
    std::string name_;
    std::uint64_t undone_ = 0;
    bool in_transaction_ = false;
    bool reading_ = false;
    std::chrono::milliseconds patience_{0};
    std::unordered_map<std::string, Statement> statements_;
    std::function<void(const std::string&)> hook_;
};

SqlSession::SqlSession(std::unique_ptr<SqlDriver> driver, const std::string& options,
                       std::string name)
    : impl_(std::make_unique<Impl>(std::move(driver), options, std::move(name))) {}
SqlSession::~SqlSession() = default;

const std::string& SqlSession::name() const { return impl_->name(); }

void SqlSession::execute(const std::string& sql, const SqlParameters& parameters) {
    impl_->write(sql, parameters);
}

std::optional<std::uint64_t> SqlSession::insert(const std::string& sql,
                                                const SqlParameters& parameters) {
    const auto inserted = impl_->write(sql, parameters);
    return inserted > 0 ? std::optional(impl_->last_number()) : std::nullopt;
}

void SqlSession::query(const std::string& sql, const SqlParameters& parameters,
                       const std::function<void(const SqlRow&)>& visit) {
    impl_->run(sql, parameters, visit);
}

std::vector<SqlRow> SqlSession::rows(const std::string& sql, const SqlParameters& parameters) {
    std::vector<SqlRow> result;
    impl_->run(sql, parameters, [&](const SqlRow& row) { result.push_back(row); });
    return result;
}

std::optional<std::string> SqlSession::value(const std::string& sql,
                                             const SqlParameters& parameters) {
    std::optional<std::string> value;
    bool is_first = true;
    impl_->run(sql, parameters, [&](const SqlRow& row) {
        if (is_first) value = row.front();
        is_first = false;
    });
    return value;
}

std::int64_t SqlSession::number(const std::string& sql, const SqlParameters& parameters) {
    const auto text = value(sql, parameters);
    std::int64_t result = 0;
    if (text) std::from_chars(text->data(), text->data() + text->size(), result);
    return result;
}

void SqlSession::set_patience(std::chrono::milliseconds patience) { impl_->set_patience(patience); }
void SqlSession::forget_statements() { impl_->forget_statements(); }
std::uint64_t SqlSession::undone() const { return impl_->undone(); }
void SqlSession::require_in_place() { impl_->require_in_place(); }

void SqlSession::set_fault_hook(std::function<void(const std::string& sql)> hook) {
    impl_->set_hook(std::move(hook));
}

SqlReading::SqlReading(SqlSession& session) : session_(session) {
    session_.impl_->set_reading(true);
}

SqlReading::~SqlReading() { session_.impl_->set_reading(false); }

SqlSnapshot::SqlSnapshot(SqlSession& session, const std::string& begin)
    : session_(session), open_(!begin.empty() && session.impl_->reading()) {
    if (open_) session_.impl_->run(begin);
}

SqlSnapshot::~SqlSnapshot() {
    if (!open_) return;
    try {
        session_.impl_->run("ROLLBACK");
    } catch (const std::exception&) {
        // A lost connection has ended it already.
    }
}

SqlTransaction::SqlTransaction(SqlSession& session, const std::string& begin, Waits waits)
    : session_(session) {
    session_.execute(begin);
    session_.impl_->set_in_transaction(waits == Waits::to_begin);
}

SqlTransaction::~SqlTransaction() {
    if (!open_) return;
    session_.impl_->set_in_transaction(false);
    session_.impl_->note_undone();
    try {
        session_.execute("ROLLBACK");
    } catch (const std::exception&) {
        // A lost connection has undone it already.
    }
}

void SqlTransaction::commit() {
    session_.require_in_place();
    session_.execute("COMMIT");
    open_ = false;
    session_.impl_->set_in_transaction(false);
}

SqlSavepoint::SqlSavepoint(SqlSession& session, std::string name)
    : session_(session), name_(std::move(name)) {
    session_.execute("SAVEPOINT " + name_);
}

SqlSavepoint::~SqlSavepoint() {
    if (!open_) return;
    session_.impl_->note_undone();
    try {
        session_.execute("ROLLBACK TO SAVEPOINT " + name_);
        session_.execute("RELEASE SAVEPOINT " + name_);
    } catch (const std::exception&) {
        // The transaction around it ends the same way.
    }
}

void SqlSavepoint::release() {
    session_.execute("RELEASE SAVEPOINT " + name_);
    open_ = false;
}

}  // namespace cfs
