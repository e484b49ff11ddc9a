#include "core/database/mariadb_driver.h"

#include <mysqld_error.h>
#include <soci/mysql/soci-mysql.h>

#include <charconv>

#include "core/database/server_library.h"
#include "core/database/sql_session.h"
#include "core/model/text.h"

namespace cfs {

namespace {

// Of MariaDB or MySQL, and not in the client library's header of the other.
constexpr unsigned kCheckViolated = 3819, kConstraintFailed = 4025, kLockNotAvailable = 3572;

// Bytes of a statement that every server takes, and those that a packet holds beside it.
constexpr std::size_t kSurelyTaken = 1 << 20, kPacketHead = 16;

bool is_utf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto lead = static_cast<unsigned char>(text[at]);
        const std::size_t tail = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
        if ((lead >= 0x80 && lead < 0xC2) || lead > 0xF4 || at + tail >= text.size()) return false;
        unsigned code = lead & (0x3Fu >> tail);
        for (std::size_t i = 1; i <= tail; ++i) {
            const auto byte = static_cast<unsigned char>(text[at + i]);
            if ((byte & 0xC0) != 0x80) return false;
            code = code << 6 | (byte & 0x3Fu);
        }
        const bool too_long = (tail == 2 && code < 0x800) || (tail == 3 && code < 0x10000);
        if (too_long || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return false;
        at += tail + 1;
    }
    return true;
}

// Of UTF-8 text or of bytes; the session knows backslash escapes.
std::string text_literal(const std::string& text, bool binary) {
    // What is no text may be a key's raw bytes.
    std::string literal = binary || !is_utf8(text) ? "_binary'" : "'";
    for (const char c : text) {
        switch (c) {
            case '\0':
                literal += "\\0";
                break;
            case '\'':
            case '\\':
                literal += '\\';
                literal += c;
                break;
            default:
                literal += c;
        }
    }
    return literal + "'";
}

std::string literal_of(const SqlParameter& parameter) {
    if (parameter.real) {
        char text[40];
        return {text, std::to_chars(text, text + sizeof text, *parameter.real).ptr};
    }
    if (!parameter.text) return "NULL";
    return text_literal(*parameter.text, parameter.binary);
}

// The statement with its values in the places of :p0, :p1 ... outside of quotation marks.
std::string with_values(const std::string& sql, const SqlParameters& parameters) {
    std::string text;
    char quote = 0;
    for (std::size_t i = 0; i < sql.size(); ++i) {
        const char c = sql[i];
        if (quote != 0) {
            text += c;
            if (c == '\\' && quote == '\'' && i + 1 < sql.size()) {
                text += sql[++i];
            } else if (c == quote) {
                quote = 0;
            }
        } else if (c == ':' && sql.compare(i, 2, ":p") == 0) {
            std::size_t number = 0;
            const auto* first = sql.data() + i + 2;
            const auto result = std::from_chars(first, sql.data() + sql.size(), number);
            text += literal_of(parameters.at(number));
            i += 1 + static_cast<std::size_t>(result.ptr - first);
        } else {
            if (c == '\'' || c == '`') quote = c;
            text += c;
        }
    }
    return text;
}

// The server's message without what may be a patient's: it quotes values and pieces of statements.
std::string without_values(const std::string& message) {
    for (const char* before : {" near '", " entry '", " value: '", " value '"}) {
        const auto begin = message.find(before);
        if (begin == std::string::npos) continue;
        const auto kept = message.substr(0, message.find(" '", begin));
        const auto rest = message.rfind("' for ");
        return rest == std::string::npos || rest < begin ? kept : kept + message.substr(rest + 1);
    }
    return message;
}

bool is_refused_row(unsigned number) {
    switch (number) {
        case ER_DUP_ENTRY:
        case ER_DUP_ENTRY_WITH_KEY_NAME:
        case ER_ROW_IS_REFERENCED:
        case ER_ROW_IS_REFERENCED_2:
        case ER_NO_REFERENCED_ROW:
        case ER_NO_REFERENCED_ROW_2:
        case kCheckViolated:
        case kConstraintFailed:
        case ER_BAD_NULL_ERROR:
        case ER_NO_DEFAULT_FOR_FIELD:
        case ER_DATA_TOO_LONG:
        case ER_WARN_DATA_OUT_OF_RANGE:
        case WARN_DATA_TRUNCATED:
        case ER_TRUNCATED_WRONG_VALUE:
        case ER_TRUNCATED_WRONG_VALUE_FOR_FIELD:
        case ER_WRONG_VALUE:
        case ER_WRONG_VALUE_FOR_TYPE:
        case ER_DATA_OUT_OF_RANGE:
        case ER_INVALID_CHARACTER_STRING:
        case ER_CANT_CREATE_GEOMETRY_OBJECT:
        case ER_TOO_BIG_ROWSIZE:
        case ER_SIGNAL_EXCEPTION:
        case ER_VIEW_CHECK_FAILED:
        case ER_NET_PACKET_TOO_LARGE:
            return true;
        default:
            return false;
    }
}

class MariadbDriver : public SqlDriver {
  public:
    explicit MariadbDriver(std::string for_whom) : for_whom_(std::move(for_whom)) {}

    const soci::backend_factory& factory() const override {
        using soci::factory_mysql;
        return *CFS_SERVER_FUNCTION(kMariadbLibrary, factory_mysql)();
    }

    // SOCI's own search for placeholders takes every colon for one, also inside of names, and its
    // statements can't tell the columns of what has parameters. So it gets the text as it is run.
    bool prepare_with_values(soci::session& session, soci::statement& statement,
                             const std::string& sql,
                             const SqlParameters& parameters) const override {
        auto text = with_values(sql, parameters);
        if (text.size() >= kSurelyTaken) require_taken(session, text.size());
        statement.prepare("");
        static_cast<soci::mysql_statement_backend*>(statement.get_backend())->queryChunks_ = {
            std::move(text)};
        return true;
    }

    [[noreturn]] void rethrow(const std::string& name) const override {
        try {
            throw;
        } catch (const soci::mysql_soci_error& error) {
            rethrow_numbered(error.err_num_, error.get_error_message(), name);
        } catch (const soci::soci_error& error) {
            // SOCI's context would hold the statement and its values.
            throw Error(ErrorCode::database_refused,
                        said("The database {1} refused: {2}.", name, error.get_error_message()));
        }
    }

  private:
    // The server would end the connection, and the same value the next one.
    static void require_taken(soci::session& session, std::size_t size) {
        std::string limit;
        session << "SELECT @@max_allowed_packet", soci::into(limit);
        std::size_t largest = 0;
        std::from_chars(limit.data(), limit.data() + limit.size(), largest);
        if (size + kPacketHead <= largest) return;
        throw RowRefused(said(
            "A value is larger than the server takes: its max_allowed_packet is {1} bytes", limit));
    }

    [[noreturn]] void rethrow_numbered(unsigned number, const std::string& full,
                                       const std::string& name) const {
        const auto message = without_values(full);
        if (is_refused_row(number)) throw RowRefused(message);
        rethrow_connection(number, message, name);
        rethrow_rights(number, message, name);
        switch (number) {
            case ER_LOCK_WAIT_TIMEOUT:
            case ER_LOCK_DEADLOCK:
            case ER_CHECKREAD:
            case ER_TABLE_DEF_CHANGED:
            case kLockNotAvailable:
                throw Error(
                    ErrorCode::database_locked,
                    said(
                        "The database {1} is in use by another program. The next sync tries again.",
                        name));
            case ER_DISK_FULL:
            case ER_RECORD_FILE_FULL:
            case ER_ERROR_ON_WRITE:
                throw Error(ErrorCode::disk_full, said("The disk that holds the database {1} is "
                                                       "full. Free some space, then sync again.",
                                                       name));
            default:
                throw Error(ErrorCode::database_refused,
                            said("The database {1} refused: {2}.", name, message));
        }
    }

    // Returns where the connection is not the matter.
    static void rethrow_connection(unsigned number, const std::string& message,
                                   const std::string& name) {
        switch (number) {
            case CR_SERVER_GONE_ERROR:
            case CR_SERVER_LOST:
            case ER_SERVER_SHUTDOWN:
            case ER_CONNECTION_KILLED:
                throw Error(ErrorCode::database_lost,
                            said("The connection to the database {1} was lost. Nothing is "
                                 "half-done; the next sync continues.",
                                 name));
            case CR_CONNECTION_ERROR:
            case CR_CONN_HOST_ERROR:
            case CR_UNKNOWN_HOST:
                throw Error(ErrorCode::database_missing,
                            said("The server of the database {1} does not answer ({2}). Check the "
                                 "address and the network, and that the server runs.",
                                 name, message));
            case ER_CON_COUNT_ERROR:
            case ER_TOO_MANY_USER_CONNECTIONS:
            case ER_USER_LIMIT_REACHED:
                throw Error(ErrorCode::database_missing,
                            said("The server of the database {1} has no connection left for us. "
                                 "The next sync tries again.",
                                 name));
            case ER_BAD_DB_ERROR:
                throw Error(
                    ErrorCode::database_missing,
                    said("The server knows no database {1} ({2}). Check its name.", name, message));
            default:
                return;
        }
    }

    // Returns where rights are not the matter.
    void rethrow_rights(unsigned number, const std::string& message,
                        const std::string& name) const {
        switch (number) {
            case ER_ACCESS_DENIED_ERROR:
            case ER_ACCESS_DENIED_NO_PASSWORD_ERROR:
                throw Error(ErrorCode::database_refused,
                            said("The server of the database {1} does not let in {2}. Check the "
                                 "user's name and the password.",
                                 name, for_whom_));
            case ER_DBACCESS_DENIED_ERROR:
            case ER_TABLEACCESS_DENIED_ERROR:
            case ER_COLUMNACCESS_DENIED_ERROR:
            case ER_SPECIFIC_ACCESS_DENIED_ERROR:
                throw NotAllowed(
                    said("In the database {1} {2} lacks a right ({3}). The page about servers "
                         "lists the rights it needs.",
                         name, for_whom_, message));
            case ER_BINLOG_CREATE_ROUTINE_NEED_SUPER:
                throw NotAllowed(said(
                    "The server of the database {1} keeps a binary log and lets only "
                    "administrators make triggers. Set log_bin_trust_function_creators=1 on it.",
                    name));
            case ER_OPTION_PREVENTS_STATEMENT:
            case ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION:
                throw Error(ErrorCode::database_refused,
                            said("The database {1} is read-only. Use the server that the clinic "
                                 "program writes to.",
                                 name));
            default:
                return;
        }
    }

    std::string for_whom_;
};

}  // namespace

std::unique_ptr<SqlDriver> make_mariadb_driver(std::string for_whom) {
    return std::make_unique<MariadbDriver>(std::move(for_whom));
}

}  // namespace cfs
