// The picture inside a face record: what it is by its own first bytes, held against what the record
// says it is. Private to documents.
#pragma once

#include "documents/internal/dg_file.hpp"

#include <string_view>

namespace sallyport::documents::internal {

// Unknown when the bytes open no kind of picture that is read. JPEG 2000 does not say in its first
// bytes whether it is lossless.
[[nodiscard]] PortraitCoding coding_of_picture(TLVBytes picture);
[[nodiscard]] std::string_view coding_name(PortraitCoding coding);

// Copies the picture into the portrait and decides its coding by its own bytes. `stated` is what
// the record says, Unknown when it says nothing that is known; a disagreement is a fault.
void take_picture(ChipPortrait& portrait, TLVBytes picture, PortraitCoding stated);

} // namespace sallyport::documents::internal
