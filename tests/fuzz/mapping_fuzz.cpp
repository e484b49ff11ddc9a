// Mapping files: whatever bytes they hold, the parser gives a mapping in which every name can be a
// database's, everything that is referred to is there, and every record has a way to its patient;
// or an Error of one line.
#include <algorithm>

#include "core/database/mapping_file.h"
#include "core/model/error.h"
#include "tests/fuzz/fuzzing.h"

using namespace cfs;
using namespace cfs::fuzz;

namespace {

constexpr std::size_t kMaxName = 128;

void require_name(const std::string& name) {
    require(!name.empty() && name.size() <= kMaxName && fits_xml(name));
    for (const char c : name) require(static_cast<unsigned char>(c) >= ' ' && c != 0x7F);
}

void require_names(const auto& names) {
    for (const auto& name : names) require_name(name);
}

void require_owner(const Owner& owner, const TableMapping& table, const Mapping& mapping) {
    require_name(owner.column);
    if (owner.through.empty()) {
        const auto* reference = table.reference(owner.column);
        require(reference != nullptr && mapping.find(reference->table) != nullptr);
    } else {
        const auto* through = mapping.find(owner.through);
        require(through != nullptr && through->reference(owner.column) != nullptr);
    }
}

void require_local(const LocalColumn& local, const TableMapping& table, const Mapping& mapping) {
    require_name(local.column);
    require(!table.is_key(local.column));
    if (local.shared_in.table.empty()) return;
    const auto* sharing = mapping.find_here(local.shared_in.full_name());
    require(sharing != nullptr &&
            sharing->reference(sharing->known_as(local.shared_in.column)) != nullptr);
}

void require_table(const TableMapping& table, const Mapping& mapping) {
    require_name(table.table);
    require(mapping.find(table.table) == &table);
    require(mapping.find_here(table.full_name()) == &table);
    require_name(table.full_name().name);
    for (const auto& [known, here] : table.columns_here) {
        require_names(std::vector{known, here});
        require(table.column_here(known) == here && table.known_as(here) == known);
    }
    require(!table.key.empty() && !table.identity.empty());
    require(table.patient == (&table == &mapping.patient_table()));
    require(table.patient || !table.owners.empty());
    require_names(table.key);
    require_names(table.identity);
    require_names(table.skipped);
    require_names(table.safety);
    require_names(table.labels);
    require_names(table.patient_labels);
    require(!table.patient || table.patient_labels.empty());
    for (const auto& owner : table.owners) require_owner(owner, table, mapping);
    for (const auto& reference : table.references) {
        require_name(reference.column);
        const bool by_value = reference.when == Case::is || reference.when == Case::starts;
        require(reference.when == Case::otherwise || by_value != reference.by.empty());
        if (!reference.by.empty()) require(table.travels(reference.by));
        const bool longer = !reference.prefix.empty() || !reference.suffix.empty();
        require((reference.when == Case::fits) == longer);
        if (reference.number) require_local(*reference.number, table, mapping);
        if (reference.when == Case::otherwise || reference.number) continue;
        require_names(std::vector{reference.table, reference.target});
        require(mapping.find(reference.table) != nullptr);
    }
    for (const auto& lookup : table.lookups) {
        require_names(std::vector{lookup.column, lookup.table, lookup.target});
        require(!lookup.by.empty());
        require_names(lookup.by);
        require_names(lookup.copies);
    }
    for (const auto& group : table.groups) {
        require_name(group.name);
        require_names(group.columns);
    }
    if (table.native_uuid) require_name(table.native_uuid->column);
    if (table.match) {
        require(table.patient && !table.match->columns.empty());
        require_names(table.match->columns);
        require_names(table.match->agree);
    }
    for (const auto& unique : table.uniques) {
        require_name(unique.column);
        require(table.travels(unique.column));
    }
    for (const auto& local : table.locals) {
        require_local(local, table, mapping);
        require(!table.travels(local.column));
    }
    for (const auto& condition : table.conditions) {
        require_name(condition.column);
        require(table.travels(condition.column));
        const bool values = condition.test == Test::one_of || condition.test == Test::none_of;
        require((condition.values.empty() && condition.beginnings.empty()) != values);
    }
    for (const auto& changing : table.volatiles) require_name(changing.column);
    for (const auto& column : table.identity) (void)table.group_of(column);
}

void require_sentence(std::string_view sentence) {
    require(sentence.size() < 2000);
    require(sentence.find('\n') == std::string_view::npos && fits_xml(sentence));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        const auto mapping = mapping_from_xml(text_of(data, size), "fuzz");
        require_name(mapping.name);
        require_name(mapping.family);
        require(mapping.version >= 1 && !mapping.tables.empty());
        for (const auto& table : mapping.tables) require_table(table, mapping);
    } catch (const Error& error) {
        require(error.code() == ErrorCode::mapping_invalid);
        require_sentence(error.what());
    }
    return 0;
}
