// Writes one interchange with one message (ISO 9735): releases characters, leaves out what is empty
// at the end of a segment, counts segments, states the character set that the text needs. Control
// characters are taken out of every value.
#pragma once

#include "base/clock.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::manifest::internal {

// Components of one data element.
using Element = std::vector<std::string>;

struct InterchangeHeader {
    Element sender;
    Element recipient;
    Instant made_at{};
    std::uint64_t control_number = 0;
    std::string application; // data element 0026: CONTRL, CUSRES
    bool test = false;       // 0035
};

class EdifactWriter {
public:
    // type: of the message, as in UNH: {"CUSRES", "D", "05B", "UN"}.
    EdifactWriter(InterchangeHeader header, Element type);
    void segment(std::string_view tag, const std::vector<Element>& elements);
    [[nodiscard]] std::string finish() &&;

private:
    InterchangeHeader header_;
    std::string body_;
    std::size_t segments_ = 0;
};

} // namespace sallyport::manifest::internal
