// The program as a client of the user's session: at log-out the session waits until it has ended.
#pragma once

#include <functional>
#include <memory>

namespace cfs {

// To be destroyed at the program's end, which the session may wait for.
class SessionClient {
  public:
    virtual ~SessionClient() = default;
};

// `end` is called on the thread of the windows when the user logs out; it may be more than once.
// Null where the toolkit tells by itself.
[[nodiscard]] std::unique_ptr<SessionClient> join_session(std::function<void()> end);

}  // namespace cfs
