// Which model pack serves: the engine and its calibration belong together and change together. A
// capture takes the pair once and uses it to the end, so that a switch of packs never mixes two.
// Safe from any thread.
#pragma once

#include "biometrics/face_engine.hpp"
#include "domain/threshold_policy.hpp"

#include <memory>
#include <mutex>
#include <optional>

namespace sallyport::verification {

struct Matcher {
    std::shared_ptr<biometrics::FaceEngine> engine;
    std::optional<domain::Calibration> calibration; // none: refer only
};

class ActiveMatcher {
public:
    explicit ActiveMatcher(std::shared_ptr<const Matcher> first) : current_(std::move(first)) {}

    [[nodiscard]] std::shared_ptr<const Matcher> current() const {
        const std::lock_guard lock(mutex_);
        return current_;
    }
    void replace(std::shared_ptr<const Matcher> next) {
        // The old pair goes outside of the lock: with its last holder go the galleries of its pack.
        const std::lock_guard lock(mutex_);
        current_.swap(next);
    }

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const Matcher> current_;
};

} // namespace sallyport::verification
