#include "verification/context_directory.hpp"

#include <algorithm>
#include <unordered_set>

namespace sallyport::verification {
namespace {

bool searchable_at(const domain::CheckpointProfile& profile, const domain::Context& context) {
    const bool gone = profile.direction == domain::Direction::Exit &&
                      context.state == domain::ContextState::Departed;
    return domain::has_gallery(context.kind) && context.searchable() && !gone &&
           profile.scope.contains(context.kind);
}

// An arrivals window keeps its span in the times of a context: from departs_at to arrives_at.
bool arrives_within(const domain::Context& context, const domain::Context& window) {
    const bool moves =
        context.kind == domain::ContextKind::Flight || context.kind == domain::ContextKind::Voyage;
    return moves && context.arrival == window.arrival && context.arrives_at && window.departs_at &&
           window.arrives_at && *context.arrives_at >= *window.departs_at &&
           *context.arrives_at <= *window.arrives_at;
}

// The timer may be a little late; what is past its time is not searched any more.
bool is_over(const domain::Context& context, Instant now) {
    return context.closes_at && now >= *context.closes_at;
}

bool is_open_window(
    const domain::CheckpointProfile& profile, const domain::Context& context, Instant now
) {
    return context.kind == domain::ContextKind::ArrivalsWindow &&
           profile.scope.contains(context.kind) && context.searchable() && !is_over(context, now);
}

} // namespace

void ContextDirectory::put(const domain::Context& context) {
    const std::lock_guard lock(mutex_);
    contexts_[context.id] = context;
}

void ContextDirectory::remove(const domain::ContextId& id) {
    const std::lock_guard lock(mutex_);
    contexts_.erase(id);
}

std::optional<domain::Context> ContextDirectory::find(const domain::ContextId& id) const {
    const std::lock_guard lock(mutex_);
    const auto found = contexts_.find(id);
    return found == contexts_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<domain::Context> ContextDirectory::all() const {
    std::vector<domain::Context> list;
    {
        const std::lock_guard lock(mutex_);
        list.reserve(contexts_.size());
        for (const auto& [id, context] : contexts_) {
            list.push_back(context);
        }
    }
    std::sort(list.begin(), list.end(), [](const auto& left, const auto& right) {
        return left.opened_at != right.opened_at ? left.opened_at < right.opened_at
                                                 : left.id < right.id;
    });
    return list;
}

std::vector<domain::ContextId> ContextDirectory::searchable(
    const domain::CheckpointProfile& profile, std::span<const domain::ContextId> assigned
) const {
    const Instant now = clock_.now();
    std::vector<domain::ContextId> found;
    std::unordered_set<domain::ContextId> seen;
    const auto take = [&](const domain::Context& context) {
        if (!is_over(context, now) && searchable_at(profile, context) &&
            seen.insert(context.id).second) {
            found.push_back(context.id);
        }
    };
    const std::lock_guard lock(mutex_);
    for (const domain::ContextId& id : assigned) {
        const auto entry = contexts_.find(id);
        if (entry == contexts_.end()) {
            continue;
        }
        const domain::Context& context = entry->second;
        if (context.kind != domain::ContextKind::ArrivalsWindow) {
            take(context);
            continue;
        }
        if (!is_open_window(profile, context, now)) {
            continue;
        }
        std::vector<const domain::Context*> arriving;
        for (const auto& [other_id, other] : contexts_) {
            if (arrives_within(other, context)) {
                arriving.push_back(&other);
            }
        }
        std::sort(arriving.begin(), arriving.end(), [](const auto* left, const auto* right) {
            return left->arrives_at != right->arrives_at ? left->arrives_at < right->arrives_at
                                                         : left->id < right->id;
        });
        for (const domain::Context* other : arriving) {
            take(*other);
        }
    }
    return found;
}

bool ContextDirectory::any_window_open(
    const domain::CheckpointProfile& profile, std::span<const domain::ContextId> assigned
) const {
    const Instant now = clock_.now();
    const std::lock_guard lock(mutex_);
    return std::any_of(assigned.begin(), assigned.end(), [&](const domain::ContextId& id) {
        const auto found = contexts_.find(id);
        return found != contexts_.end() && is_open_window(profile, found->second, now);
    });
}

bool ContextDirectory::would_search(
    const domain::CheckpointProfile& profile,
    std::span<const domain::ContextId> assigned,
    const domain::Context& context
) const {
    const Instant now = clock_.now();
    if (is_over(context, now) || !searchable_at(profile, context)) {
        return false;
    }
    const std::lock_guard lock(mutex_);
    return std::any_of(assigned.begin(), assigned.end(), [&](const domain::ContextId& id) {
        const auto found = contexts_.find(id);
        return id == context.id ||
               (found != contexts_.end() && is_open_window(profile, found->second, now) &&
                arrives_within(context, found->second));
    });
}

} // namespace sallyport::verification
