// Proves that messages of other systems are read with exactly the faults they have. The samples
// live beside the project (../shared/testdata, or $SALLYPORT_TESTDATA), not in it.
#include "manifest/passenger_list.hpp"
#include "manifest/paxlst_test_text.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
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
         {"E0 the file does not begin with UNA or UNB: 27 bytes stand before",
          "E1 line ends inside segments; taken out (segments: 9)",
          "E26 CNT+42 states 47, the list has 1",
          "E27 UNT states 159 segments, there are 25",
          "W0 31 bytes follow the end (UNZ)"}},
        {"as-received/B.original.txt",
         ListKind::PassengerList,
         1,
         "B2740",
         "VIE",
         "FRA",
         {"E0 the file does not begin with UNA or UNB: 37 bytes stand before",
          "E2 line ends inside segments; taken out (segments: 7)",
          "E23 CNT+42 states 130, the list has 1",
          "E24 UNT states 155 segments, there are 22",
          "W0 47 bytes follow the end (UNZ)"}},
        {"as-received/C.original.txt",
         ListKind::PassengerList,
         3,
         "B2740",
         "VIE",
         "FRA",
         {"E0 the file does not begin with UNA or UNB: 37 bytes stand before",
          "E2 line ends inside segments; taken out (segments: 13)",
          "E51 CNT+42 states 130, the list has 3",
          "E52 UNT states 152 segments, there are 50",
          "W0 47 bytes follow the end (UNZ)"}},
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

TEST(PaxlstSamples, AMessageMendedOfItsLineEndsGivesTheSameTravelers) {
    if (!std::filesystem::is_directory(samples_folder())) {
        GTEST_SKIP(
        ) << "no sample messages: set SALLYPORT_TESTDATA to the folder that has manifests/";
    }
    for (const std::string name : {"A", "B", "C"}) {
        const auto travelers_of = [&name](const std::string& form) {
            return read_paxlst(read_file(samples_folder() / "as-received" / (name + form)))
                .lists.at(0)
                .travelers;
        };
        const auto original = travelers_of(".original.txt");
        const auto reference = travelers_of(".reference.txt");
        ASSERT_EQ(original.size(), reference.size());
        for (std::size_t index = 0; index < original.size(); ++index) {
            EXPECT_EQ(original[index].family_name, reference[index].family_name);
            EXPECT_EQ(original[index].birth_date, reference[index].birth_date);
            EXPECT_EQ(original[index].documents, reference[index].documents);
            EXPECT_EQ(original[index].seat, reference[index].seat);
        }
    }
}

} // namespace
} // namespace sallyport::manifest
