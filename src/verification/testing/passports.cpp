#include "verification/testing/passports.hpp"

#include <fmt/format.h>

namespace sallyport::verification::testing {
namespace {

using documents::Bytes;
using documents::DataGroup;

std::string padded(std::string text, std::size_t size) {
    text.resize(size, '<');
    return text;
}

std::string with_digit(const std::string& field) {
    return field + documents::mrz_check_digit(field).value();
}

Bytes operator+(Bytes left, const Bytes& right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

Bytes number(std::size_t value, int bytes) {
    Bytes result;
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
        result.push_back(static_cast<std::uint8_t>((value >> static_cast<unsigned>(shift)) & 0xFFU)
        );
    }
    return result;
}

Bytes element(const Bytes& tag, const Bytes& value) {
    return tag + Bytes{0x83} + number(value.size(), 3) + value;
}

Bytes text_bytes(std::string_view text) {
    return {text.begin(), text.end()};
}

// ISO/IEC 19794-5:2005: record header, one portrait without feature points, its JPEG.
Bytes face_record(const Picture& portrait) {
    const std::size_t data_size = 20 + 12 + portrait.size();
    const Bytes header = text_bytes(std::string_view(
                             "FAC\0"
                             "010\0",
                             8
                         )) +
                         number(14 + data_size, 4) + number(1, 2);
    const Bytes information = number(data_size, 4) + Bytes(16, 0);
    const Bytes picture{1, 0, 480 >> 8, 480 & 0xFF, 320 >> 8, 320 & 0xFF, 1, 0, 0, 0, 0, 0};
    return header + information + picture + Bytes(portrait.begin(), portrait.end());
}

Bytes dg2_of(const Picture& portrait) {
    const Bytes header = element({0xA1}, element({0x81}, {0x02}) + element({0x88}, {0x00, 0x08}));
    const Bytes block = element({0x5F, 0x2E}, face_record(portrait));
    const Bytes one = element({0x7F, 0x60}, header + block);
    return element({0x75}, element({0x7F, 0x61}, Bytes{0x02, 0x01, 0x01} + one));
}

Bytes dg1_of(std::string zone) {
    zone.erase(zone.find('\n'), 1);
    return element({0x61}, element({0x5F, 0x1F}, text_bytes(zone)));
}

} // namespace

std::string zone_of(const ListedPerson& person, const PassportText& text) {
    const std::string first = padded(
        fmt::format("P<{}{}<<{}", padded(text.issuer, 3), person.family_name, text.given_names), 44
    );
    const std::string document = with_digit(padded(person.document, 9));
    const std::string birth = with_digit(text.birth_date);
    const std::string expiry_and_rest = with_digit(text.expiry) + std::string(14, '<') + "0";
    const std::string composite =
        with_digit(document + birth + expiry_and_rest).substr((document + birth).size());
    return first + "\n" + document + padded(text.issuer, 3) + birth + "F" + composite;
}

PassportOffice::PassportOffice()
    : authority_(documents::testing::make_party({}, documents::testing::ec_key())),
      signer_(documents::testing::make_party(
          {.common_name = "Document signer",
           .role = documents::testing::CertificateRole::DocumentSigner,
           .serial = 2},
          documents::testing::ec_key(),
          &authority_
      )) {}

documents::TrustStore PassportOffice::trust() const {
    return documents::testing::store_of({authority_.der()});
}

documents::ChipFiles PassportOffice::chip_of(
    const ListedPerson& person, const Picture& portrait, const PassportText& text
) const {
    documents::ChipFiles files;
    files.groups[DataGroup::DG1] = dg1_of(zone_of(person, text));
    files.groups[DataGroup::DG2] = dg2_of(portrait);
    files.sod = documents::testing::make_sod({.groups = files.groups}, signer_);
    return files;
}

} // namespace sallyport::verification::testing
