// Proves that damage of every kind is found and named by record and field, that other record types
// pass through, and that a hostile file costs bounded memory.
#include "base/limits.hpp"
#include "base/secret_bytes.hpp"
#include "documents/encounter_record.hpp"
#include "documents/encounter_record_test_pictures.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>

namespace sallyport::documents {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Made of readable text: $ for FS, newline for GS, ^ for RS, _ for US; LLL for the record's length.
std::string record(std::string text) {
    const std::string digits = std::to_string(text.size());
    if (const std::size_t at = text.find("LLL"); at != std::string::npos) {
        text.replace(at, 3, std::string(3 - digits.size(), '0') + digits);
    }
    std::ranges::replace(text, '$', '\x1C');
    std::ranges::replace(text, '\n', '\x1D');
    std::ranges::replace(text, '^', '\x1E');
    std::ranges::replace(text, '_', '\x1F');
    return text;
}

std::string header(const std::string& contents) {
    return record(
        "1.001:LLL\n1.002:0502\n1.003:" + contents +
        "\n1.004:AMN\n1.005:20260501\n1.007:D\n1.008:O\n1.009:T\n1.011:00.00\n1.012:00.00$"
    );
}

std::string descriptive() {
    return record("2.001:LLL\n2.002:0\n2.003:ONE_TWO^THREE$");
}

std::string face() {
    return record(
        "10.001:LLL\n10.002:1\n10.003:FACE\n10.004:S\n10.005:20260501\n10.006:48\n10.007:64\n"
        "10.008:0\n10.009:1\n10.010:1\n10.011:JPEGB\n10.012:RGB\n10.013:13\n10.999:\xFF\xD8\xFF$"
    );
}

std::string whole() {
    return header("1_2^2_0^10_1") + descriptive() + face();
}

Result<NISTTransaction> read(std::string_view text) {
    return read_nist_transaction({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

std::string with(std::string text, std::string_view from, const std::string& to) {
    const std::string what = record(std::string(from));
    const std::size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, what.size(), record(to));
}

std::string error_of(const Result<NISTTransaction>& transaction) {
    return transaction.has_value() ? "none" : transaction.error().describe();
}

TEST(NISTTransactionReader, GivesFieldsAsTheyStandAndThePictureAsBytes) {
    const auto transaction = read(whole());
    ASSERT_TRUE(transaction.has_value()) << error_of(transaction);
    ASSERT_EQ(transaction->records.size(), 3U);
    const NISTRecord& text = transaction->records[1];
    EXPECT_EQ(text.type, 2);
    EXPECT_THAT(text.fields.at(3), ElementsAre(ElementsAre("ONE", "TWO"), ElementsAre("THREE")));
    EXPECT_EQ(text.text(3), "ONE");
    EXPECT_EQ(text.text(4), "");
    EXPECT_THAT(transaction->records[2].data, ElementsAre(0xFF, 0xD8, 0xFF));
    EXPECT_FALSE(transaction->records[2].fields.contains(999));
}

TEST(NISTTransactionReader, LetsAPictureHoldEverySeparator) {
    const std::string picture = "\x1C\x1D\x1E\x1F"
                                "10.001:5\x1C";
    const std::string text =
        header("1_1^10_1") + record("10.001:LLL\n10.002:1\n10.999:" + picture + "$");
    const auto transaction = read(text);
    ASSERT_TRUE(transaction.has_value()) << error_of(transaction);
    const auto& data = transaction->records[1].data;
    EXPECT_EQ(std::string(data.begin(), data.end()), picture);
}

TEST(NISTTransactionReader, KeepsBinaryRecordsWhole) {
    std::string binary(30, '\x1C');
    binary[0] = binary[1] = binary[2] = '\0';
    binary[3] = 30;
    binary[4] = 7;
    const auto transaction = read(header("1_2^4_07^2_0") + binary + descriptive());
    ASSERT_TRUE(transaction.has_value()) << error_of(transaction);
    const NISTRecord& opaque = transaction->records[1];
    EXPECT_EQ(opaque.type, 4);
    EXPECT_EQ(opaque.text(1), "30");
    EXPECT_EQ(opaque.text(2), "7");
    EXPECT_EQ(std::string(opaque.data.begin(), opaque.data.end()), binary);

    for (const char length : {'\0', '\4', '\37'}) { // 31 is one more than is left
        std::string lying = binary;
        lying[3] = length;
        EXPECT_THAT(
            error_of(read(header("1_1^4_07") + lying)),
            HasSubstr("record 2 (Type-4), field 4.001: says")
        );
    }
}

struct Damage {
    const char* name;
    std::string text;
    const char* says;
};

std::vector<Damage> damaged_lengths_and_lists() {
    const std::string good = whole();
    return {
        {"no bytes", "", "the transaction is empty"},
        {"not a transaction",
         "hello",
         "record 1 (Type-1): does not begin with the field of its length"},
        {"length too long",
         with(good, "2.001:038", "2.001:039"),
         "record 2 (Type-2), field 2.001: says 39 bytes"},
        {"length too short",
         with(good, "2.001:038", "2.001:037"),
         "record 2 (Type-2), field 2.001: says 37 bytes"},
        {"length of nothing",
         with(good, "2.001:038", "2.001:000"),
         "record 2 (Type-2), field 2.001: says 0 bytes"},
        {"length beyond the file",
         with(good, "2.001:038", "2.001:999"),
         "record 2 (Type-2), field 2.001: says 999 bytes"},
        {"length below zero",
         with(good, "2.001:038", "2.001:-38"),
         "record 2 (Type-2), field 2.001: is not a length"},
        {"picture's length too short",
         with(good, "10.013:13\n", "10.013:130\n"),
         "record 3 (Type-10), field 10.001: says"},
        {"count too high",
         with(good, "1_2^", "1_3^"),
         "record 1 (Type-1), field 1.003: lists 2 records"},
        {"count not a number",
         with(good, "1_2^", "1_A^"),
         "record 1 (Type-1), field 1.003: lists 2 records"},
        {"count of another type",
         with(good, "1_2^", "2_2^"),
         "record 1 (Type-1), field 1.003: does not begin"},
        {"listed type is another",
         with(good, "10_1", "14_1"),
         "record 3 (Type-14): a record of Type-10 stands"},
        {"listed IDC is another",
         with(good, "10_1", "10_2"),
         "record 3 (Type-10), field 10.002: is not 2"},
        {"listed type does not exist", with(good, "^10_1", "^00_1"), "field 1.003: entry 2"},
        {"listed IDC does not exist", with(good, "^2_0", "^2_A"), "field 1.003: entry 1"},
        {"listed record is missing",
         header("1_3^2_0^10_1^10_2") + descriptive() + face(),
         "record 4 (Type-10): the file ends before it"},
        {"a record that is not listed", good + descriptive(), "38 bytes follow the 2 records"},
        {"a byte behind the end", good + "\n", "1 bytes follow the 2 records"},
        {"no list", with(good, "\n1.003:", "\n1.103:"), "record 1 (Type-1), field 1.003: is missing"
        },
        {"no version", with(good, "0502", "05AB"), "record 1 (Type-1), field 1.002"},
    };
}

std::vector<Damage> damaged_fields() {
    const std::string good = whole();
    return {
        {"no FS", with(good, "THREE$", "THREE\n"), "record 2 (Type-2), field 2.001: says 38 bytes"},
        {"FS inside",
         with(good, "ONE_TWO", "ONE$TWO"),
         "record 2 (Type-2), field 2.003: holds the separator"},
        {"GS inside",
         with(good, "ONE_TWO", "ONE\nTWO"),
         "record 2 (Type-2): no field begins after field 2.003"},
        {"GS at the end",
         with(good, "THREE$", "THRE\n$"),
         "record 2 (Type-2): no field begins after field 2.003"},
        {"no IDC", with(good, "2.002:", "2.004:"), "record 2 (Type-2), field 2.002: is missing"},
        {"length not first",
         with(good, "2.001:038\n2.002", "2.002:038\n2.001"),
         "record 2 (Type-2), field 2.002: stands before the length"},
        {"a field twice",
         with(good, "10.013:", "10.012:"),
         "record 3 (Type-10), field 10.012: stands there twice"},
        {"a field of another type",
         with(good, "10.013:", "14.013:"),
         "record 3 (Type-10): holds a field of Type-14"},
        {"field zero",
         with(good, "10.013:", "10.000:"),
         "record 3 (Type-10): no field begins after field 10.012"},
    };
}

TEST(NISTTransactionReader, NamesRecordAndFieldOfEveryDamage) {
    ASSERT_TRUE(read(whole()).has_value());
    std::vector<Damage> damages = damaged_lengths_and_lists();
    std::ranges::move(damaged_fields(), std::back_inserter(damages));
    for (const Damage& damage : damages) {
        const auto transaction = read(damage.text);
        ASSERT_FALSE(transaction.has_value()) << damage.name;
        EXPECT_EQ(transaction.error().code(), ErrorCode::MalformedInput) << damage.name;
        EXPECT_THAT(transaction.error().message(), HasSubstr(damage.says)) << damage.name;
    }
}

TEST(NISTTransactionReader, FindsTruncationAtEveryByte) {
    const auto bytes = write_face_encounter(testing::encounter());
    ASSERT_TRUE(bytes.has_value());
    for (std::size_t size = 0; size < bytes->size(); ++size) {
        // A copy of its own, so that a read beyond the end is seen by the sanitizers.
        const SecretBytes part(bytes->begin(), bytes->begin() + static_cast<std::ptrdiff_t>(size));
        const auto transaction = read_nist_transaction(part);
        ASSERT_FALSE(transaction.has_value()) << size;
        ASSERT_EQ(transaction.error().code(), ErrorCode::MalformedInput) << size;
    }
}

TEST(NISTTransactionReader, RefusesMoreItemsRecordsAndBytesThanItsLimits) {
    const std::size_t items = limits::nist_items_max + 1;
    const std::string tail = "\x1D"
                             "2.002:0\x1D"
                             "2.003:" +
                             std::string(items, '\x1F') + "\x1C";
    // The length has five digits here.
    const std::string flood = "2.001:" + std::to_string(6 + 5 + tail.size()) + tail;
    const auto flooded = read(header("1_1^2_0") + flood);
    ASSERT_FALSE(flooded.has_value());
    EXPECT_EQ(flooded.error().code(), ErrorCode::PayloadTooLarge) << error_of(flooded);

    std::string contents = "1_" + std::to_string(limits::nist_records_max + 1);
    for (std::size_t count = 0; count <= limits::nist_records_max; ++count) {
        contents += "^2_0";
    }
    const std::string text = "1.001:SIZE\n1.002:0502\n1.003:" + contents + "$";
    const auto many = read(with(record(text), "SIZE", std::to_string(text.size())));
    ASSERT_FALSE(many.has_value());
    EXPECT_EQ(many.error().code(), ErrorCode::PayloadTooLarge) << error_of(many);

    const SecretBytes large(limits::nist_transaction_bytes_max + 1);
    const auto too_large = read_nist_transaction(large);
    ASSERT_FALSE(too_large.has_value());
    EXPECT_EQ(too_large.error().code(), ErrorCode::PayloadTooLarge);
}

// Fields that the reader of transactions leaves as they are, and what an encounter asks of them.
std::vector<Damage> wrong_fields() {
    const std::string good = with(whole(), "ONE_TWO^THREE", "DOMAINDEFINED");
    return {
        {"empty type", with(good, "AMN", "___"), "1.004: holds more"},
        {"no day of the calendar", with(good, "20260501", "20260231"), "1.005: is not a date"},
        {"repeated text", whole(), "2.003: holds more than one value"},
        {"no source", with(good, "10.004:S\n", "10.204:S\n"), "10.004: is missing"},
        {"width not a number", with(good, "10.006:48", "10.006:4A"), "10.006: is not a number"},
        {"two heights", with(good, "10.007:64", "10.007:6_"), "10.007: holds more than one value"},
        {"no profile", with(good, "10.013:13", "10.113:13"), "10.013: is missing"},
        {"a profile of no table", with(good, "10.013:13", "10.013:16"), "10.013: is not a profile"},
        {"a pose of no table", with(good, "10.012:RGB", "10.020:XYZ"), "10.020: is not a pose"},
        {"two items of quality",
         with(good, "10.012:RGB", "10.024:1_0"),
         "10.024: holds something else"},
        {"no picture",
         with(
             good,
             "10.999:\xFF\xD8\xFF",
             "10.99:\xFF\xD8\xFF"
             "A"
         ),
         "10.999: is missing"},
    };
}

TEST(NISTFaceRecord, OfAnotherWriterIsReadOnlyWhenItsFieldsHold) {
    for (const Damage& damage : wrong_fields()) {
        const auto transaction = read(damage.text);
        ASSERT_TRUE(transaction.has_value()) << damage.name << ": " << error_of(transaction);
        const auto encounter = face_encounter_of(*transaction);
        ASSERT_FALSE(encounter.has_value()) << damage.name;
        EXPECT_EQ(encounter.error().code(), ErrorCode::MalformedInput) << damage.name;
        EXPECT_THAT(encounter.error().message(), HasSubstr(damage.says)) << damage.name;
    }
}

TEST(NISTFaceRecord, IsNotFoundWhereThereIsNone) {
    for (const std::string& text :
         {header("1_1^2_0") + descriptive(), with(whole(), "FACE", "SCAR")}) {
        const auto transaction = read(text);
        ASSERT_TRUE(transaction.has_value()) << error_of(transaction);
        const auto encounter = face_encounter_of(*transaction);
        ASSERT_FALSE(encounter.has_value());
        EXPECT_EQ(encounter.error().code(), ErrorCode::NotFound);
    }
    EXPECT_FALSE(face_encounter_of({}).has_value());
}

} // namespace
} // namespace sallyport::documents
