// A small policy as text, for tests that change one thing of it.
#pragma once

#include "retention/policy.hpp"
#include "retention/record_clock.hpp"

#include <string>
#include <string_view>

namespace sallyport::retention {

// Periods of the rules; the policy is otherwise that of a small checkpoint.
struct TestPeriods {
    std::string citizen = "12 h";
    std::string unknown = "12 h";
    std::string non_citizen = "14 d";
    std::string crossing = "15 years";
};

inline std::string rule_text(
    std::string_view id,
    std::string_view category,
    std::string_view citizenship,
    std::string_view purpose,
    std::string_view store,
    std::string_view period,
    std::string_view more
) {
    std::string text = "[[rule]]\n";
    const auto line = [&](std::string_view key, std::string_view value) {
        text += std::string(key) + " = \"" + std::string(value) + "\"\n";
    };
    line("id", id);
    line("category", category);
    line("citizenship", citizenship);
    line("purpose", purpose);
    line("store", store);
    line("clock_start", "capture");
    line("period", period);
    line("source", "Act of Ruritania, article 1");
    return text + std::string(more) + "\n";
}

inline std::string policy_text(const TestPeriods& periods = {}, std::string_view version = "1") {
    const std::string_view erase = "action = \"erase\"";
    const std::string at_decision = "action = \"erase\"\nends_with = [\"decision\"]";
    return "name = \"test\"\nversion = \"" + std::string(version) +
           "\"\n[clock_margins]\nsynchronised = \"1 s\"\nfree_running = \"5 min\"\nunknown = \"1 "
           "h\"\n" +
           rule_text(
               "citizen",
               "live_picture",
               "citizen",
               "verification",
               "staging",
               periods.citizen,
               at_decision
           ) +
           rule_text(
               "unknown",
               "live_picture",
               "unknown",
               "verification",
               "staging",
               periods.unknown,
               at_decision
           ) +
           rule_text(
               "non-citizen",
               "live_picture",
               "non_citizen",
               "verification",
               "staging",
               periods.non_citizen,
               "action = \"hand_over_then_erase\"\nends_with = [\"hand_over_acknowledged\"]"
           ) +
           rule_text(
               "crossing", "crossing", "any", "border_crossing", "ledger", periods.crossing, erase
           );
}

inline RuleKey picture_of(Citizenship citizenship) {
    return RuleKey{
        .category = Category::LivePicture,
        .citizenship = citizenship,
        .purpose = Purpose::Verification,
        .store = Store::Staging
    };
}

inline RuleKey crossing_of(Citizenship citizenship) {
    return RuleKey{
        .category = Category::Crossing,
        .citizenship = citizenship,
        .purpose = Purpose::BorderCrossing,
        .store = Store::Ledger
    };
}

inline CaptureFacts synchronised_capture(Instant at) {
    return CaptureFacts{
        .captured_at = at,
        .quality = ClockQuality::Synchronised,
        .received_at = at,
        .authorised_until = std::nullopt
    };
}

} // namespace sallyport::retention
