#include "verification/internal/flight_lists.hpp"

#include <algorithm>
#include <set>

namespace sallyport::verification {
namespace {

using domain::Context;
using domain::ContextKind;
using manifest::ListFormat;
using manifest::ListFunction;
using manifest::ListKind;
using manifest::PassengerList;

// A flight of the same number some weeks ago is another one, whatever else fits.
constexpr std::chrono::days same_flight_within{15};
// A flight goes every day: what is farther away is the next one, unless a reference says otherwise.
constexpr std::chrono::hours moved_within{12};

bool same_day(Instant left, Instant right) {
    using std::chrono::days;
    return std::chrono::floor<days>(left) == std::chrono::floor<days>(right);
}

std::chrono::microseconds distance(Instant left, Instant right) {
    return left < right ? right - left : left - right;
}

ListFormat format_of(const ManifestRow& row, std::string_view body) {
    for (const ListFormat format : {ListFormat::Edifact, ListFormat::Json, ListFormat::Csv}) {
        if (row.format == format_name(format)) {
            return format;
        }
    }
    return manifest::guess_format(body); // of a version that did not note it
}

// Which lists of a message belong to this context. A message notes the context of each of its
// lists; one of an older version notes each context once.
std::vector<std::size_t>
places_of(const Context& context, const ManifestRow& row, const manifest::ListReading& reading) {
    std::vector<std::size_t> about_flights;
    for (std::size_t place = 0; place < reading.lists.size(); ++place) {
        if (is_about_a_flight(reading.lists[place])) {
            about_flights.push_back(place);
        }
    }
    const bool noted_each = row.contexts.size() == about_flights.size();
    const bool only_this =
        std::all_of(row.contexts.begin(), row.contexts.end(), [&](const auto& id) {
            return id == context.id;
        });
    std::vector<std::size_t> places;
    for (std::size_t index = 0; index < about_flights.size(); ++index) {
        const manifest::FlightLeg leg = reading.lists[about_flights[index]].main_leg();
        const bool belongs = only_this || (noted_each ? row.contexts[index] == context.id
                                                      : leg.flight == context.designator &&
                                                            leg.departs_at == context.departs_at);
        if (belongs) {
            places.push_back(about_flights[index]);
        }
    }
    return places;
}

// The nearest to this time; among equals one that may still be searched.
const Context* nearest(const std::vector<const Context*>& contexts, std::optional<Instant> to) {
    const Context* best = nullptr;
    const auto rank = [&](const Context& context) {
        const auto away = to && context.departs_at ? distance(*context.departs_at, *to)
                                                   : std::chrono::microseconds::max();
        return std::pair(away, !context.searchable());
    };
    for (const Context* context : contexts) {
        if (best == nullptr || rank(*context) < rank(*best)) {
            best = context;
        }
    }
    return best;
}

} // namespace

bool is_about_a_flight(const PassengerList& list) {
    return list.kind == ListKind::PassengerList || list.kind == ListKind::CrewList ||
           list.kind == ListKind::FlightStatus;
}

ContextKind context_kind_of(manifest::Movement movement) {
    switch (movement) {
    case manifest::Movement::Flight:
        return ContextKind::Flight;
    case manifest::Movement::Voyage:
        return ContextKind::Voyage;
    case manifest::Movement::Private:
        return ContextKind::PrivateMovement;
    }
    return ContextKind::Flight;
}

std::string_view format_name(ListFormat format) {
    switch (format) {
    case ListFormat::Edifact:
        return "edifact";
    case ListFormat::Json:
        return "json";
    case ListFormat::Csv:
        return "csv";
    }
    return "edifact";
}

std::string list_version_id(const domain::ManifestId& id, std::size_t place, std::size_t lists) {
    // Of the same length, so that ids sort as the lists stand in the message.
    std::string number = std::to_string(place);
    number.insert(0, number.size() < 6 ? 6 - number.size() : 0, '0');
    return lists == 1 ? id.hex() : id.hex() + "." + number;
}

domain::ManifestId manifest_of(const manifest::ListVersion& version) {
    constexpr std::size_t hex_digits = 32;
    return domain::ManifestId::parse(version.id.substr(0, hex_digits))
        .value_or(domain::ManifestId());
}

Result<OpenedMessage> read_again(domain::Sealer& sealer, const ManifestRow& row) {
    OpenedMessage message;
    SALLYPORT_TRY(
        message.body, sealer.open(domain::SealCategory::ManifestBody, row.id.bytes(), row.body)
    );
    message.format = format_of(row, message.text());
    message.reading = manifest::read_list(message.text(), message.format);
    return message;
}

Result<FlightVersions>
versions_of(RecordStore& records, domain::Sealer& sealer, const Context& context) {
    SALLYPORT_TRY(const auto rows, records.manifests_of(context.id));
    FlightVersions versions;
    versions.messages = rows.size();
    for (const ManifestRow& row : rows) {
        versions.bytes += row.body.bytes.size();
        SALLYPORT_TRY(OpenedMessage message, read_again(sealer, row));
        manifest::ListReading& reading = message.reading;
        for (const std::size_t place : places_of(context, row, reading)) {
            versions.lists.push_back(
                {.id = list_version_id(row.id, place, reading.lists.size()),
                 .received_at = row.received_at,
                 .list = std::move(reading.lists[place])}
            );
        }
    }
    return versions;
}

// --- FlightFinder -------------------------------------------------------------------------------

Status FlightFinder::load() {
    SALLYPORT_TRY(contexts_, records_.contexts());
    return {};
}

Result<const FlightVersions*> FlightFinder::versions(const Context& context) {
    const auto known = versions_.find(context.id);
    if (known != versions_.end()) {
        return &known->second;
    }
    SALLYPORT_TRY(FlightVersions read, versions_of(records_, sealer_, context));
    return &versions_.emplace(context.id, std::move(read)).first->second;
}

void FlightFinder::add(const Context& context, const manifest::ListVersion& first) {
    contexts_.push_back(context);
    versions_[context.id].lists.push_back(first);
}

FlightFinder::Candidates FlightFinder::candidates(const manifest::FlightLeg& leg) const {
    Candidates found;
    for (const Context& context : contexts_) {
        const bool same_place = context.departure.empty() || leg.departure.empty() ||
                                context.departure == leg.departure;
        const bool same_season =
            !context.departs_at || !leg.departs_at ||
            distance(*context.departs_at, *leg.departs_at) <= same_flight_within;
        if (domain::has_gallery(context.kind) && context.designator == leg.flight && same_place &&
            same_season) {
            found.push_back(&context);
        }
    }
    return found;
}

Result<const Context*>
FlightFinder::by_reference(const Candidates& candidates, const PassengerList& list) {
    Candidates found;
    for (const Context* context : candidates) {
        SALLYPORT_TRY(const FlightVersions* known, versions(*context));
        const bool same =
            std::any_of(known->lists.begin(), known->lists.end(), [&](const auto& other) {
                return other.list.transaction_reference == list.transaction_reference &&
                       other.list.sender == list.sender;
            });
        if (same) {
            found.push_back(context);
        }
    }
    return found.size() == 1 ? found.front() : nullptr;
}

Result<const Context*>
FlightFinder::by_first_day(const Candidates& candidates, Instant departs_at) {
    Candidates found;
    for (const Context* context : candidates) {
        SALLYPORT_TRY(const FlightVersions* known, versions(*context));
        const bool announced =
            std::any_of(known->lists.begin(), known->lists.end(), [&](const auto& other) {
                const auto leg = other.list.main_leg();
                const bool announces =
                    other.list.purpose == ListFunction::Original || &other == &known->lists.front();
                return announces && leg.departs_at && same_day(*leg.departs_at, departs_at);
            });
        if (announced) {
            found.push_back(context);
        }
    }
    return nearest(found, departs_at);
}

// Contexts of which no list of travelers has come: the one that announced it may be on its way
// still.
Status FlightFinder::keep_only_moved(Candidates& candidates) {
    Candidates kept;
    for (const Context* context : candidates) {
        SALLYPORT_TRY(const FlightVersions* known, versions(*context));
        const bool only_moved =
            std::all_of(known->lists.begin(), known->lists.end(), [](const auto& version) {
                return version.list.purpose != ListFunction::Original;
            });
        if (only_moved) {
            kept.push_back(context);
        }
    }
    candidates = std::move(kept);
    return {};
}

Result<std::optional<Context>> FlightFinder::find(const PassengerList& list) {
    const manifest::FlightLeg leg = list.main_leg();
    const Candidates all = candidates(leg);
    Candidates chosen;
    const auto choose = [&](const auto& fits) {
        chosen.clear();
        std::copy_if(
            all.begin(),
            all.end(),
            std::back_inserter(chosen),
            [&](const Context* context) { return fits(*context); }
        );
        return !chosen.empty();
    };
    const auto found = [](const Context* context) {
        return context == nullptr ? std::optional<Context>() : std::optional(*context);
    };
    if (choose([&](const Context& context) { return context.departs_at == leg.departs_at; })) {
        return found(nearest(chosen, leg.departs_at));
    }
    if (!list.transaction_reference.empty()) {
        SALLYPORT_TRY(const Context* context, by_reference(all, list));
        if (context != nullptr) {
            return found(context);
        }
    }
    const bool whole_list = list.purpose == ListFunction::Original;
    if (!leg.departs_at) {
        const bool one = choose([](const Context& context) { return context.searchable(); });
        return found(one && chosen.size() == 1 && !whole_list ? chosen.front() : nullptr);
    }
    SALLYPORT_TRY(const Context* announced, by_first_day(all, *leg.departs_at));
    if (announced != nullptr) {
        return found(announced);
    }
    const auto moved_there = [&](const Context& context) {
        return context.departs_at && same_day(*context.departs_at, *leg.departs_at);
    };
    if (!whole_list && choose(moved_there)) {
        return found(nearest(chosen, leg.departs_at));
    }
    const auto is_near = [&](const Context& context) {
        const bool has_not_left = context.state == domain::ContextState::Open ||
                                  context.state == domain::ContextState::Cancelled;
        return has_not_left && context.departs_at &&
               distance(*context.departs_at, *leg.departs_at) <= moved_within;
    };
    if (!choose(is_near)) {
        return std::optional<Context>();
    }
    if (list.purpose != ListFunction::ChangeFlight) {
        SALLYPORT_CHECK(keep_only_moved(chosen));
    }
    return found(nearest(chosen, leg.departs_at));
}

} // namespace sallyport::verification
