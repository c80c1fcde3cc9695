#include "manifest/lint.hpp"

#include "base/clock.hpp"
#include "manifest/internal/edifact_text.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <iterator>
#include <vector>

namespace sallyport::manifest {

namespace {

namespace json = boost::json;
using domain::Traveler;
using domain::TravelerKind;

std::string_view severity_name(Severity severity) {
    return severity == Severity::Error ? "error" : "warning";
}

json::value name_of(std::string_view name) {
    return json::string_view(name.data(), name.size());
}

// A file without messages is shown as one empty list that has the faults.
std::vector<PassengerList> shown_lists(const ListReading& reading) {
    return reading.lists.empty() ? std::vector<PassengerList>(1) : reading.lists;
}

std::vector<Fault> faults_of(const ListReading& reading, std::size_t message) {
    std::vector<Fault> faults;
    std::ranges::copy_if(reading.faults, std::back_inserter(faults), [&](const Fault& fault) {
        return fault.message < reading.lists.size() ? fault.message == message : message == 0;
    });
    return faults;
}

json::value date_value(const std::optional<domain::PartialDate>& date) {
    return date ? json::value(domain::format_date(*date)) : json::value(nullptr);
}

json::object traveler_object(const Traveler& traveler) {
    json::array documents;
    for (const domain::TravelDocument& document : traveler.documents) {
        documents.push_back(json::object{
            {"type", document.type},
            {"number", document.number},
            {"issuer", document.issuer},
            {"expiry", date_value(document.expiry)},
        });
    }
    return {
        {"family_name", traveler.family_name},
        {"given_names", traveler.given_names},
        {"birth_date", date_value(traveler.birth_date)},
        {"sex", name_of(domain::sex_letter(traveler.sex))},
        {"nationality", traveler.nationality},
        {"documents", std::move(documents)},
        {"reference", traveler.reference},
        {"seat", traveler.seat},
    };
}

json::object fault_object(const Fault& fault) {
    return {
        {"severity", name_of(severity_name(fault.severity))},
        {"segment", fault.segment},
        {"offset", fault.offset},
        {"text", fault.text},
    };
}

json::object message_object(const PassengerList& list, const std::vector<Fault>& list_faults) {
    json::array travelers;
    for (const Traveler& traveler : list.travelers) {
        travelers.push_back(traveler_object(traveler));
    }
    json::array faults;
    for (const Fault& fault : list_faults) {
        faults.push_back(fault_object(fault));
    }
    const FlightLeg leg = list.main_leg();
    return {
        {"kind", name_of(list_kind_name(list.kind))},
        {"function", list.function},
        {"purpose", name_of(list_function_name(list.purpose))},
        {"movement", name_of(movement_name(list.movement))},
        {"prepared_at",
         list.prepared_at ? json::value(format_instant(*list.prepared_at)) : json::value(nullptr)},
        {"flight", leg.flight},
        {"departure", leg.departure},
        {"arrival", leg.arrival},
        {"passengers", list.count_of(TravelerKind::Passenger)},
        {"crew", list.count_of(TravelerKind::Crew)},
        {"travelers", std::move(travelers)},
        {"faults", std::move(faults)},
    };
}

// Counts code points, so that accents do not push the columns out of line.
std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char character) {
        return (static_cast<unsigned char>(character) & 0xC0U) != 0x80U;
    }));
}

constexpr std::size_t column_count = 9;
using Row = std::array<std::string, column_count>;

Row row_of(std::size_t number, const Traveler& traveler) {
    std::string documents;
    for (const domain::TravelDocument& document : traveler.documents) {
        documents += fmt::format(
            "{}{} {} {}{}",
            documents.empty() ? "" : "; ",
            document.type.empty() ? "?" : document.type,
            document.number,
            document.issuer.empty() ? "?" : document.issuer,
            document.expiry ? " to " + domain::format_date(*document.expiry) : ""
        );
    }
    return {
        fmt::format("{}", number),
        std::string(domain::traveler_kind_name(traveler.kind)),
        traveler.family_name,
        traveler.given_names,
        traveler.birth_date ? domain::format_date(*traveler.birth_date) : "",
        std::string(domain::sex_letter(traveler.sex)),
        traveler.nationality,
        fmt::format("{}{}{}", traveler.reference, traveler.seat.empty() ? "" : " ", traveler.seat),
        documents,
    };
}

std::string table_of(const std::vector<Traveler>& travelers) {
    std::vector<Row> rows{
        {"#",
         "kind",
         "family name",
         "given names",
         "born",
         "sex",
         "nat",
         "record, seat",
         "documents"}
    };
    for (const Traveler& traveler : travelers) {
        rows.push_back(row_of(rows.size(), traveler));
    }
    std::array<std::size_t, column_count> widths{};
    for (const Row& row : rows) {
        for (std::size_t column = 0; column < column_count; ++column) {
            widths[column] = std::max(widths[column], width_of(row[column]));
        }
    }
    std::string table;
    for (const Row& row : rows) {
        std::string line = " ";
        for (std::size_t column = 0; column < column_count; ++column) {
            line += " " + row[column];
            line.append(widths[column] + 1 - width_of(row[column]), ' ');
        }
        line.erase(line.find_last_not_of(' ') + 1);
        table += line + "\n";
    }
    return table;
}

std::string local_text(const std::optional<Instant>& time) {
    constexpr std::size_t to_the_minute = 16; // 2026-12-01T09:40
    return time ? " " + format_instant(*time).substr(0, to_the_minute) : "";
}

std::string message_text(const PassengerList& list, const std::vector<Fault>& list_faults) {
    std::string text(list_kind_name(list.kind));
    if (list.purpose != ListFunction::Original || !list.function.empty()) {
        text += fmt::format(", {}", list_function_name(list.purpose));
        text += list.function.empty() ? std::string() : fmt::format(" ({})", list.function);
    }
    text += list.movement == Movement::Flight ? std::string()
                                              : fmt::format(", {}", movement_name(list.movement));
    text += fmt::format(
        ", passengers: {}, crew: {}\n",
        list.count_of(TravelerKind::Passenger),
        list.count_of(TravelerKind::Crew)
    );
    for (const FlightLeg& leg : list.legs) {
        text += fmt::format(
            "  {}  {}{} -> {}{} (local times)\n",
            leg.flight,
            leg.departure,
            local_text(leg.departs_at),
            leg.arrival,
            local_text(leg.arrives_at)
        );
    }
    if (!list.travelers.empty()) {
        text += table_of(list.travelers);
    }
    text += list_faults.empty() ? "  no faults\n" : "";
    for (const Fault& fault : list_faults) {
        text += fmt::format("  {}", severity_name(fault.severity));
        text += fault.segment > 0 ? fmt::format(", segment {}", fault.segment) : "";
        text += fmt::format(", byte {}: {}\n", fault.offset, fault.text);
    }
    return text;
}

} // namespace

std::string lint_json(std::span<const LintedFile> files) {
    json::array file_values;
    for (const LintedFile& file : files) {
        json::array messages;
        for (const PassengerList& list : shown_lists(file.reading)) {
            messages.push_back(message_object(list, faults_of(file.reading, messages.size())));
        }
        file_values.push_back(json::object{
            {"file", internal::printable_utf8(file.file)}, {"messages", std::move(messages)}
        });
    }
    return json::serialize(json::object{{"files", std::move(file_values)}});
}

std::string lint_text(const LintedFile& file) {
    std::string text = internal::printable_utf8(file.file) + "\n";
    std::size_t message = 0;
    for (const PassengerList& list : shown_lists(file.reading)) {
        text += message_text(list, faults_of(file.reading, message++));
    }
    return text;
}

} // namespace sallyport::manifest
