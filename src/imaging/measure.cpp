#include "imaging/measure.hpp"

#include "imaging/internal/opencv.hpp"

namespace sallyport::imaging {

Result<double> luminance_mean(const Image& image, const Box& box) {
    const cv::Rect part = internal::pixels_inside(box, image.width(), image.height());
    if (part.empty()) {
        return fail(ErrorCode::InvalidArgument, "no pixels to measure the luminance of");
    }
    cv::Scalar colour;
    SALLYPORT_CHECK(internal::guarded("average a picture", [&] {
        colour = cv::mean(internal::view(image)(part));
    }));
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2];
}

Result<double> laplacian_variance(const Image& image) {
    if (image.empty()) {
        return fail(ErrorCode::InvalidArgument, "no pixels to measure the sharpness of");
    }
    const std::size_t count = image.pixels().size() / 3;
    SecretBytes grey_memory(count);
    WipedVector<std::int16_t> edge_memory(count);
    cv::Mat grey(image.height(), image.width(), CV_8UC1, grey_memory.data());
    cv::Mat edges(image.height(), image.width(), CV_16SC1, edge_memory.data());
    cv::Scalar mean;
    cv::Scalar deviation;
    SALLYPORT_CHECK(internal::guarded("measure sharpness", [&] {
        cv::cvtColor(internal::view(image), grey, cv::COLOR_RGB2GRAY);
        cv::Laplacian(grey, edges, CV_16S);
        cv::meanStdDev(edges, mean, deviation);
    }));
    return deviation[0] * deviation[0];
}

} // namespace sallyport::imaging
