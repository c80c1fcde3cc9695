#include "documents/internal/mrz_layout.hpp"

#include "base/limits.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sallyport::documents::internal {
namespace {

bool is_letter(char character) {
    return character >= 'A' && character <= 'Z';
}
bool is_digit(char character) {
    return character >= '0' && character <= '9';
}

// TD3 and TD2, and the visas that look like them, have one order of fields in the second line.
MRZLayout two_lines(MRZFormat format, std::size_t line_size, std::string_view first_letters) {
    const std::size_t second = line_size;
    MRZLayout layout;
    layout.format = format;
    layout.line_size = line_size;
    layout.line_count = 2;
    layout.first_letters = first_letters;
    layout.document_code = {0, 2};
    layout.issuer = {2, 3};
    layout.name = {5, line_size - 5};
    layout.number = {second, 9};
    layout.number_check = second + 9;
    layout.nationality = {second + 10, 3};
    layout.birth_date = {second + 13, 6};
    layout.birth_check = second + 19;
    layout.sex = second + 20;
    layout.expiry = {second + 21, 6};
    layout.expiry_check = second + 27;
    layout.optional_data = {second + 28, line_size - 28};
    return layout;
}

MRZLayout td3() {
    MRZLayout layout = two_lines(MRZFormat::TD3, 44, "P");
    layout.optional_data.size = 14;
    layout.optional_check = 44 + 42;
    layout.composite = 44 + 43;
    layout.composite_spans = {{44, 10}, {44 + 13, 7}, {44 + 21, 22}};
    return layout;
}

MRZLayout td2() {
    MRZLayout layout = two_lines(MRZFormat::TD2, 36, "ACI");
    layout.optional_data.size = 7;
    layout.composite = 36 + 35;
    layout.composite_spans = {{36, 10}, {36 + 13, 7}, {36 + 21, 14}};
    layout.number_continues = true;
    return layout;
}

MRZLayout td1() {
    MRZLayout layout;
    layout.format = MRZFormat::TD1;
    layout.line_size = 30;
    layout.line_count = 3;
    layout.first_letters = "ACI";
    layout.document_code = {0, 2};
    layout.issuer = {2, 3};
    layout.number = {5, 9};
    layout.number_check = 14;
    layout.optional_data = {15, 15};
    layout.birth_date = {30, 6};
    layout.birth_check = 36;
    layout.sex = 37;
    layout.expiry = {38, 6};
    layout.expiry_check = 44;
    layout.nationality = {45, 3};
    layout.optional_data_2 = Span{48, 11};
    layout.composite = 59;
    layout.composite_spans = {{5, 25}, {30, 7}, {38, 7}, {48, 11}};
    layout.name = {60, 30};
    layout.number_continues = true;
    return layout;
}

void fill(
    std::vector<MRZPosition>& positions, Span span, CharacterSet set, std::string_view field
) {
    std::fill_n(
        positions.begin() + static_cast<std::ptrdiff_t>(span.first),
        span.size,
        MRZPosition{set, field}
    );
}

std::string_view trimmed(std::string_view line) {
    constexpr std::string_view blanks = " \t\r\v\f";
    const std::size_t first = line.find_first_not_of(blanks);
    if (first == std::string_view::npos) {
        return {};
    }
    return line.substr(first, line.find_last_not_of(blanks) + 1 - first);
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
        const std::string_view line = trimmed(text.substr(0, end));
        if (!line.empty()) {
            lines.push_back(line);
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

} // namespace

const MRZLayout& layout_of(MRZFormat format) {
    static const MRZLayout td1_layout = td1();
    static const MRZLayout td2_layout = td2();
    static const MRZLayout td3_layout = td3();
    static const MRZLayout mrva_layout = two_lines(MRZFormat::MRVA, 44, "V");
    static const MRZLayout mrvb_layout = two_lines(MRZFormat::MRVB, 36, "V");
    switch (format) {
    case MRZFormat::TD1:
        return td1_layout;
    case MRZFormat::TD2:
        return td2_layout;
    case MRZFormat::TD3:
        return td3_layout;
    case MRZFormat::MRVA:
        return mrva_layout;
    case MRZFormat::MRVB:
        return mrvb_layout;
    }
    return td3_layout;
}

bool allows(CharacterSet set, char character) {
    switch (set) {
    case CharacterSet::Letter:
        return is_letter(character);
    case CharacterSet::LetterOrFiller:
        return is_letter(character) || character == filler;
    case CharacterSet::Digit:
        return is_digit(character);
    case CharacterSet::DigitOrFiller:
        return is_digit(character) || character == filler;
    case CharacterSet::Any:
        return is_letter(character) || is_digit(character) || character == filler;
    case CharacterSet::Sex:
        return character == 'F' || character == 'M' || character == 'X' || character == filler;
    }
    return false;
}

std::vector<MRZPosition> positions_of(const MRZLayout& layout, std::string_view zone) {
    std::vector<MRZPosition> positions(layout.line_size * layout.line_count);
    const auto one = [&](std::size_t place, CharacterSet set, std::string_view field) {
        positions[place] = {set, field};
    };
    // The second character of the document code is the issuer's choice; cards with a digit there
    // are in circulation ("C1").
    fill(positions, layout.document_code, CharacterSet::Any, "document_code");
    one(layout.document_code.first, CharacterSet::Letter, "document_code");
    fill(positions, layout.issuer, CharacterSet::LetterOrFiller, "issuer");
    fill(positions, layout.name, CharacterSet::LetterOrFiller, "name");
    fill(positions, layout.number, CharacterSet::Any, "document_number");
    fill(positions, layout.nationality, CharacterSet::LetterOrFiller, "nationality");
    fill(positions, layout.birth_date, CharacterSet::DigitOrFiller, "birth_date");
    fill(positions, layout.expiry, CharacterSet::DigitOrFiller, "expiry");
    fill(positions, layout.optional_data, CharacterSet::Any, "optional_data");
    one(layout.number_check, CharacterSet::DigitOrFiller, "document_number");
    one(layout.birth_check, CharacterSet::DigitOrFiller, "birth_date");
    one(layout.expiry_check, CharacterSet::DigitOrFiller, "expiry");
    one(layout.sex, CharacterSet::Sex, "sex");
    if (layout.optional_check) {
        one(*layout.optional_check, CharacterSet::DigitOrFiller, "optional_data");
    }
    if (layout.optional_data_2) {
        fill(positions, *layout.optional_data_2, CharacterSet::Any, "optional_data_2");
    }
    if (layout.composite) {
        one(*layout.composite, CharacterSet::Digit, "composite");
    }
    const NumberPlace number = number_place(layout, zone);
    if (number.continued) {
        one(number.check, CharacterSet::Digit, "document_number");
    }
    return positions;
}

NumberPlace number_place(const MRZLayout& layout, std::string_view zone) {
    NumberPlace place;
    for (std::size_t i = layout.number.first; i < layout.number.end(); ++i) {
        place.characters.push_back(i);
    }
    place.principal = layout.number.size;
    place.check = layout.number_check;
    place.optional_rest = layout.optional_data;
    const Span optional = layout.optional_data;
    const std::string_view data = zone.substr(optional.first, optional.size);
    const std::size_t size = std::min(data.find(filler), data.size());
    // Doc 9303-5 4.2.2.1 note j, 9303-6 likewise: a filler in the place of the check digit; the
    // rest of the number, its check digit and a filler open the optional data.
    const bool continued = layout.number_continues && zone[layout.number_check] == filler &&
                           zone[layout.number.end() - 1] != filler && size >= 2;
    if (!continued) {
        return place;
    }
    place.continued = true;
    for (std::size_t i = optional.first; i + 1 < optional.first + size; ++i) {
        place.characters.push_back(i);
    }
    place.check = optional.first + size - 1;
    const std::size_t used = std::min(size + 1, optional.size);
    place.optional_rest = {optional.first + used, optional.size - used};
    return place;
}

Result<MRZZone> recognise(std::string_view text) {
    if (text.size() > limits::mrz_text_chars_max) {
        return fail(
            ErrorCode::MalformedInput,
            fmt::format(
                "no machine-readable zone: {} characters, at most {} are looked at",
                text.size(),
                limits::mrz_text_chars_max
            )
        );
    }
    const std::vector<std::string_view> lines = lines_of(text);
    std::vector<std::size_t> sizes;
    std::string joined;
    for (const std::string_view line : lines) {
        sizes.push_back(line.size());
        joined += line;
    }
    const bool even = std::all_of(sizes.begin(), sizes.end(), [&](std::size_t size) {
        return size == sizes.front();
    });
    const auto fits = [&](std::size_t line_size, std::size_t line_count) {
        const bool whole = lines.size() == 1 || (even && lines.size() == line_count);
        return whole && joined.size() == line_size * line_count;
    };
    const bool visa = !joined.empty() && joined.front() == 'V';
    if (fits(30, 3)) {
        return MRZZone{&layout_of(MRZFormat::TD1), std::move(joined)};
    }
    if (fits(44, 2)) {
        return MRZZone{&layout_of(visa ? MRZFormat::MRVA : MRZFormat::TD3), std::move(joined)};
    }
    if (fits(36, 2)) {
        return MRZZone{&layout_of(visa ? MRZFormat::MRVB : MRZFormat::TD2), std::move(joined)};
    }
    return fail(
        ErrorCode::MalformedInput,
        fmt::format(
            "no machine-readable zone: lines of {} characters, where 3 x 30, 2 x 36 or 2 x 44 are "
            "expected",
            sizes.empty() ? "0" : fmt::format("{}", fmt::join(sizes, ", "))
        )
    );
}

} // namespace sallyport::documents::internal
