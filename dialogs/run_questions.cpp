#include "dialogs/run_questions.h"

#include <wx/intl.h>

#include <algorithm>

#include "dialogs/error_text.h"
#include "dialogs/number_text.h"
#include "dialogs/time_text.h"
#include "dialogs/wx_text.h"

namespace cfs {
namespace {

wxString undone_text(const UndoExtent& extent) {
    if (extent.conflicts > 0) {
        return counted("%s conflict that was settled will be open again.",
                       "%s conflicts that were settled will be open again.", extent.conflicts);
    }
    return counted("%s record gets back the values that it had before.",
                   "%s records get back the values that they had before.", extent.rows) +
           '\n' + wxString::Format(_("Patients concerned: %s."), number_text(extent.patients));
}

wxString left_text(std::int64_t left) {
    return counted("%s record was edited or deleted since and stays as it is.",
                   "%s records were edited or deleted since and stay as they are.", left);
}

wxString consequence_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::files_gone:
            return _(
                "Is the drive connected, and has the cloud client finished? If not, choose "
                "Cancel and wait: nothing is lost.\n\nIf the files were deleted on purpose, "
                "go on. Patients that this database still holds come back into the folder.");
        case ErrorCode::patients_gone:
            return _(
                "If this is the wrong database, or it was damaged or restored by mistake, "
                "choose Cancel and tell the person who looks after it.\n\nIf that many "
                "patients were really changed, go on. The changes travel to all sites, and "
                "deleted patients come back from the folder.");
        case ErrorCode::triggers_missing:
            return _(
                "This is usual after an update of the clinic program. If you go on, all "
                "records are compared with the sync folder and are tracked again. Nothing is "
                "lost; this sync takes longer.");
        case ErrorCode::identity_changed:
            return _(
                "If another person was written over the record of this one, choose Cancel "
                "and correct it in the clinic program: two persons' records would be "
                "mixed.\n\nIf it is the same person, whose name or birth date was corrected, "
                "go on.");
        default:
            return {};
    }
}

// The first of a kind stands for all of them.
wxString more_text(const SyncReport& report, ErrorCode code) {
    const auto more = std::count_if(report.errors.begin(), report.errors.end(),
                                    [&](const auto& error) { return error.code == code; }) -
                      1;
    if (more <= 0) return {};
    return "\n" + counted("The same holds for %s more record.",
                          "The same holds for %s more records.", more);
}

wxString patient_text(const ReportError& error) {
    if (!error.patient) return {};
    return "\n" + wxString::Format(_("Patient: %s"), to_wx(error.patient->text()));
}

const ReportError* first_doubt(const SyncReport& report) {
    for (const auto& error : report.errors) {
        if (confirmation_of(error.code)) return &error;
    }
    return nullptr;
}

}  // namespace

std::optional<Question> undo_question(const UndoExtent& extent,
                                      const std::optional<SyncReport>& run) {
    if (!extent.run || extent.rows + extent.conflicts == 0) return std::nullopt;
    Question question;
    question.title =
        run ? wxString::Format(_("Undo what the sync of %s changed here?"), full_time(run->started))
            : _("Undo what was settled last?");
    question.text = undone_text(extent);
    if (extent.left > 0) question.text += '\n' + left_text(extent.left);
    question.text += "\n\n" + _("The other sites receive this with the next sync.");
    question.yes = _("&Undo");
    return question;
}

std::optional<std::string> confirmation_of(ErrorCode code) {
    if (consequence_of(code).empty()) return std::nullopt;
    std::string word(name_of(code));
    std::replace(word.begin(), word.end(), '_', '-');
    return word;
}

bool has_doubt(const SyncReport& report) { return first_doubt(report) != nullptr; }

std::optional<DoubtQuestion> doubt_question(const SyncReport& report) {
    const auto* error = first_doubt(report);
    if (error == nullptr) return std::nullopt;
    Question question{heading_of(error->code),
                      to_wx(error->sentence) + patient_text(*error) +
                          more_text(report, error->code) + "\n\n" + consequence_of(error->code),
                      _("&Sync All the Same")};
    return DoubtQuestion{std::move(question), *confirmation_of(error->code)};
}

}  // namespace cfs
