#include "documents/data_groups.hpp"

#include "documents/internal/dg_file.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace sallyport::documents {
namespace {

using internal::find;
using internal::TLVElement;
using internal::TLVElements;
using internal::TLVReader;

constexpr internal::Tag com_tag = 0x60;
constexpr internal::Tag lds_version_tag = 0x5F01;
constexpr internal::Tag unicode_version_tag = 0x5F36;
constexpr internal::Tag tag_list_tag = 0x5C;
constexpr internal::Tag dg1_tag = 0x61;
constexpr internal::Tag mrz_tag = 0x5F1F;

// Doc 9303-10, 4.6.2.2: the outer tag of DG1 to DG16, in this order.
constexpr std::array<std::uint8_t, 16> group_tags{
    0x61, 0x75, 0x63, 0x76, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F, 0x70
};

void take_group(CommonData& common, std::uint8_t tag) {
    const auto found = std::find(group_tags.begin(), group_tags.end(), tag);
    if (found == group_tags.end()) {
        common.unknown_tags.push_back(tag);
        return;
    }
    const auto group = *data_group_from_number(static_cast<int>(found - group_tags.begin()) + 1);
    if (std::find(common.present.begin(), common.present.end(), group) != common.present.end()) {
        internal::note(common.faults, "the tag list names a data group twice");
        return;
    }
    common.present.push_back(group);
}

std::string version_text(const TLVElements& fields, internal::Tag tag, internal::Faults& faults) {
    const TLVElement* field = find(fields, tag);
    if (field == nullptr) {
        internal::note(faults, fmt::format("field {} is missing", internal::tag_text(tag)));
        return {};
    }
    return internal::field_text(*field, faults);
}

} // namespace

std::string data_group_name(DataGroup group) {
    return fmt::format("DG{}", static_cast<int>(group));
}

std::optional<DataGroup> data_group_from_number(int number) {
    if (number < 1 || number > 16) {
        return std::nullopt;
    }
    return static_cast<DataGroup>(number);
}

Result<CommonData> read_com(ByteView file) {
    TLVReader reader(file, "EF.COM");
    SALLYPORT_TRY(const TLVElement outer, internal::open_file(reader, file, com_tag));
    SALLYPORT_TRY(const TLVElements fields, reader.children(outer));
    const TLVElement* list = find(fields, tag_list_tag);
    if (list == nullptr) {
        return fail(reader.malformed("there is no tag list", outer.offset));
    }
    CommonData common;
    internal::note_trailing(reader, common.faults);
    internal::note_unknown(
        fields, {lds_version_tag, unicode_version_tag, tag_list_tag}, "EF.COM", common.faults
    );
    common.lds_version = version_text(fields, lds_version_tag, common.faults);
    common.unicode_version = version_text(fields, unicode_version_tag, common.faults);
    for (const std::uint8_t tag : list->value) {
        take_group(common, tag);
    }
    return common;
}

Result<MRZReading> read_dg1(ByteView file, Instant today) {
    TLVReader reader(file, "DG1");
    SALLYPORT_TRY(const TLVElement outer, internal::open_file(reader, file, dg1_tag));
    SALLYPORT_TRY(const TLVElements fields, reader.children(outer));
    const TLVElement* zone = find(fields, mrz_tag);
    if (zone == nullptr) {
        return fail(reader.malformed("there is no machine-readable zone", outer.offset));
    }
    const std::string text(zone->value.begin(), zone->value.end());
    auto reading = read_mrz(text, {.mode = MRZMode::Strict, .today = today});
    if (!reading) {
        return fail(
            ErrorCode::MalformedInput,
            "DG1: the machine-readable zone cannot be read",
            std::move(reading).error()
        );
    }
    internal::note_trailing(reader, reading->faults);
    internal::note_unknown(fields, {mrz_tag}, "DG1", reading->faults);
    return reading;
}

} // namespace sallyport::documents
