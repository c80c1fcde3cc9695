// The separators of an interchange (ISO 9735): those its service string advice (UNA) declares,
// those its UNB shows where UNA is missing, or the usual ones. Pure functions, any thread.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace sallyport::manifest::internal {

struct Separators {
    char component = ':';
    char element = '+';
    std::optional<char> release = '?';
    std::optional<char> repetition; // syntax version 4, only where UNA declares one
    char terminator = '\'';
};

enum class Advice {
    Absent,    // no UNA here: the usual separators, or those that UNB shows
    Taken,     // UNA and six characters
    Shortened, // UNA and five: the blank before the terminator got lost on the way
    Unusable,  // cut short, or separators that cannot be told apart
};

struct SeparatorsRead {
    Advice advice = Advice::Absent;
    std::size_t length = 0; // of the advice in the text
    Separators separators;
};

// Of an interchange that begins here; the text must hold no line ends inside UNA and UNB.
[[nodiscard]] SeparatorsRead read_separators(std::string_view text);

// How much of the beginning read_separators() looks at.
inline constexpr std::size_t separators_look_ahead = 400;

[[nodiscard]] bool may_separate(char character);

// Characters to stop at, as a table: a reader asks for every byte of a list.
class StopSet {
public:
    void add(char character) { table_[static_cast<unsigned char>(character)] = true; }
    void add(std::optional<char> character) {
        if (character) {
            add(*character);
        }
    }
    // The first of them at the position or behind it; the length of the text where there is none.
    [[nodiscard]] std::size_t find(std::string_view text, std::size_t position) const {
        while (position < text.size() && !table_[static_cast<unsigned char>(text[position])]) {
            ++position;
        }
        return position;
    }

private:
    std::array<bool, 256> table_{};
};

// All that mean something between the texts of a segment.
[[nodiscard]] StopSet stop_set_of(const Separators& separators);

} // namespace sallyport::manifest::internal
