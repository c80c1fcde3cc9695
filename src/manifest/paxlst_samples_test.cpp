// Proves that messages of other systems are read with exactly the faults they have. The samples
// live beside the project (../shared/testdata, or $SALLYPORT_TESTDATA), not in it.
#include "manifest/passenger_list.hpp"
#include "manifest/paxlst_test_text.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <sstream>

namespace sallyport::manifest {
namespace {

using ::testing::ElementsAreArray;
using testing::fault_lines;

std::filesystem::path samples_folder() {
    const char* set = std::getenv("SALLYPORT_TESTDATA");
    const std::filesystem::path root =
        set != nullptr ? set : SALLYPORT_SOURCE_DIR "/../shared/testdata";
    return root / "manifests";
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

struct Sample {
    std::string name;
    ListKind kind;
    std::size_t travelers;
    std::string flight;
    std::string departure;
    std::string arrival;
    std::vector<std::string> faults;
};

// Each was counted and compared by hand with the file.
std::vector<Sample> samples() {
    return {
        {"paxlst/Test1.txt",
         ListKind::CrewList,
         8,
         "UA0989",
         "FRA",
         "IAD",
         {"W12 small letters, which syntax level UNOA does not have (segments: 16)",
          "E108 CNT+41 does not state a number", // CNT+41+8 for CNT+41:8
          "E109 UNT states 152 segments, there are 107",
          "E110 UNE does not repeat the reference of its header",
          "E111 UNZ does not repeat the reference of its header"}},
        {"paxlst/apisMessage.txt",
         ListKind::PassengerList,
         2,
         "AA123",
         "ATL",
         "JFK",
         {"W18 traveler without nationality, document", "W27 traveler without nationality, document"
         }},
        {"paxlst/flight1.txt",
         ListKind::PassengerList,
         10,
         "LA532",
         "SCL",
         "JFK",
         {"W23 DOC without a document type",
          "W61 LOC+91 (issuer) is empty",
          "E182 UNT states 23 segments, there are 181"}},
        {"paxlst/flight2.txt",
         ListKind::PassengerList,
         10,
         "FI615",
         "KEF",
         "JFK",
         {"W23 DOC without a document type",
          "W25 LOC+91 (issuer) is empty",
          "E181 UNT states 23 segments, there are 180"}},
        {"paxlst/multiple_flight_leg_apis.txt",
         ListKind::PassengerList,
         2,
         "QQ827",
         "JFK",
         "CDG",
         {"W0 7 bytes follow the end (UNZ)"}},
        // Cut to one and three travelers by whoever published them, so that no total fits.
        {"as-received/A.reference.txt",
         ListKind::PassengerList,
         1,
         "A92707",
         "VIE",
         "VIE",
         {"E26 CNT+42 states 47, the list has 1", "E27 UNT states 159 segments, there are 25"}},
        {"as-received/B.reference.txt",
         ListKind::PassengerList,
         1,
         "B2740",
         "VIE",
         "FRA",
         {"E23 CNT+42 states 130, the list has 1", "E24 UNT states 155 segments, there are 22"}},
        {"as-received/C.reference.txt",
         ListKind::PassengerList,
         3,
         "B2740",
         "VIE",
         "FRA",
         {"E51 CNT+42 states 130, the list has 3", "E52 UNT states 152 segments, there are 50"}},
        {"as-received/A.original.txt",
         ListKind::PassengerList,
         1,
         "A92707",
         "VIE",
         "VIE",
         {"W0 25 bytes stand before the message; passed over",
          "W0 lines are broken inside segments: 9; mended",
          "E26 CNT+42 states 47, the list has 1",
          "E27 UNT states 159 segments, there are 25",
          "W0 29 bytes follow the end (UNZ)"}},
        {"as-received/B.original.txt",
         ListKind::PassengerList,
         1,
         "B2740",
         "VIE",
         "FRA",
         {"W0 35 bytes stand before the message; passed over",
          "W0 lines are broken inside segments: 7; mended",
          "E23 CNT+42 states 130, the list has 1",
          "E24 UNT states 155 segments, there are 22",
          "W0 34 bytes follow the end (UNZ)"}},
        {"as-received/C.original.txt",
         ListKind::PassengerList,
         3,
         "B2740",
         "VIE",
         "FRA",
         {"W0 35 bytes stand before the message; passed over",
          "W0 lines are broken inside segments: 13; mended",
          "E51 CNT+42 states 130, the list has 3",
          "E52 UNT states 152 segments, there are 50",
          "W0 34 bytes follow the end (UNZ)"}},
    };
}

TEST(PaxlstSamples, AreReadWithExactlyTheFaultsTheyHave) {
    if (!std::filesystem::is_directory(samples_folder())) {
        GTEST_SKIP(
        ) << "no sample messages: set SALLYPORT_TESTDATA to the folder that has manifests/";
    }
    for (const Sample& sample : samples()) {
        const ListReading reading = read_paxlst(read_file(samples_folder() / sample.name));
        EXPECT_THAT(fault_lines(reading), ElementsAreArray(sample.faults)) << sample.name;
        ASSERT_EQ(reading.lists.size(), 1U) << sample.name;
        const PassengerList& list = reading.lists[0];
        EXPECT_EQ(list.kind, sample.kind) << sample.name;
        EXPECT_EQ(list.travelers.size(), sample.travelers) << sample.name;
        EXPECT_EQ(list.main_leg().flight, sample.flight) << sample.name;
        EXPECT_EQ(list.main_leg().departure, sample.departure) << sample.name;
        EXPECT_EQ(list.main_leg().arrival, sample.arrival) << sample.name;
    }
}

std::string text_of(const std::optional<Instant>& time) {
    return time ? format_instant(*time) : "-";
}
std::string text_of(const std::optional<domain::PartialDate>& date) {
    return date ? domain::format_date(*date) : "-";
}

std::string text_of(const domain::Traveler& each) {
    std::string text = fmt::format(
        "{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}\n",
        domain::traveler_kind_name(each.kind),
        each.family_name,
        each.given_names,
        domain::sex_letter(each.sex),
        text_of(each.birth_date),
        each.nationality,
        each.reference,
        each.passenger_reference,
        each.seat,
        each.embarkation,
        each.debarkation,
        each.residence,
        each.clearance,
        each.birth_place,
        each.data_verified
    );
    for (const domain::TravelDocument& document : each.documents) {
        text += fmt::format(
            "  {}|{}|{}|{}\n",
            document.type,
            document.number,
            document.issuer,
            text_of(document.expiry)
        );
    }
    return text;
}

// Everything a reading says but offsets, and faults of the file as a whole.
std::string contents(const ListReading& reading) {
    std::string text;
    for (const PassengerList& list : reading.lists) {
        text += fmt::format(
            "{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}\n",
            list_kind_name(list.kind),
            movement_name(list.movement),
            list_function_name(list.purpose),
            list.sender,
            list.recipient,
            list.interchange_reference,
            list.reference,
            list.transaction_reference,
            text_of(list.prepared_at),
            list.stated_count.value_or(0),
            list.stated_crew_count.value_or(0)
        );
        for (const FlightLeg& leg : list.legs) {
            text += fmt::format(
                "leg {}|{}|{}|{}|{}|{}\n",
                leg.flight,
                leg.departure,
                leg.arrival,
                text_of(leg.departs_at),
                text_of(leg.arrives_at),
                leg.crosses_border
            );
        }
        for (const domain::Traveler& each : list.travelers) {
            text += text_of(each);
        }
    }
    for (const Fault& fault : reading.faults) {
        if (fault.message != no_message) {
            text += fmt::format("{} {} {}\n", fault.message, fault.segment, fault.text);
        }
    }
    return text;
}

TEST(PaxlstSamples, WhatWasReceivedSaysTheSameAsWhatWasSent) {
    if (!std::filesystem::is_directory(samples_folder())) {
        GTEST_SKIP(
        ) << "no sample messages: set SALLYPORT_TESTDATA to the folder that has manifests/";
    }
    std::size_t compared = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(samples_folder() / "as-received")) {
        std::string name = entry.path().string();
        const std::size_t suffix = name.rfind(".original.txt");
        if (suffix == std::string::npos) {
            continue;
        }
        const ListReading original = read_paxlst(read_file(name));
        const ListReading reference = read_paxlst(read_file(name.replace(suffix, 9, ".reference")));
        EXPECT_EQ(contents(original), contents(reference)) << name;
        EXPECT_FALSE(reference.lists.empty()) << name;
        ++compared;
    }
    EXPECT_GE(compared, 3U);
}

std::size_t occurrences(std::string_view text, std::string_view wanted) {
    std::size_t count = 0;
    for (std::size_t at = text.find(wanted); at != std::string_view::npos;
         at = text.find(wanted, at + 1)) {
        ++count;
    }
    return count;
}

TEST(PaxlstSamples, HaveAsManyTravelersAsTheirTextNames) {
    if (!std::filesystem::is_directory(samples_folder())) {
        GTEST_SKIP(
        ) << "no sample messages: set SALLYPORT_TESTDATA to the folder that has manifests/";
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(samples_folder())) {
        if (!entry.is_regular_file()) {
            continue;
        }
        const std::string text = read_file(entry.path());
        std::string joined; // a name may stand on two lines
        std::ranges::copy_if(text, std::back_inserter(joined), [](char character) {
            return character != '\r' && character != '\n';
        });
        std::size_t named = 0;
        for (const std::string_view tag : {"NAD+FL", "NAD*FL", "NAD-FL", "NAD+FM", "NAD*FM"}) {
            named += occurrences(joined, tag);
        }
        EXPECT_EQ(guess_format(text), ListFormat::Edifact) << entry.path();
        const ListReading reading = read_paxlst(text);
        std::size_t read = 0;
        for (const PassengerList& list : reading.lists) {
            read += list.travelers.size();
            const bool agrees =
                list.stated_count.value_or(0) + list.stated_crew_count.value_or(0) ==
                list.travelers.size();
            EXPECT_TRUE(
                agrees ||
                std::ranges::any_of(
                    reading.faults, [](const Fault& fault) { return fault.text.starts_with("CNT"); }
                )
            ) << entry.path();
        }
        EXPECT_EQ(read, named) << entry.path();
        EXPECT_GT(read, 0U) << entry.path();
    }
}

} // namespace
} // namespace sallyport::manifest
