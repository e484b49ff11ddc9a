#include "core/model/time.h"

#include <algorithm>
#include <thread>

namespace cfs {
namespace {

using namespace std::chrono;

constexpr std::string_view kShape = "0000-00-00T00:00:00.000Z";

void put(std::string& text, std::size_t place, std::size_t digits, unsigned value) {
    for (std::size_t i = place + digits; i-- > place; value /= 10) {
        text[i] = static_cast<char>('0' + value % 10);
    }
}

unsigned get(std::string_view text, std::size_t place, std::size_t digits) {
    unsigned value = 0;
    for (std::size_t i = place; i < place + digits; ++i) {
        value = value * 10 + static_cast<unsigned>(text[i] - '0');
    }
    return value;
}

bool has_shape(std::string_view text) {
    if (text.size() != kShape.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        if (kShape[i] == '0' ? !digit : text[i] != kShape[i]) return false;
    }
    return true;
}

class SystemClock : public Clock {
  public:
    [[nodiscard]] Time now() const override {
        return floor<milliseconds>(std::chrono::system_clock::now());
    }
    void pause(milliseconds duration) override { std::this_thread::sleep_for(duration); }
};

}  // namespace

// Times outside the range are those of its ends, so that every text can be read again.
std::string to_text(Time time) {
    time = std::clamp(time, kFirstTime, kLastTime);
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const auto of_day = static_cast<unsigned>((time - day).count());
    std::string text(kShape);
    put(text, 0, 4, static_cast<unsigned>(static_cast<int>(date.year())));
    put(text, 5, 2, static_cast<unsigned>(date.month()));
    put(text, 8, 2, static_cast<unsigned>(date.day()));
    put(text, 11, 2, of_day / 3'600'000);
    put(text, 14, 2, of_day / 60'000 % 60);
    put(text, 17, 2, of_day / 1000 % 60);
    put(text, 20, 3, of_day % 1000);
    return text;
}

std::optional<Time> time_from_text(std::string_view text) {
    if (!has_shape(text)) return std::nullopt;
    const auto date =
        year(static_cast<int>(get(text, 0, 4))) / month(get(text, 5, 2)) / day(get(text, 8, 2));
    const unsigned hour = get(text, 11, 2), minute = get(text, 14, 2), second = get(text, 17, 2);
    if (!date.ok() || date.year() < year(1)) return std::nullopt;
    if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
    return Time(sys_days(date)) + hours(hour) + minutes(minute) + seconds(second) +
           milliseconds(get(text, 20, 3));
}

milliseconds Clock::elapsed() const {
    return floor<milliseconds>(steady_clock::now().time_since_epoch());
}

Clock& system_clock() {
    static SystemClock clock;
    return clock;
}

}  // namespace cfs
