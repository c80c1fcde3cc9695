// What changed between two rolls of one flight.
#include "manifest/flight_roll.hpp"
#include "manifest/internal/traveler_keys.hpp"

#include <algorithm>
#include <unordered_map>

namespace sallyport::manifest {

namespace {

constexpr std::size_t none = static_cast<std::size_t>(-1);

std::string time_text(const std::optional<Instant>& time) {
    return time ? format_instant(*time) : std::string();
}

void compare(
    std::vector<FieldChange>& changes,
    std::string_view field,
    std::string_view before,
    std::string_view after
) {
    if (before != after) {
        changes.push_back({std::string(field), std::string(before), std::string(after)});
    }
}

std::vector<FieldChange>
traveler_changes(const domain::Traveler& before, const domain::Traveler& after) {
    std::vector<FieldChange> changes;
    if (internal::same_fields(before, after)) {
        return changes;
    }
    const std::vector<internal::TextField> old_fields = internal::fields_of(before);
    const std::vector<internal::TextField> new_fields = internal::fields_of(after);
    for (std::size_t index = 0; index < new_fields.size(); ++index) {
        compare(
            changes, new_fields[index].first, old_fields[index].second, new_fields[index].second
        );
    }
    return changes;
}

std::vector<FieldChange> flight_changes(const FlightRoll& before, const FlightRoll& after) {
    const auto crossing = [](const FlightRoll& roll) {
        return std::string_view(roll.leg.crosses_border ? "yes" : "no");
    };
    std::vector<FieldChange> changes;
    compare(changes, "flight", before.leg.flight, after.leg.flight);
    compare(changes, "departure", before.leg.departure, after.leg.departure);
    compare(changes, "arrival", before.leg.arrival, after.leg.arrival);
    compare(
        changes, "departs_at", time_text(before.leg.departs_at), time_text(after.leg.departs_at)
    );
    compare(
        changes, "arrives_at", time_text(before.leg.arrives_at), time_text(after.leg.arrives_at)
    );
    compare(changes, "crosses_border", crossing(before), crossing(after));
    compare(changes, "state", flight_state_name(before.state), flight_state_name(after.state));
    return changes;
}

// For each entry after, the entry before that is the same person, or none. Each is used once.
class Matching {
public:
    Matching(const FlightRoll& before, const FlightRoll& after)
        : before_(before), used_(before.entries.size(), false),
          matches_(after.entries.size(), none) {
        for (std::size_t index = 0; index < before.entries.size(); ++index) {
            for (const std::string& alias : before.entries[index].aliases) {
                holders_[alias].push_back(index);
            }
        }
        // Who is unchanged first, so that nobody takes their place; then the strongest likeness.
        for (const Strength strength : {Strength::Unchanged, Strength::Reference, Strength::Any}) {
            for (std::size_t index = 0; index < after.entries.size(); ++index) {
                if (matches_[index] == none) {
                    match(index, after.entries[index], strength);
                }
            }
        }
    }
    [[nodiscard]] std::size_t of(std::size_t after) const { return matches_[after]; }
    [[nodiscard]] bool used(std::size_t before) const { return used_[before]; }

private:
    enum class Strength { Unchanged, Reference, Any };

    void match(std::size_t index, const RollEntry& entry, Strength strength) {
        for (const std::string& alias : entry.aliases) {
            const auto found = holders_.find(alias);
            if (found == holders_.end() ||
                (strength == Strength::Reference && !alias.starts_with("abo"))) {
                continue;
            }
            for (const std::size_t candidate : found->second) {
                const bool fits =
                    !used_[candidate] &&
                    (strength != Strength::Unchanged ||
                     internal::same_fields(before_.entries[candidate].traveler, entry.traveler));
                if (fits) {
                    used_[candidate] = true;
                    matches_[index] = candidate;
                    return;
                }
            }
        }
    }

    const FlightRoll& before_;
    std::unordered_map<std::string_view, std::vector<std::size_t>> holders_;
    std::vector<bool> used_;
    std::vector<std::size_t> matches_;
};

RollChangeKind kind_of(RollStatus status) {
    switch (status) {
    case RollStatus::Listed:
        break;
    case RollStatus::Cancelled:
        return RollChangeKind::Cancelled;
    case RollStatus::OnBoard:
        return RollChangeKind::OnBoard;
    case RollStatus::NotOnBoard:
        return RollChangeKind::NotOnBoard;
    }
    return RollChangeKind::Restored;
}

} // namespace

std::string_view roll_change_name(RollChangeKind kind) {
    switch (kind) {
    case RollChangeKind::Added:
        return "added";
    case RollChangeKind::Changed:
        break;
    case RollChangeKind::Cancelled:
        return "cancelled";
    case RollChangeKind::Restored:
        return "restored";
    case RollChangeKind::OnBoard:
        return "on_board";
    case RollChangeKind::NotOnBoard:
        return "not_on_board";
    }
    return "changed";
}

RollDiff diff_of(const FlightRoll& before, const FlightRoll& after) {
    RollDiff diff;
    diff.flight = flight_changes(before, after);
    const Matching matching(before, after);
    for (std::size_t index = 0; index < before.entries.size(); ++index) {
        if (!matching.used(index)) {
            const RollEntry& gone = before.entries[index];
            diff.travelers.push_back({RollChangeKind::Cancelled, gone.traveler, gone.aliases, {}});
        }
    }
    for (std::size_t index = 0; index < after.entries.size(); ++index) {
        const RollEntry& entry = after.entries[index];
        const std::size_t match = matching.of(index);
        const auto add = [&](RollChangeKind kind, std::vector<FieldChange> fields) {
            diff.travelers.push_back({kind, entry.traveler, entry.aliases, std::move(fields)});
        };
        if (match == none) {
            add(RollChangeKind::Added, {});
            if (entry.status != RollStatus::Listed) {
                add(kind_of(entry.status), {});
            }
            continue;
        }
        const RollEntry& earlier = before.entries[match];
        std::vector<FieldChange> fields = traveler_changes(earlier.traveler, entry.traveler);
        if (earlier.status != entry.status) {
            add(kind_of(entry.status), std::move(fields));
        } else if (!fields.empty()) {
            add(RollChangeKind::Changed, std::move(fields));
        }
    }
    return diff;
}

} // namespace sallyport::manifest
