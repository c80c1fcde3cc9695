#include "retention/citizenship.hpp"

namespace sallyport::retention {

namespace {

bool is_document(EvidenceSource evidence) {
    return evidence == EvidenceSource::MRZ || evidence == EvidenceSource::Chip;
}

bool is_allowed(Citizenship from, Citizenship to, EvidenceSource evidence) {
    switch (to) {
    case Citizenship::Unknown:
        return false;
    case Citizenship::Citizen:
        return true;
    case Citizenship::NonCitizen:
        return from == Citizenship::Citizen ? is_document(evidence)
                                            : evidence != EvidenceSource::Officer;
    }
    return false;
}

} // namespace

std::string_view citizenship_name(Citizenship citizenship) {
    switch (citizenship) {
    case Citizenship::Unknown:
        return "unknown";
    case Citizenship::Citizen:
        return "citizen";
    case Citizenship::NonCitizen:
        return "non_citizen";
    }
    return "unknown";
}

std::string_view evidence_source_name(EvidenceSource source) {
    switch (source) {
    case EvidenceSource::PassengerList:
        return "passenger_list";
    case EvidenceSource::MRZ:
        return "mrz";
    case EvidenceSource::Chip:
        return "chip";
    case EvidenceSource::Officer:
        return "officer";
    }
    return "officer";
}

std::optional<Citizenship> citizenship_from_name(std::string_view name) {
    for (const Citizenship citizenship : all_citizenships) {
        if (citizenship_name(citizenship) == name) {
            return citizenship;
        }
    }
    return std::nullopt;
}

Result<CitizenshipChange> change_citizenship(
    const CitizenshipStatus& from, Citizenship to, EvidenceSource evidence, Instant at
) {
    // Weaker evidence for what is known already must not replace what is known it by.
    if (from.value == to && to != Citizenship::Unknown) {
        return CitizenshipChange{.from = from, .to = from};
    }
    if (!is_allowed(from.value, to, evidence)) {
        return fail(
            ErrorCode::StateConflict,
            "this evidence does not allow this change of citizenship; a citizen becomes a "
            "non-citizen only by a presented document, and nobody becomes unknown again"
        );
    }
    return CitizenshipChange{
        .from = from,
        .to = CitizenshipStatus{.value = to, .evidence = evidence, .known_at = at},
    };
}

bool may_be_handed_over(const CitizenshipStatus& status) {
    return status.value == Citizenship::NonCitizen && status.evidence.has_value();
}

} // namespace sallyport::retention
