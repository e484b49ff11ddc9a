// The last page: enables the database, shows what the first sync would do, and does it.
#pragma once

#include <wx/timer.h>

#include <memory>

#include "dialogs/assistant/assistant_page.h"

class wxGauge;

namespace cfs {

class FaultText;
class FirstSync;
class WrappedText;

class FirstSyncPage : public AssistantPage {
  public:
    FirstSyncPage(wxWindow* book, AssistantHost& host);

    void enter() override;
    void next() override;
    void cancel(const std::function<void()>& close) override;
    void stop() override;

    [[nodiscard]] wxString next_label() const override;
    [[nodiscard]] bool can_go_back() const override { return step_ == Step::summary; }
    [[nodiscard]] bool can_cancel() const override { return step_ != Step::done; }

  private:
    enum class Step { summary, preview, sync, done };  // what Next leads to, or has led to

    void enable();
    void keep_password();
    void show_password_note(const wxString& sentence);
    void preview();
    void previewed();
    void sync();
    void synced();
    void ask_to_keep(const std::function<void()>& close);
    void keep_enabled();
    void take_back(const std::function<void()>& close);

    void show(Step step, const wxString& text);
    void show_fault(const std::exception_ptr& error);
    void show_report_fault();
    void start(std::function<void()> work, std::function<void()> done);
    void show_progress();

    std::shared_ptr<FirstSync> first_;  // shared with the work in the background
    Step step_ = Step::summary;
    bool running_ = false;         // a preview or a sync
    std::function<void()> close_;  // asked for while it ran
    wxTimer timer_;
    WrappedText* text_ = nullptr;
    FaultText* fault_ = nullptr;
    WrappedText* note_ = nullptr;
    WrappedText* progress_ = nullptr;
    wxGauge* gauge_ = nullptr;
};

}  // namespace cfs
