#include "transport/internal/json_views.hpp"

#include "transport/internal/document_view.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <fmt/format.h>
#include <utility>

namespace sallyport::transport {

namespace {

namespace json = boost::json;
using access::Role;

json::string_view boost_view(std::string_view text) {
    return {text.data(), text.size()};
}
json::value text_value(std::string_view text) {
    return json::value(boost_view(text));
}
json::value text_or_null(std::string_view text) {
    return text.empty() ? json::value(nullptr) : text_value(text);
}
json::value instant_value(Instant instant) {
    return text_value(format_instant(instant));
}
json::value instant_or_null(const std::optional<Instant>& instant) {
    return instant.has_value() ? instant_value(*instant) : json::value(nullptr);
}
json::value date_or_null(const std::optional<domain::PartialDate>& date) {
    return date.has_value() ? text_value(domain::format_date(*date)) : json::value(nullptr);
}

// Rounded, since more digits than were measured only look exact.
json::value rounded(double value, double steps) {
    return std::isfinite(value) ? json::value(std::round(value * steps) / steps)
                                : json::value(nullptr);
}
json::value milliseconds(double value) {
    return rounded(value, 1000.0);
}
json::value score(float value) {
    return rounded(static_cast<double>(value), 10'000.0);
}

std::string_view decided_by_name(domain::DecidedBy decided_by) {
    return decided_by == domain::DecidedBy::Rule ? "rule" : "officer";
}

constexpr std::string_view reason_for_officers_only = "see_agent";

// Reasons that another picture can mend are shown to the traveler; the others are the officer's.
std::string_view kiosk_reason(std::string_view reason) {
    using domain::ReferReason;
    constexpr std::array picture_reasons{
        ReferReason::NoFace,
        ReferReason::FaceTooSmall,
        ReferReason::FaceCutOff,
        ReferReason::TooDark,
        ReferReason::TooBright,
        ReferReason::TooManyFaces,
        ReferReason::PictureUnusable,
    };
    const bool shown =
        std::any_of(picture_reasons.begin(), picture_reasons.end(), [&](ReferReason known) {
            return domain::is_picture_reason(known) && domain::refer_reason_name(known) == reason;
        });
    return shown ? reason : reason_for_officers_only;
}

json::value reason_value(const std::optional<domain::ReferReason>& reason) {
    return reason.has_value() ? text_value(domain::refer_reason_name(*reason))
                              : json::value(nullptr);
}

json::value quality_value(const capture::FaceQuality& quality) {
    return json::object{
        {"interocular_px", rounded(quality.interocular_px, 10.0)},
        {"luminance_mean", rounded(quality.luminance_mean, 10.0)},
        {"sharpness", rounded(quality.sharpness, 10.0)},
    };
}

json::value evidence_value(const std::optional<verification::DecisionEvidence>& evidence) {
    if (!evidence.has_value()) {
        return nullptr;
    }
    json::array scores;
    for (const float each : evidence->scores) {
        scores.push_back(score(each));
    }
    return json::object{
        {"pack", text_value(evidence->pack)},
        {"compared_with", text_value(verification::compared_with_name(evidence->compared_with))},
        {"n", evidence->n},
        {"identities", evidence->identities},
        {"attempt", evidence->attempt},
        {"attempts_max", evidence->attempts_max},
        {"fpir_max", evidence->fpir_max},
        {"fmr_max", evidence->fmr_max},
        {"fmr", evidence->fmr},
        {"threshold", score(evidence->threshold)},
        {"scores", std::move(scores)},
        {"above_threshold", evidence->above_threshold},
    };
}

// Every stage in the order in which it runs.
std::array<std::pair<std::string_view, double>, 11> stages(const verification::StageTimings& timings
) {
    return {{
        {"queue", timings.queue_ms},
        {"decode", timings.decode_ms},
        {"detect", timings.face.detect_ms},
        {"landmarks", timings.face.landmarks_ms},
        {"align", timings.face.align_ms},
        {"template", timings.face.template_ms},
        {"search", timings.search_ms},
        {"decide", timings.decide_ms},
        {"portrait", timings.portrait_ms},
        {"commit", timings.commit_ms},
        {"total", timings.total_ms},
    }};
}

json::object transaction_view_for_kiosk(const verification::TransactionView& view) {
    return {
        {"transaction", text_value(view.row.id.hex())},
        {"checkpoint", text_value(view.row.checkpoint.value)},
        {"state", text_value(verification::transaction_state_name(view.row.state))},
        {"verdict", text_value(view.verdict)},
        {"reason",
         view.reason.has_value() ? text_value(kiosk_reason(domain::refer_reason_name(*view.reason)))
                                 : json::value(nullptr)},
        {"attempts_left", view.attempts_left},
        {"decision", text_value(view.row.decision)},
    };
}

json::value subject_value(const verification::TransactionView& view) {
    const bool seen = view.evidence.has_value();
    return json::object{
        {"zone", 0},
        {"traveler",
         view.traveler.has_value() ? json::value(traveler_view(*view.traveler))
                                   : json::value(nullptr)},
        {"faces_seen", view.faces_seen},
        {"quality",
         seen && view.evidence->quality.interocular_px > 0 ? quality_value(view.evidence->quality)
                                                           : json::value(nullptr)},
    };
}

json::object event_body_for_kiosk(const json::object& body) {
    constexpr std::array<std::string_view, 6> kept{
        "transaction", "state", "verdict", "attempts_left", "decision", "context"
    };
    json::object stripped;
    for (const std::string_view name : kept) {
        if (const json::value* value = body.if_contains(boost_view(name)); value != nullptr) {
            stripped[boost_view(name)] = *value;
        }
    }
    if (const json::value* reason = body.if_contains("reason");
        reason != nullptr && reason->is_string() && !reason->as_string().empty()) {
        const json::string& text = reason->as_string();
        stripped["reason"] = text_value(kiosk_reason({text.data(), text.size()}));
    }
    return stripped;
}

} // namespace

json::object context_view(const verification::ContextView& view) {
    const domain::Context& context = view.context;
    return {
        {"context", text_value(context.id.hex())},
        {"kind", text_value(domain::context_kind_name(context.kind))},
        {"designator", text_value(context.designator)},
        {"departure", text_value(context.departure)},
        {"arrival", text_value(context.arrival)},
        {"departs_at", instant_or_null(context.departs_at)},
        {"arrives_at", instant_or_null(context.arrives_at)},
        {"state", text_value(domain::context_state_name(context.state))},
        {"opened_at", instant_value(context.opened_at)},
        {"closed_at", instant_or_null(context.closed_at)},
        {"closes_at", instant_or_null(context.closes_at)},
        {"travelers", view.travelers},
        {"confirmed", view.confirmed},
        {"manual", view.manual},
        {"referred", view.referred},
        {"opted_out", view.opted_out},
        {"listed", view.listed},
        {"cancelled", view.cancelled},
        {"on_board", view.on_board},
        {"not_on_board", view.not_on_board},
    };
}

json::object context_view_for_kiosk(const domain::Context& context) {
    return {
        {"context", text_value(context.id.hex())},
        {"designator", text_value(context.designator)},
        {"departure", text_value(context.departure)},
        {"arrival", text_value(context.arrival)},
        {"departs_at", instant_or_null(context.departs_at)},
        {"state", text_value(domain::context_state_name(context.state))},
    };
}

json::object traveler_view(const verification::TravelerView& view) {
    const domain::Traveler& traveler = view.traveler;
    json::array documents;
    for (const domain::TravelDocument& document : traveler.documents) {
        documents.push_back(json::object{
            {"type", text_value(document.type)},
            {"number", text_value(document.number)},
            {"issuer", text_value(document.issuer)},
            {"expiry", date_or_null(document.expiry)},
        });
    }
    return {
        {"traveler", text_value(traveler.id.hex())},
        {"kind", text_value(domain::traveler_kind_name(traveler.kind))},
        {"family_name", text_value(traveler.family_name)},
        {"given_names", text_value(traveler.given_names)},
        {"sex", text_value(domain::sex_letter(traveler.sex))},
        {"birth_date", date_or_null(traveler.birth_date)},
        {"nationality", text_value(traveler.nationality)},
        {"documents", std::move(documents)},
        {"reference", text_value(traveler.reference)},
        {"seat", text_value(traveler.seat)},
        {"state", text_value(verification::traveler_state_name(view.state))},
        {"listed", text_value(verification::list_status_name(view.listed))},
    };
}

json::object coverage_view(const verification::Coverage& coverage) {
    json::array rows;
    for (const verification::TravelerCoverage& row : coverage.rows) {
        json::array rejected;
        for (const verification::PhotoFault fault : row.rejected) {
            rejected.push_back(text_value(verification::photo_fault_name(fault)));
        }
        json::array photos;
        for (const verification::PhotoCoverage& photo : row.photos) {
            photos.push_back(json::object{
                {"source", text_value(photo.source)},
                {"year", photo.year},
                {"fault",
                 photo.fault ? text_value(verification::photo_fault_name(*photo.fault))
                             : json::value(nullptr)},
            });
        }
        rows.push_back(json::object{
            {"traveler", text_value(row.traveler.hex())},
            {"photos_enrolled", row.photos_enrolled},
            {"rejected", std::move(rejected)},
            {"photos", std::move(photos)},
            {"opted_out", row.opted_out},
        });
    }
    return {
        {"context", text_value(coverage.context.hex())},
        {"state", text_value(verification::gallery_state_name(coverage.state))},
        {"update_waiting", coverage.update_waiting},
        {"travelers", coverage.travelers},
        {"travelers_done", coverage.travelers_done},
        {"with_photo", coverage.with_photo},
        {"without_photo", coverage.without_photo},
        {"rejected_only", coverage.rejected_only},
        {"opted_out", coverage.opted_out},
        {"templates", coverage.templates},
        {"build_seconds", milliseconds(coverage.build_seconds)},
        {"rows", std::move(rows)},
    };
}

json::array fault_views(std::span<const manifest::Fault> faults) {
    json::array views;
    for (const manifest::Fault& fault : faults) {
        views.push_back(json::object{
            {"severity", fault.severity == manifest::Severity::Error ? "error" : "warning"},
            {"segment", fault.segment},
            {"offset", fault.offset},
            {"text", text_value(fault.text)},
        });
    }
    return views;
}

json::object checkpoint_view(
    const verification::Checkpoint& checkpoint,
    std::span<const verification::ContextView> contexts,
    Role role
) {
    const bool staff = role == Role::Operator || role == Role::Officer;
    const domain::CheckpointProfile& profile = checkpoint.profile;
    json::array assigned;
    for (const domain::ContextId& id : checkpoint.contexts) {
        const auto found = std::find_if(contexts.begin(), contexts.end(), [&](const auto& view) {
            return view.context.id == id;
        });
        if (found != contexts.end()) {
            assigned.push_back(
                staff ? context_view(*found) : context_view_for_kiosk(found->context)
            );
        }
    }
    return {
        {"checkpoint", text_value(checkpoint.name.value)},
        {"profile", text_value(profile.name)},
        {"direction", text_value(domain::direction_name(profile.direction))},
        {"decided_by", text_value(decided_by_name(profile.decided_by))},
        {"fpir_max", profile.fpir_max},
        {"attempts_max", profile.attempts_max},
        {"notice_version", text_value(profile.notice_version)},
        {"zone",
         json::object{
             {"left", profile.zone.left},
             {"top", profile.zone.top},
             {"right", profile.zone.right},
             {"bottom", profile.zone.bottom},
         }},
        {"contexts", std::move(assigned)},
    };
}

json::object transaction_view(const verification::TransactionView& view, Role role) {
    if (role != Role::Operator && role != Role::Officer) {
        return transaction_view_for_kiosk(view);
    }
    json::array allowed;
    for (const std::string& decision : view.allowed) {
        allowed.push_back(text_value(decision));
    }
    json::object timings;
    for (const auto& [name, value] : stages(view.timings)) {
        timings[boost_view(name)] = milliseconds(value);
    }
    return {
        {"transaction", text_value(view.row.id.hex())},
        {"checkpoint", text_value(view.row.checkpoint.value)},
        {"profile", text_value(view.row.profile)},
        {"state", text_value(verification::transaction_state_name(view.row.state))},
        {"opened_at", instant_value(view.row.opened_at)},
        {"captured_at", instant_or_null(view.row.captured_at)},
        {"direction", text_value(domain::direction_name(view.direction))},
        {"decided_by", text_value(decided_by_name(view.decided_by))},
        {"verdict", text_value(view.verdict)},
        {"reason", reason_value(view.reason)},
        {"attempts", view.row.attempts},
        {"attempts_left", view.attempts_left},
        {"unusable_captures", view.unusable_captures},
        {"decision", text_value(view.row.decision)},
        {"allowed", std::move(allowed)},
        {"subjects", json::array{subject_value(view)}},
        {"live_photo", view.live_photo},
        {"held_photos", view.held_photos},
        {"evidence", evidence_value(view.evidence)},
        {"document",
         view.document.has_value() ? json::value(document_view(*view.document))
                                   : json::value(nullptr)},
        {"timings_ms", std::move(timings)},
    };
}

json::object crossing_view(const ledger::Crossing& crossing, const ledger::CrossingMark* mark) {
    return {
        {"crossing", text_value(crossing.id.hex())},
        {"transaction", text_value(crossing.transaction.hex())},
        {"checkpoint", text_value(crossing.checkpoint.value)},
        {"direction", text_value(domain::direction_name(crossing.direction))},
        {"context",
         crossing.context.has_value() ? text_value(crossing.context->hex()) : json::value(nullptr)},
        {"traveler",
         crossing.traveler.has_value() ? text_value(crossing.traveler->hex()) : json::value(nullptr)
        },
        {"outcome", text_value(ledger::outcome_name(crossing.outcome))},
        {"biometrically_confirmed", crossing.biometrically_confirmed},
        {"reason", text_or_null(crossing.reason)},
        {"captured_at", instant_value(crossing.captured_at)},
        {"clock_quality", text_value(clock_quality_name(crossing.clock_quality))},
        {"recorded_at", instant_value(crossing.recorded_at)},
        {"mark",
         mark == nullptr ? json::value(nullptr)
                         : json::value(json::object{
                               {"kind", text_value(ledger::mark_kind_name(mark->kind))},
                               {"reason", text_value(mark->reason)},
                               {"at", instant_value(mark->at)},
                           })},
    };
}

std::string event_text(const verification::EventRow& event, Role role) {
    json::error_code error;
    json::value body = json::parse(boost_view(event.body), error);
    json::object object;
    if (!error && body.is_object()) {
        object = std::move(body.as_object());
    }
    const bool staff = role == Role::Operator || role == Role::Officer;
    return json::serialize(json::object{
        {"sequence", event.sequence},
        {"checkpoint", text_value(event.checkpoint.value)},
        {"kind", text_value(event.kind)},
        {"at", instant_value(event.at)},
        {"body", staff ? std::move(object) : event_body_for_kiosk(object)},
    });
}

std::string server_timing(const verification::StageTimings& timings) {
    std::string header;
    for (const auto& [name, value] : stages(timings)) {
        header += fmt::format("{}{};dur={:.3f}", header.empty() ? "" : ", ", name, value);
    }
    return header;
}

} // namespace sallyport::transport
