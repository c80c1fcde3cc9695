#include "documents/data_groups.hpp"
#include "documents/internal/dg_file.hpp"
#include "documents/internal/iso19794_face.hpp"
#include "documents/internal/iso39794_face.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

namespace sallyport::documents {
namespace {

using internal::Faults;
using internal::find;
using internal::note;
using internal::Tag;
using internal::TLVElement;
using internal::TLVElements;
using internal::TLVReader;
using Portraits = std::vector<ChipPortrait>;

constexpr Tag dg2_tag = 0x75;
constexpr Tag templates_tag = 0x7F61; // biometric information template group
constexpr Tag count_tag = 0x02;
constexpr Tag template_tag = 0x7F60; // biometric information template
constexpr Tag header_tag = 0xA1;
constexpr Tag block_tag = 0x5F2E;
constexpr Tag constructed_block_tag = 0x7F2E;
constexpr Tag wrapper_tag = 0xA1; // around an ISO/IEC 39794-5 block

// CBEFF biometric header, Doc 9303-10 table 37.
constexpr Tag biometric_type_tag = 0x81;
constexpr Tag format_owner_tag = 0x87;
constexpr Tag format_type_tag = 0x88;
constexpr long owner_sc37 = 0x0101;
constexpr long format_19794 = 0x0008;
constexpr long format_39794 = 0x002A;

void append_faults(Portraits& portraits, const Faults& faults) {
    for (ChipPortrait& portrait : portraits) {
        for (const std::string& fault : faults) {
            note(portrait.faults, fault);
        }
    }
}

// An ISO/IEC 39794-5 block, bare or in its wrapper.
Result<Portraits> read_der(TLVReader& reader, const TLVElement& element) {
    if (element.tag == internal::iso39794_face_tag) {
        return internal::read_iso39794_face(reader, element);
    }
    SALLYPORT_TRY(const TLVElements inner, reader.children(element));
    if (const TLVElement* block = find(inner, internal::iso39794_face_tag)) {
        return internal::read_iso39794_face(reader, *block);
    }
    const TLVElement* wrapper = find(inner, wrapper_tag);
    if (wrapper == nullptr || element.tag == wrapper_tag) {
        return fail(reader.malformed("a biometric data block is no face record", element.offset));
    }
    return read_der(reader, *wrapper);
}

// The value of 5F2E or 7F2E; what it holds decides, not its tag.
Result<Portraits> read_block(TLVReader& reader, const TLVElement& block) {
    if (internal::is_iso19794_face(block.value)) {
        return internal::read_iso19794_face(block.value, block.value_offset, reader.file());
    }
    return read_der(reader, block);
}

void note_header(const TLVElements& header, const TLVElement& block, Faults& faults) {
    const auto number_of = [&header](Tag tag) -> std::optional<long> {
        const TLVElement* field = find(header, tag);
        return field == nullptr ? std::nullopt : internal::small_integer(field->value);
    };
    const std::optional<long> format = number_of(format_type_tag);
    const long expected = internal::is_iso19794_face(block.value) ? format_19794 : format_39794;
    if (number_of(format_owner_tag) != owner_sc37 || format != expected) {
        note(faults, "the biometric header states another format than the data block has");
    }
    const auto type = number_of(biometric_type_tag);
    // ISO/IEC 19785-3: 2 is facial features.
    if (type && *type != 2) {
        note(faults, "the biometric header states another biometric type than a face");
    }
}

Result<Portraits> read_template(TLVReader& reader, const TLVElement& face) {
    SALLYPORT_TRY(const TLVElements fields, reader.children(face));
    const auto is_block = [](const TLVElement& element) {
        return element.tag == block_tag || element.tag == constructed_block_tag;
    };
    const auto block = std::find_if(fields.begin(), fields.end(), is_block);
    if (block == fields.end()) {
        return fail(reader.malformed("a biometric template has no data block", face.offset));
    }
    Faults faults;
    internal::note_unknown(
        fields, {header_tag, block_tag, constructed_block_tag}, "biometric template", faults
    );
    if (std::count_if(fields.begin(), fields.end(), is_block) > 1) {
        note(faults, "a biometric template has more than one data block");
    }
    if (const TLVElement* header = find(fields, header_tag)) {
        SALLYPORT_TRY(const TLVElements header_fields, reader.children(*header));
        note_header(header_fields, *block, faults);
    } else {
        note(faults, "a biometric template has no header");
    }
    SALLYPORT_TRY(Portraits portraits, read_block(reader, *block));
    append_faults(portraits, faults);
    return portraits;
}

// The number of templates that the group states against those that it has.
Status check_count(
    const TLVReader& reader, const TLVElement& group, const TLVElements& members, Faults& faults
) {
    const long present = std::count_if(members.begin(), members.end(), [](const auto& member) {
        return member.tag == template_tag;
    });
    if (present == 0) {
        return fail(reader.malformed("there is no biometric template", group.offset));
    }
    const TLVElement* count = find(members, count_tag);
    if (count == nullptr) {
        note(faults, "the number of biometric templates is missing");
        return {};
    }
    const std::optional<long> stated = internal::small_integer(count->value);
    if (!stated || *stated < 1 || *stated > present) {
        return fail(reader.malformed(
            fmt::format("it states {} biometric templates and has {}", stated.value_or(0), present),
            count->offset
        ));
    }
    if (*stated < present) {
        note(faults, "there are more biometric templates than are stated");
    }
    return {};
}

} // namespace

Result<Portraits> read_dg2(ByteView file) {
    TLVReader reader(file, "DG2");
    SALLYPORT_TRY(const TLVElement outer, internal::open_file(reader, file, dg2_tag));
    SALLYPORT_TRY(const TLVElements groups, reader.children(outer));
    const TLVElement* group = find(groups, templates_tag);
    if (group == nullptr) {
        return fail(reader.malformed("there is no group of biometric templates", outer.offset));
    }
    Faults faults;
    internal::note_trailing(reader, faults);
    internal::note_unknown(groups, {templates_tag}, "DG2", faults);
    SALLYPORT_TRY(const TLVElements members, reader.children(*group));
    internal::note_unknown(members, {count_tag, template_tag}, "biometric template group", faults);
    SALLYPORT_CHECK(check_count(reader, *group, members, faults));
    Portraits portraits;
    for (const TLVElement& member : members) {
        if (member.tag != template_tag) {
            continue;
        }
        SALLYPORT_TRY(Portraits read, read_template(reader, member));
        std::move(read.begin(), read.end(), std::back_inserter(portraits));
        if (portraits.size() > limits::chip_portraits_max) {
            return fail(reader.malformed("there are too many portraits", member.offset));
        }
    }
    append_faults(portraits, faults);
    return portraits;
}

Result<Portraits> read_face_record(ByteView record) {
    constexpr std::string_view name = "face record";
    if (record.size() > limits::chip_file_bytes_max) {
        return fail(ErrorCode::PayloadTooLarge, "the face record is larger than is read");
    }
    if (internal::is_iso19794_face(record)) {
        return internal::read_iso19794_face(record, 0, name);
    }
    TLVReader reader(record, name);
    SALLYPORT_TRY(const TLVElement outer, reader.outer());
    const bool block = outer.tag == block_tag || outer.tag == constructed_block_tag;
    if (!block && outer.tag != wrapper_tag && outer.tag != internal::iso39794_face_tag) {
        return fail(reader.malformed(
            fmt::format("tag {} opens no face record", internal::tag_text(outer.tag)), 0
        ));
    }
    SALLYPORT_TRY(Portraits portraits, block ? read_block(reader, outer) : read_der(reader, outer));
    Faults faults;
    internal::note_trailing(reader, faults);
    append_faults(portraits, faults);
    return portraits;
}

} // namespace sallyport::documents
