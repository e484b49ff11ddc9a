// What each case of the benchmark costs at least: the same bytes and rows, moved by plain code with
// the libraries' own calls, and nothing of Cloud Folder Sync. A folder that they write has as many
// files of the same form and size, but its row ids are made of the local keys.
//
// `connection` is a database as open_database() takes it. Files are flushed and rows committed by
// `batch` patients.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bench {

// Writes a file for every `every`-th patient, and a log of them at the end; returns how many.
std::int64_t write_folder(const std::string& connection, const std::string& folder,
                          std::int64_t every, std::int64_t batch);

// Reads every file and inserts its rows into a database with empty tables.
std::int64_t read_folder(const std::string& folder, const std::string& connection,
                         std::int64_t batch);

// The same on SQLite as a guest (guest.h): in short turns at the lock, with notes of its own and,
// where rows are inserted, reading back what has become of them. What a sync can't do without.
std::int64_t write_folder_as_guest(const std::string& connection, const std::string& folder,
                                   std::int64_t batch);
std::int64_t read_folder_as_guest(const std::string& folder, const std::string& connection);

// Reads these files and the rows of their patients, and updates those that differ; returns how
// many.
std::int64_t update_rows(const std::vector<std::string>& files, const std::string& connection,
                         std::int64_t batch);

std::int64_t parse_files(const std::vector<std::string>& files);
std::int64_t select_rows(const std::string& connection);  // what is mapped of every row

}  // namespace bench
