// What each case of the benchmark costs at least: the same bytes and rows, moved by plain code with
// the libraries' own calls, and nothing of Cloud Folder Sync. A folder that they write has as many
// files of the same form and size, but its row ids are made of the local keys.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bench {

enum class Flush {
    each,   // every file, before it gets its name
    batch,  // the file system, once for some files, before they get their names
};

// Writes a file for every `every`-th patient; returns how many.
std::int64_t write_folder(const std::string& database, const std::string& folder,
                          std::int64_t every, Flush flush);

// Reads every file and inserts its rows into a new database with the same tables and indexes.
std::int64_t read_folder(const std::string& folder, const std::string& database);

// Reads these files and updates all their rows.
std::int64_t update_rows(const std::vector<std::string>& files, const std::string& database);

std::int64_t parse_files(const std::vector<std::string>& files);
std::int64_t read_files(const std::string& folder);     // every file below
std::int64_t stat_files(const std::string& folder);     // every file below
std::int64_t select_rows(const std::string& database);  // every row of every table

}  // namespace bench
