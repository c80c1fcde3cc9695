// A bounded reader of BER-TLV elements (ISO/IEC 7816-4, 5.2.2; ITU-T X.690, 8.1) over bytes that
// somebody else owns: elements are views, nothing is copied, and no memory is taken by a length
// that is merely stated. Tags of 1 to 3 bytes, definite lengths of up to 4 length bytes; lengths
// need not be the shortest form, chips write 83 00 3B 0E. Every error is MalformedInput and names
// file and byte. A TLVReader counts what it reads against limits and belongs to one thread. Private
// to documents.
#pragma once

#include "base/limits.hpp"
#include "base/result.hpp"
#include "base/secret_bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::documents::internal {

using TLVBytes = std::span<const std::uint8_t>;
// The bytes of a tag as they stand, the first one highest: 0x61, 0x5F1F, 0x7F2E.
using Tag = std::uint32_t;

[[nodiscard]] std::string tag_text(Tag tag); // "5F1F"
[[nodiscard]] bool is_constructed(Tag tag);

struct TLVElement {
    Tag tag = 0;
    TLVBytes value;
    TLVBytes whole;               // tag, length and value
    std::size_t offset = 0;       // of the tag, from the start of the file
    std::size_t value_offset = 0; // of the value, from the start of the file
    int depth = 1;                // 1 for an outer element
};
using TLVElements = std::vector<TLVElement>;

class TLVReader {
public:
    // `file` names the bytes in errors ("EF.COM", "DG2"); it must outlive the reader.
    TLVReader(TLVBytes bytes, std::string_view file) : bytes_(bytes), file_(file) {}

    // The first element of the file. What follows it is trailing().
    [[nodiscard]] Result<TLVElement> outer();
    // The same, refused unless it carries this tag.
    [[nodiscard]] Result<TLVElement> outer(Tag expected);
    // Bytes behind the outer element; files read from chips are sometimes padded. Empty before
    // outer().
    [[nodiscard]] TLVBytes trailing() const { return trailing_; }

    // The elements that the value of `parent` consists of, to its last byte.
    [[nodiscard]] Result<TLVElements> children(const TLVElement& parent);

    // MalformedInput "file: text, at byte 12".
    [[nodiscard]] Error malformed(std::string_view text, std::size_t offset) const;
    [[nodiscard]] std::string_view file() const { return file_; }

private:
    [[nodiscard]] Result<TLVElement>
    element_at(TLVBytes bytes, std::size_t at, std::size_t base, int depth);

    TLVBytes bytes_;
    std::string_view file_;
    TLVBytes trailing_;
    std::size_t elements_ = 0;
};

// The first element with this tag, or nullptr. The vector owns it.
[[nodiscard]] const TLVElement* find(const TLVElements& elements, Tag tag);

// Writes one element, with the shortest length; for tests and for what is composed anew. The value
// is below 4 GiB.
[[nodiscard]] SecretBytes write_tlv(Tag tag, TLVBytes value);

} // namespace sallyport::documents::internal
