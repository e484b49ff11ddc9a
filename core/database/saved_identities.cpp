#include "core/database/saved_identities.h"

#include <algorithm>
#include <boost/filesystem.hpp>
#include <sstream>
#include <utility>

#include "core/database/as_left.h"
#include "core/database/content_key.h"
#include "core/model/text.h"

namespace cfs {

namespace {

namespace fs = boost::filesystem;

// In the map a line that begins so tells what a row held; earlier programs pass it over.
constexpr std::string_view kLeftLine = "=";

// "-" for a column that holds nothing.
std::vector<std::string> identity_digests(const TableMapping& table,
                                          const std::map<std::string, Value>& columns) {
    std::vector<std::string> digests;
    for (const auto& column : table.identity) {
        const auto at = columns.find(column);
        const auto text = at == columns.end() ? std::string() : at->second.bytes;
        digests.push_back(text.empty() ? "-" : sha256(column + "=" + text).text().substr(0, 16));
    }
    return digests;
}

std::string map_key(const std::string& table, const std::string& key) { return table + "\t" + key; }

// The rows of tables that can't be read now, with what they held when they were left.
template <class Take>
void for_each_waiting(ClinicDatabase& database, Take take) {
    if (database.fit().waiting.empty()) return;
    for (const auto& patient : database.documents().patients()) {
        const auto stored = database.documents().load(patient);
        if (!stored) continue;
        for (const auto& [id, values] : stored->left) {
            if (!database.fit().waits(values.table)) continue;
            const auto place = database.identities().place_of(id);
            if (!place || !place->key || place->patient != patient) continue;
            take(*database.whole_mapping().find(values.table), id, *place->key, patient,
                 values.columns);
        }
    }
}

}  // namespace

SavedIdentities::SavedIdentities(const std::string& path) {
    std::ifstream file(fs::path(path).c_str(), std::ios::binary);
    std::string line;
    std::getline(file, salt_);
    while (std::getline(file, line)) {
        std::istringstream fields(line);
        std::string row, table, key, patient, digest;
        std::getline(fields, row, '\t');
        std::getline(fields, table, '\t');
        std::getline(fields, key, '\t');
        std::getline(fields, patient, '\t');
        if (row == kLeftLine) {
            add_as_left(table, key, patient);
            continue;
        }
        const auto id = RowId::parse(row);
        const auto owner = PatientId::parse(patient);
        const auto raw_key = from_hex(key);
        if (!id || !owner || !raw_key) continue;
        Entry entry{*id, *owner, {}};
        while (std::getline(fields, digest, '\t')) entry.identity.push_back(digest);
        entries_.emplace(map_key(table, *raw_key), std::move(entry));
    }
}

void SavedIdentities::add_as_left(const std::string& row, const std::string& content,
                                  const std::string& versions) {
    const auto id = RowId::parse(row);
    const auto digest = Digest::parse(content);
    AsLeft left{digest.value_or(Digest{}), versions_from_text(versions)};
    if (id && digest && !left.versions.empty()) as_left_.emplace(*id, std::move(left));
}

const AsLeft* SavedIdentities::as_left(RowId row) const {
    const auto at = as_left_.find(row);
    return at == as_left_.end() ? nullptr : &at->second;
}

std::optional<RowId> SavedIdentities::find(const TableMapping& table, const RawRow& row,
                                           const std::optional<PatientId>& patient) const {
    const auto at = entries_.find(map_key(table.table, row.key));
    if (at == entries_.end()) return std::nullopt;
    const auto& entry = at->second;
    if (patient && *patient != entry.patient) return std::nullopt;
    const auto digests = identity_digests(table, row.columns);
    std::size_t filled = 0, same = 0;
    for (std::size_t i = 0; i < std::min(digests.size(), entry.identity.size()); ++i) {
        const bool equal = digests[i] == entry.identity[i];
        if (equal && digests[i] == "-") continue;
        ++filled;
        if (equal) ++same;
    }
    const bool found = table.patient ? same * 2 > filled : same > 0 || filled == 0;
    return found ? std::optional<RowId>(entry.row) : std::nullopt;
}

std::optional<RowId> SavedIdentities::find_edited(
    const TableMapping& table, const RawRow& row, const std::optional<PatientId>& patient,
    const std::function<bool(RowId id, const std::string& key)>& is_free) const {
    const auto beginning = map_key(table.table, std::string(shared_part(row.key)) + '\t');
    const auto digests = identity_digests(table, row.columns);
    for (auto at = entries_.lower_bound(beginning);
         at != entries_.end() && at->first.starts_with(beginning); ++at) {
        const auto& entry = at->second;
        if (patient != entry.patient || digests != entry.identity) continue;
        if (is_free(entry.row, at->first.substr(map_key(table.table, "").size()))) return entry.row;
    }
    return std::nullopt;
}

IdentitiesFile::IdentitiesFile(std::string path, const std::string& salt, RandomSource& random)
    : path_(std::move(path)),
      // Named as all that goes after a day where a program died.
      temporary_(path_ + "." + random.uuid().text().substr(0, 8) + ".tmp"),
      file_(fs::path(temporary_).c_str(), std::ios::binary | std::ios::trunc) {
    file_ << salt << '\n';
}

IdentitiesFile::~IdentitiesFile() {
    if (finished_) return;
    file_.close();
    boost::system::error_code ignored;
    fs::remove(temporary_, ignored);
}

void IdentitiesFile::note(const TableMapping& table, RowId id, const std::string& key,
                          PatientId patient, const std::map<std::string, Value>& columns) {
    file_ << id.text() << '\t' << table.table << '\t' << to_hex(key) << '\t' << patient.text();
    for (const auto& digest : identity_digests(table, columns)) file_ << '\t' << digest;
    file_ << '\n';
}

void IdentitiesFile::note_left(RowId row, const AsLeft& left) {
    file_ << kLeftLine << '\t' << row.text() << '\t' << left.content.text() << '\t'
          << versions_text(left.versions) << '\n';
}

void IdentitiesFile::finish() {
    file_.close();
    boost::system::error_code error;
    if (file_) fs::rename(temporary_, path_, error);
    if (!file_ || error) {
        throw Error(
            ErrorCode::disk_full,
            said("The identity map could not be written to {1}. Free some space, then try again.",
                 path_));
    }
    finished_ = true;
}

void save_identities(const std::string& path, const std::string& salt, ClinicDatabase& database) {
    IdentitiesFile file(path, salt, database.random());
    for (const auto& table : database.mapping().tables) {
        database.tables().for_each_page(table, kPageRows, [&](const std::vector<RawRow>& rows) {
            std::map<std::string, const RawRow*> by_key;
            for (const auto& row : rows) by_key.emplace(row.key, &row);
            for (const auto& [id, place] :
                 database.identities().places_with(table.table, keys_of(rows))) {
                file.note(table, id, *place.key, place.patient, by_key.at(*place.key)->columns);
            }
        });
    }
    for_each_waiting(database, [&](const TableMapping& table, RowId id, const std::string& key,
                                   PatientId patient, const auto& columns) {
        file.note(table, id, key, patient, columns);
    });
    for_each_as_left(database, [&](RowId row, const AsLeft& left) { file.note_left(row, left); });
    file.finish();
}

}  // namespace cfs
