// Review Conflicts: the open conflicts of a database, and the values of the chosen one side by
// side. What a person keeps is settled in this database at once, and told to the other sites by the
// next sync, which is asked for soon after. Each choice can be undone from here.
#pragma once

#include <wx/frame.h>
#include <wx/timer.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/sync_service.h"
#include "dialogs/background.h"

class wxButton;
class wxCheckBox;
class wxSizer;
class wxSplitterWindow;
class wxStaticText;

namespace cfs {

class ConflictPanel;
class DatabaseChoice;
class TextTable;

struct ReviewActions {
    std::function<void(const std::string& connection)> changed;  // its conflicts are others
    std::function<void(const std::string& connection)> sync;
};

class ReviewWindow : public wxFrame {
  public:
    ReviewWindow(SyncService& service, Background& background, ReviewActions actions);

    // Shows the conflicts of this database, or of the one that was shown; reads them again.
    void open(const std::string& connection = {});
    // When the last sync of a database ended: after it the conflicts may be others.
    void note_last_sync(const std::string& connection, std::optional<Time> end);

  private:
    struct Answer;
    struct Kept {  // what can be undone
        RunId run;
        std::string conflict;  // the first of those settled
    };

    void make_panes(wxSplitterWindow* splitter);
    wxSizer* make_bottom(wxWindow* parent);

    using Work = std::function<void(SyncService&, const std::string& connection, Answer&)>;
    using Done = std::function<wxString(const Answer&)>;  // gives the status; empty: the count

    void reload();
    void keep(const ConflictValue& value);
    void keep_all();
    void settle(std::vector<Choice> choices);
    [[nodiscard]] wxString settled(const Settlement& settlement, const std::string& first,
                                   std::size_t asked);
    void undo();
    [[nodiscard]] wxString undone(const SyncReport& report);
    // One thing at a time: what is done next must be about what is shown.
    void run(Work work, Done done);

    void take(std::vector<Conflict> conflicts);
    void select(int row);
    void select_conflict(const std::string& id);
    void move(int by);
    void show_selected();
    void show_status(const wxString& text);
    void update_buttons();
    void sync_soon();
    void sync_at_once();
    [[nodiscard]] const Conflict* selected() const;

    SyncService& service_;
    WindowWork background_;
    ReviewActions actions_;
    std::string connection_;
    std::vector<Conflict> conflicts_;
    std::vector<Kept> kept_;
    bool busy_ = false;
    std::optional<Time> last_sync_;
    std::string to_sync_;  // whose choices no sync has told yet
    wxTimer sync_timer_;

    DatabaseChoice* choice_ = nullptr;
    TextTable* table_ = nullptr;
    wxStaticText* patient_ = nullptr;
    wxStaticText* record_ = nullptr;
    wxCheckBox* only_different_ = nullptr;
    ConflictPanel* values_ = nullptr;
    wxStaticText* status_ = nullptr;
    wxButton* previous_ = nullptr;
    wxButton* next_ = nullptr;
    wxButton* all_ = nullptr;
    wxButton* undo_ = nullptr;
};

}  // namespace cfs
