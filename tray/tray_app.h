// The applet: puts its parts together, does commands, and ends cleanly.
#pragma once

#include <wx/app.h>
#include <wx/timer.h>
#include <wx/weakref.h>

#include <memory>
#include <optional>
#include <vector>

#include "core/engine/sync_service.h"
#include "tray/command.h"
#include "tray/start_options.h"

namespace cfs {

class LogWindow;
class Notifier;
class OpenDialogs;
class PreferencesDialog;
class ReviewWindow;
class SessionClient;
class SetupAssistant;
class SingleInstance;
class SitesWindow;
class StatusWindow;
class SyncController;
class SystemWatch;
class TrayFinder;
class TrayIcon;

class TrayApp : public wxApp {
  public:
    TrayApp();
    ~TrayApp() override;

    bool Initialize(int& count, wxChar** words) override;
    bool OnInit() override;
    int OnRun() override;
    int OnExit() override;
    bool OnExceptionInMainLoop() override;
    void OnAssertFailure(const wxChar* file, int line, const wxChar* function, const wxChar* test,
                         const wxChar* message) override;

  private:
    [[nodiscard]] std::optional<int> start();  // an exit status: the program is over already
    [[nodiscard]] std::optional<int> hand_over();
    void start_here();
    [[nodiscard]] CommandHandler command_handler();
    void do_command(const Command& command);
    void quit();
    void leave();

    void take_icon(std::unique_ptr<TrayIcon> icon);
    void drop_old_icons();
    void update();
    void move_icon();
    [[nodiscard]] StatusWindow& status_window();
    LogWindow& show_log();
    void show_review(const std::string& database);
    void show_sites();
    void show_preferences();
    void pause(std::optional<Time> until);
    void show_assistant();
    void settings_changed();
    void set_start_at_login(bool on);
    void show_guide();
    void open_folders(const std::string& database);

    std::string language_;  // empty: the system's
    StartOptions options_;
    std::optional<int> exit_status_;
    bool quitting_ = false;
    int frame_ = 0;  // of the icon while a sync runs
    std::optional<std::string> guide_;
    wxTimer no_tray_timer_, old_icon_timer_, frame_timer_, leave_timer_, watchdog_;

    std::unique_ptr<SyncService> service_;
    std::unique_ptr<SingleInstance> instance_;
    std::unique_ptr<Notifier> notifier_;
    std::unique_ptr<SyncController> controller_;
    std::unique_ptr<SystemWatch> system_;
    std::unique_ptr<SessionClient> session_;
    std::unique_ptr<OpenDialogs> dialogs_;
    std::unique_ptr<TrayFinder> finder_;
    std::unique_ptr<TrayIcon> icon_;                    // null where there is no tray
    std::vector<std::unique_ptr<TrayIcon>> old_icons_;  // whose menus are open still
    wxWeakRef<StatusWindow> status_window_;
    wxWeakRef<LogWindow> log_window_;
    wxWeakRef<ReviewWindow> review_window_;
    wxWeakRef<SitesWindow> sites_window_;
    wxWeakRef<PreferencesDialog> preferences_;
    wxWeakRef<SetupAssistant> assistant_;
};

}  // namespace cfs
