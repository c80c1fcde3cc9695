// The groups of benchmarks, registered with Google Benchmark by main(). What they are given must
// live until the benchmarks have run.
#pragma once

#include "biometrics/face_engine.hpp"
#include "pictures.hpp"

#include <vector>

namespace sallyport::bench {

// Decoding, encoding, resizing, aligning.
void register_picture_benchmarks(const std::vector<NamedPicture>& pictures);

// Detecting, locating, template making, one-to-one on real faces, and the whole probe.
void register_face_benchmarks(
    biometrics::FaceEngine& engine, const std::vector<NamedPicture>& portraits
);

// Exact search in galleries of made-up templates, with peers; publishing and removing.
void register_search_benchmarks();

} // namespace sallyport::bench
