// A traveler as the JSON that is sealed into the record, and back.
#include "verification/manifest_service.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <strings.h>

namespace sallyport::verification {
namespace {

namespace json = boost::json;

json::value optional_date(const std::optional<domain::PartialDate>& date) {
    return date ? json::value(domain::format_date(*date)) : json::value(nullptr);
}

std::string text_of(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
}

std::optional<domain::PartialDate> date_of(const json::object& object, std::string_view key) {
    const std::string text = text_of(object, key);
    if (text.empty()) {
        return std::nullopt;
    }
    auto date = domain::parse_date(text);
    return date.has_value() ? std::optional(*date) : std::nullopt;
}

} // namespace

SecretBytes traveler_to_json(const domain::Traveler& traveler) {
    json::array documents;
    for (const domain::TravelDocument& document : traveler.documents) {
        documents.push_back(json::object{
            {"type", document.type},
            {"number", document.number},
            {"issuer", document.issuer},
            {"expiry", optional_date(document.expiry)},
        });
    }
    const json::object object{
        {"kind", static_cast<int>(traveler.kind)},
        {"family_name", traveler.family_name},
        {"given_names", traveler.given_names},
        {"sex", domain::sex_letter(traveler.sex)},
        {"birth_date", optional_date(traveler.birth_date)},
        {"nationality", traveler.nationality},
        {"documents", std::move(documents)},
        {"reference", traveler.reference},
        {"passenger_reference", traveler.passenger_reference},
        {"seat", traveler.seat},
        {"embarkation", traveler.embarkation},
        {"debarkation", traveler.debarkation},
        {"residence", traveler.residence},
        {"clearance", traveler.clearance},
        {"birth_place", traveler.birth_place},
        {"data_verified", traveler.data_verified},
    };
    std::string text = json::serialize(object);
    SecretBytes bytes(text.begin(), text.end());
    ::explicit_bzero(text.data(), text.size());
    return bytes;
}

Result<domain::Traveler> traveler_from_json(std::span<const std::uint8_t> bytes) {
    const std::string_view text(
        reinterpret_cast<const char*>(bytes.data()), bytes.size()
    ); // NOLINT
    boost::system::error_code error;
    const json::value value = json::parse(text, error);
    if (error || !value.is_object()) {
        return fail(ErrorCode::StorageFailed, "a sealed traveler is not what was sealed");
    }
    const json::object& object = value.get_object();
    domain::Traveler traveler;
    const json::value* kind = object.if_contains("kind");
    if (kind != nullptr && kind->is_int64()) {
        traveler.kind = static_cast<domain::TravelerKind>(std::clamp<std::int64_t>(
            kind->get_int64(), 0, static_cast<std::int64_t>(domain::TravelerKind::TransitCrew)
        ));
    }
    traveler.family_name = text_of(object, "family_name");
    traveler.given_names = text_of(object, "given_names");
    traveler.sex = domain::sex_from_letter(text_of(object, "sex"));
    traveler.birth_date = date_of(object, "birth_date");
    traveler.nationality = text_of(object, "nationality");
    traveler.reference = text_of(object, "reference");
    traveler.passenger_reference = text_of(object, "passenger_reference");
    traveler.seat = text_of(object, "seat");
    traveler.embarkation = text_of(object, "embarkation");
    traveler.debarkation = text_of(object, "debarkation");
    traveler.residence = text_of(object, "residence");
    traveler.clearance = text_of(object, "clearance");
    traveler.birth_place = text_of(object, "birth_place");
    const json::value* verified = object.if_contains("data_verified");
    traveler.data_verified = verified != nullptr && verified->is_bool() && verified->get_bool();
    const json::value* documents = object.if_contains("documents");
    if (documents != nullptr && documents->is_array()) {
        for (const json::value& entry : documents->get_array()) {
            if (!entry.is_object()) {
                continue;
            }
            traveler.documents.push_back(domain::TravelDocument{
                .type = text_of(entry.get_object(), "type"),
                .number = text_of(entry.get_object(), "number"),
                .issuer = text_of(entry.get_object(), "issuer"),
                .expiry = date_of(entry.get_object(), "expiry"),
            });
        }
    }
    return traveler;
}

} // namespace sallyport::verification
