// The one file that meets ZXing-C++; its exceptions end here.
#define ZX_USE_UTF8
#include "base/limits.hpp"
#include "base/secret_bytes.hpp"
#include "documents/boarding_pass.hpp"

#include <ZXing/ReadBarcode.h>
#include <algorithm>
#include <exception>

namespace sallyport::documents {
namespace {

constexpr std::string_view nothing_found =
    "no PDF417, Aztec, QR or Data Matrix code in the picture";

// A grey copy on white paper, shrunk to a size at which many windows of it can be searched.
struct GreySheet {
    int width = 0;
    int height = 0;
    SecretBytes pixels;
    [[nodiscard]] const std::uint8_t* at(int x, int y) const {
        return pixels.data() + std::ptrdiff_t{y} * width + x;
    }
};

constexpr int sheet_side_px = 1'600;
constexpr int sheet_margin_px = sheet_side_px / 2;

std::uint8_t mean_of_block(const imaging::Image& picture, int left, int top, int size) {
    unsigned sum = 0;
    for (int y = top; y < top + size; ++y) {
        const std::uint8_t* pixel = picture.row(y) + std::ptrdiff_t{left} * 3;
        for (int x = 0; x < size; ++x, pixel += 3) {
            sum += ZXing::RGBToLum(pixel[0], pixel[1], pixel[2]);
        }
    }
    return static_cast<std::uint8_t>(sum / static_cast<unsigned>(size * size));
}

GreySheet grey_sheet(const imaging::Image& picture) {
    const int longest = std::max(picture.width(), picture.height());
    const int factor = (longest + sheet_side_px - 1) / sheet_side_px;
    const int width = picture.width() / factor;
    const int height = picture.height() / factor;
    GreySheet sheet{width + 2 * sheet_margin_px, height + 2 * sheet_margin_px, {}};
    sheet.pixels.assign(
        static_cast<std::size_t>(sheet.width) * static_cast<std::size_t>(sheet.height), 255
    );
    for (int y = 0; y < height; ++y) {
        std::uint8_t* row = sheet.pixels.data() +
                            std::ptrdiff_t{y + sheet_margin_px} * sheet.width + sheet_margin_px;
        for (int x = 0; x < width; ++x) {
            row[x] = mean_of_block(picture, x * factor, y * factor, factor);
        }
    }
    return sheet;
}

// Paper without print is most of a sheet, and no code begins there.
bool is_printed(const GreySheet& sheet, int x, int y, int half_px) {
    constexpr int contrast_min = 50;
    int darkest = 255;
    int lightest = 0;
    for (int row = y - half_px; row < y + half_px; ++row) {
        const auto [low, high] = std::minmax_element(
            sheet.at(x - half_px, row), sheet.at(x - half_px, row) + std::ptrdiff_t{2} * half_px
        );
        darkest = std::min<int>(darkest, *low);
        lightest = std::max<int>(lightest, *high);
    }
    return lightest - darkest >= contrast_min;
}

class CodeSearch {
public:
    explicit CodeSearch(const imaging::Image& picture) : picture_(picture) {}

    void search_whole() {
        ZXing::DecodeHints hints;
        hints.setFormats(
            ZXing::BarcodeFormat::PDF417 | ZXing::BarcodeFormat::Aztec |
            ZXing::BarcodeFormat::QRCode | ZXing::BarcodeFormat::DataMatrix
        );
        hints.setTryHarder(true);
        hints.setTryRotate(true);
        search(
            {picture_.pixels().data(), picture_.width(), picture_.height(), ZXing::ImageFormat::RGB
            },
            hints
        );
    }

    // ZXing 1.4 looks for Aztec and Data Matrix codes around the middle of its picture only, so it
    // is given windows of this one: a coarse grid for large codes, a fine one for small ones.
    void search_windows() {
        const GreySheet sheet = grey_sheet(picture_);
        for (const int half : {sheet_side_px / 2, sheet_side_px / 5}) {
            const int step = half / 2;
            for (int y = sheet_margin_px; y <= sheet.height - sheet_margin_px; y += step) {
                for (int x = sheet_margin_px; x <= sheet.width - sheet_margin_px; x += step) {
                    search_window(sheet, x, y, half);
                }
            }
        }
    }

    [[nodiscard]] std::vector<std::string> take() { return std::move(codes_); }

private:
    void search_window(const GreySheet& sheet, int x, int y, int half) {
        if (!is_printed(sheet, x, y, half / 4)) {
            return;
        }
        ZXing::DecodeHints hints;
        hints.setFormats(ZXing::BarcodeFormat::Aztec | ZXing::BarcodeFormat::DataMatrix);
        hints.setTryRotate(false); // both are found at any angle
        hints.setTryDownscale(false);
        search(
            {sheet.at(x - half, y - half), 2 * half, 2 * half, ZXing::ImageFormat::Lum, sheet.width
            },
            hints
        );
    }

    void search(const ZXing::ImageView& view, ZXing::DecodeHints& hints) {
        hints.setMaxNumberOfSymbols(static_cast<std::uint8_t>(limits::picture_codes_max));
        for (const ZXing::Result& result : ZXing::ReadBarcodes(view, hints)) {
            const bool room = codes_.size() < limits::picture_codes_max;
            if (room && result.isValid()) {
                std::string text = result.text();
                if (std::find(codes_.begin(), codes_.end(), text) == codes_.end()) {
                    codes_.push_back(std::move(text));
                }
            }
        }
    }

    const imaging::Image& picture_;
    std::vector<std::string> codes_;
};

enum class Thoroughness { Whole, Windows };

Result<std::vector<std::string>>
search_picture(const imaging::Image& picture, Thoroughness thoroughness) {
    if (picture.empty()) {
        return std::vector<std::string>();
    }
    try {
        CodeSearch search(picture);
        if (thoroughness == Thoroughness::Whole) {
            search.search_whole();
        } else {
            search.search_windows();
        }
        return search.take();
    } catch (const std::exception&) {
        // The library's words may quote the code, which is personal data.
        return fail(ErrorCode::Internal, "zxing: reading the codes of a picture failed");
    }
}

} // namespace

Result<std::vector<std::string>> find_codes(const imaging::Image& picture) {
    SALLYPORT_TRY(std::vector<std::string> codes, search_picture(picture, Thoroughness::Whole));
    SALLYPORT_TRY(std::vector<std::string> more, search_picture(picture, Thoroughness::Windows));
    for (std::string& code : more) {
        const bool room = codes.size() < limits::picture_codes_max;
        if (room && std::find(codes.begin(), codes.end(), code) == codes.end()) {
            codes.push_back(std::move(code));
        }
    }
    if (codes.empty()) {
        return fail(ErrorCode::NotFound, std::string(nothing_found));
    }
    return codes;
}

Result<BoardingPass> read_boarding_pass(const imaging::Image& picture) {
    Result<BoardingPass> no_pass = fail(ErrorCode::NotFound, std::string(nothing_found));
    // Most passes are found in the whole picture; the windows take several times as long.
    for (const Thoroughness thoroughness : {Thoroughness::Whole, Thoroughness::Windows}) {
        SALLYPORT_TRY(const std::vector<std::string> codes, search_picture(picture, thoroughness));
        for (const std::string& code : codes) {
            Result<BoardingPass> pass = read_boarding_pass(code);
            if (pass.has_value()) {
                return pass;
            }
            no_pass = fail(
                ErrorCode::MalformedInput,
                "no code in the picture is a boarding pass",
                std::move(pass).error()
            );
        }
    }
    return no_pass;
}

} // namespace sallyport::documents
