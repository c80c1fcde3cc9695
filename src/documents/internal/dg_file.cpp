#include "documents/internal/dg_file.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <openssl/asn1.h>

namespace sallyport::documents::internal {
namespace {

constexpr unsigned long unicode_max = 0x10FFFF;

bool is_control(unsigned long character) {
    return character < 0x20 || (character >= 0x7F && character < 0xA0);
}

void append_utf8(std::string& text, unsigned long character) {
    std::array<unsigned char, 8> encoded{};
    const int size = UTF8_putc(encoded.data(), static_cast<int>(encoded.size()), character);
    for (int at = 0; at < size; ++at) {
        text.push_back(static_cast<char>(encoded.at(static_cast<std::size_t>(at))));
    }
}

// The characters of UTF-8 text; nothing when it is none.
std::optional<std::vector<unsigned long>> utf8_characters(TLVBytes bytes) {
    std::vector<unsigned long> characters;
    for (std::size_t at = 0; at < bytes.size();) {
        unsigned long character = 0;
        const auto left = static_cast<int>(std::min<std::size_t>(bytes.size() - at, 8));
        const int used = UTF8_getc(bytes.data() + at, left, &character);
        if (used <= 0 || character > unicode_max) {
            return std::nullopt;
        }
        characters.push_back(character);
        at += static_cast<std::size_t>(used);
    }
    return characters;
}

} // namespace

void note(Faults& faults, std::string text) {
    const bool known = std::find(faults.begin(), faults.end(), text) != faults.end();
    if (!known && faults.size() < limits::chip_faults_max) {
        faults.push_back(std::move(text));
    }
}

Result<TLVElement> open_file(TLVReader& reader, TLVBytes file, Tag tag) {
    if (file.size() > limits::chip_file_bytes_max) {
        return fail(
            ErrorCode::PayloadTooLarge, fmt::format("{} is larger than is read", reader.file())
        );
    }
    return reader.outer(tag);
}

void note_trailing(const TLVReader& reader, Faults& faults) {
    if (!reader.trailing().empty()) {
        note(faults, fmt::format("{} bytes follow the file's element", reader.trailing().size()));
    }
}

void note_unknown(
    const TLVElements& elements,
    std::initializer_list<Tag> known,
    std::string_view where,
    Faults& faults
) {
    for (const TLVElement& element : elements) {
        if (std::find(known.begin(), known.end(), element.tag) == known.end()) {
            note(
                faults,
                fmt::format("{}: element {} is not known here", where, tag_text(element.tag))
            );
        }
    }
}

std::optional<long> small_integer(TLVBytes value) {
    if (value.empty() || value.size() > 4) {
        return std::nullopt;
    }
    long number = (value[0] & 0x80U) != 0 ? -1 : 0;
    for (const std::uint8_t byte : value) {
        number = number * 256 + byte;
    }
    return number;
}

std::size_t big_endian(TLVBytes bytes, std::size_t at, std::size_t count) {
    std::size_t number = 0;
    for (const std::uint8_t byte : bytes.subspan(at, count)) {
        number = (number << 8U) | byte;
    }
    return number;
}

bool starts_with(TLVBytes bytes, TLVBytes signature) {
    return bytes.size() >= signature.size() &&
           std::equal(signature.begin(), signature.end(), bytes.begin());
}

std::string field_text(const TLVElement& field, Faults& faults) {
    auto characters = utf8_characters(field.value);
    if (!characters) {
        note(faults, fmt::format("field {} is not UTF-8", tag_text(field.tag)));
        characters.emplace(field.value.begin(), field.value.end());
    }
    std::string text;
    for (const unsigned long character : *characters) {
        if (is_control(character)) {
            note(faults, fmt::format("field {} holds control characters", tag_text(field.tag)));
        }
        append_utf8(text, is_control(character) ? ' ' : character);
    }
    return text;
}

std::optional<std::string> field_digits(TLVBytes value, std::size_t digits) {
    std::string text;
    if (value.size() == digits) {
        text.assign(value.begin(), value.end());
    } else if (value.size() * 2 == digits) {
        for (const std::uint8_t byte : value) {
            text += fmt::format("{:02X}", byte);
        }
    }
    const bool all_digits = std::all_of(text.begin(), text.end(), [](char character) {
        return character >= '0' && character <= '9';
    });
    if (text.empty() || !all_digits) {
        return std::nullopt;
    }
    return text;
}

std::optional<domain::PartialDate> field_date(const TLVElement& field, Faults& faults) {
    if (const auto digits = field_digits(field.value, 8)) {
        std::string date = digits->substr(0, 4);
        if (digits->substr(4) != "0000") {
            date += "-" + digits->substr(4, 2);
        }
        if (digits->substr(6) != "00") {
            date += "-" + digits->substr(6);
        }
        if (auto parsed = domain::parse_date(date)) {
            return *std::move(parsed);
        }
    }
    note(faults, fmt::format("field {} is no date", tag_text(field.tag)));
    return std::nullopt;
}

} // namespace sallyport::documents::internal
