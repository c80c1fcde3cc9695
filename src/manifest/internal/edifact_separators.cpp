#include "manifest/internal/edifact_separators.hpp"

#include <algorithm>
#include <string>

namespace sallyport::manifest::internal {

namespace {

constexpr std::size_t advice_chars = 9; // UNA and six separators
constexpr std::string_view blanks = " \t\r\n";

// ISO 9735 level B: IS4, IS3 and IS1 of ISO 646 end segments, elements and components.
constexpr char is4 = 0x1C;
constexpr char is3 = 0x1D;
constexpr char is1 = 0x1F;

bool usable(const Separators& separators) {
    std::string all{separators.component, separators.element, separators.terminator};
    if (separators.release) {
        all.push_back(*separators.release);
    }
    const bool allowed = std::ranges::all_of(all, may_separate);
    std::ranges::sort(all);
    return allowed && std::ranges::adjacent_find(all) == all.end();
}

bool begins_segment(std::string_view text, char element) {
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos || text.size() < first + 4) {
        return false;
    }
    const std::string_view tag = text.substr(first, 3);
    return (tag == "UNB" || tag == "UNG" || tag == "UNH") && text[first + 3] == element;
}

SeparatorsRead read_advice(std::string_view text) {
    if (text.size() < advice_chars) {
        return {.advice = Advice::Unusable, .length = 0, .separators = {}};
    }
    // Component, element, decimal mark, release (a blank: none), repetition, terminator.
    SeparatorsRead read{.advice = Advice::Taken, .length = advice_chars, .separators = {}};
    Separators& declared = read.separators;
    declared.component = text[3];
    declared.element = text[4];
    declared.release = text[6] == ' ' ? std::nullopt : std::optional<char>(text[6]);
    declared.terminator = text[8];
    if (may_separate(text[7]) && begins_segment(text.substr(advice_chars - 1), text[4])) {
        read.advice = Advice::Shortened;
        read.length = advice_chars - 1;
        declared.terminator = text[7];
    } else if (may_separate(text[7])) {
        declared.repetition = text[7];
    }
    // Before version 4 the place was reserved: whatever stands there must not break a message.
    const Separators& all = declared;
    if (all.repetition == all.component || all.repetition == all.element ||
        all.repetition == all.release || all.repetition == all.terminator) {
        declared.repetition.reset();
    }
    if (!usable(declared)) {
        return {.advice = Advice::Unusable, .length = 0, .separators = {}};
    }
    return read;
}

// UNB+UNOA:4+...'UNG+ or 'UNH+ shows three of the separators.
Separators shown_by_unb(std::string_view text) {
    const Separators usual;
    if (text.size() < 10 || !text.starts_with("UNB") || text.substr(4, 3) != "UNO" ||
        (text[3] == usual.element && text[8] == usual.component)) {
        return usual;
    }
    Separators shown;
    shown.element = text[3];
    shown.component = text[8];
    if (shown.element == is3 && shown.component == is1) {
        shown.terminator = is4;
        shown.release.reset();
        return usable(shown) ? shown : usual;
    }
    for (const std::string_view tag : {"UNG", "UNH"}) {
        const std::size_t next = text.find(std::string(tag) + shown.element);
        const std::size_t end =
            next == std::string_view::npos ? next : text.find_last_not_of(blanks, next - 1);
        if (end != std::string_view::npos) {
            shown.terminator = text[end];
            return usable(shown) ? shown : usual;
        }
    }
    return usual;
}

} // namespace

bool may_separate(char character) {
    const auto code = static_cast<unsigned char>(character);
    const bool letter = (code >= 'A' && code <= 'Z') || (code >= 'a' && code <= 'z');
    const bool digit = code >= '0' && code <= '9';
    const bool information_separator = character >= is4 && character <= is1;
    return information_separator || (code > ' ' && code < 0x7F && !letter && !digit);
}

SeparatorsRead read_separators(std::string_view text) {
    if (text.starts_with("UNA")) {
        return read_advice(text);
    }
    return {.advice = Advice::Absent, .length = 0, .separators = shown_by_unb(text)};
}

StopSet stop_set_of(const Separators& separators) {
    StopSet set;
    set.add(separators.component);
    set.add(separators.element);
    set.add(separators.release);
    set.add(separators.repetition);
    set.add(separators.terminator);
    return set;
}

} // namespace sallyport::manifest::internal
