// The plain JSON form of a passenger list: docs/manifests.md has its fields. Strict about types; a
// field that is not known is a warning, since it may be a misspelt one.
#include "base/limits.hpp"
#include "manifest/internal/edifact_text.hpp"
#include "manifest/internal/fault_log.hpp"
#include "manifest/internal/json_keys.hpp"
#include "manifest/internal/paxlst_codes.hpp"
#include "manifest/passenger_list.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <fmt/core.h>
#include <string>
#include <vector>

namespace sallyport::manifest {

namespace {

namespace json = boost::json;
using domain::TravelerKind;

// Only names that look like fields are repeated in a fault: a key may hold anything.
bool is_field_name(std::string_view name) {
    return !name.empty() && name.size() <= 32 && std::ranges::all_of(name, [](char character) {
        return (character >= 'a' && character <= 'z') || character == '_';
    });
}

std::string_view view_of(json::string_view text) {
    return {text.data(), text.size()};
}

// One object of the list: hands out its fields by name and type, and reports wrong and unknown
// ones.
class Fields {
public:
    Fields(const json::object& object, std::string path, internal::FaultLog& faults)
        : object_(object), path_(std::move(path)), faults_(faults) {}
    Fields(const Fields&) = delete;
    Fields& operator=(const Fields&) = delete;

    // Empty when the field is absent or null.
    std::string text(std::string_view name) {
        const json::value* value = find(name);
        if (value == nullptr) {
            return {};
        }
        const json::string* string = value->if_string();
        if (string == nullptr) {
            error(name, "must be a text");
            return {};
        }
        std::string clean = internal::printable_utf8(view_of(*string));
        if (clean.size() != string->size()) {
            error(name, "holds control characters; taken out");
        }
        return clean;
    }
    std::string needed_text(std::string_view name) {
        const std::size_t before = errors_;
        std::string value = text(name);
        if (value.empty() && errors_ == before) {
            error(name, "is missing");
        }
        return value;
    }
    std::optional<std::size_t> count(std::string_view name) {
        const json::value* value = find(name);
        if (value == nullptr) {
            return std::nullopt;
        }
        const std::int64_t* number = value->if_int64();
        if (number == nullptr || *number < 0) {
            error(name, "must be a whole number from 0");
            return std::nullopt;
        }
        return static_cast<std::size_t>(*number);
    }
    std::optional<domain::PartialDate> date(std::string_view name) {
        const std::string value = text(name);
        if (value.empty()) {
            return std::nullopt;
        }
        const Result<domain::PartialDate> date = domain::parse_date(value);
        if (!date) {
            error(name, "is not a date as in 1974-08-12");
            return std::nullopt;
        }
        return *date;
    }
    std::optional<Instant> local_time(std::string_view name);
    std::optional<Instant> instant(std::string_view name);
    bool flag(std::string_view name) {
        const json::value* value = find(name);
        if (value != nullptr && !value->is_bool()) {
            error(name, "must be true or false");
        }
        return value != nullptr && value->is_bool() && value->get_bool();
    }
    // Null when the field is absent or no array.
    const json::array* array(std::string_view name) {
        const json::value* value = find(name);
        if (value == nullptr) {
            return nullptr;
        }
        if (!value->is_array()) {
            error(name, "must be an array");
        }
        return value->if_array();
    }
    [[nodiscard]] bool has(std::string_view name) const { return object_.contains(name); }

    void error(std::string_view name, std::string_view problem) {
        ++errors_;
        faults_.error({}, fmt::format("{}/{} {}", path_, name, problem));
    }
    void warning(std::string_view problem) {
        faults_.warning({}, fmt::format("{} {}", path_.empty() ? "/" : path_, problem));
    }
    void report_unknown() {
        for (const auto& entry : object_) {
            const std::string_view name = view_of(entry.key());
            if (std::ranges::find(asked_, name) == asked_.end()) {
                warning(
                    is_field_name(name) ? fmt::format("has an unknown field: {}", name)
                                        : std::string("has an unknown field")
                );
            }
        }
    }
    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] internal::FaultLog& faults() { return faults_; }

private:
    const json::value* find(std::string_view name) {
        asked_.push_back(name);
        const json::value* value = object_.if_contains(json::string_view(name.data(), name.size()));
        return value == nullptr || value->is_null() ? nullptr : value;
    }

    const json::object& object_;
    std::string path_;
    internal::FaultLog& faults_;
    std::vector<std::string_view> asked_; // names are literals of this file
    std::size_t errors_ = 0;
};

// Times of a list are the place's own, so that an offset would be a contradiction.
std::optional<Instant> Fields::local_time(std::string_view name) {
    const std::string value = text(name);
    if (value.empty()) {
        return std::nullopt;
    }
    // 2026-12-01T09:40 or 2026-12-01T09:40:00
    const std::string complete = value.size() == 16 ? value + ":00Z" : value + "Z";
    const Result<Instant> time = parse_instant(complete);
    if (!time || (value.size() != 16 && value.size() != 19)) {
        error(name, "is not a local time as in 2026-12-01T09:40, without an offset");
        return std::nullopt;
    }
    return *time;
}

std::optional<Instant> Fields::instant(std::string_view name) {
    const std::string value = text(name);
    if (value.empty()) {
        return std::nullopt;
    }
    const Result<Instant> time = parse_instant(value);
    if (!time) {
        error(name, "is not a time as in 2026-11-30T18:10:00Z");
        return std::nullopt;
    }
    return *time;
}

template <class Take>
void each_object(
    Fields& parent, std::string_view name, const json::array& items, const Take& take
) {
    for (std::size_t index = 0; index < items.size() && !parent.faults().full(); ++index) {
        const json::object* object = items[index].if_object();
        const std::string at = fmt::format("{}/{}", name, index);
        if (object == nullptr) {
            parent.error(at, "must be an object");
            continue;
        }
        Fields fields(*object, fmt::format("{}/{}", parent.path(), at), parent.faults());
        take(fields);
        fields.report_unknown();
    }
}

ListKind read_kind(Fields& fields) {
    const std::string name = fields.text("kind");
    if (name.empty()) {
        return ListKind::PassengerList;
    }
    for (const ListKind kind :
         {ListKind::PassengerList,
          ListKind::CrewList,
          ListKind::FlightStatus,
          ListKind::MasterCrewList,
          ListKind::GatePass}) {
        if (name == list_kind_name(kind)) {
            return kind;
        }
    }
    fields.error("kind", "is not a kind of list");
    return ListKind::Unknown;
}

Movement read_movement(Fields& fields) {
    const std::string name = fields.text("movement");
    for (const Movement movement : {Movement::Flight, Movement::Voyage, Movement::Private}) {
        if (name == movement_name(movement)) {
            return movement;
        }
    }
    if (!name.empty()) {
        fields.error("movement", "is not flight, voyage or private");
    }
    return Movement::Flight;
}

// A name, or the qualifier that PAXLST has for it; the list keeps the qualifier either way.
void read_function(Fields& fields, PassengerList& list) {
    const std::string name = fields.text("function");
    for (const ListFunction function :
         {ListFunction::Original,
          ListFunction::Change,
          ListFunction::CancelTravelers,
          ListFunction::Reduction,
          ListFunction::Close,
          ListFunction::CloseOnBoard,
          ListFunction::CloseNotOnBoard,
          ListFunction::CancelFlight,
          ListFunction::ChangeFlight}) {
        if (name == list_function_name(function)) {
            list.purpose = function;
            list.function = internal::qualifier_of(function);
            return;
        }
    }
    list.function = name;
    list.purpose = internal::list_function_of(list.kind, name);
    if (list.purpose == ListFunction::Unknown) {
        fields.error("function", "is not a function of a list");
    }
}

TravelerKind read_traveler_kind(Fields& fields, TravelerKind usual) {
    const std::string name = fields.text("kind");
    if (name.empty()) {
        return usual;
    }
    for (const TravelerKind kind :
         {TravelerKind::Passenger,
          TravelerKind::Crew,
          TravelerKind::TransitPassenger,
          TravelerKind::TransitCrew}) {
        if (name == domain::traveler_kind_name(kind)) {
            return kind;
        }
    }
    fields.error("kind", "is not a kind of traveler");
    return usual;
}

domain::Sex read_sex(Fields& fields) {
    const std::string letter = fields.text("sex");
    if (!letter.empty() && letter != "F" && letter != "M" && letter != "X") {
        fields.error("sex", "is not F, M or X");
    }
    return domain::sex_from_letter(letter);
}

domain::TravelDocument read_document(Fields& fields) {
    domain::TravelDocument document;
    document.type = fields.text("type");
    document.number = fields.needed_text("number");
    document.issuer = fields.text("issuer");
    document.expiry = fields.date("expiry");
    return document;
}

domain::Traveler read_traveler(Fields& fields, TravelerKind usual) {
    domain::Traveler traveler;
    traveler.kind = read_traveler_kind(fields, usual);
    traveler.family_name = fields.needed_text("family_name");
    traveler.given_names = fields.text("given_names");
    traveler.birth_date = fields.date("birth_date");
    traveler.sex = read_sex(fields);
    traveler.nationality = fields.text("nationality");
    traveler.reference = fields.text("reference");
    traveler.passenger_reference = fields.text("passenger_reference");
    traveler.seat = fields.text("seat");
    traveler.embarkation = fields.text("embarkation");
    traveler.debarkation = fields.text("debarkation");
    traveler.residence = fields.text("residence");
    traveler.clearance = fields.text("clearance");
    traveler.birth_place = fields.text("birth_place");
    traveler.data_verified = fields.flag("data_verified");
    if (const json::array* documents = fields.array("documents")) {
        each_object(fields, "documents", *documents, [&traveler](Fields& document) {
            domain::TravelDocument read = read_document(document);
            if (!domain::normalised_document_number(read.number).empty()) {
                traveler.documents.push_back(std::move(read));
            }
        });
    }
    if (traveler.documents.empty()) {
        fields.warning("is a traveler without a document");
    }
    return traveler;
}

FlightLeg read_leg(Fields& fields) {
    FlightLeg leg;
    leg.flight = fields.needed_text("flight");
    leg.departure = fields.needed_text("departure");
    leg.arrival = fields.needed_text("arrival");
    leg.departs_at = fields.local_time("departs_at");
    leg.arrives_at = fields.local_time("arrives_at");
    return leg;
}

void check_count(
    Fields& fields,
    std::string_view name,
    const std::optional<std::size_t>& stated,
    std::size_t counted
) {
    if (stated && *stated != counted) {
        fields.error(name, fmt::format("states {}, the list has {}", *stated, counted));
    }
}

PassengerList read_one(const json::object& object, std::string path, internal::FaultLog& faults) {
    Fields fields(object, std::move(path), faults);
    PassengerList list;
    list.kind = read_kind(fields);
    list.movement = read_movement(fields);
    read_function(fields, list);
    list.sender = fields.text("sender");
    list.recipient = fields.text("recipient");
    list.reference = fields.text("reference");
    list.interchange_reference = fields.text("interchange_reference");
    list.transaction_reference = fields.text("transaction_reference");
    list.prepared_at = fields.instant("prepared_at");
    if (const json::array* legs = fields.array("legs")) {
        each_object(fields, "legs", *legs, [&list](Fields& leg) {
            list.legs.push_back(read_leg(leg));
        });
        if (list.legs.empty()) {
            fields.error("legs", "is empty");
        }
    } else {
        list.legs.push_back(read_leg(fields));
    }
    const TravelerKind usual =
        list.kind == ListKind::CrewList || list.kind == ListKind::MasterCrewList
            ? TravelerKind::Crew
            : TravelerKind::Passenger;
    if (const json::array* travelers = fields.array("travelers")) {
        if (travelers->size() > limits::manifest_travelers_max) {
            fields.error(
                "travelers",
                fmt::format("has more than {} entries; not read", limits::manifest_travelers_max)
            );
        } else {
            each_object(fields, "travelers", *travelers, [&list, usual](Fields& traveler) {
                list.travelers.push_back(read_traveler(traveler, usual));
            });
        }
    } else if (!fields.has("travelers")) {
        fields.error("travelers", "is missing");
    }
    list.stated_count = fields.count("passengers");
    list.stated_crew_count = fields.count("crew");
    check_count(fields, "passengers", list.stated_count, list.count_of(TravelerKind::Passenger));
    check_count(fields, "crew", list.stated_crew_count, list.count_of(TravelerKind::Crew));
    fields.report_unknown();
    return list;
}

std::optional<json::value> parse(std::string_view bytes, internal::FaultLog& faults) {
    json::parse_options options;
    options.max_depth = limits::json_depth_max;
    json::parser parser({}, options);
    json::error_code code;
    const std::size_t taken = parser.write_some(bytes.data(), bytes.size(), code);
    if (code) {
        const std::string_view what = code == json::error::too_deep ? "nested too deeply"
                                      : code == json::error::incomplete
                                          ? "the file ends inside the list"
                                          : "this is not JSON";
        faults.error({0, taken}, std::string(what));
        return std::nullopt;
    }
    if (bytes.find_first_not_of(" \t\r\n", taken) != std::string_view::npos) {
        faults.error({0, taken}, "something follows the end of the list");
    }
    return parser.release();
}

void read_value(const json::value& value, ListReading& reading, internal::FaultLog& faults) {
    if (const json::object* object = value.if_object()) {
        faults.set_message(0);
        reading.lists.push_back(read_one(*object, "", faults));
        return;
    }
    const json::array* lists = value.if_array();
    if (lists == nullptr || lists->empty()) {
        faults.error({}, "the file must hold a list as an object, or an array of lists");
        return;
    }
    for (std::size_t index = 0; index < lists->size() && !faults.full(); ++index) {
        const json::object* object = (*lists)[index].if_object();
        if (object == nullptr) {
            faults.set_message(no_message);
            faults.error({}, fmt::format("/{} must be an object", index));
            continue;
        }
        faults.set_message(reading.lists.size());
        reading.lists.push_back(read_one(*object, fmt::format("/{}", index), faults));
    }
}

} // namespace

ListReading read_json_list(std::string_view bytes) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    ListReading reading;
    internal::FaultLog faults;
    if (bytes.size() > limits::manifest_bytes_max) {
        faults.error(
            {}, fmt::format("larger than the limit of {} bytes", limits::manifest_bytes_max)
        );
        reading.faults = std::move(faults).take();
        return reading;
    }
    if (bytes.starts_with(byte_order_mark)) {
        bytes.remove_prefix(byte_order_mark.size());
    }
    if (const std::optional<json::value> value = parse(bytes, faults)) {
        if (const std::optional<std::size_t> repeated = internal::find_repeated_key(bytes)) {
            faults.error({0, *repeated}, "an object has the same field twice");
        }
        read_value(*value, reading, faults);
    }
    reading.faults = std::move(faults).take();
    return reading;
}

} // namespace sallyport::manifest
