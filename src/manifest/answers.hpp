// What is answered to a carrier: that a message arrived and can be read (ISO 9735 CONTRL), and
// whether its data on each traveler is complete (UN/EDIFACT CUSRES, JSON). A clearance decision is
// not made here: it appears only when an external system gave one, and a failure never becomes one.
// Pure functions and values, safe from any thread. Answers hold no names, only the references that
// the carrier gave. docs/manifest_answers.md
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "domain/traveler.hpp"
#include "manifest/passenger_list.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::manifest {

// --- data sufficiency ---------------------------------------------------------------------------

// Error: a field is there and cannot be right. Insufficient: a required field is missing. Neither
// says anything of the traveler, only of the data.
enum class DataSufficiency { Complete, Insufficient, Error };
[[nodiscard]] std::string_view data_sufficiency_name(DataSufficiency status); // "complete", ...

// Fields that are required: those of docs/manifest_answers.md.
struct SufficiencyRules {
    std::string source; // the regulation, as the table names it
    std::vector<std::string> passenger;
    std::vector<std::string> crew;
};
// From TOML (schema/codes/sufficiency.toml). ConfigInvalid names what is wrong.
[[nodiscard]] Result<SufficiencyRules> read_sufficiency_rules(std::string_view toml);

struct TravelerSufficiency {
    DataSufficiency status = DataSufficiency::Complete;
    std::vector<std::string> missing; // field names, in the order of the rules
    std::vector<std::string> wrong;   // field names
};
// on_date: the day of the journey; a birth date after it cannot be right. An expired document is
// complete data: what it means is for an officer.
[[nodiscard]] TravelerSufficiency assess(
    const domain::Traveler& traveler,
    const SufficiencyRules& rules,
    const std::optional<domain::PartialDate>& on_date
);
// Whether a message carries data on its travelers. Those that cancel travelers or close a flight
// only name them, with a reference perhaps: nothing is asked of that.
[[nodiscard]] bool carries_traveler_data(const PassengerList& list);
// Each traveler of the list, on the day its main leg departs.
[[nodiscard]] std::vector<TravelerSufficiency>
assess_list(const PassengerList& list, const SufficiencyRules& rules);

// --- clearance by an external system ------------------------------------------------------------

// The codes that CUSRES carries, from TOML (schema/codes/paxlst_answers.toml), which an authority
// replaces by its own.
struct AnswerCodes {
    std::string source;
    std::string agency; // code list responsible agency (3055), "" for none
    std::string complete;
    std::string insufficient;
    std::string error;
    std::vector<std::string>
        decisions; // that an external system may give; anything else is not sent
};
[[nodiscard]] Result<AnswerCodes> read_answer_codes(std::string_view toml);

// The system that decides on boarding. Implementations say themselves from which threads they may
// be called, and do not throw.
class ClearancePort {
public:
    ClearancePort() = default;
    virtual ~ClearancePort() = default;
    ClearancePort(const ClearancePort&) = delete;
    ClearancePort& operator=(const ClearancePort&) = delete;
    // One element for each traveler of the list, in its order; nothing where there is no decision.
    [[nodiscard]] virtual Result<std::vector<std::optional<std::string>>>
    decide(const PassengerList& list) = 0;
};

struct Decisions {
    std::vector<std::optional<std::string>> codes; // one for each traveler
    std::vector<std::string> warnings;             // without personal data
};
// Without a port (null) no code and no warning. A port that fails, answers for another number of
// travelers, or gives a code that the table does not have: no code there, and a warning.
[[nodiscard]] Decisions
decisions_of(ClearancePort* port, const PassengerList& list, const AnswerCodes& codes);

// --- answers ------------------------------------------------------------------------------------

struct AnswerEnvelope {
    std::uint64_t control_number = 0; // of our interchange, unique towards the recipient
    Instant made_at{};
    std::string own_identifier; // in UNB; empty: the recipient that the carrier addressed
};

// UN/EDIFACT CUSRES D.05B, one interchange. InvalidArgument when there is not one assessment, and
// one decision or none at all, for each traveler, or a decision is not in the table.
[[nodiscard]] Result<std::string> write_cusres(
    const PassengerList& list,
    std::span<const TravelerSufficiency> assessments,
    std::span<const std::optional<std::string>> decisions,
    const AnswerEnvelope& envelope,
    const AnswerCodes& codes
);

// The same as JSON. manifest: the id under which the message was kept.
[[nodiscard]] std::string answer_json(
    std::string_view manifest,
    const PassengerList& list,
    std::span<const TravelerSufficiency> assessments,
    std::span<const std::optional<std::string>> decisions
);

// ISO 9735-4 CONTRL: one interchange for each interchange of the file as received, with consecutive
// control numbers. Each message is acknowledged (action 7), or rejected (4) with its segments in
// error; one with warnings is acknowledged. Interchanges that
// hold nothing but CONTRL are not answered. InvalidArgument when the file holds no interchange.
[[nodiscard]] Result<std::vector<std::string>> write_acknowledgement(
    const ListReading& reading, std::string_view bytes, const AnswerEnvelope& envelope
);
[[nodiscard]] std::string acknowledgement_json(const ListReading& reading, std::string_view bytes);

} // namespace sallyport::manifest
