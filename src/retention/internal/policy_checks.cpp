#include "retention/internal/policy_checks.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace sallyport::retention::internal {

namespace {

bool is_name(std::string_view text) {
    constexpr std::size_t name_chars_max = 64;
    return text.size() <= name_chars_max &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.") ==
               std::string_view::npos;
}

bool applies_to(const Rule& rule, Citizenship citizenship) {
    return rule.citizenship.value_or(citizenship) == citizenship;
}

void check_picture_rule(const ReadRule& read, FaultList& faults) {
    const Rule& rule = read.rule;
    if (rule.renewal != Renewal::Never) {
        faults.add(read.line, "a picture's clock cannot be renewed");
    }
    if (rule.counted_from != CountedFrom::Capture) {
        faults.add(read.line, "a picture's period counts from its capture");
    }
    const bool for_citizens =
        applies_to(rule, Citizenship::Citizen) || applies_to(rule, Citizenship::Unknown);
    if (rule.category == Category::LivePicture && for_citizens &&
        longest_length(rule.period) > citizen_picture_period_max) {
        faults.add(
            read.line,
            fmt::format(
                "pictures of citizens and of unknown citizenship may be kept {} h at most",
                citizen_picture_period_max.count()
            )
        );
    }
}

void check_rule(
    const ReadRule& read, const ErasureLead& lead, const ClockMargins& margins, FaultList& faults
) {
    const Rule& rule = read.rule;
    if (!is_name(rule.id)) {
        faults.add(read.line, "'id' must be of lower-case letters, digits, hyphens and dots");
    }
    const auto margin_max = std::max({margins.synchronised, margins.free_running, margins.unknown});
    if (shortest_length(rule.period) <= lead.total() + margin_max) {
        faults.add(
            read.line,
            fmt::format(
                "the period is over before an erasure can be final ({} s with the largest margin)",
                (lead.total() + margin_max).count()
            )
        );
    }
    if (rule.warn_before && longest_length(*rule.warn_before) >= shortest_length(rule.period)) {
        faults.add(read.line, "'warn_before' must be shorter than the period");
    }
    const bool for_citizens =
        applies_to(rule, Citizenship::Citizen) || applies_to(rule, Citizenship::Unknown);
    if (rule.action == Action::HandOverThenErase && for_citizens) {
        faults.add(read.line, "only records of known non-citizens may be handed over");
    }
    if (rule.action == Action::Erase && rule.ends_with.holds(EndingEvent::HandOverAcknowledged)) {
        faults.add(read.line, "what is not handed over cannot end with its acknowledgement");
    }
    if (rule.category == Category::LivePicture || rule.category == Category::Gallery) {
        check_picture_rule(read, faults);
    }
}

bool overlap(const Rule& left, const Rule& right) {
    return left.category == right.category && left.purpose == right.purpose &&
           left.store == right.store &&
           (!left.citizenship || !right.citizenship || left.citizenship == right.citizenship);
}

void check_overlaps(const std::vector<ReadRule>& rules, FaultList& faults) {
    for (auto later = rules.begin(); later != rules.end(); ++later) {
        for (auto earlier = rules.begin(); earlier != later; ++earlier) {
            if (earlier->rule.id == later->rule.id) {
                faults.add(later->line, fmt::format("the id of line {} again", earlier->line));
            } else if (overlap(earlier->rule, later->rule)) {
                faults.add(
                    later->line, fmt::format("covers the same records as line {}", earlier->line)
                );
            }
        }
    }
}

// Unknown citizenship has the shortest clock, and every traveler's picture has one.
void check_pictures(const std::vector<ReadRule>& rules, FaultList& faults) {
    for (const Citizenship citizenship : all_citizenships) {
        const bool covered = std::ranges::any_of(rules, [&](const ReadRule& read) {
            return read.rule.category == Category::LivePicture &&
                   applies_to(read.rule, citizenship);
        });
        if (!covered) {
            faults.add(
                0, fmt::format("no rule for live pictures of {}", citizenship_name(citizenship))
            );
        }
    }
    for (const ReadRule& unknown : rules) {
        if (unknown.rule.citizenship != Citizenship::Unknown) {
            continue;
        }
        for (const ReadRule& other : rules) {
            if (other.rule.category == unknown.rule.category &&
                other.rule.purpose == unknown.rule.purpose &&
                other.rule.store == unknown.rule.store &&
                longest_length(other.rule.period) < longest_length(unknown.rule.period)) {
                faults.add(
                    unknown.line,
                    fmt::format("unknown citizenship is kept longer than line {}", other.line)
                );
            }
        }
    }
}

} // namespace

void check_policy(const PolicyContent& content, const ErasureLead& lead, FaultList& faults) {
    if (!is_name(content.name)) {
        faults.add(0, "'name' must be of lower-case letters, digits, hyphens and dots");
    }
    const bool complete = std::ranges::all_of(content.rules, &ReadRule::complete);
    if (!complete || content.rules.empty()) {
        return; // what follows would only repeat that
    }
    for (const ReadRule& read : content.rules) {
        check_rule(read, lead, content.margins, faults);
    }
    check_overlaps(content.rules, faults);
    check_pictures(content.rules, faults);
}

} // namespace sallyport::retention::internal
