#include "core/engine/installation.h"

#include <boost/filesystem.hpp>
#include <boost/interprocess/sync/file_lock.hpp>
#include <fstream>
#include <mutex>
#include <set>

#include "core/engine/local_files.h"
#include "core/engine/state_folder.h"
#include "core/model/digest.h"
#include "core/model/error.h"
#include "core/model/text.h"

namespace cfs {

namespace {

std::string short_name(const std::string& connection) {
    return sha256(connection).text().substr(0, 32);
}

// File locks hold between processes; within this one, between threads, these names do.
std::mutex locked_mutex;
std::set<std::string> locked_paths;

bool lock_in_process(const std::string& path) {
    const std::lock_guard guard(locked_mutex);
    return locked_paths.insert(path).second;
}

void unlock_in_process(const std::string& path) {
    const std::lock_guard guard(locked_mutex);
    locked_paths.erase(path);
}

}  // namespace

class Installation::Lock::Impl {
  public:
    explicit Impl(std::string path) : path_(std::move(path)) {}
    ~Impl() {
        try {
            if (locked_) file_.unlock();
        } catch (const boost::interprocess::interprocess_exception&) {
            // Closing the file ends the lock as well.
        }
        unlock_in_process(path_);
    }

    bool try_lock() {
        file_ = boost::interprocess::file_lock(path_.c_str());
        locked_ = file_.try_lock();
        return locked_;
    }

  private:
    std::string path_;
    boost::interprocess::file_lock file_;
    bool locked_ = false;
};

Installation::Lock::Lock(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Installation::Lock::~Lock() = default;

Installation::Installation(std::string state_folder) : folder_(std::move(state_folder)) {
    for (const char* name : {"writers", "locks"}) {
        if (!make_private_folder(folder_ + "/" + name)) {
            throw Error(ErrorCode::folder_unwritable,
                        said("The folder {1} can't be made. Check the rights of the state folder.",
                             folder_ + "/" + name));
        }
    }
}

std::string Installation::settings_path() const { return settings_path_in(folder_); }

std::string Installation::map_path(const std::string& connection) const {
    return folder_ + "/" + kMapsFolder + "/" + short_name(connection) + ".map";
}

std::string Installation::writer_path(SiteId site) const {
    return folder_ + "/writers/" + site.text();
}

std::optional<WriterId> Installation::known_writer(SiteId site) const {
    std::ifstream file(to_path(writer_path(site)).c_str());
    std::string text;
    return file >> text ? WriterId::parse(text) : std::nullopt;
}

WriterId Installation::writer_for(SiteId site, RandomSource& random) const {
    const auto known = known_writer(site);
    return known ? *known : renew_writer(site, random);
}

WriterId Installation::renew_writer(SiteId site, RandomSource& random) const {
    const WriterId writer{random.uuid()};
    write_whole_file(to_path(writer_path(site)), writer.text() + "\n");
    return writer;
}

std::unique_ptr<Installation::Lock> Installation::try_lock(const std::string& connection) const {
    const auto path = folder_ + "/locks/" + short_name(connection);
    if (!lock_in_process(path)) return nullptr;
    auto impl = std::make_unique<Lock::Impl>(path);
    try {
        std::ofstream(to_path(path).c_str(), std::ios::app).flush();
        if (!impl->try_lock()) return nullptr;
    } catch (const boost::interprocess::interprocess_exception&) {
        throw Error(ErrorCode::folder_unwritable,
                    said("The lock file {1} can't be used. Check the rights of the folder.", path));
    }
    return std::unique_ptr<Lock>(new Lock(std::move(impl)));
}

}  // namespace cfs
