// Reads the TOML of a retention policy, strictly, and notes every fault with its line.
#pragma once

#include "retention/policy.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::retention::internal {

class FaultList {
public:
    // Line 0: the file as a whole.
    void add(std::size_t line, std::string text);
    [[nodiscard]] bool empty() const { return count_ == 0; }
    [[nodiscard]] std::string text() const; // "line 3: ...; line 9: ..."

private:
    std::vector<std::string> faults_;
    std::size_t count_ = 0;
};

struct ReadRule {
    Rule rule;
    std::size_t line = 0;
    bool complete = false; // every field was there and could be read
};

struct PolicyContent {
    std::string name;
    std::string version;
    ClockMargins margins;
    std::vector<ReadRule> rules;
};

// What could be read, whatever else is wrong.
[[nodiscard]] PolicyContent read_policy_content(std::string_view toml, FaultList& faults);

} // namespace sallyport::retention::internal
