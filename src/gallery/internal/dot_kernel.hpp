// The inner loop of every exact scan: dot products of one probe with many rows. The widest
// instruction set of the machine is chosen at the first call. Pure; safe from any thread.
#pragma once

#include <cstddef>

namespace sallyport::gallery::internal {

// Rows are padded with zeros to a multiple of this, so that no kernel needs a tail: it is the
// widest vector of floats on x86 (AVX-512), and a multiple of all the narrower ones.
inline constexpr std::size_t row_floats_multiple = 16;
// 64 bytes: one cache line, and the alignment that the widest vector wants.
inline constexpr std::size_t row_alignment_bytes = 64;

// out[row] = probe . rows[row]. stride is the padded length of probe and rows in floats; both are
// aligned to row_alignment_bytes.
void dot_rows(
    const float* probe, const float* rows, std::size_t stride, std::size_t count, float* out
);

} // namespace sallyport::gallery::internal
