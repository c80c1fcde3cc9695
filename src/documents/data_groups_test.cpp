// Proves that EF.COM, DG1, DG11, DG12, DG14 and DG15 are read field by field, that oddities are
// noted and that every broken length, tag or shape is refused with the file's name.
#include "base/secret_bytes.hpp"
#include "documents/internal/dg_test_writer.hpp"

#include <algorithm>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

namespace sallyport::documents {
namespace {

using namespace testing;

constexpr std::string_view passport_zone = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
                                           "L898902C36UTO7408122F1204159ZE184226B<<<<<10";

Bytes com_file(const Bytes& tags) {
    return tlv(0x60, {tlv(0x5F01, text("0107")), tlv(0x5F36, text("040000")), tlv(0x5C, tags)});
}
Bytes dg1_file() {
    return tlv(0x61, tlv(0x5F1F, text(passport_zone)));
}
Bytes dg11_file() {
    return tlv(
        0x6B,
        {tlv(0x5C, Bytes{0x5F, 0x0E, 0x5F, 0x0F, 0x5F, 0x2B, 0x5F, 0x17}),
         tlv(0x5F0E, text("ERIKSSON<<ANNA<MARIA")),
         tlv(0xA0, {tlv(0x02, Bytes{2}), tlv(0x5F0F, text("ONE")), tlv(0x5F0F, text("TWO"))}),
         tlv(0x5F2B, Bytes{0x19, 0x74, 0x08, 0x12}),
         tlv(0x5F17, text("A123<B456"))}
    );
}
Bytes dg12_file() {
    return tlv(
        0x6C,
        {tlv(0x5C, Bytes{0x5F, 0x19, 0x5F, 0x26, 0xA0, 0x5F, 0x1B, 0x5F, 0x55, 0x5F, 0x56}),
         tlv(0x5F19, text("UTOPIA")),
         tlv(0x5F26, text("20200131")),
         tlv(0xA0, {tlv(0x02, Bytes{1}), tlv(0x5F1A, text("SMITH<<BRENDA"))}),
         tlv(0x5F1B, text("NONE")),
         tlv(0x5F55, Bytes{0x20, 0x20, 0x01, 0x31, 0x08, 0x09, 0x10}),
         tlv(0x5F56, text("SYS1"))}
    );
}

// id-CA-ECDH-AES-CBC-CMAC-256 with key 7, id-PK-ECDH, id-PACE-ECDH-GM-AES-128 with parameters 13,
// active authentication, and an identifier of nobody.
Bytes bsi(std::initializer_list<std::uint8_t> tail) {
    return tlv(0x06, {Bytes{4, 0, 0x7F, 0, 7, 2, 2}, Bytes(tail)});
}
Bytes dg14_file() {
    return tlv(
        0x6E,
        tlv(0x31,
            {tlv(0x30, {bsi({3, 2, 4}), tlv(2, Bytes{1}), tlv(2, Bytes{7})}),
             tlv(0x30, {bsi({1, 2}), tlv(0x30, Bytes{})}),
             tlv(0x30, {bsi({4, 2, 2}), tlv(2, Bytes{2}), tlv(2, Bytes{13})}),
             tlv(0x30, {tlv(6, Bytes{0x67, 0x81, 8, 1, 1, 5}), tlv(2, Bytes{1}), bsi({1})}),
             tlv(0x30, {tlv(6, Bytes{0x2A, 3, 4}), tlv(2, Bytes{1})})})
    );
}

Bytes dg15_file(EVP_PKEY* made) {
    const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(made, EVP_PKEY_free);
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(key.get(), &der);
    EXPECT_GT(size, 0);
    const Bytes info(der, der + size);
    OPENSSL_free(der);
    return tlv(0x6F, info);
}

bool has(const std::vector<std::string>& faults, std::string_view text) {
    return std::any_of(faults.begin(), faults.end(), [&](const std::string& fault) {
        return fault.find(text) != std::string::npos;
    });
}

struct Reader {
    std::string name;
    Bytes file;
    std::function<std::optional<Error>(ByteView)> read;
};
template <class Function>
std::function<std::optional<Error>(ByteView)> error_of(Function function) {
    return [function](ByteView file) -> std::optional<Error> {
        const auto result = function(file);
        return result.has_value() ? std::nullopt : std::optional<Error>(result.error());
    };
}
std::vector<Reader> readers() {
    return {
        {"EF.COM", com_file({0x61, 0x75}), error_of(read_com)},
        {"DG1", dg1_file(), error_of([](ByteView file) { return read_dg1(file, Instant{}); })},
        {"DG11", dg11_file(), error_of(read_dg11)},
        {"DG12", dg12_file(), error_of(read_dg12)},
        {"DG14", dg14_file(), error_of(read_dg14)},
        {"DG15", dg15_file(EVP_EC_gen("P-256")), error_of(read_dg15)},
    };
}

TEST(DataGroups, RefuseEveryFileCutShort) {
    for (const Reader& reader : readers()) {
        EXPECT_FALSE(reader.read(reader.file).has_value()) << reader.name;
        for (std::size_t length = 0; length < reader.file.size(); ++length) {
            const auto error = reader.read(std::span(reader.file).first(length));
            ASSERT_TRUE(error.has_value()) << reader.name << " " << length;
            EXPECT_EQ(error->code(), ErrorCode::MalformedInput);
            EXPECT_EQ(error->message().rfind(reader.name, 0), 0U) << error->message();
        }
    }
}

TEST(DataGroups, RefuseIndefiniteLengthsOtherTagsAndSizes) {
    for (const Reader& reader : readers()) {
        Bytes indefinite = reader.file;
        indefinite[1] = 0x80;
        const auto error = reader.read(indefinite);
        ASSERT_TRUE(error.has_value()) << reader.name;
        EXPECT_NE(error->message().find("indefinite length"), std::string::npos);
        Bytes other = reader.file;
        other[0] = 0x77;
        EXPECT_NE(reader.read(other)->message().find("tag 77 where"), std::string::npos);
        const auto large = reader.read(Bytes(limits::chip_file_bytes_max + 1, 0));
        ASSERT_TRUE(large.has_value());
        EXPECT_EQ(large->code(), ErrorCode::PayloadTooLarge);
    }
}

TEST(DataGroups, SurviveAnyChangedByte) {
    for (const Reader& reader : readers()) {
        for (std::size_t at = 0; at < reader.file.size(); ++at) {
            for (const std::uint8_t value : Bytes{0x00, 0x7F, 0x80, 0xFF}) {
                Bytes changed = reader.file;
                changed[at] = value;
                const auto error = reader.read(changed);
                if (error) {
                    EXPECT_EQ(error->code(), ErrorCode::MalformedInput) << reader.name << at;
                }
            }
        }
    }
}

TEST(DataGroupNames, FollowTheNumbers) {
    EXPECT_EQ(data_group_name(DataGroup::DG14), "DG14");
    EXPECT_EQ(data_group_from_number(2), DataGroup::DG2);
    EXPECT_FALSE(data_group_from_number(0).has_value());
    EXPECT_FALSE(data_group_from_number(17).has_value());
}

TEST(ReadCOM, NamesVersionsAndGroups) {
    const auto com = read_com(com_file({0x61, 0x75, 0x70, 0x42, 0x75}));
    ASSERT_TRUE(com.has_value()) << com.error().message();
    EXPECT_EQ(com->lds_version, "0107");
    EXPECT_EQ(com->unicode_version, "040000");
    EXPECT_EQ(com->present, (std::vector{DataGroup::DG1, DataGroup::DG2, DataGroup::DG16}));
    EXPECT_EQ(com->unknown_tags, (SecretBytes{0x42}));
    EXPECT_TRUE(has(com->faults, "names a data group twice"));
}

TEST(ReadCOM, NotesWhatIsMissingAndWhatFollows) {
    const auto com = read_com(join({tlv(0x60, tlv(0x5C, Bytes{0x61})), Bytes(3, 0)}));
    ASSERT_TRUE(com.has_value());
    EXPECT_TRUE(has(com->faults, "field 5F01 is missing"));
    EXPECT_TRUE(has(com->faults, "3 bytes follow"));
    EXPECT_FALSE(read_com(tlv(0x60, tlv(0x5F01, text("0107")))).has_value());
}

TEST(ReadDG1, ReadsTheZone) {
    const auto reading = read_dg1(dg1_file(), Instant{});
    ASSERT_TRUE(reading.has_value()) << reading.error().describe();
    EXPECT_EQ(reading->format, MRZFormat::TD3);
    EXPECT_TRUE(reading->valid);
    EXPECT_EQ(reading->fields.document_number, "L898902C3");
}

TEST(ReadDG1, RefusesAZoneThatIsNone) {
    EXPECT_FALSE(read_dg1(tlv(0x61, Bytes{}), Instant{}).has_value());
    const auto error = read_dg1(tlv(0x61, tlv(0x5F1F, text("P<UTO"))), Instant{});
    ASSERT_FALSE(error.has_value());
    EXPECT_EQ(error.error().code(), ErrorCode::MalformedInput);
}

TEST(ReadDG11, ReadsEveryField) {
    const auto details = read_dg11(dg11_file());
    ASSERT_TRUE(details.has_value()) << details.error().message();
    EXPECT_EQ(details->full_name, "ERIKSSON<<ANNA<MARIA");
    EXPECT_EQ(details->other_names, (std::vector<std::string>{"ONE", "TWO"}));
    EXPECT_EQ(details->full_birth_date, (domain::PartialDate{1974, 8, 12}));
    EXPECT_EQ(details->other_travel_documents, (std::vector<std::string>{"A123", "B456"}));
    EXPECT_TRUE(details->faults.empty()) << details->faults.front();
    const Bytes more =
        tlv(0x6B,
            {tlv(0x5C, Bytes{}),
             tlv(0x5F10, text("1")),
             tlv(0x5F11, text("2")),
             tlv(0x5F42, text("3")),
             tlv(0x5F12, text("4")),
             tlv(0x5F13, text("5")),
             tlv(0x5F14, text("6")),
             tlv(0x5F15, text("7")),
             tlv(0x5F18, text("8"))});
    const auto other = read_dg11(more);
    ASSERT_TRUE(other.has_value());
    EXPECT_EQ(
        other->personal_number + other->place_of_birth + other->address + other->telephone +
            other->profession + other->title + other->personal_summary + other->custody_information,
        "12345678"
    );
}

TEST(ReadDG11, ReadsBirthDatesInBothFormsWithUnknownParts) {
    const auto date_of = [](const Bytes& value) {
        const auto details =
            read_dg11(tlv(0x6B, {tlv(0x5C, Bytes{0x5F, 0x2B}), tlv(0x5F2B, value)}));
        return details.has_value() ? details->full_birth_date : std::nullopt;
    };
    EXPECT_EQ(date_of(text("19740812")), (domain::PartialDate{1974, 8, 12}));
    EXPECT_EQ(date_of({0x19, 0x74, 0x08, 0x00}), (domain::PartialDate{1974, 8, 0}));
    EXPECT_EQ(date_of({0x19, 0x74, 0x00, 0x00}), (domain::PartialDate{1974, 0, 0}));
    EXPECT_FALSE(date_of(text("19741312")).has_value());
    EXPECT_FALSE(date_of(text("1974AB12")).has_value());
    EXPECT_FALSE(date_of({0x19, 0x7F, 0x08, 0x12}).has_value());
    EXPECT_FALSE(date_of({0x19}).has_value());
    EXPECT_FALSE(date_of({}).has_value());
}

TEST(ReadDG11, NotesATagListThatDoesNotFit) {
    const auto details =
        read_dg11(tlv(0x6B, {tlv(0x5C, Bytes{0x5F, 0x10, 0x5F}), tlv(0x5F11, text("X"))}));
    ASSERT_TRUE(details.has_value());
    EXPECT_EQ(details->place_of_birth, "X");
    EXPECT_TRUE(has(details->faults, "the tag list names 5F10, absent"));
    EXPECT_TRUE(has(details->faults, "the tag list omits 5F11, present"));
    EXPECT_TRUE(has(details->faults, "the tag list is cut short"));
    EXPECT_TRUE(has(read_dg11(tlv(0x6B, Bytes{}))->faults, "the tag list is missing"));
}

TEST(ReadDG11, NotesListsThatLieAboutTheirCount) {
    const Bytes list = tlv(0xA0, {tlv(2, Bytes{9}), tlv(0x5F0F, text("ONE"))});
    const auto details = read_dg11(tlv(0x6B, {tlv(0x5C, Bytes{0xA0}), list}));
    ASSERT_TRUE(details.has_value());
    EXPECT_EQ(details->other_names.size(), 1U);
    EXPECT_TRUE(has(details->faults, "states another number of fields"));
}

TEST(ReadDG11, GivesTextAsUTF8WhateverWasWritten) {
    const auto place_of = [](const Bytes& value) {
        return *read_dg11(tlv(0x6B, {tlv(0x5C, Bytes{0x5F, 0x11}), tlv(0x5F11, value)}));
    };
    EXPECT_EQ(place_of(text("MÜNCHEN")).place_of_birth, "MÜNCHEN");
    EXPECT_TRUE(place_of(text("MÜNCHEN")).faults.empty());
    const auto latin = place_of({'M', 0xDC, 'N'});
    EXPECT_EQ(latin.place_of_birth, "MÜN");
    EXPECT_TRUE(has(latin.faults, "field 5F11 is not UTF-8"));
    const auto control = place_of({'A', 0, '\n', 'B'});
    EXPECT_EQ(control.place_of_birth, "A  B");
    EXPECT_TRUE(has(control.faults, "control characters"));
    EXPECT_TRUE(has(place_of({0xED, 0xA0, 0x80}).faults, "not UTF-8")); // half of a surrogate pair
}

TEST(ReadDG12, ReadsEveryField) {
    const auto details = read_dg12(dg12_file());
    ASSERT_TRUE(details.has_value()) << details.error().message();
    EXPECT_EQ(details->issuing_authority, "UTOPIA");
    EXPECT_EQ(details->issue_date, (domain::PartialDate{2020, 1, 31}));
    EXPECT_EQ(details->other_people, (std::vector<std::string>{"SMITH<<BRENDA"}));
    EXPECT_EQ(details->endorsements, "NONE");
    EXPECT_EQ(details->personalisation_time, "2020-01-31T08:09:10");
    EXPECT_EQ(details->personalisation_system, "SYS1");
    EXPECT_TRUE(details->faults.empty()) << details->faults.front();
}

TEST(ReadDG12, NotesWhatItCannotRead) {
    const auto details = read_dg12(tlv(
        0x6C, {tlv(0x5C, Bytes{0x5F, 0x55, 0x42}), tlv(0x5F55, text("now")), tlv(0x42, Bytes{1})}
    ));
    ASSERT_TRUE(details.has_value());
    EXPECT_EQ(details->personalisation_time, "");
    EXPECT_TRUE(has(details->faults, "field 5F55 is no time"));
    EXPECT_TRUE(has(details->faults, "element 42 is not known here"));
}

TEST(ReadDG14, NamesTheProtocols) {
    const auto infos = read_dg14(dg14_file());
    ASSERT_TRUE(infos.has_value()) << infos.error().message();
    ASSERT_EQ(infos->size(), 5U);
    EXPECT_EQ(infos->at(0).protocol, "0.4.0.127.0.7.2.2.3.2.4");
    EXPECT_EQ(infos->at(0).protocol_name, "ChipAuthentication ECDH AES-256");
    EXPECT_EQ(infos->at(0).version, 1);
    EXPECT_EQ(infos->at(0).key_id, 7);
    EXPECT_EQ(infos->at(1).protocol_name, "ChipAuthenticationPublicKey ECDH");
    EXPECT_FALSE(infos->at(1).version.has_value());
    EXPECT_EQ(infos->at(2).protocol_name, "PACE ECDH-GM AES-128");
    EXPECT_EQ(infos->at(2).key_id, 13);
    EXPECT_EQ(infos->at(3).protocol_name, "ActiveAuthentication");
    EXPECT_EQ(infos->at(4).protocol, "1.2.3.4");
    EXPECT_EQ(infos->at(4).protocol_name, "");
}

TEST(ReadDG14, RefusesWhatIsNoSetOfSecurityInfos) {
    EXPECT_FALSE(read_dg14(tlv(0x6E, tlv(0x30, Bytes{}))).has_value());
    EXPECT_FALSE(read_dg14(tlv(0x6E, tlv(0x31, tlv(0x04, Bytes{})))).has_value());
    EXPECT_FALSE(read_dg14(tlv(0x6E, tlv(0x31, tlv(0x30, bsi({2}))))).has_value());
    const Bytes endless = tlv(0x30, {tlv(6, Bytes{0x2A, 0x83}), tlv(2, Bytes{1})});
    EXPECT_FALSE(read_dg14(tlv(0x6E, tlv(0x31, endless))).has_value());
    Bytes many;
    for (std::size_t index = 0; index <= limits::security_infos_max; ++index) {
        many = join({many, tlv(0x30, {bsi({2}), tlv(2, Bytes{1})})});
    }
    EXPECT_FALSE(read_dg14(tlv(0x6E, tlv(0x31, many))).has_value());
}

TEST(ReadDG15, ReadsRSAAndNamedCurves) {
    const auto rsa = read_dg15(dg15_file(EVP_RSA_gen(1024)));
    ASSERT_TRUE(rsa.has_value());
    EXPECT_EQ(rsa->algorithm, "RSA");
    EXPECT_EQ(rsa->bits, 1024);
    EXPECT_EQ(rsa->curve, "");
    const Bytes file = dg15_file(EVP_EC_gen("brainpoolP256r1"));
    const auto ec = read_dg15(file);
    ASSERT_TRUE(ec.has_value());
    EXPECT_EQ(ec->algorithm, "EC");
    EXPECT_EQ(ec->bits, 256);
    EXPECT_EQ(ec->curve, "brainpoolP256r1");
    EXPECT_EQ(tlv(0x6F, ec->public_key_info), file);
}

TEST(ReadDG15, SaysWhenACurveIsSpelledOut) {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    ASSERT_EQ(EVP_PKEY_set_utf8_string_param(key, "encoding", "explicit"), 1);
    const auto read = read_dg15(dg15_file(key));
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->curve, "explicit");
    EXPECT_EQ(read->bits, 256);
}

TEST(ReadDG15, RefusesAKeyWithSomethingBehindIt) {
    const auto sound = read_dg15(dg15_file(EVP_EC_gen("P-256")));
    ASSERT_TRUE(sound.has_value());
    EXPECT_FALSE(read_dg15(tlv(0x6F, join({sound->public_key_info, {0}}))).has_value());
    EXPECT_FALSE(read_dg15(tlv(0x6F, Bytes{})).has_value());
}

} // namespace
} // namespace sallyport::documents
