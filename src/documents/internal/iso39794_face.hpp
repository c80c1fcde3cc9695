// Face records of ISO/IEC 39794-5:2019 in DER. Elements are known by their place, so that a later
// edition's additions are passed over with a fault. Private to documents.
#pragma once

#include "documents/internal/dg_file.hpp"

#include <vector>

namespace sallyport::documents::internal {

inline constexpr Tag iso39794_face_tag = 0x65; // application 5, FaceImageDataBlock

// `block` carries iso39794_face_tag and was read by `reader`. MalformedInput for lengths past the
// end, no two-dimensional picture at all, or more than limits::chip_portraits_max.
[[nodiscard]] Result<std::vector<ChipPortrait>>
read_iso39794_face(TLVReader& reader, const TLVElement& block);

} // namespace sallyport::documents::internal
