// The messages about a flight as they were kept: opened and read again, and which flight a new
// message is about. Personal data in memory only. For one thread.
#pragma once

#include "domain/sealer.hpp"
#include "manifest/flight_roll.hpp"
#include "verification/record_store.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::verification {

// Whether a list says something of a flight: kept for other purposes are master crew lists.
[[nodiscard]] bool is_about_a_flight(const manifest::PassengerList& list);
[[nodiscard]] domain::ContextKind context_kind_of(manifest::Movement movement);

[[nodiscard]] std::string_view format_name(manifest::ListFormat format);

// All lists of one context, in the order of receipt.
struct FlightVersions {
    std::vector<manifest::ListVersion>
        lists; // id: of the message, with the place of the list in it
    std::size_t messages = 0;
    std::size_t bytes = 0;
};
// The id of a list: several lists of one message have their places in it.
[[nodiscard]] std::string
list_version_id(const domain::ManifestId& id, std::size_t place, std::size_t lists);
[[nodiscard]] domain::ManifestId manifest_of(const manifest::ListVersion& version);

// The message as it came, and read again. SealBroken when its body does not open.
struct OpenedMessage {
    SecretBytes body;
    manifest::ListFormat format = manifest::ListFormat::Edifact;
    manifest::ListReading reading;
    [[nodiscard]] std::string_view text() const {
        return {reinterpret_cast<const char*>(body.data()), body.size()}; // NOLINT
    }
};
[[nodiscard]] Result<OpenedMessage> read_again(domain::Sealer& sealer, const ManifestRow& row);
[[nodiscard]] Result<FlightVersions>
versions_of(RecordStore& records, domain::Sealer& sealer, const domain::Context& context);

// Finds the context that a list belongs to. Reads each context's messages once and keeps them.
class FlightFinder {
public:
    FlightFinder(RecordStore& records, domain::Sealer& sealer)
        : records_(records), sealer_(sealer) {}
    [[nodiscard]] Status load();

    // Nothing when no context has this flight. In this order: the very time of departure, the
    // transaction reference, the day of the first announcement, the day it was moved to (changes
    // only: a whole list of that day is the next flight of the number), for a change of the flight
    // (or a list of one of which only changes are known) the nearest one that has not left, and
    // without any date the only one that has not left.
    [[nodiscard]] Result<std::optional<domain::Context>> find(const manifest::PassengerList& list);
    [[nodiscard]] Result<const FlightVersions*> versions(const domain::Context& context);
    // A context that this message opens, for the lists after it.
    void add(const domain::Context& context, const manifest::ListVersion& first);

private:
    using Candidates = std::vector<const domain::Context*>;
    [[nodiscard]] Candidates candidates(const manifest::FlightLeg& leg) const;
    [[nodiscard]] Result<const domain::Context*>
    by_reference(const Candidates& candidates, const manifest::PassengerList& list);
    [[nodiscard]] Result<const domain::Context*>
    by_first_day(const Candidates& candidates, Instant departs_at);
    [[nodiscard]] Status keep_only_moved(Candidates& candidates);

    RecordStore& records_;
    domain::Sealer& sealer_;
    std::vector<domain::Context> contexts_;
    std::map<domain::ContextId, FlightVersions> versions_;
};

} // namespace sallyport::verification
