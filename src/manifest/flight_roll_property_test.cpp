// Proves for any messages: the roll does not depend on the order or repetition of arrival, nobody
// stands in it twice, a diff is empty exactly when nothing changed and leads from the one roll to
// the other, and the fold equals a slow and simple one. Also that it is fast enough.
#include "manifest/flight_roll.hpp"
#include "manifest/roll_test_text.hpp"

#include <array>
#include <chrono>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace sallyport::manifest {
namespace {

using namespace testing; // NOLINT(google-build-using-namespace): this module's test support

constexpr std::array functions{
    ListFunction::Original,
    ListFunction::Change,
    ListFunction::CancelTravelers,
    ListFunction::Reduction,
    ListFunction::Close,
    ListFunction::CloseOnBoard,
    ListFunction::CloseNotOnBoard,
    ListFunction::CancelFlight,
    ListFunction::ChangeFlight,
};

int up_to(int most) {
    return *rc::gen::inRange(0, most + 1);
}

// Any mix of a few references, documents, names and birth dates: people who are alike in every way.
domain::Traveler any_traveler() {
    domain::Traveler traveler;
    const int reference = up_to(4);
    traveler.passenger_reference = reference == 0 ? "" : fmt::format("U{}", reference);
    const int name = up_to(3);
    traveler.family_name = name == 0 ? "" : fmt::format("F{}", name);
    const int birth = up_to(2);
    if (birth > 0) {
        traveler.birth_date = domain::PartialDate{1980, 1, birth};
    }
    for (int count = up_to(2); count > 0; --count) {
        traveler.documents.push_back(
            {.type = "P", .number = fmt::format("D{}", up_to(4)), .issuer = "UTO", .expiry = {}}
        );
    }
    traveler.seat = up_to(1) == 0 ? "" : "1A";
    traveler.kind = up_to(5) == 0 ? domain::TravelerKind::Crew : domain::TravelerKind::Passenger;
    return traveler;
}

std::vector<ListVersion> any_versions() {
    std::vector<ListVersion> versions;
    for (int count = up_to(7); count > 0; --count) {
        ListVersion version = message(up_to(5), functions[static_cast<std::size_t>(up_to(8))]);
        version.id = fmt::format("m{:02}", count);
        version.list.interchange_reference = fmt::format("{}", up_to(12));
        version.received_at = minute(up_to(8));
        if (up_to(3) == 0) {
            version.list.prepared_at.reset();
        }
        const int kind = up_to(7);
        version.list.kind = kind == 0   ? ListKind::CrewList
                            : kind == 1 ? ListKind::FlightStatus
                                        : ListKind::PassengerList;
        version.list.legs[0].departs_at = minute(600 + up_to(1));
        for (int travelers = up_to(4); travelers > 0; --travelers) {
            version.list.travelers.push_back(any_traveler());
        }
        versions.push_back(std::move(version));
    }
    return versions;
}

RC_GTEST_PROP(FlightRollProperty, AnyOrderOfArrivalGivesTheSameRoll, ()) {
    auto versions = any_versions();
    const auto expected = all_of(roll_from(versions));
    std::mt19937 random(static_cast<unsigned>(up_to(1'000'000)));
    for (int round = 0; round < 4; ++round) {
        std::ranges::shuffle(versions, random);
        RC_ASSERT(all_of(roll_from(versions)) == expected);
    }
}

RC_GTEST_PROP(FlightRollProperty, RepeatsChangeNothing, ()) {
    auto versions = any_versions();
    RC_PRE(!versions.empty());
    const auto expected = all_of(roll_from(versions));
    const auto chosen = static_cast<std::size_t>(up_to(static_cast<int>(versions.size()) - 1));
    ListVersion same_id = versions[chosen];
    same_id.received_at += std::chrono::minutes(up_to(9));
    ListVersion other_id = versions[chosen];
    other_id.id += "-again";
    other_id.received_at += std::chrono::minutes(up_to(9));
    versions.insert(versions.begin(), {other_id, same_id});
    RC_ASSERT(all_of(roll_from(versions)) == expected);
}

RC_GTEST_PROP(FlightRollProperty, AnUnmarkedListSaidAgainChangesNobody, ()) {
    ListVersion list = message(1, ListFunction::Original);
    list.list.prepared_at.reset();
    list.list.interchange_reference.clear();
    list.list.reference.clear();
    for (int travelers = up_to(6); travelers > 0; --travelers) {
        list.list.travelers.push_back(any_traveler());
    }
    ListVersion again = list;
    again.id = "w";
    again.received_at = minute(2);
    const FlightRoll twice = roll_from({list, again});
    RC_ASSERT(contents(twice) == contents(roll_from({list, again, again})));
    // A further repeat finds everybody where the first put them.
    ListVersion third = list;
    third.id = "x";
    third.received_at = minute(3);
    RC_ASSERT(twice.entries.size() == roll_from({list, again, third}).entries.size());
}

RC_GTEST_PROP(FlightRollProperty, NobodyStandsInItTwice, ()) {
    const FlightRoll roll = roll_from(any_versions());
    const auto has = [](const RollEntry& entry, std::string_view kind) {
        return std::ranges::any_of(entry.aliases, [kind](const std::string& alias) {
            return alias.starts_with(kind);
        });
    };
    std::map<std::string, std::vector<const RollEntry*>> holders;
    for (const RollEntry& entry : roll.entries) {
        for (const std::string& alias : entry.aliases) {
            holders[alias].push_back(&entry);
        }
    }
    for (const auto& [alias, entries] : holders) {
        if (alias.starts_with("abo")) {
            RC_ASSERT(entries.size() == 1U);
        }
        if (alias.starts_with("person") && entries.size() > 1) {
            // Namesakes: told apart by reference and document.
            for (const RollEntry* entry : entries) {
                RC_ASSERT(has(*entry, "abo"));
                RC_ASSERT(has(*entry, "document"));
            }
        }
    }
}

RC_GTEST_PROP(FlightRollProperty, ADiffIsEmptyExactlyWhenNothingChanged, ()) {
    const auto versions = any_versions();
    const auto cut = static_cast<std::ptrdiff_t>(up_to(static_cast<int>(versions.size())));
    const FlightRoll before = roll_from({versions.begin(), versions.begin() + cut});
    const FlightRoll after = roll_from(versions);
    RC_ASSERT(diff_of(before, after).empty() == (contents(before) == contents(after)));
    RC_ASSERT(diff_of(after, after).empty());
}

// People with a reference of their own, so that a record of them can be kept by it.
std::vector<ListVersion> clear_versions(int most_travelers) {
    auto versions = any_versions();
    int number = 0;
    for (ListVersion& version : versions) {
        version.id = fmt::format("m{:02}", ++number);
        version.list.kind = ListKind::PassengerList;
        version.list.travelers.clear();
        for (int count = up_to(most_travelers); count > 0; --count) {
            domain::Traveler traveler = person(up_to(5));
            traveler.seat = fmt::format("{}A", up_to(2));
            version.list.travelers.push_back(traveler);
        }
    }
    return versions;
}

RC_GTEST_PROP(FlightRollProperty, ADiffLeadsFromOneRollToTheOther, ()) {
    const auto versions = clear_versions(4);
    const auto cut = static_cast<std::ptrdiff_t>(up_to(static_cast<int>(versions.size())));
    const FlightRoll before = roll_from({versions.begin(), versions.begin() + cut});
    const FlightRoll after = roll_from(versions);
    std::map<std::string, std::pair<std::string, RollStatus>> kept;
    for (const RollEntry& entry : before.entries) {
        kept[entry.aliases.front()] = {described(entry.traveler), entry.status};
    }
    for (const RollChange& change : diff_of(before, after).travelers) {
        auto& [fields, status] = kept[change.aliases.front()];
        fields = described(change.traveler);
        switch (change.kind) {
        case RollChangeKind::Added:
        case RollChangeKind::Restored:
            status = RollStatus::Listed;
            break;
        case RollChangeKind::Changed:
            break;
        case RollChangeKind::Cancelled:
            status = RollStatus::Cancelled;
            break;
        case RollChangeKind::OnBoard:
            status = RollStatus::OnBoard;
            break;
        case RollChangeKind::NotOnBoard:
            status = RollStatus::NotOnBoard;
            break;
        }
    }
    std::map<std::string, std::pair<std::string, RollStatus>> expected;
    for (const RollEntry& entry : after.entries) {
        expected[entry.aliases.front()] = {described(entry.traveler), entry.status};
    }
    RC_ASSERT(kept == expected);
}

// The rules once more, for messages of at most one passenger with a reference, one step at a time
// over a plain list.
class SlowRoll {
public:
    void take(const PassengerList& list) {
        const bool names_one = !list.travelers.empty();
        switch (list.purpose) {
        case ListFunction::Original:
        case ListFunction::Change:
        case ListFunction::ChangeFlight:
            cancelled = false;
            if (names_one) {
                put(list.travelers[0]);
            }
            break;
        case ListFunction::CancelTravelers:
        case ListFunction::Reduction:
            for (Person& one : people) {
                if (names_one && is(one, list.travelers[0])) {
                    one.status = RollStatus::Cancelled;
                }
            }
            break;
        case ListFunction::CancelFlight:
            cancelled = true;
            closed = on_board_list = off_board_list = false;
            for (Person& one : people) {
                one.absent = false;
                if (one.status != RollStatus::Cancelled) {
                    one.status = RollStatus::Listed;
                }
            }
            break;
        case ListFunction::Close:
            closed = closed || !cancelled;
            break;
        case ListFunction::CloseOnBoard:
            if (names_one || !cancelled) {
                cancelled = false;
                close_on_board(list);
            }
            break;
        case ListFunction::CloseNotOnBoard:
            if (!cancelled) {
                close_not_on_board(list);
            }
            break;
        case ListFunction::Unknown:
            break;
        }
    }
    [[nodiscard]] std::map<std::string, std::string> people_text() const {
        std::map<std::string, std::string> text;
        for (const Person& one : people) {
            text[one.traveler.passenger_reference] =
                one.traveler.seat + " " + std::string(roll_status_name(one.status));
        }
        return text;
    }
    [[nodiscard]] FlightState state() const {
        return cancelled                                   ? FlightState::Cancelled
               : closed || on_board_list || off_board_list ? FlightState::Closed
                                                           : FlightState::Scheduled;
    }

private:
    struct Person {
        domain::Traveler traveler;
        RollStatus status = RollStatus::Listed;
        bool absent = false;
    };
    static bool is(const Person& one, const domain::Traveler& traveler) {
        return one.traveler.passenger_reference == traveler.passenger_reference;
    }
    void put(const domain::Traveler& traveler) {
        const RollStatus fresh =
            closed || on_board_list || off_board_list ? RollStatus::NotOnBoard : RollStatus::Listed;
        for (Person& one : people) {
            if (is(one, traveler)) {
                one.traveler = traveler;
                one.status = one.status == RollStatus::Cancelled ? fresh : one.status;
                return;
            }
        }
        people.push_back({traveler, fresh});
    }
    void close_on_board(const PassengerList& list) {
        const bool first = !on_board_list;
        on_board_list = true;
        off_board_list = false;
        bool known = list.travelers.empty();
        for (Person& one : people) {
            const bool named = !list.travelers.empty() && is(one, list.travelers[0]);
            known = known || named;
            if (named) {
                one.status = RollStatus::OnBoard;
                one.absent = false;
            } else if (first && one.status != RollStatus::Cancelled) {
                one.status = RollStatus::NotOnBoard;
            }
        }
        if (!known) {
            people.push_back({list.travelers[0], RollStatus::OnBoard});
        }
    }
    void close_not_on_board(const PassengerList& list) {
        on_board_list = false;
        off_board_list = true;
        for (Person& one : people) {
            one.absent = one.absent || (!list.travelers.empty() && is(one, list.travelers[0]));
            if (one.status != RollStatus::Cancelled) {
                one.status = one.absent ? RollStatus::NotOnBoard : RollStatus::OnBoard;
            }
        }
    }

    std::vector<Person> people;
    bool cancelled = false;
    bool closed = false;
    bool on_board_list = false;
    bool off_board_list = false;
};

RC_GTEST_PROP(FlightRollProperty, EqualsASlowAndSimpleFold, ()) {
    auto versions = clear_versions(1);
    // One message a minute, so that the order is plain.
    SlowRoll slow;
    int at = 0;
    for (ListVersion& version : versions) {
        ++at;
        version.list.prepared_at = minute(at);
        version.received_at = minute(at + up_to(20));
        slow.take(version.list);
    }
    std::ranges::reverse(versions);
    const FlightRoll roll = roll_from(versions);
    std::map<std::string, std::string> people;
    for (const RollEntry& entry : roll.entries) {
        people[entry.traveler.passenger_reference] =
            entry.traveler.seat + " " + std::string(roll_status_name(entry.status));
    }
    RC_ASSERT(people == slow.people_text());
    RC_ASSERT(roll.state == slow.state());
}

TEST(FlightRollSpeed, FoldsTwoThousandMessagesOverTenThousandPeople) {
    ListVersion list = message(1, ListFunction::Original);
    for (int number = 0; number < 10'000; ++number) {
        list.list.travelers.push_back(person(number));
    }
    for (const ListFunction function :
         {ListFunction::Change, ListFunction::CloseOnBoard, ListFunction::CloseNotOnBoard}) {
        std::vector<ListVersion> versions{list};
        for (int number = 0; number < 2'000; ++number) {
            domain::Traveler changed = person(number * 5);
            changed.seat = "1A";
            versions.push_back(message(number + 2, function, {changed}));
        }
        const auto start = std::chrono::steady_clock::now();
        const FlightRoll roll = roll_from(versions);
        const auto folded = std::chrono::steady_clock::now();
        const RollDiff diff = diff_of(roll_from({list}), roll);
        const auto done = std::chrono::steady_clock::now();
        const auto milliseconds = [](auto duration) {
            return std::chrono::duration<double, std::milli>(duration).count();
        };
        RecordProperty("fold_ms", fmt::format("{:.0f}", milliseconds(folded - start)));
        fmt::print(
            "{}: fold {:.0f} ms, diff with a second fold {:.0f} ms\n",
            list_function_name(function),
            milliseconds(folded - start),
            milliseconds(done - folded)
        );
        EXPECT_EQ(roll.entries.size(), 10'000U);
        EXPECT_GE(diff.travelers.size(), 2'000U);
        // Far above what it takes, so that a loaded machine does not fail it.
        EXPECT_LT(milliseconds(folded - start), 3'000);
    }
}

TEST(FlightRollSpeed, OneDocumentNumberForEverybodyIsNotQuadratic) {
    ListVersion list = message(1, ListFunction::Original);
    for (int number = 0; number < 20'000; ++number) {
        domain::Traveler traveler = person(number);
        traveler.passenger_reference.clear();
        traveler.documents[0].number = "000000";
        list.list.travelers.push_back(traveler);
    }
    ListVersion again = list;
    again.id = "again";
    again.received_at = minute(2);
    again.list.prepared_at = minute(2);
    const auto start = std::chrono::steady_clock::now();
    const FlightRoll roll = roll_from({list, again});
    EXPECT_EQ(roll.entries.size(), 20'000U);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(3));
}

TEST(FlightRollSpeed, OnePersonNamedVeryOftenIsNotQuadratic) {
    ListVersion list = message(1, ListFunction::Original);
    for (int number = 0; number < 20'000; ++number) {
        domain::Traveler traveler = person(number);
        traveler.passenger_reference = "U1";
        list.list.travelers.push_back(traveler);
    }
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(roll_from({list}).entries.size(), 1U);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(3));
}

} // namespace
} // namespace sallyport::manifest
