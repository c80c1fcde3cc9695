// Walks through the items of a bar-coded boarding pass. Every item is asked for by its length and
// name; one that does not fit is a MalformedInput that names the item and its place. Never reads
// beyond its text. The text must outlive the cursor; one thread at a time.
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace sallyport::documents::internal {

class BoardingCursor {
public:
    // `place` is where the text begins in the whole code, from 0; `owner` is "leg 2" or empty.
    BoardingCursor(std::string_view text, std::size_t place, std::string owner)
        : text_(text), place_(place), owner_(std::move(owner)) {}

    [[nodiscard]] std::string_view rest() const { return text_; }
    [[nodiscard]] bool empty() const { return text_.empty(); }

    // The next `size` characters.
    [[nodiscard]] Result<std::string_view> take(std::size_t size, std::string_view item);
    // Two hexadecimal digits: the length of what follows.
    [[nodiscard]] Result<std::size_t> take_size(std::string_view item);
    // A part of that many characters as a cursor of its own, and this one moves behind it.
    [[nodiscard]] Result<BoardingCursor> take_part(std::size_t size, std::string_view item);
    // The next characters of a message that may end before the item, which is then not given:
    // Resolution 792 lets a sender shorten a structured message from its end.
    std::string_view take_if_given(std::size_t size);

    void set_owner(std::string owner) { owner_ = std::move(owner); }
    // "leg 2: seat at 84: " and the reason.
    [[nodiscard]] tl::unexpected<Error>
    malformed(std::string_view item, std::size_t back, std::string_view reason) const;

private:
    std::string_view text_;
    std::size_t place_;
    std::string owner_;
};

// Without blanks at both ends.
[[nodiscard]] std::string_view without_blanks(std::string_view item);

} // namespace sallyport::documents::internal
