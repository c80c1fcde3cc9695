#include "transport/internal/document_view.hpp"

#include "documents/passive_authentication.hpp"

#include <boost/json/array.hpp>
#include <string>
#include <string_view>

namespace sallyport::transport {
namespace {

namespace json = boost::json;

json::value text_value(std::string_view text) {
    return json::string(text.data(), text.size());
}
json::value date_or_null(const std::optional<domain::PartialDate>& date) {
    return date ? text_value(domain::format_date(*date)) : json::value(nullptr);
}

json::object holder_value(const domain::Traveler& holder) {
    const domain::TravelDocument& document = holder.documents.front();
    return {
        {"family_name", text_value(holder.family_name)},
        {"given_names", text_value(holder.given_names)},
        {"sex", text_value(domain::sex_letter(holder.sex))},
        {"birth_date", date_or_null(holder.birth_date)},
        {"nationality", text_value(holder.nationality)},
        {"document_type", text_value(document.type)},
        {"document_number", text_value(document.number)},
        {"document_issuer", text_value(document.issuer)},
        {"document_expiry", date_or_null(document.expiry)},
    };
}

json::value authentication_value(const verification::DocumentView& document) {
    if (!document.authentication) {
        return nullptr;
    }
    const documents::PassiveAuthentication& checked = *document.authentication;
    json::object hashes;
    for (const auto& [group, state] : checked.hashes) {
        hashes[documents::data_group_name(group)] = text_value(documents::hash_state_name(state));
    }
    return json::object{
        {"signature", text_value(documents::signature_state_name(checked.signature))},
        {"trust", text_value(documents::trust_state_name(checked.trust))},
        {"hashes", std::move(hashes)},
        {"signer_country", text_value(checked.signer_country)},
        {"passed", checked.passed()},
    };
}

json::array findings_value(const verification::DocumentView& document) {
    json::array findings;
    for (const documents::Finding& finding : document.findings) {
        findings.push_back(
            json::object{{"code", text_value(finding.code)}, {"text", text_value(finding.text)}}
        );
    }
    return findings;
}

json::array differences_value(const verification::DocumentView& document) {
    json::array differences;
    for (const verification::FieldDifference& difference : document.differences) {
        differences.push_back(json::object{
            {"field", text_value(difference.field)},
            {"source", text_value(difference.source)},
            {"expected", text_value(difference.expected)},
            {"presented", text_value(difference.presented)},
            {"minor", difference.minor},
        });
    }
    return differences;
}

} // namespace

json::object document_view(const verification::DocumentView& document) {
    using verification::reader_check_name;
    json::value age = nullptr;
    if (document.age) {
        age = json::object{{"least", document.age->least}, {"most", document.age->most}};
    }
    return {
        {"holder", holder_value(document.holder)},
        {"age", std::move(age)},
        {"format", text_value(document.format)},
        {"chip", text_value(verification::chip_verdict_name(document.chip))},
        {"passive_authentication", authentication_value(document)},
        {"reader",
         json::object{
             {"chip_authentication",
              text_value(reader_check_name(document.reader.chip_authentication))},
             {"active_authentication",
              text_value(reader_check_name(document.reader.active_authentication))},
             {"passive_authentication",
              text_value(reader_check_name(document.reader.passive_authentication))},
         }},
        {"copying_unchecked", document.copying_unchecked},
        {"findings", findings_value(document)},
        {"differences", differences_value(document)},
        {"boarding_pass", document.has_boarding_pass},
        {"portrait", text_value(verification::portrait_source_name(document.portrait))},
        {"traveler", document.traveler ? text_value(document.traveler->hex()) : json::value(nullptr)
        },
        {"on_list", document.on_list},
        {"list_status",
         document.listed ? text_value(verification::list_status_name(*document.listed))
                         : json::value(nullptr)},
        {"attempts", document.attempts},
    };
}

} // namespace sallyport::transport
