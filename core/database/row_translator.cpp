#include "core/database/row_translator.h"

#include <set>
#include <utility>

#include "core/database/file_names.h"
#include "core/database/native_identity.h"
#include "core/model/framed.h"
#include "core/model/text.h"

namespace cfs {

namespace {

constexpr int kMaxHops = 16;

// The namespaces of derived UUIDs: random ones, fixed for ever.
constexpr Uuid kRowsWithoutKey = {{0xd1, 0x5a, 0x3e, 0x77, 0x20, 0xc4, 0x4f, 0x96, 0xa8, 0x0b, 0x6c,
                                   0xe9, 0x91, 0x37, 0x42, 0xbd}};

constexpr Uuid kRowsKnownByKey = {{0x33, 0xfc, 0x27, 0xa0, 0x00, 0x1a, 0x40, 0xb2, 0xb1, 0xd4, 0xd2,
                                   0x8c, 0x00, 0xf9, 0x60, 0x98}};

bool means_none(const Value& raw, const std::optional<std::string>& none) {
    return raw.is_null() || (none && raw.bytes == *none);
}

Value none_value(const std::optional<std::string>& none) {
    return none ? text_value(*none) : null_value();
}

Value with_content_apart(Value value, Contents& contents) {
    if (value.bytes.size() < kAttachmentSize) return value;
    const auto digest = sha256(value.bytes);
    contents.emplace(digest, std::move(value.bytes));
    return {value.kind, true, digest.text()};
}

const Value* find_value(const RowValues* values, const std::string& column) {
    if (values == nullptr) return nullptr;
    const auto at = values->columns.find(column);
    return at == values->columns.end() ? nullptr : &at->second;
}

std::optional<std::string> key_meant(const RawRow& row, const Reference& reference) {
    const auto at = row.columns.find(reference.column);
    const bool none = at == row.columns.end() || means_none(at->second, reference.none);
    return none ? std::nullopt : key_in(reference, at->second.bytes);
}

// One more, as long as it lives.
class Counted {
  public:
    explicit Counted(int& count) : count_(count) { ++count_; }
    ~Counted() { --count_; }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;

  private:
    int& count_;
};

// A path would be read here as a file of ours: only its content may come from another site.
Value checked_text(const Value& value, const FileColumn& file) {
    if (value.is_null()) return value;
    const bool path = value.attached || path_below(file, value.bytes).has_value() ||
                      names_local_file(value.bytes);
    if (!path) return value;
    throw FileWaits(said("it is told by a path of another machine, without its content"));
}

}  // namespace

RowValues RowTranslator::to_document(const RawRow& row, const RowValues* left, Contents& contents,
                                     const KnownRows& known) {
    RowValues values{row.table->table, {}};
    unreadable_.reset();
    for (const auto& [column, raw] : row.columns) {
        if (!row.table->travels(column)) continue;
        const auto* reference = row.table->reference(column, row.columns);
        if (reference != nullptr && reference->number) continue;
        if (reference != nullptr && reference->missing != MissingPolicy::plain) {
            values.columns.emplace(
                column, reference_to_document(raw, *reference, find_value(left, column), known));
        } else if (const auto* file = row.table->file(column)) {
            file_to_document(row, *file, left, values, contents);
        } else if (const auto* lookup = row.table->lookup(column)) {
            copies_to_document(row, *lookup, values);
            if (means_none(raw, lookup->none)) {
                values.columns.emplace(column, null_value());
                continue;
            }
            const auto natural = tables_.lookups().natural_key(*lookup, raw.bytes);
            values.columns.emplace(
                column, text_value(natural ? *natural : std::string(kDangling) + raw.bytes));
        } else {
            values.columns.emplace_hint(values.columns.end(), column,
                                        with_content_apart(raw, contents));
        }
    }
    if (row.table->ordered) values.columns.emplace(order_name(*row.table), order_of(row, left));
    return values;
}

// That of the site which made the row: the keys of one site only tell the order of its own rows.
Value RowTranslator::order_of(const RawRow& row, const RowValues* left) {
    const auto* first = find_value(left, order_name(*row.table));
    return first == nullptr || first->is_null() ? text_value(row.key) : *first;
}

// The name is that under which the file came, as long as it is called so here.
void RowTranslator::file_to_document(const RawRow& row, const FileColumn& file,
                                     const RowValues* left, RowValues& values, Contents& contents) {
    const auto name_field = file_name_field(file.column);
    const auto& raw = row.columns.at(file.column);
    const auto path = raw.is_null() ? std::nullopt : path_below(file, raw.bytes);
    if (!path && !names_local_file(raw.bytes)) {
        values.columns.emplace(file.column, with_content_apart(raw, contents));
        values.columns.emplace(name_field, null_value());
        return;
    }
    const auto look = path ? files_.look_at(file.directory, *path)
                           : FileLook{std::nullopt, said("it lies outside of that directory")};
    if (!look.trouble.empty()) unreadable_ = UnreadableFile{file.directory, look.trouble};
    const auto* content = find_value(left, file.column);
    const auto* name = find_value(left, name_field);
    if (look.content) {
        const Value now{ValueKind::binary, true, look.content->text()};
        const auto called = base_name(*path);
        const bool same = content != nullptr && *content == now && name != nullptr &&
                          !name->is_null() && is_called(called, name->bytes);
        values.columns.emplace(file.column, now);
        values.columns.emplace(name_field, same ? *name : text_value(called));
    } else if (content != nullptr) {
        values.columns.emplace(file.column, *content);
        if (name != nullptr) values.columns.emplace(name_field, *name);
    }
}

Digest RowTranslator::content_of(const RawRow& row, const RowValues& document) {
    const auto of_row = tables_.content_of(row);
    if (row.table->files.empty()) return of_row;
    auto content = of_row.text();
    for (const auto& file : row.table->files) {
        const auto* value = find_value(&document, file.column);
        if (value != nullptr) content += value->bytes;
    }
    return sha256(content);
}

void RowTranslator::copies_to_document(const RawRow& row, const Lookup& lookup, RowValues& values) {
    if (lookup.copies.empty()) return;
    const auto& raw = row.columns.at(lookup.column);
    auto copies = means_none(raw, lookup.none) ? std::map<std::string, Value>{}
                                               : tables_.lookups().copies(lookup, raw.bytes);
    for (const auto& column : lookup.copies) {
        values.columns.emplace(copied_name(lookup.column, column), std::move(copies[column]));
    }
}

Value RowTranslator::reference_to_document(const Value& raw, const Reference& reference,
                                           const Value* left, const KnownRows& known) {
    if (means_none(raw, reference.none)) return null_value();
    const auto dangling = [&] { return text_value(std::string(kDangling) + raw.bytes); };
    const auto key = key_in(reference, raw.bytes);
    if (!key) return dangling();
    if (left != nullptr && !left->is_null()) {
        const auto before = RowId::parse(left->bytes);
        const auto place = before ? identities_.place_of(*before, known) : std::nullopt;
        const bool by_key = is_by_key(reference) && place && place->table == reference.table;
        if (by_key && place->key == *key) return *left;
        // The row it means is gone, or came back under another key.
        if (by_key && place->former == *key) {
            met_former_key_ = true;
            return *left;
        }
        const bool gone = place && !place->key && place->table == reference.table;
        if (!by_key && gone && !row_with(reference, *key, known)) {
            met_former_key_ = true;
            return *left;
        }
        // Others may have the same number by now.
        const bool beside = !by_key && place && place->table == reference.table;
        if (beside && number_of(*before, reference, known) == *key) return *left;
    }
    const auto row = row_with(reference, *key, known);
    return row ? text_value(row->text()) : dangling();
}

bool RowTranslator::is_by_key(const Reference& reference) const {
    const auto* table = mapping_.find(reference.table);
    return table != nullptr && table->key.size() == 1 && table->key.front() == reference.target;
}

std::optional<RowId> RowTranslator::row_with(const Reference& reference,
                                             const std::string& target_value,
                                             const KnownRows& known) {
    const auto* table = mapping_.find(reference.table);
    if (table == nullptr) return std::nullopt;
    if (is_by_key(reference)) {
        const auto at = known.ids.find({table->table, target_value});
        if (at != known.ids.end()) return at->second;
        if (const auto row = identities_.row_of(table->table, target_value)) return row;
    }
    const auto rows = rows_meant(reference, {target_value});
    return rows.size() == 1 ? identify(rows.front()) : std::nullopt;
}

// Of a table that the mapping knows.
std::vector<RawRow> RowTranslator::rows_meant(const Reference& reference,
                                              const std::vector<std::string>& target_values) {
    auto rows =
        tables_.read_where(*mapping_.find(reference.table), reference.target, target_values);
    std::erase_if(rows, [&](const RawRow& row) {
        return !row.table->is_meant_by(reference.target, row.columns);
    });
    return rows;
}

// Rows are met before their own turn where another refers to them.
std::optional<RowId> RowTranslator::identify(const RawRow& row) {
    const auto& table = row.table->table;
    if (const auto known = identities_.row_of(table, row.key)) return known;
    const auto patient = row.table->patient ? std::nullopt : patient_of(row);
    if (!row.table->patient && !patient) return std::nullopt;
    const auto own = native(row);
    if (own && own->taken) return std::nullopt;
    const auto noted = own ? std::optional(own->id) : identities_.noted_for(table, row.key);
    const auto fresh = noted ? *noted : RowId{random_.uuid()};
    identities_.add_or_return(fresh, table, row.key, patient.value_or(PatientId{fresh.uuid}));
    return fresh;
}

std::optional<RowTranslator::Native> RowTranslator::native(const RawRow& row) {
    const auto by_key = row.table->is_known_by_key() ? known_by_key(row) : std::nullopt;
    const auto id = by_key ? by_key : native_row(row, mapping_.family);
    if (!id) return std::nullopt;
    const auto place = identities_.place_of(*id);
    const bool taken =
        place && place->key && *place->key != row.key && tables_.exists(*row.table, *place->key);
    // One that had this key and has another one now is still the same row.
    if (by_key && taken) return std::nullopt;
    return Native{*id, taken};
}

// By what the key means at every site. Nothing where that is not known.
std::optional<RowId> RowTranslator::known_by_key(const RawRow& row) {
    // A key may hold another that is not known yet, but none leads in a circle for ever.
    const Counted deeper(naming_);
    if (naming_ > kMaxHops) return std::nullopt;
    const auto patient = patient_of(row);
    std::string name;
    append_framed(name, row.table->table);
    bool known = patient.has_value();
    for (const auto& column : row.table->key) {
        const auto part = known ? key_part(row, column) : std::nullopt;
        known = part.has_value();
        append_framed(name, part.value_or(""));
    }
    if (!known) return std::nullopt;
    append_framed(name, patient->text());
    return RowId{beside(patient->uuid, derived_uuid(kRowsKnownByKey, name))};
}

std::optional<std::string> RowTranslator::key_part(const RawRow& row, const std::string& column) {
    const auto value = row.text(column);
    if (!value) return std::nullopt;
    if (const auto* reference = row.table->reference(column)) {
        if (means_none(row.columns.at(column), reference->none)) return std::string();
        const auto meant = row_with(*reference, *value, {});
        return meant ? std::optional(meant->text()) : std::nullopt;
    }
    const auto* lookup = row.table->lookup(column);
    return lookup == nullptr ? value : tables_.lookups().natural_key(*lookup, *value);
}

RowId RowTranslator::new_id(const RawRow& row, PatientId patient) {
    const auto salt = row.table->shared_key ? identities_.row_salt() : std::string();
    if (salt.empty()) return RowId{beside(patient.uuid, random_.uuid())};
    std::string name;
    for (const auto& part : {salt, row.table->table, patient.text()}) append_framed(name, part);
    for (const auto& column : row.table->identity)
        append_framed(name, row.text(column).value_or(""));
    // Several rows may say the same of themselves; one that is gone was this one before an edit.
    for (int number = 1;; ++number) {
        const RowId id{derived_uuid(kRowsWithoutKey, name + std::to_string(number))};
        const auto place = identities_.place_of(id);
        if (!place || !place->key) return id;
    }
}

std::optional<PatientId> RowTranslator::patient_of(const RawRow& row) {
    return patient_within(row, 0);
}

std::vector<std::optional<PatientId>> RowTranslator::patients_of(const std::vector<RawRow>& rows) {
    std::vector<std::optional<PatientId>> patients(rows.size());
    if (rows.empty()) return patients;
    const auto& owners = rows.front().table->owners;
    const bool named = !owners.empty() && owners.front().through.empty();
    const auto* reference = named ? rows.front().table->reference(owners.front().column) : nullptr;
    std::map<std::string, std::optional<PatientId>> known;
    if (reference != nullptr) {
        for (const auto& [key, row] : rows_meant_by(rows, *reference)) {
            known.emplace(key, patient_within(row, 1));
        }
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto key = reference == nullptr ? std::nullopt : key_meant(rows[i], *reference);
        const auto at = key ? known.find(*key) : known.end();
        if (at != known.end()) patients[i] = at->second;
        if (!patients[i]) patients[i] = patient_of(rows[i]);
    }
    return patients;
}

// By their keys, those that are meant by nothing else; one whose key is told in another form is
// left out.
std::map<std::string, RawRow> RowTranslator::rows_meant_by(const std::vector<RawRow>& rows,
                                                           const Reference& reference) {
    std::map<std::string, RawRow> meant;
    if (mapping_.find(reference.table) == nullptr) return meant;
    std::set<std::string> keys, several;
    for (const auto& row : rows) {
        if (auto key = key_meant(row, reference)) keys.insert(std::move(*key));
    }
    for (auto& row : rows_meant(reference, {keys.begin(), keys.end()})) {
        auto key = row.text(reference.target).value_or("");
        if (meant.contains(key)) several.insert(key);
        meant.emplace(std::move(key), std::move(row));
    }
    for (const auto& key : several) meant.erase(key);
    return meant;
}

std::optional<PatientId> RowTranslator::patient_within(const RawRow& row, int hops) {
    if (hops > kMaxHops) return std::nullopt;
    if (row.table->patient) {
        const auto id = identify(row);
        return id ? std::optional<PatientId>(PatientId{id->uuid}) : std::nullopt;
    }
    for (const auto& owner : row.table->owners) {
        const auto owning = owning_row(row, owner);
        if (!owning) continue;
        if (const auto patient = patient_within(*owning, hops + 1)) return patient;
    }
    return std::nullopt;
}

std::optional<RawRow> RowTranslator::owning_row(const RawRow& row, const Owner& owner) {
    if (owner.through.empty()) {
        const auto* reference = row.table->reference(owner.column);
        return reference == nullptr ? std::nullopt : referenced(row, *reference);
    }
    const auto* through = mapping_.find(owner.through);
    const auto* reference =
        through == nullptr ? nullptr : through->reference_to(row.table->table, owner.column);
    const auto own = reference == nullptr ? std::nullopt : row.text(reference->target);
    if (!own) return std::nullopt;
    auto rows = tables_.read_where(*through, owner.column, {text_with(*reference, *own)});
    std::erase_if(rows, [&](const RawRow& other) {
        return through->reference(owner.column, other.columns) != reference;
    });
    return rows.empty() ? std::nullopt : std::optional<RawRow>(std::move(rows.front()));
}

std::optional<RawRow> RowTranslator::referenced(const RawRow& row, const Reference& reference) {
    const auto key = key_meant(row, reference);
    if (!key || mapping_.find(reference.table) == nullptr) return std::nullopt;
    // Of two that have the same number nobody knows which is meant: they may be two persons'.
    auto rows = rows_meant(reference, {*key});
    return rows.size() == 1 ? std::optional<RawRow>(std::move(rows.front())) : std::nullopt;
}

std::map<std::string, Value> RowTranslator::to_database(const RowValues& values,
                                                        const RowValues& row,
                                                        const TableMapping& table,
                                                        const KnownRows& known) {
    std::map<std::string, Value> columns;
    for (const auto& [column, value] : values.columns) {
        // What it means may be there again soon; without it the row would say something else.
        const auto closed = tables_.closed(table, column);
        if (closed && *closed != MissingPolicy::null && !value.is_null()) {
            throw Unresolved{column, std::nullopt};
        }
        // A column of a newer mapping or database stays in the document.
        if (tables_.column(table, column) == nullptr) continue;
        const auto* reference = table.reference(column, row.columns);
        if (reference != nullptr && reference->number) continue;
        if (reference != nullptr && reference->missing != MissingPolicy::plain) {
            columns.emplace(column, reference_to_database(value, column, *reference, known));
        } else if (const auto* lookup = table.lookup(column)) {
            columns.emplace(column, lookup_to_database(value, row, *lookup));
        } else if (table.file(column) == nullptr) {
            columns.emplace_hint(columns.end(), column, value);
        }
    }
    for (const auto& file : table.files) {
        const auto* value = find_value(&row, file.column);
        if (!tells_file(values.columns, file) || value == nullptr ||
            tables_.column(table, file.column) == nullptr)
            continue;
        columns.emplace(file.column, is_file_content(*value) ? *value : checked_text(*value, file));
    }
    return columns;
}

Value RowTranslator::lookup_to_database(const Value& value, const RowValues& row,
                                        const Lookup& lookup) {
    if (value.is_null()) return none_value(lookup.none);
    auto target = tables_.lookups().target(lookup, value.bytes);
    // What its own site could not name says nothing of a row to be made.
    const bool named = !value.bytes.starts_with(kDangling);
    if (!target && named && lookup.missing == MissingPolicy::create) {
        std::map<std::string, Value> copies;
        for (const auto& column : lookup.copies) {
            const auto at = row.columns.find(copied_name(lookup.column, column));
            if (at != row.columns.end()) copies.emplace(column, at->second);
        }
        target = tables_.lookups().create(lookup, value.bytes, copies);
    }
    if (target) return text_value(*target);
    if (lookup.missing == MissingPolicy::null) return none_value(lookup.none);
    throw Unresolved{lookup.column, std::nullopt};
}

Value RowTranslator::reference_to_database(const Value& value, const std::string& column,
                                           const Reference& reference, const KnownRows& known) {
    if (value.is_null()) return none_value(reference.none);
    const auto row = RowId::parse(value.bytes);
    const auto target = row ? target_value(*row, reference, known) : std::nullopt;
    // By a number that others have, too, the row would be theirs as well.
    if (target && (is_by_key(reference) || rows_meant(reference, {*target}).size() == 1)) {
        return text_value(text_with(reference, *target));
    }
    if (reference.missing == MissingPolicy::hold) throw Unresolved{column, row};
    return none_value(reference.none);
}

std::optional<std::string> RowTranslator::target_value(RowId row, const Reference& reference,
                                                       const KnownRows& known) {
    const auto place = identities_.place_of(row, known);
    const auto* table = mapping_.find(reference.table);
    if (table == nullptr || !place || !place->key || place->table != reference.table) {
        return std::nullopt;
    }
    if (is_by_key(reference)) return place->key;
    const auto raw = tables_.read(*table, *place->key);
    const bool own = raw && table->is_meant_by(reference.target, raw->columns);
    return own ? raw->text(reference.target) : std::nullopt;
}

std::optional<std::string> RowTranslator::number_of(RowId row, const Reference& reference,
                                                    const KnownRows& known) {
    const auto at = known.numbers.find({row, reference.target});
    return at == known.numbers.end() ? target_value(row, reference, known)
                                     : std::optional(at->second);
}

std::map<std::string, Value> RowTranslator::stale_references(const RawRow& row,
                                                             const RowValues& values) {
    std::map<std::string, Value> stale;
    for (const auto& reference : row.table->references) {
        const auto at = values.columns.find(reference.column);
        const auto raw = row.columns.find(reference.column);
        if (row.table->reference(reference.column, row.columns) != &reference) continue;
        if (at == values.columns.end() || at->second.is_null() || raw == row.columns.end())
            continue;
        const auto meant = RowId::parse(at->second.bytes);
        const auto target = meant ? target_value(*meant, reference) : std::nullopt;
        const bool same = target && text_with(reference, *target) == raw->second.bytes;
        if (target && !same) stale.emplace(reference.column, at->second);
    }
    return stale;
}

}  // namespace cfs
