#include "retention/hold.hpp"

#include "base/limits.hpp"

#include <algorithm>

namespace sallyport::retention {

namespace {

bool is_filled(const std::string& text) {
    return text.find_first_not_of(' ') != std::string::npos &&
           text.size() <= limits::hold_text_chars_max;
}

bool needs_court(const HoldSubject& subject) {
    return subject.citizenship != Citizenship::NonCitizen;
}

bool by_two_people(const domain::AccountId& one, const domain::AccountId& other) {
    return !one.is_nil() && !other.is_nil() && one != other;
}

bool has_court_order(const HoldRequest& request) {
    return request.judicial_reference && is_filled(*request.judicial_reference);
}

} // namespace

Result<Hold>
place_hold(HoldRequest request, const HoldSubject& subject, const RecordClock& clock, Instant now) {
    if (!is_filled(request.case_number) || !is_filled(request.reason)) {
        return fail(ErrorCode::InvalidArgument, "a hold needs a case number and a reason");
    }
    if (request.expires_at <= now || request.expires_at - now > limits::hold_life_max) {
        return fail(ErrorCode::InvalidArgument, "a hold ends in the future, within a year");
    }
    if (!by_two_people(request.requested_by, request.approved_by)) {
        return fail(ErrorCode::Forbidden, "a hold needs a second person");
    }
    if (subject.participation == Participation::OptedOut) {
        return fail(ErrorCode::Forbidden, "nothing is held of somebody who opted out");
    }
    if (needs_court(subject) && !has_court_order(request)) {
        return fail(
            ErrorCode::Forbidden,
            "a hold on a citizen, or on somebody who may be one, needs the reference of a court's "
            "order"
        );
    }
    if (now >= clock.begin_erasing_at) {
        return fail(ErrorCode::StateConflict, "erasing of this record has begun");
    }
    Hold hold;
    hold.request = std::move(request);
    hold.placed_at = now;
    hold.count = needs_court(subject) ? HoldCount::Citizen : HoldCount::None;
    return hold;
}

Result<Hold> release_hold(Hold hold, Release release) {
    if (hold.release) {
        return fail(ErrorCode::StateConflict, "the hold was released before");
    }
    if (!is_filled(release.reason)) {
        return fail(ErrorCode::InvalidArgument, "releasing a hold needs a reason");
    }
    if (!by_two_people(release.requested_by, release.approved_by)) {
        return fail(ErrorCode::Forbidden, "releasing a hold needs a second person");
    }
    hold.release = std::move(release);
    return hold;
}

bool hold_applies(const Hold& hold, const HoldSubject& subject, Instant now) {
    if (hold.release && hold.release->released_at <= now) {
        return false;
    }
    if (now >= hold.request.expires_at || subject.participation == Participation::OptedOut) {
        return false;
    }
    return !needs_court(subject) || has_court_order(hold.request);
}

Instant erasing_begins_at(
    const RecordClock& clock, std::span<const Hold> holds, const HoldSubject& subject, Instant now
) {
    Instant begins = clock.begin_erasing_at;
    for (const Hold& hold : holds) {
        if (hold_applies(hold, subject, now)) {
            begins = std::max(begins, hold.request.expires_at);
        }
    }
    return begins;
}

} // namespace sallyport::retention
