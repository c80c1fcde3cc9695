// Finds the interchanges in a file as it was received: inside mail (plain, quoted-printable or
// base64) or a Type-B telegram, with lines broken anywhere and padded, with quoting marks, and with
// text before, between and after. What stays is EDIFACT text without line ends, and where each of
// its bytes stood. Pure functions, any thread; never fails: where there is no interchange, nothing
// stays. docs/manifests.md states the rules.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::manifest::internal {

// From offsets of a derived text to offsets of the text it came from.
class OffsetMap {
public:
    // From this offset of the derived text on, bytes come from that offset of the source. To be
    // added in ascending order.
    void add(std::size_t derived, std::size_t source);
    [[nodiscard]] std::size_t at(std::size_t derived) const;
    // The same without a search, for who asks in ascending order and keeps the jump, 0 at first.
    [[nodiscard]] std::size_t at_ascending(std::size_t derived, std::size_t& jump) const;
    // Each source offset of this map becomes what the other map says of it.
    void rebase(const OffsetMap& source);

private:
    // Files are far smaller than 4 GiB (limits::manifest_bytes_max).
    std::vector<std::pair<std::uint32_t, std::uint32_t>> jumps_;
};

struct Received {
    std::string text; // the interchanges one after another
    OffsetMap offsets;
    std::size_t interchanges = 0;
    std::size_t bytes_before = 0;  // of other text before the first interchange
    std::size_t bytes_after = 0;   // between interchanges and after the last
    std::size_t after_offset = 0;  // where the first of these stands
    std::size_t lines_mended = 0;  // line ends inside segments, taken out
    bool transfer_encoded = false; // quoted-printable or base64, decoded
};

[[nodiscard]] Received unwrap_received(std::string_view bytes);

// Whether an interchange, or a PAXLST message without one, begins anywhere in the text.
[[nodiscard]] bool holds_interchange(std::string_view bytes);

} // namespace sallyport::manifest::internal
