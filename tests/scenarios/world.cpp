#include "world.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace sallyport::scenarios {

using verification::testing::listed;
using verification::testing::ListedPerson;
using verification::testing::must;

namespace {

// What every family name of these people begins with (verification/testing/fixture.cpp).
constexpr std::string_view any_name = "QUENTILLARD";

domain::CheckpointProfile profile_named(const Arguments& step, const std::string& name) {
    const std::string path = fmt::format("{}/schema/profiles/{}.toml", SALLYPORT_SOURCE_DIR, name);
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        step.fail(fmt::format("there is no profile {}", name));
    }
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    return must(verification::read_profile(text));
}

bool is_person(const domain::Traveler& traveler, std::size_t person) {
    const ListedPerson who = listed(person);
    const bool by_document = std::any_of(
        traveler.documents.begin(),
        traveler.documents.end(),
        [&](const auto& document) { return document.number.starts_with(who.document); }
    );
    return by_document || traveler.family_name == who.family_name ||
           traveler.passenger_reference == passenger_reference(person);
}

} // namespace

World::World() {
    site_.trust = office_.trust();
}

const std::map<std::string, World::Handler>& World::verbs() {
    static const std::map<std::string, Handler> table{
        {"advance", &World::advance},
        {"assign", &World::assign},
        {"await", &World::await},
        {"build", &World::build},
        {"cancel", &World::cancel},
        {"capture", &World::capture},
        {"checkpoint", &World::checkpoint},
        {"clock", &World::clock},
        {"close", &World::close},
        {"decide", &World::decide},
        {"depart", &World::depart},
        {"expect", &World::expect},
        {"expire", &World::expire},
        {"flight", &World::flight},
        {"hold", &World::hold},
        {"leave", &World::leave},
        {"offload", &World::offload},
        {"opt-out", &World::opt_out},
        {"present", &World::present},
        {"probe", &World::probe},
        {"receive", &World::receive},
        {"restart", &World::restart},
        {"return-to-gate", &World::return_to_gate},
        {"window", &World::window},
    };
    return table;
}

void World::carry_out(const Step& step) {
    Arguments arguments(step);
    const std::string verb = arguments.word("a step");
    const auto found = verbs().find(verb);
    if (found == verbs().end()) {
        arguments.fail(fmt::format("{} is no step", verb));
    }
    const std::string about = step.words.size() > 1 ? step.words[1] : "";
    if (verb != "expect" || (about != "refused" && about != "warning")) {
        settle_last_act();
    }
    begun_ = begun_ || verb != "clock";
    (this->*found->second)(arguments);
    arguments.end();
}

void World::expect(Arguments& step) {
    // "expect verdict=match" and "expect person=3" need no further word.
    const std::string about = step.has_word()       ? step.word("what is expected")
                              : step.has("verdict") ? "verdict"
                                                    : "person";
    const auto found = expectations().find(about);
    if (found == expectations().end()) {
        step.fail(fmt::format("expect {} is no step", about));
    }
    (this->*found->second)(step);
}

void World::finish() {
    settle_last_act();
    const int files = site_.files_that_hold(any_name);
    if (files != 0) {
        wrong(0, fmt::format("{} files of the record hold a name in the clear", files));
    }
}

void World::settle_last_act() {
    if (refusal_) {
        const Refusal refusal = *std::exchange(refusal_, std::nullopt);
        throw ScenarioError(
            refusal.line, fmt::format("refused, {}: {}", refusal.code, refusal.text)
        );
    }
    for (std::string& warning : warnings_) {
        wrong(warned_line_, "an unexpected warning: " + std::move(warning));
    }
    warnings_.clear();
}

void World::refuse(std::size_t line, std::string code, std::string text) {
    refusal_ = Refusal{line, std::move(code), std::move(text)};
}

void World::act(const Arguments& step, const Status& done) {
    if (!done.has_value()) {
        refuse(
            step.line(), std::string(error_code_name(done.error().code())), done.error().describe()
        );
    }
}

// --- looking things up --------------------------------------------------------------------------

domain::ContextId World::context_named(const Arguments& step, const std::string& name) const {
    const auto found = contexts_.find(name);
    if (found == contexts_.end()) {
        step.fail(fmt::format("nothing opened {}", name));
    }
    return found->second;
}

domain::ContextId World::context_in(Arguments& step) {
    auto name = step.option("flight");
    if (!name) {
        name = step.option("window");
    }
    if (name) {
        return context_named(step, *name);
    }
    if (contexts_.size() != 1) {
        step.fail("say which: flight= or window=");
    }
    return contexts_.begin()->second;
}

std::vector<domain::ContextId> World::contexts_in(Arguments& step) {
    std::vector<domain::ContextId> contexts;
    for (const char* key : {"flight", "window"}) {
        if (const auto names = step.option(key)) {
            for (const std::string& name : names_in(*names)) {
                contexts.push_back(context_named(step, name));
            }
        }
    }
    return contexts;
}

std::string World::name_of(const domain::ContextId& id) const {
    const auto found = std::find_if(contexts_.begin(), contexts_.end(), [&](const auto& entry) {
        return entry.second == id;
    });
    return found == contexts_.end() ? "another" : found->first;
}

std::string World::names_of(const std::vector<domain::ContextId>& ids) const {
    std::string names;
    for (const domain::ContextId& id : ids) {
        names += (names.empty() ? "" : ",") + name_of(id);
    }
    return names.empty() ? "none" : names;
}

std::string World::reference_of(const domain::ManifestId& id) const {
    const auto found = std::find_if(sent_.begin(), sent_.end(), [&](const auto& entry) {
        return entry.second.accepted == id;
    });
    return found == sent_.end() ? "another" : found->first;
}

std::optional<verification::TravelerView>
World::row_of(std::size_t line, const domain::ContextId& context, std::size_t person) {
    std::optional<verification::TravelerView> found;
    for (verification::TravelerView& row : must(site_.manifests->travelers(context))) {
        // Of two rows that proved to be one person, the one that stands for nobody is cancelled.
        if (is_person(row.traveler, person) &&
            (!found || found->listed == verification::ListStatus::Cancelled)) {
            found = std::move(row);
        }
    }
    if (found) {
        const auto [known, is_new] = ids_.try_emplace({context, person}, found->traveler.id);
        if (!is_new && known->second != found->traveler.id) {
            wrong(line, fmt::format("person {} has another id than before", person));
        }
    }
    return found;
}

verification::TravelerView
World::person_in(Arguments& step, const domain::ContextId& context, std::size_t person) {
    auto row = row_of(step.line(), context, person);
    if (!row) {
        step.fail(fmt::format("person {} is not on {}", person, name_of(context)));
    }
    return *std::move(row);
}

std::size_t World::one_person(Arguments& step, const std::string& key) {
    const std::vector<std::size_t> people = people_in(step, step.need(key));
    if (people.size() != 1) {
        step.fail(fmt::format("{}= is one person", key));
    }
    return people.front();
}

// --- time, photos, checkpoints ------------------------------------------------------------------

void World::clock(Arguments& step) {
    const Instant now = site_.clock.now();
    const Instant to = time_in(step, step.word("a time"), now);
    if (to < now && begun_) {
        step.fail("the clock goes back only before anything else");
    }
    site_.clock.advance(to - now);
}

void World::advance(Arguments& step) {
    site_.clock.advance(span_in(step, step.word("a span of time")));
}

void World::hold(Arguments& step) {
    const std::string suffix = step.option("document-suffix").value_or("");
    const std::size_t photos = step.number("photos", 1);
    for (const std::size_t person : people_in(step, step.need("people"))) {
        ListedPerson who = listed(person);
        who.document += suffix;
        for (std::size_t photo = 0; photo < photos; ++photo) {
            site_.hold_photo(
                who,
                verification::testing::picture_of(verification::testing::person(person)),
                2020 + static_cast<int>(photo)
            );
        }
    }
}

void World::checkpoint(Arguments& step) {
    const std::string name = step.word("the checkpoint");
    const auto profile = profile_named(step, step.need("profile"));
    own_checkpoints_[name] = profile;
    act(step, site_.checkpoints->add({name}, profile));
}

void World::assign(Arguments& step) {
    const std::string name = step.word("the checkpoint");
    act(step, site_.checkpoints->assign({name}, contexts_in(step)));
}

void World::restart(Arguments&) {
    std::map<std::string, std::vector<domain::ContextId>> assigned;
    for (const auto& [name, profile] : own_checkpoints_) {
        assigned[name] = must(site_.checkpoints->find({name})).contexts;
    }
    site_.restart();
    // The installation of the tests knows its own checkpoints only.
    for (const auto& [name, profile] : own_checkpoints_) {
        must(site_.checkpoints->add({name}, profile));
        must(site_.checkpoints->assign({name}, assigned[name]));
    }
    current_.clear();
    view_.reset();
}

// --- contexts -----------------------------------------------------------------------------------

void World::window(Arguments& step) {
    const std::string name = step.need("name");
    const Instant now = site_.clock.now();
    const auto opened = site_.contexts->open_window(
        {.name = name,
         .place = step.need("place"),
         .from = time_in(step, step.need("from"), now),
         .to = time_in(step, step.need("to"), now)}
    );
    if (!opened.has_value()) {
        act(step, sallyport::fail(opened.error()));
        return;
    }
    contexts_[name] = opened->id;
}

void World::await(Arguments& step) {
    if (step.word("gallery") != "gallery") {
        step.fail("only a gallery is awaited");
    }
    site_.await_gallery(context_in(step));
}

void World::build(Arguments& step) {
    act(step, site_.galleries->request_build(context_in(step)));
}

void World::depart(Arguments& step) {
    act(step, site_.contexts->depart(context_in(step), step.option("reason").value_or("departed")));
}

void World::return_to_gate(Arguments& step) {
    act(step, site_.contexts->return_to_gate(context_in(step)));
}

void World::cancel(Arguments& step) {
    act(step, site_.contexts->cancel(context_in(step), "flight_cancelled"));
}

void World::close(Arguments& step) {
    act(step, site_.contexts->close(context_in(step)));
}

void World::offload(Arguments& step) {
    const domain::ContextId context = context_in(step);
    const std::size_t person = one_person(step, "person");
    act(step, site_.contexts->offload(person_in(step, context, person).traveler.id));
}

void World::expire(Arguments&) {
    expired_.first = must(site_.contexts->expire());
    expired_.second = must(site_.transactions->expire());
}

} // namespace sallyport::scenarios
