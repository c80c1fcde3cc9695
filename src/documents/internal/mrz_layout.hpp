// Where the fields of each zone stand (Doc 9303-4 4.2.2, 9303-5 4.2.2, 9303-6 4.2.2, 9303-7 4.2.2
// and 5.2.2), counted from 0 through the joined lines. Pure functions, safe from any thread.
#pragma once

#include "base/result.hpp"
#include "documents/mrz.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::documents::internal {

inline constexpr char filler = '<';

struct Span {
    std::size_t first = 0;
    std::size_t size = 0;
    [[nodiscard]] std::size_t end() const { return first + size; }
};

struct MRZLayout {
    MRZFormat format = MRZFormat::TD3;
    std::size_t line_size = 0;
    std::size_t line_count = 0;
    std::string_view first_letters; // that the document code may begin with
    Span document_code;
    Span issuer;
    Span name;
    Span number;
    std::size_t number_check = 0;
    Span nationality;
    Span birth_date;
    std::size_t birth_check = 0;
    std::size_t sex = 0;
    Span expiry;
    std::size_t expiry_check = 0;
    Span optional_data;
    std::optional<std::size_t> optional_check;
    std::optional<Span> optional_data_2;
    std::optional<std::size_t> composite;
    std::vector<Span> composite_spans;
    // TD1 and TD2 continue a long document number in the optional data.
    bool number_continues = false;
};
[[nodiscard]] const MRZLayout& layout_of(MRZFormat format);

// The characters a position may have.
enum class CharacterSet { Letter, LetterOrFiller, Digit, DigitOrFiller, Any, Sex };
[[nodiscard]] bool allows(CharacterSet set, char character);

struct MRZPosition {
    CharacterSet set = CharacterSet::Any;
    std::string_view field; // for faults: "birth_date"
};
// One entry for every character of the zone; the continuation of a document number is looked at.
[[nodiscard]] std::vector<MRZPosition> positions_of(const MRZLayout& layout, std::string_view zone);

// The document number's characters and its check digit, wherever they stand.
struct NumberPlace {
    std::vector<std::size_t> characters;
    std::size_t principal = 0; // how many of them stand in the field itself
    std::size_t check = 0;
    Span optional_rest; // the optional data behind a continuation
    bool continued = false;
};
[[nodiscard]] NumberPlace number_place(const MRZLayout& layout, std::string_view zone);

struct MRZZone {
    const MRZLayout* layout = nullptr;
    std::string text; // the lines joined, without line ends
};
// Trims, splits and recognises; MalformedInput with the lengths found.
[[nodiscard]] Result<MRZZone> recognise(std::string_view text);

} // namespace sallyport::documents::internal
