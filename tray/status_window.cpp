#include "tray/status_window.h"

#include <wx/button.h>
#include <wx/menu.h>
#include <wx/panel.h>
#include <wx/sizer.h>
#include <wx/statbmp.h>
#include <wx/stattext.h>

#include <algorithm>

#include "dialogs/icons.h"
#include "tray/popup.h"
#include "tray/popup_menu.h"

namespace cfs {
namespace {

constexpr int kIconSize = 48;
constexpr long kStyle = wxDEFAULT_FRAME_STYLE & ~(wxMAXIMIZE_BOX | wxRESIZE_BORDER);

wxBitmapBundle large_icon(const TrayView& view) {
    return icon_bitmap(icon_name(view.icon, view.frame), kIconSize);
}

// What the window shows as text, or has no use for.
bool has_button(const MenuEntry& entry) { return entry.command || !entry.children.empty(); }

Menu buttons_of(const TrayView& view) {
    auto menu = menu_of(view);
    std::erase_if(menu, [](const auto& entry) { return !has_button(entry); });
    return menu;
}

}  // namespace

StatusWindow::StatusWindow(CommandHandler handler, bool only_way)
    : wxFrame(nullptr, wxID_ANY, "Cloud Folder Sync", wxDefaultPosition, wxDefaultSize, kStyle),
      handler_(std::move(handler)),
      only_way_(only_way) {
    SetIcons(window_icons());
    panel_ = new wxPanel(this);
    auto* column = new wxBoxSizer(wxVERTICAL);
    auto* top = new wxBoxSizer(wxHORIZONTAL);
    icon_ = new wxStaticBitmap(panel_, wxID_ANY, large_icon(view_));
    text_ = new wxStaticText(panel_, wxID_ANY, {}, wxDefaultPosition, FromDIP(wxSize(330, 70)),
                             wxST_NO_AUTORESIZE);
    buttons_ = new wxBoxSizer(wxVERTICAL);
    top->Add(icon_, wxSizerFlags().DoubleBorder(wxRIGHT));
    top->Add(text_, wxSizerFlags(1).CenterVertical());
    column->Add(top, wxSizerFlags().Expand().DoubleBorder());
    column->Add(buttons_, wxSizerFlags().Expand().DoubleBorder(wxLEFT | wxRIGHT));
    column->AddSpacer(FromDIP(8));
    panel_->SetSizer(column);
    show_buttons();
    Bind(wxEVT_CLOSE_WINDOW, [this](wxCloseEvent& event) {
        if (!event.CanVeto()) return event.Skip();
        event.Veto();
        only_way_ ? Iconize() : static_cast<void>(Hide());
    });
}

void StatusWindow::show(const TrayView& view) {
    if (view.icon != view_.icon || view.frame != view_.frame) icon_->SetBitmap(large_icon(view));
    text_->SetLabelText(view.tooltip.AfterFirst('\n'));
    view_ = view;
    show_buttons();
}

// Buttons that stay the same keep the keyboard's focus. A button with an open menu must stay.
void StatusWindow::show_buttons() {
    auto menu = buttons_of(view_);
    if (menu == menu_ || open_menu_) return;
    const auto shape = [](const MenuEntry& a, const MenuEntry& b) {
        return a.command == b.command && a.label == b.label &&
               a.children.empty() == b.children.empty();
    };
    const bool same_shape = std::equal(menu.begin(), menu.end(), menu_.begin(), menu_.end(), shape);
    menu_ = std::move(menu);
    if (!same_shape) {
        buttons_->Clear(true);
        for (std::size_t i = 0; i < menu_.size(); ++i) {
            buttons_->Add(make_button(i), wxSizerFlags().Expand().Border(wxBOTTOM));
        }
        SetClientSize(panel_->GetBestSize());
        panel_->Layout();
    }
    for (std::size_t i = 0; i < menu_.size(); ++i) {
        buttons_->GetItem(i)->GetWindow()->Enable(menu_[i].enabled);
    }
}

wxButton* StatusWindow::make_button(std::size_t index) {
    auto* button = new wxButton(panel_, wxID_ANY, menu_[index].label);
    button->Bind(wxEVT_BUTTON,
                 [this, index, button](wxCommandEvent&) { press(menu_[index], *button); });
    return button;
}

void StatusWindow::press(const MenuEntry& entry, const wxButton& button) {
    if (entry.command) return handler_(*entry.command);
    const auto menu = popup_menu_of(entry.children, handler_);
    open_menu_ = menu.get();
    panel_->PopupMenu(menu.get(), button.GetPosition() + wxSize(0, button.GetSize().y));
    open_menu_ = nullptr;
    CallAfter([this] { show_buttons(); });
}

void StatusWindow::close_menu() {
    if (open_menu_) close_popup(*open_menu_);
}

}  // namespace cfs
