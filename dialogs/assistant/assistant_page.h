// One page of the set-up assistant.
#pragma once

#include <wx/panel.h>

#include <exception>
#include <functional>

#include "dialogs/assistant/setup_choices.h"

namespace cfs {

class SyncService;

// What the window does for its pages.
class AssistantHost {
  public:
    virtual ~AssistantHost() = default;

    [[nodiscard]] virtual SyncService& service() = 0;
    [[nodiscard]] virtual SetupChoices& choices() = 0;

    // Runs `work` in the background, with the pages and buttons disabled (Cancel too unless
    // `cancellable`), then `done` with what it threw, or null. If the window is gone `done` is not
    // called.
    virtual void run(std::function<void()> work, std::function<void(std::exception_ptr)> done,
                     bool cancellable) = 0;
    // The same without a sign of it: the person goes on meanwhile.
    virtual void look(std::function<void()> work, std::function<void(std::exception_ptr)> done) = 0;

    virtual void go_on() = 0;            // to the next page; from the last one it ends
    virtual void buttons_changed() = 0;  // what the page says of its buttons has changed
    virtual void settings_changed() = 0;
    virtual void keep_password(const std::string& connection, const std::string& password) = 0;
};

class AssistantPage : public wxPanel {
  public:
    AssistantPage(wxWindow* book, AssistantHost& host, const wxString& title)
        : wxPanel(book), host_(host), title_(title) {}

    [[nodiscard]] const wxString& title() const { return title_; }
    // It is shown: takes over what earlier pages chose and gives the keyboard to its first field.
    virtual void enter() = 0;
    // Next was pressed: what is filled in goes into the choices, then the host goes on; or a fault
    // is shown at its field.
    virtual void next() = 0;
    // Cancel was pressed: calls `close` once nothing is left half-done.
    virtual void cancel(const std::function<void()>& close) { close(); }
    // The program ends: what runs must end soon.
    virtual void stop() {}

    [[nodiscard]] virtual wxString next_label() const;
    [[nodiscard]] virtual bool can_go_back() const { return true; }
    [[nodiscard]] virtual bool can_cancel() const { return true; }

  protected:
    static constexpr int kTextWidth = 560;  // of sentences, in device-independent pixels

    void add_intro(wxSizer* column, const wxString& text);
    [[nodiscard]] AssistantHost& host() { return host_; }
    [[nodiscard]] SetupChoices& choices() { return host_.choices(); }

  private:
    AssistantHost& host_;
    wxString title_;
};

}  // namespace cfs
