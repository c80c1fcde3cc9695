// The CSV form of a passenger list, for sites whose lists come out of a spreadsheet: one row a
// traveler, the flight in columns of its own. docs/manifests.md has the rules.
#include "base/csv.hpp"
#include "base/limits.hpp"
#include "manifest/internal/csv_columns.hpp"
#include "manifest/internal/edifact_text.hpp"
#include "manifest/internal/edifact_tokenizer.hpp"
#include "manifest/internal/fault_log.hpp"
#include "manifest/internal/paxlst_codes.hpp"
#include "manifest/passenger_list.hpp"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <map>
#include <string>
#include <vector>

namespace sallyport::manifest {

namespace {

using domain::TravelerKind;
using internal::Column;
using internal::Place;

constexpr std::array<Column, 5> flight_columns{
    Column::Flight, Column::Departure, Column::Arrival, Column::DepartsAt, Column::ArrivesAt
};

class CSVListReader {
public:
    explicit CSVListReader(std::string_view bytes)
        : rows_(bytes, internal::csv_separator_of(bytes)) {}
    ListReading read();

private:
    using Cells = std::array<std::string, internal::column_count>;

    std::optional<CSVRow> next_row();
    bool take_header(const CSVRow& header);
    void take_row(const CSVRow& row);
    [[nodiscard]] Cells cells_of(const CSVRow& row);
    void take_flight(Cells& cells);
    [[nodiscard]] domain::Traveler traveler_of(const Cells& cells);
    void take_document(const Cells& cells, domain::Traveler& traveler);

    [[nodiscard]] static const std::string& cell(const Cells& cells, Column column) {
        return cells[static_cast<std::size_t>(column)];
    }
    [[nodiscard]] std::string code(const Cells& cells, Column column);
    [[nodiscard]] std::optional<domain::PartialDate> date(const Cells& cells, Column column);
    [[nodiscard]] std::optional<Instant> local_time(const Cells& cells, Column column);
    [[nodiscard]] TravelerKind kind(const Cells& cells);

    void error(std::string_view text) {
        faults_.error(place_, fmt::format("line {}: {}", place_.segment, text));
    }
    void warning(std::string_view text) {
        faults_.warning(place_, fmt::format("line {}: {}", place_.segment, text));
    }
    void error(Column column, std::string_view problem) {
        error(fmt::format("{} {}", internal::column_name(column), problem));
    }

    CSVReader rows_;
    internal::FaultLog faults_;
    ListReading reading_;
    std::vector<std::optional<Column>> columns_; // by position; nothing: unknown, passed over
    Cells flight_;                               // of the row before
    std::map<Cells, std::size_t> lists_;         // by their flight columns
    Place place_;                                // of the row at hand
    std::size_t travelers_ = 0;
    bool not_utf8_ = false;
};

// Nothing at the end and after a row that is no CSV.
std::optional<CSVRow> CSVListReader::next_row() {
    Result<std::optional<CSVRow>> row = rows_.next();
    if (!row) {
        faults_.set_message(no_message);
        faults_.error({}, fmt::format("{}; reading stopped here", row.error().message()));
        return std::nullopt;
    }
    if (row->has_value()) {
        place_ = {(*row)->line, (*row)->offset};
    }
    return std::move(*row);
}

bool CSVListReader::take_header(const CSVRow& header) {
    bool usable = true;
    for (const std::string& field : header.fields) {
        const std::optional<Column> column = internal::column_of(field);
        if (column && std::ranges::find(columns_, column) != columns_.end()) {
            error(*column, "is a column twice");
            usable = false;
        }
        if (!column) {
            // A header may hold anything: the name is not repeated.
            warning(fmt::format("column {} is not known; passed over", columns_.size() + 1));
        }
        columns_.push_back(column);
    }
    for (const Column needed :
         {Column::FamilyName, Column::Flight, Column::Departure, Column::Arrival}) {
        if (std::ranges::find(columns_, std::optional(needed)) == columns_.end()) {
            error(needed, "is a column that must be there");
            usable = false;
        }
    }
    return usable;
}

CSVListReader::Cells CSVListReader::cells_of(const CSVRow& row) {
    Cells cells;
    for (std::size_t index = 0; index < columns_.size(); ++index) {
        if (!columns_[index]) {
            continue;
        }
        const std::string& field = row.fields[index];
        if (!internal::is_utf8(field) && !not_utf8_) {
            not_utf8_ = true; // said once
            warning("is not UTF-8; read as ISO 8859-1");
        }
        cells[static_cast<std::size_t>(*columns_[index])] =
            internal::trimmed(internal::printable_utf8(field));
    }
    return cells;
}

std::string CSVListReader::code(const Cells& cells, Column column) {
    const std::string& value = cell(cells, column);
    std::string mended = internal::capitals(value);
    if (mended != value) {
        warning(fmt::format(
            "{} is a code in small letters; read as capitals", internal::column_name(column)
        ));
    }
    return mended;
}

std::optional<domain::PartialDate> CSVListReader::date(const Cells& cells, Column column) {
    const std::string& value = cell(cells, column);
    if (value.empty()) {
        return std::nullopt;
    }
    const Result<domain::PartialDate> read = domain::parse_date(value);
    if (!read) {
        error(column, "is not a date as in 1974-08-12");
        return std::nullopt;
    }
    return *read;
}

std::optional<Instant> CSVListReader::local_time(const Cells& cells, Column column) {
    std::string value = cell(cells, column);
    if (value.empty()) {
        return std::nullopt;
    }
    if (value.size() > 10 && value[10] == ' ') {
        value[10] = 'T'; // as spreadsheets write it
    }
    const bool shaped = value.size() == 16 || value.size() == 19;
    const Result<Instant> read = parse_instant(value + (value.size() == 16 ? ":00Z" : "Z"));
    if (!shaped || !read) {
        error(column, "is not a local time as in 2026-12-01T09:40, without an offset");
        return std::nullopt;
    }
    return *read;
}

TravelerKind CSVListReader::kind(const Cells& cells) {
    const std::string& name = cell(cells, Column::Kind);
    for (const TravelerKind each :
         {TravelerKind::Passenger,
          TravelerKind::Crew,
          TravelerKind::TransitPassenger,
          TravelerKind::TransitCrew}) {
        if (name == domain::traveler_kind_name(each)) {
            return each;
        }
    }
    if (!name.empty()) {
        error(Column::Kind, "is not passenger, crew, transit_passenger or transit_crew");
    }
    return TravelerKind::Passenger;
}

// Finds the list of the row's flight, or begins it. An empty cell repeats the row before.
void CSVListReader::take_flight(Cells& cells) {
    Cells flight;
    for (const Column column : flight_columns) {
        const auto index = static_cast<std::size_t>(column);
        flight[index] = cells[index].empty() ? flight_[index] : cells[index];
    }
    flight_ = flight;
    const auto [known, added] = lists_.try_emplace(flight, reading_.lists.size());
    faults_.set_message(known->second);
    if (!added) {
        return;
    }
    PassengerList& list = reading_.lists.emplace_back();
    list.kind = ListKind::PassengerList;
    FlightLeg& leg = list.legs.emplace_back();
    leg.flight = code(flight, Column::Flight);
    leg.departure = code(flight, Column::Departure);
    leg.arrival = code(flight, Column::Arrival);
    leg.departs_at = local_time(flight, Column::DepartsAt);
    leg.arrives_at = local_time(flight, Column::ArrivesAt);
    for (const Column column : {Column::Flight, Column::Departure, Column::Arrival}) {
        if (cell(flight, column).empty()) {
            error(column, "is missing");
        }
    }
}

void CSVListReader::take_document(const Cells& cells, domain::Traveler& traveler) {
    domain::TravelDocument document;
    document.type = code(cells, Column::DocumentType);
    document.number = cell(cells, Column::DocumentNumber);
    document.issuer = code(cells, Column::DocumentIssuer);
    document.expiry = date(cells, Column::DocumentExpiry);
    if (!domain::normalised_document_number(document.number).empty()) {
        traveler.documents.push_back(std::move(document));
    } else if (!document.type.empty() || !document.issuer.empty() || document.expiry) {
        error(Column::DocumentNumber, "is missing");
    } else {
        warning("is a traveler without a document");
    }
}

domain::Traveler CSVListReader::traveler_of(const Cells& cells) {
    domain::Traveler traveler;
    traveler.kind = kind(cells);
    traveler.family_name = cell(cells, Column::FamilyName);
    traveler.given_names = cell(cells, Column::GivenNames);
    traveler.birth_date = date(cells, Column::BirthDate);
    const std::string sex = code(cells, Column::Sex);
    traveler.sex = domain::sex_from_letter(sex);
    if (!sex.empty() && sex != "F" && sex != "M" && sex != "X") {
        error(Column::Sex, "is not F, M or X");
    }
    traveler.nationality = code(cells, Column::Nationality);
    traveler.reference = cell(cells, Column::Reference);
    traveler.passenger_reference = cell(cells, Column::PassengerReference);
    traveler.seat = cell(cells, Column::Seat);
    traveler.embarkation = code(cells, Column::Embarkation);
    traveler.debarkation = code(cells, Column::Debarkation);
    traveler.residence = code(cells, Column::Residence);
    if (traveler.family_name.empty()) {
        error(Column::FamilyName, "is missing");
    }
    take_document(cells, traveler);
    return traveler;
}

void CSVListReader::take_row(const CSVRow& row) {
    if (row.fields.size() != columns_.size()) {
        error(fmt::format(
            "the row has {} cells, the first line {}; passed over",
            row.fields.size(),
            columns_.size()
        ));
        return;
    }
    Cells cells = cells_of(row);
    if (std::ranges::all_of(cells, &std::string::empty)) {
        return; // spreadsheets end in rows of separators
    }
    take_flight(cells);
    reading_.lists[faults_.message()].travelers.push_back(traveler_of(cells));
    ++travelers_;
}

ListReading CSVListReader::read() {
    const std::optional<CSVRow> header = next_row();
    if (!header) {
        if (reading_.lists.empty() && !faults_.full()) {
            faults_.error({}, "the file has no line of column names");
        }
    } else if (take_header(*header)) {
        while (!faults_.full()) {
            const std::optional<CSVRow> row = next_row();
            if (!row) {
                break;
            }
            if (travelers_ == limits::manifest_travelers_max) {
                error(fmt::format(
                    "more than {} travelers; reading stopped here", limits::manifest_travelers_max
                ));
                break;
            }
            take_row(*row);
        }
        if (reading_.lists.empty() && !faults_.full()) {
            faults_.error({}, "the file names no traveler");
        }
    }
    for (PassengerList& list : reading_.lists) {
        if (list.count_of(TravelerKind::Passenger) == 0) {
            list.kind = ListKind::CrewList;
        }
    }
    reading_.faults = std::move(faults_).take();
    return std::move(reading_);
}

} // namespace

ListReading read_csv_list(std::string_view bytes) {
    if (bytes.size() > limits::manifest_bytes_max) {
        internal::FaultLog faults;
        faults.error(
            {}, fmt::format("larger than the limit of {} bytes", limits::manifest_bytes_max)
        );
        ListReading reading;
        reading.faults = std::move(faults).take();
        return reading;
    }
    return CSVListReader(bytes).read();
}

} // namespace sallyport::manifest
