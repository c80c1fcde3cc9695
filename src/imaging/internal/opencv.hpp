// How this module uses OpenCV: matrices are views of our own, wiped memory, one thread, and no
// exception leaves. Private to imaging.
#pragma once

#include "base/result.hpp"
#include "imaging/image.hpp"

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace sallyport::imaging::internal {

// Pixels of a box that lie inside a picture; empty when none does.
[[nodiscard]] inline cv::Rect pixels_inside(const Box& box, int width, int height) {
    const auto clamped = [](float value, int end) {
        // The comparison also sends NaN to zero.
        return value > 0.0F ? static_cast<int>(std::min(value, static_cast<float>(end))) : 0;
    };
    const int left = clamped(std::floor(box.left), width);
    const int top = clamped(std::floor(box.top), height);
    const int right = clamped(std::ceil(box.right()), width);
    const int bottom = clamped(std::ceil(box.bottom()), height);
    if (right <= left || bottom <= top) {
        return {};
    }
    return {left, top, right - left, bottom - top};
}

[[nodiscard]] inline cv::Mat view(Image& image) {
    return {image.height(), image.width(), CV_8UC3, image.pixels().data()};
}
// OpenCV has no matrix of constant pixels; this one is only ever read.
[[nodiscard]] inline const cv::Mat view(const Image& image) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
    auto* pixels = const_cast<std::uint8_t*>(image.pixels().data());
    return {image.height(), image.width(), CV_8UC3, pixels};
}

// Runs `work` and turns OpenCV's exceptions into Internal.
template <class Work>
[[nodiscard]] Status guarded(const char* operation, const Work& work) {
    // Our workers are the parallelism; OpenCV's own threads would only make them wait.
    static const bool single_threaded = [] {
        cv::setNumThreads(1);
        return true;
    }();
    static_cast<void>(single_threaded);
    try {
        work();
        return {};
    } catch (const cv::Exception& error) {
        return fail(
            ErrorCode::Internal, std::string("OpenCV failed to ") + operation + ": " + error.err
        );
    }
}

} // namespace sallyport::imaging::internal
