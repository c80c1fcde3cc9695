// Whatever the bytes, the elements that the reader gives lie inside the file, in order and without
// a gap, and writing an element's tag and value again gives an element that reads the same.
#include "documents/internal/tlv.hpp"

#include <algorithm>
#include <cstdlib>

namespace {

using namespace sallyport::documents::internal;

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

void look_into(TLVReader& reader, const TLVElement& element, TLVBytes file) {
    require(element.offset + element.whole.size() <= file.size());
    require(element.whole.data() == file.data() + element.offset);
    require(element.value_offset + element.value.size() == element.offset + element.whole.size());

    const auto written = write_tlv(element.tag, element.value);
    TLVReader again(written, "again");
    const auto read = again.outer(element.tag);
    require(read.has_value() && again.trailing().empty());
    require(std::equal(
        read->value.begin(), read->value.end(), element.value.begin(), element.value.end()
    ));

    if (!is_constructed(element.tag)) {
        return;
    }
    const auto children = reader.children(element);
    if (!children) {
        return;
    }
    std::size_t at = element.value_offset;
    for (const TLVElement& child : *children) {
        require(child.offset == at && child.depth == element.depth + 1);
        look_into(reader, child, file);
        at += child.whole.size();
    }
    require(at == element.value_offset + element.value.size());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const TLVBytes file(data, size);
    TLVReader reader(file, "fuzz");
    if (const auto outer = reader.outer()) {
        require(outer->whole.size() + reader.trailing().size() == size);
        look_into(reader, *outer, file);
    }
    return 0;
}
