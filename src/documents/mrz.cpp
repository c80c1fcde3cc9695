#include "documents/mrz.hpp"

#include "documents/internal/mrz_layout.hpp"
#include "documents/internal/mrz_repair.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <fmt/format.h>
#include <tuple>

namespace sallyport::documents {
namespace {

using internal::filler;
using internal::MRZLayout;
using internal::NumberPlace;
using internal::Span;

std::string_view part(std::string_view zone, Span span) {
    return zone.substr(span.first, span.size);
}

std::string without_trailing_fillers(std::string_view text) {
    return std::string(text.substr(0, text.find_last_not_of(filler) + 1));
}

bool only_fillers(std::string_view text) {
    return text.find_first_not_of(filler) == std::string_view::npos;
}

// Words between fillers, however many fillers there are.
std::string words_of(std::string_view text) {
    std::string words;
    for (const char character : text) {
        if (character != filler) {
            words.push_back(character);
        } else if (!words.empty() && words.back() != ' ') {
            words.push_back(' ');
        }
    }
    if (!words.empty() && words.back() == ' ') {
        words.pop_back();
    }
    return words;
}

// The century of a two-digit year: a birth lies not after today, an expiry less than 50 years away.
enum class Century { Birth, Expiry };

struct DateReading {
    bool is_date = true; // or is, as it may be, unknown
    std::optional<domain::PartialDate> date;
};

std::optional<int> number_of(std::string_view digits) {
    int value = 0;
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (code != std::errc() || end != digits.data() + digits.size()) {
        return std::nullopt;
    }
    return value;
}

int full_year(domain::PartialDate date, Century century, Instant now) {
    const std::chrono::year_month_day today(std::chrono::floor<std::chrono::days>(now));
    const int this_year = static_cast<int>(today.year());
    const auto month = static_cast<int>(static_cast<unsigned>(today.month()));
    const auto day = static_cast<int>(static_cast<unsigned>(today.day()));
    const auto before = [&](int year, int other_year) {
        return std::tuple(year, date.month, date.day) < std::tuple(other_year, month, day);
    };
    const auto is_today = [&](int year) {
        return std::tuple(year, date.month, date.day) == std::tuple(this_year, month, day);
    };
    const int year = this_year / 100 * 100 + date.year;
    if (century == Century::Birth) {
        return before(year, this_year) || is_today(year) ? year : year - 100;
    }
    if (!before(year, this_year + 50)) {
        return year - 100;
    }
    return before(year, this_year - 50) ? year + 100 : year;
}

DateReading read_date(std::string_view text, Century century, Instant today) {
    if (only_fillers(text)) {
        return {};
    }
    const bool year_unknown = only_fillers(text.substr(0, 2));
    domain::PartialDate date;
    const std::array<int*, 3> parts{&date.year, &date.month, &date.day};
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::string_view digits = text.substr(i * 2, 2);
        const auto value = only_fillers(digits) ? std::optional<int>(0) : number_of(digits);
        // A written zero is no month and no day: only fillers say that a part is not known.
        if (!value || (i > 0 && *value == 0 && !only_fillers(digits))) {
            return {.is_date = false, .date = {}};
        }
        *parts[i] = *value;
    }
    // Doc 9303-3 4.8 leaves parts of a birth date open, never of an expiry.
    if (century == Century::Expiry && (year_unknown || !date.complete())) {
        return {.is_date = false, .date = {}};
    }
    date.year = full_year(date, century, today);
    const std::chrono::year_month_day day(
        std::chrono::year(year_unknown ? 2000 : date.year), // a leap year: 29 February is possible
        std::chrono::month(static_cast<unsigned>(date.month == 0 ? 1 : date.month)),
        std::chrono::day(static_cast<unsigned>(date.day == 0 ? 1 : date.day))
    );
    if (!day.ok()) {
        return {.is_date = false, .date = {}};
    }
    if (year_unknown) {
        return {};
    }
    if (date.month == 0) {
        date.day = 0; // a day of an unknown month is no date to compare with
    }
    return {.is_date = true, .date = date};
}

// Reads one zone; the parts are steps of one reading and share its text and its findings.
class ZoneReader {
public:
    ZoneReader(const MRZLayout& layout, std::string_view zone, Instant today)
        : layout_(layout), zone_(zone), today_(today),
          number_(internal::number_place(layout, zone)) {}

    MRZReading read() {
        reading_.format = layout_.format;
        reading_.valid = true;
        read_characters();
        read_names();
        read_states();
        read_number();
        read_dates();
        read_optional_data();
        read_composite();
        for (std::size_t line = 0; line < layout_.line_count; ++line) {
            reading_.text += line == 0 ? "" : "\n";
            reading_.text += zone_.substr(line * layout_.line_size, layout_.line_size);
        }
        return std::move(reading_);
    }

private:
    void fault(std::string text) {
        reading_.valid = false;
        reading_.faults.push_back(std::move(text));
    }

    void read_characters() {
        const auto positions = internal::positions_of(layout_, zone_);
        std::string_view faulty; // the field named last: one fault for each says enough
        for (std::size_t i = 0; i < zone_.size(); ++i) {
            if (!internal::allows(positions[i].set, zone_[i]) && positions[i].field != faulty) {
                faulty = positions[i].field;
                fault(fmt::format(
                    "{}: line {}, column {}: a character that may not stand there",
                    positions[i].field,
                    i / layout_.line_size + 1,
                    i % layout_.line_size + 1
                ));
            }
        }
        const std::string_view code = part(zone_, layout_.document_code);
        reading_.fields.document_code = without_trailing_fillers(code);
        if (layout_.first_letters.find(code.front()) == std::string_view::npos) {
            fault(fmt::format(
                "document_code: a {} does not begin with this letter",
                mrz_format_name(layout_.format)
            ));
        }
        const char sex = zone_[layout_.sex];
        reading_.fields.sex = sex == 'F'   ? domain::Sex::Female
                              : sex == 'M' ? domain::Sex::Male
                                           : domain::Sex::Unspecified;
    }

    // Doc 9303-3 4.6: two fillers part the family name from the given names.
    void read_names() {
        const std::string_view name = part(zone_, layout_.name);
        const std::size_t gap = std::min(name.find("<<"), name.size());
        reading_.fields.family_name = words_of(name.substr(0, gap));
        reading_.fields.given_names = words_of(name.substr(gap));
        reading_.fields.names_truncated = name.back() != filler;
        if (only_fillers(name)) {
            fault("name: there is none");
        }
    }

    void read_states() {
        reading_.fields.issuer = read_state(layout_.issuer, "issuer");
        reading_.fields.nationality = read_state(layout_.nationality, "nationality");
    }

    std::string read_state(Span span, std::string_view field) {
        std::string code = without_trailing_fillers(part(zone_, span));
        if (code.empty() || code.find(filler) != std::string::npos) {
            fault(fmt::format("{}: not a code", field));
        } else if (!is_known_state_code(code)) {
            // States come and go, and a list of them is no check of a zone.
            reading_.faults.push_back(fmt::format("{}: not a code of Doc 9303-3", field));
        }
        return code;
    }

    // "Absent" when the digit is left out; the caller says where that is allowed.
    enum class Digit { Agrees, Differs, Absent };

    Digit check(std::string_view characters, std::size_t place) const {
        const auto expected = mrz_check_digit(characters);
        if (zone_[place] == filler) {
            return Digit::Absent;
        }
        return expected == zone_[place] ? Digit::Agrees : Digit::Differs;
    }

    std::optional<bool> judge(
        std::string_view characters, std::size_t place, bool may_be_absent, std::string_view field
    ) {
        switch (check(characters, place)) {
        case Digit::Agrees:
            return true;
        case Digit::Differs:
            fault(fmt::format("{}: the check digit does not agree", field));
            return false;
        case Digit::Absent:
            break;
        }
        if (may_be_absent && only_fillers(characters)) {
            return std::nullopt;
        }
        fault(fmt::format("{}: the check digit is missing", field));
        return false;
    }

    void read_number() {
        std::string number;
        for (const std::size_t place : number_.characters) {
            number.push_back(zone_[place]);
        }
        std::string summed = number;
        // Doc 9303-5 does not say whether the filler between the parts of a long number is counted,
        // and cards of both kinds are in circulation.
        if (number_.continued && check(number, number_.check) == Digit::Differs) {
            summed.insert(number_.principal, 1, filler);
        }
        reading_.checks.document_number = judge(summed, number_.check, false, "document_number");
        reading_.fields.document_number = without_trailing_fillers(number);
        if (only_fillers(number)) {
            fault("document_number: there is none");
        }
    }

    void read_dates() {
        const std::string_view birth = part(zone_, layout_.birth_date);
        const DateReading birth_reading = read_date(birth, Century::Birth, today_);
        reading_.checks.birth_date = judge(birth, layout_.birth_check, true, "birth_date");
        reading_.fields.birth_date = birth_reading.date;
        if (!birth_reading.is_date) {
            fault("birth_date: not a date");
        }
        const std::string_view expiry = part(zone_, layout_.expiry);
        const DateReading expiry_reading = read_date(expiry, Century::Expiry, today_);
        reading_.checks.expiry = judge(expiry, layout_.expiry_check, true, "expiry");
        reading_.fields.expiry = expiry_reading.date;
        if (!expiry_reading.is_date) {
            fault("expiry: not a date");
        }
    }

    void read_optional_data() {
        reading_.fields.optional_data =
            without_trailing_fillers(part(zone_, number_.optional_rest));
        if (layout_.optional_data_2) {
            reading_.fields.optional_data_2 =
                without_trailing_fillers(part(zone_, *layout_.optional_data_2));
        }
        if (layout_.optional_check) {
            // Doc 9303-4 4.2.2.2: without a personal number the digit is 0 or a filler.
            reading_.checks.optional_data = judge(
                part(zone_, layout_.optional_data), *layout_.optional_check, true, "optional_data"
            );
        }
    }

    void read_composite() {
        if (!layout_.composite) {
            return;
        }
        std::string characters;
        for (const Span span : layout_.composite_spans) {
            characters += part(zone_, span);
        }
        reading_.checks.composite = judge(characters, *layout_.composite, false, "composite");
    }

    const MRZLayout& layout_;
    std::string_view zone_;
    Instant today_;
    NumberPlace number_;
    MRZReading reading_;
};

} // namespace

std::string_view mrz_format_name(MRZFormat format) {
    switch (format) {
    case MRZFormat::TD1:
        return "TD1";
    case MRZFormat::TD2:
        return "TD2";
    case MRZFormat::TD3:
        return "TD3";
    case MRZFormat::MRVA:
        return "MRVA";
    case MRZFormat::MRVB:
        return "MRVB";
    }
    return "TD3";
}

std::optional<char> mrz_check_digit(std::string_view field) {
    int sum = 0;
    for (std::size_t i = 0; i < field.size(); ++i) {
        const auto value = internal::check_value(field[i]);
        if (!value) {
            return std::nullopt;
        }
        sum = (sum + *value * internal::check_weight(i)) % 10;
    }
    return static_cast<char>('0' + sum);
}

Result<MRZReading> read_mrz(std::string_view text, const MRZOptions& options) {
    SALLYPORT_TRY(const internal::MRZZone zone, internal::recognise(text));
    const MRZLayout& layout = *zone.layout;
    MRZReading printed = ZoneReader(layout, zone.text, options.today).read();
    if (printed.valid || options.mode == MRZMode::Strict) {
        return printed;
    }
    const internal::RepairedZone repaired = internal::repair(layout, zone.text);
    MRZReading reading = ZoneReader(layout, repaired.text, options.today).read();
    if (!reading.valid) {
        // All or nothing: half a repair would pass a doubtful zone off as a read one.
        for (const std::string_view field : repaired.ambiguous) {
            printed.faults.push_back(
                fmt::format("{}: ambiguous, several readings satisfy the check digit", field)
            );
        }
        return printed;
    }
    for (std::size_t i = 0; i < zone.text.size(); ++i) {
        if (zone.text[i] != repaired.text[i]) {
            reading.repairs.push_back(
                {i / layout.line_size + 1, i % layout.line_size + 1, zone.text[i], repaired.text[i]}
            );
        }
    }
    return reading;
}

} // namespace sallyport::documents
