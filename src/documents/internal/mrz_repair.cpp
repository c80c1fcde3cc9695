#include "documents/internal/mrz_repair.hpp"

#include <algorithm>
#include <array>

namespace sallyport::documents::internal {
namespace {

char lookalike_of(char character) {
    constexpr std::string_view letters = "OIBSZG";
    constexpr std::string_view digits = "018526";
    if (const auto place = letters.find(character); place != std::string_view::npos) {
        return digits[place];
    }
    if (const auto place = digits.find(character); place != std::string_view::npos) {
        return letters[place];
    }
    return character;
}

// The characters a position can be read as, the printed one first; none when nothing fits.
std::string readings_of(CharacterSet set, char printed) {
    std::string readings;
    if (allows(set, printed)) {
        readings.push_back(printed);
    }
    const char other = lookalike_of(printed);
    if (other != printed && allows(set, other)) {
        readings.push_back(other);
    }
    return readings;
}

enum class Outcome { Agrees, Repaired, Impossible, Ambiguous };

// Characters under one check digit. `held` positions take part in the sum but are not read anew.
struct CheckedGroup {
    std::vector<std::size_t> characters;
    std::vector<bool> held;
    std::size_t check = 0;
    // From this character on the weights are one step further: a filler is counted between the
    // parts of a long document number.
    std::optional<std::size_t> gap = std::nullopt;
    [[nodiscard]] int weight(std::size_t i) const {
        return check_weight(gap && i >= *gap ? i + 1 : i);
    }
};

class GroupReader {
public:
    GroupReader(std::string& zone, const std::vector<MRZPosition>& positions, CheckedGroup group)
        : zone_(zone), positions_(positions), group_(std::move(group)) {}

    Outcome read() {
        if (agrees()) {
            return Outcome::Agrees;
        }
        // Readings of the digit itself: a digit has one, a letter that looks like one has one too.
        const std::string digits = readings_of(positions_[group_.check].set, zone_[group_.check]);
        if (digits.size() != 1 || digits.front() == filler || !list_readings()) {
            return Outcome::Impossible;
        }
        count();
        const auto sum = static_cast<std::size_t>(digits.front() - '0');
        if (ways_.back()[sum] == 0) {
            return Outcome::Impossible;
        }
        if (ways_.back()[sum] > 1) {
            return Outcome::Ambiguous;
        }
        write(sum);
        zone_[group_.check] = digits.front();
        return Outcome::Repaired;
    }

private:
    [[nodiscard]] bool agrees() const {
        int sum = 0;
        for (std::size_t i = 0; i < group_.characters.size(); ++i) {
            const std::size_t place = group_.characters[i];
            const auto value = check_value(zone_[place]);
            if (!value || !allows(positions_[place].set, zone_[place])) {
                return false;
            }
            sum += *value * group_.weight(i);
        }
        const char digit = zone_[group_.check];
        // An empty field may leave its digit out; read_mrz decides where.
        return digit == '0' + sum % 10 || (digit == filler && sum == 0);
    }

    [[nodiscard]] bool list_readings() {
        for (std::size_t i = 0; i < group_.characters.size(); ++i) {
            const std::size_t place = group_.characters[i];
            readings_.push_back(
                group_.held[i] ? std::string(1, zone_[place])
                               : readings_of(positions_[place].set, zone_[place])
            );
            if (readings_.back().empty() || !check_value(readings_.back().front())) {
                return false;
            }
        }
        return true;
    }

    // ways_[n][s]: how many readings of the first n characters have the sum s; 2 stands for more.
    void count() {
        ways_.assign(readings_.size() + 1, {});
        ways_[0][0] = 1;
        for (std::size_t i = 0; i < readings_.size(); ++i) {
            for (std::size_t sum = 0; sum < 10; ++sum) {
                for (const char reading : readings_[i]) {
                    int& ways = ways_[i + 1][advance(sum, reading, i)];
                    ways = std::min(2, ways + ways_[i][sum]);
                }
            }
        }
    }

    // Follows the one way back from its end.
    void write(std::size_t sum) {
        for (std::size_t i = readings_.size(); i-- > 0;) {
            for (std::size_t before = 0; before < 10; ++before) {
                const char reading = step(before, sum, i);
                if (ways_[i][before] != 0 && reading != '\0') {
                    zone_[group_.characters[i]] = reading;
                    sum = before;
                    break;
                }
            }
        }
    }

    [[nodiscard]] char step(std::size_t before, std::size_t after, std::size_t i) const {
        for (const char reading : readings_[i]) {
            if (advance(before, reading, i) == after) {
                return reading;
            }
        }
        return '\0';
    }

    [[nodiscard]] std::size_t advance(std::size_t sum, char reading, std::size_t i) const {
        return (sum + static_cast<std::size_t>(check_value(reading).value_or(0) * group_.weight(i))
               ) %
               10;
    }

    std::string& zone_;
    const std::vector<MRZPosition>& positions_;
    CheckedGroup group_;
    std::vector<std::string> readings_;
    std::vector<std::array<int, 10>> ways_;
};

CheckedGroup group_of(Span span, std::size_t check) {
    CheckedGroup group;
    for (std::size_t i = span.first; i < span.end(); ++i) {
        group.characters.push_back(i);
    }
    group.held.assign(group.characters.size(), false);
    group.check = check;
    return group;
}

Outcome
read_group(std::string& zone, const std::vector<MRZPosition>& positions, CheckedGroup group) {
    return GroupReader(zone, positions, std::move(group)).read();
}

// A long document number has two sums (see read_mrz), and its one reading must be one under both.
Outcome read_number(
    std::string& zone, const std::vector<MRZPosition>& positions, const NumberPlace& number
) {
    CheckedGroup group{
        number.characters, std::vector<bool>(number.characters.size(), false), number.check
    };
    const std::string printed = zone;
    const Outcome plain = read_group(zone, positions, group);
    if (!number.continued || plain == Outcome::Agrees) {
        return plain;
    }
    std::string other = printed;
    group.gap = number.principal;
    const Outcome counted = read_group(other, positions, std::move(group));
    if (counted == Outcome::Agrees || plain == Outcome::Impossible) {
        zone = other;
        return counted;
    }
    if (counted == Outcome::Ambiguous || (counted == Outcome::Repaired && other != zone)) {
        zone = printed;
        return Outcome::Ambiguous;
    }
    return plain;
}

bool inside(Span span, std::size_t place) {
    return place >= span.first && place < span.end();
}

// Only optional data without a digit of its own is read anew under the composite digit.
CheckedGroup composite_group(const MRZLayout& layout, const NumberPlace& number) {
    CheckedGroup group;
    group.check = *layout.composite;
    for (const Span span : layout.composite_spans) {
        for (std::size_t i = span.first; i < span.end(); ++i) {
            const bool free = !layout.optional_check &&
                              (inside(number.optional_rest, i) ||
                               (layout.optional_data_2 && inside(*layout.optional_data_2, i)));
            group.characters.push_back(i);
            group.held.push_back(!free);
        }
    }
    return group;
}

} // namespace

std::optional<int> check_value(char character) {
    if (character >= '0' && character <= '9') {
        return character - '0';
    }
    if (character >= 'A' && character <= 'Z') {
        return character - 'A' + 10;
    }
    return character == filler ? std::optional<int>(0) : std::nullopt;
}

int check_weight(std::size_t position) {
    constexpr std::array<int, 3> weights{7, 3, 1};
    return weights[position % weights.size()];
}

RepairedZone repair(const MRZLayout& layout, std::string_view zone) {
    RepairedZone repaired{std::string(zone), {}};
    const std::vector<MRZPosition> positions = positions_of(layout, zone);
    const NumberPlace number = number_place(layout, zone);
    const auto note = [&](Outcome outcome, std::string_view field) {
        if (outcome == Outcome::Ambiguous) {
            repaired.ambiguous.push_back(field);
        }
    };
    const auto read = [&](CheckedGroup group, std::string_view field) {
        note(read_group(repaired.text, positions, std::move(group)), field);
    };
    // A position that takes letters only, or digits only, has one reading.
    for (std::size_t i = 0; i < positions.size(); ++i) {
        const std::string readings = readings_of(positions[i].set, zone[i]);
        if (readings.size() == 1) {
            repaired.text[i] = readings.front();
        }
    }
    note(read_number(repaired.text, positions, number), "document_number");
    read(group_of(layout.birth_date, layout.birth_check), "birth_date");
    read(group_of(layout.expiry, layout.expiry_check), "expiry");
    if (layout.optional_check) {
        read(group_of(layout.optional_data, *layout.optional_check), "optional_data");
    }
    // A long document number has other weights under the composite digit than under its own: damage
    // that its own digit misses would here be blamed on the optional data.
    if (layout.composite && repaired.ambiguous.empty() && !number.continued) {
        read(composite_group(layout, number), "optional_data");
    }
    return repaired;
}

} // namespace sallyport::documents::internal
