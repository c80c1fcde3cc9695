// What the routes call: the use cases and what surrounds them, as references owned by the
// composition root, which outlive the server. Everything named here is safe from any thread.
#pragma once

#include "access/session_service.hpp"
#include "base/clock.hpp"
#include "ledger/crossing.hpp"
#include "verification/answer_journal.hpp"
#include "verification/checkpoints.hpp"
#include "verification/context_service.hpp"
#include "verification/event_feed.hpp"
#include "verification/gallery_service.hpp"
#include "verification/manifest_service.hpp"
#include "verification/transaction_service.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>

namespace sallyport::observability {
class Metrics;
} // namespace sallyport::observability

namespace sallyport::transport {

// "Add me to this flight": keeps the photo in the holdings, adds the traveler to the list and
// enrols the photo. Only a server that runs the demo has one.
using EnrolVisitor = std::function<Result<verification::TravelerView>(
    const domain::ContextId& context,
    std::string family_name,
    std::string given_names,
    std::span<const std::uint8_t> photo
)>;

struct Services {
    verification::ManifestService& manifests;
    verification::ContextService& contexts;
    verification::GalleryService& galleries;
    verification::TransactionService& transactions;
    verification::Checkpoints& checkpoints;
    verification::EventFeed& events;
    verification::AnswerJournal& answers;
    ledger::CrossingStore& crossings;
    access::SessionService& sessions;
    const Clock& clock;
    observability::Metrics* metrics = nullptr; // none: nothing is counted, /metrics is not found
    EnrolVisitor enrol_visitor;                // empty: no demo
    std::string demo_json;                     // answer of /v1/demo; empty: no demo
    // What must work before work is taken, by name; "ok" or what is wrong in a few words.
    std::function<std::map<std::string, std::string>()> readiness;
    // Has another model pack prepared, by the name of its folder; empty: there is only one.
    std::function<Status(const std::string&)> prepare_pack;
    std::string software_version;
};

} // namespace sallyport::transport
