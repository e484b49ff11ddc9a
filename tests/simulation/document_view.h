// What documents hold, in the clinic's terms. Reads the file format and merges nothing.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/model/value.h"
#include "tests/simulation/oracle.h"

namespace cfs::simulation {

class DocumentViews {
  public:
    explicit DocumentViews(PlacedNames& names) : names_(names) {}

    // Adds what the document holds to `present`: the shown values and those kept beside. Bytes
    // that are no document add nothing.
    void add(const std::string& xml, Present& present);

    // The code of the row with this UUID, empty if it is not known.
    [[nodiscard]] std::string code_of_row(const std::string& id) const;
    // The content that these fields of a row make up; nothing if one of the group's is missing.
    [[nodiscard]] std::optional<std::string> content_of(
        const TableShape& shape, const GroupShape& group,
        const std::map<std::string, Value>& fields) const;
    // How many rows it knows by their codes: what a document says depends on them.
    [[nodiscard]] std::size_t rows_known() const { return codes_.size(); }
    // Codes of rows that more than one UUID bears in one of these documents.
    [[nodiscard]] std::set<std::string> doubled_rows(const std::vector<std::string>& documents);

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
        std::vector<PlacedId> placed;  // the parts, as far as `rows_known` rows tell
        std::size_t rows_known = 0;
    };

    [[nodiscard]] View& view_of(const std::string& xml);
    [[nodiscard]] std::string content_of(const Part& part) const;

    PlacedNames& names_;
    std::unordered_map<std::string, View> views_;
    std::map<std::string, std::string> codes_;  // by UUID
};

}  // namespace cfs::simulation
