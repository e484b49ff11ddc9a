// bench WORK ARGUMENTS...: makes the benchmark's data and measures its floors; driven by run.py.
// Prints how much there was of it (patients, files, rows or bytes), or what its work has to say.

#include <cstdio>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "clinic.h"
#include "clinic_program.h"
#include "floors.h"
#include "plain_folder.h"

namespace {

using Arguments = std::vector<std::string>;

// The file that is named holds one path a line.
Arguments lines_of(const std::string& path) {
    std::ifstream in(path);
    Arguments lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

std::string counted(std::int64_t count) { return std::to_string(count); }

struct Work {
    std::size_t arguments;
    const char* usage;
    std::function<std::string(const Arguments&)> run;
};

const std::map<std::string, Work>& works() {
    using namespace bench;
    static const std::map<std::string, Work> kWorks = {
        {"make",
         {2, "CONNECTION PATIENTS",
          [](const Arguments& a) {
              make_clinic(*open_database(a[0]), std::stoll(a[1]));
              return a[1];
          }}},
        {"edit",
         {3, "CONNECTION EVERY NOTE",
          [](const Arguments& a) {
              return counted(edit_clinic(*open_database(a[0]), std::stoll(a[1]), a[2]));
          }}},
        {"work-beside", {1, "CONNECTION", [](const Arguments& a) { return work_beside(a[0]); }}},
        {"write-folder",
         {4, "CONNECTION FOLDER EVERY BATCH",
          [](const Arguments& a) {
              return counted(write_folder(a[0], a[1], std::stoll(a[2]), std::stoll(a[3])));
          }}},
        {"read-folder",
         {3, "FOLDER CONNECTION BATCH",
          [](const Arguments& a) { return counted(read_folder(a[0], a[1], std::stoll(a[2]))); }}},
        {"write-folder-as-guest",
         {3, "CONNECTION FOLDER BATCH",
          [](const Arguments& a) {
              return counted(write_folder_as_guest(a[0], a[1], std::stoll(a[2])));
          }}},
        {"read-folder-as-guest",
         {2, "FOLDER CONNECTION",
          [](const Arguments& a) { return counted(read_folder_as_guest(a[0], a[1])); }}},
        {"update-rows",
         {3, "LIST CONNECTION BATCH",
          [](const Arguments& a) {
              return counted(update_rows(lines_of(a[0]), a[1], std::stoll(a[2])));
          }}},
        {"parse-files",
         {1, "LIST", [](const Arguments& a) { return counted(parse_files(lines_of(a[0]))); }}},
        {"read-files", {1, "FOLDER", [](const Arguments& a) { return counted(read_files(a[0])); }}},
        {"stat-files", {1, "FOLDER", [](const Arguments& a) { return counted(stat_files(a[0])); }}},
        {"select-rows",
         {1, "CONNECTION", [](const Arguments& a) { return counted(select_rows(a[0])); }}},
    };
    return kWorks;
}

int usage() {
    for (const auto& [name, work] : works()) {
        std::fprintf(stderr, "bench %s %s\n", name.c_str(), work.usage);
    }
    return 2;
}

}  // namespace

int main(int count, char** words) {
    const Arguments arguments(words + (count > 1 ? 2 : 1), words + count);
    const auto work = works().find(count > 1 ? words[1] : "");
    if (work == works().end() || arguments.size() != work->second.arguments) return usage();
    try {
        std::printf("%s\n", work->second.run(arguments).c_str());
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench %s: %s\n", words[1], error.what());
        return 1;
    }
    return 0;
}
