#include "tray/tray_app.h"

wxIMPLEMENT_APP(cfs::TrayApp);
