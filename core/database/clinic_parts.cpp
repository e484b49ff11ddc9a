// ClinicTables: records of several rows as rows of one table. Each part is a table of its own, by
// the names of the database; what others see of it are columns of the record.
#include <algorithm>

#include "core/database/clinic_tables.h"
#include "core/model/text.h"

namespace cfs {

void ClinicTables::take_parts(const TableMapping& table, const DescribedTables& described) {
    auto& columns = catalogue_.at(table.table).columns;
    for (const auto& part : table.parts) {
        const auto at = described.find(part.full_name().text());
        if (at == described.end()) continue;
        auto info = at->second;
        std::erase_if(info.columns, [&](const ColumnInfo& column) {
            const auto& name = part.known_as(column.name);
            const bool is_read = part.travels(name) || part.defaults.contains(name);
            return !is_read || closed(table, part_field(part, name)).has_value();
        });
        for (auto column : info.columns) {
            column.name = part_field(part, part.known_as(column.name));
            columns.push_back(std::move(column));
        }
        catalogue_.emplace(part.table, info);
        prepared_.emplace(part.table, prepare(part, info.columns));
    }
}

// Where a part has no row all its columns are NULL, among them the field that tells so.
void ClinicTables::add_parts(const TableMapping& table, std::vector<RawRow>& rows) {
    for (const auto& part : table.parts) {
        std::map<std::string, RawRow> found;
        for (auto& row : rows_where(part, part.key.front(), keys_of(rows))) {
            auto key = row.key;
            found.emplace(std::move(key), std::move(row));
        }
        for (auto& row : rows) {
            const auto at = found.find(row.key);
            for (const auto& column : prepared(part).columns) {
                const auto& name = part.known_as(column.name);
                row.columns.insert_or_assign(
                    part_field(part, name),
                    at == found.end() ? null_value() : at->second.columns.at(name));
            }
            if (at == found.end()) continue;
            row.columns.insert_or_assign(presence_field(part), text_value(kPresent));
        }
    }
}

ClinicTables::Shares ClinicTables::shares_of(const TableMapping& table, const Columns& columns) {
    Shares shares;
    for (const auto& [column, value] : columns) {
        const auto [holder, name] = table.place_of(column);
        (holder == &table ? shares.own : shares.of_part[holder]).emplace(name, value);
    }
    return shares;
}

void ClinicTables::insert_parts(const Shares& shares, const std::string& key) {
    for (const auto& [part, columns] : shares.of_part) write_part(*part, key, columns);
}

// Nobody may change a row of the record meanwhile, not one that is left as it is either: what two
// sites wrote would be blended.
std::string ClinicTables::update_whole(const TableMapping& table, const std::string& key,
                                       const Columns& columns) {
    const auto lock = backend_.write_lock();
    require_unchanged(table, key, lock);
    for (const auto& part : table.parts) require_unchanged(part, key, lock);
    const auto shares = shares_of(table, columns);
    const auto now = update_row(table, key, shares.own);
    if (now != key) {
        throw RowRefused(said("its key can't become another one while it has parts"));
    }
    insert_parts(shares, now);
    return now;
}

// The record's key holds the part's place: whether a row is to be there its own field tells.
void ClinicTables::write_part(const TableMapping& part, const std::string& key, Columns columns) {
    const auto& own_key = part.key.front();
    const auto told = columns.find(own_key);
    const bool wanted = told != columns.end() && !told->second.is_null();
    const bool unwanted = told != columns.end() && told->second.is_null();
    if (told != columns.end()) columns.erase(told);
    if (exists(part, key)) {
        if (unwanted) {
            throw RowRefused(said("its row in {1} would have to be deleted here", part.table));
        }
        if (!columns.empty()) update_row(part, key, columns);
    } else if (wanted) {
        columns.insert_or_assign(own_key, text_value(key));
        insert_row(part, columns, {});
    }
}

bool ClinicTables::is_taken(const TableMapping& table, const std::string& key) {
    if (allocator_.is_taken(table.full_name(), table.column_here(table.key.front()), key))
        return true;
    return std::any_of(table.parts.begin(), table.parts.end(),
                       [&](const TableMapping& part) { return exists(part, key); });
}

}  // namespace cfs
