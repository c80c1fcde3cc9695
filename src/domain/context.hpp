// A context: one flight, voyage or other movement that a passenger list opens. A gallery belongs
// to exactly one context and goes when it closes.
#pragma once

#include "base/clock.hpp"
#include "domain/ids.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sallyport::domain {

enum class ContextKind {
    Flight,
    Voyage,
    ArrivalsWindow,  // no list of its own: the flights that arrive at one place in a span of time
    PrivateMovement, // a notice of arrival or departure of a small aircraft or vessel
    Encounters, // people who presented a document at one checkpoint on one day; never a gallery
};
enum class ContextState {
    Open,
    Departed,  // closed out where it left; whom it carries is expected where it arrives
    Closed,    // over: its gallery is gone
    Cancelled, // the flight does not take place: its gallery is gone, nobody left
};

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
    std::optional<Instant> closes_at;   // when it closes by itself at the latest
    std::optional<Instant> reopened_at; // came back to the gate: earlier close-outs do not hold
    // Whether anybody may still be searched here.
    [[nodiscard]] bool searchable() const {
        return state == ContextState::Open || state == ContextState::Departed;
    }
    // Whether anybody is searched here, or would be again after a list: a cancelled flight that is
    // not past its time.
    [[nodiscard]] bool may_be_searched(Instant now) const {
        return searchable() || (state == ContextState::Cancelled && closes_at && now < *closes_at);
    }
};

// Whether such a context has a list of travelers, and so a gallery, of its own.
[[nodiscard]] constexpr bool has_gallery(ContextKind kind) {
    return kind != ContextKind::ArrivalsWindow && kind != ContextKind::Encounters;
}

[[nodiscard]] std::string_view context_kind_name(ContextKind kind);
[[nodiscard]] std::string_view context_state_name(ContextState state);
// Nothing for a text that is no kind.
[[nodiscard]] std::optional<ContextKind> context_kind_from_name(std::string_view name);

} // namespace sallyport::domain
