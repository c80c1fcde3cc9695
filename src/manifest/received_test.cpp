// Proves that a list is the same however mail and telegrams carried it: with text around it, lines
// broken anywhere, padded, quoted, encoded; that faults still say where something stands in the
// file as received; and that no bytes, however broken, crash the step.
#include "manifest/internal/received.hpp"
#include "manifest/passenger_list.hpp"
#include "manifest/paxlst_test_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace sallyport::manifest {
namespace {

using internal::Received;
using internal::unwrap_received;
using ::testing::ElementsAre;
using testing::fault_lines;
using ::testing::IsEmpty;
using testing::MessageText;
using testing::traveler_text;

constexpr std::string_view short_list = "UNA:+.? 'UNB+UNOA:4+XX+YY+261130:1810+77'UNZ+0+77'";

std::string unwrapped(std::string_view bytes) {
    return unwrap_received(bytes).text;
}

std::string good() {
    MessageText text;
    text.travelers = {traveler_text("VAN DER BERG:ANNA MARIA"), traveler_text("ROE:JANE")};
    return "UNA:+.? '" + text.str();
}

struct Wrapping {
    std::vector<std::size_t> widths; // taken in turn
    std::string line_end = "\r\n";
    std::size_t padded_to = 0; // lines are filled up with blanks to this width
    std::string marks;         // before each line
};

std::string wrapped(std::string_view text, const Wrapping& wrapping) {
    std::string result;
    for (std::size_t position = 0, line = 0; position < text.size(); ++line) {
        const std::size_t width = wrapping.widths[line % wrapping.widths.size()];
        const std::string_view part = text.substr(position, width);
        result += wrapping.marks;
        result += part;
        result.append(wrapping.padded_to > part.size() ? wrapping.padded_to - part.size() : 0, ' ');
        result += wrapping.line_end;
        position += width;
    }
    return result;
}

// Everything a reading says but the faults of the file as a whole and offsets.
std::string contents(const ListReading& reading) {
    std::string text;
    for (const PassengerList& list : reading.lists) {
        text += fmt::format("list {} {} ", list.sender, list.main_leg().flight);
        for (const domain::Traveler& traveler : list.travelers) {
            text += fmt::format(
                "[{}|{}|{}|{}",
                traveler.family_name,
                traveler.given_names,
                traveler.seat,
                traveler.birth_date ? domain::format_date(*traveler.birth_date) : ""
            );
            for (const domain::TravelDocument& document : traveler.documents) {
                text += fmt::format(
                    "|{} {} {} {}",
                    document.type,
                    document.number,
                    document.issuer,
                    document.expiry ? domain::format_date(*document.expiry) : ""
                );
            }
            text += "]";
        }
    }
    for (const Fault& fault : reading.faults) {
        if (fault.message != no_message) {
            text += fmt::format("\n{} {}", fault.segment, fault.text);
        }
    }
    return text;
}

TEST(Received, LeavesAnInterchangeAlone) {
    EXPECT_EQ(unwrapped(short_list), short_list);
    const Received received = unwrap_received(short_list);
    EXPECT_EQ(received.interchanges, 1U);
    EXPECT_EQ(received.bytes_before + received.bytes_after + received.lines_mended, 0U);
}

TEST(Received, PassesOverTelegramHeadersAndFooters) {
    const Received received = unwrap_received(
        "\x01ZCZC ABC123\r\nQU UTOXXHDR\r\n.HDQXXYY 301810\r\n\x02" + std::string(short_list) +
        "\r\n\x03\r\n 30NOV26 1810Z *3872\r\nNNNN\r\n"
    );
    EXPECT_EQ(received.text, short_list);
    EXPECT_EQ(received.bytes_before, 41U);
    EXPECT_EQ(received.bytes_after, 25U);
}

TEST(Received, PassesOverMailWhoseWordsLookLikeSegments) {
    const Received received = unwrap_received(
        "Subject: UNABLE to send UNB+, UNH and UNA: retry\r\n\r\nUNA and UNB below\r\n" +
        std::string(short_list) + "\nUNA is ours. Email secured."
    );
    EXPECT_EQ(received.text, short_list);
    EXPECT_EQ(received.interchanges, 1U);
}

TEST(Received, JoinsLinesThatAreBrokenInTagsAndText) {
    EXPECT_EQ(
        unwrapped("UNA:+.? 'UNB+UNOA:4+XX+YY+261130:18\r\n10+77'U\r\nN\nZ+0+7\r7'"), short_list
    );
}

TEST(Received, JoinsLinesBetweenAReleaseAndItsCharacter) {
    EXPECT_EQ(
        unwrapped("UNB+UNOA:4+A?\r\n'B+YY+261130:1810+77'UNZ+0+77'"),
        "UNB+UNOA:4+A?'B+YY+261130:1810+77'UNZ+0+77'"
    );
}

TEST(Received, KeepsBlanksThatBelongToTheText) {
    const std::string text =
        "UNB+UNOA:4+XX+YY+261130:1810+77'UNH+1+PAXLST:D:05B'NAD+FL+++VAN DER BERG:J'UNT+3+1'"
        "UNZ+1+77'";
    for (std::size_t width = 20; width < 70; ++width) {
        EXPECT_EQ(unwrapped(wrapped(text, {.widths = {width}, .marks = ""})), text) << width;
    }
}

TEST(Received, TellsPaddingFromBlanksThatBelongToTheText) {
    const std::string text = good();
    for (std::size_t width = 40; width < 80; ++width) {
        EXPECT_EQ(unwrapped(wrapped(text, {.widths = {width}, .padded_to = 84, .marks = ""})), text)
            << width;
    }
}

TEST(Received, TakesOutPaddingOfLinesOfDifferentLength) {
    std::string broken(short_list);
    broken.insert(40, "     \r\n"); // 261130:1810+7 | 7
    broken.insert(20, "         \r\n");
    EXPECT_EQ(unwrapped(broken), short_list);
}

TEST(Received, TakesOutIndentsAndQuotingMarks) {
    for (const std::string marks : {"> ", ">> ", "   ", "\t"}) {
        EXPECT_EQ(unwrapped(wrapped(short_list, {.widths = {17}, .marks = marks})), short_list)
            << marks;
    }
    EXPECT_EQ(
        unwrapped("UNB+UNOA:4+XX+YY\n        +261130:1810+77'\n\n  UNZ+0+77'"), short_list.substr(9)
    );
}

TEST(Received, EndsAnInterchangeWithoutUnzWhereOtherTextFollows) {
    const std::string_view cut = "UNB+UNOA:4+A+B+261130:1810+7'UNH+1+PAXLST:D:05B'UNT+2+1'";
    const Received received = unwrap_received(std::string(cut) + "\r\n\r\nNNNN\r\n");
    EXPECT_EQ(received.text, cut);
    EXPECT_EQ(received.bytes_after, 4U);
}

TEST(Received, FindsSeveralInterchangesEachWithItsOwnHeaderAndSeparators) {
    std::string other(short_list);
    for (char& character : other) {
        character = character == '+' ? '*' : character == '\'' ? '#' : character;
    }
    const Received received = unwrap_received(
        "QU A\r\n" + std::string(short_list) + "\r\nNNNN\r\nQU B\r\n.X\r\n" + other + "\r\nNNNN"
    );
    EXPECT_EQ(received.text, std::string(short_list) + other);
    EXPECT_EQ(received.interchanges, 2U);
    EXPECT_EQ(received.bytes_before, 4U);
}

TEST(Received, DecodesQuotedPrintableMail) {
    const std::string mail =
        "Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        "UNA:+.? 'UNB+UNOA:4+XX+YY+26=\r\n1130:1810+77'UN=5A+0=2B77'=20\r\n--part--\r\n";
    const Received received = unwrap_received(mail);
    EXPECT_EQ(received.text, short_list);
    EXPECT_TRUE(received.transfer_encoded);
    const std::size_t trailer = received.text.find("UNZ");
    EXPECT_EQ(mail.substr(received.offsets.at(trailer), 5), "UN=5A");
}

TEST(Received, DecodesBase64Mail) {
    // base64 of short_list, in two lines
    const std::string mail = "content-transfer-encoding: BASE64\n\n"
                             "VU5BOisuPyAnVU5CK1VOT0E6NCtYWCtZWSsyNjExMzA6\n"
                             "MTgxMCs3NydVTlorMCs3Nyc=\n--part--\nbye";
    EXPECT_EQ(unwrapped(mail), short_list);
    EXPECT_EQ(guess_format(mail), ListFormat::Edifact);
}

TEST(Received, MapsOffsetsOfTheTextToTheFile) {
    const std::string text = wrapped("QU A\n" + good(), {.widths = {61}, .marks = ""});
    const Received received = unwrap_received(text);
    std::size_t found = 0;
    for (std::size_t at = received.text.find("DTM+329"); at != std::string::npos;
         at = received.text.find("DTM+329", at + 1), ++found) {
        EXPECT_EQ(text[received.offsets.at(at)], 'D');
        EXPECT_EQ(text[received.offsets.at(at + 4)], '3');
    }
    EXPECT_EQ(found, 2U);
}

TEST(Received, SaysWhereAFaultStandsInTheFile) {
    std::string list = good();
    list.replace(list.find("NAT+2+UTO"), 9, "NAT+2+UT1");
    const std::string text = "QU UTOXXHDR\r\n" + wrapped(list, {.widths = {69}, .marks = ""});
    for (const Fault& fault : read_paxlst(text).faults) {
        if (fault.message != no_message) {
            EXPECT_EQ(text.substr(fault.offset, 2), "NA"); // the line ends there
        }
    }
}

TEST(Received, AListInATelegramHasWarningsOfTheFileOnly) {
    const std::string text = "QU UTOXXHDR\r\n.XX 1\r\n" +
                             wrapped(good(), {.widths = {69}, .marks = ""}) + "\r\nNNNN\r\n";
    const ListReading reading = read_paxlst(text);
    EXPECT_FALSE(reading.has_errors());
    EXPECT_EQ(contents(reading), contents(read_paxlst(good())));
    EXPECT_THAT(
        fault_lines(reading),
        ElementsAre(
            "W0 18 bytes stand before the message; passed over",
            "W0 lines are broken inside segments: 8; mended",
            "W0 4 bytes follow the end (UNZ)"
        )
    );
}

TEST(Received, GivesTheSameListHoweverItIsWrapped) {
    const bool holds = rc::check("wrapping changes nothing", [] {
        const auto letters = rc::gen::elementOf(std::string("ABCDEFGHIJKLMNOPRSTUVWZ"));
        const auto word =
            rc::gen::resize(9, rc::gen::nonEmpty(rc::gen::container<std::string>(letters)));
        MessageText message;
        const auto travelers = *rc::gen::inRange<std::size_t>(1, 12);
        for (std::size_t index = 0; index < travelers; ++index) {
            message.travelers.push_back(traveler_text(
                *word + " " + *word + ":" + *word + " " + *word,
                fmt::format("FTX+BAG+++{:07}'", index)
            ));
        }
        const std::string text = (*rc::gen::arbitrary<bool>() ? "UNA:+.? '" : "") + message.str();
        Wrapping wrapping;
        const bool fixed = *rc::gen::arbitrary<bool>();
        wrapping.widths = *rc::gen::container<std::vector<std::size_t>>(
            fixed ? 1U : 9U, rc::gen::inRange<std::size_t>(60, 71)
        );
        // Blanks at the end of lines of different length cannot be told from padding.
        wrapping.padded_to = fixed && *rc::gen::arbitrary<bool>() ? 80 : 0;
        wrapping.line_end = *rc::gen::element<std::string>("\r\n", "\n", "\r");
        wrapping.marks = *rc::gen::element<std::string>("", "", "> ", "  ");
        const std::string header = *rc::gen::element<std::string>(
            "", "\r\n", "QP UTOXXHDR UTOYYHDR\r\n.HDQXXYY 301810\r\n", "From: desk@x.example\n\n"
        );
        const std::string footer = *rc::gen::element<std::string>(
            "",
            "\r\n\r\nNNNN\r\n",
            "\n      \n 30NOV26 1810Z *3872\n\f",
            "\n\nScanned for viruses\n"
        );
        const ListReading reading = read_paxlst(header + wrapped(text, wrapping) + footer);
        RC_ASSERT(!reading.has_errors());
        RC_ASSERT(reading.lists.size() == 1U);
        RC_ASSERT(contents(reading) == contents(read_paxlst(text)));
    });
    EXPECT_TRUE(holds);
}

TEST(Received, SurvivesAnyBytes) {
    const std::string base = "QU A\r\n" + wrapped(good(), {.widths = {69}, .marks = ""}) + "NNNN";
    const bool holds = rc::check("no crash, offsets inside the file", [&base] {
        std::string text = base;
        const auto edits =
            *rc::gen::container<std::vector<std::pair<std::size_t, char>>>(rc::gen::pair(
                rc::gen::inRange<std::size_t>(0, base.size()),
                rc::gen::elementOf(std::string("UNABZH:+.? '\r\n>\t\x1C\x1D=-"))
            ));
        for (const auto& [position, character] : edits) {
            text[position] = character;
        }
        const Received received = unwrap_received(text);
        RC_ASSERT(received.text.size() <= text.size());
        for (std::size_t at = 0; at < received.text.size(); ++at) {
            RC_ASSERT(text[received.offsets.at(at)] == received.text[at]);
        }
    });
    EXPECT_TRUE(holds);
}

TEST(Received, FindsNothingWhereThereIsNothing) {
    for (const std::string_view text :
         {"", " \r\n", "Dear colleagues, UN rules apply", "UN", "UNAUNAUNA", "{\"flight\":1}"}) {
        EXPECT_EQ(unwrap_received(text).interchanges, 0U) << text;
        EXPECT_FALSE(internal::holds_interchange(text)) << text;
    }
}

} // namespace
} // namespace sallyport::manifest
