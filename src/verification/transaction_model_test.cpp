// Proves over random sequences of everything that people, devices, the clock and a failing store
// can do to a checkpoint:
//   - every ended transaction has exactly one crossing, an open one none
//   - nobody is let through twice, and a crossing confirmed by a face is of the person who stood
//   there
//   - the machine says match only for a clear best above the threshold
//   - after an opt-out or an ending there is no picture, nor a template of who opted out
//   - memory and record agree
#include "verification/testing/fixture.hpp"

#include <gtest/gtest.h>
#include <map>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <set>

namespace sallyport::verification {
namespace {

using ledger::Outcome;
using testing::must;

constexpr std::size_t people = 4;

enum class Act {
    Open,
    CapturePerson,
    CaptureStranger,
    CaptureLookalike,
    CaptureNobody,
    OptOut,
    OptOutNamed,
    Confirm,
    LetThrough,
    LetThroughByHand,
    Refer,
    Close,
    CloseByDevice,
    Expire,
    StoreFails,
    EngineFails,
};

struct Step {
    Act act;
    std::size_t transaction; // which of those opened, wrapping around
    std::size_t face;
    std::size_t checkpoint;
};

void showValue(const Step& step, std::ostream& stream) {
    stream << "{act " << static_cast<int>(step.act) << " transaction " << step.transaction
           << " face " << step.face << " checkpoint " << step.checkpoint << "}";
}

// What the test knows of one transaction besides what the service says.
struct Known {
    domain::TransactionId id;
    std::set<std::size_t> stood_there;
    bool opted_out = false;
    bool at_booth = false;
};

class Model {
public:
    explicit Model(testing::Installation& site) : site_(site), context_(site.open_flight(people)) {
        for (std::size_t face = 0; face < people; ++face) {
            ids_.push_back(site.id_of(context_, face));
        }
    }

    void run(const Step& step) {
        static const std::array checkpoints{
            testing::gate, testing::other_gate, testing::booth, testing::other_booth
        };
        if (step.act == Act::Open || known_.empty()) {
            const std::size_t index = step.checkpoint % checkpoints.size();
            const auto& checkpoint = checkpoints[index];
            const Known fresh{.id = site_.new_id(), .stood_there = {}, .at_booth = index >= 2};
            if (site_.transactions->open(site_.request_at(checkpoint, fresh.id)).has_value()) {
                known_.push_back(fresh);
            }
        } else if (step.act == Act::StoreFails) {
            // The next step runs into it, wherever it is then.
            failing_call_ = static_cast<int>(1 + step.face);
            return;
        } else {
            Known& known = known_[step.transaction % known_.size()];
            if (failing_call_ > 0) {
                site_.store->fail_call(failing_call_);
            }
            act_on(known, step);
            site_.store->work_again();
            failing_call_ = 0;
            // An answer may get lost after the change was made.
            const TransactionView view = must(site_.transactions->view(known.id));
            if (known.opted_out || view.row.decision == "opted_out") {
                note_opt_out(known, view);
            }
        }
        site_.engine.fail_at(testing::ScriptedFaceEngine::Step::Extract, std::nullopt);
        check();
    }

    void check() {
        crossings_.clear();
        for (const ledger::Crossing& crossing : must(site_.store->recent(100'000))) {
            RC_ASSERT(crossings_.emplace(crossing.transaction, crossing).second); // not two
        }
        std::map<domain::TravelerId, int> let_through;
        for (const Known& known : known_) {
            check_one(known, let_through);
        }
        for (std::size_t face = 0; face < people; ++face) {
            RC_ASSERT(let_through[ids_[face]] <= 1);
            if (opted_out_faces_.contains(face)) {
                RC_ASSERT(!must(site_.galleries->snapshot(context_))->holds(ids_[face]));
            }
        }
    }

    void end_all() {
        site_.store->work_again();
        site_.clock.advance(std::chrono::minutes(10));
        must(site_.transactions->expire());
        check();
        for (const Known& known : known_) {
            RC_ASSERT(crossings_.contains(known.id));
            RC_ASSERT(!site_.transactions->live_photo(known.id).has_value());
        }
    }

private:
    void capture(Known& known, const testing::Picture& picture, std::optional<std::size_t> face) {
        if (face) {
            known.stood_there.insert(*face);
        }
        const auto view = site_.capture(known.id, picture);
        if (view.has_value()) {
            if (view->verdict == "match") {
                const auto& evidence = view->evidence;
                RC_ASSERT(face.has_value());
                RC_ASSERT(view->traveler->traveler.id == ids_[*face]);
                RC_ASSERT(evidence->scores[0] >= evidence->threshold);
                RC_ASSERT(evidence->above_threshold == 1U);
                // Spelt out: RC_ASSERT evaluates both sides of an "or".
                const bool alone = evidence->scores.size() == 1 ||
                                   evidence->scores[0] - evidence->scores[1] > 0.05F;
                RC_ASSERT(alone);
            }
        }
    }

    void opt_out(Known& known, std::optional<std::size_t> face) {
        const auto view =
            site_.transactions->opt_out(known.id, face ? std::optional(ids_[*face]) : std::nullopt);
        if (view.has_value()) {
            note_opt_out(known, *view);
        }
    }

    void note_opt_out(Known& known, const TransactionView& view) {
        known.opted_out = true;
        for (std::size_t each = 0; each < people; ++each) {
            if (view.row.traveler == ids_[each]) {
                opted_out_faces_.insert(each);
            }
        }
    }

    void act_on(Known& known, const Step& step) {
        const std::size_t face = step.face % people;
        const bool at_booth = known.at_booth;
        const Decision through = at_booth ? Decision::Admitted : Decision::Boarded;
        switch (step.act) {
        case Act::EngineFails:
            site_.engine.fail_at(
                testing::ScriptedFaceEngine::Step::Extract,
                all_error_codes()[step.face % all_error_codes().size()]
            );
            [[fallthrough]];
        case Act::CapturePerson:
            return capture(known, testing::picture_of(testing::person(face)), face);
        case Act::CaptureStranger:
            return capture(known, testing::picture_of(testing::person(50)), std::nullopt);
        case Act::CaptureLookalike:
            return capture(
                known,
                testing::picture_of(testing::resembling(face, 0.7, (face + 1) % people, 0.68)),
                opted_out_faces_.contains(face)                  ? (face + 1) % people
                : opted_out_faces_.contains((face + 1) % people) ? std::optional(face)
                                                                 : std::nullopt
            );
        case Act::CaptureNobody:
            return capture(known, testing::picture_of_nobody(), std::nullopt);
        case Act::OptOut:
            return opt_out(known, std::nullopt);
        case Act::OptOutNamed:
            return opt_out(known, face);
        case Act::Confirm:
            std::ignore = site_.decide(known.id, Decision::IdentityConfirmed);
            return;
        case Act::LetThrough:
            std::ignore = site_.decide(known.id, through);
            return;
        case Act::LetThroughByHand:
            std::ignore = site_.decide(known.id, Decision::IdentityConfirmed, "papers", ids_[face]);
            std::ignore = site_.decide(known.id, through, "papers", ids_[face]);
            return;
        case Act::Refer:
            std::ignore = site_.decide(known.id, Decision::Referred);
            return;
        case Act::Close:
            std::ignore = site_.transactions->close(known.id);
            return;
        case Act::CloseByDevice:
            std::ignore = site_.transactions->close(known.id, ClosedBy::Device);
            return;
        case Act::Expire:
            site_.clock.advance(std::chrono::seconds(30));
            std::ignore = site_.transactions->expire();
            return;
        case Act::StoreFails:
        case Act::Open:
            return; // done by run()
        }
    }

    void check_one(const Known& known, std::map<domain::TravelerId, int>& let_through) {
        const TransactionView view = must(site_.transactions->view(known.id));
        const auto row = must(site_.store->transaction(known.id));
        RC_ASSERT(row.has_value());
        RC_ASSERT(row->state == view.row.state);
        RC_ASSERT(row->decision == view.row.decision);
        RC_ASSERT(row->traveler == view.row.traveler);
        const auto found = crossings_.find(known.id);
        const ledger::Crossing* crossing = found == crossings_.end() ? nullptr : &found->second;
        const bool ended =
            row->state == TransactionState::Decided || row->state == TransactionState::Closed;
        RC_ASSERT((crossing != nullptr) == ended);
        if (row->state == TransactionState::Closed || known.opted_out) {
            RC_ASSERT(!site_.transactions->live_photo(known.id).has_value());
            RC_ASSERT(!site_.transactions->held_photo(known.id, 0).has_value());
        }
        if (crossing == nullptr) {
            return;
        }
        if (known.opted_out) {
            RC_ASSERT(crossing->outcome == Outcome::OptedOut);
        }
        RC_ASSERT(crossing->biometrically_confirmed == (crossing->outcome == Outcome::Confirmed));
        if (crossing->outcome == Outcome::Confirmed) {
            const bool was_there = std::any_of(
                known.stood_there.begin(),
                known.stood_there.end(),
                [&](std::size_t face) { return crossing->traveler == ids_[face]; }
            );
            RC_ASSERT(was_there);
        }
        if (crossing->outcome == Outcome::Confirmed || crossing->outcome == Outcome::Manual) {
            ++let_through[*crossing->traveler];
        }
    }

    testing::Installation& site_;
    domain::ContextId context_;
    std::vector<domain::TravelerId> ids_;
    std::vector<Known> known_;
    std::set<std::size_t> opted_out_faces_;
    std::map<domain::TransactionId, ledger::Crossing> crossings_;
    int failing_call_ = 0;
};

rc::Gen<Step> any_step() {
    return rc::gen::construct<Step>(
        rc::gen::weightedElement<Act>({
            {4, Act::Open},
            {6, Act::CapturePerson},
            {2, Act::CaptureStranger},
            {2, Act::CaptureLookalike},
            {1, Act::CaptureNobody},
            {1, Act::OptOut},
            {1, Act::OptOutNamed},
            {3, Act::Confirm},
            {3, Act::LetThrough},
            {2, Act::LetThroughByHand},
            {1, Act::Refer},
            {2, Act::Close},
            {1, Act::CloseByDevice},
            {1, Act::Expire},
            {3, Act::StoreFails},
            {1, Act::EngineFails},
        }),
        rc::gen::inRange<std::size_t>(0, 6),
        rc::gen::inRange<std::size_t>(0, 12),
        rc::gen::inRange<std::size_t>(0, 4)
    );
}

RC_GTEST_PROP(TransactionModel, KeepsItsPromisesUnderAnySequenceOfEvents, ()) {
    // Longer sequences find no more and take minutes under a sanitizer.
    const auto steps = *rc::gen::resize(50, rc::gen::container<std::vector<Step>>(any_step()));
    testing::Installation site;
    Model model(site);
    for (const Step& step : steps) {
        model.run(step);
    }
    model.end_all();
}

} // namespace
} // namespace sallyport::verification
