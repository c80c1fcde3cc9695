#include "documents/internal/boarding_cursor.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace sallyport::documents::internal {

tl::unexpected<Error>
BoardingCursor::malformed(std::string_view item, std::size_t back, std::string_view reason) const {
    return fail(
        ErrorCode::MalformedInput,
        fmt::format(
            "boarding pass: {}{}{} at {}: {}",
            owner_,
            owner_.empty() ? "" : ", ",
            item,
            place_ - back + 1,
            reason
        )
    );
}

Result<std::string_view> BoardingCursor::take(std::size_t size, std::string_view item) {
    if (text_.size() < size) {
        return malformed(
            item, 0, fmt::format("{} characters are needed, {} are there", size, text_.size())
        );
    }
    const std::string_view taken = text_.substr(0, size);
    text_.remove_prefix(size);
    place_ += size;
    return taken;
}

Result<std::size_t> BoardingCursor::take_size(std::string_view item) {
    SALLYPORT_TRY(const std::string_view digits, take(2, item));
    unsigned size = 0;
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + 2, size, 16);
    if (code != std::errc() || end != digits.data() + 2) {
        return malformed(item, 2, "not two hexadecimal digits");
    }
    return std::size_t{size};
}

Result<BoardingCursor> BoardingCursor::take_part(std::size_t size, std::string_view item) {
    const std::size_t start = place_;
    SALLYPORT_TRY(const std::string_view part, take(size, item));
    return BoardingCursor(part, start, owner_);
}

std::string_view BoardingCursor::take_if_given(std::size_t size) {
    const std::size_t given = std::min(size, text_.size());
    const std::string_view taken = text_.substr(0, given);
    text_.remove_prefix(given);
    place_ += given;
    return taken;
}

std::string_view without_blanks(std::string_view item) {
    const std::size_t first = item.find_first_not_of(' ');
    if (first == std::string_view::npos) {
        return {};
    }
    return item.substr(first, item.find_last_not_of(' ') + 1 - first);
}

} // namespace sallyport::documents::internal
