"""Faults that the tests must notice: what is planted, and what would become of the patients."""

from typing import NamedTuple


class Fault(NamedTuple):
    name: str
    what: str    # what goes wrong, in a few words
    edits: list  # (file, text that is there once, text to put in its place)


MERGE = "core/rules/merge.cpp"
SHOWN = "core/rules/shown.cpp"
OBSERVE = "core/rules/observe.cpp"
PLAN = "core/rules/plan.cpp"
PROJECT = "core/rules/project.cpp"
ENGINE = "core/engine/sync_engine.cpp"
DOUBTS = "core/engine/unit_doubts.cpp"
SYNC = "core/engine/patient_sync.cpp"
WRITER = "core/engine/row_writer.cpp"
PUBLISHER = "core/engine/publisher.cpp"
LOGS = "core/engine/log_reader.cpp"
FILES = "core/engine/patient_files.cpp"
JOURNAL = "core/database/change_journal.cpp"
DOCUMENTS = "core/database/document_store.cpp"
NAMES = "core/rules/conflict_names.cpp"
PATIENT_FILE = "core/folder/patient_file.cpp"

FAULTS = [
    # ---- the rules
    Fault("last-writer-wins", "of several values only the latest by the clock is kept", [
        (MERGE, "    std::reverse(kept.begin(), kept.end());\n",
         "    std::reverse(kept.begin(), kept.end());\n"
         "    const auto latest = std::max_element(kept.begin(), kept.end(), [](auto& x, auto& y) {\n"
         "        return x.time < y.time;\n"
         "    });\n"
         "    if (latest != kept.end()) kept = {*latest};\n")]),
    Fault("collapse-equal-values", "equal values of two versions keep one version only", [
        (MERGE, "{ return x.version == y.version; };\n    kept.erase(",
         "{ return x.version == y.version || x.value == y.value; };\n    kept.erase(")]),
    Fault("one-absorbed-set-per-document", "what one row has absorbed counts for all of them", [
        (MERGE, "void merge_into(PatientDocument& into, PatientDocument other) {\n",
         "void merge_into(PatientDocument& into, PatientDocument other) {\n"
         "    std::set<VersionId> all, theirs;\n"
         "    for (const auto& [id, row] : into.rows) {\n"
         "        all.insert(row.absorbed.begin(), row.absorbed.end());\n"
         "    }\n"
         "    for (const auto& [id, row] : other.rows) {\n"
         "        theirs.insert(row.absorbed.begin(), row.absorbed.end());\n"
         "    }\n"
         "    std::erase_if(into.rows, [&](const auto& item) {\n"
         "        const auto& absorbed = item.second.absorbed;\n"
         "        return into.patient == other.patient && !other.rows.contains(item.first) &&\n"
         "               std::includes(theirs.begin(), theirs.end(), absorbed.begin(),\n"
         "                             absorbed.end());\n"
         "    });\n"),
        (MERGE, "        if (ours != row) ours = merge(ours, row);\n    }\n",
         "        if (ours != row) ours = merge(ours, row);\n    }\n"
         "    all.merge(theirs);\n"
         "    for (auto& [id, row] : into.rows) row.absorbed.assign(all.begin(), all.end());\n"),
        (MERGE, "#include <algorithm>\n", "#include <algorithm>\n#include <set>\n"),
        (PLAN, "    merge_into(pool.rows, std::move(folder.rows));\n",
         "    merge_into(pool.rows, std::move(folder.rows));\n"
         "    std::erase_if(pool.holders, [&](const auto& item) {\n"
         "        return !pool.rows.rows.contains(item.first);\n"
         "    });\n")]),
    Fault("overwritten-values-return", "a value that was overwritten elsewhere is kept", [
        (MERGE, "            has_absorbed(other, held.version) && !holds(other_field, held.version);\n",
         "            false && has_absorbed(other, held.version) &&\n"
         "            !holds(other_field, held.version);\n")]),
    Fault("ties-broken-by-chance", "of two values of one time another one is shown", [
        (SHOWN, "    return std::tie(a.time, a.version, a.value) < std::tie(b.time, b.version, b.value);\n",
         "    return a.time < b.time;\n")]),
    Fault("blended-record", "an edit stamps only the columns that changed", [
        (OBSERVE, "        if (changed.contains(column)) continue;\n"
         "        hold(row, column, {version, time, shown.at(column)});\n",
         "        if (changed.contains(column)) continue;\n")]),
    Fault("edit-settles-conflicts", "an ordinary edit drops the losing values too", [
        (OBSERVE, "    if (covers) covered = shown_versions(row, table, columns, shown);\n",
         "    if (covers) covered.insert(row.absorbed.begin(), row.absorbed.end());\n")]),
    Fault("stale-form-erases", "a form saved late erases what a sync brought", [
        (OBSERVE, "        if (puts_back(values, id, context)) blind.insert(group);\n",
         "        (void)puts_back(values, id, context);\n")]),
    Fault("slow-clock-hides-edit", "an edit by a slow clock loses against what it had seen", [
        (OBSERVE, "    time = later_than_losers(row, seen, table, time);\n",
         "    (void)later_than_losers(row, seen, table, time);\n")]),
    Fault("found-rows-win", "what is found at enabling wins over every edit", [
        (OBSERVE, "hold(row, item->first, {version, Time{}, item->second});\n",
         "hold(row, item->first, {version, kLastTime, item->second});\n")]),
    Fault("found-version-without-content", "rows found with other content bear one version", [
        (OBSERVE, "        append_framed(content, one_form ? plain_form(value.bytes) : value.bytes);\n",
         "        (void)one_form;\n")]),
    Fault("restored-from-ourselves", "a deleted row is restored from the own document", [
        (PLAN, "        pool.rows.rows.erase(id);\n        pool.holders.erase(id);\n", "")]),
    Fault("deletions-spread", "a row deleted here is dropped though the folder holds it", [
        (PLAN, "        if (folder.contains(id)) continue;\n", "        (void)folder;\n")]),
    Fault("unreadable-means-deleted", "a file that can't be read counts as gone", [
        (PLAN, "        if (!input.folder_complete) {\n", "        if (false) {\n")]),
    Fault("merge-before-observe", "an edit is taken to have seen what the folder brings", [
        (PLAN, "    std::optional<Rows> fewer;\n",
         "    merge_into(pool.rows, folder.rows);\n    std::optional<Rows> fewer;\n")]),
    Fault("rounding-is-an-edit", "what the database made of a value is written again and again", [
        (PLAN, "        return says(before, column, value) && says(left,",
         "        return false && says(before, column, value) && says(left,")]),
    Fault("shown-under-two-patients", "a moved record stays with the old patient as well", [
        (PLAN, "        if (!input.known.contains(*owner)) result.missing.insert(*owner);\n", ""),
        (PLAN, "        pool.holders[id].insert(*owner);\n", "        (void)owner;\n")]),

    # ---- the folder's files
    Fault("alike-by-id", "of a kept document a row counts as it stands in the file", [
        (PATIENT_FILE, "        if (next_ == rows_.size() || rows_[next_] != row_xml) return nullptr;\n",
         "        if (rows_.empty()) return nullptr;\n")]),

    # ---- the engine
    Fault("compare-documents", "an edit is a difference from the document, not from what was left", [
        (DOCUMENTS, "            if (row[1]) apply_differences(stored->left, from_xml(*row[1]));\n", "")]),
    Fault("publish-before-commit", "files are published before the database has committed", [
        (ENGINE, "        transaction.commit();\n        time_behind_",
         "        publisher_.publish(batch_);\n        transaction.commit();\n        time_behind_")]),
    Fault("copy-deleted-unchecked", "a conflict copy goes before it is known to be in the file", [
        (PUBLISHER, "    const auto bytes = run_.folder.read(patient_path(patient), kMaxPatientFile);\n"
         "    if (!bytes) return false;\n", "    return true;\n"
         "    const auto bytes = run_.folder.read(patient_path(patient), kMaxPatientFile);\n"
         "    if (!bytes) return false;\n")]),
    Fault("copy-deleted-first", "a conflict copy is deleted before the commit", [
        (ENGINE, "    sync_patients();\n    sync_waiting();\n",
         "    publisher_.delete_copies();\n    sync_patients();\n    sync_waiting();\n"),
        (PUBLISHER, "bool Publisher::is_safe(PatientId patient, const PatientFile& copy) {\n",
         "bool Publisher::is_safe(PatientId patient, const PatientFile& copy) {\n    return true;\n")]),
    Fault("blind-replace", "the target is replaced without a look at what it holds", [
        (PUBLISHER, "    if (file.state != PatientFile::State::read || file.within == digest) return true;\n",
         "    if (file.state != PatientFile::State::absent) return true;\n")]),
    Fault("damage-healed-at-once", "a file that is still arriving is replaced", [
        (FILES, "(run_.clock.now() - seen->since >= kHealAfter ||", "(true ||")]),
    Fault("log-cursor-early", "a segment is done before its files have come", [
        (LOGS, "        news.push_back(&entry);\n", "")]),
    Fault("gaps-ignored", "missing log segments are not noticed", [
        (LOGS, "            if (!known.contains(gap)) needs_full_scan_ = true;\n", "")]),
    Fault("announced-before-recorded", "an outbox entry ends without its log entry", [
        (PUBLISHER, "        publications.add_own(run_.writer, {number, content, sha256(content)});\n", "")]),
    Fault("cloned-writer-stays", "a writer that meets its own name goes on under it", [
        (ENGINE, "    if (!beyond) return;\n", "    return;\n    if (!beyond) return;\n")]),
    Fault("journal-not-drained-again", "notes older than our write pass for edits", [
        (ENGINE, "{ return drain().entries < kJournalBatch; }", "{ return true; }")]),
    Fault("decided-before-an-edit", "what was decided holds though somebody edited since", [
        (ENGINE, "    decided_.forget(result);\n", "")]),
    Fault("decided-before-another", "what was decided holds though a patient was synced that it has "
          "a row in common with", [
        (ENGINE, "        decided_.forget(decision.rows);\n", "")]),
    Fault("key-is-identity", "a row inserted under a deleted row's key is that row", [
        (JOURNAL, "    if (table.patient) result.gone.insert(PatientId{row->uuid});\n"
         "    identities_.retire(*row);\n",
         "    if (table.patient) result.gone.insert(PatientId{row->uuid});\n")]),
    Fault("journal-forgets-patients", "a change of a known row touches no patient", [
        (JOURNAL, "    if (known) touch_all_of(*known, result);\n", ""),
        (JOURNAL, "    if (patient) {\n        touch(*patient, result);\n    } else if (!known) {\n",
         "    if (patient) {\n        if (!known) touch(*patient, result);\n    } else if (!known) {\n")]),
    Fault("another-person-exported", "a key with another identity passes for an edit", [
        (DOUBTS, "    if (run.confirmed.contains(\"identity-changed\")) return;\n", "    return;\n")]),
    Fault("refused-change-seen", "an edit passes for one that saw what the database refused", [
        (DOUBTS, "            if (unit.input.now.contains(pending.row)) unit.input.context.unseen.insert(pending.row);\n", "")]),
    Fault("reference-by-old-key", "rows that mean a restored row keep its former key", [
        (WRITER, "    if (!former.empty() && former != key) follow_new_key(id, table, key);\n", ""),
        (WRITER, "    if (unit_.restored == 0 && !run_.database.translator().met_former_key()) return;\n",
         "    return;\n")]),
    Fault("any-folder-will-do", "a folder with another marker is synced with", [
        ("core/engine/joined_folder.cpp", "    if (marker.folder", "    if (false && marker.folder")]),
    Fault("files-gone-unnoticed", "a folder that lost most files is no doubt", [
        (ENGINE, "    return count >= kDoubtAtLeast && enough > of(enough);\n",
         "    return false && enough > of(enough);\n")]),
    Fault("shard-changes-unseen", "what changed in a directory is not looked for", [
        ("core/engine/folder_scan.cpp", "    return found == expected;\n", "    return true;\n")]),
    Fault("full-disk-unnoticed", "a nearly full disk is no doubt", [
        ("core/engine/joined_folder.cpp", "    if (free && *free < kMinFreeSpace) {\n",
         "    if (false && free && *free < kMinFreeSpace) {\n")]),

    # ---- the names
    Fault("resilio-copies-deleted", "copies go that would take the real file along at the peer", [
        (NAMES, "reading.sign < Sign::kept && is_exact(name)", "is_exact(name)")]),
    Fault("personal-copies-deleted", "copies that a person made are deleted", [
        (NAMES, "    return reading.sign == Sign::person ? CopyMaker::person : CopyMaker::provider;\n",
         "    return CopyMaker::provider;\n"),
        (NAMES, "reading.sign < Sign::kept && is_exact(name)", "is_exact(name)")]),
]
