// What the toolkit does not offer for menus and dialogs that run an event loop of their own.
#pragma once

class wxMenu;

namespace cfs {

// Takes an open popup menu down.
void close_popup(wxMenu& menu);

// Cancels the system's own dialogs (folder and file choosers, message boxes) that wait for an
// answer.
void cancel_native_dialogs();

}  // namespace cfs
