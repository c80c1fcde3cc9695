#include "verification/context_service.hpp"

#include "base/limits.hpp"
#include "verification/internal/context_change.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace sallyport::verification {
namespace {

using domain::ContextKind;
using domain::ContextState;
using std::chrono::hours;

constexpr hours window_max{48};
// How long what is over stays in memory, with the coverage of its gallery, after its time.
constexpr hours kept_after_closing{24};

bool moves(ContextKind kind) {
    return kind == ContextKind::Flight || kind == ContextKind::Voyage ||
           kind == ContextKind::PrivateMovement;
}

Status check_moves(const domain::Context& context) {
    if (!moves(context.kind)) {
        return fail(ErrorCode::StateConflict, "only a flight or a voyage departs");
    }
    return {};
}

Status check_running(const domain::Context& context) {
    if (context.state == ContextState::Closed) {
        return fail(ErrorCode::ContextClosed, "the context is closed");
    }
    if (context.state == ContextState::Cancelled) {
        return fail(ErrorCode::ContextClosed, "the flight is cancelled");
    }
    return {};
}

bool is_over_for_good(const domain::Context& context, Instant now) {
    return !context.searchable() &&
           now >= context.closes_at.value_or(closing_time(context)) + kept_after_closing;
}

Status check_window(const WindowRequest& request) {
    const auto allowed = [](char character) {
        return (character >= 'A' && character <= 'Z') || (character >= '0' && character <= '9');
    };
    if (request.place.size() < 3 || request.place.size() > 5 ||
        !std::all_of(request.place.begin(), request.place.end(), allowed)) {
        return fail(ErrorCode::InvalidArgument, "place is a location code of 3 to 5 letters");
    }
    if (request.from >= request.to) {
        return fail(ErrorCode::InvalidArgument, "from must lie before to");
    }
    if (request.to - request.from > window_max) {
        return fail(ErrorCode::InvalidArgument, "a window is at most 48 hours long");
    }
    if (request.name.size() > limits::context_name_bytes_max) {
        return fail(ErrorCode::InvalidArgument, "name has at most 100 bytes");
    }
    return {};
}

} // namespace

Status ContextService::restore() {
    const auto lock = turn();
    SALLYPORT_TRY(const auto contexts, ports_.records.contexts());
    for (domain::Context context : contexts) {
        if (!context.closes_at && context.searchable()) {
            // Written by a version that closed nothing by itself.
            context.closes_at = closing_time(context);
        }
        if (!is_over_for_good(context, ports_.clock.now())) {
            ports_.directory.put(context);
        }
    }
    return {};
}

ContextReach ContextService::reach_of(const domain::Context& context) const {
    ContextReach reach;
    for (const Checkpoint& checkpoint : ports_.checkpoints.all()) {
        if (ports_.directory.would_search(checkpoint.profile, checkpoint.contexts, context)) {
            const bool exit = checkpoint.profile.direction == domain::Direction::Exit;
            (exit ? reach.leaves_here : reach.arrives_here) = true;
        }
    }
    return reach;
}

Status ContextService::take(const domain::ContextId& id, std::string_view event, const Step& step) {
    SALLYPORT_TRY(auto work, ports_.unit_of_work.begin());
    SALLYPORT_TRY(
        ContextChange change,
        ContextChange::of_record(ports_.records, ports_.crossings, id, ports_.clock.now())
    );
    SALLYPORT_CHECK(step(change));
    SALLYPORT_CHECK(change.write(*work, ports_.records, ports_.crossings));
    const boost::json::object body{{"context", id.hex()}};
    SALLYPORT_CHECK(ports_.events.write(*work, {}, event, boost::json::serialize(body)));
    SALLYPORT_CHECK(work->commit());
    work.reset(); // what follows may wait for somebody who waits for the writer
    ports_.events.announce();
    if (const Status followed = follow(change); !followed.has_value()) {
        // The step is in the record and must not look refused.
        spdlog::warn("a gallery did not follow its context: {}", followed.error().describe());
    }
    return {};
}

Status ContextService::follow(const ContextChange& change) {
    const domain::Context& context = change.context();
    const auto before = ports_.directory.find(context.id);
    ports_.directory.put(context);
    if (!domain::has_gallery(context.kind)) {
        if (!context.searchable()) {
            ports_.checkpoints.release(context.id);
        }
        return {};
    }
    if (!context.searchable()) {
        ports_.galleries.close(context.id);
        ports_.checkpoints.release(context.id);
        return {};
    }
    // Back from the gate a day after it was over, it is not in the directory any more.
    const bool was_over = before ? !before->searchable() : !change.is_new();
    if (was_over) {
        // Searched again by those who were to search it.
        SALLYPORT_CHECK(ports_.checkpoints.restore());
        return ports_.galleries.reopen(context.id);
    }
    const auto leaving = change.leaving();
    ports_.galleries.remove(context.id, leaving);
    return ports_.galleries.request_build(context.id);
}

// --- windows and encounters ---------------------------------------------------------------------

Status ContextService::add(const domain::Context& context) {
    ContextChange change(context, ports_.clock.now());
    SALLYPORT_TRY(auto work, ports_.unit_of_work.begin());
    SALLYPORT_CHECK(change.write(*work, ports_.records, ports_.crossings));
    const boost::json::object body{{"context", context.id.hex()}};
    SALLYPORT_CHECK(ports_.events.write(*work, {}, "context.opened", boost::json::serialize(body)));
    SALLYPORT_CHECK(work->commit());
    work.reset(); // what follows may wait for somebody who waits for the writer
    ports_.events.announce();
    return follow(change);
}

Result<domain::Context> ContextService::open_window(const WindowRequest& request) {
    SALLYPORT_CHECK(check_window(request));
    const auto lock = turn();
    domain::Context window;
    window.id = domain::ContextId::random(ports_.random);
    window.kind = ContextKind::ArrivalsWindow;
    window.designator =
        request.name.empty() ? fmt::format("Arrivals {}", request.place) : request.name;
    window.arrival = request.place;
    window.departs_at = request.from;
    window.arrives_at = request.to;
    window.opened_at = ports_.clock.now();
    window.closes_at = closing_time(window);
    SALLYPORT_CHECK(add(window));
    return window;
}

Result<domain::Context> ContextService::encounters_at(const domain::CheckpointName& checkpoint) {
    SALLYPORT_TRY([[maybe_unused]] const Checkpoint known, ports_.checkpoints.find(checkpoint));
    const Instant now = ports_.clock.now();
    const auto of_today = [&]() -> std::optional<domain::Context> {
        const auto today = std::chrono::floor<std::chrono::days>(now);
        for (domain::Context& context : ports_.directory.all()) {
            if (context.kind == ContextKind::Encounters && context.designator == checkpoint.value &&
                context.state == ContextState::Open &&
                std::chrono::floor<std::chrono::days>(context.opened_at) == today) {
                return std::move(context);
            }
        }
        return std::nullopt;
    };
    // Somebody who presents a document does not wait for a list that is being taken.
    if (auto known_today = of_today()) {
        return *std::move(known_today);
    }
    const auto lock = turn();
    if (auto opened_meanwhile = of_today()) {
        return *std::move(opened_meanwhile);
    }
    domain::Context encounters;
    encounters.id = domain::ContextId::random(ports_.random);
    encounters.kind = ContextKind::Encounters;
    encounters.designator = checkpoint.value;
    encounters.opened_at = now;
    encounters.closes_at = closing_time(encounters);
    SALLYPORT_CHECK(add(encounters));
    return encounters;
}

// --- steps of a flight --------------------------------------------------------------------------

Status ContextService::depart(const domain::ContextId& id, std::string_view reason) {
    const auto lock = turn();
    // Asked before the writer is taken: an assignment holds the checkpoints while it waits for it.
    const auto context = ports_.directory.find(id);
    const ContextReach reach = context ? reach_of(*context) : ContextReach();
    return take(id, "context.departed", [&](ContextChange& change) -> Status {
        SALLYPORT_CHECK(check_moves(change.context()));
        SALLYPORT_CHECK(check_running(change.context()));
        if (change.context().state == ContextState::Departed) {
            return fail(ErrorCode::StateConflict, "it has departed already");
        }
        change.depart(reach, reason);
        return {};
    });
}

Status ContextService::return_to_gate(const domain::ContextId& id) {
    const auto lock = turn();
    return take(id, "context.returned_to_gate", [](ContextChange& change) -> Status {
        SALLYPORT_CHECK(check_moves(change.context()));
        const ContextState state = change.context().state;
        if (state != ContextState::Departed && state != ContextState::Closed) {
            return fail(ErrorCode::StateConflict, "it has not departed");
        }
        change.return_to_gate();
        return {};
    });
}

Status ContextService::cancel(const domain::ContextId& id, std::string_view reason) {
    const auto lock = turn();
    return take(id, "context.cancelled", [&](ContextChange& change) -> Status {
        SALLYPORT_CHECK(check_moves(change.context()));
        SALLYPORT_CHECK(check_running(change.context()));
        change.cancel(reason);
        return {};
    });
}

Status ContextService::offload(const domain::TravelerId& traveler) {
    const auto lock = turn();
    SALLYPORT_TRY(const auto known, ports_.records.traveler(traveler));
    if (!known) {
        return fail(ErrorCode::NotFound, "there is no traveler with this id");
    }
    SALLYPORT_TRY(auto work, ports_.unit_of_work.begin());
    SALLYPORT_TRY(
        ContextChange change,
        ContextChange::of_record(
            ports_.records, ports_.crossings, known->context, ports_.clock.now()
        )
    );
    SALLYPORT_CHECK(check_moves(change.context()));
    if (change.context().state == ContextState::Cancelled) {
        return fail(ErrorCode::ContextClosed, "the flight is cancelled");
    }
    const auto& rows = change.travelers();
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const TravelerRow& candidate) {
        return candidate.id == traveler;
    });
    if (row == rows.end()) {
        return fail(ErrorCode::NotFound, "there is no traveler with this id");
    }
    SALLYPORT_CHECK(change.offload(static_cast<std::size_t>(row - rows.begin())));
    SALLYPORT_CHECK(change.write(*work, ports_.records, ports_.crossings));
    const boost::json::object body{{"context", known->context.hex()}, {"traveler", traveler.hex()}};
    SALLYPORT_CHECK(
        ports_.events.write(*work, {}, "traveler.offloaded", boost::json::serialize(body))
    );
    SALLYPORT_CHECK(work->commit());
    work.reset(); // what follows may wait for somebody who waits for the writer
    ports_.events.announce();
    ports_.galleries.remove(known->context, change.leaving());
    return {};
}

Status ContextService::close(const domain::ContextId& id) {
    const auto lock = turn();
    return take(id, "context.closed", [](ContextChange& change) -> Status {
        SALLYPORT_CHECK(check_running(change.context()));
        change.close();
        return {};
    });
}

Status ContextService::expire_one(const domain::Context& context) {
    const auto lock = turn();
    return take(context.id, "context.closed", [&](ContextChange& change) -> Status {
        // Another list may have given it more time since the timer looked.
        const Instant now = ports_.clock.now();
        const domain::Context& current = change.context();
        if (!current.searchable() || now < current.closes_at.value_or(closing_time(current))) {
            return fail(ErrorCode::StateConflict, "its time is not over");
        }
        change.close();
        return {};
    });
}

void ContextService::forget(const domain::ContextId& id) {
    const auto lock = turn();
    // Brought back since the timer looked?
    const auto context = ports_.directory.find(id);
    if (context && is_over_for_good(*context, ports_.clock.now())) {
        ports_.directory.remove(id);
        ports_.galleries.forget(id);
    }
}

Result<std::size_t> ContextService::expire() {
    const Instant now = ports_.clock.now();
    std::size_t closed = 0;
    Status all;
    for (const domain::Context& context : ports_.directory.all()) {
        if (is_over_for_good(context, now)) {
            forget(context.id);
            continue;
        }
        if (!context.searchable() || !context.closes_at || now < *context.closes_at) {
            continue;
        }
        Status done = expire_one(context);
        if (done.has_value()) {
            ++closed;
        } else if (done.error().code() != ErrorCode::StateConflict && all.has_value()) {
            all = std::move(done);
        }
    }
    SALLYPORT_CHECK(all);
    return closed;
}

} // namespace sallyport::verification
