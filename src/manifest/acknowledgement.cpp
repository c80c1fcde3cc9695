// The syntactical answer (ISO 9735-4, CONTRL): which messages of a file were read, and where those
// that were not are wrong. The code of an error (data element 0085) follows from the segment the
// reader found fault with, not from the words it used.
#include "base/limits.hpp"
#include "manifest/answers.hpp"
#include "manifest/internal/edifact_text.hpp"
#include "manifest/internal/edifact_writer.hpp"
#include "manifest/internal/interchange_outline.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <iterator>
#include <set>

namespace sallyport::manifest {

namespace {

namespace json = boost::json;
using internal::Element;
using internal::OutlineInterchange;
using internal::OutlineMessage;
using internal::Segment;

// Data element 0083.
constexpr int rejected = 4;
constexpr int acknowledged = 7;

// Data element 0085.
enum SyntaxError : int {
    None = 0,
    VersionNotSupported = 2,
    InvalidValue = 12,
    Missing = 13,
    ValueNotSupported = 14,
    NotSupportedHere = 15,
    Unspecified = 18,
    InvalidCharacters = 21,
    ReferencesDiffer = 28,
    CountDiffers = 29,
};

// Data element 0083 for interchange, group or message, with what is wrong and where.
struct Report {
    int action = acknowledged;
    int code = None;
    std::string tag; // of the service segment in error
};
struct SegmentError {
    std::size_t position = 0; // in the message; UNH is 1
    int code = Unspecified;
    std::size_t element = 0; // the tag is 1; 0: the segment as a whole
    std::size_t component = 0;
};
struct MessageReport {
    Report report;
    Element reference;
    Element type;
    std::optional<std::size_t> group;
    std::vector<SegmentError> errors;
};
struct InterchangeReport {
    Report report;
    const OutlineInterchange* outline = nullptr;
    std::vector<MessageReport> messages;
};

Element element_of(const Segment& segment, std::size_t index) {
    Element element;
    for (std::size_t component = 0; component < segment.components(index); ++component) {
        element.emplace_back(segment.component(index, component));
    }
    return element;
}

// Where a segment of PAXLST carries its value; elements and components as CONTRL counts them.
struct ValuePlace {
    std::string_view tag;
    std::size_t element;
    std::size_t component; // 0: the element has none
};
constexpr std::array value_places{
    ValuePlace{"BGM", 2, 1},
    ValuePlace{"RFF", 2, 2},
    ValuePlace{"NAD", 5, 1},
    ValuePlace{"TDT", 3, 0},
    ValuePlace{"LOC", 3, 1},
    ValuePlace{"DTM", 2, 2},
    ValuePlace{"ATT", 4, 1},
    ValuePlace{"NAT", 3, 1},
    ValuePlace{"DOC", 3, 1},
    ValuePlace{"CNT", 2, 2},
};
constexpr std::array<std::string_view, 8> other_segments{
    "COM", "MEA", "GEI", "FTX", "EMP", "CPI", "QTY", "AUT"
};

bool has_foreign_characters(const Segment& segment, internal::CharacterSet set) {
    const auto foreign = [set](const std::string& value) {
        bool high = false;
        for (const char character : value) {
            const auto code = static_cast<unsigned char>(character);
            if (code < 0x20 || code == 0x7F) {
                return true;
            }
            high = high || code >= 0x80;
        }
        return high && set != internal::CharacterSet::Latin1 && !internal::is_utf8(value);
    };
    for (std::size_t index = 0; index < segment.elements(); ++index) {
        if (std::ranges::any_of(element_of(segment, index), foreign)) {
            return true;
        }
    }
    return false;
}

bool states_number(std::string_view digits, std::size_t number) {
    digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
    return digits == (number == 0 ? "" : std::to_string(number));
}

int trailer_error(const Segment& trailer, std::size_t held, std::string_view reference) {
    if (!states_number(trailer.at(1), held)) {
        return CountDiffers;
    }
    return trailer.at(2) != reference ? ReferencesDiffer : None;
}

SegmentError error_in(
    const Segment& segment,
    std::size_t position,
    const OutlineMessage& message,
    internal::CharacterSet set
) {
    SegmentError error{.position = position};
    const std::string_view tag = segment.tag();
    if (has_foreign_characters(segment, set)) {
        error.code = InvalidCharacters;
        return error;
    }
    if (tag == "UNT") {
        const int trailer = trailer_error(segment, message.segments, message.header.at(1));
        error.code = trailer != None ? trailer : Missing; // a segment that should stand before it
        error.element = trailer == CountDiffers ? 2U : trailer == ReferencesDiffer ? 3U : 0U;
        return error;
    }
    const auto place = std::ranges::find(value_places, tag, &ValuePlace::tag);
    if (place == value_places.end()) {
        const bool known = std::ranges::find(other_segments, tag) != other_segments.end();
        error.code = known ? Unspecified : NotSupportedHere;
        return error;
    }
    error.element = place->element;
    error.component = place->component;
    const std::size_t component = place->component == 0 ? 0 : place->component - 1;
    const bool empty = segment.at(place->element - 1, component).empty();
    error.code = empty ? Missing : InvalidValue;
    const bool total = tag == "CNT" && !empty &&
                       segment.at(1, 1).find_first_not_of("0123456789") == std::string_view::npos;
    error.code = total ? static_cast<int>(CountDiffers) : error.code;
    return error;
}

// Which segment of the envelope the fault is about, if any: the reader may count a trailer's fault
// to the message before it.
const Segment* envelope_segment(const OutlineInterchange& interchange, const Fault& fault) {
    const auto here = [&fault](const std::optional<Segment>& segment) {
        return segment && segment->place.offset == fault.offset;
    };
    for (const std::optional<Segment>* segment : {&interchange.header, &interchange.trailer}) {
        if (here(*segment)) {
            return &**segment;
        }
    }
    for (const internal::OutlineGroup& group : interchange.groups) {
        if (group.header.place.offset == fault.offset) {
            return &group.header;
        }
        if (here(group.trailer)) {
            return &*group.trailer;
        }
    }
    return nullptr;
}

MessageReport report_message(
    const OutlineInterchange& interchange,
    const OutlineMessage& message,
    const std::vector<Fault>& faults,
    std::size_t index
) {
    const internal::CharacterSet set = internal::character_set_of(interchange.header->at(1));
    MessageReport result;
    result.reference = element_of(message.header, 1);
    result.type = element_of(message.header, 2);
    result.group = message.group;
    std::set<std::size_t> reported;
    for (const Fault& fault : faults) {
        if (fault.message != index || fault.severity != Severity::Error ||
            envelope_segment(interchange, fault) != nullptr) {
            continue;
        }
        result.report.action = rejected;
        const auto found = std::ranges::find_if(message.wanted, [&fault](const auto& wanted) {
            return wanted.second.place.offset == fault.offset;
        });
        if (found == message.wanted.end()) {
            result.report.code = message.complete ? Unspecified : Missing;
            result.report.tag = message.complete ? "" : "UNT";
        } else if (found->first == 1) {
            result.report.code =
                message.header.at(1).empty() ? Missing : static_cast<int>(ValueNotSupported);
            result.report.tag = "UNH";
        } else if (reported.insert(found->first).second &&
                   result.errors.size() < limits::acknowledgement_errors_max) {
            result.errors.push_back(error_in(found->second, found->first, message, set));
        }
    }
    return result;
}

int header_error(const Segment& unb) {
    if (unb.at(5).empty()) {
        return Missing;
    }
    const std::string_view version = unb.at(1, 1);
    const bool supported =
        internal::character_set_of(unb.at(1)) != internal::CharacterSet::Unknown &&
        version.size() == 1 && version >= "1" && version <= "4";
    return supported ? InvalidValue : VersionNotSupported;
}

int envelope_error(const OutlineInterchange& interchange, const Segment& segment) {
    if (segment.tag() == "UNB") {
        return header_error(segment);
    }
    if (segment.tag() != "UNZ") {
        return Unspecified;
    }
    const std::size_t held =
        interchange.groups.empty() ? interchange.messages.size() : interchange.groups.size();
    const int code = trailer_error(
        segment, held, interchange.header ? interchange.header->at(5) : std::string_view()
    );
    return code != None ? code : static_cast<int>(Unspecified);
}

// With a fault of the envelope the interchange as a whole cannot be relied on.
Report report_envelope(const OutlineInterchange& interchange, const std::vector<Fault>& faults) {
    for (const Fault& fault : faults) {
        if (fault.severity != Severity::Error || fault.offset < interchange.begin ||
            fault.offset > interchange.end) {
            continue;
        }
        if (const Segment* segment = envelope_segment(interchange, fault)) {
            return {rejected, envelope_error(interchange, *segment), std::string(segment->tag())};
        }
        if (fault.message == no_message) {
            return {rejected, Unspecified, ""};
        }
    }
    if (!interchange.trailer) {
        return {rejected, Missing, "UNZ"};
    }
    if (interchange.messages.empty()) {
        return {rejected, Missing, "UNH"};
    }
    return {};
}

bool holds_only_acknowledgements(const OutlineInterchange& interchange) {
    return !interchange.messages.empty() &&
           std::ranges::all_of(interchange.messages, [](const OutlineMessage& message) {
               return message.header.at(2) == "CONTRL";
           });
}

// The reports point into the outline.
std::vector<InterchangeReport>
reports_on(const std::vector<OutlineInterchange>& outline, const ListReading& reading) {
    std::vector<InterchangeReport> reports;
    std::size_t index = 0; // of the message among all of the file
    for (const OutlineInterchange& interchange : outline) {
        const std::size_t first = index;
        index += interchange.messages.size();
        if (!interchange.header || holds_only_acknowledgements(interchange)) {
            continue;
        }
        InterchangeReport& report = reports.emplace_back();
        report.outline = &interchange;
        report.report = report_envelope(interchange, reading.faults);
        for (std::size_t number = 0; number < interchange.messages.size(); ++number) {
            MessageReport& message = report.messages.emplace_back(report_message(
                interchange, interchange.messages[number], reading.faults, first + number
            ));
            if (first + number >= reading.lists.size()) { // the reader stopped before it
                message.report = {rejected, Unspecified, ""};
            }
            if (report.report.action == rejected) {
                message.report.action = rejected; // with all that it holds
            }
        }
    }
    return reports;
}

std::set<std::size_t> fault_offsets(const ListReading& reading) {
    std::set<std::size_t> offsets;
    for (const Fault& fault : reading.faults) {
        if (fault.severity == Severity::Error) {
            offsets.insert(fault.offset);
        }
    }
    return offsets;
}

Element number(std::size_t value) {
    return value == 0 ? Element{} : Element{std::to_string(value)};
}

void write_report(std::vector<Element>& elements, const Report& report) {
    elements.push_back({std::to_string(report.action)});
    elements.push_back(number(static_cast<std::size_t>(report.code)));
    elements.push_back({report.tag});
}

void write_message(internal::EdifactWriter& writer, const MessageReport& message) {
    std::vector<Element> elements{message.reference, message.type};
    write_report(elements, message.report);
    writer.segment("UCM", elements);
    for (const SegmentError& error : message.errors) {
        const Element code = number(static_cast<std::size_t>(error.code));
        if (error.element == 0) {
            writer.segment("UCS", {number(error.position), code});
            continue;
        }
        writer.segment("UCS", {number(error.position)});
        Element place = number(error.element);
        if (error.component > 0) {
            place.push_back(std::to_string(error.component));
        }
        writer.segment("UCD", {code, place});
    }
}

std::string write_control(
    const InterchangeReport& report, const AnswerEnvelope& envelope, std::uint64_t control_number
) {
    const Segment& unb = *report.outline->header;
    const Element own =
        envelope.own_identifier.empty() ? element_of(unb, 3) : Element{envelope.own_identifier};
    internal::EdifactWriter writer(
        {.sender = own,
         .recipient = element_of(unb, 2),
         .made_at = envelope.made_at,
         .control_number = control_number,
         .application = "CONTRL",
         .test = unb.at(11) == "1"},
        {"CONTRL", "4", "1", "UN"}
    );
    std::vector<Element> elements{element_of(unb, 5), element_of(unb, 2), element_of(unb, 3)};
    write_report(elements, report.report);
    writer.segment("UCI", elements);
    std::optional<std::size_t> group;
    for (const MessageReport& message : report.messages) {
        if (message.group && message.group != group) {
            const Segment& ung = report.outline->groups[*message.group].header;
            writer.segment(
                "UCF",
                {element_of(ung, 5),
                 element_of(ung, 2),
                 element_of(ung, 3),
                 {std::to_string(report.report.action)}}
            );
        }
        group = message.group;
        write_message(writer, message);
    }
    return std::move(writer).finish();
}

std::string first_of(const Element& element) {
    return element.empty() ? std::string() : internal::printable_utf8(element.front());
}

json::value code_value(int code) {
    return code == None ? json::value(nullptr) : json::value(code);
}

json::object message_object(const MessageReport& message) {
    json::array errors;
    for (const SegmentError& error : message.errors) {
        json::object object{{"segment", error.position}, {"code", error.code}};
        if (error.element > 0) {
            object.emplace("element", error.element);
        }
        if (error.component > 0) {
            object.emplace("component", error.component);
        }
        errors.emplace_back(std::move(object));
    }
    return {
        {"reference", first_of(message.reference)},
        {"type", first_of(message.type)},
        {"action", message.report.action == rejected ? "rejected" : "acknowledged"},
        {"code", code_value(message.report.code)},
        {"errors", std::move(errors)},
    };
}

} // namespace

Result<std::vector<std::string>> write_acknowledgement(
    const ListReading& reading, std::string_view bytes, const AnswerEnvelope& envelope
) {
    const auto outline = internal::outline_of(bytes, fault_offsets(reading));
    if (std::ranges::none_of(outline, [](const auto& one) { return one.header.has_value(); })) {
        return fail(ErrorCode::InvalidArgument, "there is no interchange to acknowledge");
    }
    std::vector<std::string> answers;
    std::uint64_t control_number = envelope.control_number;
    for (const InterchangeReport& report : reports_on(outline, reading)) {
        answers.push_back(write_control(report, envelope, control_number++));
    }
    return answers;
}

std::string acknowledgement_json(const ListReading& reading, std::string_view bytes) {
    const auto outline = internal::outline_of(bytes, fault_offsets(reading));
    json::array interchanges;
    for (const InterchangeReport& report : reports_on(outline, reading)) {
        json::array messages;
        for (const MessageReport& message : report.messages) {
            messages.emplace_back(message_object(message));
        }
        const Segment& unb = *report.outline->header;
        const int action = report.report.action;
        interchanges.push_back(json::object{
            {"reference", first_of(element_of(unb, 5))},
            {"sender", first_of(element_of(unb, 2))},
            {"recipient", first_of(element_of(unb, 3))},
            {"action", action == rejected ? "rejected" : "acknowledged"},
            {"code", code_value(report.report.code)},
            {"segment", report.report.tag},
            {"messages", std::move(messages)},
        });
    }
    return json::serialize(json::object{{"interchanges", std::move(interchanges)}});
}

} // namespace sallyport::manifest
