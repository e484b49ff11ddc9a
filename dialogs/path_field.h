// A labelled field for a folder or a file with its Browse button and, below, its fault.
#pragma once

#include <wx/panel.h>

#include <string>

class wxStaticText;
class wxTextCtrl;

namespace cfs {

class FaultText;

class PathField : public wxPanel {
  public:
    enum class Kind { folder, file };

    // `label` bears a mnemonic and a colon: "Sync &Folder:"; `wildcard` as wxFileDialog takes it.
    PathField(wxWindow* parent, Kind kind, const wxString& label, const wxString& wildcard = {});

    [[nodiscard]] std::string path() const;
    void set_path(const std::string& path);
    void show_fault(const wxString& sentence);  // and takes the focus; empty: none
    [[nodiscard]] wxStaticText* label() const { return label_; }

  private:
    wxSizer* make_row(const wxString& label);
    void browse();
    [[nodiscard]] wxString chosen();

    Kind kind_;
    wxString wildcard_;
    wxStaticText* label_ = nullptr;
    wxTextCtrl* text_ = nullptr;
    FaultText* fault_ = nullptr;
};

}  // namespace cfs
