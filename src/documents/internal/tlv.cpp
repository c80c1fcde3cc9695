#include "documents/internal/tlv.hpp"

#include "base/secret_bytes.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace sallyport::documents::internal {
namespace {

constexpr std::uint8_t constructed_bit = 0x20;
constexpr std::uint8_t long_tag = 0x1F;
constexpr std::uint8_t more_bit = 0x80;
constexpr std::uint8_t indefinite_length = 0x80;
constexpr std::size_t tag_bytes_max = 3;
constexpr std::size_t length_bytes_max = 4;

struct TagRead {
    Tag tag = 0;
    std::size_t bytes = 0;
    std::string_view fault = {}; // empty when the tag was read
};

TagRead read_tag(TLVBytes bytes) {
    const std::uint8_t first = bytes[0];
    // ISO/IEC 7816-4 calls 00 and FF padding; universal tag 0 is the end of an indefinite length.
    if (first == 0x00 || first == 0xFF) {
        return {.fault = "padding where an element should be"};
    }
    if ((first & long_tag) != long_tag) {
        return {.tag = first, .bytes = 1};
    }
    Tag tag = first;
    for (std::size_t at = 1; at < tag_bytes_max; ++at) {
        if (at >= bytes.size()) {
            return {.fault = "a tag is cut short"};
        }
        // X.690, 8.1.2.4.2 c: a tag number has no leading zeros.
        if (at == 1 && bytes[at] == more_bit) {
            return {.fault = "a tag starts with zeros"};
        }
        tag = (tag << 8U) | bytes[at];
        if ((bytes[at] & more_bit) == 0) {
            return {.tag = tag, .bytes = at + 1};
        }
    }
    return {.fault = "a tag is longer than three bytes"};
}

struct LengthRead {
    std::size_t length = 0;
    std::size_t bytes = 0;
    std::string_view fault = {};
};

LengthRead read_length(TLVBytes bytes) {
    if (bytes.empty()) {
        return {.fault = "a length is missing"};
    }
    const std::uint8_t first = bytes[0];
    if ((first & more_bit) == 0) {
        return {.length = first, .bytes = 1};
    }
    if (first == indefinite_length) {
        return {.fault = "an indefinite length is not allowed"};
    }
    const std::size_t count = first & 0x7FU;
    if (count > length_bytes_max) {
        return {.fault = "a length has more than four bytes"};
    }
    if (bytes.size() < 1 + count) {
        return {.fault = "a length is cut short"};
    }
    std::size_t length = 0;
    for (const std::uint8_t byte : bytes.subspan(1, count)) {
        length = (length << 8U) | byte;
    }
    return {.length = length, .bytes = 1 + count};
}

} // namespace

std::string tag_text(Tag tag) {
    return fmt::format("{:02X}", tag);
}

bool is_constructed(Tag tag) {
    while (tag > 0xFF) {
        tag >>= 8U;
    }
    return (tag & constructed_bit) != 0;
}

Error TLVReader::malformed(std::string_view text, std::size_t offset) const {
    return {ErrorCode::MalformedInput, fmt::format("{}: {}, at byte {}", file_, text, offset)};
}

Result<TLVElement>
TLVReader::element_at(TLVBytes bytes, std::size_t at, std::size_t base, int depth) {
    if (++elements_ > limits::tlv_elements_max) {
        return fail(malformed("more elements than are read", base + at));
    }
    const TLVBytes rest = bytes.subspan(at);
    const TagRead tag = read_tag(rest);
    if (!tag.fault.empty()) {
        return fail(malformed(tag.fault, base + at));
    }
    const LengthRead length = read_length(rest.subspan(tag.bytes));
    if (!length.fault.empty()) {
        return fail(malformed(
            fmt::format("{} (tag {})", length.fault, tag_text(tag.tag)), base + at + tag.bytes
        ));
    }
    const std::size_t header = tag.bytes + length.bytes;
    if (length.length > rest.size() - header) {
        return fail(malformed(
            fmt::format(
                "tag {} states {} bytes and {} are left",
                tag_text(tag.tag),
                length.length,
                rest.size() - header
            ),
            base + at
        ));
    }
    return TLVElement{
        .tag = tag.tag,
        .value = rest.subspan(header, length.length),
        .whole = rest.first(header + length.length),
        .offset = base + at,
        .value_offset = base + at + header,
        .depth = depth
    };
}

Result<TLVElement> TLVReader::outer() {
    if (bytes_.empty()) {
        return fail(malformed("the file is empty", 0));
    }
    SALLYPORT_TRY(TLVElement element, element_at(bytes_, 0, 0, 1));
    trailing_ = bytes_.subspan(element.whole.size());
    return element;
}

Result<TLVElement> TLVReader::outer(Tag expected) {
    SALLYPORT_TRY(TLVElement element, outer());
    if (element.tag != expected) {
        return fail(malformed(
            fmt::format("tag {} where {} belongs", tag_text(element.tag), tag_text(expected)), 0
        ));
    }
    return element;
}

Result<TLVElements> TLVReader::children(const TLVElement& parent) {
    const int depth = parent.depth + 1;
    if (depth > limits::tlv_depth_max) {
        return fail(malformed("elements are nested too deeply", parent.offset));
    }
    TLVElements elements;
    std::size_t at = 0;
    while (at < parent.value.size()) {
        SALLYPORT_TRY(TLVElement element, element_at(parent.value, at, parent.value_offset, depth));
        at += element.whole.size();
        elements.push_back(element);
    }
    return elements;
}

const TLVElement* find(const TLVElements& elements, Tag tag) {
    const auto found =
        std::find_if(elements.begin(), elements.end(), [&](const TLVElement& element) {
            return element.tag == tag;
        });
    return found == elements.end() ? nullptr : &*found;
}

SecretBytes write_tlv(Tag tag, TLVBytes value) {
    SecretBytes bytes;
    bytes.reserve(value.size() + 8);
    const auto append_number = [&bytes](std::size_t number, int count) {
        for (int shift = 8 * (count - 1); shift >= 0; shift -= 8) {
            bytes.push_back(static_cast<std::uint8_t>(number >> static_cast<unsigned>(shift)));
        }
    };
    const auto bytes_needed = [](std::size_t number) {
        int count = 1;
        for (; number > 0xFF; number >>= 8U) {
            ++count;
        }
        return count;
    };
    append_number(tag, bytes_needed(tag));
    if (value.size() >= more_bit) {
        const int count = bytes_needed(value.size());
        bytes.push_back(static_cast<std::uint8_t>(more_bit | static_cast<unsigned>(count)));
        append_number(value.size(), count);
    } else {
        append_number(value.size(), 1);
    }
    bytes.insert(bytes.end(), value.begin(), value.end());
    return bytes;
}

} // namespace sallyport::documents::internal
