#include "documents/name_comparison.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <vector>

namespace sallyport::documents {
namespace {

// Doc 9303-3 section 6.A, Latin letters: code point of the capital and the permitted spellings, the
// recommended one first. A letter with an accent may always lose it.
struct Spelling {
    char32_t capital;
    std::array<std::string_view, 3> forms;
};

constexpr std::array spellings{
    Spelling{U'\u00C0', {"A", "", ""}},   Spelling{U'\u00C1', {"A", "", ""}},
    Spelling{U'\u00C2', {"A", "", ""}},   Spelling{U'\u00C3', {"A", "", ""}},
    Spelling{U'\u00C4', {"AE", "A", ""}}, Spelling{U'\u00C5', {"AA", "A", ""}},
    Spelling{U'\u00C6', {"AE", "", ""}},  Spelling{U'\u00C7', {"C", "", ""}},
    Spelling{U'\u00C8', {"E", "", ""}},   Spelling{U'\u00C9', {"E", "", ""}},
    Spelling{U'\u00CA', {"E", "", ""}},   Spelling{U'\u00CB', {"E", "", ""}},
    Spelling{U'\u00CC', {"I", "", ""}},   Spelling{U'\u00CD', {"I", "", ""}},
    Spelling{U'\u00CE', {"I", "", ""}},   Spelling{U'\u00CF', {"I", "", ""}},
    Spelling{U'\u00D0', {"D", "", ""}},   Spelling{U'\u00D1', {"N", "NXX", ""}},
    Spelling{U'\u00D2', {"O", "", ""}},   Spelling{U'\u00D3', {"O", "", ""}},
    Spelling{U'\u00D4', {"O", "", ""}},   Spelling{U'\u00D5', {"O", "", ""}},
    Spelling{U'\u00D6', {"OE", "O", ""}}, Spelling{U'\u00D8', {"OE", "O", ""}},
    Spelling{U'\u00D9', {"U", "", ""}},   Spelling{U'\u00DA', {"U", "", ""}},
    Spelling{U'\u00DB', {"U", "", ""}},   Spelling{U'\u00DC', {"UE", "UXX", "U"}},
    Spelling{U'\u00DD', {"Y", "", ""}},   Spelling{U'\u00DE', {"TH", "", ""}},
    Spelling{U'\u0100', {"A", "", ""}},   Spelling{U'\u0102', {"A", "", ""}},
    Spelling{U'\u0104', {"A", "", ""}},   Spelling{U'\u0106', {"C", "", ""}},
    Spelling{U'\u0108', {"C", "", ""}},   Spelling{U'\u010A', {"C", "", ""}},
    Spelling{U'\u010C', {"C", "", ""}},   Spelling{U'\u010E', {"D", "", ""}},
    Spelling{U'\u0110', {"D", "", ""}},   Spelling{U'\u0112', {"E", "", ""}},
    Spelling{U'\u0114', {"E", "", ""}},   Spelling{U'\u0116', {"E", "", ""}},
    Spelling{U'\u0118', {"E", "", ""}},   Spelling{U'\u011A', {"E", "", ""}},
    Spelling{U'\u011C', {"G", "", ""}},   Spelling{U'\u011E', {"G", "", ""}},
    Spelling{U'\u0120', {"G", "", ""}},   Spelling{U'\u0122', {"G", "", ""}},
    Spelling{U'\u0124', {"H", "", ""}},   Spelling{U'\u0126', {"H", "", ""}},
    Spelling{U'\u0128', {"I", "", ""}},   Spelling{U'\u012A', {"I", "", ""}},
    Spelling{U'\u012C', {"I", "", ""}},   Spelling{U'\u012E', {"I", "", ""}},
    Spelling{U'\u0130', {"I", "", ""}},   Spelling{U'\u0132', {"IJ", "", ""}},
    Spelling{U'\u0134', {"J", "", ""}},   Spelling{U'\u0136', {"K", "", ""}},
    Spelling{U'\u0139', {"L", "", ""}},   Spelling{U'\u013B', {"L", "", ""}},
    Spelling{U'\u013D', {"L", "", ""}},   Spelling{U'\u013F', {"L", "", ""}},
    Spelling{U'\u0141', {"L", "", ""}},   Spelling{U'\u0143', {"N", "", ""}},
    Spelling{U'\u0145', {"N", "", ""}},   Spelling{U'\u0147', {"N", "", ""}},
    Spelling{U'\u014A', {"N", "", ""}},   Spelling{U'\u014C', {"O", "", ""}},
    Spelling{U'\u014E', {"O", "", ""}},   Spelling{U'\u0150', {"O", "", ""}},
    Spelling{U'\u0152', {"OE", "", ""}},  Spelling{U'\u0154', {"R", "", ""}},
    Spelling{U'\u0156', {"R", "", ""}},   Spelling{U'\u0158', {"R", "", ""}},
    Spelling{U'\u015A', {"S", "", ""}},   Spelling{U'\u015C', {"S", "", ""}},
    Spelling{U'\u015E', {"S", "", ""}},   Spelling{U'\u0160', {"S", "", ""}},
    Spelling{U'\u0162', {"T", "", ""}},   Spelling{U'\u0164', {"T", "", ""}},
    Spelling{U'\u0166', {"T", "", ""}},   Spelling{U'\u0168', {"U", "", ""}},
    Spelling{U'\u016A', {"U", "", ""}},   Spelling{U'\u016C', {"U", "", ""}},
    Spelling{U'\u016E', {"U", "", ""}},   Spelling{U'\u0170', {"U", "", ""}},
    Spelling{U'\u0172', {"U", "", ""}},   Spelling{U'\u0174', {"W", "", ""}},
    Spelling{U'\u0176', {"Y", "", ""}},   Spelling{U'\u0178', {"Y", "", ""}},
    Spelling{U'\u0179', {"Z", "", ""}},   Spelling{U'\u017B', {"Z", "", ""}},
    Spelling{U'\u017D', {"Z", "", ""}},   Spelling{U'\u0218', {"S", "", ""}},
    Spelling{U'\u021A', {"T", "", ""}},   Spelling{U'\u1E9E', {"SS", "", ""}},
};

// One letter of a name with the ways in which a zone may spell it; a blank is one way: " ".
using Letter = std::vector<std::string_view>;

char32_t capital_of(char32_t letter) {
    if (letter >= U'a' && letter <= U'z') {
        return letter - 32;
    }
    if (letter == U'\u00DF') { // sharp s
        return U'\u1E9E';
    }
    if (letter == U'\u0131') { // dotless i
        return U'I';
    }
    if (letter == U'\u00FF') {
        return U'\u0178';
    }
    if (letter >= U'\u00E0' && letter <= U'\u00FE' && letter != U'\u00F7') {
        return letter - 32;
    }
    // Latin Extended-A: the small letter follows its capital, on odd places but for two stretches.
    const bool capitals_are_odd = (letter >= U'\u0139' && letter <= U'\u0148') ||
                                  (letter >= U'\u0179' && letter <= U'\u017E');
    if (letter >= U'\u0100' && letter <= U'\u017E') {
        const bool is_small = (letter % 2 == 1) != capitals_are_odd;
        return is_small ? letter - 1 : letter;
    }
    return letter == U'\u0219' || letter == U'\u021B' ? letter - 1 : letter;
}

// Nothing at the end; a broken byte is skipped.
std::optional<char32_t> next_code_point(std::string_view text, std::size_t& at) {
    while (at < text.size()) {
        const auto lead = static_cast<std::uint8_t>(text[at]);
        const std::size_t length = lead < 0x80U            ? 1
                                   : (lead >> 5U) == 0x6U  ? 2
                                   : (lead >> 4U) == 0xEU  ? 3
                                   : (lead >> 3U) == 0x1EU ? 4
                                                           : 0;
        if (length == 0 || at + length > text.size()) {
            ++at;
            continue;
        }
        char32_t point = length == 1 ? lead : lead & (0x7FU >> length);
        for (std::size_t index = 1; index < length; ++index) {
            point = (point << 6U) | (static_cast<std::uint8_t>(text[at + index]) & 0x3FU);
        }
        at += length;
        return point;
    }
    return std::nullopt;
}

bool separates(char32_t point) {
    return point == U' ' || point == U'-' || point == U'<' || point == U'/' || point == U',' ||
           point == U'\u00A0' || point == U'\u2010';
}

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

std::vector<Letter> letters_of(std::string_view name) {
    std::vector<Letter> letters;
    std::size_t at = 0;
    while (const auto point = next_code_point(name, at)) {
        if (separates(*point)) {
            if (!letters.empty() && letters.back().front() != " ") {
                letters.push_back({" "});
            }
            continue;
        }
        const char32_t capital = capital_of(*point);
        if (capital >= U'A' && capital <= U'Z') {
            letters.push_back({alphabet.substr(capital - U'A', 1)});
            continue;
        }
        const auto found = std::find_if(spellings.begin(), spellings.end(), [&](const auto& row) {
            return row.capital == capital;
        });
        if (found != spellings.end()) {
            Letter letter;
            std::copy_if(
                found->forms.begin(),
                found->forms.end(),
                std::back_inserter(letter),
                [](std::string_view form) { return !form.empty(); }
            );
            letters.push_back(std::move(letter));
        }
        // Apostrophes and full stops are left out of zones (Doc 9303-3 4.6.2).
    }
    while (!letters.empty() && letters.back().front() == " ") {
        letters.pop_back();
    }
    return letters;
}

// Places in `zone` that can be reached by spelling all the letters; blanks of either side may be
// missing, since carriers run names together.
std::set<std::size_t> spelled(const std::vector<Letter>& letters, std::string_view zone) {
    std::set<std::size_t> places{0};
    for (const Letter& letter : letters) {
        std::set<std::size_t> next;
        for (std::size_t place : places) {
            if (letter.front() == " ") {
                next.insert(place < zone.size() && zone[place] == ' ' ? place + 1 : place);
                continue;
            }
            if (place < zone.size() && zone[place] == ' ') {
                ++place;
            }
            for (const std::string_view form : letter) {
                if (zone.substr(std::min(place, zone.size())).starts_with(form)) {
                    next.insert(place + form.size());
                }
            }
        }
        places = std::move(next);
    }
    return places;
}

std::vector<Letter> without_title(std::vector<Letter> letters) {
    static constexpr std::array<std::string_view, 8> titles{
        "MR", "MRS", "MS", "MISS", "MSTR", "DR", "PROF", "CHD"
    };
    const auto blank = std::find_if(letters.rbegin(), letters.rend(), [](const Letter& letter) {
        return letter.front() == " ";
    });
    if (blank == letters.rend()) {
        return letters;
    }
    std::string last;
    for (auto letter = blank.base(); letter != letters.end(); ++letter) {
        last += letter->front();
    }
    if (std::find(titles.begin(), titles.end(), last) != titles.end()) {
        letters.erase(blank.base() - 1, letters.end());
    }
    return letters;
}

// Whether some beginning of the letters, cut at a word, spells the whole zone.
bool zone_is_beginning(const std::vector<Letter>& letters, std::string_view zone, bool anywhere) {
    for (std::size_t count = letters.size(); count > 0; --count) {
        const bool at_word = count == letters.size() || letters[count].front() == " ";
        if (!at_word && !anywhere) {
            continue;
        }
        const std::vector<Letter> beginning(
            letters.begin(), letters.begin() + static_cast<std::ptrdiff_t>(count)
        );
        if (spelled(beginning, zone).contains(zone.size())) {
            return true;
        }
    }
    return false;
}

NameAgreement compare(const std::vector<Letter>& letters, std::string_view zone, bool truncated) {
    if (letters.empty() || zone.empty()) {
        return letters.empty() && zone.empty() ? NameAgreement::Same : NameAgreement::Differs;
    }
    const std::set<std::size_t> places = spelled(letters, zone);
    if (places.contains(zone.size())) {
        return NameAgreement::Same;
    }
    const bool zone_goes_on = std::any_of(places.begin(), places.end(), [zone](std::size_t place) {
        return place < zone.size() && zone[place] == ' ';
    });
    if (zone_goes_on || zone_is_beginning(letters, zone, truncated)) {
        return NameAgreement::Shortened;
    }
    return NameAgreement::Differs;
}

} // namespace

NameAgreement
compare_family_names(std::string_view listed, std::string_view zone, bool zone_truncated) {
    return compare(letters_of(listed), zone, zone_truncated);
}

NameAgreement
compare_given_names(std::string_view listed, std::string_view zone, bool zone_truncated) {
    const std::vector<Letter> letters = letters_of(listed);
    const NameAgreement with_title = compare(letters, zone, zone_truncated);
    if (with_title == NameAgreement::Same) {
        return with_title;
    }
    return std::min(with_title, compare(without_title(letters), zone, zone_truncated));
}

std::string zone_spelling(std::string_view name) {
    std::string spelling;
    for (const Letter& letter : letters_of(name)) {
        spelling += letter.front();
    }
    return spelling;
}

} // namespace sallyport::documents
