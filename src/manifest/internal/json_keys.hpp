// Finds what Boost.JSON's values cannot show: an object that has one key twice, of which the parser
// silently keeps the last. Two birth dates in one record must not become one.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace sallyport::manifest::internal {

// The byte offset just after the first key that its object already had. Nothing when there is none
// or when the text is not JSON: the parser proper reports that.
[[nodiscard]] std::optional<std::size_t> find_repeated_key(std::string_view text);

} // namespace sallyport::manifest::internal
