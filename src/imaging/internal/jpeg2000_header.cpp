#include "imaging/internal/jpeg2000_header.hpp"

#include "base/limits.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace sallyport::imaging::internal {
namespace {

using Bytes = std::span<const std::uint8_t>;

// Marker codes, table A.2.
constexpr std::size_t marker_soc = 0xFF4F;
constexpr std::size_t marker_siz = 0xFF51;
constexpr std::size_t marker_cod = 0xFF52;
constexpr std::size_t marker_coc = 0xFF53;
constexpr std::size_t marker_sot = 0xFF90;
constexpr std::size_t marker_sod = 0xFF93;
constexpr std::size_t marker_eoc = 0xFFD9;
// Box types, as numbers.
constexpr std::size_t box_header = 0x6A703268;     // jp2h
constexpr std::size_t box_codestream = 0x6A703263; // jp2c
constexpr std::size_t box_palette = 0x70636C72;    // pclr

constexpr std::array<std::uint8_t, 12> jp2_signature{
    0, 0, 0, 12, 'j', 'P', ' ', ' ', '\r', '\n', 0x87, '\n'
};
constexpr std::array<std::uint8_t, 4> codestream_signature{0xFF, 0x4F, 0xFF, 0x51};

// Far beyond what is read; the bounds keep sums and products of counts within 64 bits.
constexpr std::size_t side_pieces_max = std::size_t{1} << 20U;
constexpr std::size_t pieces_max = std::size_t{1} << 30U;

tl::unexpected<Error> undecodable(const char* why) {
    return fail(ErrorCode::ImageUndecodable, why);
}

std::size_t number(Bytes bytes, std::size_t at, std::size_t count) {
    std::size_t value = 0;
    for (const std::uint8_t byte : bytes.subspan(at, count)) {
        value = (value << 8U) | byte;
    }
    return value;
}

std::size_t divided_up(std::size_t value, std::size_t by) {
    return value / by + (value % by == 0 ? 0 : 1);
}

struct Box {
    std::size_t type = 0;
    std::size_t begin = 0; // of its content
    std::size_t end = 0;
};

// Annex I.4: length, type, and a longer length where the first says 1. Zero runs to the end.
Result<Box> box_at(Bytes bytes, std::size_t at, std::size_t end) {
    if (end - at < 8) {
        return undecodable("a JPEG 2000 box is cut short");
    }
    std::size_t length = number(bytes, at, 4);
    std::size_t header = 8;
    if (length == 1) {
        if (end - at < 16) {
            return undecodable("a JPEG 2000 box is cut short");
        }
        length = number(bytes, at + 8, 8);
        header = 16;
    } else if (length == 0) {
        length = end - at;
    }
    if (length < header || length > end - at) {
        return undecodable("a JPEG 2000 box is cut short");
    }
    return Box{.type = number(bytes, at + 4, 4), .begin = at + header, .end = at + length};
}

Result<bool> has_palette(Bytes bytes, const Box& header) {
    for (std::size_t at = header.begin; at < header.end;) {
        SALLYPORT_TRY(const Box box, box_at(bytes, at, header.end));
        if (box.type == box_palette) {
            return true;
        }
        at = box.end;
    }
    return false;
}

Result<Box> find_codestream(Bytes bytes, JPEG2000Header& header) {
    for (std::size_t at = 0; at < bytes.size();) {
        SALLYPORT_TRY(const Box box, box_at(bytes, at, bytes.size()));
        if (box.type == box_header) {
            SALLYPORT_TRY(const bool palette, has_palette(bytes, box));
            header.has_palette = header.has_palette || palette;
        } else if (box.type == box_codestream) {
            return box;
        }
        at = box.end;
    }
    return undecodable("the JPEG 2000 file has no codestream");
}

// One coding style (SPcod or SPcoc, table A.15): how finely the picture is cut up.
struct CodingStyle {
    std::size_t levels = 0;
    std::size_t block_width_log2 = 0;
    std::size_t block_height_log2 = 0;
    Bytes precincts; // empty: as large as can be
};

Result<CodingStyle> coding_style(Bytes parameters, bool with_precincts) {
    constexpr std::size_t fixed_bytes = 5;
    if (parameters.size() < fixed_bytes) {
        return undecodable("a JPEG 2000 coding style is cut short");
    }
    CodingStyle style{
        .levels = parameters[0],
        .block_width_log2 = (parameters[1] & 0x0FU) + 2U,
        .block_height_log2 = (parameters[2] & 0x0FU) + 2U,
        .precincts = {}
    };
    if (style.levels > 32) {
        return undecodable("the JPEG 2000 has more resolutions than there can be");
    }
    if (with_precincts) {
        if (parameters.size() < fixed_bytes + style.levels + 1) {
            return undecodable("a JPEG 2000 coding style is cut short");
        }
        style.precincts = parameters.subspan(fixed_bytes, style.levels + 1);
    }
    return style;
}

class Codestream {
public:
    Codestream(Bytes bytes, JPEG2000Header& header) : bytes_(bytes), header_(header) {}

    // Gives the position behind the end marker.
    [[nodiscard]] Result<std::size_t> read() {
        SALLYPORT_CHECK(read_size());
        SALLYPORT_TRY(std::size_t at, read_segments(2 + 2 + number(bytes_, 4, 2), marker_sot));
        while (at + 2 <= bytes_.size() && number(bytes_, at, 2) == marker_sot) {
            SALLYPORT_TRY(at, read_tile_part(at));
        }
        if (at + 2 > bytes_.size() || number(bytes_, at, 2) != marker_eoc) {
            return undecodable("the JPEG 2000 codestream has no end");
        }
        if (std::find(tiles_seen_.begin(), tiles_seen_.end(), false) != tiles_seen_.end()) {
            return undecodable("the JPEG 2000 lacks a tile");
        }
        header_.packets = layers_max_ * packets_per_layer_;
        return at + 2;
    }

private:
    // A.5.1: size of the picture, of its tiles and of its samples.
    [[nodiscard]] Status read_size() {
        constexpr std::size_t fixed_end = 4 + 38;
        if (bytes_.size() < fixed_end || number(bytes_, 0, 2) != marker_soc ||
            number(bytes_, 2, 2) != marker_siz) {
            return undecodable("the JPEG 2000 header is cut short");
        }
        const std::size_t right = number(bytes_, 8, 4);
        const std::size_t bottom = number(bytes_, 12, 4);
        const std::size_t left = number(bytes_, 16, 4);
        const std::size_t top = number(bytes_, 20, 4);
        const std::size_t tile_width = number(bytes_, 24, 4);
        const std::size_t tile_height = number(bytes_, 28, 4);
        const std::size_t tile_left = number(bytes_, 32, 4);
        const std::size_t tile_top = number(bytes_, 36, 4);
        header_.components = number(bytes_, 40, 2);
        if (right <= left || bottom <= top || tile_width == 0 || tile_height == 0 ||
            tile_left > left || tile_top > top || header_.components == 0) {
            return undecodable("the JPEG 2000 header states no picture");
        }
        if (number(bytes_, 4, 2) != 38 + 3 * header_.components ||
            bytes_.size() < fixed_end + 3 * header_.components) {
            return undecodable("the JPEG 2000 header is cut short");
        }
        header_.width = right - left;
        header_.height = bottom - top;
        // Both counts fit into 32 bits, so the product fits.
        header_.tiles =
            divided_up(right - tile_left, tile_width) * divided_up(bottom - tile_top, tile_height);
        read_samples();
        if (header_.tiles <= limits::jpeg2000_tiles_max) {
            tiles_seen_.resize(header_.tiles, false);
        }
        return {};
    }

    void read_samples() {
        header_.bits_per_sample = 8;
        for (std::size_t component = 0; component < header_.components; ++component) {
            const std::uint8_t depth = bytes_[42 + 3 * component];
            header_.has_signed = header_.has_signed || (depth & 0x80U) != 0;
            const int bits = (depth & 0x7F) + 1;
            if (bits != 8 && header_.bits_per_sample == 8) {
                header_.bits_per_sample = bits;
            }
        }
    }

    // Marker segments from `at` to the marker `last`, which is not read. Gives its position.
    [[nodiscard]] Result<std::size_t> read_segments(std::size_t at, std::size_t last) {
        while (at + 4 <= bytes_.size()) {
            const std::size_t marker = number(bytes_, at, 2);
            if (marker == last) {
                return at;
            }
            const std::size_t length = number(bytes_, at + 2, 2);
            if (marker < 0xFF00 || length < 2 || length > bytes_.size() - at - 2) {
                break;
            }
            const Bytes body = bytes_.subspan(at + 4, length - 2);
            if (marker == marker_cod) {
                SALLYPORT_CHECK(read_default_style(body));
            } else if (marker == marker_coc) {
                SALLYPORT_CHECK(read_component_style(body));
            }
            at += 2 + length;
        }
        return undecodable("a JPEG 2000 marker segment is cut short");
    }

    // A.4.2. Gives the position of what follows the tile-part.
    [[nodiscard]] Result<std::size_t> read_tile_part(std::size_t at) {
        constexpr std::size_t segment_bytes = 12;
        if (bytes_.size() - at < segment_bytes || number(bytes_, at + 2, 2) != 10) {
            return undecodable("a JPEG 2000 tile is cut short");
        }
        const std::size_t tile = number(bytes_, at + 4, 2);
        std::size_t length = number(bytes_, at + 6, 4);
        if (length == 0) { // the last tile-part may run to the end marker
            length = bytes_.size() - at >= 2 ? bytes_.size() - at - 2 : 0;
        }
        if (tile >= header_.tiles || length < segment_bytes + 2 || length > bytes_.size() - at) {
            return undecodable("a JPEG 2000 tile is cut short");
        }
        if (tile < tiles_seen_.size()) {
            tiles_seen_[tile] = true;
        }
        SALLYPORT_TRY(const std::size_t data, read_segments(at + segment_bytes, marker_sod));
        if (data + 2 > at + length) {
            return undecodable("a JPEG 2000 tile is cut short");
        }
        return at + length;
    }

    // A.6.1: style, progression, layers (2), transform, then the parameters.
    [[nodiscard]] Status read_default_style(Bytes body) {
        if (body.size() < 5) {
            return undecodable("a JPEG 2000 coding style is cut short");
        }
        layers_max_ = std::max(layers_max_, number(body, 2, 2));
        SALLYPORT_TRY(const CodingStyle style, coding_style(body.subspan(5), (body[0] & 1U) != 0));
        take_style(style);
        return {};
    }

    // A.6.2: component, style, then the parameters.
    [[nodiscard]] Status read_component_style(Bytes body) {
        const std::size_t index_bytes = header_.components < 257 ? 1 : 2;
        if (body.size() < index_bytes + 1) {
            return undecodable("a JPEG 2000 coding style is cut short");
        }
        SALLYPORT_TRY(
            const CodingStyle style,
            coding_style(body.subspan(index_bytes + 1), (body[index_bytes] & 1U) != 0)
        );
        take_style(style);
        return {};
    }

    // The most precincts and blocks that this style cuts the picture into, B.6 and B.7. Every style
    // counts as if it held for the whole picture.
    void take_style(const CodingStyle& style) {
        std::size_t precincts = 0;
        std::size_t blocks = 0;
        for (std::size_t resolution = 0; resolution <= style.levels; ++resolution) {
            const std::size_t scale = std::size_t{1} << (style.levels - resolution);
            const std::size_t width = divided_up(header_.width, scale);
            const std::size_t height = divided_up(header_.height, scale);
            const std::uint8_t size =
                style.precincts.empty() ? std::uint8_t{0xFF} : style.precincts[resolution];
            const std::size_t across = size & 0x0FU;
            const std::size_t down = size >> 4U;
            // Edges of tiles cut precincts and blocks in two.
            const auto pieces = [this](std::size_t w, std::size_t h, std::size_t x, std::size_t y) {
                return std::min((w >> x) + 2, side_pieces_max) *
                           std::min((h >> y) + 2, side_pieces_max) +
                       4 * header_.tiles;
            };
            precincts += pieces(width, height, across, down);
            blocks += pieces(
                width,
                height,
                std::min(style.block_width_log2, across),
                std::min(style.block_height_log2, down)
            );
        }
        precincts = std::min(precincts, pieces_max);
        blocks = std::min(blocks, pieces_max);
        header_.resolutions_max =
            std::max(header_.resolutions_max, static_cast<int>(style.levels) + 1);
        header_.blocks = std::max(header_.blocks, (precincts + blocks) * header_.components);
        packets_per_layer_ = std::max(packets_per_layer_, precincts * header_.components);
    }

    Bytes bytes_;
    JPEG2000Header& header_;
    std::vector<bool> tiles_seen_;
    std::size_t layers_max_ = 0;
    std::size_t packets_per_layer_ = 0;
};

bool starts_with(Bytes bytes, Bytes signature) {
    return bytes.size() >= signature.size() &&
           std::equal(signature.begin(), signature.end(), bytes.begin());
}

} // namespace

bool is_jp2(Bytes bytes) {
    return starts_with(bytes, jp2_signature);
}

bool is_jpeg2000_codestream(Bytes bytes) {
    return starts_with(bytes, codestream_signature);
}

Result<JPEG2000Header> read_jpeg2000_header(Bytes bytes) {
    JPEG2000Header header;
    header.boxed = is_jp2(bytes);
    Box codestream{.type = box_codestream, .begin = 0, .end = bytes.size()};
    if (header.boxed) {
        SALLYPORT_TRY(codestream, find_codestream(bytes, header));
    }
    Codestream reader(bytes.subspan(codestream.begin, codestream.end - codestream.begin), header);
    SALLYPORT_TRY(const std::size_t length, reader.read());
    header.end = codestream.begin + length;
    return header;
}

} // namespace sallyport::imaging::internal
