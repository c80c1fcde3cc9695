// Proves that searching goes on undisturbed while snapshots are published: every answer belongs to
// one whole snapshot, and once a traveler was taken out of the published one, no search that starts
// later finds them. Meant for ThreadSanitizer as well.
#include "gallery/internal/test_templates.hpp"
#include "gallery/snapshot.hpp"

#include <atomic>
#include <gtest/gtest.h>
#include <mutex>
#include <thread>

namespace sallyport::gallery {
namespace {

using internal::random_template;
using internal::test_version;
using internal::traveler_number;

constexpr std::uint32_t travelers = 300;
constexpr std::size_t dimension = 64;

// The way a snapshot is published: swapped under a short mutex.
class Published {
public:
    explicit Published(std::shared_ptr<const Snapshot> first) : snapshot_(std::move(first)) {}
    void publish(std::shared_ptr<const Snapshot> next) {
        const std::lock_guard lock(mutex_);
        snapshot_.swap(next); // the old one is let go outside of the lock
    }
    [[nodiscard]] std::shared_ptr<const Snapshot> current() const {
        const std::lock_guard lock(mutex_);
        return snapshot_;
    }

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const Snapshot> snapshot_;
};

std::vector<biometrics::Template> photos_of_everybody() {
    std::mt19937_64 random(61);
    std::vector<biometrics::Template> photos;
    for (std::uint32_t number = 0; number < travelers; ++number) {
        photos.push_back(random_template(random, dimension));
    }
    return photos;
}

std::shared_ptr<const Snapshot> everybody(const std::vector<biometrics::Template>& photos) {
    SnapshotBuilder builder(test_version(), dimension);
    for (std::uint32_t number = 0; number < travelers; ++number) {
        EXPECT_TRUE(builder.add(traveler_number(number), photos[number]));
    }
    return std::move(builder).freeze();
}

TEST(SnapshotThreads, SearchesSeeOneWholeSnapshotWhileOthersArePublished) {
    const std::vector<biometrics::Template> photos = photos_of_everybody();
    Published published(everybody(photos));
    // Travelers below this number were taken out of a snapshot that has been published.
    std::atomic<std::uint32_t> removed{0};
    std::atomic<std::uint32_t> searches{0};
    std::atomic<std::uint32_t> wrong{0};

    std::vector<std::jthread> readers;
    for (std::uint32_t reader = 0; reader < 3; ++reader) {
        readers.emplace_back([&, reader](const std::stop_token& stop) {
            for (std::uint32_t turn = reader; !stop.stop_requested(); ++turn) {
                const std::uint32_t wanted = turn * 7 % travelers;
                const std::uint32_t removed_before = removed.load();
                const auto snapshot = published.current();
                const auto found = snapshot->search(photos[wanted], {4});
                const std::uint32_t removed_after = removed.load();
                ++searches;
                if (!found || found->templates_searched != snapshot->template_count() ||
                    found->identities_searched != snapshot->identity_count() ||
                    found->best_first.empty()) {
                    ++wrong;
                    continue;
                }
                const bool is_there = found->best_first.front().traveler == traveler_number(wanted);
                // One more may be on its way out: it is published before the count moves.
                if (wanted > removed_after && !is_there) {
                    ++wrong;
                }
                if (wanted < removed_before && is_there) {
                    ++wrong;
                }
            }
        });
    }
    for (std::uint32_t number = 0; number + 1 < travelers; ++number) {
        published.publish(published.current()->without(traveler_number(number)));
        removed.store(number + 1);
        std::this_thread::yield();
    }
    while (searches.load() < 1'000) {
        std::this_thread::yield();
    }
    for (std::jthread& reader : readers) {
        reader.request_stop();
    }
    readers.clear();
    EXPECT_EQ(wrong.load(), 0U);
    EXPECT_EQ(published.current()->template_count(), 1U);
}

TEST(SnapshotThreads, ManyThreadsSearchingOneSnapshotGetTheSameAnswer) {
    const std::vector<biometrics::Template> photos = photos_of_everybody();
    const auto snapshot = everybody(photos);
    const SearchResult expected = snapshot->search(photos[5], {8}).value();
    std::atomic<std::uint32_t> wrong{0};
    {
        std::vector<std::jthread> readers;
        for (int reader = 0; reader < 4; ++reader) {
            readers.emplace_back([&] {
                for (int turn = 0; turn < 300; ++turn) {
                    const auto found = snapshot->search(photos[5], {8});
                    const bool same = found && std::equal(
                                                   found->best_first.begin(),
                                                   found->best_first.end(),
                                                   expected.best_first.begin(),
                                                   expected.best_first.end(),
                                                   [](const auto& left, const auto& right) {
                                                       return left.traveler == right.traveler &&
                                                              left.score == right.score;
                                                   }
                                               );
                    wrong += same ? 0U : 1U;
                }
            });
        }
    }
    EXPECT_EQ(wrong.load(), 0U);
}

} // namespace
} // namespace sallyport::gallery
