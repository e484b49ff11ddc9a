// Sentences for people. They are written in English, whole, with numbered places for names and
// numbers, and are told in the user's language where the program knows it:
//
//     said("The folder {1} was not found. Is its drive connected?", folder)
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace cfs {

// Gives what an English sentence is in the user's language, itself where that is not known. `many`
// is null where nothing is counted. Called by several threads at once.
using Translate = std::string (*)(const char* one, const char* many, std::int64_t count);

// Before there are other threads; without it sentences stay English.
void translate_by(Translate translate);

// A sentence with the places {1} to {Places}, which the compiler checks.
template <std::size_t Places>
class Sentence {
  public:
    consteval Sentence(const char* text) : text_(text) {
        for (std::size_t place = 1; place <= Places; ++place) {
            if (!has(place)) throw "a part has no place in the sentence";
        }
        if (has(Places + 1)) throw "the sentence has a place without a part";
    }

    [[nodiscard]] const char* text() const { return text_; }

  private:
    consteval bool has(std::size_t place) const {
        static_assert(Places < 9, "a place is a single digit");
        for (const char* at = text_; *at != '\0'; ++at) {
            if (at[0] == '{' && at[1] == static_cast<char>('0' + place) && at[2] == '}') {
                return true;
            }
        }
        return false;
    }

    const char* text_;
};

// A sentence without places that is said elsewhere: said(words).
using ToSay = Sentence<0>;

namespace detail {

inline std::string part_text(std::string_view part) { return std::string(part); }
std::string part_text(std::integral auto number) { return std::to_string(number); }

[[nodiscard]] std::string told(const char* one, const char* many, std::int64_t count,
                               const std::string* parts, std::size_t size);

}  // namespace detail

template <class... Parts>
[[nodiscard]] std::string said(Sentence<sizeof...(Parts)> sentence, const Parts&... parts) {
    const std::array<std::string, sizeof...(Parts)> texts{detail::part_text(parts)...};
    return detail::told(sentence.text(), nullptr, 0, texts.data(), texts.size());
}

// Where `count` decides between "1 file is" and "{1} files are".
template <std::integral Count, class... Parts>
[[nodiscard]] std::string said_of(Count count, Sentence<sizeof...(Parts)> one,
                                  Sentence<sizeof...(Parts)> many, const Parts&... parts) {
    const std::array<std::string, sizeof...(Parts)> texts{detail::part_text(parts)...};
    return detail::told(one.text(), many.text(), static_cast<std::int64_t>(count), texts.data(),
                        texts.size());
}

}  // namespace cfs
