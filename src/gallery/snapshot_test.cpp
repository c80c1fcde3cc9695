// Proves that a snapshot's search is what a naive reference says: exact, the best photo of each
// identity, best first and without duplicates; that packs never mix; that a removed traveler is
// gone from the new snapshot and stays in the old; and that templates are zeroed when freed.
#include "gallery/internal/test_templates.hpp"
#include "gallery/snapshot.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <new>
#include <numeric>
#include <rapidcheck.h>
#include <set>

namespace {
// Watches freed blocks of one size of the over-aligned heap, where the rows live: how many there
// were, and how many of their bytes were not zero when the allocator got them back.
std::size_t g_watched_size = 0;    // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
std::size_t g_watched_blocks = 0;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
std::size_t g_watched_nonzero = 0; // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
} // namespace

void operator delete(void* memory, std::size_t size, std::align_val_t alignment) noexcept {
    if (g_watched_size != 0 && size == g_watched_size) {
        const auto* bytes = static_cast<const unsigned char*>(memory);
        ++g_watched_blocks;
        g_watched_nonzero += size - static_cast<std::size_t>(std::count(bytes, bytes + size, 0));
    }
    ::operator delete(memory, alignment);
}

namespace sallyport::gallery {
namespace {

using biometrics::Template;
using domain::TravelerId;
using internal::random_template;
using internal::test_version;
using internal::traveler_number;

struct Photo {
    TravelerId traveler;
    Template photo;
};

std::shared_ptr<const Snapshot>
snapshot_of(const std::vector<Photo>& photos, std::size_t dimension) {
    SnapshotBuilder builder(test_version(), dimension);
    for (const Photo& photo : photos) {
        EXPECT_TRUE(builder.add(photo.traveler, photo.photo));
    }
    return std::move(builder).freeze();
}

std::vector<Photo> random_photos(
    std::mt19937_64& random, std::size_t count, std::uint32_t people, std::size_t dimension
) {
    std::vector<Photo> photos;
    std::uniform_int_distribution<std::uint32_t> person(0, people - 1);
    for (std::size_t index = 0; index < count; ++index) {
        photos.push_back({traveler_number(person(random)), random_template(random, dimension)});
    }
    return photos;
}

// Everything by the book: all scores, best of each identity, sorted.
std::vector<std::pair<double, TravelerId>>
naive_search(const std::vector<Photo>& photos, const Template& probe) {
    std::map<TravelerId, double> best;
    for (const Photo& photo : photos) {
        const double score = std::inner_product(
            probe.values().begin(), probe.values().end(), photo.photo.values().begin(), 0.0
        );
        const auto [place, inserted] = best.try_emplace(photo.traveler, score);
        place->second = std::max(place->second, score);
    }
    std::vector<std::pair<double, TravelerId>> sorted;
    for (const auto& [traveler, score] : best) {
        sorted.emplace_back(score, traveler);
    }
    std::sort(sorted.begin(), sorted.end(), [](const auto& left, const auto& right) {
        return left.first > right.first ||
               (left.first == right.first && left.second < right.second);
    });
    return sorted;
}

TEST(SnapshotSearch, AgreesWithANaiveReference) {
    EXPECT_TRUE(rc::check("search equals the naive reference", [] {
        const auto seed = *rc::gen::arbitrary<std::uint32_t>();
        const auto count = *rc::gen::inRange<std::size_t>(1, 700);
        const auto people = *rc::gen::inRange<std::uint32_t>(1, 300);
        const auto dimension = *rc::gen::inRange<std::size_t>(1, 70);
        const auto candidates_max = *rc::gen::inRange<std::size_t>(0, 12);
        std::mt19937_64 random(seed);
        const std::vector<Photo> photos = random_photos(random, count, people, dimension);
        const Template probe = random_template(random, dimension);
        const auto expected = naive_search(photos, probe);

        const auto snapshot = snapshot_of(photos, dimension);
        const SearchResult found = snapshot->search(probe, {candidates_max}).value();

        RC_ASSERT(found.templates_searched == count);
        RC_ASSERT(found.identities_searched == expected.size());
        RC_ASSERT(found.best_first.size() == std::min(candidates_max, expected.size()));
        std::set<TravelerId> seen;
        for (std::size_t place = 0; place < found.best_first.size(); ++place) {
            const domain::ScoredIdentity& candidate = found.best_first[place];
            RC_ASSERT(std::abs(candidate.score - expected[place].first) < 1e-4);
            RC_ASSERT(seen.insert(candidate.traveler).second);
            // RC_ASSERT takes an expression apart and does not stop at the first half of an "or".
            if (place > 0) {
                RC_ASSERT(found.best_first[place - 1].score >= candidate.score);
            }
            // Rounding may swap places that differ by less than it: then the score must fit.
            const auto own = std::find_if(expected.begin(), expected.end(), [&](const auto& entry) {
                return entry.second == candidate.traveler;
            });
            RC_ASSERT(std::abs(candidate.score - own->first) < 1e-4);
        }
    }));
}

TEST(SnapshotSearch, FindsTheVeryPhotoInALargeGallery) {
    std::mt19937_64 random(11);
    const std::vector<Photo> photos = random_photos(random, 5'000, 2'500, 128);
    const auto snapshot = snapshot_of(photos, 128);
    for (std::size_t index = 0; index < photos.size(); index += 97) {
        const SearchResult found = snapshot->search(photos[index].photo, {}).value();
        EXPECT_EQ(found.best_first.front().traveler, photos[index].traveler);
        EXPECT_NEAR(found.best_first.front().score, 1.0F, 1e-5F);
    }
}

TEST(SnapshotSearch, TakesTheBestPhotoOfEachIdentity) {
    const Template probe = Template::make(test_version(), std::vector<float>{1.0F, 0.0F}).value();
    std::vector<Photo> photos;
    const auto photo_at = [](float x, float y) {
        return Template::make(test_version(), std::vector<float>{x, y}).value();
    };
    photos.push_back({traveler_number(1), photo_at(0.0F, 1.0F)});
    photos.push_back({traveler_number(2), photo_at(0.6F, 0.8F)});
    photos.push_back({traveler_number(1), photo_at(0.8F, 0.6F)});
    photos.push_back({traveler_number(2), photo_at(-1.0F, 0.0F)});
    const SearchResult found = snapshot_of(photos, 2)->search(probe, {}).value();
    ASSERT_EQ(found.best_first.size(), 2U);
    EXPECT_EQ(found.best_first[0].traveler, traveler_number(1));
    EXPECT_NEAR(found.best_first[0].score, 0.8F, 1e-6F);
    EXPECT_EQ(found.best_first[1].traveler, traveler_number(2));
    EXPECT_NEAR(found.best_first[1].score, 0.6F, 1e-6F);
    EXPECT_EQ(found.templates_searched, 4U);
    EXPECT_EQ(found.identities_searched, 2U);
}

TEST(SnapshotSearch, OrdersEqualScoresByIdWhateverTheOrderOfAdding) {
    std::mt19937_64 random(3);
    const Template photo = random_template(random, 64);
    std::vector<std::uint32_t> numbers(40);
    std::iota(numbers.begin(), numbers.end(), 1U);
    for (int round = 0; round < 10; ++round) {
        std::shuffle(numbers.begin(), numbers.end(), random);
        std::vector<Photo> photos;
        for (const std::uint32_t number : numbers) {
            photos.push_back({traveler_number(number), photo.clone()});
        }
        const SearchResult found = snapshot_of(photos, 64)->search(photo, {5}).value();
        ASSERT_EQ(found.best_first.size(), 5U);
        for (std::uint32_t place = 0; place < 5; ++place) {
            EXPECT_EQ(found.best_first[place].traveler, traveler_number(place + 1));
        }
    }
}

TEST(SnapshotSearch, NegativeScoresCountToo) {
    const Template probe = Template::make(test_version(), std::vector<float>{1.0F, 0.0F}).value();
    std::vector<Photo> photos;
    photos.push_back(
        {traveler_number(9), Template::make(test_version(), std::vector<float>{-1.0F, 0.0F}).value()
        }
    );
    const SearchResult found = snapshot_of(photos, 2)->search(probe, {}).value();
    ASSERT_EQ(found.best_first.size(), 1U);
    EXPECT_EQ(found.best_first[0].score, -1.0F);
}

TEST(SnapshotSearch, ReturnsNoMoreThanAskedFor) {
    std::mt19937_64 random(8);
    const auto snapshot = snapshot_of(random_photos(random, 100, 60, 32), 32);
    const Template probe = random_template(random, 32);
    EXPECT_EQ(snapshot->search(probe, {3}).value().best_first.size(), 3U);
    EXPECT_EQ(snapshot->search(probe, {0}).value().best_first.size(), 0U);
    EXPECT_EQ(
        snapshot->search(probe, {1'000'000}).value().best_first.size(), snapshot->identity_count()
    );
}

TEST(SnapshotSearch, AnEmptyGalleryFindsNobody) {
    std::mt19937_64 random(8);
    const auto snapshot = SnapshotBuilder(test_version(), 32).freeze();
    const SearchResult found = snapshot->search(random_template(random, 32), {}).value();
    EXPECT_TRUE(found.best_first.empty());
    EXPECT_EQ(found.templates_searched, 0U);
    EXPECT_EQ(found.identities_searched, 0U);
}

TEST(SnapshotSearch, RefusesAProbeOfAnotherPack) {
    std::mt19937_64 random(8);
    const auto snapshot = snapshot_of(random_photos(random, 5, 5, 32), 32);
    const Template other =
        Template::make({"another@1"}, internal::random_values(random, 32)).value();
    const auto found = snapshot->search(other, {});
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code(), ErrorCode::ModelMismatch);
}

TEST(SnapshotSearch, RefusesAProbeOfAnotherDimension) {
    std::mt19937_64 random(8);
    const auto snapshot = snapshot_of(random_photos(random, 5, 5, 32), 32);
    for (const std::size_t dimension : {1U, 31U, 33U, 64U}) {
        const auto found = snapshot->search(random_template(random, dimension), {});
        ASSERT_FALSE(found);
        EXPECT_EQ(found.error().code(), ErrorCode::ModelMismatch);
    }
    EXPECT_FALSE(snapshot->search(Template(), {}));
}

TEST(SnapshotBuilder, RefusesATemplateOfAnotherPackOrDimension) {
    std::mt19937_64 random(8);
    SnapshotBuilder builder(test_version(), 32);
    const Status other_pack = builder.add(
        traveler_number(1),
        Template::make({"another@1"}, internal::random_values(random, 32)).value()
    );
    ASSERT_FALSE(other_pack);
    EXPECT_EQ(other_pack.error().code(), ErrorCode::ModelMismatch);
    const Status other_dimension = builder.add(traveler_number(1), random_template(random, 31));
    ASSERT_FALSE(other_dimension);
    EXPECT_EQ(other_dimension.error().code(), ErrorCode::ModelMismatch);
    EXPECT_EQ(std::move(builder).freeze()->template_count(), 0U);
}

TEST(SnapshotBuilder, TakesOverAnotherSnapshotAndAddsToIt) {
    std::mt19937_64 random(21);
    std::vector<Photo> photos = random_photos(random, 200, 80, 48);
    const auto first = snapshot_of(photos, 48);
    SnapshotBuilder builder(test_version(), 48);
    ASSERT_TRUE(builder.add_all(*first));
    for (Photo& photo : random_photos(random, 50, 120, 48)) {
        ASSERT_TRUE(builder.add(photo.traveler, photo.photo));
        photos.push_back(std::move(photo));
    }
    const auto both = std::move(builder).freeze();
    EXPECT_EQ(both->template_count(), 250U);
    const Template probe = random_template(random, 48);
    const auto expected = naive_search(photos, probe);
    const SearchResult found = both->search(probe, {20}).value();
    EXPECT_EQ(found.identities_searched, expected.size());
    for (std::size_t place = 0; place < found.best_first.size(); ++place) {
        EXPECT_NEAR(found.best_first[place].score, expected[place].first, 1e-5);
    }
}

TEST(SnapshotBuilder, RefusesToTakeOverAnotherPack) {
    std::mt19937_64 random(21);
    const auto first = snapshot_of(random_photos(random, 3, 3, 48), 48);
    SnapshotBuilder builder({"another@1"}, 48);
    const Status status = builder.add_all(*first);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code(), ErrorCode::ModelMismatch);
}

TEST(SnapshotBuilder, TakesNothingMoreOnceFrozen) {
    std::mt19937_64 random(21);
    SnapshotBuilder builder(test_version(), 16);
    const auto snapshot = std::move(builder).freeze();
    // NOLINTNEXTLINE(bugprone-use-after-move): the promise under test.
    const Status status = builder.add(traveler_number(1), random_template(random, 16));
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code(), ErrorCode::StateConflict);
    EXPECT_EQ(snapshot->template_count(), 0U);
}

TEST(Snapshot, KnowsWhomItHolds) {
    std::mt19937_64 random(31);
    std::vector<Photo> photos;
    for (std::uint32_t number = 0; number < 200; number += 2) {
        photos.push_back({traveler_number(number), random_template(random, 16)});
    }
    std::shuffle(photos.begin(), photos.end(), random);
    const auto snapshot = snapshot_of(photos, 16);
    for (std::uint32_t number = 0; number < 200; ++number) {
        EXPECT_EQ(snapshot->holds(traveler_number(number)), number % 2 == 0) << number;
    }
    EXPECT_FALSE(snapshot->holds(TravelerId()));
}

TEST(Snapshot, WithoutATravelerFindsEverybodyElseAsBefore) {
    EXPECT_TRUE(rc::check("without(x) equals a gallery built without x", [] {
        std::mt19937_64 random(*rc::gen::arbitrary<std::uint32_t>());
        const auto people = *rc::gen::inRange<std::uint32_t>(1, 40);
        const std::vector<Photo> photos = random_photos(random, 120, people, 24);
        const TravelerId gone = traveler_number(*rc::gen::inRange<std::uint32_t>(0, people));
        const auto before = snapshot_of(photos, 24);
        const auto after = before->without(gone);
        std::vector<Photo> others;
        for (const Photo& photo : photos) {
            if (photo.traveler != gone) {
                others.push_back({photo.traveler, photo.photo.clone()});
            }
        }
        const auto rebuilt = snapshot_of(others, 24);
        const Template probe = random_template(random, 24);
        const SearchResult left = after->search(probe, {100}).value();
        const SearchResult right = rebuilt->search(probe, {100}).value();
        RC_ASSERT(!after->holds(gone));
        RC_ASSERT(after->template_count() == others.size());
        RC_ASSERT(left.templates_searched == right.templates_searched);
        RC_ASSERT(left.identities_searched == right.identities_searched);
        RC_ASSERT(left.best_first.size() == right.best_first.size());
        for (std::size_t place = 0; place < left.best_first.size(); ++place) {
            RC_ASSERT(left.best_first[place].traveler == right.best_first[place].traveler);
            RC_ASSERT(left.best_first[place].score == right.best_first[place].score);
        }
    }));
}

TEST(Snapshot, WithoutATravelerTheOldSnapshotStaysAsItWas) {
    std::mt19937_64 random(41);
    std::vector<Photo> photos;
    for (std::uint32_t number = 0; number < 10; ++number) {
        photos.push_back({traveler_number(number), random_template(random, 16)});
    }
    const auto before = snapshot_of(photos, 16);
    const auto after = before->without(traveler_number(4));
    EXPECT_TRUE(before->holds(traveler_number(4)));
    EXPECT_EQ(
        before->search(photos[4].photo, {}).value().best_first.front().traveler, traveler_number(4)
    );
    EXPECT_FALSE(after->holds(traveler_number(4)));
    const SearchResult found = after->search(photos[4].photo, {100}).value();
    for (const auto& candidate : found.best_first) {
        EXPECT_NE(candidate.traveler, traveler_number(4));
    }
}

TEST(Snapshot, WithoutSomebodyItDoesNotHoldNobodyGoes) {
    std::mt19937_64 random(41);
    const auto before = snapshot_of(random_photos(random, 30, 10, 16), 16);
    const auto after = before->without(traveler_number(9'999));
    EXPECT_EQ(after->template_count(), before->template_count());
    EXPECT_EQ(after->identity_count(), before->identity_count());
}

TEST(Snapshot, WithoutItsLastTravelerIsEmpty) {
    std::mt19937_64 random(41);
    const auto before = snapshot_of(random_photos(random, 3, 1, 16), 16);
    const auto after = before->without(traveler_number(0));
    EXPECT_EQ(after->template_count(), 0U);
    EXPECT_EQ(after->identity_count(), 0U);
    EXPECT_TRUE(after->search(random_template(random, 16), {}).value().best_first.empty());
}

TEST(SnapshotChange, AgreesWithASnapshotBuiltAnew) {
    EXPECT_TRUE(rc::check("changed equals built anew", [] {
        const auto seed = *rc::gen::arbitrary<std::uint32_t>();
        const auto people = *rc::gen::inRange<std::uint32_t>(1, 400);
        const auto rounds = *rc::gen::inRange<std::size_t>(1, 12);
        constexpr std::size_t dimension = 20;
        std::mt19937_64 random(seed);
        std::vector<Photo> photos = random_photos(
            random, std::uniform_int_distribution<std::size_t>(0, 500)(random), people, dimension
        );
        auto snapshot = snapshot_of(photos, dimension);
        for (std::size_t round = 0; round < rounds; ++round) {
            std::uniform_int_distribution<std::size_t> few(0, 15);
            std::uniform_int_distribution<std::uint32_t> person(0, people + 5);
            std::vector<TravelerId> gone;
            for (std::size_t index = few(random); index > 0; --index) {
                gone.push_back(traveler_number(person(random)));
            }
            std::vector<AddedPhoto> added;
            for (std::size_t index = few(random); index > 0; --index) {
                added.push_back(
                    {traveler_number(person(random)), random_template(random, dimension)}
                );
            }
            std::erase_if(photos, [&](const Photo& photo) {
                return std::find(gone.begin(), gone.end(), photo.traveler) != gone.end();
            });
            for (const AddedPhoto& photo : added) {
                photos.push_back({photo.traveler, photo.photo.clone()});
            }
            snapshot = snapshot->changed(gone, added).value();
            RC_ASSERT(snapshot->template_count() == photos.size());
            const Template probe = random_template(random, dimension);
            const auto found = snapshot->search(probe, {photos.size()}).value();
            const auto expected =
                snapshot_of(photos, dimension)->search(probe, {photos.size()}).value();
            RC_ASSERT(found.identities_searched == expected.identities_searched);
            RC_ASSERT(snapshot->identity_count() == expected.identities_searched);
            RC_ASSERT(found.best_first.size() == expected.best_first.size());
            for (std::size_t place = 0; place < found.best_first.size(); ++place) {
                RC_ASSERT(found.best_first[place].traveler == expected.best_first[place].traveler);
                RC_ASSERT(found.best_first[place].score == expected.best_first[place].score);
                RC_ASSERT(snapshot->holds(found.best_first[place].traveler));
            }
            for (const TravelerId& traveler : gone) {
                const auto photos_left = static_cast<std::size_t>(std::count_if(
                    added.begin(),
                    added.end(),
                    [&](const AddedPhoto& photo) { return photo.traveler == traveler; }
                ));
                RC_ASSERT(snapshot->photos_of(traveler) == photos_left);
            }
        }
    }));
}

TEST(SnapshotChange, AnEmptyGalleryTakesTheDimensionOfItsFirstPhotos) {
    std::mt19937_64 random(42);
    const auto empty = SnapshotBuilder(test_version(), 1).freeze();
    std::vector<AddedPhoto> added;
    added.push_back({traveler_number(1), random_template(random, 24)});
    EXPECT_EQ(empty->changed({}, added).value()->template_count(), 1U);
    added.push_back({traveler_number(2), random_template(random, 25)});
    EXPECT_EQ(empty->changed({}, added).error().code(), ErrorCode::ModelMismatch);
}

TEST(SnapshotChange, RefusesAPhotoOfAnotherPack) {
    std::mt19937_64 random(43);
    const auto snapshot = snapshot_of(random_photos(random, 30, 10, 16), 16);
    std::vector<AddedPhoto> added;
    added.push_back(
        {traveler_number(1),
         Template::make({"another@1"}, internal::random_values(random, 16)).value()}
    );
    EXPECT_EQ(snapshot->changed({}, added).error().code(), ErrorCode::ModelMismatch);
}

// 640 templates of 128 floats, one a traveler, lie in ten blocks of this size, unlike any other
// here.
constexpr std::size_t block_bytes = 64 * 128 * sizeof(float);
constexpr std::uint32_t ten_blocks = 640;

std::vector<Photo> one_photo_each(std::mt19937_64& random, std::uint32_t people) {
    std::vector<Photo> photos;
    for (std::uint32_t number = 0; number < people; ++number) {
        photos.push_back({traveler_number(number), random_template(random, 128)});
    }
    return photos;
}

TEST(SnapshotMemory, IsZeroWhenTheLastReaderLetsGoAndNotBefore) {
    std::mt19937_64 random(51);
    auto snapshot = snapshot_of(one_photo_each(random, ten_blocks), 128);
    auto reader = snapshot;
    g_watched_blocks = 0;
    g_watched_nonzero = 0;
    g_watched_size = block_bytes;
    snapshot.reset();
    EXPECT_EQ(g_watched_blocks, 0U);
    EXPECT_TRUE(reader->search(random_template(random, 128), {}));
    reader.reset();
    g_watched_size = 0;
    EXPECT_EQ(g_watched_blocks, 10U);
    EXPECT_EQ(g_watched_nonzero, 0U);
}

TEST(SnapshotMemory, NoCopyMadeWhileBuildingOrSearchingOutlivesIt) {
    std::mt19937_64 random(52);
    const std::vector<Photo> photos = random_photos(random, 4, 4, 128);
    // Growing one row at a time frees the blocks of 1 and 2 rows; searching frees the probe's row.
    for (const std::size_t rows : {1U, 2U, 4U}) {
        g_watched_blocks = 0;
        g_watched_nonzero = 0;
        g_watched_size = rows * 128 * sizeof(float);
        {
            const auto snapshot = snapshot_of(photos, 128);
            EXPECT_TRUE(snapshot->search(photos[0].photo, {}));
        }
        g_watched_size = 0;
        EXPECT_GE(g_watched_blocks, 1U) << rows;
        EXPECT_EQ(g_watched_nonzero, 0U) << rows;
    }
}

TEST(SnapshotMemory, ARemovedTravelersTemplateGoesWithTheOldSnapshot) {
    std::mt19937_64 random(53);
    auto before = snapshot_of(one_photo_each(random, ten_blocks), 128);
    auto after = before->without(traveler_number(7));
    g_watched_blocks = 0;
    g_watched_nonzero = 0;
    g_watched_size = block_bytes;
    before.reset();
    g_watched_size = 0;
    EXPECT_EQ(g_watched_blocks, 1U) << "the others are shared with the new one";
    EXPECT_EQ(g_watched_nonzero, 0U);
    EXPECT_FALSE(after->holds(traveler_number(7)));
}

} // namespace
} // namespace sallyport::gallery
