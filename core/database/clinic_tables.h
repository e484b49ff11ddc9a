// Reading and writing the rows of the mapped tables as they are, by local keys. Values are exact;
// only mapped columns are named, so that a column dropped by the clinic program does no harm.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/database/key_allocator.h"
#include "core/database/lookup_tables.h"
#include "core/database/mapping_fit.h"
#include "core/database/table_sum.h"
#include "core/model/digest.h"
#include "core/model/mapping.h"

namespace cfs {

// A row in the database's own terms: references are local keys.
struct RawRow {
    const TableMapping* table = nullptr;
    std::string key;                       // see content_key.h where the table has none
    std::map<std::string, Value> columns;  // those that are read, the key's included

    // The column's text; nothing for NULL.
    [[nodiscard]] std::optional<std::string> text(const std::string& column) const;
};

[[nodiscard]] std::vector<std::string> keys_of(const std::vector<RawRow>& rows);

// What for_each_page() reads at once: some 10 ms of work.
inline constexpr std::int64_t kPageRows = 500;

class ClinicTables {
  public:
    // Reads the catalogue. `mapping` must outlive this.
    ClinicTables(Backend& backend, SqlSession& session, const Mapping& mapping,
                 RandomSource& random);
    // The same of what is there. `fit` must outlive this.
    ClinicTables(Backend& backend, SqlSession& session, const MappingFit& fit,
                 const DescribedTables& described, RandomSource& random);

    [[nodiscard]] std::optional<RawRow> read(const TableMapping& table, const std::string& key);
    [[nodiscard]] std::vector<RawRow> read_keys(const TableMapping& table,
                                                const std::vector<std::string>& keys);
    // Rows whose `column` is one of `values`.
    [[nodiscard]] std::vector<RawRow> read_where(const TableMapping& table,
                                                 const std::string& column,
                                                 const std::vector<std::string>& values);
    // Rows that hold all of these values; none of them is NULL.
    [[nodiscard]] std::vector<RawRow> read_equal(const TableMapping& table,
                                                 const std::map<std::string, Value>& values);
    // A whole table in pages of `limit` rows in the order of their keys, so that no lock lasts; of
    // one without keys, the rows of so many values that they share, but none that shares NULL. The
    // first page that is not full is the last: a table that grows meanwhile would never end.
    // `sum`, where can_be_summed(), becomes that of the rows as they were read.
    void for_each_page(const TableMapping& table, std::int64_t limit,
                       const std::function<void(const std::vector<RawRow>&)>& take,
                       TableSum* sum = nullptr);
    // Can the database add up what content_of() looks at? Not in a table without keys or with
    // parts.
    [[nodiscard]] bool can_be_summed(const TableMapping& table) const;
    [[nodiscard]] TableSum sum(const TableMapping& table);
    // Differs where sums can't be compared, or where the rows mean something else: what is added
    // up, and the tables that rows mean others of by natural keys.
    [[nodiscard]] std::string meaning_of_sum(const TableMapping& table);
    // The column's text of every row that has one, in such pages.
    void for_each_text(const TableMapping& table, const std::string& column,
                       const std::function<void(const std::string&)>& take);
    // How many rows of such a page behind `after` fulfil each of the conditions.
    [[nodiscard]] std::vector<std::int64_t> count_in_page(
        const TableMapping& table, const std::optional<std::string>& after, std::int64_t limit,
        const std::vector<std::string>& conditions);
    [[nodiscard]] bool exists(const TableMapping& table, const std::string& key);
    [[nodiscard]] std::int64_t count(const TableMapping& table);

    // Inserts a row and returns its key. `wanted_key` is used if no row has it. Throws RowRefused.
    std::string insert(const TableMapping& table, const std::map<std::string, Value>& columns,
                       const std::string& wanted_key);
    // Returns the key that the row has then. Throws RowRefused.
    std::string update(const TableMapping& table, const std::string& key,
                       const std::map<std::string, Value>& columns);

    // What the clinic program wrote into the row, in the database's own terms: references by the
    // keys they hold. Without what changes by itself.
    [[nodiscard]] Digest content_of(const RawRow& row);

    // Another value for the unique column where a row other than that of `own_key` (if it is not
    // empty) has the one in `columns`; nothing where no other row has it.
    [[nodiscard]] std::optional<Value> without_clash(const TableMapping& table,
                                                     const UniqueColumn& unique,
                                                     const std::map<std::string, Value>& columns,
                                                     const std::string& own_key);

    // What the catalogue says of the table, by the names of the database, without the columns that
    // are not read.
    [[nodiscard]] const TableInfo& info(const TableMapping& table) const;
    // The mapped columns that the database has and that are read.
    [[nodiscard]] const std::vector<ColumnInfo>& columns(const TableMapping& table) const;
    [[nodiscard]] const ColumnInfo* column(const TableMapping& table,
                                           const std::string& name) const;
    // The policy for values of a column that is neither read nor written, since what they mean is
    // not there; nothing for any other column.
    [[nodiscard]] std::optional<MissingPolicy> closed(const TableMapping& table,
                                                      const std::string& column) const;

    [[nodiscard]] LookupTables& lookups() { return lookups_; }

  private:
    // A row's columns as its own table names them, and those of each part.
    using Columns = std::map<std::string, Value>;
    struct Shares {
        Columns own;
        std::map<const TableMapping*, Columns> of_part;
    };

    struct Prepared {
        std::vector<ColumnInfo> columns;
        // "SELECT ... FROM table", without a condition; a row's number follows the columns, if it
        // is asked for.
        std::string select;
    };

    void take(const Mapping& mapping, const DescribedTables& described);
    void take_parts(const TableMapping& table, const DescribedTables& described);
    // Rows of a table with parts, as one table; see clinic_parts.cpp.
    void add_parts(const TableMapping& table, std::vector<RawRow>& rows);
    [[nodiscard]] static Shares shares_of(const TableMapping& table, const Columns& columns);
    void insert_parts(const Shares& shares, const std::string& key);
    std::string update_whole(const TableMapping& table, const std::string& key,
                             const Columns& columns);
    void write_part(const TableMapping& part, const std::string& key, Columns columns);
    [[nodiscard]] bool is_taken(const TableMapping& table, const std::string& key);
    std::string insert_row(const TableMapping& table, const Columns& columns,
                           const std::string& wanted_key);
    std::string update_row(const TableMapping& table, const std::string& key,
                           const Columns& columns);
    [[nodiscard]] std::vector<RawRow> rows_where(const TableMapping& table,
                                                 const std::string& column,
                                                 const std::vector<std::string>& values);
    [[nodiscard]] const Prepared& prepared(const TableMapping& table) const;
    [[nodiscard]] Prepared prepare(const TableMapping& table,
                                   const std::vector<ColumnInfo>& columns,
                                   const std::string& number = {}) const;
    [[nodiscard]] std::vector<RawRow> rows_after(const TableMapping& table, const Prepared& form,
                                                 const std::optional<std::string>& after,
                                                 std::int64_t limit, TableSum* sum);
    void for_each_page(const TableMapping& table, const Prepared& form, std::int64_t limit,
                       const std::function<void(std::vector<RawRow>&)>& take,
                       TableSum* sum = nullptr);
    // Of a row, by what content_of() looks at.
    [[nodiscard]] std::string content_number(const TableMapping& table) const;
    // The column as a statement names it.
    [[nodiscard]] std::string quoted(const TableMapping& table, const std::string& column) const;
    [[nodiscard]] std::string own_rows(const TableMapping& table) const;
    [[nodiscard]] SqlCondition page_clause(const TableMapping& table,
                                           const std::optional<std::string>& after,
                                           std::int64_t limit) const;
    [[nodiscard]] RawRow raw_row(const TableMapping& table, const std::vector<ColumnInfo>& columns,
                                 const SqlRow& row) const;
    [[nodiscard]] std::optional<std::string> key_to_insert(const TableMapping& table,
                                                           const std::string& wanted_key);
    [[nodiscard]] std::optional<std::string> local_to_insert(const TableMapping& table,
                                                             const LocalColumn& local,
                                                             const std::optional<std::string>& key);
    [[nodiscard]] SqlCondition equal_condition(const TableMapping& table,
                                               const std::map<std::string, Value>& values) const;
    void copy_key(const TableMapping& table, const std::string& key);
    void require_unchanged(const TableMapping& table, const std::string& key,
                           const std::string& lock);
    [[nodiscard]] std::vector<std::string> shared_values(const TableMapping& table,
                                                         const std::optional<std::string>& after,
                                                         std::int64_t limit);
    [[nodiscard]] SqlCondition row_condition(const TableMapping& table, const std::string& key,
                                             std::size_t first);
    [[nodiscard]] SqlCondition content_condition(const TableMapping& table, const std::string& key,
                                                 std::size_t first);
    [[nodiscard]] std::vector<RawRow> rows_sharing(const TableMapping& table, const Value& value);
    void add_volatile(const TableMapping& table, std::vector<std::string>& assignments,
                      bool insert) const;

    Backend& backend_;
    SqlSession& session_;
    KeyAllocator allocator_;
    LookupTables lookups_;
    std::map<std::string, std::map<std::string, MissingPolicy>> closed_;
    std::map<std::string, TableInfo> catalogue_;
    std::map<std::string, Prepared> prepared_;
};

}  // namespace cfs
