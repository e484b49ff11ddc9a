#include "tests/support/cloud.h"

#include "core/rules/ignored_names.h"

namespace cfs::test {

namespace {

namespace fs = boost::filesystem;

std::string dropbox_copy(const std::string& path) {
    return with_tail(path, " (FRONT-DESK's conflicted copy 2026-11-22).xml");
}

const std::string* find(const Tree& tree, const std::string& path) {
    const auto at = tree.find(path);
    return at == tree.end() ? nullptr : &at->second;
}

bool same(const std::string* a, const std::string* b) {
    return a == nullptr || b == nullptr ? a == b : *a == *b;
}

void set(Tree& tree, const std::string& path, const std::string* content) {
    if (content == nullptr) {
        tree.erase(path);
    } else {
        tree[path] = *content;
    }
}

}  // namespace

std::string with_tail(const std::string& path, const std::string& tail) {
    return path.substr(0, path.rfind(".xml")) + tail;
}

Cloud::Cloud(std::size_t folders) : seen_(folders), copy_name_(dropbox_copy) {
    for (std::size_t i = 0; i < folders; ++i) {
        folders_.push_back(root_ / ("folder" + std::to_string(i)));
        fs::create_directories(folders_.back());
    }
}

Tree Cloud::files(std::size_t site) const {
    Tree tree;
    const fs::path root(folders_[site]);
    for (auto at = fs::recursive_directory_iterator(root); at != fs::recursive_directory_iterator();
         ++at) {
        if (is_ignored_name(at->path().filename().string())) continue;
        if (!fs::is_regular_file(at->path())) continue;
        tree[fs::relative(at->path(), root).generic_string()] = read_file(at->path().string());
    }
    return tree;
}

void Cloud::deliver() {
    for (int round = 0; round < 2; ++round) {
        for (std::size_t site = 0; site < folders_.size(); ++site) {
            if (!away_.contains(site)) exchange(site);
        }
    }
}

void Cloud::put(std::size_t site, const std::string& path, const std::string& content) {
    const fs::path target = fs::path(folders_[site]) / path;
    fs::create_directories(target.parent_path());
    const auto temporary = target.parent_path() / "~delivery.tmp";
    write_file(temporary.string(), content);
    fs::rename(temporary, target);
}

void Cloud::remove(std::size_t site, const std::string& path) {
    fs::remove(fs::path(folders_[site]) / path);
}

void Cloud::exchange(std::size_t site) {
    const Tree local = files(site);
    std::set<std::string> paths;
    for (const Tree& tree : {std::cref(local), std::cref(seen_[site]), std::cref(server_)}) {
        for (const auto& [path, content] : tree) paths.insert(path);
    }
    for (const auto& path : paths) exchange_file(site, path, local);
}

void Cloud::exchange_file(std::size_t site, const std::string& path, const Tree& local) {
    const auto* here = find(local, path);
    const auto* there = find(server_, path);
    const auto* before = find(seen_[site], path);
    if (same(here, there)) {
        set(seen_[site], path, here);
    } else if (same(here, before)) {
        download(site, path);
    } else if (same(there, before)) {
        upload(site, path, local);
    } else if (here == nullptr) {
        download(site, path);
    } else if (there == nullptr) {
        upload(site, path, local);
    } else {
        fork(site, path, *here);
    }
}

void Cloud::fork(std::size_t site, const std::string& path, const std::string& content) {
    const auto copy = copy_name_(path);
    put(site, copy, content);
    server_[copy] = content;
    seen_[site][copy] = content;
    download(site, path);
}

void Cloud::download(std::size_t site, const std::string& path) {
    const auto* content = find(server_, path);
    if (content == nullptr) {
        remove(site, path);
    } else {
        put(site, path, *content);
    }
    set(seen_[site], path, content);
}

void Cloud::upload(std::size_t site, const std::string& path, const Tree& local) {
    const auto* content = find(local, path);
    set(server_, path, content);
    set(seen_[site], path, content);
}

}  // namespace cfs::test
