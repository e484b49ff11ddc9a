#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/filesystem.hpp>
#include <map>
#include <set>
#include <thread>

#include "core/engine/local_files.h"
#include "core/folder/folder_layout.h"
#include "tray/folder_hints.h"
#include "tray/folder_watch.h"

namespace cfs {
namespace {

namespace fs = boost::filesystem;

constexpr int kPauseMs = 500;            // events gather meanwhile
constexpr int kLookAgainMs = 60 * 1000;  // for folders that are missing
constexpr std::uint32_t kArrivals = IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_ONLYDIR;
constexpr std::uint32_t kOfFolder =
    IN_CREATE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
constexpr std::uint32_t kFolderGone = IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED;

class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int number() const { return number_; }

  private:
    int number_;
};

// Watches some folders for as long as it lives.
class Watcher {
  public:
    Watcher(std::vector<std::string> folders, const FolderChanged& changed)
        : folders_(std::move(folders)), changed_(changed), thread_([this] { work(); }) {}
    ~Watcher() {
        const std::uint64_t one = 1;
        (void)!write(stop_.number(), &one, sizeof one);
        thread_.join();
    }
    Watcher(const Watcher&) = delete;
    Watcher& operator=(const Watcher&) = delete;

  private:
    // A directory that is watched: the sync folder itself (an empty path) or one within.
    struct Place {
        std::string folder, path;
        auto operator<=>(const Place&) const = default;
    };

    void work();
    void add_missing();
    [[nodiscard]] bool add(const std::string& folder, const std::string& path);
    void touch_with_places_below(const Place& place);
    [[nodiscard]] bool stopped_within(int milliseconds) const;
    void read_events();
    void take(const inotify_event& event);
    void take_within(const Place& place, const inotify_event& event);
    void forget(const std::string& folder);

    std::vector<std::string> folders_;
    const FolderChanged& changed_;
    Descriptor events_{inotify_init1(IN_NONBLOCK | IN_CLOEXEC)};
    Descriptor stop_{eventfd(0, EFD_CLOEXEC)};
    std::map<int, Place> places_;
    std::set<std::string> missing_;
    std::set<Place> touched_;
    std::thread thread_;  // last: it uses all of the above
};

void Watcher::work() {
    for (const auto& folder : folders_) {
        if (!add(folder, {})) missing_.insert(folder);
    }
    while (true) {
        std::array<pollfd, 2> wanted{{{events_.number(), POLLIN, 0}, {stop_.number(), POLLIN, 0}}};
        const int count = poll(wanted.data(), wanted.size(), missing_.empty() ? -1 : kLookAgainMs);
        if (wanted[1].revents != 0) return;
        if (count > 0) read_events();
        add_missing();
        for (const auto& [folder, path] : touched_) changed_(folder, path);
        touched_.clear();
        if (count > 0 && stopped_within(kPauseMs)) return;
    }
}

bool Watcher::stopped_within(int milliseconds) const {
    pollfd wanted{stop_.number(), POLLIN, 0};
    return poll(&wanted, 1, milliseconds) > 0;
}

void Watcher::add_missing() {
    for (const auto& folder : std::set<std::string>(missing_)) {
        if (!add(folder, {})) continue;
        missing_.erase(folder);
        touched_.insert({folder, {}});
    }
}

// Two levels below the folder itself: patients/ab, logs/<writer>.
bool Watcher::add(const std::string& folder, const std::string& path) {
    const auto depth = path.empty() ? 0 : 1 + std::count(path.begin(), path.end(), '/');
    const fs::path directory = to_path(folder) / to_path(path);
    const int watch = inotify_add_watch(events_.number(), directory.c_str(),
                                        path.empty() ? kOfFolder : kArrivals);
    if (watch < 0) return false;
    places_[watch] = {folder, path};
    if (depth == 2) return true;
    boost::system::error_code error;
    for (fs::directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error)) {
        const auto name = to_utf8(entry->path().filename());
        const bool area = name == kPatientsDirectory || name == kLogsDirectory;
        boost::system::error_code ignored;
        if (depth == 0 ? area : entry->status(ignored).type() == fs::directory_file) {
            (void)add(folder, path.empty() ? name : path + "/" + name);
        }
    }
    return true;
}

void Watcher::read_events() {
    alignas(inotify_event) std::array<char, 64 * 1024> buffer{};
    const auto size = read(events_.number(), buffer.data(), buffer.size());
    for (ssize_t at = 0; at < size;) {
        const auto* event = reinterpret_cast<const inotify_event*>(buffer.data() + at);
        take(*event);
        at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
    }
}

void Watcher::take(const inotify_event& event) {
    if (event.mask & IN_Q_OVERFLOW) {  // anything may have come, folders too
        places_.clear();
        missing_.insert(folders_.begin(), folders_.end());
        return;
    }
    const auto found = places_.find(event.wd);
    if (found == places_.end()) return;
    const Place place = found->second;
    if (!(event.mask & kFolderGone)) return take_within(place, event);
    if (place.path.empty()) return forget(place.folder);
    if (event.mask & IN_IGNORED) places_.erase(event.wd);
}

void Watcher::take_within(const Place& place, const inotify_event& event) {
    if (event.len == 0) return;
    const auto path = place.path.empty() ? event.name : place.path + "/" + event.name;
    if (event.mask & IN_ISDIR) {
        const bool area = path == kPatientsDirectory || path == kLogsDirectory;
        const bool within = std::count(path.begin(), path.end(), '/') == 1;
        if ((area || within) && add(place.folder, path)) {
            touch_with_places_below({place.folder, path});
        }
        return;
    }
    const bool arrived = event.mask & (IN_CLOSE_WRITE | IN_MOVED_TO);
    if (arrived && is_exchanged(path)) touched_.insert(place);
}

// What came into a new directory before it was watched told nothing.
void Watcher::touch_with_places_below(const Place& place) {
    for (const auto& [watch, known] : places_) {
        const bool below = known.path.starts_with(place.path + "/");
        if (known.folder == place.folder && (below || known.path == place.path)) {
            touched_.insert(known);
        }
    }
}

void Watcher::forget(const std::string& folder) {
    for (auto place = places_.begin(); place != places_.end();) {
        const bool of_it = place->second.folder == folder;
        if (of_it) (void)inotify_rm_watch(events_.number(), place->first);
        place = of_it ? places_.erase(place) : std::next(place);
    }
    missing_.insert(folder);
}

class InotifyWatch : public FolderWatch {
  public:
    explicit InotifyWatch(FolderChanged changed) : changed_(std::move(changed)) {}

    void watch(const std::vector<std::string>& folders) override {
        if (folders == folders_) return;
        folders_ = folders;
        watcher_.reset();
        if (!folders.empty()) watcher_ = std::make_unique<Watcher>(folders, changed_);
    }

  private:
    FolderChanged changed_;
    std::vector<std::string> folders_;
    std::unique_ptr<Watcher> watcher_;
};

}  // namespace

std::unique_ptr<FolderWatch> make_folder_watch(FolderChanged changed) {
    return std::make_unique<InotifyWatch>(std::move(changed));
}

}  // namespace cfs
