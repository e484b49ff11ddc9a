// The clinic program of one simulated site: its tables, and reading them in terms that are the same
// at all sites. Every row bears a code that no other row has and that is never changed, so that the
// oracle knows rows without the program's UUIDs.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/memory_database.h"

namespace cfs::simulation {

// Columns that the design versions together.
struct GroupShape {
    std::string name;
    std::vector<std::string> columns;
};

struct TableShape {
    std::string name;
    std::vector<GroupShape> groups;
    std::map<std::string, std::string> references;  // column -> table
    std::map<std::string, std::string> parts;       // column -> the table it is in, if another
    std::string select;  // key, code, then the columns of all groups, references as codes
};

// A column as documents call it.
[[nodiscard]] std::string field_of(const TableShape& shape, const std::string& column);

[[nodiscard]] const std::vector<TableShape>& table_shapes();  // the patient's first
[[nodiscard]] const TableShape& shape_of(const std::string& table);

// What of a clinic's schema and mapping differs from site to site.
struct ClinicKind {
    bool large = true;     // its mapping knows patient.note and the table allergy
    bool strict = false;   // refuses values with an exclamation mark
    bool cutting = false;  // cuts phone numbers short, rounds results

    auto operator<=>(const ClinicKind&) const = default;
};

[[nodiscard]] std::string mapping_xml(const ClinicKind& kind);
[[nodiscard]] bool is_mapped(const ClinicKind& kind, const std::string& table,
                             const std::string& group);

// A row as a person sees it: references are the codes of rows, NULL is "-".
struct ClinicRow {
    std::string table, key, code;
    std::map<std::string, std::string> columns;

    // The group's values, each cut to its token: what a site's schema cuts off comes after a '~'.
    [[nodiscard]] std::string content(const GroupShape& group) const;
    [[nodiscard]] std::string whole_content(const GroupShape& group) const;
};

[[nodiscard]] std::string token_of(const std::string& value);

class Clinic {
  public:
    Clinic(Connection& connection, const ClinicKind& kind);

    [[nodiscard]] const ClinicKind& kind() const { return kind_; }
    [[nodiscard]] Connection& connection() { return connection_; }
    void create_tables();

    // By key; valid until something is written. Of all tables that the mapping knows.
    [[nodiscard]] const std::vector<ClinicRow>& rows(const std::string& table);
    [[nodiscard]] std::vector<ClinicRow> all_rows();
    [[nodiscard]] std::optional<ClinicRow> row(const std::string& table, const std::string& key);

    // As the clinic program does it; false where the database refused.
    [[nodiscard]] bool insert(const std::string& table, const std::map<std::string, Cell>& values);
    [[nodiscard]] bool update(const std::string& table, const std::string& key,
                              const std::map<std::string, Cell>& values);
    [[nodiscard]] bool remove(const std::string& table, const std::string& key);

  private:
    [[nodiscard]] bool together(const std::function<bool()>& work);
    [[nodiscard]] bool insert_row(const std::string& table,
                                  const std::map<std::string, Cell>& values);
    [[nodiscard]] bool update_row(const std::string& table, const std::string& key_column,
                                  const std::string& key,
                                  const std::map<std::string, Cell>& values);

    struct ReadTable {
        std::string stamp;
        std::vector<ClinicRow> rows;
    };

    Connection& connection_;
    ClinicKind kind_;
    std::map<std::string, ReadTable> read_;
};

}  // namespace cfs::simulation
