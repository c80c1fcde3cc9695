// One change of a context as it is put together inside a unit of work: what the record holds now,
// what becomes of the context, its travelers and the marks of its crossings. Nothing is written
// before write(), and everything by it. For one thread, which holds the turn of the ContextService.
#pragma once

#include "domain/unit_of_work.hpp"
#include "ledger/crossing.hpp"
#include "verification/record_store.hpp"

#include <optional>
#include <set>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sallyport::verification {

// Where a flight is searched in this installation; decides what follows from its departure.
struct ContextReach {
    bool leaves_here = false;  // a checkpoint for exits may search it
    bool arrives_here = false; // a checkpoint for entries may search it
};

class ContextChange {
public:
    ContextChange(domain::Context context, Instant now)
        : context_(std::move(context)), now_(now), is_new_(true) {}
    // What is committed. Called after begin(), so that nobody writes in between.
    [[nodiscard]] static Result<ContextChange> of_record(
        RecordStore& records,
        ledger::CrossingStore& crossings,
        const domain::ContextId& id,
        Instant now
    );

    [[nodiscard]] const domain::Context& context() const { return context_; }
    [[nodiscard]] Instant now() const { return now_; }
    [[nodiscard]] bool is_new() const { return is_new_; } // not in the record before write()
    domain::Context& edit_context();
    [[nodiscard]] const std::vector<TravelerRow>& travelers() const { return travelers_; }
    TravelerRow& edit(std::size_t index);
    void add(TravelerRow row);

    // --- steps
    void depart(const ContextReach& reach, std::string_view reason);
    // After the departure the lists moved somebody on or off board.
    void settle_exit(std::size_t index, std::string_view reason);
    void return_to_gate();
    void cancel(std::string_view reason);
    // Listed again. Close-outs of before a cancellation by hand no longer hold.
    void uncancel();
    void forget_close_outs();
    // StateConflict for somebody who is not on board.
    [[nodiscard]] Status offload(std::size_t index);
    void close();

    [[nodiscard]] Status
    write(domain::UnitOfWork& work, RecordStore& records, ledger::CrossingStore& crossings) const;
    // Travelers touched here who may stand in no gallery.
    [[nodiscard]] std::vector<domain::TravelerId> leaving() const;

private:
    struct Exit {
        domain::CrossingId crossing;
        ledger::Outcome outcome = ledger::Outcome::Confirmed;
        std::optional<ledger::CrossingMark> mark; // the latest
    };

    [[nodiscard]] Status read_exits(RecordStore& records, ledger::CrossingStore& crossings);
    void mark(Exit& exit, ledger::MarkKind kind, std::string_view reason);
    [[nodiscard]] bool has_exit(const domain::TravelerId& traveler) const;
    void finalise(std::size_t index, std::string_view reason);
    void void_exits(const domain::TravelerId& traveler, std::string_view reason);
    void void_all_exits(std::string_view reason);
    void expect_again(std::size_t index);
    void list_by_exits();
    [[nodiscard]] bool offloaded_by_hand(const TravelerRow& row) const;

    domain::Context context_;
    Instant now_;
    bool is_new_ = false;
    bool context_changed_ = false;
    std::vector<TravelerRow> travelers_;
    std::set<std::size_t> changed_; // indexes of travelers_ that are in the record already
    std::size_t known_ = 0;         // travelers_ before this are in the record
    // Of each traveler, oldest first.
    std::unordered_map<domain::TravelerId, std::vector<Exit>> exits_;
    std::vector<ledger::CrossingMark> marks_;
};

// When a context closes by itself at the latest. Lists give local times without a zone, so the
// margins cover every zone; a context opened late stays open for a while all the same.
[[nodiscard]] Instant closing_time(const domain::Context& context);

} // namespace sallyport::verification
