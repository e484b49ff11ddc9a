// bench WORK ARGUMENTS...: makes the benchmark's data and measures its floors; driven by run.py.
// Prints how much there was of it (patients, files, rows or bytes).

#include <cstdio>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "clinic.h"
#include "floors.h"

namespace {

using Arguments = std::vector<std::string>;

// The file that is named holds one path a line.
Arguments lines_of(const std::string& path) {
    std::ifstream in(path);
    Arguments lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

struct Work {
    std::size_t arguments;
    const char* usage;
    std::function<std::int64_t(const Arguments&)> run;
};

const std::map<std::string, Work>& works() {
    using namespace bench;
    static const std::map<std::string, Work> kWorks = {
        {"make",
         {3, "DATABASE PATIENTS FIRST",
          [](const Arguments& a) {
              make_clinic(a[0], std::stoll(a[1]), std::stoll(a[2]));
              return std::stoll(a[1]);
          }}},
        {"edit",
         {3, "DATABASE EVERY NOTE",
          [](const Arguments& a) { return edit_clinic(a[0], std::stoll(a[1]), a[2]); }}},
        {"write-folder",
         {4, "DATABASE FOLDER EVERY each|batch",
          [](const Arguments& a) {
              return write_folder(a[0], a[1], std::stoll(a[2]),
                                  a[3] == "each" ? Flush::each : Flush::batch);
          }}},
        {"read-folder",
         {2, "FOLDER DATABASE", [](const Arguments& a) { return read_folder(a[0], a[1]); }}},
        {"update-rows",
         {2, "LIST DATABASE",
          [](const Arguments& a) { return update_rows(lines_of(a[0]), a[1]); }}},
        {"parse-files",
         {1, "LIST", [](const Arguments& a) { return parse_files(lines_of(a[0])); }}},
        {"read-files", {1, "FOLDER", [](const Arguments& a) { return read_files(a[0]); }}},
        {"stat-files", {1, "FOLDER", [](const Arguments& a) { return stat_files(a[0]); }}},
        {"select-rows", {1, "DATABASE", [](const Arguments& a) { return select_rows(a[0]); }}},
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
        std::printf("%lld\n", static_cast<long long>(work->second.run(arguments)));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench %s: %s\n", words[1], error.what());
        return 1;
    }
    return 0;
}
