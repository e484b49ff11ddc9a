// The files that a clinic program keeps on disk and names in columns (<file> in a mapping). What
// takes long, reading and writing whole files, is done between transactions: whoever meets a file
// inside one that must be read or written first has FilesFirst thrown, and begins anew after
// get_ready().
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "core/database/sql_session.h"
#include "core/folder/file_tree.h"
#include "core/model/digest.h"

namespace cfs {

struct FilesFirst {};

// Thrown where a row waits for its file: what() says why, as the rest of a sentence.
class FileWaits : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

// What a look at a file found.
struct FileLook {
    std::optional<Digest> content;
    std::string
        trouble;  // why it can't be read: "it is not there"; empty too where it was not read yet
};

class ClinicFiles {
  public:
    // `session` keeps what was read of files that did not change since.
    explicit ClinicFiles(SqlSession& session, RootOpener opener = open_root_directory)
        : session_(session), opener_(std::move(opener)) {}
    ~ClinicFiles();
    ClinicFiles(const ClinicFiles&) = delete;
    ClinicFiles& operator=(const ClinicFiles&) = delete;

    // Forgets the troubles of an earlier run.
    void begin_run();

    // Removes what was made ready and no row needed in the end.
    void remove_unused();

    // Why the file at `path` below `directory` can't be read; empty if it can.
    [[nodiscard]] std::string trouble_with(const std::string& directory, const std::string& path);
    [[nodiscard]] FileLook look_at(const std::string& directory, const std::string& path);
    // A file with this content will be put below `directory`.
    void need(const std::string& directory, const Digest& content);
    // Throws FilesFirst if anything is to be read or written first.
    void require_ready() const;

    // Puts a file with this content into a folder below `directory`, by `name` or one like it, and
    // returns its path below `directory`. Never takes the place of another file, nor a path that
    // another row names than the one that names `own` now; a file that an undone transaction left
    // is used again. Throws FilesFirst, and FileWaits.
    [[nodiscard]] std::string put(const std::string& directory, const std::string& folder,
                                  const std::string& name, const Digest& content,
                                  const std::string& own);
    // Around a transaction: what put() did in it is forgotten if it does not end. And around a row:
    // where it is undone, its files are nobody's again.
    void begin_transaction();
    void end_transaction();
    [[nodiscard]] std::size_t files_put() const { return put_now_.size(); }
    void take_back(std::size_t files_put);

    // Outside of any transaction. `source` gives the contents that are needed, if it has them;
    // `names` tells each path below a directory that a row names.
    using Source = std::function<std::optional<std::string>(const Digest&)>;
    using Take = std::function<void(const std::string& path)>;
    using Names = std::function<void(const std::string& directory, const Take& take)>;
    void get_ready(const Source& source, const Names& names);
    // The same where nothing is to be written.
    void read_wanted();

    // The content of a file that was looked at, if one still has it, and how large it is.
    [[nodiscard]] std::optional<std::string> content(const Digest& digest);
    [[nodiscard]] std::optional<std::uint64_t> size_of(const Digest& digest);

    // Writes up to so many notes of what was read, in the caller's transaction.
    void save(std::size_t limit);

  private:
    using Place = std::pair<std::string, std::string>;  // directory and path below it
    using Content = std::pair<std::string, Digest>;     // directory and what is put there
    struct Known {
        std::string stamp;  // of the file when it was read
        Digest content;
    };

    // What lies there; else `trouble` is set.
    [[nodiscard]] std::optional<FolderEntry> examine(const Place& place, std::string& trouble);
    [[nodiscard]] FileTree& tree(const std::string& directory);
    [[nodiscard]] const Known* known_at(const Place& place);
    void remember(const Place& place, const FileStamp& stamp, const Digest& content);
    void read(const Place& place);
    void prepare(const Content& content, const Source& source);
    static void remove_stale(FileTree& files);
    [[nodiscard]] bool is_named(const Place& place, const std::string& own) const;
    [[nodiscard]] std::string place_prepared(const Content& content, const std::string& path);

    SqlSession& session_;
    RootOpener opener_;
    std::map<std::string, FileTree> trees_;
    std::map<Place, std::optional<Known>> known_;  // nothing: not noted either
    std::map<Digest, Place> by_content_;
    std::set<Place> unsaved_, wanted_;
    std::map<Place, int> reads_;
    std::map<Place, std::string> unreadable_;
    std::set<Content> needed_, placed_;
    std::map<Content, std::string> prepared_;  // the name of the temporary file
    std::map<Content, std::string> waiting_;   // why it can't be prepared
    std::set<std::string> tidied_;             // directories, in this run
    // By directory, how many rows name a path; and what this transaction adds to that.
    std::map<std::string, std::map<std::string, int>> named_;
    std::set<Place> named_now_;
    std::vector<Place> put_now_;        // the same in their order
    std::map<Place, int> next_number_;  // by a name's place, in this transaction
};

}  // namespace cfs
