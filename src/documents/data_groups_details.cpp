// DG11 and DG12: what a state says about the holder and the document beyond the printed page.
#include "documents/data_groups.hpp"
#include "documents/internal/dg_file.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace sallyport::documents {
namespace {

using internal::Faults;
using internal::field_text;
using internal::find;
using internal::note;
using internal::Tag;
using internal::TLVElement;
using internal::TLVElements;
using internal::TLVReader;

constexpr Tag dg11_tag = 0x6B;
constexpr Tag dg12_tag = 0x6C;
constexpr Tag tag_list_tag = 0x5C;
constexpr Tag list_tag = 0xA0; // a count and that many fields of one kind
constexpr Tag count_tag = 0x02;

// Tags of a tag list: one byte each, or two where the first is 5F.
std::vector<Tag> listed_tags(TLVElement list, Faults& faults) {
    std::vector<Tag> tags;
    for (std::size_t at = 0; at < list.value.size(); ++at) {
        Tag tag = list.value[at];
        if ((tag & 0x1FU) == 0x1FU) {
            if (++at == list.value.size()) {
                note(faults, "the tag list is cut short");
                break;
            }
            tag = (tag << 8U) | list.value[at];
        }
        tags.push_back(tag);
    }
    return tags;
}

// The tag list against the fields that are there. `inner` are the tags of repeated fields, which a
// list may name by themselves or by A0.
void compare_tag_list(const TLVElements& fields, Tag inner, Faults& faults) {
    const TLVElement* list = find(fields, tag_list_tag);
    if (list == nullptr) {
        note(faults, "the tag list is missing");
        return;
    }
    const std::vector<Tag> listed = listed_tags(*list, faults);
    for (const Tag tag : listed) {
        if (find(fields, tag == inner ? list_tag : tag) == nullptr) {
            note(faults, fmt::format("the tag list names {}, absent", internal::tag_text(tag)));
        }
    }
    for (const TLVElement& field : fields) {
        const bool named = field.tag == tag_list_tag ||
                           std::find(listed.begin(), listed.end(), field.tag) != listed.end() ||
                           (field.tag == list_tag &&
                            std::find(listed.begin(), listed.end(), inner) != listed.end());
        if (!named) {
            note(
                faults, fmt::format("the tag list omits {}, present", internal::tag_text(field.tag))
            );
        }
    }
}

// A0: a count, then the fields.
Result<std::vector<std::string>>
read_list(TLVReader& reader, const TLVElement& list, Tag inner, Faults& faults) {
    SALLYPORT_TRY(const TLVElements members, reader.children(list));
    internal::note_unknown(members, {count_tag, inner}, "list A0", faults);
    std::vector<std::string> texts;
    for (const TLVElement& member : members) {
        if (member.tag == inner) {
            texts.push_back(field_text(member, faults));
        }
    }
    const TLVElement* count = find(members, count_tag);
    const auto stated = count == nullptr ? std::nullopt : internal::small_integer(count->value);
    if (!stated || *stated < 0 || static_cast<std::size_t>(*stated) != texts.size()) {
        note(faults, "the list A0 states another number of fields than it has");
    }
    return texts;
}

// Doc 9303-10, 4.7.11: numbers of other documents are separated by a filler.
std::vector<std::string> split_at_fillers(const std::string& text) {
    std::vector<std::string> parts;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find('<', at), text.size());
        if (end > at) {
            parts.push_back(text.substr(at, end - at));
        }
        at = end + 1;
    }
    return parts;
}

struct DetailFile {
    TLVElements fields;
    Faults faults;
};

Result<DetailFile> open_details(TLVReader& reader, ByteView file, Tag tag, Tag inner) {
    SALLYPORT_TRY(const TLVElement outer, internal::open_file(reader, file, tag));
    DetailFile details;
    SALLYPORT_TRY(details.fields, reader.children(outer));
    internal::note_trailing(reader, details.faults);
    compare_tag_list(details.fields, inner, details.faults);
    return details;
}

// 14 digits as 2026-05-01T08:00:00.
std::string time_text(const TLVElement& field, Faults& faults) {
    const auto digits = internal::field_digits(field.value, 14);
    if (!digits) {
        note(faults, fmt::format("field {} is no time", internal::tag_text(field.tag)));
        return {};
    }
    return fmt::format(
        "{}-{}-{}T{}:{}:{}",
        digits->substr(0, 4),
        digits->substr(4, 2),
        digits->substr(6, 2),
        digits->substr(8, 2),
        digits->substr(10, 2),
        digits->substr(12)
    );
}

} // namespace

Result<AdditionalPersonalDetails> read_dg11(ByteView file) {
    constexpr Tag other_name = 0x5F0F;
    TLVReader reader(file, "DG11");
    SALLYPORT_TRY(DetailFile read, open_details(reader, file, dg11_tag, other_name));
    AdditionalPersonalDetails details;
    Faults& faults = read.faults;
    for (const TLVElement& field : read.fields) {
        switch (field.tag) {
        case tag_list_tag:
        case 0x5F16: // picture of the proof of citizenship, not kept
            break;
        case 0x5F0E:
            details.full_name = field_text(field, faults);
            break;
        case list_tag: {
            SALLYPORT_TRY(details.other_names, read_list(reader, field, other_name, faults));
            break;
        }
        case 0x5F10:
            details.personal_number = field_text(field, faults);
            break;
        case 0x5F2B:
            details.full_birth_date = internal::field_date(field, faults);
            break;
        case 0x5F11:
            details.place_of_birth = field_text(field, faults);
            break;
        case 0x5F42:
            details.address = field_text(field, faults);
            break;
        case 0x5F12:
            details.telephone = field_text(field, faults);
            break;
        case 0x5F13:
            details.profession = field_text(field, faults);
            break;
        case 0x5F14:
            details.title = field_text(field, faults);
            break;
        case 0x5F15:
            details.personal_summary = field_text(field, faults);
            break;
        case 0x5F17:
            details.other_travel_documents = split_at_fillers(field_text(field, faults));
            break;
        case 0x5F18:
            details.custody_information = field_text(field, faults);
            break;
        default:
            internal::note_unknown({field}, {}, "DG11", faults);
        }
    }
    details.faults = std::move(faults);
    return details;
}

Result<AdditionalDocumentDetails> read_dg12(ByteView file) {
    constexpr Tag other_person = 0x5F1A;
    TLVReader reader(file, "DG12");
    SALLYPORT_TRY(DetailFile read, open_details(reader, file, dg12_tag, other_person));
    AdditionalDocumentDetails details;
    Faults& faults = read.faults;
    for (const TLVElement& field : read.fields) {
        switch (field.tag) {
        case tag_list_tag:
        case 0x5F1D: // pictures of the document's front and rear, not kept
        case 0x5F1E:
            break;
        case 0x5F19:
            details.issuing_authority = field_text(field, faults);
            break;
        case 0x5F26:
            details.issue_date = internal::field_date(field, faults);
            break;
        case list_tag: {
            SALLYPORT_TRY(details.other_people, read_list(reader, field, other_person, faults));
            break;
        }
        case 0x5F1B:
            details.endorsements = field_text(field, faults);
            break;
        case 0x5F1C:
            details.tax_exit_requirements = field_text(field, faults);
            break;
        case 0x5F55:
            details.personalisation_time = time_text(field, faults);
            break;
        case 0x5F56:
            details.personalisation_system = field_text(field, faults);
            break;
        default:
            internal::note_unknown({field}, {}, "DG12", faults);
        }
    }
    details.faults = std::move(faults);
    return details;
}

} // namespace sallyport::documents
