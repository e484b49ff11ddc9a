#include <gtk/gtk.h>
#include <wx/stattext.h>

#include "dialogs/accessible.h"
#include "dialogs/wx_text.h"

namespace cfs {

namespace {

// A list that scrolls is the child of the widget that wxWidgets knows.
GtkWidget* spoken_widget(const wxWindow& control) {
    auto* widget = static_cast<GtkWidget*>(control.GetHandle());
    if (!GTK_IS_SCROLLED_WINDOW(widget)) return widget;
    auto* child = gtk_bin_get_child(GTK_BIN(widget));
    return child ? child : widget;
}

gboolean focus_target(GtkWidget*, gboolean, gpointer target) {
    gtk_widget_grab_focus(GTK_WIDGET(target));
    return TRUE;
}

}  // namespace

// wxGTK has no wxAccessible: the names go to ATK directly.
void set_accessible_name(wxWindow& control, const wxString& name) {
    auto* widget = spoken_widget(control);
    if (auto* accessible = widget ? gtk_widget_get_accessible(widget) : nullptr) {
        atk_object_set_name(accessible, name.utf8_str());
    }
}

void set_label_for(wxStaticText& label, wxWindow& control) {
    set_accessible_name(control, without_colon(label.GetLabelText()));
    auto* widget = static_cast<GtkWidget*>(label.GetHandle());
    if (!GTK_IS_LABEL(widget)) return;
    auto* target = spoken_widget(control);
    // The frame around a list takes the keyboard for itself if it may.
    if (target != control.GetHandle()) gtk_widget_set_can_focus(control.GetHandle(), FALSE);
    gtk_label_set_mnemonic_widget(GTK_LABEL(widget), target);
    g_signal_connect_object(widget, "mnemonic-activate", G_CALLBACK(focus_target), target,
                            GConnectFlags{});
}

}  // namespace cfs
