// What happens at checkpoints: faces, documents, opt-outs and what officers decide.
#include "world.hpp"

namespace sallyport::scenarios {

using verification::testing::listed;
using verification::testing::ListedPerson;
using verification::testing::must;
using verification::testing::Picture;

void World::open_at(Arguments& step, const std::string& name) {
    const domain::TransactionId id = site_.new_id();
    const auto view = site_.transactions->open(site_.request_at({name}, id));
    if (!view.has_value()) {
        step.fail("no transaction can be opened: " + view.error().describe());
    }
    current_[name] = id;
    view_ = *view;
}

domain::TransactionId World::current_at(Arguments& step, const std::string& name) const {
    const auto found = current_.find(name);
    if (found == current_.end()) {
        step.fail(fmt::format("nobody stands at {}", name));
    }
    return found->second;
}

void World::take(const Arguments& step, const Result<verification::TransactionView>& view) {
    if (view.has_value()) {
        view_ = *view;
    } else {
        act(step, sallyport::fail(view.error()));
    }
}

Picture World::picture_in(Arguments& step) {
    const auto people = people_in(step, step.need("person"));
    if (people.empty()) {
        return verification::testing::picture_of_nobody();
    }
    verification::testing::FaceDrawing face;
    face.identity = verification::testing::person(people.front());
    const std::string light = step.option("light").value_or("good");
    if (light == "dark") {
        face.light = verification::testing::Light::Dark;
    } else if (light == "bright") {
        face.light = verification::testing::Light::Bright;
    } else if (light != "good") {
        step.fail("light is good, dark or bright");
    }
    return verification::testing::picture_of(std::vector{face});
}

void World::probe(Arguments& step) {
    const std::string name = step.word("the checkpoint");
    open_at(step, name);
    take(step, site_.capture(current_[name], picture_in(step)));
}

void World::capture(Arguments& step) {
    const domain::TransactionId id = current_at(step, step.word("the checkpoint"));
    take(step, site_.capture(id, picture_in(step)));
}

void World::opt_out(Arguments& step) {
    const std::string name = step.word("the checkpoint");
    if (!current_.contains(name) || step.has("person")) {
        open_at(step, name);
    }
    std::optional<domain::TravelerId> traveler;
    if (step.has("person")) {
        const domain::ContextId context = context_in(step);
        traveler = person_in(step, context, one_person(step, "person")).traveler.id;
    }
    const auto view = site_.transactions->opt_out(current_[name], traveler);
    take(step, view);
}

void World::present(Arguments& step) {
    const std::string name = step.word("the checkpoint");
    const bool stands_there =
        current_.contains(name) && site_.transactions->view(current_[name]).has_value();
    if (!stands_there || must(site_.transactions->view(current_[name])).allowed.empty()) {
        open_at(step, name);
    }
    const std::size_t person = one_person(step, "person");
    ListedPerson who = listed(person);
    who.document += step.option("document-suffix").value_or("");
    verification::testing::PassportText text;
    text.birth_date = step.option("born").value_or(text.birth_date);
    verification::DocumentRequest request;
    request.id = current_[name];
    const std::string chip = step.option("chip").value_or("none");
    if (chip == "none") {
        request.document.mrz = verification::testing::zone_of(who, text);
    } else if (chip == "genuine" || chip == "altered") {
        const std::size_t portrait = step.has("portrait") ? one_person(step, "portrait") : person;
        request.document.chip = office_.chip_of(
            who, verification::testing::picture_of(verification::testing::person(portrait)), text
        );
        if (chip == "altered") {
            request.document.chip.groups[documents::DataGroup::DG2].back() ^= 1U;
        }
    } else {
        step.fail("chip is none, genuine or altered");
    }
    const auto view = site_.transactions->present_document(request);
    take(step, view);
}

void World::decide(Arguments& step) {
    const std::string name = step.word("the checkpoint");
    const auto decision = verification::decision_from_name(step.word("the decision"));
    if (!decision.has_value()) {
        step.fail(decision.error().describe());
    }
    std::optional<domain::TravelerId> traveler;
    if (step.has("person")) {
        const domain::ContextId context = context_in(step);
        traveler = person_in(step, context, one_person(step, "person")).traveler.id;
    }
    const auto view = site_.decide(
        current_at(step, name), *decision, step.option("reason").value_or(""), traveler
    );
    take(step, view);
}

void World::leave(Arguments& step) {
    const std::string name = step.word("the checkpoint");
    const auto view = site_.transactions->close(current_at(step, name));
    take(step, view);
    current_.erase(name);
}

} // namespace sallyport::scenarios
