// The least that a wxWidgets program with an icon in the tray can be: what the idle applet's cost
// is compared with.
#include <wx/app.h>
#include <wx/artprov.h>
#include <wx/taskbar.h>

class BareTray : public wxApp {
  public:
    bool OnInit() override {
        icon_ = new wxTaskBarIcon;
        icon_->SetIcon(wxArtProvider::GetBitmapBundle(wxART_INFORMATION), "Bare");
        return true;
    }
    int OnExit() override {
        delete icon_;
        return wxApp::OnExit();
    }

  private:
    wxTaskBarIcon* icon_ = nullptr;
};

wxIMPLEMENT_APP(BareTray);
