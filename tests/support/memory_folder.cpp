#include "tests/support/memory_folder.h"

#include <string_view>
#include <utility>

#include "core/folder/temporary_name.h"
#include "core/model/error.h"

namespace cfs::test {

namespace {

struct SplitPath {
    std::string directory, name;
};

SplitPath split(const std::string& path) {
    const auto slash = path.rfind('/');
    if (slash == std::string::npos) return {"", path};
    return {path.substr(0, slash), path.substr(slash + 1)};
}

template <class Visit>
void for_each_part(std::string_view path, Visit visit) {
    while (!path.empty()) {
        const auto slash = path.find('/');
        visit(std::string(path.substr(0, slash)));
        if (slash == std::string_view::npos) return;
        path.remove_prefix(slash + 1);
    }
}

template <class Node>
FolderEntry entry_of(const std::string& name, const Node& node) {
    const auto size = node.content ? node.content->size() : 0;
    return {name, node.kind, {size, node.modified, node.identity}, node.online_only};
}

template <class Node, class Visit>
void for_each_file(const Node& directory, const std::string& prefix, Visit& visit) {
    for (const auto& [name, node] : directory.children) {
        if (node.kind == FileKind::file) visit(prefix + name, node.content);
        for_each_file(node, prefix + name + '/', visit);
    }
}

}  // namespace

MemoryFolder::MemoryFolder(std::string name) : name_(std::move(name)) {
    root_ = new_node(FileKind::directory);
}

// ---- the tree ----------------------------------------------------------------------------------

std::int64_t MemoryFolder::now() {
    static std::uint64_t last_revision = 0;  // of all folders: one is copied onto another
    revision_ = ++last_revision;
    if (clock_) return clock_();
    return last_time_ += 1'000'000;
}

MemoryFolder::Node MemoryFolder::new_node(FileKind kind) {
    Node node;
    node.kind = kind;
    node.modified = now();
    node.identity = ++last_identity_;
    return node;
}

// Strict as the core's view is: where a part of the way is no directory, that is an error.
const MemoryFolder::Node* MemoryFolder::find(const std::string& path, bool strict) const {
    const Node* node = &root_;
    for_each_part(path, [&](const std::string& part) {
        if (node == nullptr) return;
        if (node->kind != FileKind::directory && strict) fail_link(path);
        const auto child = node->children.find(part);
        node = child == node->children.end() ? nullptr : &child->second;
    });
    return node;
}

MemoryFolder::Node* MemoryFolder::find(const std::string& path, bool strict) {
    return const_cast<Node*>(std::as_const(*this).find(path, strict));
}

MemoryFolder::Node& MemoryFolder::make_directory(const std::string& path, bool strict) {
    Node* node = &root_;
    for_each_part(path, [&](const std::string& part) {
        auto child = node->children.find(part);
        if (child == node->children.end()) {
            node->modified = now();
            child = node->children.emplace(part, new_node(FileKind::directory)).first;
        }
        node = &child->second;
        if (node->kind == FileKind::directory) return;
        if (strict) fail_link(path);
        *node = new_node(FileKind::directory);
    });
    return *node;
}

// A new file takes the name, as a rename puts it there: the directory changes each time.
void MemoryFolder::put(Node& directory, const std::string& name, SharedText content) {
    auto node = new_node(FileKind::file);
    node.content = std::move(content);
    directory.children[name] = std::move(node);
    directory.modified = now();
}

// ---- faults ------------------------------------------------------------------------------------

void MemoryFolder::fail_link(const std::string& path) const {
    throw Error(ErrorCode::file_link,
                "In the sync folder " + name_ + " this is no ordinary file: " + path);
}

void MemoryFolder::crash(const std::string& where) {
    crashed_ = true;
    if (std::exchange(power_cut_, false)) lose_unflushed();
    throw SimulatedCrash{where};
}

void MemoryFolder::refuse(Fault fault, const std::string& path) const {
    const auto sentence = "The file " + path + " in the sync folder " + name_;
    if (fault == Fault::disk_full) {
        throw Error(ErrorCode::disk_full, sentence + " could not be written: the disk is full.");
    }
    if (fault == Fault::refused) {
        throw Error(ErrorCode::folder_unwritable, sentence + " is refused.");
    }
}

void MemoryFolder::fail_at(std::size_t n, Fault fault, Counted counted) {
    planned_ = PlannedFault{n, fault, counted};
}

void MemoryFolder::restart() {
    crashed_ = false;
    planned_.reset();
    unflushed_.clear();  // by then the system has written it by itself
}

std::optional<Fault> MemoryFolder::due(Counted kind) {
    ++operations_;
    if (kind == Counted::changes) ++changes_;
    if (!planned_ || (planned_->counted == Counted::changes && kind != Counted::changes)) {
        return std::nullopt;
    }
    if (--planned_->left > 0) return std::nullopt;
    const auto fault = planned_->fault;
    planned_.reset();
    power_cut_ = fault == Fault::power_cut;
    return fault;
}

void MemoryFolder::begin(const std::string& what, const std::string& path) {
    const auto where = what + ' ' + path;
    if (crashed_) throw SimulatedCrash{where};
    if (watcher_) watcher_();
    if (away_) {
        throw Error(ErrorCode::folder_missing, "The sync folder " + name_ + " is not there.");
    }
    if (!path.empty() && !is_plain_path(path)) fail_link(path);
}

void MemoryFolder::write_partly(const std::string& path, const std::string& content, Fault fault) {
    const auto [parent, name] = split(path);
    const auto half = std::make_shared<const std::string>(content.substr(0, content.size() / 2));
    if (fault == Fault::crash_halfway) put(make_directory(parent, true), temporary_name(), half);
    if (fault == Fault::crash_torn) put(make_directory(parent, true), name, half);
}

void MemoryFolder::use_space(const Node& directory, const std::string& name,
                             const std::string& content) {
    if (!free_) return;
    // The old file goes only when the new one is complete.
    if (content.size() > *free_) refuse(Fault::disk_full, name);
    *free_ -= content.size();
    const auto old = directory.children.find(name);
    if (old != directory.children.end()) *free_ += old->second.content->size();
}

// ---- as the core sees it -----------------------------------------------------------------------

bool MemoryFolder::exists() {
    if (crashed_) throw SimulatedCrash{"exists"};
    return !away_;
}

std::vector<FolderEntry> MemoryFolder::list(const std::string& directory) {
    begin("list", directory);
    const auto fault = due(Counted::everything);
    if (fault && *fault > Fault::disk_full) crash("list " + directory);
    if (fault) refuse(Fault::refused, directory);
    std::vector<FolderEntry> entries;
    const auto* node = find(directory, true);
    if (node == nullptr) return entries;
    if (node->kind != FileKind::directory) fail_link(directory);
    for (const auto& [name, child] : node->children) {
        if (is_plain_path(name)) entries.push_back(entry_of(name, child));
    }
    return entries;
}

std::optional<FolderEntry> MemoryFolder::stat(const std::string& path) {
    begin("stat", path);
    const auto fault = due(Counted::everything);
    if (fault && *fault > Fault::disk_full) crash("stat " + path);
    if (fault) refuse(Fault::refused, path);
    const auto* node = find(path, true);
    return node ? std::optional(entry_of(split(path).name, *node)) : std::nullopt;
}

const MemoryFolder::Node* MemoryFolder::readable(const std::string& path) {
    begin("read", path);
    const auto fault = due(Counted::everything);
    if (fault && *fault > Fault::disk_full) crash("read " + path);
    if (fault) refuse(Fault::refused, path);
    auto* node = find(path, true);
    if (node == nullptr) return nullptr;
    if (node->kind != FileKind::file) fail_link(path);
    if (node->unreadable) refuse(Fault::refused, path);
    return node;
}

std::optional<std::string> MemoryFolder::read(const std::string& path, std::size_t max_size) {
    const auto* node = readable(path);
    if (node == nullptr) return std::nullopt;
    if (node->content->size() > max_size) {
        throw Error(ErrorCode::file_too_large,
                    "The file " + path + " in the sync folder " + name_ + " is too large.");
    }
    find(path, true)->online_only = false;
    return *node->content;
}

std::optional<std::string> MemoryFolder::read_head(const std::string& path, std::size_t size) {
    const auto* node = readable(path);
    if (node == nullptr) return std::nullopt;
    find(path, true)->online_only = false;
    return node->content->substr(0, size);
}

void MemoryFolder::write(const std::string& path, const std::string& content) {
    begin("write", path);
    const auto fault = due(Counted::changes);
    if (fault == Fault::crash_before || fault == Fault::power_cut) crash("before write " + path);
    if (fault) refuse(*fault, path);
    const auto* old = find(path, true);
    if (old != nullptr && old->kind != FileKind::file) fail_link(path);
    if (read_only_) refuse(Fault::refused, path);
    if (fault == Fault::crash_halfway || fault == Fault::crash_torn) {
        write_partly(path, content, *fault);
        crash("in write " + path);
    }
    const auto [parent, name] = split(path);
    auto& directory = make_directory(parent, true);
    use_space(directory, name, content);
    put(directory, name, std::make_shared<const std::string>(content));
    if (fault) crash("after write " + path);
}

std::vector<FileWritten> MemoryFolder::write_all(const std::vector<FileWrite>& files) {
    flush_written();
    std::vector<FileWritten> outcomes(files.size());
    for (std::size_t i = 0; i < files.size(); ++i) {
        const auto& file = files[i];
        try {
            const auto there = entry(file.path);
            const bool changed =
                there ? !file.there || there->stamp != *file.there : file.there.has_value();
            if (changed && (!there || there->kind == FileKind::file)) continue;
            const auto* before = find(file.path, false);
            unflushed_.emplace_back(file.path, before ? std::optional(*before) : std::nullopt);
            write(file.path, file.content);
            outcomes[i].written = true;
        } catch (const Error& error) {
            if (error.code() == ErrorCode::disk_full || error.code() == ErrorCode::folder_missing) {
                unflushed_.clear();
                throw;
            }
            outcomes[i].error = error;
        }
    }
    return outcomes;
}

void MemoryFolder::flush_written() {
    begin("flush", "");
    const auto fault = due(Counted::everything);
    if (fault && *fault > Fault::disk_full) crash("flush");
    if (fault) refuse(*fault, "");
    unflushed_.clear();
}

// The last first, so that a file written twice is what it was at first.
void MemoryFolder::lose_unflushed() {
    while (!unflushed_.empty()) {
        auto [path, before] = std::move(unflushed_.back());
        unflushed_.pop_back();
        if (before) {
            const auto [parent, name] = split(path);
            make_directory(parent, false).children[name] = std::move(*before);
        } else {
            erase(path);
        }
    }
}

void MemoryFolder::remove(const std::string& path) {
    begin("remove", path);
    const auto fault = due(Counted::changes);
    if (fault && *fault > Fault::disk_full && *fault != Fault::crash_after) {
        crash("before remove " + path);
    }
    if (fault && *fault != Fault::crash_after) refuse(Fault::refused, path);
    const auto* node = find(path, true);
    if (node != nullptr && node->kind != FileKind::file) fail_link(path);
    if (node != nullptr && read_only_) refuse(Fault::refused, path);
    if (node != nullptr && free_) *free_ += node->content->size();
    erase(path);
    if (fault) crash("after remove " + path);
}

std::optional<std::uint64_t> MemoryFolder::free_space() {
    begin("free_space", "");
    return free_;
}

// ---- as people and cloud clients see it --------------------------------------------------------

void MemoryFolder::plant(const std::string& path, const std::string& content,
                         std::optional<std::int64_t> modified) {
    const auto [parent, name] = split(path);
    auto& directory = make_directory(parent, false);
    put(directory, name, std::make_shared<const std::string>(content));
    if (modified) directory.children[name].modified = *modified;
}

void MemoryFolder::plant(const std::string& path, const SharedText& content) {
    const auto [parent, name] = split(path);
    put(make_directory(parent, false), name, content);
}

void MemoryFolder::plant_entry(const std::string& path, FileKind kind) {
    if (kind == FileKind::directory) {
        make_directory(path, false);
        return;
    }
    const auto [parent, name] = split(path);
    auto& directory = make_directory(parent, false);
    directory.children[name] = new_node(kind);
    directory.modified = now();
}

void MemoryFolder::erase(const std::string& path) {
    const auto [parent, name] = split(path);
    auto* directory = find(parent, false);
    if (directory == nullptr || directory->children.erase(name) == 0) return;
    directory->modified = now();
}

void MemoryFolder::move(const std::string& from, const std::string& to) {
    auto* node = find(from, false);
    if (node == nullptr) return;
    auto moved = std::move(*node);
    erase(from);
    const auto [parent, name] = split(to);
    auto& directory = make_directory(parent, false);
    directory.children[name] = std::move(moved);
    directory.modified = now();
}

void MemoryFolder::set_online_only(const std::string& path, bool online_only) {
    if (auto* node = find(path, false)) node->online_only = online_only;
}

void MemoryFolder::set_unreadable(const std::string& path, bool unreadable) {
    if (auto* node = find(path, false)) node->unreadable = unreadable;
}

std::vector<std::string> MemoryFolder::paths() const {
    std::vector<std::string> paths;
    auto note = [&](const std::string& path, const SharedText&) { paths.push_back(path); };
    for_each_file(root_, "", note);
    return paths;
}

std::map<std::string, std::string> MemoryFolder::files() const {
    std::map<std::string, std::string> files;
    auto note = [&](const std::string& path, const SharedText& text) { files[path] = *text; };
    for_each_file(root_, "", note);
    return files;
}

std::map<std::string, SharedText> MemoryFolder::shared_files() const {
    std::map<std::string, SharedText> files;
    auto note = [&](const std::string& path, const SharedText& text) {
        files.emplace_hint(files.end(), path, text);
    };
    for_each_file(root_, "", note);
    return files;
}

SharedText MemoryFolder::shared_content(const std::string& path) const {
    const auto* node = find(path, false);
    return node ? node->content : nullptr;
}

std::optional<std::string> MemoryFolder::content(const std::string& path) const {
    const auto* node = find(path, false);
    return node && node->content ? std::optional(*node->content) : std::nullopt;
}

std::optional<FolderEntry> MemoryFolder::entry(const std::string& path) const {
    const auto* node = find(path, false);
    return node ? std::optional(entry_of(split(path).name, *node)) : std::nullopt;
}

}  // namespace cfs::test
