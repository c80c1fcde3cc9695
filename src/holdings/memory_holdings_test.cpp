// Proves that photos in memory come and go by document, and that several holdings answer as one
// without hiding that one of them could not.
#include "base/limits.hpp"
#include "holdings/combined_holdings.hpp"
#include "holdings/memory_holdings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

namespace sallyport::holdings {
namespace {

using ::testing::ElementsAre;

domain::Traveler traveler_with(std::string number) {
    domain::Traveler traveler;
    traveler.documents.push_back({"P", std::move(number), "UTO", std::nullopt});
    return traveler;
}

HeldPhoto photo_of(std::string source, int year = 0) {
    return {SecretBytes{1, 2, 3}, std::move(source), year};
}

std::vector<std::string> sources_of(Holdings& holdings, const domain::Traveler& traveler) {
    const auto photos = holdings.photos_of(traveler);
    EXPECT_TRUE(photos.has_value());
    std::vector<std::string> sources;
    for (const HeldPhoto& photo : *photos) {
        sources.push_back(photo.source);
    }
    return sources;
}

TEST(MemoryHoldings, GivesBackWhatWasAddedNewestFirst) {
    MemoryHoldings holdings;
    ASSERT_TRUE(holdings.add("d-1", photo_of("old", 2001)).has_value());
    ASSERT_TRUE(holdings.add("D1", photo_of("new", 2020)).has_value());
    ASSERT_TRUE(holdings.add("D2", photo_of("other", 2021)).has_value());
    EXPECT_THAT(sources_of(holdings, traveler_with("D 1")), ElementsAre("new", "old"));
    EXPECT_EQ(holdings.photos_of(traveler_with("D1"))->at(0).bytes, (SecretBytes{1, 2, 3}));
}

TEST(MemoryHoldings, ForgetsADocument) {
    MemoryHoldings holdings;
    ASSERT_TRUE(holdings.add("D1", photo_of("a")).has_value());
    ASSERT_TRUE(holdings.add("D1", photo_of("b")).has_value());
    EXPECT_EQ(holdings.forget("d1"), 2U);
    EXPECT_EQ(holdings.forget("d1"), 0U);
    EXPECT_THAT(sources_of(holdings, traveler_with("D1")), ElementsAre());
}

TEST(MemoryHoldings, CountsADocumentThatIsNamedTwiceOnce) {
    MemoryHoldings holdings;
    ASSERT_TRUE(holdings.add("D1", photo_of("a")).has_value());
    domain::Traveler traveler = traveler_with("D1");
    traveler.documents.push_back(traveler.documents.front());
    EXPECT_THAT(sources_of(holdings, traveler), ElementsAre("a"));
}

TEST(MemoryHoldings, RefusesWhatCannotBeHeld) {
    MemoryHoldings holdings;
    EXPECT_EQ(holdings.add(" - ", photo_of("a")).error().code(), ErrorCode::InvalidArgument);
    EXPECT_EQ(holdings.add("D1", {}).error().code(), ErrorCode::InvalidArgument);
    EXPECT_EQ(
        holdings.add("D1", {SecretBytes(limits::image_bytes_max + 1), "", 0}).error().code(),
        ErrorCode::ImageTooLarge
    );
    for (std::size_t count = 0; count < limits::photos_per_traveler_max; ++count) {
        ASSERT_TRUE(holdings.add("D1", photo_of("a")).has_value());
    }
    EXPECT_EQ(holdings.add("D1", photo_of("a")).error().code(), ErrorCode::QueueFull);
}

TEST(MemoryHoldings, MayBeUsedFromSeveralThreads) {
    MemoryHoldings holdings;
    std::vector<std::thread> threads;
    for (int number = 0; number < 4; ++number) {
        threads.emplace_back([&holdings, number] {
            const std::string document = "D" + std::to_string(number);
            for (int round = 0; round < 200; ++round) {
                EXPECT_TRUE(holdings.add(document, photo_of("a")).has_value());
                EXPECT_EQ(holdings.photos_of(traveler_with(document))->size(), 1U);
                EXPECT_EQ(holdings.forget(document), 1U);
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
}

class BrokenHoldings final : public Holdings {
public:
    Result<std::vector<HeldPhoto>> photos_of(const domain::Traveler& /*traveler*/) override {
        return fail(ErrorCode::IoFailed, "the source does not answer");
    }
};

TEST(CombinedHoldings, JoinsItsPartsNewestFirstAndInOrder) {
    MemoryHoldings first;
    MemoryHoldings second;
    ASSERT_TRUE(first.add("D1", photo_of("first", 2010)).has_value());
    ASSERT_TRUE(second.add("D1", photo_of("second", 2010)).has_value());
    ASSERT_TRUE(second.add("D1", photo_of("newer", 2020)).has_value());
    CombinedHoldings combined({first, second});
    EXPECT_THAT(sources_of(combined, traveler_with("D1")), ElementsAre("newer", "first", "second"));
}

TEST(CombinedHoldings, GivesAtMostTheLimitOfPhotos) {
    MemoryHoldings first;
    MemoryHoldings second;
    for (std::size_t count = 0; count < limits::photos_per_traveler_max; ++count) {
        ASSERT_TRUE(first.add("D1", photo_of("first")).has_value());
        ASSERT_TRUE(second.add("D1", photo_of("second", 2020)).has_value());
    }
    CombinedHoldings combined({first, second});
    const std::vector<std::string> sources = sources_of(combined, traveler_with("D1"));
    EXPECT_EQ(sources.size(), limits::photos_per_traveler_max);
    EXPECT_EQ(sources.back(), "second");
}

TEST(CombinedHoldings, IsAnErrorWhenOnePartCannotAnswer) {
    MemoryHoldings good;
    BrokenHoldings broken;
    ASSERT_TRUE(good.add("D1", photo_of("a")).has_value());
    CombinedHoldings combined({good, broken});
    const auto photos = combined.photos_of(traveler_with("D1"));
    ASSERT_FALSE(photos.has_value());
    EXPECT_EQ(photos.error().code(), ErrorCode::IoFailed);
}

} // namespace
} // namespace sallyport::holdings
