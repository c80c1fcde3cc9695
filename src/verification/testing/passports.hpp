// Travel documents for tests: chips with a zone and a portrait, signed by a state of the test's
// own, for the people of the installation's lists. Every wrong that a presented document can have.
#pragma once

#include "documents/data_groups.hpp"
#include "documents/testing/test_pki.hpp"
#include "documents/trust_store.hpp"
#include "verification/document_examination.hpp"
#include "verification/testing/fixture.hpp"

#include <string>

namespace sallyport::verification::testing {

struct PassportText {
    std::string birth_date = "800203"; // YYMMDD; "<<" where it is not known
    std::string expiry = "310101";
    std::string given_names = "WILHELMINA";
    std::string issuer = "UTO";
};

// The two lines of a passport of this person, with check digits.
[[nodiscard]] std::string zone_of(const ListedPerson& person, const PassportText& text = {});

class PassportOffice {
public:
    PassportOffice();
    // A store that anchors this state, and nothing else.
    [[nodiscard]] documents::TrustStore trust() const;
    // EF.SOD, DG1 and DG2 with this portrait, signed.
    [[nodiscard]] documents::ChipFiles chip_of(
        const ListedPerson& person, const Picture& portrait, const PassportText& text = {}
    ) const;

private:
    documents::testing::Party authority_;
    documents::testing::Party signer_;
};

} // namespace sallyport::verification::testing
