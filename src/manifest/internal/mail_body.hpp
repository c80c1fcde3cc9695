// Undoes the transfer encodings of mail (RFC 2045: quoted-printable, base64) in a file that names
// them in a header, part by part. Text without such a header is not touched. Pure, any thread.
#pragma once

#include "manifest/internal/received.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sallyport::manifest::internal {

struct DecodedMail {
    std::string text;
    OffsetMap offsets;
};

// Nothing when no part is encoded.
[[nodiscard]] std::optional<DecodedMail> decode_mail(std::string_view bytes);

} // namespace sallyport::manifest::internal
