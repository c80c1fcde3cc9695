// What each role sees of a thing, as JSON. A kiosk stands where everybody can read it, so its views
// name no traveler, no score and no reason but those that another picture can mend. Pure functions.
#pragma once

#include "access/roles.hpp"
#include "manifest/passenger_list.hpp"
#include "verification/checkpoints.hpp"
#include "verification/manifest_service.hpp"
#include "verification/transaction_service.hpp"

#include <boost/json/value.hpp>
#include <span>
#include <string>

namespace sallyport::transport {

[[nodiscard]] boost::json::object context_view(const verification::ContextView& view);
// Without counts: they would tell bystanders who opted out.
[[nodiscard]] boost::json::object context_view_for_kiosk(const domain::Context& context);

[[nodiscard]] boost::json::object traveler_view(const verification::TravelerView& view);
[[nodiscard]] boost::json::object coverage_view(const verification::Coverage& coverage);
[[nodiscard]] boost::json::array fault_views(std::span<const manifest::Fault> faults);

// contexts: what is known of the ids in the checkpoint; an id that is not among them is left out.
[[nodiscard]] boost::json::object checkpoint_view(
    const verification::Checkpoint& checkpoint,
    std::span<const verification::ContextView> contexts,
    access::Role role
);

[[nodiscard]] boost::json::object
transaction_view(const verification::TransactionView& view, access::Role role);
// mark: the one in force, or null.
[[nodiscard]] boost::json::object
crossing_view(const ledger::Crossing& crossing, const ledger::CrossingMark* mark);

[[nodiscard]] boost::json::object changes_view(const verification::ListChanges& changes);
[[nodiscard]] boost::json::object version_view(const verification::VersionView& version);
// Names travelers.
[[nodiscard]] boost::json::object diff_view(const manifest::RollDiff& diff);

// The text of one WebSocket message. A kiosk's bodies keep only the fields of a kiosk's
// transaction and the names of contexts.
[[nodiscard]] std::string event_text(const verification::EventRow& event, access::Role role);

// The stages as a Server-Timing header.
[[nodiscard]] std::string server_timing(const verification::StageTimings& timings);

} // namespace sallyport::transport
