// Name, version and licence of the program.
#pragma once

namespace cfs {

// Brought to the front if it is open already.
void show_about_box();

}  // namespace cfs
