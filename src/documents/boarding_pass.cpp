#include "documents/boarding_pass.hpp"

#include "base/limits.hpp"
#include "documents/internal/boarding_cursor.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace sallyport::documents {
namespace {

using internal::BoardingCursor;
using internal::without_blanks;

bool is_digit(char character) {
    return character >= '0' && character <= '9';
}

bool all_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), is_digit);
}

// At least one character stays, so that a number of zeros is still a number.
std::string without_leading_zeros(std::string_view text) {
    while (text.size() > 1 && text.front() == '0') {
        text.remove_prefix(1);
    }
    return std::string(text);
}

bool is_location(std::string_view text) {
    return text.size() == 3 && std::all_of(text.begin(), text.end(), [](char character) {
               return character >= 'A' && character <= 'Z';
           });
}

// Reads one code; the parts share the pass and its oddities.
class PassReader {
public:
    explicit PassReader(std::string_view text) : cursor_(text, 0, "") {}

    Result<BoardingPass> read() {
        SALLYPORT_TRY(const std::size_t leg_count, read_head());
        for (std::size_t leg = 0; leg < leg_count; ++leg) {
            cursor_.set_owner(fmt::format("leg {}", leg + 1));
            pass_.legs.emplace_back();
            SALLYPORT_CHECK(read_leg(leg));
        }
        cursor_.set_owner("");
        SALLYPORT_CHECK(read_security_data());
        return std::move(pass_);
    }

private:
    void fault(std::string text) { pass_.faults.push_back(std::move(text)); }

    Result<std::size_t> read_head() {
        SALLYPORT_TRY(const std::string_view format, cursor_.take(1, "format code"));
        if (format != "M") {
            return cursor_.malformed("format code", 1, "not M");
        }
        SALLYPORT_TRY(const std::string_view legs, cursor_.take(1, "number of legs"));
        if (legs[0] < '1' || legs[0] > '4') {
            return cursor_.malformed("number of legs", 1, "not 1 to 4");
        }
        SALLYPORT_TRY(const std::string_view name, cursor_.take(20, "passenger name"));
        const std::size_t slash = std::min(name.find('/'), name.size());
        pass_.family_name = without_blanks(name.substr(0, slash));
        pass_.given_names = without_blanks(name.substr(std::min(slash + 1, name.size())));
        if (pass_.family_name.empty()) {
            fault("passenger name: no family name");
        }
        SALLYPORT_TRY(const std::string_view ticket, cursor_.take(1, "electronic ticket"));
        pass_.electronic_ticket = ticket == "E";
        return static_cast<std::size_t>(legs[0] - '0');
    }

    Status read_leg(std::size_t number) {
        BoardingPassLeg& leg = pass_.legs.back();
        SALLYPORT_TRY(const std::string_view locator, cursor_.take(7, "record locator"));
        leg.record_locator = without_blanks(locator);
        SALLYPORT_TRY(const std::string_view departure, cursor_.take(3, "departure"));
        leg.departure = without_blanks(departure);
        SALLYPORT_TRY(const std::string_view arrival, cursor_.take(3, "arrival"));
        leg.arrival = without_blanks(arrival);
        SALLYPORT_TRY(const std::string_view carrier, cursor_.take(3, "carrier"));
        leg.carrier = without_blanks(carrier);
        SALLYPORT_TRY(const std::string_view flight, cursor_.take(5, "flight number"));
        leg.flight_number = without_leading_zeros(without_blanks(flight));
        SALLYPORT_CHECK(read_day());
        SALLYPORT_TRY(const std::string_view compartment, cursor_.take(1, "compartment"));
        leg.compartment = without_blanks(compartment);
        SALLYPORT_TRY(const std::string_view seat, cursor_.take(4, "seat"));
        leg.seat = without_leading_zeros(without_blanks(seat));
        SALLYPORT_TRY(const std::string_view sequence, cursor_.take(5, "check-in sequence"));
        leg.check_in_sequence = without_blanks(sequence);
        SALLYPORT_TRY(const std::string_view status, cursor_.take(1, "passenger status"));
        leg.passenger_status = without_blanks(status);
        if (!is_location(leg.departure) || !is_location(leg.arrival)) {
            fault(fmt::format("leg {}: a location is not three letters", number + 1));
        }
        if (leg.carrier.empty() || leg.flight_number.empty()) {
            fault(fmt::format("leg {}: no flight", number + 1));
        }
        SALLYPORT_TRY(const std::size_t size, cursor_.take_size("size of the variable field"));
        SALLYPORT_TRY(BoardingCursor variable, cursor_.take_part(size, "variable field"));
        return read_variable(variable, number);
    }

    // The day of the year; blanks for an open ticket.
    Status read_day() {
        SALLYPORT_TRY(const std::string_view text, cursor_.take(3, "date of flight"));
        if (without_blanks(text).empty()) {
            return {};
        }
        if (!all_digits(text)) {
            return cursor_.malformed("date of flight", 3, "not a day of the year");
        }
        const int day = (text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0');
        if (day < 1 || day > 366) {
            return cursor_.malformed("date of flight", 3, "not a day of the year");
        }
        pass_.legs.back().day_of_year = day;
        return {};
    }

    Status read_variable(BoardingCursor variable, std::size_t number) {
        if (variable.empty()) {
            return {};
        }
        if (number == 0) {
            if (variable.rest().front() != '>') {
                // Seen on passes of carriers that put nothing but their own data here.
                fault("leg 1: the variable field states no version; it is not looked at");
                return {};
            }
            SALLYPORT_CHECK(read_unique(variable));
            if (variable.empty()) {
                return {};
            }
        }
        SALLYPORT_TRY(const std::size_t size, variable.take_size("size of the repeated items"));
        SALLYPORT_TRY(BoardingCursor repeated, variable.take_part(size, "repeated items"));
        read_repeated(repeated);
        return {}; // what is left is for the airline's own use
    }

    // Conditional items of the first leg; nothing in them is part of the contract but the version.
    Status read_unique(BoardingCursor& variable) {
        SALLYPORT_TRY(const std::string_view mark, variable.take(2, "version"));
        if (mark[1] >= '1' && mark[1] <= '8') {
            pass_.version = mark[1] - '0';
        } else {
            fault("version: not 1 to 8");
        }
        if (variable.empty()) {
            return {};
        }
        SALLYPORT_TRY(const std::size_t size, variable.take_size("size of the unique items"));
        SALLYPORT_TRY(const BoardingCursor unique, variable.take_part(size, "unique items"));
        static_cast<void>(unique);
        return {};
    }

    void read_repeated(BoardingCursor& repeated) {
        BoardingPassLeg& leg = pass_.legs.back();
        const std::string_view airline = without_blanks(repeated.take_if_given(3));
        const std::string_view serial = without_blanks(repeated.take_if_given(10));
        if (!serial.empty()) {
            leg.ticket_number = std::string(airline) + std::string(serial);
        }
        repeated.take_if_given(1); // selectee
        repeated.take_if_given(1); // travel documents verified
        repeated.take_if_given(3); // marketing carrier
        const std::string_view program = without_blanks(repeated.take_if_given(3));
        const std::string_view member = without_blanks(repeated.take_if_given(16));
        if (!member.empty()) {
            leg.frequent_flyer = std::string(program);
            leg.frequent_flyer += program.empty() ? "" : " ";
            leg.frequent_flyer += member;
        }
    }

    Status read_security_data() {
        if (cursor_.empty()) {
            return {};
        }
        if (cursor_.rest().front() != '^') {
            fault(fmt::format("{} characters stand behind the last leg", cursor_.rest().size()));
            return {};
        }
        SALLYPORT_TRY(const std::string_view mark, cursor_.take(2, "security data type"));
        static_cast<void>(mark);
        SALLYPORT_TRY(const std::size_t size, cursor_.take_size("size of the security data"));
        SALLYPORT_TRY(const std::string_view data, cursor_.take(size, "security data"));
        pass_.has_security_data = !data.empty();
        if (!cursor_.empty()) {
            fault(fmt::format("{} characters stand behind the last item", cursor_.rest().size()));
        }
        return {};
    }

    BoardingCursor cursor_;
    BoardingPass pass_;
};

} // namespace

Result<BoardingPass> read_boarding_pass(std::string_view text) {
    // Line ends come from files and scanners; blanks belong to the last item.
    text = text.substr(0, text.find_last_not_of("\r\n") + 1);
    if (text.size() > limits::boarding_pass_chars_max) {
        return fail(
            ErrorCode::MalformedInput,
            fmt::format(
                "boarding pass: {} characters, at most {} are read",
                text.size(),
                limits::boarding_pass_chars_max
            )
        );
    }
    return PassReader(text).read();
}

} // namespace sallyport::documents
