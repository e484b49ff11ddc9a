// The runs, newest first, as a filter chooses them; the running one stands on top whatever the
// filter says. The history is read on another thread.
#pragma once

#include <wx/panel.h>
#include <wx/timer.h>

#include <functional>
#include <optional>
#include <vector>

#include "core/engine/run_history.h"
#include "dialogs/background.h"
#include "dialogs/live_run.h"

class wxChoice;
class wxStaticText;
class wxTextCtrl;

namespace cfs {

class SyncService;
class TextTable;

class RunList : public wxPanel {
  public:
    // `chosen` is called whenever another run is, or may be, the chosen one; `failed` with what the
    // history threw.
    RunList(wxWindow* parent, const SyncService& service, Background& reading,
            std::function<void()> chosen, std::function<void(const std::exception_ptr&)> failed);

    // Another run may have begun or ended.
    void show_live(const std::optional<LiveRun>& live);
    void choose_newest();  // and follow it when the next one begins
    void focus();

    [[nodiscard]] bool live_chosen() const;
    [[nodiscard]] std::optional<SyncReport> chosen() const;  // without its lines
    [[nodiscard]] const std::vector<SyncReport>& runs() const { return runs_; }
    [[nodiscard]] bool filtered() const;

  private:
    void make_filter(wxSizer* column);
    void filter_changed();
    [[nodiscard]] RunFilter filter() const;
    void load();
    void loaded(std::vector<SyncReport> runs);
    void fill();
    void choose(const std::optional<RunId>& run);
    [[nodiscard]] std::optional<RunId> older_chosen() const;  // what the user is reading
    [[nodiscard]] int row_of_live() const { return live_ ? 0 : -1; }

    const SyncService& service_;
    WindowWork reading_;
    std::function<void()> chosen_;
    std::function<void(const std::exception_ptr&)> failed_;
    std::vector<SyncReport> runs_;
    std::optional<LiveRun> live_;
    bool live_ended_ = false;  // it is shown until the history has it
    int loads_ = 0;            // the latest one counts
    wxTimer typing_;

    wxChoice* kind_ = nullptr;
    wxStaticText* patient_label_ = nullptr;
    wxTextCtrl* patient_ = nullptr;
    TextTable* table_ = nullptr;
};

}  // namespace cfs
