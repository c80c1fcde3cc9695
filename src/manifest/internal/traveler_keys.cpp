#include "manifest/internal/traveler_keys.hpp"

#include "base/limits.hpp"
#include "manifest/internal/edifact_tokenizer.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <iterator>

namespace sallyport::manifest::internal {

namespace {

char capital(char character) {
    return character >= 'a' && character <= 'z' ? static_cast<char>(character - 'a' + 'A')
                                                : character;
}

std::string date_text(const std::optional<domain::PartialDate>& date) {
    return date ? domain::format_date(*date) : std::string();
}

bool is_visa(const domain::TravelDocument& document) {
    return !document.type.empty() && capital(document.type.front()) == 'V';
}

std::string document_text(const domain::TravelDocument& document) {
    std::string text = document.type;
    for (const std::string& part : {document.issuer, document.number, date_text(document.expiry)}) {
        text += text.empty() || part.empty() ? "" : " ";
        text += part;
    }
    return text;
}

std::string documents_text(const domain::Traveler& traveler) {
    std::vector<std::string> texts;
    texts.reserve(traveler.documents.size());
    for (const domain::TravelDocument& document : traveler.documents) {
        texts.push_back(document_text(document));
    }
    std::ranges::sort(texts);
    return fmt::format("{}", fmt::join(texts, "; "));
}

// The fields of a traveler that are plain text.
constexpr std::array<std::pair<std::string_view, std::string domain::Traveler::*>, 11> text_fields{{
    {"family_name", &domain::Traveler::family_name},
    {"given_names", &domain::Traveler::given_names},
    {"nationality", &domain::Traveler::nationality},
    {"reference", &domain::Traveler::reference},
    {"passenger_reference", &domain::Traveler::passenger_reference},
    {"seat", &domain::Traveler::seat},
    {"embarkation", &domain::Traveler::embarkation},
    {"debarkation", &domain::Traveler::debarkation},
    {"residence", &domain::Traveler::residence},
    {"clearance", &domain::Traveler::clearance},
    {"birth_place", &domain::Traveler::birth_place},
}};

} // namespace

std::string normalised_name(std::string_view name) {
    std::string normalised;
    normalised.reserve(name.size());
    for (const char character : name) {
        const bool blank = character == ' ' || character == '-' || character == '\t';
        if (character == '\'' || (blank && (normalised.empty() || normalised.back() == ' '))) {
            continue;
        }
        normalised.push_back(blank ? ' ' : capital(character));
    }
    if (!normalised.empty() && normalised.back() == ' ') {
        normalised.pop_back();
    }
    return normalised;
}

bool is_crew(domain::TravelerKind kind) {
    return kind == domain::TravelerKind::Crew || kind == domain::TravelerKind::TransitCrew;
}

TravelerKeys keys_of(const domain::Traveler& traveler) {
    TravelerKeys keys;
    const std::string_view reference = trimmed(traveler.passenger_reference);
    if (!reference.empty()) {
        // Crews are numbered on their own: crew member 1 is not passenger 1.
        keys.reference = is_crew(traveler.kind) ? "abo-crew:" : "abo:";
        std::ranges::transform(reference, std::back_inserter(keys.reference), capital);
    }
    for (const domain::TravelDocument& document : traveler.documents) {
        const std::string number = domain::normalised_document_number(document.number);
        if (!number.empty() && !is_visa(document)) {
            keys.documents.push_back(
                fmt::format("document:{}\n{}", normalised_name(document.issuer), number)
            );
        }
    }
    std::ranges::sort(keys.documents);
    if (keys.documents.size() > limits::roll_keys_max) {
        keys.documents.resize(limits::roll_keys_max);
    }
    const auto doubles = std::ranges::unique(keys.documents);
    keys.documents.erase(doubles.begin(), doubles.end());
    const std::string family = normalised_name(traveler.family_name);
    const std::string given = normalised_name(traveler.given_names);
    if (!family.empty() || !given.empty()) {
        keys.person =
            fmt::format("person:{}\n{}\n{}", family, given, date_text(traveler.birth_date));
    }
    return keys;
}

std::string_view number_of_key(std::string_view document_key) {
    return document_key.substr(document_key.find('\n') + 1);
}

std::vector<TextField> fields_of(const domain::Traveler& traveler) {
    std::vector<TextField> fields;
    fields.reserve(text_fields.size() + 5);
    fields.emplace_back("kind", domain::traveler_kind_name(traveler.kind));
    for (const auto& [name, member] : text_fields) {
        fields.emplace_back(name, traveler.*member);
    }
    fields.emplace_back("sex", domain::sex_letter(traveler.sex));
    fields.emplace_back("birth_date", date_text(traveler.birth_date));
    fields.emplace_back("documents", documents_text(traveler));
    fields.emplace_back("data_verified", traveler.data_verified ? "yes" : "no");
    return fields;
}

bool same_fields(const domain::Traveler& left, const domain::Traveler& right) {
    const bool same_texts = std::ranges::all_of(text_fields, [&](const auto& field) {
        return left.*field.second == right.*field.second;
    });
    return same_texts && left.kind == right.kind && left.sex == right.sex &&
           left.birth_date == right.birth_date && left.data_verified == right.data_verified &&
           (left.documents == right.documents || documents_text(left) == documents_text(right));
}

void join_mentions(domain::Traveler& first, const domain::Traveler& second) {
    for (const auto& [name, member] : text_fields) {
        if ((first.*member).empty()) {
            first.*member = second.*member;
        }
    }
    if (first.sex == domain::Sex::Unspecified) {
        first.sex = second.sex;
    }
    if (!first.birth_date) {
        first.birth_date = second.birth_date;
    }
    first.data_verified = first.data_verified || second.data_verified;
    for (const domain::TravelDocument& document : second.documents) {
        const auto same = [&document](const domain::TravelDocument& known) {
            return known.issuer == document.issuer &&
                   domain::normalised_document_number(known.number) ==
                       domain::normalised_document_number(document.number);
        };
        if (first.documents.size() >= limits::roll_keys_max) {
            return;
        }
        if (std::ranges::none_of(first.documents, same)) {
            first.documents.push_back(document);
        }
    }
}

} // namespace sallyport::manifest::internal
