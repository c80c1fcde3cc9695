#include "manifest/internal/edifact_text.hpp"

#include <algorithm>
#include <cstdint>
#include <fmt/core.h>
#include <iconv.h>
#include <optional>

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
// What in a value needs a second look; capitals, digits and the marks of level A are none of these.
enum CharacterClass : std::uint8_t { small_letter = 1, other_mark = 2, high = 4, control = 8 };

constexpr std::array<std::uint8_t, 256> make_class_table() {
    std::array<std::uint8_t, 256> table{};
    for (std::size_t code = 0; code < table.size(); ++code) {
        const char character = static_cast<char>(code);
        const bool plain = (code >= 'A' && code <= 'Z') || (code >= '0' && code <= '9');
        if (code >= 0x80) {
            table[code] = high;
        } else if (code < 0x20 || code == 0x7F) {
            table[code] = control;
        } else if (code >= 'a' && code <= 'z') {
            table[code] = small_letter;
        } else if (!plain && level_marks.find(character) == std::string_view::npos) {
            table[code] = other_mark;
        }
    }
    return table;
}
constexpr std::array<std::uint8_t, 256> class_table = make_class_table();

// All that occur in the text.
unsigned classes_of(std::string_view text) {
    unsigned classes = 0;
    for (const char character : text) {
        classes |= class_table[static_cast<unsigned char>(character)];
    }
    return classes;
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

// Parts of ISO 8859 (ISO 9735-1, table of syntax identifiers) and the C library's names of them.
struct Part {
    std::string_view identifier;
    const char* name;
};
constexpr std::array<Part, 8> parts{{
    {"UNOD", "ISO-8859-2"},
    {"UNOE", "ISO-8859-5"},
    {"UNOF", "ISO-8859-7"},
    {"UNOG", "ISO-8859-3"},
    {"UNOH", "ISO-8859-4"},
    {"UNOI", "ISO-8859-6"},
    {"UNOJ", "ISO-8859-8"},
    {"UNOK", "ISO-8859-9"},
}};
// parts.size() for an identifier of another kind.
std::size_t part_of(std::string_view syntax_identifier) {
    const auto found = std::ranges::find(parts, syntax_identifier, &Part::identifier);
    return static_cast<std::size_t>(found - parts.begin());
}

// Nothing on a system without this table.
std::optional<HighTable> make_high_table(const char* name) {
    const iconv_t converter = iconv_open("UTF-8", name);
    // iconv_open reports failure by this value, which is no pointer.
    if (reinterpret_cast<std::intptr_t>(converter) == -1) { // NOLINT(*-reinterpret-cast)
        return std::nullopt;
    }
    HighTable table;
    for (std::size_t index = 0; index < table.size(); ++index) {
        char from = static_cast<char>(0x80 + index);
        std::array<char, 8> to{};
        char* input = &from;
        char* output = to.data();
        std::size_t input_left = 1;
        std::size_t output_left = to.size();
        if (iconv(converter, &input, &input_left, &output, &output_left) == 0) {
            table[index].assign(to.data(), to.size() - output_left);
        }
        iconv(converter, nullptr, nullptr, nullptr, nullptr);
    }
    iconv_close(converter);
    return table;
}

std::array<std::optional<HighTable>, parts.size()> make_high_tables() {
    std::array<std::optional<HighTable>, parts.size()> tables;
    std::ranges::transform(parts, tables.begin(), make_high_table, &Part::name);
    return tables;
}

} // namespace

const HighTable* high_table_of(std::string_view syntax_identifier) {
    const std::size_t part = part_of(syntax_identifier);
    if (part == parts.size()) {
        return nullptr;
    }
    // Kept, because a file may hold a hundred thousand interchanges.
    static const std::array<std::optional<HighTable>, parts.size()> tables = make_high_tables();
    return tables[part] ? &*tables[part] : nullptr;
}

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
    if (part_of(syntax_identifier) < parts.size()) {
        return CharacterSet::Table;
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

void TextCheck::set_syntax(std::string_view identifier) {
    set_ = character_set_of(identifier);
    table_ = high_table_of(identifier);
    if (set_ == CharacterSet::Table && table_ == nullptr) {
        set_ = CharacterSet::Unknown; // a system without this table
    }
}

void TextCheck::convert_by_table(std::string& value, Seen& seen) const {
    std::string converted;
    for (const char character : value) {
        if (!is_high(character)) {
            converted.push_back(character);
            continue;
        }
        const std::string& letter = (*table_)[static_cast<unsigned char>(character) - 0x80U];
        seen[OutsideSet] = seen[OutsideSet] || letter.empty();
        converted += letter.empty() ? utf8_from_latin1({&character, 1}) : letter;
    }
    value = std::move(converted);
}

void TextCheck::convert_high(std::string& value, Seen& seen) const {
    if (table_ != nullptr) {
        convert_by_table(value, seen);
        return;
    }
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
    case CharacterSet::Table:
    case CharacterSet::Unknown:
        break;
    }
    if (!utf8 || set_ == CharacterSet::Latin1) {
        value = utf8_from_latin1(value);
    }
}

void TextCheck::convert_value(std::string& value, Seen& seen) const {
    const unsigned classes = classes_of(value);
    if ((classes & high) != 0) {
        convert_high(value, seen);
    }
    if ((classes & (high | control)) != 0 && drop_controls(value)) {
        seen[ControlCharacters] = true;
    }
}

void TextCheck::convert_components(Segment& segment, Seen& seen) const {
    const Segment sent = segment;
    segment.clear();
    segment.repeats = sent.repeats;
    for (std::size_t element = 0; element < sent.elements(); ++element) {
        segment.begin_element();
        for (std::size_t index = 0; index < sent.components(element); ++index) {
            if (index > 0) {
                segment.begin_component();
            }
            std::string value(sent.component(element, index));
            convert_value(value, seen);
            segment.append(value);
        }
    }
}

void TextCheck::convert(Segment& segment, std::size_t message) {
    const unsigned classes = classes_of(segment.text());
    if (classes == 0 && !segment.repeats) {
        return;
    }
    const bool level_a = set_ == CharacterSet::LevelA;
    Seen seen{};
    seen[Repeats] = segment.repeats;
    seen[SmallLetters] = level_a && (classes & small_letter) != 0;
    seen[OtherMarks] = (level_a || set_ == CharacterSet::LevelB) && (classes & other_mark) != 0;
    if ((classes & (high | control)) != 0) {
        convert_components(segment, seen);
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
        {Severity::Warning,
         "characters outside the stated character set, and not UTF-8; read as ISO 8859-1"},
        {Severity::Error, "bytes that are not UTF-8 as stated; read as ISO 8859-1"},
        {Severity::Error, "control characters; taken out"},
        {Severity::Warning, "repeated elements; the first of each is read"},
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
