// The skeleton of a received file: interchanges, groups and messages with their references, and the
// segments at given places. What the acknowledgement needs and a ListReading does not keep.
#pragma once

#include "manifest/internal/edifact_tokenizer.hpp"

#include <cstddef>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::manifest::internal {

struct OutlineMessage {
    Segment header;           // UNH
    std::size_t segments = 1; // with UNH, and UNT where it is there
    bool complete = false;    // UNT is there
    // The wanted ones, by their position in the message: UNH has 1.
    std::vector<std::pair<std::size_t, Segment>> wanted;
    std::optional<std::size_t> group; // index into OutlineInterchange::groups
};

struct OutlineGroup {
    Segment header; // UNG
    std::optional<Segment> trailer;
};

struct OutlineInterchange {
    std::optional<Segment> header; // UNB
    std::optional<Segment> trailer;
    std::size_t others = 0; // segments outside any message
    std::vector<OutlineGroup> groups;
    std::vector<OutlineMessage> messages;
    std::size_t begin = 0; // byte offsets in the file as received
    std::size_t end = 0;
};

// wanted: byte offsets in the file as received.
[[nodiscard]] std::vector<OutlineInterchange>
outline_of(std::string_view bytes, const std::set<std::size_t>& wanted);

} // namespace sallyport::manifest::internal
