// A thread for what is read only and soon done, the log above all: it must not wait for a sync,
// behind which the worker's queue would put it. All functions are called on the thread of the
// windows.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "dialogs/background.h"

namespace cfs {

class ReadingThread : public Background {
  public:
    // Hands a function to the thread of the windows; callable from any thread.
    using Post = std::function<void(std::function<void()>)>;

    explicit ReadingThread(Post post);
    ~ReadingThread() override;  // drops what waits, and waits for the end of what runs

    void run(std::function<void()> work, std::function<void(std::exception_ptr)> done) override;

  private:
    struct Job {
        std::function<void()> work;
        std::function<void(std::exception_ptr)> done;
    };

    void work_off();
    void do_one(const Job& job);

    Post post_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // posts outlive this

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Job> jobs_;
    bool ending_ = false;
    std::thread thread_;  // last: it uses all of the above
};

}  // namespace cfs
