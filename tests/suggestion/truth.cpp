#include "tests/suggestion/truth.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "core/database/mapping_file.h"

namespace cfs::test {

namespace {

using Words = std::vector<std::string>;

Words words_in(const std::string& line) {
    std::istringstream stream(line.substr(0, line.find('#')));
    Words words;
    for (std::string word; stream >> word;) words.push_back(word);
    return words;
}

// COLUMN alone means the patient.
std::string whole_way(const std::string& way, const std::string& patient) {
    const bool whole = way.front() == '<' || way.find('>') != std::string::npos;
    return whole ? way : way + ">" + patient;
}

void read_record(const Words& words, Truth& truth) {
    auto& alternatives = truth.records[words[1]];
    alternatives.emplace_back();
    for (std::size_t i = 2; i < words.size(); ++i) {
        if (words[i] == "|") {
            alternatives.emplace_back();
        } else if (words[i] != "+") {
            alternatives.back().insert(whole_way(words[i], truth.patient));
        }
    }
}

void read_mapping(const std::string& name, Truth& truth) {
    const auto mapping = mapping_from_xml(mapping_text(name), name);
    truth.patient = mapping.patient_table().table;
    truth.key = mapping.patient_table().key.front();
    for (const auto& table : mapping.tables) {
        if (!table.patient) truth.records[table.table] = {ways_of(table)};
        for (const auto& lookup : table.lookups) {
            truth.lookups[table.table + "." + lookup.column] = lookup.table;
        }
        for (const auto& column : table.volatiles) {
            truth.volatiles.insert(table.table + "." + column.column);
        }
        for (const auto& column : table.skipped) truth.skipped.insert(table.table + "." + column);
    }
}

void read_line(const Words& words, const std::string& line, Truth& truth) {
    const auto& kind = words.front();
    if (kind == "patient" && words.size() == 3) {
        truth.patient = words[1];
        truth.key = words[2];
    } else if (kind == "record" && words.size() >= 3) {
        read_record(words, truth);
    } else if (kind == "maybe") {
        truth.maybe.insert(words.begin() + 1, words.end());
    } else if (kind == "lookup" && words.size() == 3) {
        truth.lookups[words[1]] = words[2];
    } else if (kind == "volatile" && words.size() == 2) {
        truth.volatiles.insert(words[1]);
    } else if (kind == "skip" && words.size() == 2) {
        truth.skipped.insert(words[1]);
    } else if (kind == "mapping" && words.size() == 2) {
        read_mapping(words[1], truth);
    } else {
        throw std::runtime_error("no such line: " + line);
    }
}

}  // namespace

Truth read_truth(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error("there is no " + path);
    Truth truth;
    for (std::string line; std::getline(file, line);) {
        const auto words = words_in(line);
        if (!words.empty()) read_line(words, line, truth);
    }
    return truth;
}

Ways ways_of(const TableMapping& table) {
    Ways ways;
    for (const auto& owner : table.owners) {
        ways.insert(owner.through.empty()
                        ? owner.column + ">" + table.reference(owner.column)->table
                        : "<" + owner.through + "." + owner.column);
    }
    return ways;
}

}  // namespace cfs::test
