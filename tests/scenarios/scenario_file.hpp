// A scenario as text: a header of "# name:" and "# description:", then one step a line. This reads
// files into steps and steps into words and key=value arguments; what a step means is the World's.
// Values without state, any thread. What is wrong with a text is an exception with its line.
#pragma once

#include "base/clock.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::scenarios {

// A scenario that cannot go on: a step that is not known, an argument that makes no sense, or an
// act that the installation refused unexpectedly.
class ScenarioError : public std::runtime_error {
public:
    ScenarioError(std::size_t line, const std::string& text)
        : std::runtime_error(text), line_(line) {}
    [[nodiscard]] std::size_t line() const { return line_; }

private:
    std::size_t line_;
};

struct Step {
    std::size_t line = 0; // 1 is the first of the file
    std::vector<std::string> words;
    std::map<std::string, std::string> options; // key=value
};

struct Scenario {
    std::string name;        // "flight/cancelled_flight.scenario"
    std::string description; // one sentence
    std::vector<Step> steps;
};

[[nodiscard]] Scenario read_scenario(std::string_view text);

// One step while it is carried out: hands out its words and options and knows what nobody asked
// for, so that a misspelt argument cannot be passed over.
class Arguments {
public:
    explicit Arguments(const Step& step) : step_(step), options_(step.options) {}

    [[nodiscard]] std::size_t line() const { return step_.line; }
    [[nodiscard]] bool has(const std::string& key) const { return options_.contains(key); }
    [[nodiscard]] bool has_word() const { return next_ < step_.words.size(); }
    std::string word(std::string_view what); // the next one
    std::optional<std::string> option(const std::string& key);
    std::string need(const std::string& key);
    std::size_t number(const std::string& key, std::size_t otherwise);
    // Nothing is left over.
    void end() const;
    [[noreturn]] void fail(const std::string& text) const { throw ScenarioError(step_.line, text); }

private:
    const Step& step_;
    std::map<std::string, std::string> options_;
    std::size_t next_ = 0;
};

// "1-3,7" is 1 2 3 7; "nobody" is none. Numbers up to 62, the strangers that the face engine knows.
[[nodiscard]] std::vector<std::size_t> people_in(const Arguments& step, const std::string& text);
// "XX100,YY200"; "none" is none.
[[nodiscard]] std::vector<std::string> names_in(const std::string& text);
// "2026-05-01T10:00", "2026-05-01T10:00:30Z", or "10:00" of that day.
[[nodiscard]] Instant time_in(const Arguments& step, const std::string& text, Instant day);
// "90s", "20m", "26h".
[[nodiscard]] std::chrono::seconds span_in(const Arguments& step, const std::string& text);

} // namespace sallyport::scenarios
