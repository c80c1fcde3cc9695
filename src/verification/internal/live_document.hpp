// The document presented in one transaction, in memory until it ends: what it says, whose it is and
// the photos a live face may be compared with. Guarded by the transaction's mutex.
#pragma once

#include "base/secret_bytes.hpp"
#include "biometrics/template.hpp"
#include "verification/document_examination.hpp"
#include "verification/transaction_service.hpp"

#include <optional>
#include <vector>

namespace sallyport::verification {

struct LiveTransaction;

struct LiveDocument {
    DocumentExamination examination;
    std::vector<FieldDifference> differences;
    PortraitSource portrait = PortraitSource::None;
    std::vector<SecretBytes> photos;              // as shown to the officer
    std::vector<biometrics::Template> references; // what is compared; empty: nothing may be
    std::optional<domain::TravelerId> traveler;   // on a list, or made for this document
    std::optional<domain::ContextId> context;
    bool on_list = false;
    std::optional<ListStatus> listed;
    bool opted_out = false; // the traveler of this row did, here or elsewhere
    bool mismatch = false;

    // Nothing about it that a person should look at before a rule lets its holder through.
    [[nodiscard]] bool speaks_for_itself() const;
    [[nodiscard]] const domain::TravelDocument& document() const {
        return examination.holder.documents.front();
    }
};

[[nodiscard]] DocumentView document_view(const LiveTransaction& live, Instant now);

// A mismatch of this holder may be overridden by a person: younger than the profile's age for
// certain, or so incomplete a birth date that the age rule is a person's to judge.
[[nodiscard]] bool
may_override_mismatch(const LiveDocument& document, int override_age_max, Instant now);

} // namespace sallyport::verification
