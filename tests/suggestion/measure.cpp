// Suggests a mapping for a database and compares it with what a person found.
//
//   measure_suggestion CONNECTION TRUTH    exit status 1 below the bars, with what was missed
//
// CONNECTION is as for cfsync.
#include <cstdio>
#include <iostream>

#include "core/database/mapping_file.h"
#include "core/suggestion/suggest_for_database.h"
#include "core/suggestion/suggestion_xml.h"
#include "tests/suggestion/truth.h"

namespace {

using namespace cfs;
using namespace cfs::test;

// Of the tables of patients and records, of the ways to the patient, of the tables proposed.
constexpr double kTablesFound = 0.9, kWaysRight = 0.8, kTablesRight = 0.8;

struct Score {
    int right = 0, all = 0;
    std::vector<std::string> wrong;

    void count(bool is_right, const std::string& what) {
        ++all;
        if (is_right) {
            ++right;
        } else {
            wrong.push_back(what);
        }
    }

    [[nodiscard]] double share() const { return all == 0 ? 1 : static_cast<double>(right) / all; }

    void print(const char* what, double bar) const {
        std::printf("  %-28s %4d of %4d  %5.1f %%", what, right, all, 100 * share());
        if (bar > 0) std::printf("  (bar %.0f %%)", 100 * bar);
        std::printf("\n");
        for (const auto& item : wrong) std::printf("      %s\n", item.c_str());
    }
};

class Measure {
  public:
    Measure(const Suggestion& suggestion, const Truth& truth)
        : suggestion_(suggestion), truth_(truth) {}

    // Are the bars reached?
    bool run() {
        measure_tables();
        measure_columns();
        tables_.print("patient and record tables", kTablesFound);
        ways_.print("owner paths", kWaysRight);
        proposed_.print("tables proposed are right", kTablesRight);
        lookups_.print("lookups", 0);
        volatiles_.print("volatile columns", 0);
        skipped_.print("skipped columns", 0);
        possible_.print("of the right ones, possible", 0);
        return tables_.share() >= kTablesFound && ways_.share() >= kWaysRight &&
               proposed_.share() >= kTablesRight;
    }

  private:
    void measure_tables() {
        const auto& patient = suggestion_.tables.front().mapping;
        const bool same =
            patient.table == truth_.patient && patient.key == std::vector<std::string>{truth_.key};
        tables_.count(same, "missed: patient " + truth_.patient + " by " + truth_.key);
        for (const auto& [table, ways] : truth_.records) {
            tables_.count(suggestion_.find(table) != nullptr, "missed: " + table);
            ways_.count(way_is_right(table), "missed: the way from " + table + proposed(table));
        }
        for (const auto& table : suggestion_.tables) {
            const auto& name = table.mapping.table;
            if (truth_.maybe.contains(name)) continue;
            const bool right = name == truth_.patient || truth_.records.contains(name);
            proposed_.count(right, "wrong: " + name);
            if (right) possible_.count(table.obstacle.empty(), name + ": " + table.obstacle);
        }
    }

    [[nodiscard]] std::string proposed(const std::string& table) const {
        const auto* found = suggestion_.find(table);
        std::string text;
        if (found == nullptr) return text;
        for (const auto& way : ways_of(found->mapping)) text += " " + way;
        return "; proposed:" + text;
    }

    // Each step of it, to the patient.
    [[nodiscard]] bool way_is_right(const std::string& table) const {
        if (table == truth_.patient) return true;
        const auto* found = suggestion_.find(table);
        const auto wanted = truth_.records.find(table);
        if (found == nullptr || wanted == truth_.records.end()) return false;
        const auto ways = ways_of(found->mapping);
        bool right = false;
        for (const auto& alternative : wanted->second) right = right || ways == alternative;
        for (const auto& way : ways) {
            const auto next = way.front() == '<' ? way.substr(1, way.find('.') - 1)
                                                 : way.substr(way.find('>') + 1);
            right = right && way_is_right(next);
        }
        return right;
    }

    [[nodiscard]] const TableMapping* mapped(const std::string& name) const {
        const auto* table = suggestion_.find(name.substr(0, name.find('.')));
        return table == nullptr ? nullptr : &table->mapping;
    }

    void measure_columns() {
        const auto column = [](const std::string& name) { return name.substr(name.find('.') + 1); };
        for (const auto& [name, table] : truth_.lookups) {
            const auto* found = mapped(name);
            const auto* lookup = found == nullptr ? nullptr : found->lookup(column(name));
            lookups_.count(lookup != nullptr && lookup->table == table, "missed: " + name);
        }
        for (const auto& name : truth_.volatiles) {
            const auto* found = mapped(name);
            volatiles_.count(found != nullptr && found->volatile_column(column(name)) != nullptr,
                             "missed: " + name);
        }
        for (const auto& name : truth_.skipped) {
            const auto* found = mapped(name);
            skipped_.count(found != nullptr && found->skipped.contains(column(name)),
                           "missed: " + name);
        }
    }

    const Suggestion& suggestion_;
    const Truth& truth_;
    Score tables_, ways_, proposed_, possible_, lookups_, volatiles_, skipped_;
};

bool measure(const std::string& connection, const std::string& truth_path) {
    const auto backend = make_backend(connection, {});
    const auto session = backend->connect();
    auto catalogue = backend->catalogue(*session);
    look_at_rows(*session, catalogue);
    const auto suggestion = suggestion_for(catalogue, *session);
    const auto xml = suggestion_xml(suggestion, "suggested", "clinic");
    check_mapping(mapping_from_xml(xml, "suggested"), *backend, *session);
    std::printf("%zu tables, %zu bytes of mapping\n", catalogue.tables.size(), xml.size());
    return Measure(suggestion, read_truth(truth_path)).run();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::cerr << "usage: measure_suggestion CONNECTION TRUTH\n";
        return 2;
    }
    try {
        return measure(argv[1], argv[2]) ? 0 : 1;
    } catch (const std::exception& error) {
        std::cerr << "measure_suggestion: " << error.what() << '\n';
        return 2;
    }
}
