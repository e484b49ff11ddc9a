#include "core/database/identity_map.h"

#include <algorithm>

#include "core/database/content_key.h"
#include "core/database/patient_rows.h"
#include "core/database/publication_store.h"

namespace cfs {

namespace {

// What stands in the column "found".
constexpr std::int64_t kKnown = 0, kMetBefore = 2, kOutside = 3;

// A patient's rows; with more of them, others' may lie among them, however they came there.
constexpr std::size_t kMostBeside = 1000;

// Each number of rows is a statement of its own.
constexpr std::size_t kAddedAtOnce = 40;

// What stands behind VALUES for so many rows.
std::string places_for(std::size_t rows, std::size_t columns) {
    std::string places;
    for (std::size_t place = 0; place < rows * columns; ++place) {
        const bool first = place % columns == 0;
        places += first ? (place == 0 ? "(" : "), (") : ", ";
        places += placeholder(place);
    }
    return places + ")";
}

constexpr const char* kPlace = "row_id, tbl, local_key, former, patient, found";

std::pair<RowId, RowPlace> place_from(const SqlRow& row) {
    const bool known = row[5] == std::to_string(kKnown);
    const bool outside = row[5] == std::to_string(kOutside);
    return {RowId::parse(row[0].value_or("")).value(),
            {row[1].value_or(""), row[2], row[3].value_or(""), patient_of(row, 4),
             !known && !outside, outside, row[5] == std::to_string(kMetBefore)}};
}

std::pair<std::string, RowId> known_from(const SqlRow& key_and_row) {
    return {key_and_row[0].value_or(""), RowId::parse(key_and_row[1].value_or("")).value()};
}

std::vector<std::string> texts_of(const auto& rows) {
    std::vector<std::string> texts;
    for (const auto& row : rows) texts.push_back(row.text());
    return texts;
}

}  // namespace

std::optional<RowId> row_noted(const std::optional<std::string>& noted) {
    const auto bytes = from_hex(noted.value_or(""));
    Uuid uuid;
    if (!bytes || bytes->size() != uuid.bytes.size()) return std::nullopt;
    std::transform(bytes->begin(), bytes->end(), uuid.bytes.begin(),
                   [](char byte) { return static_cast<std::uint8_t>(byte); });
    return RowId{as_random_uuid(uuid)};
}

std::optional<RowId> IdentityMap::noted_for(const std::string& table, const std::string& key) {
    const auto row = row_noted(session_.value(
        "SELECT fresh FROM cfs_journal WHERE tbl = :p0 AND local_key = :p1 AND op = 'I' "
        "ORDER BY seq DESC LIMIT 1",
        {table, key}));
    const auto place = row ? place_of(*row) : std::nullopt;
    return place && place->key ? std::nullopt : row;
}

std::optional<RowId> IdentityMap::row_of(const std::string& table, const std::string& key) {
    const auto text = session_.value(
        "SELECT row_id FROM cfs_key WHERE tbl = :p0 AND local_key = :p1", {table, key});
    return text ? RowId::parse(*text) : std::nullopt;
}

std::optional<RowPlace> IdentityMap::place_of(RowId row) {
    std::optional<RowPlace> place;
    session_.query("SELECT " + std::string(kPlace) + " FROM cfs_row WHERE row_id = :p0",
                   {row.text()}, [&](const SqlRow& found) { place = place_from(found).second; });
    return place;
}

std::optional<RowPlace> IdentityMap::place_of(RowId row, const KnownRows& known) {
    const auto at = known.places.find(row);
    return at != known.places.end() ? at->second : place_of(row);
}

std::map<RowId, RowPlace> IdentityMap::places_of(const std::set<RowId>& rows) {
    std::map<RowId, RowPlace> places;
    for_each_chunk(texts_of(rows), [&](const auto& chunk) {
        const auto condition = backend_.is_one_of({"row_id", ""}, chunk);
        session_.query("SELECT " + std::string(kPlace) + " FROM cfs_row WHERE " + condition.sql,
                       condition.parameters,
                       [&](const SqlRow& row) { places.insert(place_from(row)); });
    });
    return places;
}

std::map<RowId, RowPlace> IdentityMap::places_with(const std::string& table,
                                                   const std::vector<std::string>& keys) {
    std::map<RowId, RowPlace> places;
    for_each_chunk(keys, [&](const auto& chunk) {
        const auto condition = about_keys(backend_, table, chunk);
        session_.query(
            "SELECT " + std::string(kPlace) + " FROM (SELECT row_id AS known FROM cfs_key WHERE " +
                condition.sql + ") AS few JOIN cfs_row ON row_id = known",
            condition.parameters, [&](const SqlRow& row) { places.insert(place_from(row)); });
    });
    return places;
}

std::optional<std::map<RowId, RowPlace>> IdentityMap::places_beside(PatientId patient) {
    std::map<RowId, RowPlace> places;
    const auto first = first_beside(patient.uuid), last = last_beside(patient.uuid);
    session_.query(
        "SELECT " + std::string(kPlace) +
            " FROM cfs_row WHERE row_id >= :p0 AND row_id <= :p1 ORDER BY row_id LIMIT " +
            std::to_string(kMostBeside + 1),
        {first.text(), last.text()},
        [&](const SqlRow& row) { places.insert(places.end(), place_from(row)); });
    if (places.size() > kMostBeside) return std::nullopt;
    return places;
}

std::map<std::string, RowId> IdentityMap::rows_with(const std::string& table,
                                                    const std::vector<std::string>& keys) {
    std::map<std::string, RowId> rows;
    for_each_chunk(keys, [&](const auto& chunk) {
        const auto condition = about_keys(backend_, table, chunk);
        session_.query("SELECT local_key, row_id FROM cfs_key WHERE " + condition.sql,
                       condition.parameters,
                       [&](const SqlRow& row) { rows.insert(known_from(row)); });
    });
    return rows;
}

std::vector<PatientId> IdentityMap::patients_of(RowId row) {
    return patients_from(
        session_,
        "SELECT patient FROM cfs_row WHERE row_id = :p0 UNION SELECT patient FROM cfs_moved "
        "WHERE row_id = :p1",
        {row.text(), row.text()});
}

std::set<PatientId> IdentityMap::patients_linked_to(PatientId patient) {
    const auto patients = patients_from(
        session_,
        "SELECT other.patient FROM cfs_moved this JOIN cfs_moved other "
        "ON this.row_id = other.row_id WHERE this.patient = :p0 AND other.patient <> :p1",
        {patient.text(), patient.text()});
    return {patients.begin(), patients.end()};
}

std::string IdentityMap::row_salt() {
    return session_.value("SELECT value FROM cfs_meta WHERE name = :p0", {kRowSalt}).value_or("");
}

std::int64_t IdentityMap::count(const std::string& table, std::int64_t enough) {
    return session_.number("SELECT COUNT(*) FROM (SELECT 1 FROM cfs_key WHERE tbl = :p0 LIMIT " +
                               std::to_string(enough) + ") AS few",
                           {table});
}

void IdentityMap::add(const std::vector<NewRow>& rows) {
    for (std::size_t at = 0; at < rows.size(); at += kAddedAtOnce) {
        const auto count = std::min(rows.size() - at, kAddedAtOnce);
        SqlParameters places, keys;
        places.reserve(count * 5);
        keys.reserve(count * 3);
        for (auto i = at; i < at + count; ++i) {
            const auto& [row, table, key, patient, found] = rows[i];
            const auto id = row.text();
            places.emplace_back(id);
            places.emplace_back(table);
            places.emplace_back(key);
            places.emplace_back(patient.text());
            places.emplace_back(std::int64_t{found});
            keys.emplace_back(table);
            keys.emplace_back(key);
            keys.emplace_back(id);
        }
        const auto& [add_places, add_keys] = adding(count);
        session_.execute(add_places, places);
        session_.execute(add_keys, keys);
    }
}

const IdentityMap::Adding& IdentityMap::adding(std::size_t rows) {
    auto at = adding_.find(rows);
    if (at != adding_.end()) return at->second;
    return adding_
        .emplace(
            rows,
            Adding{"INSERT INTO cfs_row (row_id, tbl, local_key, patient, found) VALUES " +
                       places_for(rows, 5),
                   "INSERT INTO cfs_key (tbl, local_key, row_id) VALUES " + places_for(rows, 3)})
        .first->second;
}

void IdentityMap::add_or_return(RowId row, const std::string& table, const std::string& key,
                                PatientId patient) {
    if (place_of(row)) {
        set_key(row, key);
    } else {
        add({{row, table, key, patient}});
    }
}

void IdentityMap::retire(RowId row) {
    free_key(row);
    session_.execute(
        "UPDATE cfs_row SET former = local_key, local_key = NULL WHERE row_id = :p0 AND local_key "
        "IS NOT NULL",
        {row.text()});
}

void IdentityMap::set_key(RowId row, const std::string& key) {
    free_key(row);
    session_.execute("UPDATE cfs_row SET local_key = :p0 WHERE row_id = :p1", {key, row.text()});
    session_.execute(
        "INSERT INTO cfs_key (tbl, local_key, row_id) SELECT tbl, local_key, row_id FROM cfs_row "
        "WHERE row_id = :p0",
        {row.text()});
}

void IdentityMap::free_key(RowId row) {
    const auto place = place_of(row);
    if (!place || !place->key) return;
    session_.execute("DELETE FROM cfs_key WHERE tbl = :p0 AND local_key = :p1",
                     {place->table, *place->key});
}

void IdentityMap::set_content_key(RowId row, const std::string& table, const std::string& key) {
    const auto place = place_of(row);
    const auto former = place ? place->key : std::nullopt;
    if (former == key) return;
    // It was deleted in the meantime: the row that holds this is the one just written.
    if (const auto other = row_of(table, key)) retire(*other);
    set_key(row, key);
    if (!former) return;
    std::optional<RowId> last;
    for (auto next = next_equal(*former); auto equal = row_of(table, next);
         next = next_equal(next)) {
        last = equal;
    }
    if (last) set_key(*last, *former);
}

std::map<std::string, RowId> IdentityMap::rows_sharing(const std::string& table,
                                                       const std::string& value) {
    std::map<std::string, RowId> rows;
    // A tab ends the value, and a line feed comes next.
    session_.query(
        "SELECT local_key, row_id FROM cfs_key WHERE tbl = :p0 AND local_key > :p1 AND local_key "
        "< :p2",
        {table, value + '\t', value + '\n'},
        [&](const SqlRow& row) { rows.insert(known_from(row)); });
    return rows;
}

void IdentityMap::forget_former_key(RowId row) {
    session_.execute("UPDATE cfs_row SET former = NULL WHERE row_id = :p0", {row.text()});
}

void IdentityMap::set_patient(RowId row, PatientId patient) {
    session_.execute("UPDATE cfs_row SET patient = :p0 WHERE row_id = :p1 AND patient <> :p2",
                     {patient.text(), row.text(), patient.text()});
}

void IdentityMap::set_moved(RowId row, const std::vector<PatientId>& patients) {
    for (const auto& patient : patients) {
        session_.execute(
            "INSERT INTO cfs_moved (row_id, patient) SELECT :p0, :p1 WHERE NOT EXISTS "
            "(SELECT 1 FROM cfs_moved WHERE row_id = :p2 AND patient = :p3)",
            {row.text(), patient.text(), row.text(), patient.text()});
    }
}

void IdentityMap::set_as_left(RowId row, const AsLeft& left) {
    session_.execute("INSERT INTO cfs_as_left (row_id, content, versions) VALUES (:p0, :p1, :p2)",
                     {row.text(), left.content.text(), versions_text(left.versions)});
    has_as_left_ = true;
    session_.execute("UPDATE cfs_row SET found = :p0 WHERE row_id = :p1", {kMetBefore, row.text()});
}

std::optional<AsLeft> IdentityMap::as_left(RowId row) {
    std::optional<AsLeft> left;
    session_.query("SELECT content, versions FROM cfs_as_left WHERE row_id = :p0", {row.text()},
                   [&](const SqlRow& found) {
                       left = AsLeft{Digest::parse(found[0].value_or("")).value(),
                                     versions_from_text(found[1].value_or(""))};
                   });
    return left;
}

// Mostly there is none, in the whole run: only enabling a database anew adds some.
bool IdentityMap::has_as_left() {
    if (!has_as_left_) {
        has_as_left_ = session_.value("SELECT 1 FROM cfs_as_left LIMIT 1").has_value();
    }
    return *has_as_left_;
}

void IdentityMap::clear_found(std::set<RowId> rows, const KnownRows& known) {
    const auto& places = known.places;
    for (const auto& patient : known.whole) {
        const RowId first{first_beside(patient.uuid)}, last{last_beside(patient.uuid)};
        const auto begin = rows.lower_bound(first), end = rows.upper_bound(last);
        const bool only_these =
            std::none_of(places.lower_bound(first), places.upper_bound(last), [&](const auto& at) {
                return at.second && at.second->found && !rows.contains(at.first);
            });
        if (begin == end || !only_these) continue;
        clear_found({"row_id >= :p0 AND row_id <= :p1", {first.text(), last.text()}});
        rows.erase(begin, end);
    }
    for_each_chunk(texts_of(rows), [&](const auto& chunk) {
        clear_found(backend_.is_one_of({"row_id", ""}, chunk));
    });
}

void IdentityMap::clear_found(const SqlCondition& rows) {
    if (has_as_left()) {
        session_.execute("DELETE FROM cfs_as_left WHERE " + rows.sql, rows.parameters);
    }
    const auto others = std::to_string(kKnown) + ", " + std::to_string(kOutside);
    session_.execute("UPDATE cfs_row SET found = " + std::to_string(kKnown) + " WHERE " + rows.sql +
                         " AND found NOT IN (" + others + ")",
                     rows.parameters);
}

void IdentityMap::set_outside(RowId row, bool outside) {
    session_.execute("UPDATE cfs_row SET found = :p0 WHERE row_id = :p1 AND found = :p2",
                     {outside ? kOutside : kKnown, row.text(), outside ? kKnown : kOutside});
}

void IdentityMap::forget(RowId row) {
    free_key(row);
    session_.execute("DELETE FROM cfs_row WHERE row_id = :p0", {row.text()});
    session_.execute("DELETE FROM cfs_moved WHERE row_id = :p0", {row.text()});
}

}  // namespace cfs
