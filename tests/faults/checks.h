// What holds of every site and folder, whatever was struck; each throws Broken where it does not.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/model/error.h"
#include "tests/faults/site.h"

namespace cfs::faults {

[[nodiscard]] bool contains(const std::string& text, const std::string& part);
[[nodiscard]] bool contains(const std::vector<std::string>& sorted, const std::string& line);
// The beginning of a row, for people.
[[nodiscard]] std::string short_form(const std::string& line);

// Both sorted; `what` begins the sentence that tells the difference.
void require_same(const std::vector<std::string>& wanted, const std::vector<std::string>& found,
                  const std::string& what);
// The database is whole.
void require_sound(const Site& site);
// A sync that meets no fault has nothing to complain of.
void require_good(const SyncReport& report, const Site& site, const std::string& when);
// What a person is told is a sentence.
void require_sentence(ErrorCode code, const std::string& sentence);
// Every file in the folder is what its place says.
void require_whole_files(const Site& site);
void require_no_temporaries(const Site& site);
void require_verified(const Site& site);

// A sync without faults. Did it write anything?
bool sync_well(const Site& site, const std::string& when);
// Both sync and the cloud delivers until Here has nothing to write.
void become_quiet(const Site& here, const Site& there);
// A further sync of both writes nothing.
void require_quiet(const Site& here, const Site& there);

}  // namespace cfs::faults
