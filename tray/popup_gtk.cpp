#include <gtk/gtk.h>
#include <wx/menu.h>

#include "tray/popup.h"

namespace cfs {

void close_popup(wxMenu& menu) {
    if (GTK_IS_MENU(menu.m_menu)) gtk_menu_popdown(GTK_MENU(menu.m_menu));
}

void cancel_native_dialogs() {
    GList* windows = gtk_window_list_toplevels();
    for (GList* at = windows; at != nullptr; at = at->next) {
        if (GTK_IS_DIALOG(at->data) && gtk_widget_get_visible(GTK_WIDGET(at->data))) {
            gtk_dialog_response(GTK_DIALOG(at->data), GTK_RESPONSE_CANCEL);
        }
    }
    g_list_free(windows);
}

}  // namespace cfs
