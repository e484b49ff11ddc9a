// Instants are UTC with milliseconds; only dialogs turn them into local time.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace cfs {

using Time = std::chrono::sys_time<std::chrono::milliseconds>;

// The ends of what a text can say.
inline constexpr Time kFirstTime = std::chrono::sys_days(std::chrono::year(1) / 1 / 1);
inline constexpr Time kLastTime =
    Time(std::chrono::sys_days(std::chrono::year(10000) / 1 / 1)) - std::chrono::milliseconds(1);

// ISO 8601, "2026-11-22T10:10:10.123Z"; years 0001 to 9999.
[[nodiscard]] std::string to_text(Time time);
[[nodiscard]] std::optional<Time> time_from_text(std::string_view text);

// The clock of the core: a simulation supplies its own.
class Clock {
  public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Time now() const = 0;
    // Lets others work for about this long (the clinic program between two of our transactions).
    virtual void pause(std::chrono::milliseconds duration) = 0;
    // For measuring how long something takes: never goes back, and has no relation to now().
    [[nodiscard]] virtual std::chrono::milliseconds elapsed() const;
};

// The machine's clock; pause() sleeps.
[[nodiscard]] Clock& system_clock();

}  // namespace cfs
