#include "manifest/internal/edifact_tokenizer.hpp"

#include "base/limits.hpp"

#include <algorithm>

namespace sallyport::manifest::internal {

namespace {

constexpr std::string_view blanks = " \t\r\n";
constexpr std::size_t advice_chars = 9; // UNA and six separators

bool may_separate(char character) {
    const auto code = static_cast<unsigned char>(character);
    const bool letter = (code >= 'A' && code <= 'Z') || (code >= 'a' && code <= 'z');
    const bool digit = code >= '0' && code <= '9';
    return code > ' ' && code < 0x7F && !letter && !digit;
}

} // namespace

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string_view Segment::at(std::size_t element, std::size_t component) const {
    if (element >= elements.size() || component >= elements[element].size()) {
        return {};
    }
    return trimmed(elements[element][component]);
}

void EdifactTokenizer::skip_blanks() {
    position_ = std::min(bytes_.find_first_not_of(blanks, position_), bytes_.size());
}

EdifactTokenizer::Advice EdifactTokenizer::take_advice() {
    separators_ = Separators{};
    skip_blanks();
    const std::string_view ahead = rest();
    if (!ahead.starts_with("UNA")) {
        return Advice::Absent;
    }
    if (ahead.size() < advice_chars) {
        return Advice::Unusable;
    }
    // ISO 9735: component, element, decimal mark, release (a space: none), repetition, terminator.
    const Separators declared{
        .component = ahead[3],
        .element = ahead[4],
        .release = ahead[6] == ' ' ? std::nullopt : std::optional<char>(ahead[6]),
        .terminator = ahead[8],
    };
    std::string all{declared.component, declared.element, declared.terminator};
    if (declared.release) {
        all.push_back(*declared.release);
    }
    const bool usable = std::ranges::all_of(all, may_separate);
    std::ranges::sort(all);
    if (!usable || std::ranges::adjacent_find(all) != all.end()) {
        return Advice::Unusable;
    }
    separators_ = declared;
    position_ += advice_chars;
    return Advice::Taken;
}

EdifactTokenizer::Outcome EdifactTokenizer::next(Segment& segment) {
    skip_blanks();
    segment.elements.clear();
    segment.broken_by_line_end = false;
    if (position_ >= bytes_.size()) {
        return Outcome::End;
    }
    ++segments_;
    segment.place = place();
    segment.elements.push_back({std::string()});
    const std::size_t end = std::min(bytes_.size(), position_ + limits::edifact_segment_chars_max);
    bool released = false;
    while (position_ < end) {
        const char character = bytes_[position_++];
        if (character == '\r' || character == '\n') {
            segment.broken_by_line_end = true;
        } else if (released) {
            segment.elements.back().back().push_back(character);
            released = false;
        } else if (separators_.release == character) {
            released = true;
        } else if (character == separators_.terminator) {
            return Outcome::Segment;
        } else if (character == separators_.element) {
            segment.elements.push_back({std::string()});
        } else if (character == separators_.component) {
            segment.elements.back().emplace_back();
        } else {
            segment.elements.back().back().push_back(character);
        }
    }
    return end == bytes_.size() ? Outcome::Unterminated : Outcome::TooLong;
}

} // namespace sallyport::manifest::internal
