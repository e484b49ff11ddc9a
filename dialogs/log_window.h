// Latest Logs: the runs, newest first, and the lines of the chosen one; the running sync stands on
// top and grows line by line. From here a sync is begun, previewed or cancelled, a run is undone,
// and a doubt is settled.
#pragma once

#include <wx/frame.h>

#include <exception>
#include <functional>
#include <optional>
#include <string>

#include "core/engine/sync_service.h"
#include "dialogs/background.h"
#include "dialogs/live_run.h"

class wxButton;
class wxGauge;
class wxStaticText;

namespace cfs {

class LineList;
class RunList;

struct LogWindowActions {
    // The connection; empty: all databases.
    std::function<void(const std::string& database, const SyncRequest& request)> sync;
    std::function<void(const std::string& database, const RunId& run)> undo;
    std::function<void()> cancel;
};

class LogWindow : public wxFrame {
  public:
    // `reading` must not wait for syncs.
    LogWindow(SyncService& service, Background& reading, LogWindowActions actions);

    // Called whenever the running sync has moved on; none: no sync runs. Runs that have ended since
    // are read from the history.
    void show_live(const std::optional<LiveRun>& live, bool can_sync);

    void preview(const std::string& database);  // empty: all
    // Asks first. `database` empty: the only one; `run` none: the last that changed something.
    void ask_undo(const std::string& database, const std::optional<RunId>& run);

  private:
    wxSizer* make_run_buttons(wxWindow* panel);
    wxSizer* make_bottom(wxWindow* panel);
    void bind_keys();
    void show_chosen();
    void show_run(const SyncReport& report);
    void show_live_lines();
    void show_summary(const wxString& text);
    void show_fault(const std::exception_ptr& error);
    void update_buttons();

    void sync(const std::string& database, const SyncRequest& request);
    void undo_chosen();
    void confirm_chosen();
    void export_chosen();
    void export_shown();
    void export_runs(const std::vector<RunId>& runs);
    // Reads on the other thread; `then` is not called once this window is gone.
    template <class Result>
    void read(std::function<Result()> work, std::function<void(Result)> then);

    SyncService& service_;
    WindowWork reading_;
    LogWindowActions actions_;
    std::optional<LiveRun> live_;
    bool can_sync_ = false;
    std::optional<SyncReport> shown_;  // the chosen run with its lines, once they are read

    RunList* runs_ = nullptr;
    LineList* lines_ = nullptr;
    wxStaticText* summary_ = nullptr;
    wxString summary_text_;  // as it is without line breaks of ours
    wxStaticText* progress_ = nullptr;
    wxGauge* gauge_ = nullptr;
    wxButton *undo_ = nullptr, *confirm_ = nullptr, *export_run_ = nullptr, *export_all_ = nullptr;
    wxButton *sync_ = nullptr, *preview_ = nullptr, *cancel_ = nullptr;
};

}  // namespace cfs
