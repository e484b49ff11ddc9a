#include "tray/tray_app.h"

#include <wx/filename.h>
#include <wx/log.h>
#include <wx/msgdlg.h>
#include <wx/msgout.h>
#include <wx/stdpaths.h>
#include <wx/utils.h>

#include <cstdio>
#include <cstdlib>

#include "core/engine/state_folder.h"
#include "dialogs/about_box.h"
#include "dialogs/assistant/setup_assistant.h"
#include "dialogs/error_text.h"
#include "dialogs/language.h"
#include "dialogs/log_window.h"
#include "dialogs/preferences_dialog.h"
#include "dialogs/review_window.h"
#include "dialogs/sites_window.h"
#include "dialogs/wx_text.h"
#include "tray/autostart.h"
#include "tray/bring_to_front.h"
#include "tray/end_signals.h"
#include "tray/notifier.h"
#include "tray/open_dialogs.h"
#include "tray/pause.h"
#include "tray/secret_store.h"
#include "tray/session_client.h"
#include "tray/single_instance.h"
#include "tray/status_window.h"
#include "tray/sync_controller.h"
#include "tray/system_watch.h"
#include "tray/tray_finder.h"
#include "tray/tray_icon.h"
#include "tray/user_guide.h"

namespace cfs {
namespace {

constexpr int kUsageStatus = 2;
constexpr int kFailedStatus = 4;
constexpr int kNoTrayMs = 10'000;  // at login, or after a fault, a panel may come that late
constexpr int kFrameMs = 500;
constexpr int kLeavePauseMs = 20;
constexpr int kWatchdogMs = 30'000;

StartOptions options_from(int count, wxChar** words) {
    std::vector<std::string> arguments;
    for (int i = 1; i < count; ++i) arguments.push_back(to_utf8(wxString(words[i])));
    return parse_start_options(arguments);
}

// Where the settings can't be read the applet says so later, in the system's language.
std::string language_of(const StartOptions& options) {
    if (!options.language.empty()) return options.language;
    try {
        const auto folder = options.state.empty() ? default_state_folder() : options.state;
        return load_settings(settings_path_in(folder)).general.language;
    } catch (const Error&) {
        return {};
    }
}

}  // namespace

TrayApp::TrayApp() = default;
TrayApp::~TrayApp() = default;

// Before there is a screen, so that help and faults are told without one.
bool TrayApp::Initialize(int& count, wxChar** words) {
    const auto options = options_from(count, words);
    if (options.help) {
        std::fputs(usage_text().c_str(), stdout);
        std::exit(EXIT_SUCCESS);
    }
    language_ = language_of(options);
    prepare_toolkit(language_);
    return wxApp::Initialize(count, words);
}

bool TrayApp::OnInit() {
    delete wxLog::SetActiveTarget(new wxLogStderr);  // the usual one opens a dialog
    delete wxMessageOutput::Set(new wxMessageOutputStderr);
    SetAppName("cloud-folder-sync");
    SetAppDisplayName("Cloud Folder Sync");
    SetExitOnFrameDelete(false);
    options_ = options_from(argc, argv);
    speak(language_);
    exit_status_ = start();
    return true;  // false would make the exit status 255
}

std::optional<int> TrayApp::start() {
    if (!options_.fault.empty()) {
        std::fputs((options_.fault + "\n" + usage_text()).c_str(), stderr);
        return kUsageStatus;
    }
    try {
        service_ = std::make_unique<SyncService>(options_.state);
        service_->find_passwords_by(find_password);
    } catch (...) {
        const auto text = describe(std::current_exception());
        wxLogError("%s: %s", text.heading, text.sentence);
        wxMessageBox(text.sentence, text.heading, wxOK | wxICON_ERROR);
        return kFailedStatus;
    }
    instance_ = std::make_unique<SingleInstance>(service_->state_folder());
    if (!instance_->is_first()) return hand_over();
    if (options_.action == Action::quit) return EXIT_SUCCESS;
    start_here();
    return std::nullopt;
}

std::optional<int> TrayApp::hand_over() {
    if (instance_->forward(options_.action.value_or(Action::show_status))) return EXIT_SUCCESS;
    wxLogError("The applet is running already and does not answer.");
    return kFailedStatus;
}

void TrayApp::start_here() {
    guide_ = user_guide(to_utf8(wxFileName(wxStandardPaths::Get().GetExecutablePath()).GetPath()));
    dialogs_ = std::make_unique<OpenDialogs>();
    const auto handler = command_handler();
    notifier_ = desktop_notifier(handler);
    controller_ = std::make_unique<SyncController>(*service_, *notifier_, [this] { update(); });
    system_ = watch_system(
        {[this](const Supply& supply) { controller_->set_supply(supply); },
         [this](std::function<void()> ready) { controller_->fall_asleep(std::move(ready)); },
         [this] { controller_->wake(); }});
    no_tray_timer_.Bind(wxEVT_TIMER, [this](wxTimerEvent&) { bring_to_front(status_window()); });
    old_icon_timer_.Bind(wxEVT_TIMER, [this](wxTimerEvent&) { drop_old_icons(); });
    frame_timer_.Bind(wxEVT_TIMER, [this](wxTimerEvent&) { move_icon(); });
    leave_timer_.Bind(wxEVT_TIMER, [this](wxTimerEvent&) { leave(); });
    watchdog_.Bind(wxEVT_TIMER, [](wxTimerEvent&) { std::_Exit(EXIT_SUCCESS); });
    Bind(wxEVT_END_SESSION, [this](wxCloseEvent&) { quit(); });
    on_end_signals(*this, [this] { quit(); });
    session_ = join_session([this] { quit(); });
    controller_->reload_settings();
    no_tray_timer_.StartOnce(kNoTrayMs);
    finder_ = std::make_unique<TrayFinder>(
        handler, [this](std::unique_ptr<TrayIcon> icon) { take_icon(std::move(icon)); });
    instance_->serve(handler);
    if (options_.action) return do_command({*options_.action, {}});
    if (controller_->nothing_enabled()) show_assistant();
}

int TrayApp::OnRun() { return exit_status_ ? *exit_status_ : wxApp::OnRun(); }

int TrayApp::OnExit() {
    finder_.reset();
    icon_.reset();
    system_.reset();
    old_icons_.clear();
    controller_.reset();
    notifier_.reset();
    dialogs_.reset();
    instance_.reset();
    service_.reset();
    session_.reset();  // last: now the session may end
    return wxApp::OnExit();
}

CommandHandler TrayApp::command_handler() {
    return [this](const Command& command) { CallAfter([this, command] { do_command(command); }); };
}

void TrayApp::do_command(const Command& command) {
    if (quitting_) return;
    switch (command.action) {
        case Action::show_status:
            return bring_to_front(status_window());
        case Action::sync_now:
            return controller_->sync_now(command.database);
        case Action::pause_for_an_hour:
        case Action::pause_until_tomorrow:
        case Action::pause_until_resumed:
            return pause(pause_end(command.action, system_clock().now()));
        case Action::resume:
            return pause(std::nullopt);
        case Action::preview_sync:
            return show_log().preview(command.database);
        case Action::undo_last_sync:
            return show_log().ask_undo(command.database, std::nullopt);
        case Action::review_conflicts:
            return show_review(command.database);
        case Action::latest_logs:
            show_log();
            return;
        case Action::sites:
            return show_sites();
        case Action::open_sync_folder:
            return open_folders(command.database);
        case Action::preferences:
            return show_preferences();
        case Action::user_guide:
            return show_guide();
        case Action::about:
            return show_about_box();
        case Action::quit:
            return quit();
    }
}

// The program stays responsive until the running sync has ended; the core survives being killed,
// so a loop that won't end is cut off in the end.
void TrayApp::quit() {
    if (quitting_) return;
    quitting_ = true;
    watchdog_.StartOnce(kWatchdogMs);
    no_tray_timer_.Stop();
    if (icon_) icon_->close_menu();
    if (status_window_) status_window_->close_menu();
    dialogs_->cancel_all();
    if (assistant_) assistant_->stop();
    controller_->end([this] { leave(); });
}

// The code below a cancelled dialog must return first: it still uses the windows.
void TrayApp::leave() {
    if (dialogs_->any()) {
        leave_timer_.StartOnce(kLeavePauseMs);
        return;
    }
    if (assistant_) assistant_->Destroy();
    if (preferences_) preferences_->Destroy();
    if (log_window_) log_window_->Destroy();
    if (review_window_) review_window_->Destroy();
    if (sites_window_) sites_window_->Destroy();
    if (status_window_) status_window_->Destroy();
    ExitMainLoop();
}

void TrayApp::take_icon(std::unique_ptr<TrayIcon> icon) {
    if (quitting_) return;
    if (icon_) {
        icon_->close_menu();
        old_icons_.push_back(std::move(icon_));
    }
    drop_old_icons();
    icon_ = std::move(icon);
    if (status_window_) status_window_->set_only_way(!icon_);
    if (!icon_) {
        no_tray_timer_.StartOnce(kNoTrayMs);
        return;
    }
    no_tray_timer_.Stop();
    frame_timer_.Stop();  // the new icon shows at once
    update();
}

void TrayApp::drop_old_icons() {
    std::erase_if(old_icons_, [](const auto& icon) { return !icon->menu_open(); });
    if (!old_icons_.empty()) old_icon_timer_.StartOnce(kLeavePauseMs);
}

void TrayApp::update() {
    if (!controller_) return;
    const auto facts = controller_->facts();
    auto view = view_of(facts);
    view.frame = frame_;
    view.has_guide = guide_.has_value();
    // A running sync tells of itself often: the icon follows at its own, slower pace.
    const bool moves = view.icon == IconState::syncing;
    if (icon_ && !(moves && frame_timer_.IsRunning())) icon_->show(view);
    if (moves && !frame_timer_.IsRunning()) frame_timer_.StartOnce(kFrameMs);
    if (status_window_) status_window_->show(view);
    if (log_window_) log_window_->show_live(controller_->live(), view.can_sync);
    if (!review_window_) return;
    for (const auto& database : facts.databases) {
        review_window_->note_last_sync(database.connection, database.last_end);
    }
}

// The timer runs only while a sync does.
void TrayApp::move_icon() {
    ++frame_;
    update();
}

StatusWindow& TrayApp::status_window() {
    if (!status_window_) {
        status_window_ = new StatusWindow(command_handler(), !icon_);
        update();
    }
    return *status_window_;
}

LogWindow& TrayApp::show_log() {
    if (!log_window_) {
        log_window_ =
            new LogWindow(*service_, controller_->reading(),
                          {[this](const std::string& database, const SyncRequest& request) {
                               controller_->sync(database, request);
                           },
                           [this](const std::string& database, const RunId& run) {
                               controller_->undo(database, run);
                           },
                           [this] { controller_->stop_sync(); }});
        update();
    }
    bring_to_front(*log_window_);
    return *log_window_;
}

// Of all databases the first that has any.
void TrayApp::show_review(const std::string& database) {
    if (!review_window_) {
        review_window_ = new ReviewWindow(
            *service_, controller_->background(),
            {[this](const std::string& connection) { controller_->read_news(connection); },
             [this](const std::string& connection) { controller_->sync_now(connection); }});
    }
    auto chosen = database;
    for (const auto& facts : controller_->facts().databases) {
        if (chosen.empty() && facts.conflicts > 0) chosen = facts.connection;
    }
    review_window_->open(chosen);
    bring_to_front(*review_window_);
}

void TrayApp::show_sites() {
    if (!sites_window_) sites_window_ = new SitesWindow(*service_, controller_->background());
    sites_window_->open();
    bring_to_front(*sites_window_);
}

void TrayApp::show_preferences() {
    if (!preferences_) {
        preferences_ = new PreferencesDialog(
            *service_, controller_->background(),
            {
                [this] { controller_->reload_settings(); },
                [this](const std::string& database) { controller_->sync_now(database); },
                [this] { show_log(); },
                [this] { show_assistant(); },
                keep_password,
                starts_at_login,
                [this](bool on) { set_start_at_login(on); },
            });
    }
    bring_to_front(*preferences_);
}

void TrayApp::pause(std::optional<Time> until) {
    try {
        controller_->pause(until);
    } catch (...) {
        const auto text = describe(std::current_exception());
        wxMessageBox(text.sentence, text.heading, wxOK | wxICON_ERROR);
    }
}

void TrayApp::show_assistant() {
    if (!assistant_) {
        assistant_ = new SetupAssistant(*service_, controller_->background(),
                                        {[this] { settings_changed(); }, keep_password});
    }
    bring_to_front(*assistant_);
}

void TrayApp::settings_changed() {
    controller_->reload_settings();
    if (preferences_) preferences_->reload();
}

void TrayApp::set_start_at_login(bool on) {
    if (!on) return start_at_login_no_more();
    std::vector<std::string> command = {to_utf8(wxStandardPaths::Get().GetExecutablePath())};
    if (!options_.state.empty()) {
        command.insert(command.end(), {"--state", service_->state_folder()});
    }
    start_at_login(command);
}

void TrayApp::show_guide() {
    if (!guide_ || wxLaunchDefaultBrowser(wxFileName::FileNameToURL(to_wx(*guide_)))) return;
    wxMessageBox(
        wxString::Format(_("No browser could be started. The guide lies in %s."), to_wx(*guide_)),
        _("User's Guide"), wxOK | wxICON_ERROR);
}

void TrayApp::open_folders(const std::string& database) {
    for (const auto& folder : controller_->folders(database)) {
        wxLaunchDefaultApplication(to_wx(folder));
    }
}

// An exception must not leave an event handler: the program goes on, the log tells.
bool TrayApp::OnExceptionInMainLoop() {
    const auto text = describe(std::current_exception());
    wxLogError("%s: %s", text.heading, text.sentence);
    return true;
}

void TrayApp::OnAssertFailure(const wxChar* file, int line, const wxChar*, const wxChar* test,
                              const wxChar*) {
    std::fprintf(stderr, "%s:%d: %s\n", wxString(file).utf8_string().c_str(), line,
                 wxString(test).utf8_string().c_str());
}

}  // namespace cfs
