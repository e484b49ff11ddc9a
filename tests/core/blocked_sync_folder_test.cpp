// What a sync folder does when the machine gets in its way: every trouble in turn.
#include <algorithm>
#include <deque>
#include <map>

#include "core/folder/file_access.h"
#include "core/model/error.h"
#include "core/rules/ignored_names.h"
#include "tests/support/catch.h"

using namespace cfs;

namespace {

// A single directory; each call takes the next trouble planned for it.
struct Machine {
    std::map<std::string, std::string> files;
    std::map<std::string, std::deque<FileTrouble>> troubles;
    std::vector<std::string> calls;
    std::uint64_t volume = 1;
    bool flushes_all = true;

    void arrive(const std::string& call) {
        calls.push_back(call);
        auto& planned = troubles[call];
        if (planned.empty()) return;
        const auto trouble = planned.front();
        planned.pop_front();
        throw FileFailure(trouble, "the system's words");
    }
    [[nodiscard]] auto count(const std::string& call) const {
        return std::count(calls.begin(), calls.end(), call);
    }
};

class FakeDirectory : public Directory {
  public:
    explicit FakeDirectory(Machine& machine) : machine_(machine) {}

    std::unique_ptr<Directory> enter(const std::string&) override {
        machine_.arrive("enter");
        return std::make_unique<FakeDirectory>(machine_);
    }
    void make(const std::string&, Flush) override { machine_.arrive("make"); }
    std::vector<FolderEntry> list() override {
        machine_.arrive("list");
        return {};
    }
    std::optional<FolderEntry> stat(const std::string& name) override {
        machine_.arrive("stat");
        if (!machine_.files.contains(name)) return std::nullopt;
        return FolderEntry{name, FileKind::file, {}, false};
    }
    std::optional<std::string> read(const std::string& name, std::size_t, Excess) override {
        machine_.arrive("read");
        return machine_.files.at(name);
    }
    void create(const std::string& name, const std::string& content, Flush flush) override {
        if (flush == Flush::later) machine_.calls.push_back("create unflushed");
        machine_.files[name] = content.substr(0, content.size() / 2);
        machine_.arrive("create");
        machine_.files[name] = content;
    }
    bool can_flush_all() const override { return machine_.flushes_all; }
    void flush_all() override { machine_.arrive("flush_all"); }
    void replace(const std::string& from, const std::string& to, Flush) override {
        machine_.arrive("replace");
        machine_.files[to] = machine_.files.at(from);
        machine_.files.erase(from);
    }
    bool hand_over(const std::string& from, Directory&, const std::string& name) override {
        machine_.arrive("hand_over");
        if (machine_.files.contains(name)) return false;
        replace(from, name, Flush::now);
        return true;
    }
    void remove(const std::string& name) override {
        machine_.arrive("remove");
        machine_.files.erase(name);
    }
    std::optional<std::uint64_t> free_space() override { return std::nullopt; }
    std::uint64_t volume() override { return machine_.volume; }

  private:
    Machine& machine_;
};

class PatientClock : public Clock {
  public:
    [[nodiscard]] Time now() const override { return Time{}; }
    void pause(std::chrono::milliseconds duration) override { waited += duration; }
    std::chrono::milliseconds waited{0};
};

struct Bench {
    Machine machine;
    PatientClock clock;
    std::unique_ptr<SyncFolder> folder = make_local_folder(
        "/clinic/sync",
        [this](const std::string&) {
            machine.arrive("open");
            return std::make_unique<FakeDirectory>(machine);
        },
        clock);
};

template <class Call>
ErrorCode code_of(Call call, std::string* sentence = nullptr) {
    try {
        call();
    } catch (const Error& error) {
        if (sentence != nullptr) *sentence = error.what();
        return error.code();
    }
    return ErrorCode::internal;
}

using enum FileTrouble;
using Files = std::map<std::string, std::string>;

}  // namespace

TEST_CASE("blocked folder: a rename is tried again until the other program lets go") {
    for (const auto trouble : {blocked, refused}) {
        Bench bench;
        bench.machine.files["x.xml"] = "old";
        bench.machine.troubles["replace"] = {trouble, trouble, trouble};
        bench.folder->write("x.xml", "new");
        REQUIRE(bench.machine.files == Files{{"x.xml", "new"}});
        REQUIRE(bench.machine.count("replace") == 4);
        REQUIRE(bench.machine.count("create") == 1);
        REQUIRE(bench.clock.waited == std::chrono::milliseconds(600));
    }
}

TEST_CASE("blocked folder: after three tries the file is left for the next sync") {
    Bench bench;
    bench.machine.files["x.xml"] = "old";
    bench.machine.troubles["replace"] = {blocked, blocked, blocked, blocked};
    std::string sentence;
    REQUIRE(code_of([&] { bench.folder->write("x.xml", "new"); }, &sentence) ==
            ErrorCode::folder_unwritable);
    REQUIRE(sentence ==
            "The file x.xml in the sync folder /clinic/sync could not be written because another "
            "program keeps it open (the system's words). The next sync tries again.");
    REQUIRE(bench.machine.files == Files{{"x.xml", "old"}});
}

TEST_CASE("blocked folder: any failure of a write leaves the old file and no other") {
    for (const std::string call : {"open", "enter", "stat", "create", "replace"}) {
        for (const auto trouble : {special, too_large, disk_full, other}) {
            CAPTURE(call, static_cast<int>(trouble));
            Bench bench;
            bench.machine.files["x.xml"] = "old";
            bench.machine.troubles[call] = {trouble};
            REQUIRE(code_of([&] { bench.folder->write("a/x.xml", "new"); }) != ErrorCode::internal);
            REQUIRE(bench.machine.files == Files{{"x.xml", "old"}});
            REQUIRE(bench.clock.waited == std::chrono::milliseconds(0));
        }
    }
}

TEST_CASE("blocked folder: the first failure is told, even if cleaning up fails too") {
    Bench bench;
    bench.machine.troubles["create"] = {disk_full};
    bench.machine.troubles["remove"] = {other};
    REQUIRE(code_of([&] { bench.folder->write("x.xml", "new"); }) == ErrorCode::disk_full);
    REQUIRE(bench.machine.files.size() == 1);
    REQUIRE(is_ignored_name(bench.machine.files.begin()->first));
}

TEST_CASE("blocked folder: many files are written with one flush before the first has its name") {
    Bench bench;
    std::vector<FileWrite> files;
    for (int i = 0; i < 20; ++i) files.push_back({"x" + std::to_string(i), "new", {}});
    for (const auto& outcome : bench.folder->write_all(files)) REQUIRE(outcome.written);
    REQUIRE(bench.machine.files.size() == 20);
    REQUIRE(bench.machine.count("create unflushed") == 20);
    REQUIRE(bench.machine.count("flush_all") == 1);
    const auto at = [&](const std::string& call) {
        return std::find(bench.machine.calls.begin(), bench.machine.calls.end(), call);
    };
    const auto last = std::find(bench.machine.calls.rbegin(), bench.machine.calls.rend(), "create");
    REQUIRE(last.base() < at("flush_all") + 1);
    REQUIRE(at("flush_all") < at("replace"));
    bench.folder->flush_written();
    bench.folder->flush_written();
    REQUIRE(bench.machine.count("flush_all") == 2);
}

TEST_CASE("blocked folder: few files, and all where the system can't, are flushed one by one") {
    for (const int count : {5, 20}) {
        Bench bench;
        bench.machine.flushes_all = count == 5;
        std::vector<FileWrite> files;
        for (int i = 0; i < count; ++i) files.push_back({"x" + std::to_string(i), "new", {}});
        for (const auto& outcome : bench.folder->write_all(files)) REQUIRE(outcome.written);
        bench.folder->flush_written();
        REQUIRE(bench.machine.count("create unflushed") == 0);
        REQUIRE(bench.machine.count("flush_all") == 0);
    }
}

TEST_CASE("blocked folder: of many files one that is blocked or changed keeps no other") {
    Bench bench;
    bench.machine.files["x3"] = "changed meanwhile";
    bench.machine.troubles["replace"] = {other};  // of the first
    std::vector<FileWrite> files;
    for (int i = 0; i < 20; ++i) files.push_back({"x" + std::to_string(i), "new", {}});
    const auto outcomes = bench.folder->write_all(files);
    REQUIRE(outcomes[0].error->code() == ErrorCode::folder_unwritable);
    REQUIRE_FALSE(outcomes[3].written);
    REQUIRE_FALSE(outcomes[3].error);
    Files expected = {{"x3", "changed meanwhile"}};
    for (int i = 1; i < 20; ++i) {
        if (i != 3) expected.emplace("x" + std::to_string(i), "new");
    }
    REQUIRE(bench.machine.files == expected);
}

TEST_CASE("blocked folder: where many files meet a full disk no temporary one is left") {
    Bench bench;
    std::vector<FileWrite> files;
    for (int i = 0; i < 20; ++i) files.push_back({"x" + std::to_string(i), "new", {}});
    bench.machine.troubles["flush_all"] = {disk_full};
    REQUIRE(code_of([&] { (void)bench.folder->write_all(files); }) == ErrorCode::disk_full);
    REQUIRE(bench.machine.files.empty());
}

TEST_CASE("blocked folder: what has its name is flushed where a full disk ends it") {
    Bench bench;
    std::vector<FileWrite> files;
    for (int i = 0; i < 20; ++i) files.push_back({"x" + std::to_string(i), "new", {}});
    bench.machine.troubles["replace"] = {disk_full};
    REQUIRE(code_of([&] { (void)bench.folder->write_all(files); }) == ErrorCode::disk_full);
    REQUIRE(bench.machine.count("flush_all") == 2);
    REQUIRE(bench.machine.files.empty());
}

TEST_CASE("blocked folder: looking is tried again where it was blocked, not where refused") {
    Bench bench;
    bench.machine.files["x.xml"] = "x";
    for (const std::string call : {"open", "enter", "read"}) {
        bench.machine.troubles[call] = {blocked, blocked};
        REQUIRE(bench.folder->read("a/x.xml", 9) == "x");
        bench.clock.waited = {};
        bench.machine.troubles[call] = {refused};
        REQUIRE(code_of([&] { (void)bench.folder->read("a/x.xml", 9); }) ==
                ErrorCode::folder_unwritable);
        REQUIRE(bench.clock.waited == std::chrono::milliseconds(0));
    }
    bench.machine.troubles["list"] = {blocked};
    REQUIRE(bench.folder->list("a").empty());
}

TEST_CASE("blocked folder: each trouble has its code") {
    const std::pair<FileTrouble, ErrorCode> codes[] = {{special, ErrorCode::file_link},
                                                       {too_large, ErrorCode::file_too_large},
                                                       {disk_full, ErrorCode::disk_full},
                                                       {refused, ErrorCode::folder_unwritable},
                                                       {other, ErrorCode::folder_unwritable}};
    for (const auto& [trouble, code] : codes) {
        Bench bench;
        bench.machine.troubles["list"] = {trouble};
        std::string sentence;
        REQUIRE(code_of([&] { (void)bench.folder->list("a\nb"); }, &sentence) == code);
        REQUIRE(sentence.find("The folder a?b in the sync folder /clinic/sync could not be ") == 0);
        REQUIRE(sentence.back() == '.');
    }
}

TEST_CASE("blocked folder: another disk in the folder's place is noticed until the next look") {
    Bench bench;
    bench.machine.files["x.xml"] = "x";
    REQUIRE(bench.folder->exists());
    REQUIRE(bench.folder->read("x.xml", 9) == "x");
    bench.machine.volume = 2;
    REQUIRE(code_of([&] { (void)bench.folder->read("x.xml", 9); }) == ErrorCode::folder_missing);
    REQUIRE(bench.folder->exists());
    REQUIRE(bench.folder->read("x.xml", 9) == "x");
}
