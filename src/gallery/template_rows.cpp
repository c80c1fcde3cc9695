#include "gallery/template_rows.hpp"

#include "gallery/internal/dot_kernel.hpp"

#include <algorithm>

namespace sallyport::gallery {

namespace {
constexpr std::size_t line_floats = internal::row_floats_multiple;
} // namespace

TemplateRows::TemplateRows(std::size_t dimension)
    : dimension_(dimension), lines_a_row_((dimension + line_floats - 1) / line_floats) {
    static_assert(sizeof(Line) == line_floats * sizeof(float));
    static_assert(alignof(Line) == internal::row_alignment_bytes);
}

void TemplateRows::reserve(std::size_t rows) {
    lines_.reserve(rows * lines_a_row_);
}

Status TemplateRows::append(std::span<const float> values) {
    if (values.size() != dimension_) {
        return fail(ErrorCode::InvalidArgument, "a template of another dimension");
    }
    // New lines are zero, which is the padding.
    lines_.resize(lines_.size() + lines_a_row_, Line{});
    for (std::size_t at = 0; at < values.size(); at += line_floats) {
        const std::span<const float> part =
            values.subspan(at, std::min(line_floats, values.size() - at));
        Line& line = lines_[size_ * lines_a_row_ + at / line_floats];
        std::copy(part.begin(), part.end(), line.values.begin());
    }
    ++size_;
    return {};
}

const float* TemplateRows::data(std::size_t index) const {
    return lines_.data()->values.data() + index * lines_a_row_ * line_floats;
}

std::span<const float> TemplateRows::row(std::size_t index) const {
    return {data(index), dimension_};
}

void TemplateRows::score(
    const TemplateRows& probes, std::size_t probe, std::size_t first, std::span<float> out
) const {
    if (out.empty()) {
        return;
    }
    internal::dot_rows(
        probes.data(probe), data(first), lines_a_row_ * line_floats, out.size(), out.data()
    );
}

} // namespace sallyport::gallery
