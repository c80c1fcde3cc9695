// sallyport document face-record: a picture into an ANSI/NIST transaction, or one read back.
#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/limits.hpp"
#include "base/secret_bytes.hpp"
#include "commands.hpp"
#include "config.hpp"
#include "documents/encounter_record.hpp"
#include "exit_status.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace sallyport::app {
namespace {

namespace json = boost::json;
using Bytes = SecretBytes;

Result<Bytes> read_bytes(const std::filesystem::path& file, std::size_t bytes_max) {
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    if (error) {
        return fail(ErrorCode::IoFailed, "cannot read " + file.string());
    }
    if (size > bytes_max) {
        return fail(
            ErrorCode::PayloadTooLarge,
            fmt::format("{} is larger than {} bytes", file.string(), bytes_max)
        );
    }
    SALLYPORT_TRY(const std::string text, read_text_file(file));
    return Bytes(text.begin(), text.end());
}

// Both kinds of file show a person: mode 0600.
Status write_bytes(const std::filesystem::path& file, const Bytes& bytes) {
    const int descriptor =
        ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    std::size_t written = 0;
    while (descriptor >= 0 && written < bytes.size()) {
        const ssize_t count = ::write(descriptor, bytes.data() + written, bytes.size() - written);
        if (count <= 0) {
            break;
        }
        written += static_cast<std::size_t>(count);
    }
    // A full disk may be told only when the file is closed.
    const bool closed = descriptor >= 0 && ::close(descriptor) == 0;
    if (!closed || written < bytes.size()) {
        return fail(ErrorCode::IoFailed, "cannot write " + file.string());
    }
    return {};
}

Result<documents::FaceEncounter> encounter_of(const FaceRecordCommand& command) {
    documents::FaceEncounter encounter;
    encounter.transaction_type = command.type;
    encounter.destination_agency = command.destination;
    encounter.originating_agency = command.originator;
    encounter.source_agency = command.originator;
    encounter.control_number = command.control;
    if (command.control.empty()) {
        struct ControlNumber;
        SystemRandom random;
        encounter.control_number = Id<ControlNumber>::random(random).hex();
    }
    encounter.made_at = SystemClock().now();
    encounter.captured_at = encounter.made_at;
    if (!command.captured.empty()) {
        SALLYPORT_TRY(encounter.captured_at, parse_instant(command.captured + "T00:00:00Z"));
    }
    encounter.subject_acquisition_profile = command.profile;
    encounter.pose = command.pose;
    if (command.quality.has_value()) {
        encounter.quality = {{*command.quality, command.quality_vendor, command.quality_algorithm}};
    }
    SALLYPORT_TRY(Bytes picture, read_bytes(command.picture, limits::image_bytes_max));
    SALLYPORT_CHECK(documents::set_picture(encounter, std::move(picture)));
    return encounter;
}

Status write_record(const FaceRecordCommand& command) {
    SALLYPORT_TRY(const auto encounter, encounter_of(command));
    SALLYPORT_TRY(const Bytes bytes, documents::write_face_encounter(encounter));
    SALLYPORT_CHECK(write_bytes(command.out, bytes));
    if (command.json) {
        const json::object answer{
            {"file", command.out.string()},
            {"bytes", bytes.size()},
            {"control_number", encounter.control_number},
            {"compression", encounter.compression},
            {"width_px", encounter.width_px},
            {"height_px", encounter.height_px},
        };
        fmt::print("{}\n", json::serialize(answer));
    } else {
        fmt::print(
            "{}: {} bytes, {} {} x {}, control number {}\n",
            command.out.string(),
            bytes.size(),
            encounter.compression,
            encounter.width_px,
            encounter.height_px,
            encounter.control_number
        );
    }
    return {};
}

// Records of older writers may hold ISO 8859-1, which JSON cannot: what is no UTF-8 is taken for
// that.
json::string shown(const std::string& text) {
    json::error_code error;
    const json::value checked = json::parse(json::serialize(json::string(text)), error);
    if (!error && checked.is_string()) {
        return checked.get_string();
    }
    json::string converted;
    for (const char character : text) {
        const auto code = static_cast<unsigned char>(character);
        if (code < 0x80) {
            converted.push_back(character);
        } else {
            converted.push_back(static_cast<char>(0xC0U | code >> 6U));
            converted.push_back(static_cast<char>(0x80U | (code & 0x3FU)));
        }
    }
    return converted;
}

json::array subfields_json(const std::vector<std::vector<std::string>>& subfields) {
    json::array out;
    for (const std::vector<std::string>& items : subfields) {
        json::array values;
        for (const std::string& item : items) {
            values.emplace_back(shown(item));
        }
        out.emplace_back(std::move(values));
    }
    return out;
}

json::array records_json(const documents::NISTTransaction& transaction) {
    json::array records;
    for (const documents::NISTRecord& record : transaction.records) {
        json::object fields;
        for (const auto& [field, subfields] : record.fields) {
            fields[fmt::format("{}.{:03}", record.type, field)] = subfields_json(subfields);
        }
        records.push_back(json::object{
            {"type", record.type},
            {"fields", std::move(fields)},
            {"data_bytes", record.data.size()},
        });
    }
    return records;
}

json::object face_json(const Result<documents::FaceEncounter>& face) {
    if (!face.has_value()) {
        return {{"fault", face.error().describe()}};
    }
    return {
        {"made_at", format_instant(face->made_at)},
        {"captured_on", format_instant(face->captured_at).substr(0, 10)},
        {"compression", shown(face->compression)},
        {"width_px", face->width_px},
        {"height_px", face->height_px},
        {"subject_acquisition_profile", face->subject_acquisition_profile},
        {"pose", face->pose},
        {"picture_bytes", face->picture.size()},
    };
}

// Values stand as JSON here, too: a file of somebody else may hold what a terminal obeys.
void print_fields(const documents::NISTTransaction& transaction) {
    for (const documents::NISTRecord& record : transaction.records) {
        for (const auto& [field, subfields] : record.fields) {
            fmt::print(
                "{}.{:03} {}\n", record.type, field, json::serialize(subfields_json(subfields))
            );
        }
        if (!record.data.empty()) {
            fmt::print("Type-{} holds {} bytes of data\n", record.type, record.data.size());
        }
    }
}

// Whether the record is one of a face, as the standard wants it.
Result<bool> read_record(const FaceRecordCommand& command) {
    SALLYPORT_TRY(const Bytes bytes, read_bytes(command.read, limits::nist_transaction_bytes_max));
    SALLYPORT_TRY(const auto transaction, documents::read_nist_transaction(bytes));
    const auto face = documents::face_encounter_of(transaction);
    if (!command.out.empty()) {
        if (!face.has_value()) {
            return fail(face.error());
        }
        SALLYPORT_CHECK(write_bytes(command.out, face->picture));
    }
    if (command.json) {
        const json::object answer{
            {"file", command.read.string()},
            {"records", records_json(transaction)},
            {"face", face_json(face)},
        };
        fmt::print("{}\n", json::serialize(answer));
    } else {
        print_fields(transaction);
        if (!face.has_value()) {
            fmt::print(stderr, "sallyport: {}\n", face.error().describe());
        }
    }
    return face.has_value();
}

int could_not(const Error& error) {
    fmt::print(stderr, "sallyport: {}\n", error.describe());
    return exit_could_not;
}

} // namespace

int run_document_face_record(const FaceRecordCommand& command) {
    if (command.read.empty() == command.picture.empty() ||
        (command.read.empty() && command.out.empty())) {
        fmt::print(stderr, "sallyport: give a PICTURE and --out FILE, or --read FILE\n");
        return exit_wrong_use;
    }
    if (command.read.empty()) {
        const Status written = write_record(command);
        return written.has_value() ? exit_done : could_not(written.error());
    }
    const auto read = read_record(command);
    if (!read.has_value()) {
        return could_not(read.error());
    }
    return *read ? exit_done : exit_answer_is_no;
}

} // namespace sallyport::app
