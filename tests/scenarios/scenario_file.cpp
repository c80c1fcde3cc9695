#include "scenario_file.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace sallyport::scenarios {
namespace {

constexpr std::size_t people_max = 62;

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// Blanks part the pieces, except between quotation marks.
std::vector<std::string> pieces_of(std::string_view text, std::size_t line) {
    std::vector<std::string> pieces;
    bool quoted = false;
    bool inside = false;
    for (const char character : text) {
        const bool blank = character == ' ' || character == '\t';
        if (blank && !quoted) {
            inside = false;
            continue;
        }
        if (!inside) {
            pieces.emplace_back();
            inside = true;
        }
        if (character == '"') {
            quoted = !quoted;
        } else {
            pieces.back().push_back(character);
        }
    }
    if (quoted) {
        throw ScenarioError(line, "a quotation mark is not closed");
    }
    return pieces;
}

// "key=value": a key is lower-case letters, digits, '-' and '_'. Anything else is a word.
std::size_t end_of_key(std::string_view piece) {
    const std::size_t equals = piece.find('=');
    const bool is_key =
        equals != std::string_view::npos && equals > 0 &&
        std::all_of(piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(equals), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        });
    return is_key ? equals : std::string_view::npos;
}

Step step_of(std::string_view text, std::size_t line) {
    Step step;
    step.line = line;
    for (std::string& piece : pieces_of(text, line)) {
        const std::size_t equals = end_of_key(piece);
        if (equals == std::string_view::npos) {
            step.words.push_back(std::move(piece));
            continue;
        }
        const std::string key = piece.substr(0, equals);
        if (!step.options.emplace(key, piece.substr(equals + 1)).second) {
            throw ScenarioError(line, fmt::format("{} is given twice", key));
        }
    }
    if (step.words.empty()) {
        throw ScenarioError(line, "a step begins with a word");
    }
    return step;
}

// Takes "# key: value" into value.
void take_header(std::string_view comment, std::string_view key, std::string& value) {
    const std::string_view text = trimmed(comment.substr(1));
    if (value.empty() && text.starts_with(key) && text.substr(key.size()).starts_with(':')) {
        value = trimmed(text.substr(key.size() + 1));
    }
}

std::size_t number_in(const Arguments& step, std::string_view text) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
        step.fail(fmt::format("{} is no number", text));
    }
    return value;
}

} // namespace

Scenario read_scenario(std::string_view text) {
    Scenario scenario;
    std::size_t line = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view content = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        ++line;
        if (content.starts_with('#')) {
            take_header(content, "name", scenario.name);
            take_header(content, "description", scenario.description);
        } else if (!content.empty()) {
            if (scenario.name.empty() || scenario.description.empty()) {
                throw ScenarioError(line, "the header needs \"# name:\" and \"# description:\"");
            }
            scenario.steps.push_back(step_of(content, line));
        }
    }
    if (scenario.steps.empty()) {
        throw ScenarioError(std::max<std::size_t>(line, 1), "there are no steps");
    }
    return scenario;
}

std::string Arguments::word(std::string_view what) {
    if (!has_word()) {
        fail(fmt::format("{} is missing", what));
    }
    return step_.words[next_++];
}

std::optional<std::string> Arguments::option(const std::string& key) {
    const auto found = options_.find(key);
    if (found == options_.end()) {
        return std::nullopt;
    }
    std::string value = std::move(found->second);
    options_.erase(found);
    return value;
}

std::string Arguments::need(const std::string& key) {
    auto value = option(key);
    if (!value) {
        fail(fmt::format("{}= is missing", key));
    }
    return *std::move(value);
}

std::size_t Arguments::number(const std::string& key, std::size_t otherwise) {
    const auto value = option(key);
    return value ? number_in(*this, *value) : otherwise;
}

void Arguments::end() const {
    if (has_word()) {
        fail(fmt::format("nothing is known of \"{}\" here", step_.words[next_]));
    }
    if (!options_.empty()) {
        fail(fmt::format("nothing is known of {}= here", options_.begin()->first));
    }
}

std::vector<std::string> names_in(const std::string& text) {
    std::vector<std::string> names;
    if (text == "none") {
        return names;
    }
    std::string_view rest = text;
    while (true) {
        const std::size_t comma = std::min(rest.find(','), rest.size());
        names.emplace_back(rest.substr(0, comma));
        if (comma == rest.size()) {
            return names;
        }
        rest.remove_prefix(comma + 1);
    }
}

std::vector<std::size_t> people_in(const Arguments& step, const std::string& text) {
    std::vector<std::size_t> people;
    if (text == "nobody") {
        return people;
    }
    for (const std::string& part : names_in(text)) {
        const std::size_t dash = std::min(part.find('-'), part.size());
        const std::size_t first = number_in(step, std::string_view(part).substr(0, dash));
        const std::size_t last =
            dash == part.size() ? first : number_in(step, std::string_view(part).substr(dash + 1));
        if (first > last || last > people_max) {
            step.fail(fmt::format("{} are no people: numbers go from 0 to {}", part, people_max));
        }
        for (std::size_t person = first; person <= last; ++person) {
            people.push_back(person);
        }
    }
    return people;
}

Instant time_in(const Arguments& step, const std::string& text, Instant day) {
    constexpr std::size_t time_size = 5;      // 10:00
    constexpr std::size_t to_the_minute = 16; // 2026-05-01T10:00
    std::string full = text;
    if (text.size() == time_size) {
        full = format_instant(day).substr(0, to_the_minute - time_size) + text;
    }
    if (full.size() == to_the_minute) {
        full += ":00Z";
    }
    const auto instant = parse_instant(full);
    if (!instant.has_value()) {
        step.fail(fmt::format("{} is no time", text));
    }
    return *instant;
}

std::chrono::seconds span_in(const Arguments& step, const std::string& text) {
    const std::string_view number =
        std::string_view(text).substr(0, text.empty() ? 0 : text.size() - 1);
    const std::chrono::seconds count(number_in(step, number));
    switch (text.back()) {
    case 's':
        return count;
    case 'm':
        return count * 60;
    case 'h':
        return count * 3600;
    default:
        step.fail(fmt::format("{} is no span of time: 90s, 20m, 26h", text));
    }
}

} // namespace sallyport::scenarios
