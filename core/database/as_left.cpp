#include "core/database/as_left.h"

namespace cfs {

namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

// Everything that the row's document had not yet seen overwritten.
std::set<VersionId> versions_of(const Row& row) {
    std::set<VersionId> versions;
    for (const auto& [column, field] : row.fields) {
        for (const auto& held : field) versions.insert(held.version);
    }
    return versions;
}

RowValues without_volatile(RowValues values, const TableMapping& table) {
    std::erase_if(values.columns,
                  [&](const auto& item) { return table.volatile_column(item.first) != nullptr; });
    return values;
}

RowValues document_of(ClinicDatabase& database, const RawRow& raw, const RowValues& left) {
    Contents contents;
    auto now = database.translator().to_document(raw, &left, contents);
    if (raw.table->files.empty()) return now;
    database.files().read_wanted();
    return database.translator().to_document(raw, &left, contents);
}

void take_patient(ClinicDatabase& database, const StoredPatient& stored,
                  const std::function<void(RowId, const AsLeft&)>& take) {
    std::map<std::string, std::map<std::string, RowId>> wanted;
    for (const auto& [id, row] : stored.document.rows) {
        const auto place = database.identities().place_of(id);
        if (place && place->key) wanted[place->table].emplace(*place->key, id);
    }
    for (const auto& [name, ids] : wanted) {
        const auto* table = database.mapping().find(name);
        if (table == nullptr) continue;
        std::vector<std::string> keys;
        for (const auto& [key, id] : ids) keys.push_back(key);
        for (const auto& raw : database.tables().read_keys(*table, keys)) {
            const auto id = ids.at(raw.key);
            const auto left = stored.left.find(id);
            if (left == stored.left.end()) continue;
            const auto now = document_of(database, raw, left->second);
            if (without_volatile(now, *table) != without_volatile(left->second, *table)) continue;
            take(id, {database.translator().content_of(raw, now),
                      versions_of(stored.document.rows.at(id))});
        }
    }
}

}  // namespace

void for_each_as_left(ClinicDatabase& database,
                      const std::function<void(RowId row, const AsLeft& left)>& take) {
    // In parts: while one query is open the clinic program may not be able to commit.
    for (const char high : kHexDigits) {
        for (const char low : kHexDigits) {
            for (const auto& patient : database.documents().patients_in({high, low})) {
                const auto stored = database.documents().load(patient);
                if (stored) take_patient(database, *stored, take);
            }
        }
    }
}

}  // namespace cfs
