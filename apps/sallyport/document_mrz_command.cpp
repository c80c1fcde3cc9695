// sallyport document mrz, sallyport document boarding-pass
#include "base/limits.hpp"
#include "commands.hpp"
#include "config.hpp"
#include "documents/boarding_pass.hpp"
#include "documents/mrz.hpp"
#include "exit_status.hpp"
#include "imaging/codec.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace sallyport::app {
namespace {

namespace json = boost::json;

int could_not(std::string_view why) {
    fmt::print(stderr, "sallyport: {}\n", why);
    return exit_could_not;
}

// A zone or a pass can be long enough to be no file name at all; that is then no file.
bool is_file(const std::string& text) {
    std::error_code error;
    return std::filesystem::is_regular_file(text, error) && !error;
}

Result<std::string> bytes_of(const std::string& path, std::size_t bytes_max) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    if (error || size > bytes_max) {
        return fail(
            ErrorCode::IoFailed,
            fmt::format("{} cannot be read or is larger than {} bytes", path, bytes_max)
        );
    }
    return read_text_file(path);
}

std::string or_dash(const std::string& text) {
    return text.empty() ? "-" : text;
}

std::string date_text(const std::optional<domain::PartialDate>& date) {
    return date ? domain::format_date(*date) : "";
}

json::value date_json(const std::optional<domain::PartialDate>& date) {
    return date ? json::value(domain::format_date(*date)) : json::value(nullptr);
}

json::value check_json(const std::optional<bool>& check) {
    return check ? json::value(*check) : json::value(nullptr);
}

json::array texts_json(const std::vector<std::string>& texts) {
    return json::array(texts.begin(), texts.end());
}

json::object mrz_json(const documents::MRZReading& reading) {
    const documents::MRZFields& fields = reading.fields;
    const documents::MRZChecks& checks = reading.checks;
    json::array repairs;
    for (const documents::MRZRepair& repair : reading.repairs) {
        repairs.push_back(json::object{
            {"line", repair.line},
            {"column", repair.column},
            {"from", std::string(1, repair.from)},
            {"to", std::string(1, repair.to)},
        });
    }
    return {
        {"format", documents::mrz_format_name(reading.format)},
        {"valid", reading.valid},
        {"fields",
         json::object{
             {"document_code", fields.document_code},
             {"issuer", fields.issuer},
             {"family_name", fields.family_name},
             {"given_names", fields.given_names},
             {"names_truncated", fields.names_truncated},
             {"document_number", fields.document_number},
             {"nationality", fields.nationality},
             {"birth_date", date_json(fields.birth_date)},
             {"sex", domain::sex_letter(fields.sex)},
             {"expiry", date_json(fields.expiry)},
             {"optional_data", fields.optional_data},
             {"optional_data_2", fields.optional_data_2},
         }},
        {"checks",
         json::object{
             {"document_number", check_json(checks.document_number)},
             {"birth_date", check_json(checks.birth_date)},
             {"expiry", check_json(checks.expiry)},
             {"optional_data", check_json(checks.optional_data)},
             {"composite", check_json(checks.composite)},
         }},
        {"repairs", repairs},
        {"faults", texts_json(reading.faults)},
    };
}

// Letters of a damaged zone can be any byte; a terminal and JSON take only what can be printed.
std::string printable(std::string text) {
    for (char& character : text) {
        character = character >= ' ' && character <= '~' ? character : '?';
    }
    return text;
}

void make_printable(documents::MRZReading& reading) {
    documents::MRZFields& fields = reading.fields;
    for (std::string* text :
         {&fields.document_code,
          &fields.issuer,
          &fields.family_name,
          &fields.given_names,
          &fields.document_number,
          &fields.nationality,
          &fields.optional_data,
          &fields.optional_data_2}) {
        *text = printable(std::move(*text));
    }
}

void print_row(std::string_view name, const std::string& value, std::string_view check = "") {
    fmt::print("  {:<16} {:<32} {}\n", name, or_dash(value), check);
}

std::string_view check_word(const std::optional<bool>& check) {
    if (!check) {
        return "";
    }
    return *check ? "check digit agrees" : "CHECK DIGIT FAILS";
}

void print_mrz(const documents::MRZReading& reading) {
    const documents::MRZFields& fields = reading.fields;
    const documents::MRZChecks& checks = reading.checks;
    fmt::print(
        "{}, {}\n",
        documents::mrz_format_name(reading.format),
        reading.valid ? "valid" : "NOT VALID"
    );
    print_row("document code", fields.document_code);
    print_row("issuer", fields.issuer);
    print_row("family name", fields.family_name, fields.names_truncated ? "may be cut short" : "");
    print_row("given names", fields.given_names);
    print_row("document number", fields.document_number, check_word(checks.document_number));
    print_row("nationality", fields.nationality);
    print_row("birth date", date_text(fields.birth_date), check_word(checks.birth_date));
    print_row("sex", std::string(domain::sex_letter(fields.sex)));
    print_row("expiry", date_text(fields.expiry), check_word(checks.expiry));
    print_row("optional data", fields.optional_data, check_word(checks.optional_data));
    if (!fields.optional_data_2.empty()) {
        print_row("", fields.optional_data_2);
    }
    if (checks.composite) {
        print_row("whole zone", "", check_word(checks.composite));
    }
    for (const documents::MRZRepair& repair : reading.repairs) {
        fmt::print(
            "repair: line {}, column {}: {} read as {}\n",
            repair.line,
            repair.column,
            repair.from,
            repair.to
        );
    }
    for (const std::string& fault : reading.faults) {
        fmt::print("fault: {}\n", fault);
    }
}

json::object boarding_pass_json(const documents::BoardingPass& pass) {
    json::array legs;
    for (const documents::BoardingPassLeg& leg : pass.legs) {
        legs.push_back(json::object{
            {"record_locator", leg.record_locator},
            {"departure", leg.departure},
            {"arrival", leg.arrival},
            {"carrier", leg.carrier},
            {"flight_number", leg.flight_number},
            {"flight", leg.flight()},
            {"day_of_year", leg.day_of_year},
            {"compartment", leg.compartment},
            {"seat", leg.seat},
            {"check_in_sequence", leg.check_in_sequence},
            {"passenger_status", leg.passenger_status},
            {"ticket_number", leg.ticket_number},
            {"frequent_flyer", leg.frequent_flyer},
        });
    }
    return {
        {"family_name", pass.family_name},
        {"given_names", pass.given_names},
        {"legs", legs},
        {"version", pass.version},
        {"electronic_ticket", pass.electronic_ticket},
        {"security_data", pass.has_security_data},
        {"faults", texts_json(pass.faults)},
    };
}

void make_printable(documents::BoardingPass& pass) {
    pass.family_name = printable(std::move(pass.family_name));
    pass.given_names = printable(std::move(pass.given_names));
    for (documents::BoardingPassLeg& leg : pass.legs) {
        for (std::string* text :
             {&leg.record_locator,
              &leg.departure,
              &leg.arrival,
              &leg.carrier,
              &leg.flight_number,
              &leg.compartment,
              &leg.seat,
              &leg.check_in_sequence,
              &leg.passenger_status,
              &leg.ticket_number,
              &leg.frequent_flyer}) {
            *text = printable(std::move(*text));
        }
    }
}

void print_boarding_pass(const documents::BoardingPass& pass) {
    fmt::print("boarding pass, {}\n", pass.legs.size() == 1 ? "one leg" : "several legs");
    print_row("family name", pass.family_name);
    print_row("given names", pass.given_names);
    print_row("ticket", pass.electronic_ticket ? "electronic" : "");
    print_row("security data", pass.has_security_data ? "carried, not checked" : "");
    for (const documents::BoardingPassLeg& leg : pass.legs) {
        fmt::print(
            "leg {} from {} to {}, {}, seat {}, reservation {}\n",
            or_dash(leg.flight()),
            or_dash(leg.departure),
            or_dash(leg.arrival),
            leg.day_of_year == 0 ? "any day" : fmt::format("day {} of the year", leg.day_of_year),
            or_dash(leg.seat),
            or_dash(leg.record_locator)
        );
    }
    for (const std::string& fault : pass.faults) {
        fmt::print("fault: {}\n", fault);
    }
}

bool is_picture(std::string_view bytes) {
    return bytes.starts_with("\xFF\xD8") || bytes.starts_with("\x89PNG");
}

Result<documents::BoardingPass> boarding_pass_of(const std::string& text) {
    if (!is_file(text)) {
        return documents::read_boarding_pass(text);
    }
    SALLYPORT_TRY(const std::string bytes, bytes_of(text, limits::image_bytes_max));
    if (!is_picture(bytes)) {
        return documents::read_boarding_pass(bytes);
    }
    const auto* first = reinterpret_cast<const std::uint8_t*>(bytes.data());
    SALLYPORT_TRY(const imaging::Image picture, imaging::decode_image({first, bytes.size()}));
    return documents::read_boarding_pass(picture);
}

} // namespace

int run_document_mrz(const MRZCommand& command) {
    std::string text = command.text;
    if (is_file(text)) {
        auto bytes = bytes_of(text, limits::mrz_text_chars_max);
        if (!bytes.has_value()) {
            return could_not(bytes.error().describe());
        }
        text = *std::move(bytes);
    }
    auto reading = documents::read_mrz(
        text,
        {
            .mode = command.tolerant ? documents::MRZMode::Tolerant : documents::MRZMode::Strict,
            .today = SystemClock().now(),
        }
    );
    if (!reading.has_value()) {
        return could_not(reading.error().describe());
    }
    make_printable(*reading);
    if (command.json) {
        fmt::print("{}\n", json::serialize(mrz_json(*reading)));
    } else {
        print_mrz(*reading);
    }
    return reading->valid ? exit_done : exit_answer_is_no;
}

int run_document_boarding_pass(const BoardingPassCommand& command) {
    auto pass = boarding_pass_of(command.text);
    if (!pass.has_value()) {
        return could_not(pass.error().describe());
    }
    make_printable(*pass);
    if (command.json) {
        fmt::print("{}\n", json::serialize(boarding_pass_json(*pass)));
    } else {
        print_boarding_pass(*pass);
    }
    return exit_done;
}

} // namespace sallyport::app
