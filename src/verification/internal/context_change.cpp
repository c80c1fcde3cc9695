#include "verification/internal/context_change.hpp"

#include <algorithm>
#include <limits>

namespace sallyport::verification {
namespace {

using ledger::MarkKind;
using std::chrono::hours;

// Why an exit is void: a person took the traveler off, or a list says that they are not on board.
constexpr std::string_view offloaded = "offloaded";
constexpr std::string_view not_on_board = "not_on_board";

bool is_done(TravelerState state) {
    return state == TravelerState::Confirmed || state == TravelerState::Manual;
}

bool is_listed_by_close_out(ListStatus status) {
    return status == ListStatus::OnBoard || status == ListStatus::NotOnBoard;
}

// Whether somebody went through. Of an opt-out only the transaction says how it ended.
Result<bool> let_through(RecordStore& records, const ledger::Crossing& crossing) {
    switch (crossing.outcome) {
    case ledger::Outcome::Confirmed:
    case ledger::Outcome::Manual:
        return true;
    case ledger::Outcome::OptedOut: {
        SALLYPORT_TRY(const auto row, records.transaction(crossing.transaction));
        return row && row->decision == "boarded";
    }
    case ledger::Outcome::Referred:
    case ledger::Outcome::Abandoned:
    case ledger::Outcome::Interrupted:
        return false;
    }
    return false;
}

} // namespace

Instant closing_time(const domain::Context& context) {
    constexpr hours any_zone{26};       // from UTC+14 to UTC-12
    constexpr hours flight_at_most{24}; // longer than any, where the list names no arrival
    constexpr hours late_list{2};
    constexpr hours window_margin = hours(2) + hours(12); // its times are local, too
    constexpr hours voyage_margin{48};
    Instant at = context.opened_at + flight_at_most + any_zone;
    switch (context.kind) {
    case domain::ContextKind::Flight:
    case domain::ContextKind::PrivateMovement:
        if (context.arrives_at) {
            at = *context.arrives_at + any_zone;
        } else if (context.departs_at) {
            at = *context.departs_at + flight_at_most + any_zone;
        }
        break;
    case domain::ContextKind::Voyage:
        if (context.arrives_at) {
            at = *context.arrives_at + voyage_margin;
        } else if (context.departs_at) {
            // A cruise without its end: two weeks and the margin.
            at = *context.departs_at + std::chrono::days(14) + voyage_margin;
        }
        break;
    case domain::ContextKind::ArrivalsWindow:
        at = context.arrives_at.value_or(context.opened_at) + window_margin;
        break;
    case domain::ContextKind::Encounters:
        return std::chrono::ceil<std::chrono::days>(
                   context.opened_at + std::chrono::microseconds(1)
               ) +
               hours(2);
    }
    return std::max(at, context.opened_at + late_list);
}

Result<ContextChange> ContextChange::of_record(
    RecordStore& records, ledger::CrossingStore& crossings, const domain::ContextId& id, Instant now
) {
    SALLYPORT_TRY(const auto contexts, records.contexts());
    const auto found = std::find_if(contexts.begin(), contexts.end(), [&](const auto& context) {
        return context.id == id;
    });
    if (found == contexts.end()) {
        return fail(ErrorCode::NotFound, "there is no context with this id");
    }
    ContextChange change(*found, now);
    change.is_new_ = false;
    SALLYPORT_TRY(change.travelers_, records.travelers_of(id));
    change.known_ = change.travelers_.size();
    SALLYPORT_CHECK(change.read_exits(records, crossings));
    return change;
}

Status ContextChange::read_exits(RecordStore& records, ledger::CrossingStore& crossings) {
    constexpr std::size_t all = std::numeric_limits<std::size_t>::max();
    SALLYPORT_TRY(const auto newest_first, crossings.of_context(context_.id, all));
    SALLYPORT_TRY(const auto marks, crossings.marks_of_context(context_.id));
    std::unordered_map<domain::CrossingId, ledger::CrossingMark> latest;
    for (const ledger::CrossingMark& mark : marks) {
        latest[mark.crossing] = mark;
    }
    for (auto crossing = newest_first.rbegin(); crossing != newest_first.rend(); ++crossing) {
        if (crossing->direction != domain::Direction::Exit || !crossing->traveler) {
            continue;
        }
        SALLYPORT_TRY(const bool went, let_through(records, *crossing));
        if (!went) {
            continue;
        }
        const auto mark = latest.find(crossing->id);
        exits_[*crossing->traveler].push_back(
            {.crossing = crossing->id,
             .outcome = crossing->outcome,
             .mark = mark == latest.end() ? std::nullopt : std::optional(mark->second)}
        );
    }
    return {};
}

domain::Context& ContextChange::edit_context() {
    context_changed_ = true;
    return context_;
}

TravelerRow& ContextChange::edit(std::size_t index) {
    if (index < known_) {
        changed_.insert(index);
    }
    return travelers_[index];
}

void ContextChange::add(TravelerRow row) {
    travelers_.push_back(std::move(row));
}

// --- exits --------------------------------------------------------------------------------------

void ContextChange::mark(Exit& exit, MarkKind kind, std::string_view reason) {
    if (exit.mark && exit.mark->kind == kind) {
        return; // in force already
    }
    exit.mark = ledger::CrossingMark{
        .crossing = exit.crossing, .kind = kind, .reason = std::string(reason), .at = now_
    };
    marks_.push_back(*exit.mark);
}

bool ContextChange::has_exit(const domain::TravelerId& traveler) const {
    const auto found = exits_.find(traveler);
    return found != exits_.end() &&
           std::any_of(found->second.begin(), found->second.end(), [](const Exit& exit) {
               return !exit.mark || exit.mark->kind != MarkKind::Voided;
           });
}

void ContextChange::finalise(std::size_t index, std::string_view reason) {
    const auto found = exits_.find(travelers_[index].id);
    if (found == exits_.end()) {
        return;
    }
    // An exit of before a return to the gate stays void. One that was voided because the carrier
    // said that they were not on board counts again when it says that they are.
    Exit& last = found->second.back();
    const bool was_void = last.mark && last.mark->kind == MarkKind::Voided;
    if (was_void && last.mark->reason != offloaded && last.mark->reason != not_on_board) {
        return;
    }
    mark(last, MarkKind::Final, reason);
    // The void had them expected once more; what the checkpoint saw counts again, until they
    // arrive.
    if (was_void && context_.state != domain::ContextState::Departed &&
        travelers_[index].state == TravelerState::Expected) {
        if (last.outcome == ledger::Outcome::Confirmed) {
            edit(index).state = TravelerState::Confirmed;
        } else if (last.outcome == ledger::Outcome::Manual) {
            edit(index).state = TravelerState::Manual;
        }
    }
}

void ContextChange::void_exits(const domain::TravelerId& traveler, std::string_view reason) {
    const auto found = exits_.find(traveler);
    if (found != exits_.end()) {
        for (Exit& exit : found->second) {
            mark(exit, MarkKind::Voided, reason);
        }
    }
}

void ContextChange::void_all_exits(std::string_view reason) {
    for (std::size_t index = 0; index < travelers_.size(); ++index) {
        void_exits(travelers_[index].id, reason);
        expect_again(index);
    }
}

void ContextChange::expect_again(std::size_t index) {
    if (is_done(travelers_[index].state)) {
        edit(index).state = TravelerState::Expected;
    }
}

// --- steps --------------------------------------------------------------------------------------

// Nothing was said of who is on board: those are who went through an exit of this installation.
void ContextChange::list_by_exits() {
    for (std::size_t index = 0; index < travelers_.size(); ++index) {
        if (travelers_[index].listed == ListStatus::Listed) {
            const bool on_board = has_exit(travelers_[index].id);
            edit(index).listed = on_board ? ListStatus::OnBoard : ListStatus::NotOnBoard;
        }
    }
}

void ContextChange::depart(const ContextReach& reach, std::string_view reason) {
    const bool lists_say =
        std::any_of(travelers_.begin(), travelers_.end(), [this](const TravelerRow& row) {
            return is_listed_by_close_out(row.listed) && !offloaded_by_hand(row);
        });
    if (!lists_say && (reach.leaves_here || !exits_.empty())) {
        list_by_exits();
    }
    domain::Context& context = edit_context();
    context.state =
        reach.arrives_here ? domain::ContextState::Departed : domain::ContextState::Closed;
    if (context.state == domain::ContextState::Closed) {
        context.closed_at = now_;
    }
    for (std::size_t index = 0; index < travelers_.size(); ++index) {
        settle_exit(index, reason);
        if (context.state == domain::ContextState::Departed) {
            expect_again(index); // where it arrives
        }
    }
}

void ContextChange::settle_exit(std::size_t index, std::string_view reason) {
    const TravelerRow& row = travelers_[index];
    if (row.listed == ListStatus::NotOnBoard || row.listed == ListStatus::Cancelled) {
        void_exits(row.id, not_on_board);
        expect_again(index);
        return;
    }
    finalise(index, reason);
}

// Taken off by a person, and no list has said anything else since. The mark stays when a close-out
// comes to the same.
bool ContextChange::offloaded_by_hand(const TravelerRow& row) const {
    const auto found = exits_.find(row.id);
    if (row.listed != ListStatus::NotOnBoard || found == exits_.end()) {
        return false;
    }
    const std::optional<ledger::CrossingMark>& last = found->second.back().mark;
    return last && last->kind == MarkKind::Voided && last->reason == offloaded;
}

void ContextChange::forget_close_outs() {
    for (std::size_t index = 0; index < travelers_.size(); ++index) {
        if (is_listed_by_close_out(travelers_[index].listed) &&
            !offloaded_by_hand(travelers_[index])) {
            edit(index).listed = ListStatus::Listed;
        }
    }
    edit_context().reopened_at = now_;
}

void ContextChange::return_to_gate() {
    void_all_exits("return_to_gate");
    forget_close_outs();
    domain::Context& context = edit_context();
    context.state = domain::ContextState::Open;
    context.closed_at.reset();
    // It leaves later than its list says.
    context.closes_at = std::max(closing_time(context), now_ + hours(26));
}

void ContextChange::cancel(std::string_view reason) {
    void_all_exits(reason);
    domain::Context& context = edit_context();
    context.state = domain::ContextState::Cancelled;
    context.closed_at = now_;
}

void ContextChange::uncancel() {
    domain::Context& context = edit_context();
    context.state = domain::ContextState::Open;
    context.closed_at.reset();
}

Status ContextChange::offload(std::size_t index) {
    const TravelerRow& row = travelers_[index];
    if (!has_exit(row.id) && row.listed != ListStatus::OnBoard) {
        return fail(ErrorCode::StateConflict, "this traveler is not on board");
    }
    void_exits(row.id, offloaded);
    expect_again(index);
    edit(index).listed = ListStatus::NotOnBoard;
    return {};
}

void ContextChange::close() {
    domain::Context& context = edit_context();
    context.state = domain::ContextState::Closed;
    context.closed_at = now_;
    context.closes_at = std::min(context.closes_at.value_or(now_), now_);
}

// --- writing ------------------------------------------------------------------------------------

Status ContextChange::write(
    domain::UnitOfWork& work, RecordStore& records, ledger::CrossingStore& crossings
) const {
    if (is_new_) {
        SALLYPORT_CHECK(records.add_context(work, context_));
    } else if (context_changed_) {
        SALLYPORT_CHECK(records.update_context(work, context_));
    }
    for (const std::size_t index : changed_) {
        SALLYPORT_CHECK(records.update_traveler(work, travelers_[index]));
    }
    for (std::size_t index = known_; index < travelers_.size(); ++index) {
        SALLYPORT_CHECK(records.add_traveler(work, travelers_[index]));
    }
    for (const ledger::CrossingMark& mark : marks_) {
        SALLYPORT_CHECK(crossings.mark(work, mark));
    }
    return {};
}

std::vector<domain::TravelerId> ContextChange::leaving() const {
    std::vector<domain::TravelerId> ids;
    for (const std::size_t index : changed_) {
        if (!travelers_[index].searchable()) {
            ids.push_back(travelers_[index].id);
        }
    }
    return ids;
}

} // namespace sallyport::verification
