// Work that takes too long for the thread of the windows.
#pragma once

#include <exception>
#include <functional>

namespace cfs {

class Background {
  public:
    virtual ~Background() = default;

    // Runs `work` on another thread once what waits before it is done, then `done` on the thread of
    // the windows with what `work` threw, or null. After the end of the program neither may run.
    virtual void run(std::function<void()> work, std::function<void(std::exception_ptr)> done) = 0;
};

}  // namespace cfs
