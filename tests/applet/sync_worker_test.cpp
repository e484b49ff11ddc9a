#include "tray/sync_worker.h"

#include <filesystem>
#include <future>

#include "tests/support/catch.h"

using namespace cfs;
using namespace std::chrono_literals;

namespace {

// The thread of the windows: does what was posted to it when the test says so.
class Windows {
  public:
    SyncWorker::Post post() {
        return [this](std::function<void()> function) {
            const std::lock_guard lock(mutex_);
            posted_.push_back(std::move(function));
            changed_.notify_all();
        };
    }

    void do_until(const std::function<bool()>& condition) {
        while (!condition()) do_one();
    }

  private:
    void do_one() {
        std::unique_lock lock(mutex_);
        REQUIRE(changed_.wait_for(lock, 30s, [this] { return !posted_.empty(); }));
        const auto function = std::move(posted_.front());
        posted_.pop_front();
        lock.unlock();
        function();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> posted_;
};

struct Listener : SyncListener {
    void on_sync_started(const std::string& connection, bool preview) override {
        started.push_back(connection);
        previews.push_back(preview);
    }
    void on_sync_moved(const SyncProgress&, const std::vector<ReportLine>&) override {}
    void on_sync_ended(const SyncReport& report) override { ended.push_back(report); }
    void on_news(const DatabaseNews& some) override { news.push_back(some); }

    std::vector<std::string> started;
    std::vector<bool> previews;
    std::vector<SyncReport> ended;
    std::vector<DatabaseNews> news;
};

struct StateFolder {
    ~StateFolder() { std::filesystem::remove_all(path); }

    std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("cfs-worker-" + to_text(system_clock().now()));
};

struct Applet {
    StateFolder state;
    SyncService service{state.path.string()};
    Windows windows;
    Listener listener;
    SyncWorker worker{service, listener, windows.post()};
};

const std::string kMissing = "sqlite3:///no/such.sqlite";

}  // namespace

TEST_CASE("worker: work runs on a thread of its own, what follows on that of the windows") {
    Applet applet;
    std::thread::id worked, followed;
    applet.worker.run([&] { worked = std::this_thread::get_id(); },
                      [&](const std::exception_ptr& error) {
                          REQUIRE_FALSE(error);
                          followed = std::this_thread::get_id();
                      });
    applet.windows.do_until([&] { return followed != std::thread::id(); });
    REQUIRE(worked != std::this_thread::get_id());
    REQUIRE(followed == std::this_thread::get_id());
}

TEST_CASE("worker: what work throws reaches the one who asked for it") {
    Applet applet;
    std::exception_ptr thrown;
    applet.worker.run([] { throw Error(ErrorCode::disk_full, "Full."); },
                      [&](const std::exception_ptr& error) { thrown = error; });
    applet.windows.do_until([&] { return thrown != nullptr; });
    REQUIRE_THROWS_AS(std::rethrow_exception(thrown), Error);
}

TEST_CASE("worker: a sync that can't even begin ends with a report") {
    Applet applet;
    applet.worker.sync(kMissing, {});
    applet.windows.do_until([&] { return !applet.listener.ended.empty(); });
    REQUIRE(applet.listener.started == std::vector{kMissing});
    REQUIRE(applet.listener.ended.front().result != SyncResult::ok);
    REQUIRE_FALSE(applet.listener.ended.front().errors.empty());
}

TEST_CASE("worker: news of a database that is not there are a fault") {
    Applet applet;
    applet.worker.read_news(kMissing, true);
    applet.windows.do_until([&] { return !applet.listener.news.empty(); });
    const auto& news = applet.listener.news.front();
    REQUIRE((news.fault.has_value() || !news.status->enabled));
}

TEST_CASE("worker: a second wish for a sync that waits already is the same wish") {
    Applet applet;
    std::promise<void> go;
    bool done = false;
    applet.worker.run([&] { go.get_future().wait(); }, [](const std::exception_ptr&) {});
    applet.worker.sync(kMissing, {});
    SyncRequest scheduled;
    scheduled.trigger = SyncTrigger::scheduled;
    applet.worker.sync(kMissing, scheduled);
    applet.worker.run([] {}, [&](const std::exception_ptr&) { done = true; });
    go.set_value();
    applet.windows.do_until([&] { return done; });
    REQUIRE(applet.listener.started.size() == 1);
}

TEST_CASE("worker: a sync, its preview, a confirmed one and an undo are different wishes") {
    Applet applet;
    std::promise<void> go;
    bool done = false;
    applet.worker.run([&] { go.get_future().wait(); }, [](const std::exception_ptr&) {});
    SyncRequest preview, confirmed;
    preview.preview = true;
    confirmed.confirmed = {"files-gone"};
    applet.worker.sync(kMissing, {});
    applet.worker.sync(kMissing, preview);
    applet.worker.sync(kMissing, preview);
    applet.worker.sync(kMissing, confirmed);
    applet.worker.undo(kMissing, RunId{"a-run"});
    applet.worker.run([] {}, [&](const std::exception_ptr&) { done = true; });
    go.set_value();
    applet.windows.do_until([&] { return done; });
    REQUIRE(applet.listener.started.size() == 4);
    REQUIRE(applet.listener.previews == std::vector{false, true, false, false});
    REQUIRE(applet.listener.ended.size() == 4);
    REQUIRE(applet.listener.ended[1].preview);
}

TEST_CASE("worker: runs that wait are dropped when syncs are cancelled, other work is not") {
    Applet applet;
    std::promise<void> go;
    bool done = false;
    applet.worker.run([&] { go.get_future().wait(); }, [](const std::exception_ptr&) {});
    applet.worker.sync(kMissing, {});
    applet.worker.undo(kMissing, RunId{"a-run"});
    applet.worker.run([] {}, [&](const std::exception_ptr&) { done = true; });
    applet.worker.cancel_syncs();
    go.set_value();
    applet.windows.do_until([&] { return done; });
    REQUIRE(applet.listener.started.empty());
}

TEST_CASE("worker: the end drops what waits and is told once the running work is over") {
    Applet applet;
    std::promise<void> begun, go;
    bool ended = false;
    applet.worker.run(
        [&] {
            begun.set_value();
            go.get_future().wait();
        },
        [](const std::exception_ptr&) {});
    applet.worker.sync(kMissing, {});
    begun.get_future().wait();
    applet.worker.end([&] { ended = true; });
    go.set_value();
    applet.windows.do_until([&] { return ended; });
    applet.worker.sync(kMissing, {});
    REQUIRE(applet.listener.started.empty());
}
