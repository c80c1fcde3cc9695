// Cuts EDIFACT text (ISO 9735) into segments of data elements of components, with the byte offset
// of each in the file as received. Knows separators and the release character, nothing of what
// segments mean. Bytes are taken as they are; edifact_text.hpp makes UTF-8 of them. Of an element
// that is repeated (syntax version 4) the first occurrence is kept.
#pragma once

#include "manifest/internal/edifact_separators.hpp"
#include "manifest/internal/fault_log.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::manifest::internal {

class OffsetMap;

// Around values and between segments.
[[nodiscard]] inline bool is_blank(char character) {
    return character == ' ' || character == '\t' || character == '\r' || character == '\n';
}
// Without blanks, tabs and line ends around it.
[[nodiscard]] inline std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && is_blank(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

// Elements of components, the first of which is the tag. All texts lie in one string, so that
// reading the next segment into this one takes no memory.
class Segment {
public:
    Place place;
    bool repeats = false; // an element had further occurrences; they are passed over

    [[nodiscard]] std::string_view tag() const { return at(0); }
    // The component without blanks around it; empty where the segment has none.
    [[nodiscard]] std::string_view at(std::size_t element, std::size_t index = 0) const {
        return trimmed(component(element, index));
    }

    [[nodiscard]] std::size_t elements() const { return elements_.size(); }
    // 0 where the segment does not have the element.
    [[nodiscard]] std::size_t components(std::size_t element) const {
        const bool last = element + 1 >= elements_.size();
        const std::size_t end = last ? components_.size() : elements_[element + 1];
        return element < elements_.size() ? end - elements_[element] : 0;
    }
    // As sent, with blanks around it; empty where the segment has none.
    [[nodiscard]] std::string_view component(std::size_t element, std::size_t index) const {
        if (index >= components(element)) {
            return {};
        }
        index += elements_[element];
        const bool last = index + 1 == components_.size();
        const std::size_t end = last ? text_.size() : components_[index + 1];
        return std::string_view(text_.data() + components_[index], end - components_[index]);
    }
    // The components of all elements one after another.
    [[nodiscard]] std::string_view text() const { return text_; }

    // To fill it from its beginning on; an element begins with its first component.
    void clear();
    void begin_element() {
        elements_.push_back(static_cast<std::uint32_t>(components_.size()));
        begin_component();
    }
    void begin_component() { components_.push_back(static_cast<std::uint32_t>(text_.size())); }
    void append(std::string_view text) { text_ += text; }
    void keep_first_element();

private:
    std::string text_;
    std::vector<std::uint32_t> components_; // where each begins in the text
    std::vector<std::uint32_t> elements_;   // which component each begins with
};

class EdifactTokenizer {
public:
    // The bytes, and the map to offsets of the file as received, must outlive the tokenizer.
    explicit EdifactTokenizer(std::string_view bytes, const OffsetMap* offsets = nullptr)
        : bytes_(bytes), offsets_(offsets), stops_(stop_set_of(separators_)) {}

    // Takes the service string advice, if one stands here, and sets the separators.
    [[nodiscard]] Advice take_advice();

    enum class Outcome {
        Segment,
        End,
        Unterminated, // the text ends inside the segment
        TooLong,      // over limits::edifact_segment_chars_max; only its tag was kept
    };
    // Takes the next segment; blanks and line ends before it are skipped. After a segment that is
    // too long the next one is found behind its terminator.
    [[nodiscard]] Outcome next(Segment& segment);

    void skip_blanks();
    [[nodiscard]] std::string_view rest() const { return bytes_.substr(position_); }
    // The place of what comes next; the segment number is that of the last one read.
    [[nodiscard]] Place place() const;

private:
    void take_plain(Segment& segment, std::size_t end);
    void take_character(Segment& segment, char character);

    std::string_view bytes_;
    const OffsetMap* offsets_;
    std::size_t position_ = 0;
    std::size_t segments_ = 0;
    std::size_t jump_ = 0; // of the map, for the last segment
    Separators separators_;
    StopSet stops_;
    bool released_ = false;
    bool repeating_ = false;
};

} // namespace sallyport::manifest::internal
