#include "base/id.hpp"

namespace sallyport {
namespace {

int hex_value(char digit) {
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    if (digit >= 'a' && digit <= 'f') {
        return digit - 'a' + 10;
    }
    if (digit >= 'A' && digit <= 'F') {
        return digit - 'A' + 10;
    }
    return -1;
}

} // namespace

std::string id_to_hex(const IdBytes& bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(32);
    for (const std::byte value : bytes) {
        text.push_back(digits[std::to_integer<unsigned>(value) >> 4U]);
        text.push_back(digits[std::to_integer<unsigned>(value) & 0xFU]);
    }
    return text;
}

Result<IdBytes> id_from_hex(std::string_view text) {
    if (text.size() != 32) {
        return fail(ErrorCode::InvalidArgument, "an id has 32 hex digits");
    }
    IdBytes bytes{};
    for (std::size_t index = 0; index < bytes.size(); ++index) {
        const int high = hex_value(text[2 * index]);
        const int low = hex_value(text[2 * index + 1]);
        if (high < 0 || low < 0) {
            return fail(ErrorCode::InvalidArgument, "an id has 32 hex digits");
        }
        bytes[index] = static_cast<std::byte>(high * 16 + low);
    }
    return bytes;
}

} // namespace sallyport
