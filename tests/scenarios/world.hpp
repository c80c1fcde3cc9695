// One installation and the words to act on it: every step of a scenario is carried out here, with
// the use cases, the record, the sealer and the list readers of the product, and the test's clock,
// faces and held photos. Single thread. A step that cannot be carried out is a ScenarioError; an
// expectation that does not hold is a problem, and the scenario goes on.
#pragma once

#include "carrier.hpp"
#include "scenario_file.hpp"
#include "verification/testing/fixture.hpp"
#include "verification/testing/passports.hpp"

#include <fmt/format.h>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sallyport::scenarios {

struct Problem {
    std::size_t line = 0;
    std::string text;
};

class World {
public:
    World();

    void carry_out(const Step& step);
    // Throws when the last act was refused and nobody expected it; reports what was only warned of.
    void settle_last_act();
    // After the last step: nothing refused is left unexpected, and what holds for every scenario.
    void finish();
    void forgive_warnings() { warnings_.clear(); }
    // Everything that the lists made of every context, in text that is equal for equal results.
    [[nodiscard]] std::string all_lists();
    [[nodiscard]] const std::vector<Problem>& problems() const { return problems_; }

private:
    using Handler = void (World::*)(Arguments&);
    [[nodiscard]] static const std::map<std::string, Handler>& verbs();
    [[nodiscard]] static const std::map<std::string, Handler>& expectations();

    // --- steps (world.cpp)
    void clock(Arguments& step);
    void advance(Arguments& step);
    void hold(Arguments& step);
    void checkpoint(Arguments& step);
    void assign(Arguments& step);
    void restart(Arguments& step);
    void window(Arguments& step);
    void await(Arguments& step);
    void build(Arguments& step);
    void depart(Arguments& step);
    void return_to_gate(Arguments& step);
    void cancel(Arguments& step);
    void close(Arguments& step);
    void offload(Arguments& step);
    void expire(Arguments& step);
    void expect(Arguments& step);

    // --- lists (world_lists.cpp)
    void flight(Arguments& step);
    void receive(Arguments& step);
    [[nodiscard]] CarrierMessage message_in(Arguments& step, const std::string& function);
    void deliver(Arguments& step, const std::string& reference, const std::string& flight);

    // --- transactions (world_transactions.cpp)
    void probe(Arguments& step);
    void capture(Arguments& step);
    void opt_out(Arguments& step);
    void present(Arguments& step);
    void decide(Arguments& step);
    void leave(Arguments& step);
    void open_at(Arguments& step, const std::string& name);
    void take(const Arguments& step, const Result<verification::TransactionView>& view);
    [[nodiscard]] domain::TransactionId current_at(Arguments& step, const std::string& name) const;

    // --- expectations (world_expectations.cpp)
    void expect_assigned(Arguments& step);
    void expect_changes(Arguments& step);
    void expect_coverage(Arguments& step);
    void expect_crossing(Arguments& step);
    void expect_diff(Arguments& step);
    void expect_document(Arguments& step);
    void expect_events(Arguments& step);
    void expect_exits(Arguments& step);
    void expect_expired(Arguments& step);
    void expect_gallery(Arguments& step);
    void expect_list(Arguments& step);
    void expect_order(Arguments& step);
    void expect_person(Arguments& step);
    void expect_refused(Arguments& step);
    void expect_searched(Arguments& step);
    void expect_verdict(Arguments& step);
    void expect_versions(Arguments& step);
    void expect_warning(Arguments& step);

    // --- looking things up
    // flight= or window=, or the only context there is.
    [[nodiscard]] domain::ContextId context_in(Arguments& step);
    [[nodiscard]] std::vector<domain::ContextId> contexts_in(Arguments& step);
    [[nodiscard]] domain::ContextId
    context_named(const Arguments& step, const std::string& name) const;
    [[nodiscard]] std::string name_of(const domain::ContextId& id) const;
    [[nodiscard]] std::string names_of(const std::vector<domain::ContextId>& ids) const;
    [[nodiscard]] std::string reference_of(const domain::ManifestId& id) const;
    // Also checks that this person has the id that they had before.
    [[nodiscard]] std::optional<verification::TravelerView>
    row_of(std::size_t line, const domain::ContextId& context, std::size_t person);
    [[nodiscard]] verification::TravelerView
    person_in(Arguments& step, const domain::ContextId& context, std::size_t person);
    [[nodiscard]] std::size_t one_person(Arguments& step, const std::string& key);
    [[nodiscard]] verification::testing::Picture picture_in(Arguments& step);

    // An act of the installation; what it refuses has to be expected by the next step.
    void act(const Arguments& step, const Status& done);
    void refuse(std::size_t line, std::string code, std::string text);
    void wrong(std::size_t line, std::string text) { problems_.push_back({line, std::move(text)}); }
    template <class Value>
    void same(Arguments& step, const std::string& key, const Value& seen) {
        const auto wanted = step.option(key);
        const std::string text = fmt::format("{}", seen);
        if (wanted && *wanted != text) {
            wrong(step.line(), fmt::format("{} should be {} and is {}", key, *wanted, text));
        }
    }

    struct Announced {
        FlightText text;
        std::string form = "paxlst";
    };
    struct Sent {
        std::string bytes;
        std::string flight; // name of the scenario
        bool is_wrapped = false;
        std::optional<domain::ManifestId> accepted;
    };
    struct Refusal {
        std::size_t line = 0;
        std::string code;
        std::string text;
    };

    verification::testing::Installation site_;
    verification::testing::PassportOffice office_;
    bool begun_ = false; // the clock goes forward only from now on
    std::map<std::string, Announced> flights_;
    std::map<std::string, domain::ContextId> contexts_; // by the names of the scenario
    std::map<std::string, Sent> sent_;                  // by reference
    std::map<std::string, domain::CheckpointProfile> own_checkpoints_;
    std::map<std::string, domain::TransactionId> current_; // of each checkpoint
    std::map<std::pair<domain::ContextId, std::size_t>, domain::TravelerId> ids_;
    std::optional<verification::ManifestOutcome> outcome_;
    std::optional<verification::TransactionView> view_;
    std::pair<std::size_t, std::size_t> expired_; // contexts, transactions
    std::optional<Refusal> refusal_;
    std::vector<std::string> warnings_; // of the last message
    std::size_t warned_line_ = 0;
    std::vector<Problem> problems_;
};

} // namespace sallyport::scenarios
