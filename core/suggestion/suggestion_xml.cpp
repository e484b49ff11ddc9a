#include "core/suggestion/suggestion_xml.h"

#include <algorithm>
#include <set>

#include "core/folder/xml_text.h"

namespace cfs {

namespace {

constexpr std::size_t kWidth = 100;

// No comment may hold two hyphens in a row or end in one.
std::string for_comment(const std::string& text) {
    std::string result;
    for (const char c : printable(text)) {
        if (c == '-' && result.ends_with('-')) result += ' ';
        result += c;
    }
    if (result.ends_with('-')) result += ' ';
    return result;
}

std::string words_of_reason(const Reason& reason) {
    return reason.text +
           (reason.sure ? "" : (reason.text.empty() ? "" : "; ") + std::string("please check"));
}

// The text in lines of at most kWidth characters, the following ones indented by `indent`.
std::string wrapped(const std::string& text, std::size_t start, std::size_t indent) {
    std::string result, word;
    std::size_t column = start;
    const auto put = [&] {
        if (word.empty()) return;
        const bool breaks = column + word.size() + 1 > kWidth && column > indent;
        if (breaks) {
            result += '\n' + std::string(indent, ' ');
            column = indent;
        } else if (!result.empty()) {
            result += ' ';
            ++column;
        }
        result += word;
        column += word.size();
        word.clear();
    };
    for (const char c : text) {
        if (c == ' ') {
            put();
        } else {
            word += c;
        }
    }
    put();
    return result;
}

class SuggestionWriter {
  public:
    SuggestionWriter(const Suggestion& suggestion, const std::string& name,
                     const std::string& database)
        : suggestion_(suggestion), name_(name), database_(database) {}

    std::string write() {
        out_ = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
        comment(0, "A first mapping of the database " + database_ +
                       ", guessed from its catalogue, from names and from which values occur "
                       "where. Read all of it before you enable anything: \"please check\" marks "
                       "what the database alone can't tell. A column that is not mentioned is a "
                       "plain value: it travels. Then try it: cfsync mapping check.");
        out_ += "<mapping xmlns=\"urn:cloud-folder-sync:mapping\" format=\"1\"\n        ";
        attribute("name", name_);
        attribute("family", name_);
        out_ += " version=\"1\">\n";
        for (const auto& table : suggestion_.tables) {
            if (table.obstacle.empty()) write_table(table);
        }
        for (const auto& table : suggestion_.tables) {
            if (!table.obstacle.empty()) write_obstacle(table);
        }
        write_left_out();
        return out_ + "</mapping>\n";
    }

  private:
    void comment(std::size_t indent, const std::string& text) {
        out_ += std::string(indent, ' ') + "<!-- " +
                wrapped(for_comment(text), indent + 5, indent + 5) + " -->\n";
    }

    void attribute(const char* attribute_name, const std::string& value) {
        append_attribute(out_, attribute_name, value);
    }

    void begin(const char* element, const std::string& column) {
        out_ += std::string("    <") + element;
        attribute("column", column);
    }

    // Ends the element; what is known of the column stands behind its first element.
    void end(const std::string& column) {
        out_ += "/>";
        end_line(column);
    }

    void end_line(const std::string& column) {
        const auto reason = table_->columns.find(column);
        if (reason != table_->columns.end() && told_.insert(column).second) {
            const auto text = words_of_reason(reason->second);
            if (!text.empty()) out_ += "  <!-- " + for_comment(text) + " -->";
        }
        out_ += '\n';
    }

    void simple(const char* element, const std::string& column) {
        begin(element, column);
        end(column);
    }

    void write_table(const TableSuggestion& table) {
        table_ = &table;
        told_.clear();
        const auto& mapping = table.mapping;
        const auto* element = mapping.patient ? "patient" : "record";
        out_ += '\n';
        comment(2, words_of_reason(table.reason));
        out_ += std::string("  <") + element;
        attribute("table", mapping.table);
        out_ += ">\n";
        write_key(mapping);
        for (const auto& column : mapping.identity) simple("identity", column);
        for (const auto& group : mapping.groups) write_group(group);
        for (const auto& owner : mapping.owners) write_owner(mapping, owner);
        for (const auto& reference : mapping.references) write_reference(mapping, reference);
        for (const auto& lookup : mapping.lookups) write_lookup(lookup);
        for (const auto& column : mapping.volatiles) write_volatile(column);
        for (const auto& column : mapping.skipped) simple("skip", column);
        for (const auto& column : mapping.safety) simple("safety", column);
        write_possible(mapping, table.possible);
        for (const auto& [column, reason] : table.columns) {
            if (!told_.contains(column)) comment(4, column + ": " + words_of_reason(reason));
        }
        out_ += std::string("  </") + element + ">\n";
    }

    void write_key(const TableMapping& mapping) {
        for (const auto& column : mapping.key) {
            begin("key", column);
            const bool parent = mapping.key.size() == 1 && mapping.reference(column) != nullptr;
            if (mapping.shared_key) {
                attribute("shared", "yes");
            } else if (mapping.allocation == KeyAllocation::natural) {
                attribute("allocate", parent ? "parent" : "natural");
            }
            if (mapping.allocation == KeyAllocation::maximum) attribute("allocate", "maximum");
            end(column);
        }
    }

    using Attributes = std::vector<std::pair<const char*, std::string>>;

    static std::string element(const char* name, const Attributes& attributes,
                               const char* end = "/>") {
        auto text = std::string("<") + name;
        for (const auto& [attribute, value] : attributes) {
            append_attribute(text, attribute, value);
        }
        return text + end;
    }

    void possible(const std::string& said, const std::string& why) {
        comment(4, said + " " + why + "; please check");
    }

    // As comments: nothing of it holds until somebody says so.
    void write_possible(const TableMapping& mapping, const Possible& what) {
        for (const auto& part : what.parts) {
            possible(element("part", {{"table", part.table}, {"key", part.key}}),
                     "where its row is one record with this one, and then no <record> for it");
        }
        for (const auto& file : what.files) {
            possible(element("file", {{"column", file.column},
                                      {"directory", "/where/the/files/are"},
                                      {"prefix", file.prefix},
                                      {"path", file.path}}),
                     "it looks like the paths of files");
        }
        if (what.match) {
            std::string inside;
            for (const auto& column : what.match->columns) {
                inside += element("column", {{"name", column}});
            }
            for (const auto& column : what.match->agree) {
                inside += element("agree", {{"column", column}});
            }
            possible("<match>" + inside + "</match>",
                     "only where it is nobody else's, in any database: who has it is one patient");
        }
        const auto key = mapping.key.front();
        if (what.ordered) {
            possible(element("key", {{"column", key}, {"ordered", "yes"}}),
                     "where the order of the rows means something, as the table's name says");
        }
        if (what.sequence.table.empty()) return;
        possible(element("key", {{"column", key},
                                 {"allocate", "sequence"},
                                 {"table", what.sequence.table},
                                 {"target", what.sequence.column}}),
                 "where the program counts its keys there, in the one row of that table");
    }

    void write_group(const ColumnGroup& group) {
        out_ += "    <group";
        attribute("name", group.name);
        out_ += ">  <!-- an edit of one is an edit of all -->\n";
        for (const auto& column : group.columns) {
            out_ += "      <column";
            attribute("name", column);
            out_ += "/>\n";
        }
        out_ += "    </group>\n";
    }

    static bool owns(const TableMapping& mapping, const std::string& column) {
        return std::any_of(mapping.owners.begin(), mapping.owners.end(), [&](const Owner& owner) {
            return owner.column == column && owner.through.empty();
        });
    }

    void write_owner(const TableMapping& mapping, const Owner& owner) {
        if (!owner.through.empty()) {
            out_ += "    <owner";
            attribute("through", owner.through);
            attribute("column", owner.column);
            out_ += "/>\n";
            return;
        }
        const auto& reference = *mapping.reference(owner.column);
        const auto& patient = suggestion_.tables.front().mapping;
        begin("owner", owner.column);
        const bool plain = reference.table == patient.table &&
                           patient.key == std::vector<std::string>{reference.target};
        if (!plain) {
            attribute("table", reference.table);
            attribute("target", reference.target);
        }
        if (reference.none) attribute("none", *reference.none);
        end(owner.column);
    }

    void write_reference(const TableMapping& mapping, const Reference& reference) {
        if (owns(mapping, reference.column)) return;
        begin("reference", reference.column);
        write_target(reference);
        end(reference.column);
    }

    template <class Target>
    void write_target(const Target& target) {
        attribute("table", target.table);
        attribute("target", target.target);
        if (target.none) attribute("none", *target.none);
        if (target.missing == MissingPolicy::null) attribute("missing", "null");
    }

    void write_lookup(const Lookup& lookup) {
        begin("lookup", lookup.column);
        write_target(lookup);
        if (lookup.by == std::vector<std::string>{lookup.target}) return end(lookup.column);
        out_ += '>';
        for (const auto& column : lookup.by) {
            out_ += "<by";
            attribute("column", column);
            out_ += "/>";
        }
        out_ += "</lookup>";
        end_line(lookup.column);
    }

    void write_volatile(const VolatileColumn& column) {
        begin("volatile", column.column);
        attribute("write", column.write == VolatileWrite::set         ? "set"
                           : column.write == VolatileWrite::increment ? "increment"
                           : column.write == VolatileWrite::now       ? "now"
                                                                      : "skip");
        end(column.column);
    }

    void write_obstacle(const TableSuggestion& table) {
        std::string owners;
        for (const auto& owner : table.mapping.owners) {
            owners += (owners.empty() ? "" : ", ") + owner.column;
        }
        out_ += '\n';
        comment(2, table.mapping.table + " seems to hold records (" +
                       (owners.empty() ? "" : "owner " + owners + ": ") +
                       words_of_reason(table.reason) +
                       ") but can't be in a mapping: " + table.obstacle + ".");
    }

    void write_left_out() {
        if (!suggestion_.left_out.empty()) {
            out_ += '\n';
            comment(2, "Left out although they lead to a patient; please check:");
            for (const auto& [table, reason] : suggestion_.left_out) {
                comment(2, table + ": " + reason);
            }
        }
        if (suggestion_.unrelated.empty()) return;
        out_ += '\n';
        comment(2, "Tables that lead to no patient as far as names and keys tell:");
        std::string part;
        for (const auto& table : suggestion_.unrelated) {
            part += (part.empty() ? "" : ", ") + table;
            if (part.size() < 500) continue;
            comment(2, part);
            part.clear();
        }
        if (!part.empty()) comment(2, part);
    }

    const Suggestion& suggestion_;
    const std::string& name_;
    const std::string& database_;
    const TableSuggestion* table_ = nullptr;
    std::set<std::string> told_;
    std::string out_;
};

}  // namespace

std::string suggestion_xml(const Suggestion& suggestion, const std::string& name,
                           const std::string& database) {
    return SuggestionWriter(suggestion, name, database).write();
}

}  // namespace cfs
