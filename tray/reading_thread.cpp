#include "tray/reading_thread.h"

namespace cfs {

ReadingThread::ReadingThread(Post post) : post_(std::move(post)), thread_([this] { work_off(); }) {}

ReadingThread::~ReadingThread() {
    alive_.reset();
    {
        const std::lock_guard lock(mutex_);
        jobs_.clear();
        ending_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void ReadingThread::run(std::function<void()> work, std::function<void(std::exception_ptr)> done) {
    {
        const std::lock_guard lock(mutex_);
        jobs_.push_back({std::move(work), std::move(done)});
    }
    changed_.notify_all();
}

void ReadingThread::work_off() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
        if (ending_) return;
        const Job job = std::move(jobs_.front());
        jobs_.pop_front();
        lock.unlock();
        do_one(job);
        lock.lock();
    }
}

void ReadingThread::do_one(const Job& job) {
    std::exception_ptr error;
    try {
        job.work();
    } catch (...) {
        error = std::current_exception();
    }
    post_([alive = std::weak_ptr(alive_), done = job.done, error] {
        if (!alive.expired()) done(error);
    });
}

}  // namespace cfs
