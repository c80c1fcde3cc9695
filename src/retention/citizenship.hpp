// Whether a traveler is a citizen of the state that runs the checkpoint, and how we know. What a
// picture's clock is hangs on it, so it may not change freely: towards citizen by any evidence,
// away from it only by a document, back to unknown never. Pure functions and values.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <array>
#include <optional>
#include <string_view>

namespace sallyport::retention {

enum class Citizenship {
    Unknown, // nothing said so far, or what was said does not agree: the shortest clock
    Citizen,
    NonCitizen,
};
inline constexpr std::array all_citizenships{
    Citizenship::Unknown, Citizenship::Citizen, Citizenship::NonCitizen
};

enum class EvidenceSource {
    PassengerList,
    MRZ,     // the zone of a presented document
    Chip,    // the chip of a presented document, Passive Authentication passed
    Officer, // a person looked and decided
};

struct CitizenshipStatus {
    Citizenship value = Citizenship::Unknown;
    std::optional<EvidenceSource> evidence; // none exactly for unknown
    std::optional<Instant> known_at;
    bool operator==(const CitizenshipStatus&) const = default;
};

struct CitizenshipChange {
    CitizenshipStatus from;
    CitizenshipStatus to;
};

[[nodiscard]] std::string_view citizenship_name(Citizenship citizenship); // "non_citizen"
[[nodiscard]] std::string_view evidence_source_name(EvidenceSource source);
[[nodiscard]] std::optional<Citizenship> citizenship_from_name(std::string_view name);

// unknown to citizen            any evidence
// unknown to non-citizen        passenger list or document; an officer's word alone is not enough
// non-citizen to citizen        any evidence
// citizen to non-citizen        a document (zone or chip)
// anything to unknown           never
// The same value again with other evidence is a change that changes nothing. StateConflict for what
// is not allowed. The status is that of the traveler from now on; clocks that run are changed by
// refile_clock, which never lengthens one.
[[nodiscard]] Result<CitizenshipChange> change_citizenship(
    const CitizenshipStatus& from, Citizenship to, EvidenceSource evidence, Instant at
);

// Only somebody known to be no citizen may be handed over to a repository.
[[nodiscard]] bool may_be_handed_over(const CitizenshipStatus& status);

} // namespace sallyport::retention
