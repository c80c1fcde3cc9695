// What comes from carriers: flights as they are announced, and every message about them.
#include "world.hpp"

#include <algorithm>
#include <set>

namespace sallyport::scenarios {

using manifest::ListFunction;
using manifest::Movement;
using verification::testing::must;

namespace {

Movement movement_in(Arguments& step) {
    const std::string name = step.option("movement").value_or("flight");
    for (const Movement movement : {Movement::Flight, Movement::Voyage, Movement::Private}) {
        if (manifest::movement_name(movement) == name) {
            return movement;
        }
    }
    step.fail(fmt::format("{} is no movement", name));
}

std::string joined_faults(const verification::ManifestOutcome& outcome) {
    std::string text;
    for (const manifest::Fault& fault : outcome.faults) {
        text += (text.empty() ? "" : "; ") + fault.text;
    }
    return text;
}

} // namespace

void World::flight(Arguments& step) {
    const std::string name = step.word("the flight");
    const Instant now = site_.clock.now();
    Announced announced;
    announced.text.flight = step.option("number").value_or(name);
    announced.text.from = step.need("from");
    announced.text.to = step.need("to");
    if (const auto departs = step.option("departs")) {
        announced.text.departs = time_in(step, *departs, now);
    }
    if (const auto arrives = step.option("arrives")) {
        announced.text.arrives = time_in(step, *arrives, now);
    }
    announced.text.movement = movement_in(step);
    // PAXLST has no word for a private movement.
    const bool is_private = announced.text.movement == Movement::Private;
    announced.form = step.option("form").value_or(is_private ? "json" : "paxlst");
    if (announced.form != "json" && announced.form != "paxlst") {
        step.fail("form is paxlst or json");
    }
    flights_[name] = announced;
}

CarrierMessage World::message_in(Arguments& step, const std::string& function) {
    CarrierMessage message;
    const auto known = function_named(function);
    if (!known) {
        step.fail(fmt::format("{} is no function of a list", function));
    }
    message.function = *known;
    const Instant now = site_.clock.now();
    message.made = time_in(step, step.option("made").value_or(format_instant(now)), now);
    message.passengers = people_in(step, step.option("people").value_or("nobody"));
    message.crew = people_in(step, step.option("crew").value_or("nobody"));
    message.document_suffix = step.option("document-suffix").value_or("");
    message.family_name = step.option("name").value_or("");
    message.seat = step.option("seat").value_or("");
    message.transaction_reference = step.option("transaction").value_or("");
    const std::string references = step.option("references").value_or("yes");
    if (references != "yes" && references != "no") {
        step.fail("references is yes or no");
    }
    message.names_references = references == "yes";
    return message;
}

void World::receive(Arguments& step) {
    const std::string function = step.word("the function");
    const std::string reference = step.need("ref");
    if (function == "again") {
        const auto sent = sent_.find(reference);
        if (sent == sent_.end()) {
            step.fail(fmt::format("message {} was not sent before", reference));
        }
        deliver(step, reference, sent->second.flight);
        return;
    }
    const std::string name = step.need("flight");
    const auto announced = flights_.find(name);
    if (announced == flights_.end()) {
        step.fail(fmt::format("{} was not announced by a flight step", name));
    }
    CarrierMessage message = message_in(step, function);
    message.reference = reference;
    message.flight = announced->second.text;
    const Instant day = message.flight.departs.value_or(message.made);
    if (const auto departs = step.option("departs")) {
        message.flight.departs = time_in(step, *departs, day);
    }
    if (const auto arrives = step.option("arrives")) {
        message.flight.arrives = time_in(step, *arrives, day);
    }
    message.flight.to = step.option("to").value_or(message.flight.to);
    const std::size_t columns = step.number("wrapped", 0);
    Sent sent;
    sent.flight = name;
    sent.is_wrapped = columns > 0;
    sent.bytes = announced->second.form == "json" ? json_of(message) : paxlst_of(message);
    if (sent.is_wrapped) {
        sent.bytes = wrapped(sent.bytes, columns);
    }
    if (!sent_.emplace(reference, std::move(sent)).second) {
        step.fail(fmt::format("message {} was sent before", reference));
    }
    deliver(step, reference, name);
}

void World::deliver(Arguments& step, const std::string& reference, const std::string& flight) {
    Sent& sent = sent_.at(reference);
    outcome_.reset();
    auto outcome = site_.manifests->receive(sent.bytes, manifest::guess_format(sent.bytes));
    if (!outcome.has_value()) {
        act(step, sallyport::fail(outcome.error()));
        return;
    }
    if (!outcome->accepted) {
        refuse(step.line(), "rejected", joined_faults(*outcome));
        return;
    }
    std::set<std::string> of_the_telegram; // how it was put together again
    if (sent.is_wrapped) {
        for (const manifest::Fault& fault : manifest::read_paxlst(sent.bytes).faults) {
            if (fault.message == manifest::no_message) {
                of_the_telegram.insert(fault.text);
            }
        }
    }
    for (const manifest::Fault& fault : outcome->faults) {
        if (!of_the_telegram.contains(fault.text)) {
            warnings_.push_back(fault.text);
        }
    }
    warned_line_ = step.line();
    sent.accepted = outcome->id;
    if (outcome->contexts.size() != 1) {
        wrong(
            step.line(), fmt::format("the message is about {} flights", outcome->contexts.size())
        );
    } else {
        const domain::ContextId context = outcome->contexts.front();
        const std::string found = name_of(context);
        const bool is_new = !contexts_.contains(flight) && found == "another";
        if (is_new) {
            contexts_[flight] = context;
        } else if (found != flight) {
            wrong(step.line(), fmt::format("the message went to {} and not to {}", found, flight));
        }
    }
    outcome_ = *std::move(outcome);
}

std::string World::all_lists() {
    std::string text;
    for (const auto& [name, id] : contexts_) {
        const verification::ContextView view = must(site_.manifests->context(id));
        const domain::Context& context = view.context;
        const auto time = [](const std::optional<Instant>& at) {
            return at ? format_instant(*at) : std::string("unknown");
        };
        text += fmt::format(
            "{} {} {} {} {} {} {} closes {}\n",
            name,
            context.designator,
            context.departure,
            context.arrival,
            time(context.departs_at),
            time(context.arrives_at),
            domain::context_state_name(context.state),
            time(context.closes_at)
        );
        std::vector<std::string> rows;
        for (const verification::TravelerView& row : must(site_.manifests->travelers(id))) {
            std::string documents;
            for (const domain::TravelDocument& document : row.traveler.documents) {
                documents += " " + document.number;
            }
            rows.push_back(fmt::format(
                "  {} {} {}{} seat \"{}\" {} {}\n",
                domain::traveler_kind_name(row.traveler.kind),
                row.traveler.family_name,
                row.traveler.passenger_reference,
                documents,
                row.traveler.seat,
                verification::list_status_name(row.listed),
                verification::traveler_state_name(row.state)
            ));
        }
        std::sort(rows.begin(), rows.end());
        for (const std::string& row : rows) {
            text += row;
        }
        text += "  messages";
        for (const auto& version : must(site_.manifests->versions(id))) {
            text += " " + version.reference;
        }
        text += "\n";
    }
    return text;
}

} // namespace sallyport::scenarios
