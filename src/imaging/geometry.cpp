#include "imaging/geometry.hpp"

#include "imaging/internal/opencv.hpp"

#include <algorithm>
#include <cmath>

namespace sallyport::imaging {
namespace {

constexpr std::uint8_t outside_grey = 96;
// Fewer source pixels than this under one target pixel, and plain bilinear sampling sees them all.
constexpr double source_pixels_per_pixel_max = 2.0;

// An affine map from target to source pixels, pixel centres at whole numbers.
using TargetToSource = cv::Matx23d;

cv::Point2d source_of(const TargetToSource& map, double x, double y) {
    return {map(0, 0) * x + map(0, 1) * y + map(0, 2), map(1, 0) * x + map(1, 1) * y + map(1, 2)};
}

// The source pixels that the target will look at, with a margin for interpolation.
cv::Rect looked_at(const TargetToSource& map, const Image& source, const Image& target) {
    const double right = target.width() - 1;
    const double bottom = target.height() - 1;
    const std::array<cv::Point2d, 4> corners{
        source_of(map, 0, 0),
        source_of(map, right, 0),
        source_of(map, 0, bottom),
        source_of(map, right, bottom)
    };
    const auto [left_most, right_most] =
        std::minmax_element(corners.begin(), corners.end(), [](const auto& a, const auto& b) {
            return a.x < b.x;
        });
    const auto [top_most, bottom_most] =
        std::minmax_element(corners.begin(), corners.end(), [](const auto& a, const auto& b) {
            return a.y < b.y;
        });
    const double margin = 4 * std::hypot(map(0, 0), map(1, 0));
    const Box box{
        .left = static_cast<float>(left_most->x - margin),
        .top = static_cast<float>(top_most->y - margin),
        .width = static_cast<float>(right_most->x - left_most->x + 2 * margin),
        .height = static_cast<float>(bottom_most->y - top_most->y + 2 * margin)
    };
    return internal::pixels_inside(box, source.width(), source.height());
}

// Shrinks the part of the source that is looked at by whole pixels' averages, so that bilinear
// sampling afterwards does not skip pixels. `map` then leads to the shrunk part.
Image shrink_for(TargetToSource& map, const Image& source, const cv::Rect& part, double scale) {
    const auto shrunk_side = [scale](int side) {
        return std::max(1, static_cast<int>(std::lround(side / std::floor(scale))));
    };
    Image shrunk(shrunk_side(part.width), shrunk_side(part.height));
    cv::Mat out = internal::view(shrunk);
    cv::resize(internal::view(source)(part), out, out.size(), 0, 0, cv::INTER_AREA);
    const double x_ratio = static_cast<double>(shrunk.width()) / part.width;
    const double y_ratio = static_cast<double>(shrunk.height()) / part.height;
    for (int column = 0; column < 3; ++column) {
        map(0, column) *= x_ratio;
        map(1, column) *= y_ratio;
    }
    map(0, 2) += (0.5 - part.x) * x_ratio - 0.5;
    map(1, 2) += (0.5 - part.y) * y_ratio - 0.5;
    return shrunk;
}

Result<Image>
warp(const Image& source, TargetToSource map, int width, int height, std::uint8_t border) {
    Image target(width, height);
    const double scale =
        std::min(std::hypot(map(0, 0), map(1, 0)), std::hypot(map(0, 1), map(1, 1)));
    if (!std::isfinite(scale) || scale <= 0 || !std::isfinite(map(0, 2)) ||
        !std::isfinite(map(1, 2))) {
        return fail(ErrorCode::InvalidArgument, "the part to cut out has no size");
    }
    const cv::Rect part = looked_at(map, source, target);
    if (part.empty()) {
        std::fill(target.pixels().begin(), target.pixels().end(), border);
        return target;
    }
    SALLYPORT_CHECK(internal::guarded("warp a picture", [&] {
        Image shrunk;
        if (scale >= source_pixels_per_pixel_max) {
            shrunk = shrink_for(map, source, part, scale);
        }
        const cv::Mat from =
            shrunk.empty() ? internal::view(source) : internal::view(std::as_const(shrunk));
        cv::Mat out = internal::view(target);
        cv::warpAffine(
            from,
            out,
            map,
            out.size(),
            cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
            cv::BORDER_CONSTANT,
            cv::Scalar::all(border)
        );
    }));
    return target;
}

} // namespace

Result<Image> resize(const Image& image, int width, int height) {
    if (image.empty() || width < 1 || height < 1) {
        return fail(ErrorCode::InvalidArgument, "nothing to scale, or nothing to scale to");
    }
    Image scaled(width, height);
    cv::Mat out = internal::view(scaled);
    const bool shrinks = image.width() >= source_pixels_per_pixel_max * width &&
                         image.height() >= source_pixels_per_pixel_max * height;
    SALLYPORT_CHECK(internal::guarded("scale a picture", [&] {
        cv::resize(
            internal::view(image),
            out,
            out.size(),
            0,
            0,
            shrinks ? cv::INTER_AREA : cv::INTER_LINEAR
        );
    }));
    return scaled;
}

Result<Image> crop_resize(const Image& image, const Box& box, int width, int height) {
    if (image.empty() || width < 1 || height < 1 || !(box.width > 0) || !(box.height > 0)) {
        return fail(ErrorCode::InvalidArgument, "nothing to cut out, or nothing to scale to");
    }
    // Edges map to edges: the centre of target pixel i lies (i + 0.5) / width along the box.
    const double x_scale = static_cast<double>(box.width) / width;
    const double y_scale = static_cast<double>(box.height) / height;
    const TargetToSource map(
        x_scale, 0, box.left + x_scale / 2 - 0.5, 0, y_scale, box.top + y_scale / 2 - 0.5
    );
    return warp(image, map, width, height, 0);
}

Result<Image> align_face(const Image& image, const Landmarks& landmarks) {
    if (image.empty()) {
        return fail(ErrorCode::InvalidArgument, "no picture to align a face of");
    }
    cv::Point2d template_mean;
    cv::Point2d face_mean;
    for (std::size_t i = 0; i < landmarks.size(); ++i) {
        template_mean += cv::Point2d(arcface_landmarks[i].x, arcface_landmarks[i].y) / 5.0;
        face_mean += cv::Point2d(landmarks[i].x, landmarks[i].y) / 5.0;
    }
    // Umeyama 1991 in the plane: with points as complex numbers, the best rotation and scale from
    // source to template is sum(conj(source) * template) / sum(|source|^2), both centred.
    double dot = 0;
    double cross = 0;
    double spread = 0;
    for (std::size_t i = 0; i < landmarks.size(); ++i) {
        const cv::Point2d source = cv::Point2d(landmarks[i].x, landmarks[i].y) - face_mean;
        const cv::Point2d target =
            cv::Point2d(arcface_landmarks[i].x, arcface_landmarks[i].y) - template_mean;
        dot += source.dot(target);
        cross += source.cross(target);
        spread += source.dot(source);
    }
    const double a = dot / spread;
    const double b = cross / spread;
    const double square = a * a + b * b;
    if (!std::isfinite(square) || square <= 0) {
        return fail(ErrorCode::InvalidArgument, "the landmarks coincide");
    }
    // The inverse, from template to source.
    const double c = a / square;
    const double s = b / square;
    const TargetToSource map(
        c,
        s,
        face_mean.x - c * template_mean.x - s * template_mean.y,
        -s,
        c,
        face_mean.y + s * template_mean.x - c * template_mean.y
    );
    return warp(image, map, aligned_side_px, aligned_side_px, 0);
}

Result<Image> portrait_crop(const Image& image, const Landmarks& landmarks, int width, int height) {
    const double dx = landmarks[1].x - landmarks[0].x;
    const double dy = landmarks[1].y - landmarks[0].y;
    if (image.empty() || width < 1 || height < 1 || !(std::hypot(dx, dy) > 0)) {
        return fail(ErrorCode::InvalidArgument, "no eyes to place a portrait by");
    }
    const double eye_distance = width / 4.0;
    const double c = dx / eye_distance;
    const double s = dy / eye_distance;
    const double left_eye_x = width * 0.375 - 0.5;
    const double eyes_y = height * 0.45 - 0.5;
    const TargetToSource map(
        c,
        -s,
        landmarks[0].x - c * left_eye_x + s * eyes_y,
        s,
        c,
        landmarks[0].y - s * left_eye_x - c * eyes_y
    );
    return warp(image, map, width, height, outside_grey);
}

void mask(Image& image, std::span<const Box> boxes) {
    for (const Box& box : boxes) {
        const cv::Rect part = internal::pixels_inside(box, image.width(), image.height());
        for (int y = part.y; y < part.y + part.height; ++y) {
            std::fill_n(image.row(y) + std::ptrdiff_t{3} * part.x, 3 * part.width, outside_grey);
        }
    }
}

} // namespace sallyport::imaging
