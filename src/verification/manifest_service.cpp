#include "verification/manifest_service.hpp"

#include "base/limits.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <set>

namespace sallyport::verification {
namespace {

// Finds a traveler of an earlier list of the same flight again, whatever document was used.
std::string person_key_text(const domain::Traveler& traveler) {
    return fmt::format(
        "{}\n{}\n{}",
        traveler.family_name,
        traveler.given_names,
        traveler.birth_date ? domain::format_date(*traveler.birth_date) : std::string()
    );
}

bool same_departure(const domain::Context& context, const manifest::PassengerList& list) {
    const manifest::FlightLeg leg = list.main_leg();
    return context.designator == leg.flight && context.departs_at == leg.departs_at;
}

void add_fault(ManifestOutcome& outcome, std::string text) {
    outcome.faults.push_back({.severity = manifest::Severity::Error, .text = std::move(text)});
}

// What a list needs beyond being well formed before it can open a flight.
void check_usable(const manifest::ListReading& reading, ManifestOutcome& outcome) {
    if (reading.lists.empty()) {
        add_fault(outcome, "the message holds no passenger list");
    }
    for (const manifest::PassengerList& list : reading.lists) {
        if (list.main_leg().flight.empty()) {
            add_fault(outcome, "the list names no flight");
        }
        if (list.kind != manifest::ListKind::PassengerList &&
            list.kind != manifest::ListKind::CrewList) {
            add_fault(outcome, "only passenger lists and crew lists open a flight");
        }
        // Qualifiers of BGM other than the plain list change an earlier one.
        static const std::set<std::string, std::less<>> originals{"", "9", "C"};
        if (!originals.contains(list.function)) {
            add_fault(outcome, "changes to an earlier list are not taken; send the whole list");
        }
    }
}

} // namespace

Result<TravelerRow>
ManifestService::sealed_row(const domain::ContextId& context, const domain::Traveler& traveler) {
    TravelerRow row;
    row.id = traveler.id;
    row.context = context;
    const SecretBytes clear = traveler_to_json(traveler);
    SALLYPORT_TRY(
        row.identity,
        ports_.sealer.seal(domain::SealCategory::TravelerIdentity, traveler.id.bytes(), clear)
    );
    // The first key is the person's; the rest are the documents'.
    row.documents.push_back(ports_.blind_index.key_of("person", person_key_text(traveler)));
    for (const domain::TravelDocument& document : traveler.documents) {
        const std::string number = domain::normalised_document_number(document.number);
        if (!number.empty()) {
            row.documents.push_back(
                ports_.blind_index.key_of("document", document.issuer + "\n" + number)
            );
        }
    }
    return row;
}

Result<ManifestService::Draft> ManifestService::draft_of(const manifest::PassengerList& list) {
    Draft draft;
    SALLYPORT_TRY(const auto contexts, ports_.records.contexts());
    const auto earlier = std::find_if(contexts.begin(), contexts.end(), [&](const auto& context) {
        return same_departure(context, list);
    });
    std::set<domain::BlindKey> known_people;
    if (earlier != contexts.end()) {
        if (earlier->state == domain::ContextState::Closed) {
            return fail(
                ErrorCode::ContextClosed, "this flight is closed; its list is not taken any more"
            );
        }
        draft.context = *earlier;
        draft.is_new = false;
        SALLYPORT_TRY(const auto rows, ports_.records.travelers_of(earlier->id));
        for (const TravelerRow& row : rows) {
            if (!row.documents.empty()) {
                known_people.insert(row.documents.front());
            }
        }
    } else {
        const manifest::FlightLeg leg = list.main_leg();
        draft.context = domain::Context{
            .id = domain::ContextId::random(ports_.random),
            .kind = domain::ContextKind::Flight,
            .designator = leg.flight,
            .departure = leg.departure,
            .arrival = leg.arrival,
            .departs_at = leg.departs_at,
            .arrives_at = leg.arrives_at,
            .state = domain::ContextState::Open,
            .opened_at = ports_.clock.now(),
            .closed_at = std::nullopt,
        };
    }
    for (domain::Traveler traveler : list.travelers) {
        traveler.id = domain::TravelerId::random(ports_.random);
        SALLYPORT_TRY(TravelerRow row, sealed_row(draft.context.id, traveler));
        if (!known_people.contains(row.documents.front())) {
            draft.travelers.push_back(std::move(row));
        }
    }
    return draft;
}

Status ManifestService::store(const std::vector<Draft>& drafts, const ManifestRow& manifest) {
    SALLYPORT_TRY(auto work, ports_.unit_of_work.begin());
    boost::json::array context_ids;
    for (const Draft& draft : drafts) {
        if (draft.is_new) {
            SALLYPORT_CHECK(ports_.records.add_context(*work, draft.context));
        }
        for (const TravelerRow& row : draft.travelers) {
            SALLYPORT_CHECK(ports_.records.add_traveler(*work, row));
        }
        context_ids.emplace_back(draft.context.id.hex());
    }
    SALLYPORT_CHECK(ports_.records.add_manifest(*work, manifest));
    const boost::json::object body{
        {"manifest", manifest.id.hex()}, {"contexts", std::move(context_ids)}
    };
    SALLYPORT_CHECK(
        ports_.events.write(*work, {}, "manifest.received", boost::json::serialize(body))
    );
    return work->commit();
}

Result<std::vector<ManifestService::Draft>>
ManifestService::drafts_of(const manifest::ListReading& reading) {
    std::vector<Draft> drafts;
    for (const manifest::PassengerList& list : reading.lists) {
        SALLYPORT_TRY(Draft draft, draft_of(list));
        // A crew list and a passenger list of one flight in one file share a context.
        const auto same = std::find_if(drafts.begin(), drafts.end(), [&](const Draft& other) {
            return same_departure(other.context, list);
        });
        if (same == drafts.end()) {
            drafts.push_back(std::move(draft));
            continue;
        }
        for (const TravelerRow& row : draft.travelers) {
            SALLYPORT_TRY(const TravelerView view, opened(row));
            SALLYPORT_TRY(TravelerRow moved, sealed_row(same->context.id, view.traveler));
            same->travelers.push_back(std::move(moved));
        }
    }
    return drafts;
}

Result<ManifestOutcome>
ManifestService::receive(std::string_view body, manifest::ListFormat format) {
    if (body.empty()) {
        return fail(ErrorCode::MalformedInput, "the passenger list is empty");
    }
    if (body.size() > limits::manifest_bytes_max) {
        return fail(ErrorCode::PayloadTooLarge, "the passenger list is larger than 8 MiB");
    }
    const std::lock_guard lock(mutex_);
    const domain::BlindKey body_key = ports_.blind_index.key_of("manifest", body);
    SALLYPORT_TRY(const auto earlier, ports_.records.manifest_by_body(body_key));
    if (earlier) {
        for (const domain::ContextId& id : earlier->contexts) {
            SALLYPORT_TRY(const domain::Context context, find_context(id));
            if (context.state == domain::ContextState::Open &&
                !ports_.galleries.coverage(id).has_value()) {
                SALLYPORT_CHECK(ports_.galleries.request_build(id));
            }
        }
        return fail(
            ErrorCode::AlreadyExists,
            fmt::format("the same list was received before as manifest {}", earlier->id.hex())
        );
    }
    const manifest::ListReading reading = manifest::read_list(body, format);
    ManifestOutcome outcome;
    outcome.faults = reading.faults;
    if (!reading.has_errors()) {
        check_usable(reading, outcome);
    }
    const bool rejected =
        std::any_of(outcome.faults.begin(), outcome.faults.end(), [](const auto& fault) {
            return fault.severity == manifest::Severity::Error;
        });
    if (rejected) {
        return outcome;
    }
    SALLYPORT_TRY(const std::vector<Draft> drafts, drafts_of(reading));
    ManifestRow row;
    row.id = domain::ManifestId::random(ports_.random);
    row.received_at = ports_.clock.now();
    row.body_key = body_key;
    const std::vector<std::uint8_t> clear(body.begin(), body.end());
    SALLYPORT_TRY(
        row.body, ports_.sealer.seal(domain::SealCategory::ManifestBody, row.id.bytes(), clear)
    );
    for (const Draft& draft : drafts) {
        row.contexts.push_back(draft.context.id);
        outcome.travelers += draft.travelers.size();
    }
    SALLYPORT_CHECK(store(drafts, row));
    outcome.accepted = true;
    outcome.id = row.id;
    outcome.contexts = row.contexts;
    ports_.events.announce();
    for (const domain::ContextId& context : row.contexts) {
        const Status asked = ports_.galleries.request_build(context);
        if (!asked.has_value()) {
            // The list is stored and must not look refused.
            outcome.faults.push_back(
                {.severity = manifest::Severity::Warning,
                 .text = asked.error().message() + "; send the list again to ask once more"}
            );
        }
    }
    return outcome;
}

Result<TravelerView> ManifestService::opened(const TravelerRow& row) {
    SALLYPORT_TRY(
        const SecretBytes clear,
        ports_.sealer.open(domain::SealCategory::TravelerIdentity, row.id.bytes(), row.identity)
    );
    SALLYPORT_TRY(domain::Traveler traveler, traveler_from_json(clear));
    traveler.id = row.id;
    return TravelerView{.traveler = std::move(traveler), .state = row.state};
}

Result<std::vector<ContextView>> ManifestService::contexts() {
    SALLYPORT_TRY(const auto contexts, ports_.records.contexts());
    std::vector<ContextView> views;
    for (const domain::Context& context : contexts) {
        SALLYPORT_TRY(const auto rows, ports_.records.travelers_of(context.id));
        ContextView view{.context = context};
        view.travelers = rows.size();
        for (const TravelerRow& row : rows) {
            view.confirmed += row.state == TravelerState::Confirmed ? 1U : 0U;
            view.manual += row.state == TravelerState::Manual ? 1U : 0U;
            view.referred += row.state == TravelerState::Referred ? 1U : 0U;
            view.opted_out += row.state == TravelerState::OptedOut ? 1U : 0U;
        }
        views.push_back(view);
    }
    return views;
}

Result<ContextView> ManifestService::context(const domain::ContextId& id) {
    SALLYPORT_TRY(auto views, contexts());
    for (ContextView& view : views) {
        if (view.context.id == id) {
            return std::move(view);
        }
    }
    return fail(ErrorCode::NotFound, "there is no context with this id");
}

Result<domain::Context> ManifestService::find_context(const domain::ContextId& id) {
    SALLYPORT_TRY(const auto contexts, ports_.records.contexts());
    for (const domain::Context& context : contexts) {
        if (context.id == id) {
            return context;
        }
    }
    return fail(ErrorCode::NotFound, "there is no context with this id");
}

Result<std::vector<TravelerView>> ManifestService::travelers(const domain::ContextId& id) {
    SALLYPORT_TRY([[maybe_unused]] const domain::Context context, find_context(id));
    SALLYPORT_TRY(const auto rows, ports_.records.travelers_of(id));
    std::vector<TravelerView> views;
    views.reserve(rows.size());
    for (const TravelerRow& row : rows) {
        SALLYPORT_TRY(TravelerView view, opened(row));
        views.push_back(std::move(view));
    }
    return views;
}

Result<TravelerView> ManifestService::traveler(const domain::TravelerId& id) {
    SALLYPORT_TRY(const auto row, ports_.records.traveler(id));
    if (!row) {
        return fail(ErrorCode::NotFound, "there is no traveler with this id");
    }
    return opened(*row);
}

Status ManifestService::close(const domain::ContextId& id) {
    const std::lock_guard lock(mutex_);
    SALLYPORT_TRY(const domain::Context context, find_context(id));
    if (context.state == domain::ContextState::Closed) {
        return fail(ErrorCode::ContextClosed, "the context is closed already");
    }
    SALLYPORT_TRY(auto work, ports_.unit_of_work.begin());
    SALLYPORT_CHECK(ports_.records.close_context(*work, id, ports_.clock.now()));
    const boost::json::object body{{"context", id.hex()}};
    SALLYPORT_CHECK(ports_.events.write(*work, {}, "context.closed", boost::json::serialize(body)));
    SALLYPORT_CHECK(work->commit());
    ports_.galleries.close(id);
    ports_.events.announce();
    return {};
}

Result<domain::Traveler>
ManifestService::add_traveler(const domain::ContextId& id, domain::Traveler traveler) {
    const std::lock_guard lock(mutex_);
    SALLYPORT_TRY(const domain::Context context, find_context(id));
    if (context.state == domain::ContextState::Closed) {
        return fail(ErrorCode::ContextClosed, "the context is closed");
    }
    if (traveler.family_name.empty()) {
        return fail(ErrorCode::InvalidArgument, "family_name is needed");
    }
    traveler.id = domain::TravelerId::random(ports_.random);
    SALLYPORT_TRY(const TravelerRow row, sealed_row(id, traveler));
    SALLYPORT_TRY(auto work, ports_.unit_of_work.begin());
    SALLYPORT_CHECK(ports_.records.add_traveler(*work, row));
    const boost::json::object body{{"context", id.hex()}, {"traveler", traveler.id.hex()}};
    SALLYPORT_CHECK(ports_.events.write(*work, {}, "traveler.added", boost::json::serialize(body)));
    SALLYPORT_CHECK(work->commit());
    ports_.events.announce();
    return traveler;
}

Status ManifestService::rebuild_open_galleries() {
    SALLYPORT_TRY(const auto contexts, ports_.records.contexts());
    std::vector<domain::ContextId> open;
    for (const domain::Context& context : contexts) {
        if (context.state == domain::ContextState::Open) {
            open.push_back(context.id);
        }
    }
    return open.empty() ? Status() : ports_.galleries.request_builds(std::move(open));
}

} // namespace sallyport::verification
