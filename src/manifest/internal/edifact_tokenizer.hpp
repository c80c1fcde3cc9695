// Cuts an EDIFACT file (ISO 9735) into segments of data elements of components, with the byte
// offset of each. Knows separators and the release character, nothing of what segments mean. Bytes
// are taken as they are; edifact_text.hpp makes UTF-8 of them. The repetition separator of syntax
// version 4 is not interpreted: PAXLST repeats no element, and carriers use '*' in names of
// systems.
#pragma once

#include "manifest/internal/fault_log.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::manifest::internal {

struct Separators {
    char component = ':';
    char element = '+';
    std::optional<char> release = '?';
    char terminator = '\'';
};

struct Segment {
    Place place;
    // elements[0][0] is the tag.
    std::vector<std::vector<std::string>> elements;
    bool broken_by_line_end = false; // a line end stood inside; it was taken out

    [[nodiscard]] std::string_view tag() const { return at(0); }
    // The component without blanks around it; empty where the segment has none.
    [[nodiscard]] std::string_view at(std::size_t element, std::size_t component = 0) const;
};

class EdifactTokenizer {
public:
    // The bytes must outlive the tokenizer.
    explicit EdifactTokenizer(std::string_view bytes) : bytes_(bytes) {}

    enum class Advice {
        Absent, // no UNA here: the usual separators
        Taken,
        Unusable, // cut short, or separators that cannot be told apart
    };
    // Takes the service string advice, if one stands here; separators go back to the usual ones
    // otherwise.
    [[nodiscard]] Advice take_advice();

    enum class Outcome {
        Segment,
        End,
        Unterminated, // the file ends inside the segment
        TooLong,      // over limits::edifact_segment_chars_max without a terminator
    };
    // Takes the next segment; blanks and line ends before it are skipped.
    [[nodiscard]] Outcome next(Segment& segment);

    void skip_blanks();
    void skip_to(std::size_t offset) { position_ = offset; }
    [[nodiscard]] std::size_t offset() const { return position_; }
    [[nodiscard]] std::string_view rest() const { return bytes_.substr(position_); }
    // The place of what comes next; the segment number is that of the last one read.
    [[nodiscard]] Place place() const { return {segments_, position_}; }
    [[nodiscard]] const Separators& separators() const { return separators_; }

private:
    std::string_view bytes_;
    std::size_t position_ = 0;
    std::size_t segments_ = 0;
    Separators separators_;
};

// Without blanks, tabs and line ends around it.
[[nodiscard]] std::string_view trimmed(std::string_view text);

} // namespace sallyport::manifest::internal
