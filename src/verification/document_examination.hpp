// What a presented travel document says and how far it may be believed: the zone, the chip's files
// with Passive Authentication, a boarding pass, and what the document reader itself found out. Pure
// functions over bytes that come from outside; safe from any thread. Personal data: no formatters.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "documents/boarding_pass.hpp"
#include "documents/data_groups.hpp"
#include "documents/passive_authentication.hpp"
#include "domain/traveler.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::verification {

// What a document reader did by itself. It can lower trust, never raise it: Passive Authentication
// is done here, on the files.
enum class ReaderCheck { NotDone, Passed, Failed };
[[nodiscard]] std::string_view reader_check_name(ReaderCheck check); // "not_done", ...
[[nodiscard]] Result<ReaderCheck> reader_check_from_name(std::string_view name);

struct ReaderResults {
    ReaderCheck chip_authentication = ReaderCheck::NotDone;   // the chip is not a copy
    ReaderCheck active_authentication = ReaderCheck::NotDone; // the same, in older chips
    ReaderCheck passive_authentication = ReaderCheck::NotDone;
};

struct PresentedDocument {
    std::string mrz; // the printed zone; may be empty when the chip's DG1 is there
    documents::MRZMode mrz_mode = documents::MRZMode::Strict;
    documents::ChipFiles chip;
    std::string boarding_pass; // text of its code; may be empty
    ReaderResults reader;
};

// Whether the portrait of the chip may be compared, and why not.
enum class ChipVerdict {
    None,     // no chip data were presented
    Genuine,  // signed by an anchored state, unaltered, not found to be a copy
    Unproven, // may be genuine: no anchor, expired or revoked signer, groups missing
    Altered,  // signature or a hash does not hold, or a reader found a copy
};
[[nodiscard]] std::string_view chip_verdict_name(ChipVerdict verdict);

struct DocumentExamination {
    domain::Traveler holder; // as the document names its holder; one document; id nil
    bool names_truncated = false;
    std::string format; // of the zone: "TD3"
    ChipVerdict chip = ChipVerdict::None;
    std::optional<documents::PassiveAuthentication> authentication;
    std::vector<documents::Finding> findings;        // of every step, without personal data
    std::optional<documents::ChipPortrait> portrait; // only of a Genuine chip
    std::optional<documents::BoardingPass> boarding_pass;
    ReaderResults reader;
    // Signed by its state, but nobody checked that the chip is not a copy.
    [[nodiscard]] bool copying_unchecked() const;
};

// InvalidArgument that names the check digit or field when the zone does not hold, MalformedInput
// when it is none, or when the boarding pass is none; nothing to examine is InvalidArgument. Faults
// of the chip's files are findings.
[[nodiscard]] Result<DocumentExamination> examine_document(
    const PresentedDocument& presented, const documents::TrustStore& trust, Instant now
);

struct FieldDifference {
    std::string field;  // "family_name", "birth_date", "document_number", "flight", ...
    std::string source; // what stands beside the document: "list", "boarding_pass"
    std::string expected;
    std::string presented;
    bool minor = false; // a shortened name, a field that one side does not have
};
// The list's traveler and flight beside document and boarding pass. Fields that agree are left out.
[[nodiscard]] std::vector<FieldDifference> differences_of(
    const domain::Traveler* listed, std::string_view flight, const DocumentExamination& document
);

// Whole years on that day, the least that an incomplete birth date allows and the most.
struct AgeRange {
    int least = 0;
    int most = 0;
};
[[nodiscard]] std::optional<AgeRange>
age_on(const std::optional<domain::PartialDate>& birth_date, Instant day);

} // namespace sallyport::verification
