// The files of an electronic travel document (ICAO Doc 9303-10, LDS 1.7 and 1.8) as values. Bytes
// come from a chip or from somebody who says so: everything is read within limits, and a wrong
// length or tag is a MalformedInput that names the file and the place. Pure functions, any thread.
#pragma once

#include "base/result.hpp"
#include "base/secret_bytes.hpp"
#include "documents/mrz.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::documents {

using Bytes = SecretBytes; // zeroed when freed: they hold portraits and names
using ByteView = std::span<const std::uint8_t>;

// Numbers as Doc 9303-10 gives them, 1 to 16.
enum class DataGroup : std::uint8_t {
    DG1 = 1,
    DG2,
    DG3,
    DG4,
    DG5,
    DG6,
    DG7,
    DG8,
    DG9,
    DG10,
    DG11,
    DG12,
    DG13,
    DG14,
    DG15,
    DG16
};
[[nodiscard]] std::string data_group_name(DataGroup group); // "DG1"
[[nodiscard]] std::optional<DataGroup> data_group_from_number(int number);

// What was read from a chip: raw files. EF.COM is not signed; EF.SOD is the signature.
struct ChipFiles {
    std::optional<Bytes> com;
    std::optional<Bytes> sod;
    std::map<DataGroup, Bytes> groups;
};

struct CommonData {              // EF.COM, tag 60
    std::string lds_version;     // "0107"
    std::string unicode_version; // "040000"
    std::vector<DataGroup> present;
    SecretBytes unknown_tags;
    std::vector<std::string> faults; // oddities that do not stop the reading
};
[[nodiscard]] Result<CommonData> read_com(ByteView file);

// DG1, tag 61: the machine-readable zone.
[[nodiscard]] Result<MRZReading> read_dg1(ByteView file, Instant today);

enum class PortraitCoding { JPEG, JPEG2000, JPEG2000Lossless, PNG, Unknown };
struct ChipPortrait {
    PortraitCoding coding = PortraitCoding::Unknown;
    Bytes picture;        // exactly the bytes of the picture
    std::string standard; // "ISO/IEC 19794-5:2005", "ISO/IEC 39794-5:2019"
    int width_px = 0;     // as the record states; 0 when it does not
    int height_px = 0;
    std::optional<domain::Sex> sex;  // as the record states
    std::vector<std::string> faults; // oddities that do not stop the reading
};
// DG2, tag 75: every portrait of every biometric information template (Doc 9303-10 4.7.2, CBEFF).
[[nodiscard]] Result<std::vector<ChipPortrait>> read_dg2(ByteView file);
// The biometric data block alone, as DG2 holds it in tag 5F2E (ISO/IEC 19794-5) or 7F2E
// (ISO/IEC 39794-5 DER); also a bare ISO/IEC 19794-5 "FAC" record.
[[nodiscard]] Result<std::vector<ChipPortrait>> read_face_record(ByteView record);

struct AdditionalPersonalDetails { // DG11, tag 6B
    std::string full_name;         // family name and given names as the file holds them, "<<" kept
    std::vector<std::string> other_names;
    std::string personal_number;
    std::optional<domain::PartialDate> full_birth_date;
    std::string place_of_birth;
    std::string address;
    std::string telephone;
    std::string profession;
    std::string title;
    std::string personal_summary;
    std::vector<std::string> other_travel_documents;
    std::string custody_information;
    std::vector<std::string> faults; // as above; also a tag list that names other fields
};
[[nodiscard]] Result<AdditionalPersonalDetails> read_dg11(ByteView file);

struct AdditionalDocumentDetails { // DG12, tag 6C
    std::string issuing_authority;
    std::optional<domain::PartialDate> issue_date;
    std::vector<std::string> other_people;
    std::string endorsements;
    std::string tax_exit_requirements;
    std::string personalisation_time; // 2026-05-01T08:00:00, zone not stated
    std::string personalisation_system;
    std::vector<std::string> faults;
};
[[nodiscard]] Result<AdditionalDocumentDetails> read_dg12(ByteView file);

struct SecurityInfo {          // one SecurityInfo of DG14 (Doc 9303-11)
    std::string protocol;      // object identifier, dotted
    std::string protocol_name; // "ChipAuthentication ECDH 3DES", or empty when not known
    std::optional<long> version;
    std::optional<long> key_id; // of PACE: the parameter id
};
[[nodiscard]] Result<std::vector<SecurityInfo>> read_dg14(ByteView file); // tag 6E

struct ActiveAuthenticationKey { // DG15, tag 6F: SubjectPublicKeyInfo
    std::string algorithm;       // "RSA", "EC"
    int bits = 0;
    std::string curve; // named curve, "explicit", or empty
    Bytes public_key_info;
};
[[nodiscard]] Result<ActiveAuthenticationKey> read_dg15(ByteView file);

} // namespace sallyport::documents
