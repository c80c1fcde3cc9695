// The traveler's group of a message: NAD to the last of the documents.
#include "base/limits.hpp"
#include "manifest/internal/edifact_dates.hpp"
#include "manifest/internal/paxlst_codes.hpp"
#include "manifest/internal/paxlst_message.hpp"

#include <fmt/format.h>
#include <string>
#include <vector>

namespace sallyport::manifest::internal {

using domain::TravelerKind;

namespace {

// NAD: C058 and C080, of which one holds the name.
constexpr std::size_t address_element = 3;
constexpr std::size_t name_element = 4;
// C080: family name, first given name, further given names.
constexpr std::size_t name_components = 5;

// LOC: the name of the place, of related places, then its code: MOUNT ISA QLD AUS.
std::string place_text(const Segment& segment) {
    std::string text;
    const auto append = [&text](std::string_view part) {
        text += text.empty() || part.empty() ? "" : " ";
        text += part;
    };
    for (std::size_t element = 2; element <= 4; ++element) {
        append(segment.at(element, 3));
    }
    append(segment.at(2));
    return text;
}

} // namespace

std::string PaxlstMessage::code_of(const Segment& segment, std::string_view code) {
    std::string mended = capitals(code);
    if (mended != code) {
        faults_.warning(
            segment.place,
            fmt::format("{}: a code in small letters; read as capitals", segment.tag())
        );
    }
    return mended;
}

void PaxlstMessage::start_traveler(const Segment& segment, TravelerKind kind) {
    group_ = Group::Traveler;
    traveler_place_ = segment.place;
    in_document_ = false;
    document_dropped_ = false;
    sex_stated_ = false;
    domain::Traveler& added = list_.travelers.emplace_back();
    added.kind = kind;
    take_name(segment, added);
    if (added.family_name.empty()) {
        faults_.error(segment.place, fmt::format("NAD+{} without a family name", segment.at(1)));
    }
}

void PaxlstMessage::take_name(const Segment& segment, domain::Traveler& added) {
    const bool misplaced = segment.at(name_element).empty() && !segment.at(address_element).empty();
    if (misplaced) {
        faults_.warning(segment.place, "NAD: the name stands in the place of an address");
    }
    const std::size_t element = misplaced ? address_element : name_element;
    added.family_name = segment.at(element);
    for (std::size_t component = 1; component < name_components; ++component) {
        const std::string_view given = segment.at(element, component);
        if (!given.empty()) {
            added.given_names += added.given_names.empty() ? "" : " ";
            added.given_names += given;
        }
    }
    // A single name is sent as DOE: with an empty component, or without one.
    if (added.given_names.empty() && segment.components(element) == 1) {
        take_whole_name(segment, added);
    }
}

// DOE/JOHN and DOE, JOHN in one component can be taken apart; DOE JOHN cannot.
void PaxlstMessage::take_whole_name(const Segment& segment, domain::Traveler& added) {
    const std::size_t mark = added.family_name.find_first_of("/,");
    if (mark != std::string::npos) {
        const std::string whole = std::move(added.family_name);
        added.family_name = trimmed(std::string_view(whole).substr(0, mark));
        added.given_names = trimmed(std::string_view(whole).substr(mark + 1));
        faults_.warning(segment.place, "NAD: the names stand in one component; taken apart");
    } else if (added.family_name.find(' ') != std::string::npos) {
        faults_.warning(
            segment.place, "NAD: the names stand in one component; kept as the family name"
        );
    }
}

void PaxlstMessage::finish_traveler() {
    // Messages that take travelers off a list, or say who boarded, need only name them.
    const bool states_travelers =
        list_.purpose == ListFunction::Original || list_.purpose == ListFunction::Change ||
        list_.purpose == ListFunction::ChangeFlight || list_.purpose == ListFunction::Unknown;
    if (group_ != Group::Traveler || !states_travelers) {
        return;
    }
    std::vector<std::string_view> missing;
    if (!traveler().birth_date) {
        missing.emplace_back("birth date");
    }
    if (!sex_stated_) {
        missing.emplace_back("sex");
    }
    if (traveler().nationality.empty()) {
        missing.emplace_back("nationality");
    }
    if (traveler().documents.empty()) {
        missing.emplace_back("document");
    }
    if (!missing.empty()) {
        faults_.warning(
            traveler_place_, fmt::format("traveler without {}", fmt::join(missing, ", "))
        );
    }
}

void PaxlstMessage::take_rff(const Segment& segment) {
    const std::string_view qualifier = segment.at(1);
    const std::string_view value = segment.at(1, 1);
    if (group_ == Group::Header && qualifier == "TN") {
        list_.transaction_reference = value;
        return;
    }
    if (group_ != Group::Traveler) {
        return;
    }
    if (qualifier == "AVF") {
        traveler().reference = value;
    } else if (qualifier == "ABO") {
        traveler().passenger_reference = value;
    } else if (qualifier == "SEA") {
        traveler().seat = value;
    } else {
        return; // AEA (government agency), CR (customer) and others have no use here
    }
    if (value.empty()) {
        faults_.warning(segment.place, fmt::format("RFF+{} is empty", qualifier));
    }
}

void PaxlstMessage::take_gei(const Segment& segment) {
    if (group_ == Group::Traveler && segment.at(1) == "4" && segment.at(2) == "173") {
        traveler().data_verified = true;
    }
}

void PaxlstMessage::take_traveler_place(const Segment& segment) {
    const std::string_view qualifier = segment.at(1);
    std::string* place = nullptr;
    if (qualifier == "91") {
        take_issuer(segment);
        return;
    }
    if (qualifier == "178") {
        place = &traveler().embarkation;
    } else if (qualifier == "179") {
        place = &traveler().debarkation;
    } else if (qualifier == "174") {
        place = &traveler().residence;
    } else if (qualifier == "22") {
        place = &traveler().clearance;
    } else if (qualifier == "180") {
        traveler().birth_place = place_text(segment);
        return;
    } else {
        return;
    }
    *place = segment.at(2).empty() ? place_text(segment) : code_of(segment, segment.at(2));
    if (place->empty()) {
        faults_.warning(segment.place, fmt::format("LOC+{} is empty", qualifier));
    }
}

void PaxlstMessage::take_birth_date(const Segment& segment) {
    const DateReading reading =
        read_date(segment.at(1, 1), segment.at(1, 2), DateUse::Birth, reference_date());
    if (!reading.problem.empty()) {
        faults_.error(segment.place, fmt::format("DTM+329 {}", reading.problem));
    }
    traveler().birth_date = reading.date;
}

void PaxlstMessage::take_expiry(const Segment& segment) {
    if (document_dropped_) {
        return;
    }
    if (!in_document_) {
        faults_.warning(segment.place, "DTM+36 (expiry) without a DOC before it; passed over");
        return;
    }
    const DateReading reading =
        read_date(segment.at(1, 1), segment.at(1, 2), DateUse::Expiry, reference_date());
    if (!reading.problem.empty()) {
        faults_.error(segment.place, fmt::format("DTM+36 {}", reading.problem));
    }
    traveler().documents.back().expiry = reading.date;
}

void PaxlstMessage::take_issuer(const Segment& segment) {
    if (document_dropped_) {
        return;
    }
    if (!in_document_) {
        faults_.warning(segment.place, "LOC+91 (issuer) without a DOC before it; passed over");
        return;
    }
    const std::string code = code_of(segment, segment.at(2));
    if (code.empty()) {
        faults_.warning(segment.place, "LOC+91 (issuer) is empty");
    } else if (!is_state_code(code)) {
        faults_.warning(segment.place, "LOC+91 (issuer) is not a state code of three letters");
    }
    traveler().documents.back().issuer = code;
}

void PaxlstMessage::take_att(const Segment& segment) {
    if (group_ != Group::Traveler || segment.at(1) != "2") {
        return;
    }
    std::string letter = code_of(segment, segment.at(3));
    if (letter == "MALE" || letter == "FEMALE") {
        letter.resize(1);
        faults_.warning(segment.place, "ATT+2: the sex is a word; read by its first letter");
    }
    sex_stated_ = true;
    traveler().sex = domain::sex_from_letter(letter);
    // U is what older guides have for not stated.
    if (letter != "F" && letter != "M" && letter != "X" && letter != "U") {
        faults_.warning(segment.place, "ATT+2: the sex is not F, M, X or U");
    }
}

void PaxlstMessage::take_nat(const Segment& segment) {
    if (group_ != Group::Traveler || !traveler().nationality.empty()) {
        return; // of several nationalities the first counts
    }
    const std::string code = code_of(segment, segment.at(2));
    traveler().nationality = code;
    if (!code.empty() && !is_state_code(code)) {
        faults_.warning(segment.place, "NAT is not a state code of three letters");
    }
}

void PaxlstMessage::take_doc(const Segment& segment) {
    if (group_ != Group::Traveler) {
        return;
    }
    const std::string_view number = segment.at(2);
    const bool full = traveler().documents.size() >= limits::manifest_documents_max;
    document_dropped_ = full || domain::normalised_document_number(number).empty();
    in_document_ = !document_dropped_;
    if (full) {
        faults_.error(
            segment.place,
            fmt::format(
                "more than {} documents of one traveler; passed over",
                limits::manifest_documents_max
            )
        );
        return;
    }
    if (document_dropped_) {
        faults_.error(segment.place, "DOC without a document number; passed over");
        return;
    }
    if (segment.at(1).empty()) {
        faults_.warning(segment.place, "DOC without a document type");
    }
    domain::TravelDocument& added = traveler().documents.emplace_back();
    added.type = code_of(segment, segment.at(1));
    added.number = number;
}

} // namespace sallyport::manifest::internal
