#include "domain/traveler.hpp"

#include <charconv>
#include <chrono>
#include <cstdio>

namespace sallyport::domain {
namespace {

// The date's numbers with unknown parts replaced by what makes a valid day.
bool is_calendar_date(const PartialDate& date) {
    if (date.year < 1 || date.year > 9999 || (date.month == 0 && date.day != 0)) {
        return false;
    }
    const std::chrono::year_month_day day(
        std::chrono::year(date.year),
        std::chrono::month(static_cast<unsigned>(date.month == 0 ? 1 : date.month)),
        std::chrono::day(static_cast<unsigned>(date.day == 0 ? 1 : date.day))
    );
    return day.ok();
}

bool read_number(std::string_view text, int& value) {
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    return code == std::errc() && end == text.data() + text.size() && value >= 0;
}

} // namespace

std::string format_date(const PartialDate& date) {
    char text[40];
    if (date.month == 0) {
        std::snprintf(text, sizeof text, "%04d", date.year);
    } else if (date.day == 0) {
        std::snprintf(text, sizeof text, "%04d-%02d", date.year, date.month);
    } else {
        std::snprintf(text, sizeof text, "%04d-%02d-%02d", date.year, date.month, date.day);
    }
    return text;
}

Result<PartialDate> parse_date(std::string_view text) {
    PartialDate date;
    const bool shaped = (text.size() == 4 || text.size() == 7 || text.size() == 10) &&
                        (text.size() < 7 || text[4] == '-') && (text.size() < 10 || text[7] == '-');
    const bool read =
        shaped && read_number(text.substr(0, 4), date.year) &&
        (text.size() < 7 || (read_number(text.substr(5, 2), date.month) && date.month > 0)) &&
        (text.size() < 10 || (read_number(text.substr(8, 2), date.day) && date.day > 0));
    if (!read || !is_calendar_date(date)) {
        return fail(ErrorCode::InvalidArgument, "a date is written 1974-08-12, 1974-08 or 1974");
    }
    return date;
}

std::string_view sex_letter(Sex sex) {
    switch (sex) {
    case Sex::Female:
        return "F";
    case Sex::Male:
        return "M";
    case Sex::Unspecified:
        return "X";
    }
    return "X";
}

Sex sex_from_letter(std::string_view letter) {
    if (letter == "F" || letter == "f") {
        return Sex::Female;
    }
    if (letter == "M" || letter == "m") {
        return Sex::Male;
    }
    return Sex::Unspecified;
}

std::string_view traveler_kind_name(TravelerKind kind) {
    switch (kind) {
    case TravelerKind::Passenger:
        return "passenger";
    case TravelerKind::Crew:
        return "crew";
    case TravelerKind::TransitPassenger:
        return "transit_passenger";
    case TravelerKind::TransitCrew:
        return "transit_crew";
    }
    return "passenger";
}

std::string normalised_document_number(std::string_view number) {
    std::string normalised;
    normalised.reserve(number.size());
    for (const char character : number) {
        if (character >= 'a' && character <= 'z') {
            normalised.push_back(static_cast<char>(character - 'a' + 'A'));
        } else if ((character >= 'A' && character <= 'Z') ||
                   (character >= '0' && character <= '9')) {
            normalised.push_back(character);
        }
    }
    return normalised;
}

bool same_person(const Traveler& left, const Traveler& right) {
    const bool contradicts =
        left.family_name != right.family_name || left.given_names != right.given_names ||
        (left.sex != Sex::Unspecified && right.sex != Sex::Unspecified && left.sex != right.sex) ||
        (left.birth_date && right.birth_date && left.birth_date != right.birth_date);
    if (contradicts) {
        return false;
    }
    for (const TravelDocument& one : left.documents) {
        const std::string number = normalised_document_number(one.number);
        for (const TravelDocument& other : right.documents) {
            if (!number.empty() && one.type == other.type && !one.type.starts_with("V") &&
                one.issuer == other.issuer && number == normalised_document_number(other.number)) {
                return true;
            }
        }
    }
    return false;
}

} // namespace sallyport::domain
