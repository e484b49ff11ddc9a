// What documents hold, in the clinic's terms. Reads the file format and merges nothing.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "tests/simulation/oracle.h"

namespace cfs::simulation {

class DocumentViews {
  public:
    // Adds what the document holds to `present`: the shown values and those kept beside. Bytes
    // that are no document add nothing.
    void add(const std::string& xml, Present& present);

    // Codes of rows that more than one UUID bears.
    [[nodiscard]] std::vector<std::string> doubled_rows() const;

  private:
    struct Part {
        std::string code;
        const GroupShape* group;
        std::vector<std::string> values;
        std::vector<bool> refers;
    };
    struct View {
        std::vector<std::pair<std::string, std::string>> rows;  // UUID, code
        std::vector<Part> parts;
    };

    [[nodiscard]] const View& view_of(const std::string& xml);
    [[nodiscard]] std::string content_of(const Part& part) const;

    std::unordered_map<std::string, View> views_;
    std::map<std::string, std::string> codes_;  // by UUID
};

}  // namespace cfs::simulation
