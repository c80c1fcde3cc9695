#include "biometrics/template.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace sallyport::biometrics {
namespace {

// Eight sums side by side, so that the compiler may use vector instructions: it must not reorder
// the additions of a single one.
float dot(std::span<const float> left, std::span<const float> right) {
    constexpr std::size_t lanes = 8;
    std::array<float, lanes> sums{};
    const std::size_t whole = left.size() / lanes * lanes;
    for (std::size_t i = 0; i < whole; i += lanes) {
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            sums[lane] += left[i + lane] * right[i + lane];
        }
    }
    float sum = 0.0F;
    for (const float part : sums) {
        sum += part;
    }
    for (std::size_t i = whole; i < left.size(); ++i) {
        sum += left[i] * right[i];
    }
    return sum;
}

} // namespace

Result<Template> Template::make(domain::TemplateVersion version, std::span<const float> values) {
    double squares = 0.0;
    for (const float value : values) {
        squares += static_cast<double>(value) * static_cast<double>(value);
    }
    // A value that is not finite makes the sum so; an empty or all-zero vector makes it zero.
    if (!std::isfinite(squares) || squares <= 0.0) {
        return fail(
            ErrorCode::InvalidArgument, "a template needs finite values that are not all zero"
        );
    }
    const double length = std::sqrt(squares);
    Template made;
    made.version_ = std::move(version);
    made.values_.reserve(values.size());
    for (const float value : values) {
        made.values_.push_back(static_cast<float>(static_cast<double>(value) / length));
    }
    return made;
}

Template Template::clone() const {
    return Template(*this);
}

Result<float> compare(const Template& left, const Template& right) {
    if (left.version() != right.version() || left.values().size() != right.values().size()) {
        return fail(ErrorCode::ModelMismatch, "templates of different model packs do not compare");
    }
    if (left.values().empty()) {
        return fail(ErrorCode::InvalidArgument, "an empty template does not compare");
    }
    // Rounding can carry the product of two unit vectors past one.
    return std::clamp(dot(left.values(), right.values()), -1.0F, 1.0F);
}

} // namespace sallyport::biometrics
