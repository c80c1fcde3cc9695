// The photos already held for a traveler: passport, visa, earlier crossing. A port, because every
// operator keeps them elsewhere. Implementations are safe from any thread and never cache pixels.
#pragma once

#include "base/result.hpp"
#include "base/secret_bytes.hpp"
#include "domain/traveler.hpp"

#include <string>
#include <vector>

namespace sallyport::holdings {

struct HeldPhoto {
    SecretBytes bytes;  // JPEG or PNG as held, not yet decoded
    std::string source; // "passport", "visa", "encounter", as the holdings say; may be empty
    int year = 0;       // when it was taken, 0 when not known
};

class Holdings {
public:
    virtual ~Holdings() = default;
    // Photos of this person, found by document number (and issuer where both sides name one), else
    // by the person's key in the CSV; newest first, at most limits::photos_per_traveler_max. An
    // empty list when nothing is held. IoFailed when the source cannot be read: not "nothing held".
    [[nodiscard]] virtual Result<std::vector<HeldPhoto>> photos_of(const domain::Traveler& traveler
    ) = 0;
};

} // namespace sallyport::holdings
