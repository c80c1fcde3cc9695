// What the readers of the single data groups share. Private to documents.
#pragma once

#include "base/limits.hpp"
#include "base/result.hpp"
#include "documents/data_groups.hpp"
#include "documents/internal/tlv.hpp"

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::documents::internal {

using Faults = std::vector<std::string>;
// Notes an oddity once, and no more than limits::chip_faults_max of them.
void note(Faults& faults, std::string text);

// The outer element of a file: PayloadTooLarge beyond limits::chip_file_bytes_max, MalformedInput
// when its tag is another.
[[nodiscard]] Result<TLVElement> open_file(TLVReader& reader, TLVBytes file, Tag tag);
// Notes bytes behind the outer element; chips hand out files that are padded.
void note_trailing(const TLVReader& reader, Faults& faults);
// Notes every element whose tag is none of `known`: it is passed over.
void note_unknown(
    const TLVElements& elements,
    std::initializer_list<Tag> known,
    std::string_view where,
    Faults& faults
);

// Two's complement of 1 to 4 bytes, as ASN.1 INTEGER and ENUMERATED have them.
[[nodiscard]] std::optional<long> small_integer(TLVBytes value);
[[nodiscard]] std::size_t big_endian(TLVBytes bytes, std::size_t at, std::size_t count);
[[nodiscard]] bool starts_with(TLVBytes bytes, TLVBytes signature);

// Text of a field as UTF-8. Other bytes are taken as ISO 8859-1, control characters become blanks;
// either is noted, with the field's tag.
[[nodiscard]] std::string field_text(const TLVElement& field, Faults& faults);
// The digits of a date or time: `digits` ASCII digits, or half as many bytes of BCD.
[[nodiscard]] std::optional<std::string> field_digits(TLVBytes value, std::size_t digits);
// 8 digits, where month and day may be zero: not known. What is no date is noted.
[[nodiscard]] std::optional<domain::PartialDate>
field_date(const TLVElement& field, Faults& faults);

} // namespace sallyport::documents::internal
