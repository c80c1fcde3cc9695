// For tests: writes zones with the check digits they need, from positions counted by hand and a
// check digit of its own, so that a mistake of the reader is not repeated here.
#pragma once

#include "documents/mrz.hpp"

#include <chrono>
#include <rapidcheck.h>
#include <string>
#include <string_view>

namespace sallyport::documents::testing {

inline Instant test_day() {
    return std::chrono::sys_days(std::chrono::year(2026) / 11 / 24);
}

inline Result<MRZReading> read_strict(std::string_view text) {
    return read_mrz(text, {.mode = MRZMode::Strict, .today = test_day()});
}

inline Result<MRZReading> read_tolerant(std::string_view text) {
    return read_mrz(text, {.mode = MRZMode::Tolerant, .today = test_day()});
}

inline std::string digit_of(std::string_view text) {
    constexpr std::string_view values = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    int sum = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto place = values.find(text[i]);
        const int value = place == std::string_view::npos ? 0 : static_cast<int>(place);
        sum += value * (i % 3 == 0 ? 7 : i % 3 == 1 ? 3 : 1);
    }
    return std::to_string(sum % 10);
}

inline std::string padded(std::string text, std::size_t size) {
    text.resize(size, '<');
    return text;
}

// What is printed: the values with their fillers, without check digits.
struct Printed {
    MRZFormat format = MRZFormat::TD3;
    std::string code = "P<";
    std::string issuer = "UTO";
    std::string name = "ERIKSSON<<ANNA<MARIA";
    std::string number = "L898902C3"; // more than nine characters continue on TD1 and TD2
    std::string nationality = "UTO";
    std::string birth_date = "740812";
    char sex = 'F';
    std::string expiry = "120415";
    std::string optional_data = {};
    std::string optional_data_2 = {};
    bool filler_counts = false; // some issuers count the filler within a long document number
};

inline std::string continuation_of(const Printed& printed) {
    const std::string rest = printed.number.substr(9);
    const std::string middle = printed.filler_counts ? "<" : "";
    return rest + digit_of(printed.number.substr(0, 9) + middle + rest) + "<";
}

inline std::string td1_text(const Printed& printed) {
    std::string number = padded(printed.number, 9) + digit_of(padded(printed.number, 9));
    std::string optional_data = printed.optional_data;
    if (printed.number.size() > 9) {
        number = printed.number.substr(0, 9) + "<";
        optional_data = continuation_of(printed) + optional_data;
    }
    const std::string first =
        padded(printed.code, 2) + padded(printed.issuer, 3) + number + padded(optional_data, 15);
    const std::string birth = printed.birth_date + digit_of(printed.birth_date);
    const std::string expiry = printed.expiry + digit_of(printed.expiry);
    const std::string rest = padded(printed.optional_data_2, 11);
    const std::string composite = digit_of(first.substr(5) + birth + expiry + rest);
    return first + "\n" + birth + printed.sex + expiry + padded(printed.nationality, 3) + rest +
           composite + "\n" + padded(printed.name, 30);
}

inline std::string zone_text(const Printed& printed) {
    if (printed.format == MRZFormat::TD1) {
        return td1_text(printed);
    }
    const bool wide = printed.format == MRZFormat::TD3 || printed.format == MRZFormat::MRVA;
    const std::string first =
        padded(printed.code, 2) + padded(printed.issuer, 3) + padded(printed.name, wide ? 39 : 31);
    std::string number = padded(printed.number, 9) + digit_of(padded(printed.number, 9));
    std::string optional_data = printed.optional_data;
    if (printed.format == MRZFormat::TD2 && printed.number.size() > 9) {
        number = printed.number.substr(0, 9) + "<";
        optional_data = continuation_of(printed) + optional_data;
    }
    const std::string birth = printed.birth_date + digit_of(printed.birth_date);
    const std::string expiry = printed.expiry + digit_of(printed.expiry);
    std::string second = number + padded(printed.nationality, 3) + birth + printed.sex + expiry;
    if (printed.format == MRZFormat::TD3) {
        const std::string data = padded(optional_data, 14) + digit_of(padded(optional_data, 14));
        second += data + digit_of(number + birth + expiry + data);
    } else if (printed.format == MRZFormat::TD2) {
        const std::string data = padded(optional_data, 7);
        second += data + digit_of(number + birth + expiry + data);
    } else {
        second += padded(optional_data, wide ? 16 : 8);
    }
    return first + "\n" + second;
}

// rapidcheck starts with small numbers; a zone's characters shall be spread from the first one.
inline int pick(int from, int below) {
    return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(from, below));
}

inline std::string random_text(std::string_view alphabet, std::size_t size) {
    std::string text;
    for (std::size_t i = 0; i < size; ++i) {
        text.push_back(
            alphabet[static_cast<std::size_t>(pick(0, static_cast<int>(alphabet.size())))]
        );
    }
    return text;
}

inline std::string two_digits(int value) {
    return {static_cast<char>('0' + value / 10), static_cast<char>('0' + value % 10)};
}

// Any zone that Doc 9303 allows, of a random format.
inline Printed random_zone() {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    constexpr std::string_view both = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    Printed printed;
    printed.format = *rc::gen::element(
        MRZFormat::TD1, MRZFormat::TD2, MRZFormat::TD3, MRZFormat::MRVA, MRZFormat::MRVB
    );
    const bool card = printed.format == MRZFormat::TD1 || printed.format == MRZFormat::TD2;
    const bool visa = printed.format == MRZFormat::MRVA || printed.format == MRZFormat::MRVB;
    printed.code = card ? "I<" : visa ? "V<" : "P<";
    printed.issuer = *rc::gen::element<std::string>("UTO", "D", "CHE", "XXA", "UNO", "GBR");
    printed.nationality = *rc::gen::element<std::string>("UTO", "D", "PRT", "XXB", "XXX");
    const auto family = static_cast<std::size_t>(pick(1, 12));
    const auto given = static_cast<std::size_t>(pick(0, 12));
    printed.name = random_text(letters, family) + "<<" + random_text(letters, given);
    const int longest = printed.format == MRZFormat::TD1   ? 15
                        : printed.format == MRZFormat::TD2 ? 13
                                                           : 9;
    printed.number = random_text(both, static_cast<std::size_t>(pick(1, longest + 1)));
    printed.filler_counts = pick(0, 2) == 1;
    printed.birth_date =
        two_digits(pick(0, 100)) + two_digits(pick(1, 13)) + two_digits(pick(1, 29));
    printed.expiry = two_digits(pick(0, 100)) + two_digits(pick(1, 13)) + two_digits(pick(1, 29));
    printed.sex = *rc::gen::element('F', 'M', '<');
    if (printed.number.size() <= 9) {
        printed.optional_data = random_text(both, static_cast<std::size_t>(pick(0, 8)));
    }
    if (printed.format == MRZFormat::TD1) {
        printed.optional_data_2 = random_text(both, static_cast<std::size_t>(pick(0, 12)));
    }
    return printed;
}

} // namespace sallyport::documents::testing
