// Puts together data groups and face records for tests. Private to the tests of documents.
#pragma once

#include "documents/data_groups.hpp"
#include "documents/internal/tlv.hpp"

#include <initializer_list>
#include <string_view>

namespace sallyport::documents::testing {

inline Bytes join(std::initializer_list<Bytes> parts) {
    Bytes whole;
    for (const Bytes& part : parts) {
        whole.insert(whole.end(), part.begin(), part.end());
    }
    return whole;
}
inline Bytes text(std::string_view characters) {
    return {characters.begin(), characters.end()};
}
inline Bytes number(std::size_t value, int bytes) {
    Bytes written;
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
        written.push_back(static_cast<std::uint8_t>(value >> static_cast<unsigned>(shift)));
    }
    return written;
}
inline Bytes tlv(internal::Tag tag, const Bytes& value) {
    return internal::write_tlv(tag, value);
}
inline Bytes tlv(internal::Tag tag, std::initializer_list<Bytes> parts) {
    return internal::write_tlv(tag, join(parts));
}

inline const Bytes jpeg_bytes{0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3, 0xFF, 0xD9};
inline const Bytes codestream_bytes{0xFF, 0x4F, 0xFF, 0x51, 9, 8, 7};

struct Block2005 {
    Bytes picture = jpeg_bytes;
    std::uint8_t gender = 2;
    std::uint8_t data_type = 0;
    std::size_t landmarks = 2;
    std::size_t landmarks_stated = 2;
};
// ISO/IEC 19794-5:2005: block length, facial information, landmarks, image information, picture.
inline Bytes block_2005(const Block2005& block) {
    const Bytes body = join(
        {number(block.landmarks_stated, 2),
         {block.gender, 0, 0},
         Bytes(11, 0),
         Bytes(8 * block.landmarks, 0x11),
         {1, block.data_type},
         number(240, 2),
         number(320, 2),
         {1, 2},
         number(0, 2),
         number(0, 2),
         block.picture}
    );
    return join({number(body.size() + 4, 4), body});
}
inline Bytes record_2005(const Bytes& blocks, std::size_t pictures = 1) {
    return join(
        {text("FAC"),
         {0},
         text("010"),
         {0},
         number(blocks.size() + 14, 4),
         number(pictures, 2),
         blocks}
    );
}
// ISO/IEC 19794-5:2011 with two qualities and one landmark.
inline Bytes record_2011(const Bytes& picture, std::uint8_t data_type) {
    const Bytes body = join(
        {Bytes(14, 0),
         {2},
         Bytes(10, 0),
         number(1, 2),
         {1, 0, 0, 0},
         Bytes(11, 0),
         Bytes(8, 0x11),
         {1, data_type},
         number(480, 2),
         number(640, 2),
         Bytes(5, 0),
         number(picture.size(), 4),
         picture}
    );
    const Bytes block = join({number(body.size() + 4, 4), body});
    return join(
        {text("FAC"),
         {0},
         text("030"),
         {0},
         number(block.size() + 17, 4),
         number(1, 2),
         {0, 0, 0},
         block}
    );
}

inline Bytes code(std::uint8_t value) {
    return tlv(0x80, Bytes{value});
}
// ISO/IEC 39794-5:2019: one representation in its sequence.
inline Bytes representation(const Bytes& picture, std::uint8_t format, const Bytes& more = {}) {
    const Bytes information =
        tlv(0xA1,
            {tlv(0xA0, code(format)),
             tlv(0xA7, {tlv(0x80, number(413, 2)), tlv(0x81, number(531, 2))})});
    const Bytes flat = tlv(0xA0, {tlv(0x80, picture), information});
    return tlv(0x30, {code(0), tlv(0xA1, tlv(0xA0, flat)), more});
}
inline Bytes record_39794(const Bytes& representations, const Bytes& more = {}) {
    const Bytes version = tlv(0xA0, {code(3), tlv(0x81, number(2019, 2))});
    return tlv(0x65, {version, tlv(0xA1, representations), more});
}

// A biometric information template with its header and data block.
inline Bytes face_template(internal::Tag block_tag, const Bytes& block, std::uint8_t format) {
    const Bytes header =
        tlv(0xA1,
            {tlv(0x81, Bytes{2}), tlv(0x87, number(0x0101, 2)), tlv(0x88, number(format, 2))});
    return tlv(0x7F60, {header, tlv(block_tag, block)});
}
inline Bytes dg2(const Bytes& templates, std::uint8_t count) {
    return tlv(0x75, tlv(0x7F61, {tlv(0x02, Bytes{count}), templates}));
}

} // namespace sallyport::documents::testing
