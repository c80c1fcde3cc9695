#include "ledger/crossing.hpp"

namespace sallyport::ledger {

std::string_view outcome_name(Outcome outcome) {
    switch (outcome) {
    case Outcome::Confirmed:
        return "confirmed";
    case Outcome::Manual:
        return "manual";
    case Outcome::Referred:
        return "referred";
    case Outcome::OptedOut:
        return "opted_out";
    case Outcome::Abandoned:
        return "abandoned";
    case Outcome::Interrupted:
        return "interrupted";
    }
    return "interrupted";
}

std::string_view mark_kind_name(MarkKind kind) {
    return kind == MarkKind::Final ? "final" : "voided";
}

} // namespace sallyport::ledger
