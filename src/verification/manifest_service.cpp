#include "verification/manifest_service.hpp"

#include "base/limits.hpp"
#include "verification/internal/context_change.hpp"
#include "verification/internal/flight_lists.hpp"
#include "verification/internal/roll_application.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <set>

namespace sallyport::verification {
namespace {

using domain::ContextState;
using manifest::FlightState;
using manifest::ListFunction;
using manifest::ListKind;

void add_fault(ManifestOutcome& outcome, std::string text) {
    outcome.faults.push_back({.severity = manifest::Severity::Error, .text = std::move(text)});
}

void add_warning(ManifestOutcome& outcome, std::string text) {
    outcome.faults.push_back({.severity = manifest::Severity::Warning, .text = std::move(text)});
}

bool is_rejected(const ManifestOutcome& outcome) {
    return std::any_of(outcome.faults.begin(), outcome.faults.end(), [](const auto& fault) {
        return fault.severity == manifest::Severity::Error;
    });
}

// What a list needs beyond being well formed before it can say something of a flight.
void check_usable(const manifest::ListReading& reading, ManifestOutcome& outcome) {
    if (reading.lists.empty()) {
        add_fault(outcome, "the message holds no passenger list");
    }
    for (const manifest::PassengerList& list : reading.lists) {
        if (list.kind == ListKind::GatePass) {
            add_fault(outcome, "a gate pass list is not taken: those it names do not travel");
        } else if (list.kind == ListKind::Unknown) {
            add_fault(
                outcome, "only passenger lists, crew lists and flight status messages are taken"
            );
        } else if (is_about_a_flight(list) && list.main_leg().flight.empty()) {
            add_fault(outcome, "the list names no flight");
        }
        if (list.purpose == ListFunction::Unknown) {
            add_fault(outcome, "the function of the list is not one that is known");
        }
    }
}

// Also without anybody: a change of the flight says that it takes place.
bool says_who_travels(const manifest::PassengerList& list) {
    const bool status_alone =
        list.kind == ListKind::FlightStatus && list.purpose != ListFunction::ChangeFlight;
    return !status_alone &&
           (list.purpose == ListFunction::Original || list.purpose == ListFunction::Change ||
            list.purpose == ListFunction::ChangeFlight);
}

// After a close-out messages still correct it, until the context would close by itself. Closed by
// hand or by time, it is over.
bool takes_lists(const domain::Context& context, Instant now) {
    return context.searchable() || (context.closes_at && now < *context.closes_at);
}

void take_leg(ContextChange& change, const manifest::FlightLeg& leg) {
    const domain::Context& known = change.context();
    const bool same = known.designator == leg.flight && known.departure == leg.departure &&
                      known.arrival == leg.arrival && known.departs_at == leg.departs_at &&
                      known.arrives_at == leg.arrives_at;
    if (same || leg.flight.empty()) {
        return;
    }
    domain::Context& context = change.edit_context();
    context.designator = leg.flight;
    context.departure = leg.departure;
    context.arrival = leg.arrival;
    context.departs_at = leg.departs_at;
    context.arrives_at = leg.arrives_at;
    const Instant closes_at = closing_time(context);
    context.closes_at = context.reopened_at
                            ? std::max(closes_at, context.closes_at.value_or(closes_at))
                            : closes_at;
}

// What a message says against a cancellation.
struct Restoring {
    bool by_list = false;     // that says who travels
    bool by_boarding = false; // a close-out with people on board: it left after all
};

// A cancellation stands until a message takes it back: one of the lists, as the roll has it, or any
// list that comes after a cancellation by hand. Returns the event that tells of it.
std::string_view take_back_cancellation(
    ContextChange& change, FlightState before, FlightState after, const Restoring& restoring
) {
    const bool closed = after == FlightState::Closed;
    if (before == FlightState::Cancelled || (closed && restoring.by_boarding)) {
        change.uncancel();
        return "context.restored";
    }
    if (restoring.by_list) {
        change.uncancel();
        if (closed && before == FlightState::Closed) {
            change.forget_close_outs(); // it did not leave when it was closed out
        }
        return "context.restored";
    }
    return {};
}

// What becomes of the context by the state of its flight. Returns the events that tell of it.
std::vector<std::string_view> take_state(
    ContextChange& change,
    const ContextReach& reach,
    FlightState before,
    FlightState after,
    const Restoring& restoring
) {
    const ContextState state = change.context().state;
    if (after == FlightState::Cancelled) {
        if (state == ContextState::Cancelled || before == FlightState::Cancelled) {
            return {};
        }
        change.cancel("flight_cancelled");
        return {"context.cancelled"};
    }
    if (after == FlightState::Scheduled && before == FlightState::Closed &&
        (state == ContextState::Departed || state == ContextState::Closed)) {
        // Cancelled and listed again within one message: it did not leave.
        change.cancel("flight_cancelled");
        change.uncancel();
        return {"context.restored"};
    }
    std::vector<std::string_view> events;
    if (state == ContextState::Cancelled) {
        const auto restored = take_back_cancellation(change, before, after, restoring);
        if (restored.empty()) {
            return {};
        }
        events.push_back(restored);
    }
    const bool closes = before != FlightState::Closed || restoring.by_boarding;
    if (after == FlightState::Closed && change.context().state == ContextState::Open && closes) {
        change.depart(reach, "close_out");
        events.push_back("context.departed");
    }
    return events;
}

} // namespace

struct ManifestService::Part {
    domain::Context context;
    bool is_new = false;
    FlightVersions versions; // with those of this message at the end
    std::size_t known = 0;   // how many of them are not of this message
    manifest::FlightRoll before;
    manifest::FlightRoll after;
    ContextReach reach;
    Restoring restoring;
    PreparedRoll prepared; // of before and after

    std::optional<ContextChange> change;
    ListChanges changes;
    std::vector<RollApplication::Moved> moved;
    std::vector<std::string_view> state_events;
};

domain::Context ManifestService::opened_by(const manifest::PassengerList& list) {
    const manifest::FlightLeg leg = list.main_leg();
    domain::Context context;
    context.id = domain::ContextId::random(ports_.random);
    context.kind = context_kind_of(list.movement);
    context.designator = leg.flight;
    context.departure = leg.departure;
    context.arrival = leg.arrival;
    context.departs_at = leg.departs_at;
    context.arrives_at = leg.arrives_at;
    context.opened_at = ports_.clock.now();
    context.closes_at = closing_time(context);
    return context;
}

Status ManifestService::sort_into_parts(
    const manifest::ListReading& reading,
    ManifestRow& row,
    ManifestOutcome& outcome,
    std::vector<Part>& parts
) {
    FlightFinder finder(ports_.records, ports_.sealer);
    SALLYPORT_CHECK(finder.load());
    for (std::size_t place = 0; place < reading.lists.size(); ++place) {
        const manifest::PassengerList& list = reading.lists[place];
        if (!is_about_a_flight(list)) {
            continue; // kept, and opens nothing
        }
        const manifest::ListVersion version{
            .id = list_version_id(row.id, place, reading.lists.size()),
            .received_at = row.received_at,
            .list = list
        };
        SALLYPORT_TRY(std::optional<domain::Context> context, finder.find(list));
        const bool is_new = !context;
        if (is_new && !says_who_travels(list)) {
            if (!list.main_leg().departs_at) {
                // The list to come could not be told to be about the same flight.
                add_fault(
                    outcome, "no list of this flight was received, and its time is not named"
                );
                continue;
            }
            add_warning(outcome, "no list of this flight was received yet");
        }
        if (is_new) {
            context = opened_by(list);
            finder.add(*context, version);
        } else if (!takes_lists(*context, row.received_at)) {
            return fail(
                ErrorCode::ContextClosed, "this flight is closed; its list is not taken any more"
            );
        }
        row.contexts.push_back(context->id);
        auto part = std::find_if(parts.begin(), parts.end(), [&](const Part& other) {
            return other.context.id == context->id;
        });
        if (part == parts.end()) {
            part = parts.emplace(parts.end());
            part->context = *context;
            part->is_new = is_new;
            if (!is_new) {
                SALLYPORT_TRY(const FlightVersions* known, finder.versions(*context));
                part->versions = *known;
                part->known = known->lists.size();
            }
        }
        part->versions.lists.push_back(version);
        part->restoring.by_list = part->restoring.by_list || says_who_travels(list);
        part->restoring.by_boarding =
            part->restoring.by_boarding ||
            (list.purpose == ListFunction::CloseOnBoard && !list.travelers.empty());
    }
    return {};
}

Status ManifestService::apply(Part& part, ManifestOutcome& outcome) {
    const Instant now = ports_.clock.now();
    if (part.is_new) {
        part.change.emplace(part.context, now);
    } else {
        SALLYPORT_TRY(
            part.change,
            ContextChange::of_record(ports_.records, ports_.crossings, part.context.id, now)
        );
    }
    ContextChange& change = *part.change;
    RollApplication application(
        {.records = ports_.records,
         .sealer = ports_.sealer,
         .blind_index = ports_.blind_index,
         .directory = ports_.directory,
         .random = ports_.random},
        change
    );
    SALLYPORT_CHECK(application.apply(part.prepared));
    take_leg(change, part.after.leg);
    part.state_events =
        take_state(change, part.reach, part.before.state, part.after.state, part.restoring);
    for (const std::size_t index : application.status_changed()) {
        const TravelerRow& row = change.travelers()[index];
        const bool leaves =
            row.listed == ListStatus::Cancelled || row.listed == ListStatus::NotOnBoard;
        const bool left = change.context().state == ContextState::Departed ||
                          change.context().state == ContextState::Closed;
        if (leaves || left) {
            change.settle_exit(index, "close_out");
        }
    }
    part.changes = application.changes();
    part.moved = application.moved();
    outcome.travelers += part.changes.added;
    for (auto count :
         {&ListChanges::added,
          &ListChanges::changed,
          &ListChanges::cancelled,
          &ListChanges::restored,
          &ListChanges::on_board,
          &ListChanges::not_on_board,
          &ListChanges::moved,
          &ListChanges::opted_out}) {
        outcome.changes.*count += part.changes.*count;
    }
    return {};
}

Status
ManifestService::write_events(domain::UnitOfWork& work, const Part& part, const ManifestRow& row) {
    const std::string context = part.context.id.hex();
    const auto write = [&](std::string_view kind, const boost::json::object& body) {
        return ports_.events.write(work, {}, kind, boost::json::serialize(body));
    };
    if (!part.is_new) {
        const ListChanges& changes = part.changes;
        SALLYPORT_CHECK(write(
            "context.changed",
            {{"context", context},
             {"manifest", row.id.hex()},
             {"added", changes.added},
             {"changed", changes.changed},
             {"cancelled", changes.cancelled},
             {"restored", changes.restored},
             {"on_board", changes.on_board},
             {"not_on_board", changes.not_on_board}}
        ));
    }
    for (const RollApplication::Moved& moved : part.moved) {
        SALLYPORT_CHECK(write(
            "traveler.moved",
            {{"context", context}, {"from", moved.from.hex()}, {"to", moved.to.hex()}}
        ));
    }
    for (const std::string_view event : part.state_events) {
        SALLYPORT_CHECK(write(event, {{"context", context}}));
    }
    return {};
}

Status
ManifestService::store(std::vector<Part>& parts, const ManifestRow& row, ManifestOutcome& outcome) {
    SALLYPORT_TRY(auto work, ports_.unit_of_work.begin());
    boost::json::array context_ids;
    for (const domain::ContextId& context : outcome.contexts) {
        context_ids.emplace_back(context.hex());
    }
    for (Part& part : parts) {
        SALLYPORT_CHECK(apply(part, outcome));
        SALLYPORT_CHECK(part.change->write(*work, ports_.records, ports_.crossings));
    }
    SALLYPORT_CHECK(ports_.records.add_manifest(*work, row));
    const boost::json::object body{
        {"manifest", row.id.hex()}, {"contexts", std::move(context_ids)}
    };
    SALLYPORT_CHECK(
        ports_.events.write(*work, {}, "manifest.received", boost::json::serialize(body))
    );
    for (const Part& part : parts) {
        SALLYPORT_CHECK(write_events(*work, part, row));
    }
    return work->commit();
}

Status ManifestService::repeated(const ManifestRow& earlier) {
    for (const domain::ContextId& id : earlier.contexts) {
        SALLYPORT_TRY(const domain::Context context, find_context(id));
        if (context.searchable()) {
            SALLYPORT_CHECK(ports_.galleries.request_build(id));
        }
    }
    return fail(
        ErrorCode::AlreadyExists,
        fmt::format("the same list was received before as manifest {}", earlier.id.hex())
    );
}

// Before the writer is taken: reading and folding a large list would hold up a verdict.
void ManifestService::fold(
    std::vector<Part>& parts, const ManifestRow& row, ManifestOutcome& outcome
) {
    for (Part& part : parts) {
        outcome.contexts.push_back(part.context.id);
        const std::span<const manifest::ListVersion> lists(part.versions.lists);
        const manifest::RollOptions options{.reopened_at = part.context.reopened_at};
        part.before = manifest::roll_of(lists.first(part.known), options);
        part.after = manifest::roll_of(lists, options);
        part.prepared = prepare(ports_.blind_index, part.before, part.after);
        part.reach = ports_.contexts.reach_of(part.context);
        for (const manifest::RollNote& note : part.after.notes) {
            if (note.version.starts_with(row.id.hex())) {
                add_warning(outcome, note.text);
            }
        }
    }
}

Result<ManifestOutcome>
ManifestService::receive(std::string_view body, manifest::ListFormat format) {
    if (body.empty()) {
        return fail(ErrorCode::MalformedInput, "the passenger list is empty");
    }
    if (body.size() > limits::manifest_bytes_max) {
        return fail(ErrorCode::PayloadTooLarge, "the passenger list is larger than 8 MiB");
    }
    ManifestRow row;
    row.id = domain::ManifestId::random(ports_.random);
    row.format = std::string(format_name(format));
    row.body_key = ports_.blind_index.key_of("manifest", body);
    // Reading takes its time: before the turn, so that nobody waits for it.
    manifest::ListReading reading = manifest::read_list(body, format);
    ManifestOutcome outcome;
    outcome.faults = reading.faults;
    if (!reading.has_errors()) {
        check_usable(reading, outcome);
    }
    if (!is_rejected(outcome)) {
        const auto lock = ports_.contexts.turn();
        SALLYPORT_CHECK(take_in(body, reading, row, outcome));
    }
    if (!outcome.accepted) {
        outcome.refusal = refusal_of(body, std::move(reading), row);
    }
    return outcome;
}

Status ManifestService::take_in(
    std::string_view body,
    const manifest::ListReading& reading,
    ManifestRow& row,
    ManifestOutcome& outcome
) {
    SALLYPORT_TRY(const auto earlier, ports_.records.manifest_by_body(row.body_key));
    if (earlier) {
        return repeated(*earlier);
    }
    row.received_at = ports_.clock.now();
    std::vector<Part> parts;
    SALLYPORT_CHECK(sort_into_parts(reading, row, outcome, parts));
    for (Part& part : parts) {
        if (part.versions.messages >= limits::versions_per_context_max ||
            part.versions.bytes + body.size() > limits::versions_bytes_max) {
            add_fault(outcome, "too many messages about this flight were received");
        }
    }
    if (is_rejected(outcome)) {
        return {};
    }
    const std::vector<std::uint8_t> clear(body.begin(), body.end());
    SALLYPORT_TRY(
        row.body, ports_.sealer.seal(domain::SealCategory::ManifestBody, row.id.bytes(), clear)
    );
    fold(parts, row, outcome);
    SALLYPORT_CHECK(store(parts, row, outcome));
    outcome.accepted = true;
    outcome.id = row.id;
    ports_.events.announce();
    for (const Part& part : parts) {
        const Status followed = ports_.contexts.follow(*part.change);
        if (!followed.has_value()) {
            // The list is stored and must not look refused.
            add_warning(
                outcome, followed.error().message() + "; send the list again to ask once more"
            );
        }
    }
    return {};
}

Result<domain::Traveler>
ManifestService::add_traveler(const domain::ContextId& id, domain::Traveler traveler) {
    const auto lock = ports_.contexts.turn();
    SALLYPORT_TRY(const domain::Context context, find_context(id));
    if (!context.searchable()) {
        return fail(ErrorCode::ContextClosed, "the context is closed");
    }
    if (traveler.family_name.empty()) {
        return fail(ErrorCode::InvalidArgument, "family_name is needed");
    }
    traveler.id = domain::TravelerId::random(ports_.random);
    SALLYPORT_TRY(const TravelerRow row, row_for(id, traveler));
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
        if (domain::has_gallery(context.kind) && context.searchable()) {
            open.push_back(context.id);
        }
    }
    return open.empty() ? Status() : ports_.galleries.request_builds(std::move(open));
}

} // namespace sallyport::verification
