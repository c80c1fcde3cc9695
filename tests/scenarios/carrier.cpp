#include "carrier.hpp"

#include "manifest/paxlst_test_text.hpp"
#include "verification/testing/fixture.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

namespace sallyport::scenarios {
namespace {

using manifest::ListFunction;
using manifest::Movement;
using manifest::testing::escaped;
using verification::testing::listed;
using verification::testing::ListedPerson;

struct Function {
    ListFunction function;
    std::string_view qualifier;
    bool of_the_flight; // a flight status message says it
};
constexpr std::array functions{
    Function{ListFunction::Original, "", false},
    Function{ListFunction::Change, "CP", false},
    Function{ListFunction::CancelTravelers, "XR", false},
    Function{ListFunction::Reduction, "RP", false},
    Function{ListFunction::Close, "CL", true},
    Function{ListFunction::CloseOnBoard, "CLOB", true},
    Function{ListFunction::CloseNotOnBoard, "CLNB", true},
    Function{ListFunction::CancelFlight, "XF", true},
    Function{ListFunction::ChangeFlight, "CF", true},
};

const Function& entry_of(ListFunction function) {
    return *std::find_if(functions.begin(), functions.end(), [&](const Function& entry) {
        return entry.function == function;
    });
}

std::string time_text(Instant instant, std::string_view form) {
    return fmt::format(
        fmt::runtime(fmt::format("{{:{}}}", form)),
        std::chrono::floor<std::chrono::seconds>(instant)
    );
}

std::string family_name_of(const CarrierMessage& message, std::size_t person) {
    return message.family_name.empty() ? listed(person).family_name : message.family_name;
}

std::string leg_of(const FlightText& flight) {
    const std::string_view mode = flight.movement == Movement::Voyage ? "1" : "";
    std::string text =
        fmt::format("TDT+20+{}+{}++XX'LOC+125+{}'", flight.flight, mode, flight.from);
    if (flight.departs) {
        text += fmt::format("DTM+189:{}:201'", time_text(*flight.departs, "%y%m%d%H%M"));
    }
    text += fmt::format("LOC+87+{}'", flight.to);
    if (flight.arrives) {
        text += fmt::format("DTM+232:{}:201'", time_text(*flight.arrives, "%y%m%d%H%M"));
    }
    return text;
}

std::string traveler_of(const CarrierMessage& message, std::size_t person, bool crew) {
    const ListedPerson who = listed(person);
    std::string text = fmt::format(
        "NAD+{}+++{}:WILHELMINA'ATT+2++F'DTM+329:800203'LOC+174+UTO'LOC+178+{}'LOC+179+{}'"
        "NAT+2+UTO'RFF+AVF:R{:05}'",
        crew ? "FM" : "FL",
        escaped(family_name_of(message, person)),
        message.flight.from,
        message.flight.to,
        person
    );
    if (!crew && message.names_references) {
        text += fmt::format("RFF+ABO:{}'", passenger_reference(person));
    }
    if (!message.seat.empty()) {
        text += fmt::format("RFF+SEA:{}'", message.seat);
    }
    return text +
           fmt::format(
               "DOC+P:110:111+{}{}'DTM+36:310101'LOC+91+UTO'", who.document, message.document_suffix
           );
}

// UNH to UNT.
std::string paxlst_message(
    const CarrierMessage& message,
    std::string_view kind,
    const std::string& travelers,
    int number,
    const std::string& count
) {
    std::string text = fmt::format("UNH+{}{:02}+PAXLST:D:05B:UN:IATA'", message.reference, number);
    const std::string_view qualifier = entry_of(message.function).qualifier;
    text += qualifier.empty() ? fmt::format("BGM+{}'", kind)
                              : fmt::format("BGM+{}+{}'", kind, qualifier);
    if (!message.transaction_reference.empty()) {
        text += fmt::format("RFF+TN:{}'", message.transaction_reference);
    }
    text += "NAD+MS+++PASSENGER SERVICES'" + leg_of(message.flight) + travelers + count;
    // No name of these people holds a released separator.
    const auto segments = std::count(text.begin(), text.end(), '\'') + 1;
    return text + fmt::format("UNT+{}+{}{:02}'", segments, message.reference, number);
}

boost::json::object traveler_json(const CarrierMessage& message, std::size_t person, bool crew) {
    boost::json::object traveler{
        {"kind", crew ? "crew" : "passenger"},
        {"family_name", family_name_of(message, person)},
        {"given_names", "WILHELMINA"},
        {"birth_date", "1980-02-03"},
        {"sex", "F"},
        {"nationality", "UTO"},
        {"documents",
         boost::json::array{boost::json::object{
             {"type", "P"},
             {"number", listed(person).document + message.document_suffix},
             {"issuer", "UTO"},
             {"expiry", "2031-01-01"}
         }}},
    };
    if (!message.seat.empty()) {
        traveler["seat"] = message.seat;
    }
    if (!crew && message.names_references) {
        traveler["passenger_reference"] = passenger_reference(person);
    }
    return traveler;
}

} // namespace

std::string passenger_reference(std::size_t person) {
    return fmt::format("U{}", person);
}

std::optional<ListFunction> function_named(std::string_view name) {
    for (const Function& entry : functions) {
        if (manifest::list_function_name(entry.function) == name) {
            return entry.function;
        }
    }
    return std::nullopt;
}

std::string paxlst_of(const CarrierMessage& message) {
    const auto travelers = [&](const std::vector<std::size_t>& people, bool crew) {
        std::string text;
        for (const std::size_t person : people) {
            text += traveler_of(message, person, crew);
        }
        return text;
    };
    const auto count = [](std::string_view what, std::size_t people) {
        return fmt::format("CNT+{}:{}'", what, people);
    };
    const std::size_t passengers = message.passengers.size();
    const std::size_t crew = message.crew.size();
    std::vector<std::string> messages;
    if (entry_of(message.function).of_the_flight) {
        const std::string all =
            travelers(message.passengers, false) + travelers(message.crew, true);
        std::string counts = passengers > 0 ? count("42", passengers) : "";
        counts += crew > 0 ? count("41", crew) : "";
        messages.push_back(paxlst_message(message, "266", all, 1, counts));
    } else {
        if (passengers > 0 || crew == 0) {
            messages.push_back(paxlst_message(
                message, "745", travelers(message.passengers, false), 1, count("42", passengers)
            ));
        }
        if (crew > 0) {
            messages.push_back(
                paxlst_message(message, "250", travelers(message.crew, true), 2, count("41", crew))
            );
        }
    }
    const std::string made = time_text(message.made, "%y%m%d:%H%M");
    std::string text = fmt::format(
        "UNA:+.? 'UNB+UNOA:4+XX:ZZ+UTOAPIS:ZZ+{}+{}++APIS'"
        "UNG+PAXLST+XX:ZZ+UTOAPIS:ZZ+{}+{}+UN+D:05B'",
        made,
        message.reference,
        made,
        message.reference
    );
    for (const std::string& one : messages) {
        text += one;
    }
    return text + fmt::format(
                      "UNE+{}+{}'UNZ+1+{}'", messages.size(), message.reference, message.reference
                  );
}

std::string json_of(const CarrierMessage& message) {
    boost::json::array travelers;
    for (const std::size_t person : message.passengers) {
        travelers.push_back(traveler_json(message, person, false));
    }
    for (const std::size_t person : message.crew) {
        travelers.push_back(traveler_json(message, person, true));
    }
    const FlightText& flight = message.flight;
    boost::json::object list{
        {"kind", "passenger_list"},
        {"movement", manifest::movement_name(flight.movement)},
        {"function", manifest::list_function_name(message.function)},
        {"prepared_at", format_instant(message.made)},
        {"sender", "XX"},
        {"interchange_reference", message.reference},
        {"flight", flight.flight},
        {"departure", flight.from},
        {"arrival", flight.to},
        {"passengers", message.passengers.size()},
        {"crew", message.crew.size()},
        {"travelers", std::move(travelers)},
    };
    if (flight.departs) {
        list["departs_at"] = time_text(*flight.departs, "%Y-%m-%dT%H:%M");
    }
    if (flight.arrives) {
        list["arrives_at"] = time_text(*flight.arrives, "%Y-%m-%dT%H:%M");
    }
    if (!message.transaction_reference.empty()) {
        list["transaction_reference"] = message.transaction_reference;
    }
    return boost::json::serialize(list);
}

std::string wrapped(const std::string& text, std::size_t columns) {
    std::string telegram = "QU UTOAPXS\r\n.AMSRMXX 010600\r\n";
    for (std::size_t start = 0; start < text.size(); start += columns) {
        telegram += text.substr(start, columns) + "\r\n";
    }
    return telegram + "NNNN\r\n";
}

} // namespace sallyport::scenarios
