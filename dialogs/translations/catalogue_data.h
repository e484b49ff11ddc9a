// The compiled catalogues, by their languages' codes ("de"); see embed.cmake.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace cfs {

const std::map<std::string, std::string_view>& catalogue_data();

}  // namespace cfs
