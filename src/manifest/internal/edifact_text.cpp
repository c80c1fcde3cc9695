#include "manifest/internal/edifact_text.hpp"

#include <algorithm>
#include <cstdint>
#include <fmt/core.h>

namespace sallyport::manifest::internal {

namespace {

// ISO 9735 level A and B, apart from letters and digits.
constexpr std::string_view level_marks = " .,-()/='+:?!\"%&*;<>";

bool is_high(char character) {
    return static_cast<unsigned char>(character) >= 0x80;
}
bool is_control(char character) {
    const auto code = static_cast<unsigned char>(character);
    return code < 0x20 || code == 0x7F;
}
bool is_small(char character) {
    return character >= 'a' && character <= 'z';
}
bool is_level_b(char character) {
    return is_small(character) || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') ||
           level_marks.find(character) != std::string_view::npos;
}

// The length of the well-formed sequence at the front (Unicode table 3-7), or 0.
std::size_t utf8_length(std::string_view text) {
    const auto byte = [text](std::size_t index) -> std::uint32_t {
        return index < text.size() ? static_cast<unsigned char>(text[index]) : 0U;
    };
    const auto follows = [&byte](std::size_t index, std::uint32_t low, std::uint32_t high) {
        return byte(index) >= low && byte(index) <= high;
    };
    const std::uint32_t lead = byte(0);
    if (lead < 0x80) {
        return 1;
    }
    if (lead >= 0xC2 && lead <= 0xDF) {
        return follows(1, 0x80, 0xBF) ? 2 : 0;
    }
    if (lead >= 0xE0 && lead <= 0xEF) {
        const std::uint32_t low = lead == 0xE0 ? 0xA0U : 0x80U;
        const std::uint32_t high = lead == 0xED ? 0x9FU : 0xBFU;
        return follows(1, low, high) && follows(2, 0x80, 0xBF) ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        const std::uint32_t low = lead == 0xF0 ? 0x90U : 0x80U;
        const std::uint32_t high = lead == 0xF4 ? 0x8FU : 0xBFU;
        return follows(1, low, high) && follows(2, 0x80, 0xBF) && follows(3, 0x80, 0xBF) ? 4 : 0;
    }
    return 0;
}

// Takes out U+0000 to U+001F and U+007F to U+009F. The text must be UTF-8.
bool drop_controls(std::string& text) {
    std::string kept;
    kept.reserve(text.size());
    for (std::size_t index = 0; index < text.size();) {
        const std::size_t length =
            std::max<std::size_t>(1, utf8_length(std::string_view(text).substr(index)));
        const bool second_control = length == 2 && text[index] == '\xC2' &&
                                    static_cast<unsigned char>(text[index + 1]) < 0xA0;
        if (!is_control(text[index]) && !second_control) {
            kept.append(text, index, length);
        }
        index += length;
    }
    const bool dropped = kept.size() != text.size();
    text = std::move(kept);
    return dropped;
}

} // namespace

CharacterSet character_set_of(std::string_view syntax_identifier) {
    if (syntax_identifier == "UNOA") {
        return CharacterSet::LevelA;
    }
    if (syntax_identifier == "UNOB") {
        return CharacterSet::LevelB;
    }
    if (syntax_identifier == "UNOC") {
        return CharacterSet::Latin1;
    }
    if (syntax_identifier == "UNOW" || syntax_identifier == "UNOY") {
        return CharacterSet::UTF8;
    }
    return CharacterSet::Unknown;
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = utf8_length(text);
        if (length == 0) {
            return false;
        }
        text.remove_prefix(length);
    }
    return true;
}

std::string utf8_from_latin1(std::string_view text) {
    std::string converted;
    converted.reserve(text.size() + 8);
    for (const char character : text) {
        const auto code = static_cast<unsigned char>(character);
        if (code < 0x80) {
            converted.push_back(character);
        } else {
            converted.push_back(static_cast<char>(0xC0U | (code >> 6U)));
            converted.push_back(static_cast<char>(0x80U | (code & 0x3FU)));
        }
    }
    return converted;
}

std::string printable_utf8(std::string_view text) {
    std::string converted = is_utf8(text) ? std::string(text) : utf8_from_latin1(text);
    drop_controls(converted);
    return converted;
}

void TextCheck::convert_high(std::string& value, Seen& seen) const {
    const bool utf8 = is_utf8(value);
    switch (set_) {
    case CharacterSet::LevelA:
    case CharacterSet::LevelB:
        seen[utf8 ? UndeclaredUTF8 : OutsideSet] = true;
        break;
    case CharacterSet::UTF8:
        seen[NotUTF8] = seen[NotUTF8] || !utf8;
        break;
    case CharacterSet::Latin1:
    case CharacterSet::Unknown:
        break;
    }
    if (!utf8 || set_ == CharacterSet::Latin1) {
        value = utf8_from_latin1(value);
    }
}

void TextCheck::convert_value(std::string& value, Seen& seen) const {
    if (set_ == CharacterSet::LevelA && std::ranges::any_of(value, is_small)) {
        seen[SmallLetters] = true;
    }
    if (set_ == CharacterSet::LevelA || set_ == CharacterSet::LevelB) {
        seen[OtherMarks] =
            seen[OtherMarks] || std::ranges::any_of(value, [](char character) {
                return !is_high(character) && !is_control(character) && !is_level_b(character);
            });
    }
    if (std::ranges::any_of(value, is_high)) {
        convert_high(value, seen);
    } else if (std::ranges::none_of(value, is_control)) {
        return;
    }
    if (drop_controls(value)) {
        seen[ControlCharacters] = true;
    }
}

void TextCheck::convert(Segment& segment, std::size_t message) {
    Seen seen{};
    seen[LineEnds] = segment.broken_by_line_end;
    for (std::vector<std::string>& element : segment.elements) {
        for (std::string& component : element) {
            convert_value(component, seen);
        }
    }
    for (std::size_t trouble = 0; trouble < trouble_count; ++trouble) {
        if (!seen[trouble]) {
            continue;
        }
        Finding& finding = findings_[trouble];
        if (finding.segments == 0) {
            finding.first = segment.place;
            finding.message = message;
        }
        ++finding.segments;
    }
}

void TextCheck::report(FaultLog& faults) const {
    struct Wording {
        Severity severity;
        std::string_view text;
    };
    static constexpr std::array<Wording, trouble_count> wordings{{
        {Severity::Warning, "small letters, which syntax level UNOA does not have"},
        {Severity::Warning, "marks that the stated syntax level does not have"},
        {Severity::Warning, "UTF-8 under a syntax level that has no such letters; kept"},
        {Severity::Error,
         "characters outside the stated syntax level, and not UTF-8; read as ISO 8859-1"},
        {Severity::Error, "bytes that are not UTF-8 as stated; read as ISO 8859-1"},
        {Severity::Error, "control characters; taken out"},
        {Severity::Error, "line ends inside segments; taken out"},
    }};
    for (std::size_t trouble = 0; trouble < trouble_count; ++trouble) {
        const Finding& finding = findings_[trouble];
        if (finding.segments > 0) {
            faults.add(
                {wordings[trouble].severity,
                 finding.message,
                 finding.first.segment,
                 finding.first.offset,
                 fmt::format("{} (segments: {})", wordings[trouble].text, finding.segments)}
            );
        }
    }
}

} // namespace sallyport::manifest::internal
