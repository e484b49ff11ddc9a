#include "tray/status_window.h"

#include <wx/app.h>
#include <wx/button.h>
#include <wx/panel.h>
#include <wx/sizer.h>
#include <wx/statbmp.h>
#include <wx/stattext.h>

#include "dialogs/icons.h"
#include "tray/menu.h"

namespace cfs {
namespace {

constexpr int kIconSize = 48;
constexpr long kStyle = wxDEFAULT_FRAME_STYLE & ~(wxMAXIMIZE_BOX | wxRESIZE_BORDER);

wxBitmapBundle large_icon(IconState state) { return icon_bitmap(icon_name(state), kIconSize); }

}  // namespace

StatusWindow::StatusWindow(CommandHandler handler, bool only_way)
    : wxFrame(nullptr, wxID_ANY, "Cloud Folder Sync", wxDefaultPosition, wxDefaultSize, kStyle),
      handler_(std::move(handler)),
      only_way_(only_way) {
    SetIcons(window_icons());
    auto* panel = new wxPanel(this);
    auto* column = new wxBoxSizer(wxVERTICAL);
    auto* top = new wxBoxSizer(wxHORIZONTAL);
    icon_ = new wxStaticBitmap(panel, wxID_ANY, large_icon(IconState::idle));
    text_ = new wxStaticText(panel, wxID_ANY, {}, wxDefaultPosition, FromDIP(wxSize(330, 70)),
                             wxST_NO_AUTORESIZE);
    top->Add(icon_, wxSizerFlags().DoubleBorder(wxRIGHT));
    top->Add(text_, wxSizerFlags(1).CenterVertical());
    column->Add(top, wxSizerFlags().Expand().DoubleBorder());
    add_buttons(panel, column);
    column->AddSpacer(FromDIP(8));
    panel->SetSizer(column);
    SetClientSize(panel->GetBestSize());
    Bind(wxEVT_CLOSE_WINDOW, [this](wxCloseEvent& event) {
        if (!event.CanVeto()) return event.Skip();
        event.Veto();
        only_way_ ? Iconize() : static_cast<void>(Hide());
    });
}

void StatusWindow::add_buttons(wxWindow* panel, wxSizer* column) {
    for (const auto& entry : menu_of(view_)) {
        if (!entry.command) continue;
        auto* button = new wxButton(panel, wxID_ANY, entry.label);
        button->Bind(wxEVT_BUTTON, [this, command = *entry.command](wxCommandEvent&) {
            wxTheApp->CallAfter([handler = handler_, command] { handler(command); });
        });
        buttons_[*entry.command] = button;
        column->Add(button, wxSizerFlags().Expand().Border(wxLEFT | wxRIGHT | wxBOTTOM));
    }
}

void StatusWindow::show(const TrayView& view) {
    if (view.icon != view_.icon) icon_->SetBitmap(large_icon(view.icon));
    text_->SetLabelText(view.tooltip.AfterFirst('\n'));
    for (const auto& entry : menu_of(view)) {
        if (entry.command) buttons_.at(*entry.command)->Enable(entry.enabled);
    }
    view_ = view;
}

}  // namespace cfs
