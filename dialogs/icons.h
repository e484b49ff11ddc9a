// The program's icons at every size.
#pragma once

#include <wx/bmpbndl.h>
#include <wx/iconbndl.h>

#include <string>

namespace cfs {

// `name` is that of a file in icons/, "idle"; unknown names give an empty bundle. `size` is the
// side that it has by itself, in device-independent pixels.
[[nodiscard]] wxBitmapBundle icon_bitmap(const std::string& name, int size = 16);

// What a window's title bar and a task switcher show.
[[nodiscard]] wxIconBundle window_icons();

}  // namespace cfs
