#include "manifest/flight_roll.hpp"

#include "manifest/internal/roll_book.hpp"
#include "manifest/internal/roll_order.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace sallyport::manifest {

namespace {

using internal::OrderedVersion;
using internal::RollBook;

std::string travelers(std::size_t count) {
    return fmt::format("{} {}", count, count == 1 ? "traveler" : "travelers");
}

// Passengers and crew are closed out apart from each other.
enum Party : std::size_t { Passengers, Crew };
constexpr std::size_t party_count = 2;

Party party_of(domain::TravelerKind kind) {
    return internal::is_crew(kind) ? Crew : Passengers;
}

// What one message said that deserves a note.
struct Tally {
    std::size_t unnameable = 0;
    std::size_t named_twice = 0;
    std::size_t ambiguous = 0;
    std::size_t strangers = 0;
    std::size_t late = 0;
};

class RollFold {
public:
    explicit RollFold(const RollOptions& options) : options_(options) {}
    void take(const OrderedVersion& ordered);
    [[nodiscard]] FlightRoll finish() &&;

private:
    using Parties = std::array<bool, party_count>;

    void take_people(const PassengerList& list);
    void cancel_people(const PassengerList& list);
    void close(const PassengerList& list, Instant received_at);
    void close_people(const PassengerList& list, const Parties& closing);
    void name_in_close_out(const PassengerList& list);
    void set_closed_status(RollBook::Slot& slot, bool on_board_list);
    void cancel_flight();
    void change_leg(const PassengerList& list);
    void settle_leg(const PassengerList& list);

    std::optional<std::size_t> name(const domain::Traveler& traveler, RollBook::Stranger stranger);
    void mention(const domain::Traveler& traveler);
    void apply_mention(RollBook::Slot& slot);
    void set_status(RollBook::Slot& slot, RollStatus status);
    [[nodiscard]] static Parties parties_closed_by(const PassengerList& list);

    void note(std::string text) { roll_.notes.push_back({*version_, std::move(text)}); }
    void report(ListFunction purpose);

    RollOptions options_;
    FlightRoll roll_;
    RollBook book_;
    const std::string* version_ = nullptr; // id of the message being taken
    Tally tally_;
    std::vector<std::size_t> mentioned_; // slots with a mention
    Parties closed_{};
    Parties closed_on_board_{};  // by CLOB
    bool flight_closed_ = false; // by CL
    bool cancelled_ = false;
    bool has_leg_ = false;
};

void RollFold::take(const OrderedVersion& ordered) {
    const PassengerList& list = ordered.version->list;
    version_ = &ordered.version->id;
    tally_ = {};
    book_.begin_message();
    if (list.kind != ListKind::PassengerList && list.kind != ListKind::CrewList &&
        list.kind != ListKind::FlightStatus) {
        note(fmt::format(
            "a message of kind {} says nothing of who travels", list_kind_name(list.kind)
        ));
        return;
    }
    switch (list.purpose) {
    case ListFunction::Original:
    case ListFunction::Change:
        // A status without people is no list.
        cancelled_ = cancelled_ && list.kind == ListKind::FlightStatus && list.travelers.empty();
        settle_leg(list);
        take_people(list);
        break;
    case ListFunction::ChangeFlight:
        cancelled_ = false;
        change_leg(list);
        take_people(list);
        break;
    case ListFunction::CancelTravelers:
    case ListFunction::Reduction:
        cancel_people(list);
        break;
    case ListFunction::Close:
    case ListFunction::CloseOnBoard:
    case ListFunction::CloseNotOnBoard:
        close(list, ordered.version->received_at);
        break;
    case ListFunction::CancelFlight:
        cancel_flight();
        break;
    case ListFunction::Unknown:
        note("the function of the message is not known; nothing was taken from it");
        return;
    }
    if (!has_leg_) {
        settle_leg(list);
    }
    report(list.purpose);
}

std::optional<std::size_t>
RollFold::name(const domain::Traveler& traveler, RollBook::Stranger stranger) {
    const RollBook::Naming naming = book_.name(traveler, stranger);
    tally_.named_twice += naming.named_twice ? 1 : 0;
    switch (naming.outcome) {
    case RollBook::Outcome::Unnameable:
        ++tally_.unnameable;
        return std::nullopt;
    case RollBook::Outcome::Stranger:
        ++tally_.strangers;
        return std::nullopt;
    case RollBook::Outcome::Ambiguous:
        ++tally_.ambiguous;
        if (stranger == RollBook::Stranger::Leave) {
            return std::nullopt;
        }
        break;
    case RollBook::Outcome::Added:
        ++tally_.strangers;
        break;
    case RollBook::Outcome::Known:
        break;
    }
    return naming.slot;
}

// What is said of one person is gathered first and put into the entry at the end of the message, so
// that a person named twice does not look changed each time the message is repeated.
void RollFold::mention(const domain::Traveler& traveler) {
    const std::optional<std::size_t> index = name(traveler, RollBook::Stranger::Add);
    if (!index) {
        return;
    }
    RollBook::Slot& slot = book_.slots()[*index];
    if (slot.mention) {
        internal::join_mentions(*slot.mention, traveler);
    } else {
        slot.mention = traveler;
        slot.mention->id = {};
    }
    mentioned_.push_back(*index);
}

void RollFold::take_people(const PassengerList& list) {
    mentioned_.clear();
    for (const domain::Traveler& traveler : list.travelers) {
        mention(traveler);
    }
    for (const std::size_t index : mentioned_) {
        RollBook::Slot& slot = book_.slot(index);
        if (slot.mention) {
            apply_mention(slot);
        }
    }
}

void RollFold::apply_mention(RollBook::Slot& slot) {
    RollEntry& entry = slot.entry;
    if (slot.added_by_mention || !internal::same_fields(entry.traveler, *slot.mention)) {
        entry.traveler = std::move(*slot.mention);
        entry.decided_by = *version_;
    }
    slot.mention.reset();
    const bool anew = slot.added_by_mention || entry.status == RollStatus::Cancelled;
    slot.added_by_mention = false;
    if (!anew) {
        return;
    }
    if (closed_[party_of(entry.traveler.kind)] || flight_closed_) {
        ++tally_.late;
        set_status(slot, RollStatus::NotOnBoard);
    } else {
        set_status(slot, RollStatus::Listed);
    }
}

void RollFold::set_status(RollBook::Slot& slot, RollStatus status) {
    if (slot.entry.status != status) {
        slot.entry.status = status;
        slot.entry.decided_by = *version_;
    }
}

void RollFold::cancel_people(const PassengerList& list) {
    for (const domain::Traveler& traveler : list.travelers) {
        if (const auto index = name(traveler, RollBook::Stranger::Leave)) {
            set_status(book_.slots()[*index], RollStatus::Cancelled);
        }
    }
}

// A passenger list says nothing about crew, and a crew list nothing about passengers; a flight
// status speaks of the passengers, and of the crew when it names any.
RollFold::Parties RollFold::parties_closed_by(const PassengerList& list) {
    const bool names_crew = std::ranges::any_of(list.travelers, [](const auto& traveler) {
        return internal::is_crew(traveler.kind);
    });
    Parties parties{};
    parties[Passengers] = list.kind != ListKind::CrewList;
    parties[Crew] =
        list.kind == ListKind::CrewList || (list.kind == ListKind::FlightStatus && names_crew);
    return parties;
}

void RollFold::close(const PassengerList& list, Instant received_at) {
    const bool names_on_board =
        list.purpose == ListFunction::CloseOnBoard && !list.travelers.empty();
    // Both by this installation's clock: a sender's clock that is slow must not undo a close-out.
    if (options_.reopened_at && received_at <= *options_.reopened_at) {
        note("a close-out of before the return to the gate; it no longer closes the flight");
        // Whom it names as on board was at least to travel.
        if (names_on_board) {
            name_in_close_out(list);
        }
        return;
    }
    if (cancelled_ && !names_on_board) {
        note("closes a flight that is cancelled; nothing was taken from it");
        return;
    }
    cancelled_ = false;
    const Parties closing = parties_closed_by(list);
    if (list.purpose != ListFunction::Close) {
        close_people(list, closing);
    } else if (list.kind == ListKind::CrewList) {
        closed_[Crew] = true;
    } else {
        flight_closed_ = true;
    }
}

// A close-out may be as short as a reference: it completes what is known of a traveler and replaces
// nothing.
void RollFold::name_in_close_out(const PassengerList& list) {
    const bool on_board = list.purpose == ListFunction::CloseOnBoard;
    mentioned_.clear();
    for (const domain::Traveler& traveler : list.travelers) {
        const auto index =
            name(traveler, on_board ? RollBook::Stranger::Add : RollBook::Stranger::Leave);
        if (!index) {
            continue;
        }
        RollBook::Slot& slot = book_.slot(*index);
        slot.named_absent = !on_board;
        domain::Traveler completed = slot.entry.traveler;
        internal::join_mentions(completed, traveler);
        if (slot.added_by_mention || !internal::same_fields(completed, slot.entry.traveler)) {
            slot.added_by_mention = false;
            slot.entry.traveler = std::move(completed);
            slot.entry.decided_by = *version_;
        }
        mentioned_.push_back(*index);
    }
}

void RollFold::close_people(const PassengerList& list, const Parties& closing) {
    const bool on_board = list.purpose == ListFunction::CloseOnBoard;
    name_in_close_out(list);
    Parties first{};
    for (std::size_t party = 0; party < party_count; ++party) {
        if (!closing[party]) {
            continue;
        }
        if (closed_[party] && closed_on_board_[party] != on_board) {
            note("closes by the other list than the close-out before; the later one holds");
        }
        first[party] = !closed_[party] || closed_on_board_[party] != on_board;
        closed_[party] = true;
        closed_on_board_[party] = on_board;
    }
    for (const std::size_t index : mentioned_) {
        set_closed_status(book_.slot(index), on_board);
    }
    // A further part of a list of those on board speaks of nobody else.
    if (on_board && !first[Passengers] && !first[Crew]) {
        return;
    }
    for (RollBook::Slot& slot : book_.slots()) {
        const Party party = party_of(slot.entry.traveler.kind);
        const bool spoken_of = on_board ? first[party] : closing[party];
        if (!slot.joined_to && spoken_of && !book_.named_by_message(slot)) {
            set_closed_status(slot, on_board);
        }
    }
}

void RollFold::set_closed_status(RollBook::Slot& slot, bool on_board_list) {
    const bool on_board = on_board_list ? book_.named_by_message(slot) : !slot.named_absent;
    if (slot.entry.status != RollStatus::Cancelled) {
        set_status(slot, on_board ? RollStatus::OnBoard : RollStatus::NotOnBoard);
    } else if (on_board_list && on_board) {
        set_status(slot, RollStatus::OnBoard); // the carrier counted a cancelled one in
    }
}

// A close-out before does not hold for a flight that did not leave.
void RollFold::cancel_flight() {
    cancelled_ = true;
    flight_closed_ = false;
    closed_ = {};
    closed_on_board_ = {};
    for (RollBook::Slot& slot : book_.slots()) {
        slot.named_absent = false;
        if (slot.entry.status != RollStatus::Cancelled) {
            set_status(slot, RollStatus::Listed);
        }
    }
}

void RollFold::change_leg(const PassengerList& list) {
    if (list.legs.empty()) {
        note("changes the flight without naming a leg");
        return;
    }
    const FlightLeg stated = list.main_leg();
    FlightLeg& leg = roll_.leg;
    has_leg_ = true;
    const auto replace = [](std::string& field, const std::string& value) {
        if (!value.empty()) {
            field = value;
        }
    };
    replace(leg.flight, stated.flight);
    replace(leg.departure, stated.departure);
    replace(leg.arrival, stated.arrival);
    leg.crosses_border = stated.crosses_border || leg.crosses_border;
    if (stated.departs_at && stated.departs_at != leg.departs_at && !stated.arrives_at) {
        leg.arrives_at.reset(); // the former time of arrival no longer fits
    }
    leg.departs_at = stated.departs_at ? stated.departs_at : leg.departs_at;
    leg.arrives_at = stated.arrives_at ? stated.arrives_at : leg.arrives_at;
}

// Messages name their flight by the times it had when it was first announced, so only a change of
// the flight moves it; others fill what is open.
void RollFold::settle_leg(const PassengerList& list) {
    if (list.legs.empty()) {
        return;
    }
    const FlightLeg stated = list.main_leg();
    FlightLeg& leg = roll_.leg;
    has_leg_ = true;
    bool differs = false;
    const auto fill = [&differs](auto& field, const auto& value, const auto& open) {
        if (field == open) {
            field = value;
        } else if (value != open && value != field) {
            differs = true;
        }
    };
    fill(leg.flight, stated.flight, std::string());
    fill(leg.departure, stated.departure, std::string());
    fill(leg.arrival, stated.arrival, std::string());
    fill(leg.departs_at, stated.departs_at, std::optional<Instant>());
    fill(leg.arrives_at, stated.arrives_at, std::optional<Instant>());
    leg.crosses_border = leg.crosses_border || stated.crosses_border;
    if (differs) {
        note("states another flight, place or time than those in force, which stay");
    }
}

void RollFold::report(ListFunction purpose) {
    if (tally_.unnameable > 0) {
        note(fmt::format(
            "{} without reference, document and name; left out", travelers(tally_.unnameable)
        ));
    }
    if (tally_.named_twice > 0) {
        note(fmt::format("names {} more than once", travelers(tally_.named_twice)));
    }
    if (tally_.ambiguous > 0) {
        note(fmt::format("{} fit several by name alone", travelers(tally_.ambiguous)));
    }
    if (tally_.late > 0) {
        note(fmt::format("names {} anew after the close-out", travelers(tally_.late)));
    }
    if (tally_.strangers == 0) {
        return;
    }
    const std::string who = travelers(tally_.strangers);
    if (purpose == ListFunction::CancelTravelers || purpose == ListFunction::Reduction) {
        note(fmt::format("cancels {} whom no list named", who));
    } else if (purpose == ListFunction::CloseOnBoard) {
        note(fmt::format("closes with {} on board whom no list named", who));
    } else if (purpose == ListFunction::CloseNotOnBoard) {
        note(fmt::format("closes without {} whom no list named", who));
    }
}

FlightRoll RollFold::finish() && {
    roll_.entries = std::move(book_).take_entries();
    const bool passengers_expected = std::ranges::any_of(roll_.entries, [](const RollEntry& entry) {
        return party_of(entry.traveler.kind) == Passengers && entry.status != RollStatus::Cancelled;
    });
    // A flight without passengers is closed by its crew list.
    const bool closed =
        flight_closed_ || closed_[Passengers] || (closed_[Crew] && !passengers_expected);
    roll_.state = cancelled_ ? FlightState::Cancelled
                  : closed   ? FlightState::Closed
                             : FlightState::Scheduled;
    return std::move(roll_);
}

} // namespace

std::string_view roll_status_name(RollStatus status) {
    switch (status) {
    case RollStatus::Listed:
        break;
    case RollStatus::Cancelled:
        return "cancelled";
    case RollStatus::OnBoard:
        return "on_board";
    case RollStatus::NotOnBoard:
        return "not_on_board";
    }
    return "listed";
}

std::string_view flight_state_name(FlightState state) {
    switch (state) {
    case FlightState::Scheduled:
        break;
    case FlightState::Closed:
        return "closed";
    case FlightState::Cancelled:
        return "cancelled";
    }
    return "scheduled";
}

std::size_t FlightRoll::count_of(RollStatus status) const {
    return static_cast<std::size_t>(std::ranges::count(entries, status, &RollEntry::status));
}

std::vector<std::string> order_of_effect(std::span<const ListVersion> versions) {
    std::vector<std::string> ids;
    for (const OrderedVersion& ordered : internal::in_order(versions)) {
        ids.push_back(ordered.version->id);
    }
    return ids;
}

void visit_rolls(
    std::span<const ListVersion> versions,
    const RollOptions& options,
    std::size_t last,
    const RollVisitor& visit
) {
    const std::vector<OrderedVersion> ordered = internal::in_order(versions);
    const std::size_t first = ordered.size() > last ? ordered.size() - last : 0;
    RollFold fold(options);
    const auto roll_so_far = [&fold] { return RollFold(fold).finish(); };
    FlightRoll before;
    for (std::size_t index = 0; index < ordered.size(); ++index) {
        if (index == first) {
            before = roll_so_far();
        }
        fold.take(ordered[index]);
        if (index >= first) {
            FlightRoll after = roll_so_far();
            visit(*ordered[index].version, before, after);
            before = std::move(after);
        }
    }
}

FlightRoll roll_of(std::span<const ListVersion> versions, const RollOptions& options) {
    RollFold fold(options);
    for (const OrderedVersion& ordered : internal::in_order(versions)) {
        fold.take(ordered);
    }
    return std::move(fold).finish();
}

} // namespace sallyport::manifest
