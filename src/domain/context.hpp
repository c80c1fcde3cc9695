// A context: one flight, voyage or other movement that a passenger list opens. A gallery belongs
// to exactly one context and goes when it closes.
#pragma once

#include "base/clock.hpp"
#include "domain/ids.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sallyport::domain {

enum class ContextKind { Flight, Voyage, ArrivalsWindow, PrivateMovement };
enum class ContextState { Open, Closed };

struct Context {
    ContextId id;
    ContextKind kind = ContextKind::Flight;
    std::string designator; // carrier and number: XX100
    std::string departure;  // IATA location code
    std::string arrival;
    std::optional<Instant> departs_at; // as sent; lists give local times, see docs/manifests.md
    std::optional<Instant> arrives_at;
    ContextState state = ContextState::Open;
    Instant opened_at{};
    std::optional<Instant> closed_at;
};

[[nodiscard]] std::string_view context_kind_name(ContextKind kind);
[[nodiscard]] std::string_view context_state_name(ContextState state);

} // namespace sallyport::domain
