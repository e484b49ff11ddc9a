// Our own tables in the clinic's database: the same in every database system but for the types.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cfs {

// How a database system declares what our tables hold. Texts are compared byte by byte.
struct OwnTypes {
    std::string id;         // ASCII: UUIDs, digests, times, codes
    std::string name;       // the name of a table, a column or a site
    std::string key;        // a local key, of several columns too
    std::string path;       // within the sync folder
    std::string text;       // of any length
    std::string number;     // 64 bits
    std::string serial;     // the same, given by the database, as primary key
    std::string option;     // behind the declaration of a table, with a blank before it
    std::string clustered;  // the same, of one whose rows are short and lie in its primary key
};

struct OwnTable {
    std::string name;
    std::string declaration;  // "(column type, ...)" and what follows it
};

struct OwnIndex {
    std::string name, table;
    std::string columns;  // "(column, ...)"
};

[[nodiscard]] std::vector<OwnTable> own_tables(const OwnTypes& types);
[[nodiscard]] std::vector<OwnIndex> own_indexes();
[[nodiscard]] std::vector<std::string> own_table_names();
// The number of this layout. A database with another one, of an earlier or a newer version of this
// program, is left alone: raise it with each change of a table, or of what it means.
constexpr int kOwnLayout = 3;
// The statements that create them all.
[[nodiscard]] std::vector<std::string> create_own_tables(const OwnTypes& types);

// Those that grow with the clinic, each with the columns of its primary key.
[[nodiscard]] std::vector<std::pair<std::string, std::vector<std::string>>> large_own_tables();

}  // namespace cfs
