// Which characters an interchange may hold (the syntax identifier of UNB) and how its bytes become
// UTF-8. Also takes control characters out of every value: a value may end on somebody's terminal.
#pragma once

#include "manifest/internal/edifact_tokenizer.hpp"
#include "manifest/internal/fault_log.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace sallyport::manifest::internal {

enum class CharacterSet {
    LevelA,  // UNOA: capitals, digits and some marks
    LevelB,  // UNOB: the same and small letters
    Latin1,  // UNOC: ISO 8859-1
    Table,   // UNOD to UNOK: another part of ISO 8859
    UTF8,    // UNOW, UNOY
    Unknown, // anything else: read as UTF-8 where it is, else as ISO 8859-1
};
[[nodiscard]] CharacterSet character_set_of(std::string_view syntax_identifier);

// The UTF-8 of the bytes 0x80 to 0xFF; empty for bytes that stand for nothing.
using HighTable = std::array<std::string, 128>;
// Of a syntax identifier from UNOD to UNOK, made once and kept; null for others.
[[nodiscard]] const HighTable* high_table_of(std::string_view syntax_identifier);

[[nodiscard]] bool is_utf8(std::string_view text);
[[nodiscard]] std::string utf8_from_latin1(std::string_view text);
// UTF-8 without control characters; bytes that are not UTF-8 are read as ISO 8859-1.
[[nodiscard]] std::string printable_utf8(std::string_view text);

// Converts the segments of one interchange and remembers each kind of trouble once, with the
// number of segments that have it: a list in small letters is one fault, not ten thousand.
class TextCheck {
public:
    // The syntax identifier of UNB.
    void set_syntax(std::string_view identifier);
    // Faults found in a segment count for the message that was current at the first one.
    void convert(Segment& segment, std::size_t message);
    void report(FaultLog& faults) const;

private:
    enum Trouble : std::size_t {
        SmallLetters,
        OtherMarks,
        UndeclaredUTF8,
        OutsideSet,
        NotUTF8,
        ControlCharacters,
        Repeats,
    };
    static constexpr std::size_t trouble_count = Repeats + 1;
    struct Finding {
        std::size_t segments = 0;
        std::size_t message = 0;
        Place first;
    };
    using Seen = std::array<bool, trouble_count>;

    void convert_components(Segment& segment, Seen& seen) const;
    void convert_value(std::string& value, Seen& seen) const;
    void convert_high(std::string& value, Seen& seen) const;
    void convert_by_table(std::string& value, Seen& seen) const;

    CharacterSet set_ = CharacterSet::LevelA;
    const HighTable* table_ = nullptr; // of CharacterSet::Table
    std::array<Finding, trouble_count> findings_{};
};

} // namespace sallyport::manifest::internal
