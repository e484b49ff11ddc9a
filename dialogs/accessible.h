// What screen readers need and wxWidgets does not offer everywhere.
#pragma once

class wxStaticText;
class wxString;
class wxWindow;

namespace cfs {

// Names a control that has no text of its own.
void set_accessible_name(wxWindow& control, const wxString& name);

// `label` names `control`, and its mnemonic moves to it.
void set_label_for(wxStaticText& label, wxWindow& control);

}  // namespace cfs
