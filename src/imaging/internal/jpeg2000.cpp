#include "imaging/internal/decoder.hpp"
#include "imaging/internal/jpeg2000_header.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <openjpeg.h>
#include <string>
#include <string_view>

namespace sallyport::imaging::internal {
namespace {

constexpr int white = 255;

// What OpenJPEG's callbacks work on.
struct Source {
    std::span<const std::uint8_t> bytes;
    std::size_t at = 0;
};

OPJ_SIZE_T on_read(void* buffer, OPJ_SIZE_T count, void* user) {
    auto& source = *static_cast<Source*>(user);
    const std::size_t taken = std::min<std::size_t>(count, source.bytes.size() - source.at);
    if (taken == 0) {
        return static_cast<OPJ_SIZE_T>(-1);
    }
    std::copy_n(source.bytes.data() + source.at, taken, static_cast<std::uint8_t*>(buffer));
    source.at += taken;
    return taken;
}

OPJ_OFF_T on_skip(OPJ_OFF_T count, void* user) {
    auto& source = *static_cast<Source*>(user);
    if (count < 0 || static_cast<std::size_t>(count) > source.bytes.size() - source.at) {
        return -1;
    }
    source.at += static_cast<std::size_t>(count);
    return count;
}

OPJ_BOOL on_seek(OPJ_OFF_T position, void* user) {
    auto& source = *static_cast<Source*>(user);
    if (position < 0 || static_cast<std::size_t>(position) > source.bytes.size()) {
        return OPJ_FALSE;
    }
    source.at = static_cast<std::size_t>(position);
    return OPJ_TRUE;
}

// The first thing that OpenJPEG found wrong, as one line.
struct Complaint {
    std::string text;
};

void on_complaint(const char* message, void* user) {
    auto& complaint = *static_cast<Complaint*>(user);
    if (complaint.text.empty()) {
        complaint.text = message;
        std::replace(complaint.text.begin(), complaint.text.end(), '\n', ' ');
        complaint.text.erase(complaint.text.find_last_not_of(' ') + 1);
    }
}
void on_remark(const char* /*message*/, void* /*user*/) {}

struct CloseImage {
    void operator()(opj_image_t* image) const {
        // A portrait: wiped like every picture before its memory goes back.
        for (OPJ_UINT32 index = 0; index < image->numcomps; ++index) {
            const opj_image_comp_t& component = image->comps[index];
            if (component.data != nullptr) {
                ::explicit_bzero(
                    component.data,
                    static_cast<std::size_t>(component.w) * component.h * sizeof(OPJ_INT32)
                );
            }
        }
        opj_image_destroy(image);
    }
};
using OpenImage = std::unique_ptr<opj_image_t, CloseImage>;
using Codec = std::unique_ptr<opj_codec_t, void (*)(opj_codec_t*)>;
using Stream = std::unique_ptr<opj_stream_t, void (*)(opj_stream_t*)>;

Status check_header(const JPEG2000Header& header, const DecodeLimits& decode_limits) {
    DecodeLimits own = decode_limits;
    own.pixels_max = std::min(decode_limits.pixels_max, decode_limits.jpeg2000_pixels_max);
    SALLYPORT_CHECK(check_size(header.width, header.height, own));
    if (header.components != 1 && header.components != 3 && header.components != 4) {
        return fail(ErrorCode::ImageUnsupported, "the JPEG 2000 has other components than colours");
    }
    if (header.bits_per_sample != 8 || header.has_signed) {
        return fail(ErrorCode::ImageUnsupported, "the JPEG 2000 has other samples than 8 bits");
    }
    if (header.has_palette) {
        return fail(ErrorCode::ImageUnsupported, "the JPEG 2000 has a palette");
    }
    if (header.tiles > limits::jpeg2000_tiles_max ||
        header.resolutions_max > limits::jpeg2000_resolutions_max ||
        header.blocks > limits::jpeg2000_blocks_max ||
        header.packets > limits::jpeg2000_packets_max) {
        return fail(
            ErrorCode::ImageTooLarge, "the JPEG 2000 is cut into more pieces than are read"
        );
    }
    return {};
}

tl::unexpected<Error> undecodable(const Complaint& complaint) {
    return fail(
        ErrorCode::ImageUndecodable,
        "OpenJPEG: " + (complaint.text.empty() ? "the picture is broken" : complaint.text)
    );
}

Result<OpenImage> decode(std::span<const std::uint8_t> bytes, bool boxed) {
    const Codec codec(
        opj_create_decompress(boxed ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K), opj_destroy_codec
    );
    const Stream stream(
        opj_stream_create(std::min<std::size_t>(bytes.size(), OPJ_J2K_STREAM_CHUNK_SIZE), OPJ_TRUE),
        opj_stream_destroy
    );
    if (codec == nullptr || stream == nullptr) {
        return fail(ErrorCode::Internal, "OpenJPEG could not start");
    }
    Complaint complaint;
    opj_set_error_handler(codec.get(), on_complaint, &complaint);
    opj_set_warning_handler(codec.get(), on_complaint, &complaint);
    opj_set_info_handler(codec.get(), on_remark, nullptr);
    Source source{.bytes = bytes};
    opj_stream_set_user_data(stream.get(), &source, nullptr);
    opj_stream_set_user_data_length(stream.get(), bytes.size());
    opj_stream_set_read_function(stream.get(), on_read);
    opj_stream_set_skip_function(stream.get(), on_skip);
    opj_stream_set_seek_function(stream.get(), on_seek);

    opj_dparameters_t parameters{};
    opj_set_default_decoder_parameters(&parameters);
    opj_image_t* read = nullptr;
    const bool ready = opj_setup_decoder(codec.get(), &parameters) == OPJ_TRUE &&
                       opj_decoder_set_strict_mode(codec.get(), OPJ_TRUE) == OPJ_TRUE;
    const bool header_read = ready && opj_read_header(stream.get(), codec.get(), &read) == OPJ_TRUE;
    OpenImage image(read);
    if (!header_read || image == nullptr || !complaint.text.empty()) {
        return undecodable(complaint);
    }
    const bool decoded = opj_decode(codec.get(), stream.get(), image.get()) == OPJ_TRUE &&
                         opj_end_decompress(codec.get(), stream.get()) == OPJ_TRUE;
    if (!decoded || !complaint.text.empty()) {
        return undecodable(complaint);
    }
    return image;
}

// How the components of a picture become colours.
enum class Colours { Grey, RGB, YCC };

Result<Colours> colours_of(const opj_image_t& image) {
    if (image.numcomps == 1) {
        return Colours::Grey;
    }
    if (image.numcomps == 4 && image.comps[3].alpha != 1) {
        return fail(ErrorCode::ImageUnsupported, "the JPEG 2000 has a fourth colour");
    }
    const opj_image_comp_t& second = image.comps[1];
    const bool halved = second.dx != 1 || second.dy != 1;
    switch (image.color_space) {
    case OPJ_CLRSPC_SYCC:
        return Colours::YCC;
    case OPJ_CLRSPC_SRGB:
    case OPJ_CLRSPC_UNSPECIFIED:
    case OPJ_CLRSPC_UNKNOWN:
        // Only colour differences are worth halving; a codestream alone does not say so.
        if (halved && image.color_space == OPJ_CLRSPC_SRGB) {
            return fail(
                ErrorCode::ImageUnsupported, "the JPEG 2000 has red, green, blue of two sizes"
            );
        }
        return halved ? Colours::YCC : Colours::RGB;
    default:
        return fail(
            ErrorCode::ImageUnsupported, "the JPEG 2000 has other colours than RGB and sYCC"
        );
    }
}

// OpenJPEG keeps to the header that was checked; this holds it to that, and to what the loops below
// count on.
Status check_components(const opj_image_t& image, const JPEG2000Header& header) {
    if (image.numcomps != header.components || image.x1 - image.x0 != header.width ||
        image.y1 - image.y0 != header.height) {
        return fail(ErrorCode::ImageUndecodable, "the JPEG 2000 states two sizes");
    }
    for (OPJ_UINT32 index = 0; index < image.numcomps; ++index) {
        const opj_image_comp_t& component = image.comps[index];
        const bool colour_difference = index == 1 || index == 2;
        const OPJ_UINT32 step_max = colour_difference ? 2 : 1;
        if (component.dx > step_max || component.dy > step_max ||
            component.dx != image.comps[index == 2 ? 1 : index].dx ||
            component.dy != image.comps[index == 2 ? 1 : index].dy) {
            return fail(ErrorCode::ImageUnsupported, "the JPEG 2000 has components of odd sizes");
        }
        const bool whole = component.dx != 1 || component.dy != 1 ||
                           (component.w == header.width && component.h == header.height);
        if (component.data == nullptr || component.w == 0 || component.h == 0 || !whole ||
            component.prec != 8 || component.sgnd != 0) {
            return fail(ErrorCode::ImageUndecodable, "the JPEG 2000 lacks a component");
        }
    }
    return {};
}

// The samples of one component under a row of the picture.
class Row {
public:
    Row(const opj_image_t& image, OPJ_UINT32 index, std::size_t y)
        : component_(image.comps[index]), left_(image.x0) {
        const std::size_t at = (image.y0 + y) / component_.dy;
        const std::size_t row = at < component_.y0 ? 0 : at - component_.y0;
        samples_ = component_.data + std::min<std::size_t>(row, component_.h - 1) * component_.w;
    }
    [[nodiscard]] int operator[](std::size_t x) const {
        const std::size_t at = (left_ + x) / component_.dx;
        const std::size_t column = at < component_.x0 ? 0 : at - component_.x0;
        return std::clamp(samples_[std::min<std::size_t>(column, component_.w - 1)], 0, white);
    }

private:
    const opj_image_comp_t& component_;
    std::size_t left_;
    const OPJ_INT32* samples_ = nullptr;
};

using Colour = std::array<int, 3>;

// IEC 61966-2-1, annex G: full range, Rec. 601 weights.
Colour rgb_of_ycc(int luminance, int blue_difference, int red_difference) {
    constexpr double half = 128.0;
    const double y = luminance;
    const double cb = blue_difference - half;
    const double cr = red_difference - half;
    const auto rounded = [](double value) {
        return std::clamp(static_cast<int>(std::lround(value)), 0, white);
    };
    return {
        rounded(y + 1.402 * cr), rounded(y - 0.344136 * cb - 0.714136 * cr), rounded(y + 1.772 * cb)
    };
}

void fill_row(const opj_image_t& image, Colours colours, std::size_t y, Image& out) {
    const OPJ_UINT32 second = colours == Colours::Grey ? 0 : 1;
    const OPJ_UINT32 third = colours == Colours::Grey ? 0 : 2;
    const Row first_row(image, 0, y);
    const Row second_row(image, second, y);
    const Row third_row(image, third, y);
    const bool transparent = image.numcomps == 4;
    const Row alpha_row(image, transparent ? 3 : 0, y);
    std::uint8_t* pixel = out.row(static_cast<int>(y));
    for (std::size_t x = 0; x < static_cast<std::size_t>(out.width()); ++x) {
        Colour colour{first_row[x], second_row[x], third_row[x]};
        if (colours == Colours::YCC) {
            colour = rgb_of_ycc(colour[0], colour[1], colour[2]);
        }
        const int alpha = transparent ? alpha_row[x] : white;
        for (const int value : colour) {
            const int mixed = (value * alpha + white * (white - alpha) + white / 2) / white;
            *pixel++ = static_cast<std::uint8_t>(mixed);
        }
    }
}

} // namespace

Result<DecodedImage>
decode_jpeg2000(std::span<const std::uint8_t> bytes, const DecodeLimits& decode_limits) {
    SALLYPORT_TRY(const JPEG2000Header header, read_jpeg2000_header(bytes));
    SALLYPORT_CHECK(check_header(header, decode_limits));
    SALLYPORT_TRY(const OpenImage image, decode(bytes.first(header.end), header.boxed));
    SALLYPORT_CHECK(check_components(*image, header));
    SALLYPORT_TRY(const Colours colours, colours_of(*image));
    DecodedImage decoded{
        .image = Image(static_cast<int>(header.width), static_cast<int>(header.height))
    };
    for (std::size_t y = 0; y < header.height; ++y) {
        fill_row(*image, colours, y, decoded.image);
    }
    return decoded;
}

} // namespace sallyport::imaging::internal
