// Latest Logs: the runs, newest first, and the lines of the chosen one; the running sync stands on
// top and grows line by line.
#pragma once

#include <wx/frame.h>

#include <functional>
#include <optional>
#include <vector>

#include "core/engine/sync_report.h"
#include "dialogs/live_run.h"

class wxButton;
class wxGauge;
class wxSplitterWindow;
class wxStaticText;

namespace cfs {

class SyncService;
class TextTable;

struct LogWindowActions {
    std::function<void()> sync_now;
    std::function<void()> stop_sync;
};

class LogWindow : public wxFrame {
  public:
    LogWindow(const SyncService& service, LogWindowActions actions);

    // Called whenever the running sync has moved on; none: no sync runs. Runs that have ended since
    // are read from the history.
    void show_live(const std::optional<LiveRun>& live, bool can_sync);

  private:
    void make_lists(wxSplitterWindow* splitter);
    wxSizer* make_bottom();
    void load();
    void select_first();
    void select_run(const RunId& run);
    [[nodiscard]] std::optional<RunId> older_run_selected() const;  // what the user is reading
    void show_selected();
    void show_report(const SyncReport& report);
    void show_live_lines();
    void update_bottom(bool can_sync);
    [[nodiscard]] bool live_selected() const;

    const SyncService& service_;
    LogWindowActions actions_;
    std::vector<SyncReport> runs_;
    std::optional<LiveRun> live_;

    TextTable* run_table_ = nullptr;
    TextTable* line_table_ = nullptr;
    wxStaticText* summary_ = nullptr;
    wxStaticText* progress_ = nullptr;
    wxGauge* gauge_ = nullptr;
    wxButton* sync_ = nullptr;
    wxButton* stop_ = nullptr;
};

}  // namespace cfs
