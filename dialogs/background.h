// Work that takes too long for the thread of the windows.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <utility>

namespace cfs {

class Background {
  public:
    virtual ~Background() = default;

    // Runs `work` on another thread once what waits before it is done, then `done` on the thread of
    // the windows with what `work` threw, or null. After the end of the program neither may run.
    virtual void run(std::function<void()> work, std::function<void(std::exception_ptr)> done) = 0;
};

// The background as a window has it, which may be gone before its work is done: a member of it.
class WindowWork {
  public:
    explicit WindowWork(Background& background) : background_(background) {}

    // As Background::run, but `done` is not called once this is gone.
    void run(std::function<void()> work, std::function<void(std::exception_ptr)> done) {
        background_.run(std::move(work), [done = std::move(done), alive = std::weak_ptr(alive_)](
                                             const std::exception_ptr& error) {
            if (!alive.expired()) done(error);
        });
    }

  private:
    Background& background_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace cfs
