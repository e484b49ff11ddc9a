// The clinic program at work: a short transaction every few milliseconds, and what it waits.
#pragma once

#include <string>

namespace bench {

// Works until the standard input ends; says "ready" there once it is at work. Returns what was
// waited for locks and what whole transactions took, in milliseconds, as JSON.
std::string work_beside(const std::string& connection);

}  // namespace bench
