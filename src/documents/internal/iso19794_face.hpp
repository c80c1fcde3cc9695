// Face records of ISO/IEC 19794-5, editions 2005 (version 010) and 2011 (version 030): binary
// fields at fixed places, no tags. Private to documents.
#pragma once

#include "documents/internal/dg_file.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace sallyport::documents::internal {

[[nodiscard]] bool is_iso19794_face(TLVBytes bytes); // opens with "FAC" and a zero

// `base` is where the record starts in `file`; both serve the error's text. MalformedInput for
// another version, lengths past the end, no picture at all or more than limits::chip_portraits_max.
[[nodiscard]] Result<std::vector<ChipPortrait>>
read_iso19794_face(TLVBytes record, std::size_t base, std::string_view file);

} // namespace sallyport::documents::internal
