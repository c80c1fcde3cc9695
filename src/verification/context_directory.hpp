// The contexts of this installation in memory, for the probe path: what a checkpoint may search
// now. Kept in step with the record by those who write it, after their commit. Safe from any
// thread.
#pragma once

#include "base/clock.hpp"
#include "domain/checkpoint_profile.hpp"
#include "domain/context.hpp"

#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

namespace sallyport::verification {

class ContextDirectory {
public:
    explicit ContextDirectory(const Clock& clock) : clock_(clock) {}

    void put(const domain::Context& context); // new or changed
    void remove(const domain::ContextId& id); // over for good
    [[nodiscard]] std::optional<domain::Context> find(const domain::ContextId& id) const;
    [[nodiscard]] std::vector<domain::Context> all() const;

    // The contexts with galleries that these assigned contexts stand for: an arrivals window stands
    // for the flights and voyages that arrive at its place between its two times; others for
    // themselves. Left out: kinds that the profile's scope does not name, closed and cancelled
    // ones, and for exits those that have departed. Each once, in the order given.
    [[nodiscard]] std::vector<domain::ContextId> searchable(
        const domain::CheckpointProfile& profile, std::span<const domain::ContextId> assigned
    ) const;
    // Whether these assigned contexts stand for this one, which need not be here yet.
    [[nodiscard]] bool would_search(
        const domain::CheckpointProfile& profile,
        std::span<const domain::ContextId> assigned,
        const domain::Context& context
    ) const;
    // Whether an arrivals window is open among the assigned contexts, also one in which nothing
    // arrives yet.
    [[nodiscard]] bool any_window_open(
        const domain::CheckpointProfile& profile, std::span<const domain::ContextId> assigned
    ) const;

private:
    const Clock& clock_;
    mutable std::mutex mutex_;
    std::unordered_map<domain::ContextId, domain::Context> contexts_;
};

} // namespace sallyport::verification
