// One conflict: its values side by side, a column for each, with what differs marked and a button
// that keeps it.
#pragma once

#include <wx/scrolwin.h>

#include <functional>
#include <optional>

#include "core/engine/sync_service.h"

class wxFlexGridSizer;

namespace cfs {

struct ComparedField;

class ConflictPanel : public wxScrolledWindow {
  public:
    using Keep = std::function<void(const ConflictValue&)>;

    ConflictPanel(wxWindow* parent, Keep keep);

    void show(const std::optional<Conflict>& conflict, bool only_different, Time now);

  private:
    void add_heads(Time now);
    void add_field(const ComparedField& field);
    void add_buttons(Time now);
    void add_text(const wxString& text, bool bold, bool wrapped);
    void add_value(const wxString& text, const wxString& name, bool bold);

    Keep keep_;
    std::optional<Conflict> conflict_;
    wxFlexGridSizer* grid_ = nullptr;
};

}  // namespace cfs
