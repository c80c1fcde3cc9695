// ANSI/NIST-ITL 1-2011 (update 2015) transactions in traditional encoding: Type-1 header, Type-2
// descriptive text, Type-10 face. Written for the hand-over to a repository and read back. Pure
// functions, any thread. Personal data: no formatters.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret_bytes.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::documents {

// Fields as they stand in a record: number, then subfields of items. Field 999 (the picture) is
// kept apart as bytes. The binary records of Types 3 to 8 are kept whole in `data` and not looked
// into: their length and IDC alone stand in fields 1 and 2.
struct NISTRecord {
    int type = 0;
    std::map<int, std::vector<std::vector<std::string>>> fields;
    SecretBytes data; // field 999, or a whole binary record
    // First item of the first subfield; empty when the field is not there.
    [[nodiscard]] std::string text(int field) const;
};
struct NISTTransaction {
    std::vector<NISTRecord> records; // in file order; Type-1 first
};

// MalformedInput with record and field when lengths, separators or the Type-1 contents (1.003) do
// not agree; PayloadTooLarge beyond limits.
[[nodiscard]] Result<NISTTransaction> read_nist_transaction(std::span<const std::uint8_t> bytes);

struct FaceEncounter {
    // Type-1
    std::string transaction_type;   // TOT 1.004
    std::string destination_agency; // DAI 1.007
    std::string originating_agency; // ORI 1.008
    std::string control_number;     // TCN 1.009
    Instant made_at{};              // DAT 1.005, GMT 1.014
    std::string domain_name;        // DOM 1.013
    // Type-2: field number to text, as the application profile of the receiver names them
    std::map<int, std::string> descriptive;
    // Type-10
    std::string source_agency; // SRC 10.004
    Instant captured_at{};     // PHD 10.005, UTC date
    int width_px = 0;          // HLL
    int height_px = 0;         // VLL
    std::string compression;   // CGA 10.011: "JPEGB", "JP2", "PNG"
    int subject_acquisition_profile =
        0;                  // SAP 10.013; 0 unknown, 1 surveillance, 10 driver licence...
    std::string pose = "F"; // POS 10.020
    struct Quality {        // SQS 10.024
        int score = 255;    // 0 to 100; 254 not attempted, 255 failed
        std::string vendor; // four hex digits
        int algorithm = 0;
    };
    std::vector<Quality> quality;
    SecretBytes picture;
};

// Takes the picture over and sets width_px, height_px and compression by its header.
// InvalidArgument when it is none of JPEG, JPEG 2000 (JP2 file) and PNG.
[[nodiscard]] Status set_picture(FaceEncounter& encounter, SecretBytes picture);

// InvalidArgument naming the field that a reader of the standard would refuse. Among these are a
// picture that EXIF turns on its side, since a record states the size as stored; the poses A and D
// and the acquisition profiles from 40 on, whose further mandatory fields are not written.
[[nodiscard]] Result<SecretBytes> write_face_encounter(const FaceEncounter& encounter);
// The first Type-10 record of a face; NotFound without one, MalformedInput naming the field that is
// missing or holds what the standard does not allow. The picture is handed over undecoded.
[[nodiscard]] Result<FaceEncounter> face_encounter_of(const NISTTransaction& transaction);

} // namespace sallyport::documents
