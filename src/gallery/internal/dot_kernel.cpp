// Compiled once for each instruction set: Highway includes this file again for every target.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "gallery/internal/dot_kernel.cpp"
#include "gallery/internal/dot_kernel.hpp"

#include <hwy/foreach_target.h>
// Highway's own header must come after foreach_target.h.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace sallyport::gallery::internal::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// A row needs two loads a cycle and one multiply-add a load. Eight rows at a time give eight
// independent chains of additions, enough to hide the latency of the multiply-add (4 cycles, 2 a
// cycle), and share the load of the probe.
constexpr std::size_t rows_at_once = 8;
using Floats = hn::CappedTag<float, row_floats_multiple>;
using Vector = hn::Vec<Floats>;

// NOLINTNEXTLINE(readability-function-size): eight chains, written out to stay in registers.
void dot_eight(
    const float* HWY_RESTRICT probe, const float* HWY_RESTRICT rows, std::size_t stride, float* out
) {
    const Floats floats;
    Vector sum0 = hn::Zero(floats);
    Vector sum1 = hn::Zero(floats);
    Vector sum2 = hn::Zero(floats);
    Vector sum3 = hn::Zero(floats);
    Vector sum4 = hn::Zero(floats);
    Vector sum5 = hn::Zero(floats);
    Vector sum6 = hn::Zero(floats);
    Vector sum7 = hn::Zero(floats);
    for (std::size_t at = 0; at < stride; at += hn::Lanes(floats)) {
        const Vector wanted = hn::Load(floats, probe + at);
        const float* row = rows + at;
        sum0 = hn::MulAdd(wanted, hn::Load(floats, row), sum0);
        sum1 = hn::MulAdd(wanted, hn::Load(floats, row + stride), sum1);
        sum2 = hn::MulAdd(wanted, hn::Load(floats, row + 2 * stride), sum2);
        sum3 = hn::MulAdd(wanted, hn::Load(floats, row + 3 * stride), sum3);
        sum4 = hn::MulAdd(wanted, hn::Load(floats, row + 4 * stride), sum4);
        sum5 = hn::MulAdd(wanted, hn::Load(floats, row + 5 * stride), sum5);
        sum6 = hn::MulAdd(wanted, hn::Load(floats, row + 6 * stride), sum6);
        sum7 = hn::MulAdd(wanted, hn::Load(floats, row + 7 * stride), sum7);
    }
    out[0] = hn::GetLane(hn::SumOfLanes(floats, sum0));
    out[1] = hn::GetLane(hn::SumOfLanes(floats, sum1));
    out[2] = hn::GetLane(hn::SumOfLanes(floats, sum2));
    out[3] = hn::GetLane(hn::SumOfLanes(floats, sum3));
    out[4] = hn::GetLane(hn::SumOfLanes(floats, sum4));
    out[5] = hn::GetLane(hn::SumOfLanes(floats, sum5));
    out[6] = hn::GetLane(hn::SumOfLanes(floats, sum6));
    out[7] = hn::GetLane(hn::SumOfLanes(floats, sum7));
}

// The rows left over. One chain, in the same order as in dot_eight(), so that a row's score does
// not depend on its place among the others.
float dot_one(const float* HWY_RESTRICT probe, const float* HWY_RESTRICT row, std::size_t stride) {
    const Floats floats;
    Vector sum = hn::Zero(floats);
    for (std::size_t at = 0; at < stride; at += hn::Lanes(floats)) {
        sum = hn::MulAdd(hn::Load(floats, probe + at), hn::Load(floats, row + at), sum);
    }
    return hn::GetLane(hn::SumOfLanes(floats, sum));
}

void dot_rows(
    const float* probe, const float* rows, std::size_t stride, std::size_t count, float* out
) {
    std::size_t row = 0;
    for (; row + rows_at_once <= count; row += rows_at_once) {
        dot_eight(probe, rows + row * stride, stride, out + row);
    }
    for (; row < count; ++row) {
        out[row] = dot_one(probe, rows + row * stride, stride);
    }
}

} // namespace sallyport::gallery::internal::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sallyport::gallery::internal {

HWY_EXPORT(dot_rows);

void dot_rows(
    const float* probe, const float* rows, std::size_t stride, std::size_t count, float* out
) {
    HWY_DYNAMIC_DISPATCH(dot_rows)(probe, rows, stride, count, out);
}

} // namespace sallyport::gallery::internal
#endif
