// Stable names of the enumerations of this folder, as they stand in records, events and answers.
#include "domain/checkpoint_profile.hpp"
#include "domain/context.hpp"

namespace sallyport::domain {

std::string_view context_kind_name(ContextKind kind) {
    switch (kind) {
    case ContextKind::Flight:
        return "flight";
    case ContextKind::Voyage:
        return "voyage";
    case ContextKind::ArrivalsWindow:
        return "arrivals_window";
    case ContextKind::PrivateMovement:
        return "private_movement";
    }
    return "flight";
}

std::string_view context_state_name(ContextState state) {
    return state == ContextState::Open ? "open" : "closed";
}

std::string_view direction_name(Direction direction) {
    return direction == Direction::Exit ? "exit" : "entry";
}

} // namespace sallyport::domain
