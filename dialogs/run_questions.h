// What a person is asked before a run is undone, or before a sync goes on in spite of a doubt.
#pragma once

#include <wx/string.h>

#include <optional>
#include <string>

#include "core/engine/sync_service.h"

namespace cfs {

struct Question {
    wxString title, text;
    wxString yes;  // the button's label, with a mnemonic
};

// `run` is what is to be undone, none where the log does not know it. Nothing where there is
// nothing to put back.
[[nodiscard]] std::optional<Question> undo_question(const UndoExtent& extent,
                                                    const std::optional<SyncReport>& run);

// What SyncRequest::confirmed takes for an error, none where a person can't settle it by a yes.
[[nodiscard]] std::optional<std::string> confirmation_of(ErrorCode code);
[[nodiscard]] bool has_doubt(const SyncReport& report);

// About the first doubt of a run; nothing where it has none.
struct DoubtQuestion {
    Question question;
    std::string confirmation;
};
[[nodiscard]] std::optional<DoubtQuestion> doubt_question(const SyncReport& report);

}  // namespace cfs
