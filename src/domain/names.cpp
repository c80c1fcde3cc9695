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
    case ContextKind::Encounters:
        return "encounters";
    }
    return "flight";
}

std::optional<ContextKind> context_kind_from_name(std::string_view name) {
    for (int value = 0; value <= static_cast<int>(ContextKind::Encounters); ++value) {
        const auto kind = static_cast<ContextKind>(value);
        if (context_kind_name(kind) == name) {
            return kind;
        }
    }
    return std::nullopt;
}

std::string_view context_state_name(ContextState state) {
    switch (state) {
    case ContextState::Open:
        return "open";
    case ContextState::Departed:
        return "departed";
    case ContextState::Closed:
        return "closed";
    case ContextState::Cancelled:
        return "cancelled";
    }
    return "closed";
}

std::string_view matching_order_name(MatchingOrder order) {
    switch (order) {
    case MatchingOrder::GalleryThenDocument:
        return "gallery_then_document";
    case MatchingOrder::GalleryOnly:
        return "gallery_only";
    case MatchingOrder::DocumentOnly:
        return "document_only";
    case MatchingOrder::Manual:
        return "manual";
    }
    return "manual";
}

std::string_view direction_name(Direction direction) {
    return direction == Direction::Exit ? "exit" : "entry";
}

} // namespace sallyport::domain
