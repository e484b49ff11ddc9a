// Runs a schedule and tells what invariant it broke, if any.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/cloud.h"
#include "tests/simulation/document_view.h"
#include "tests/simulation/oracle.h"
#include "tests/simulation/schedule.h"
#include "tests/simulation/site.h"

namespace cfs::simulation {

struct Result {
    std::optional<std::string> failure;
    std::string story;                          // of a verbose run
    std::map<std::string, std::size_t> counts;  // what happened how often
    std::map<std::string, std::size_t> faults;  // and what went wrong
    std::size_t rounds = 0;                     // until quiet
};

class World {
  public:
    World(const Schedule& schedule, bool verbose);
    ~World();

    [[nodiscard]] Result run();

  private:
    struct Broken {
        std::string sentence;
    };

    void say(const std::string& sentence);
    void count(const std::string& what) { ++result_.counts[what]; }
    void count_fault(const std::string& what) { ++result_.faults[what]; }
    [[noreturn]] static void fail(const std::string& sentence) { throw Broken{sentence}; }

    // The first site from this one on of which that is true, or this one.
    [[nodiscard]] Site& site_where(Site& first, const std::function<bool(Site&)>& holds);

    // ---- beginning
    void make_sites();

    // ---- steps
    void perform(const Step& step);
    void insert(Site& site, Dice& dice);
    void insert_patient(Site& site, Dice& dice);
    void insert_record(Site& site, Dice& dice);
    void edit(Site& site, Dice& dice);
    void move(Site& site, Dice& dice);
    void remove(Site& site, Dice& dice);
    void remove_row(Site& site, const ClinicRow& row);
    void work(Site& site, Dice& dice);
    void open_form(Site& site, Dice& dice);
    void save_form(Site& site);
    void save(Site& site, const OpenForm& form, const ClinicRow& now);
    void preview(Site& site, Dice& dice);
    void settle(Site& site, Dice& dice);
    void stand_again(const Conflict& conflict);
    void undo(Site& site, Dice& dice);
    void touch_forms(Site& site, const std::string& code);

    // ---- what goes wrong
    void break_cloud(Site& site, Dice& dice);
    void break_folder(Site& site, Dice& dice);
    void mend_folder(Site& site);
    void back_up(Site& site);
    void restore(Site& site, Dice& dice);
    void roll_back(Site& site, Dice& dice);
    void clone(Site& site, Dice& dice);
    void count_again(Site& site);
    void change_options(Site& site, Dice& dice);
    void set_clock(Site& site, Dice& dice);
    void sync(Site& site, const Step& step, Dice& dice);
    SyncOutcome sync_and_check(Site& site, const SyncOrder& order, std::uint64_t seed);
    [[nodiscard]] static Files conflict_copies(const Site& site);
    void check_deleted_copy(Site& site, const std::string& path, const std::string& content);
    void note_troubles(const Site& site, const SyncOrder& order, const SyncOutcome& outcome);
    void carry(Site& site, unsigned percent, Dice& dice);

    // ---- the clinic's writes, told to the oracle
    [[nodiscard]] std::string new_token();
    [[nodiscard]] std::string new_value(Site& site, const std::string& column, Dice& dice);
    void write(Site& site, const ClinicRow& row, const std::map<std::string, Cell>& values,
               const std::set<std::string>& blind = {}, const std::set<std::string>& unsure = {});
    void note_unseen(Site& site, const ClinicRow& before, const ClinicRow& after,
                     const std::set<std::string>& blind);
    [[nodiscard]] std::optional<ClinicRow> any_row(Site& site, const std::string& table,
                                                   Dice& dice);
    [[nodiscard]] std::string key_of(Site& site, const std::string& table, const std::string& code);

    // ---- looking
    [[nodiscard]] Present present();
    [[nodiscard]] Present present_at(Site& site);
    [[nodiscard]] const Present& present_in_folder(Site& site);
    [[nodiscard]] const Present& present_in_documents(Site& site);
    [[nodiscard]] const Present& present_in_rows(Site& site);
    void add_files(const Files& files, Present& present);
    void destroying(const std::function<void()>& event);
    // What was found the last time, while nothing has changed since.
    struct Look {
        std::string stamp;
        Present present;
    };
    [[nodiscard]] const Present& look(Look& last, const std::string& stamp,
                                      const std::function<void(Present&)>& see);
    struct Looks {
        Look folder, documents, rows;
    };
    struct Picture {
        std::vector<Files> folders;
        std::vector<std::string> databases;
    };
    [[nodiscard]] Picture picture();
    [[nodiscard]] static bool same(const Picture& a, const Picture& b);

    // ---- the end
    void become_quiet();
    void check_end();
    void check_folders();
    struct Shown {
        std::string content, whole, site;  // whole: at the first site that cuts and rounds nothing
    };
    void check_databases();
    void check_database(Site& site, std::map<Place, Shown>& shown);
    void check_keys(Site& site);
    void check_group(const Site& site, const ClinicRow& row, const GroupShape& group,
                     std::map<Place, Shown>& shown);
    void check_all_rows_held();
    void check_nothing_lost();

    const Schedule& schedule_;
    bool verbose_;
    Result result_;
    WorldTime time_;
    std::vector<std::unique_ptr<Site>> sites_;
    Cloud cloud_;
    PlacedNames names_;
    DocumentViews views_{names_};
    Oracle oracle_{names_};
    std::map<const Site*, Looks> looks_;
    Look server_look_;
    FolderId folder_;
    std::string where_;
    std::uint64_t tokens_ = 0;
    std::vector<Collision> collisions_;
    bool lossy_;  // may the cloud itself destroy the only copy of something?
};

[[nodiscard]] Result run_schedule(const Schedule& schedule, bool verbose);

}  // namespace cfs::simulation
