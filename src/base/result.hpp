// Result<T>: a T or an Error, never both, and never dropped unread: the class is nodiscard, which
// tl::expected of Debian 12 is not. Use fail() to return an Error and SALLYPORT_TRY to pass one on.
#pragma once

#include "base/error.hpp"

#include <tl/expected.hpp>
#include <utility>

namespace sallyport {

template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
public:
    using Base = tl::expected<T, Error>;
    using Base::Base;
    // Monadic calls of tl::expected (map, and_then) return the base class.
    Result(Base base) : Base(std::move(base)) {} // NOLINT(google-explicit-constructor)
};

using Status = Result<void>;

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string message) {
    return tl::unexpected<Error>(Error(code, std::move(message)));
}
[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string message, Error cause) {
    return tl::unexpected<Error>(Error(code, std::move(message), std::move(cause)));
}
[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
    return tl::unexpected<Error>(std::move(error));
}

} // namespace sallyport

#define SALLYPORT_CONCAT_INNER(a, b) a##b
#define SALLYPORT_CONCAT(a, b) SALLYPORT_CONCAT_INNER(a, b)

// SALLYPORT_TRY(auto picture, decode(bytes)); declares picture, or returns the error.
#define SALLYPORT_TRY(declaration, expression)                                                     \
    auto SALLYPORT_CONCAT(result_, __LINE__) = (expression);                                       \
    if (!SALLYPORT_CONCAT(result_, __LINE__).has_value()) {                                        \
        return ::sallyport::fail(std::move(SALLYPORT_CONCAT(result_, __LINE__)).error());          \
    }                                                                                              \
    declaration = *std::move(SALLYPORT_CONCAT(result_, __LINE__)) // NOLINT

// The same for a Status, which carries no value.
#define SALLYPORT_CHECK(expression)                                                                \
    do {                                                                                           \
        auto SALLYPORT_CONCAT(status_, __LINE__) = (expression);                                   \
        if (!SALLYPORT_CONCAT(status_, __LINE__).has_value()) {                                    \
            return ::sallyport::fail(std::move(SALLYPORT_CONCAT(status_, __LINE__)).error());      \
        }                                                                                          \
    } while (false)
