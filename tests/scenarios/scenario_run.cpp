#include "scenario_run.hpp"

#include <algorithm>
#include <memory>
#include <random>
#include <span>

namespace sallyport::scenarios {
namespace {

using Steps = std::span<const Step>;

void carry_out_all(World& world, Steps steps) {
    for (const Step& step : steps) {
        try {
            world.carry_out(step);
        } catch (const ScenarioError&) {
            throw;
        } catch (const std::exception& error) {
            // What the installation could not do, from the helpers of the tests.
            throw ScenarioError(step.line, error.what());
        }
    }
}

// Messages in this order, each once.
void receive_all(World& world, const std::vector<Step>& messages) {
    for (const Step& message : messages) {
        carry_out_all(world, Steps(&message, 1));
        world.forgive_warnings(); // what is noted depends on the order
    }
    world.settle_last_act();
}

std::string order_text(const std::vector<Step>& messages) {
    std::string text;
    for (const Step& message : messages) {
        text += (text.empty() ? "" : ",") + message.options.at("ref");
    }
    return text;
}

void check_messages(Steps messages) {
    for (const Step& message : messages) {
        if (message.words.front() != "receive" || message.words.size() < 2 ||
            message.words[1] == "again" || !message.options.contains("made") ||
            !message.options.contains("ref")) {
            throw ScenarioError(message.line, "a shuffled block has messages with ref= and made=");
        }
    }
}

// The steps of this block were received in the order written by the world given.
void compare_orders(
    const Step& shuffle,
    Steps before,
    Steps messages,
    World& written,
    std::vector<Problem>& problems
) {
    Arguments arguments(shuffle);
    arguments.word("shuffle");
    const std::size_t orders = arguments.number("orders", 20);
    const std::size_t seed = arguments.number("seed", 1);
    arguments.end();
    const std::string expected = written.all_lists();
    std::mt19937_64 random(seed);
    std::vector<Step> order(messages.begin(), messages.end());
    for (std::size_t count = 0; count < orders; ++count) {
        std::shuffle(order.begin(), order.end(), random);
        World world;
        carry_out_all(world, before);
        receive_all(world, order);
        for (const Problem& problem : world.problems()) {
            const std::string order_seen = order_text(order);
            problems.push_back(
                {problem.line, fmt::format("{} (order {})", problem.text, order_seen)}
            );
        }
        const std::string seen = world.all_lists();
        if (seen != expected) {
            problems.push_back(
                {shuffle.line,
                 fmt::format(
                     "the order {} comes to\n{}instead of\n{}", order_text(order), seen, expected
                 )}
            );
            return; // one order tells enough
        }
    }
}

void run_steps(World& world, Steps all, std::vector<Problem>& problems) {
    const auto is = [](std::string_view word) {
        return [word](const Step& step) { return step.words.front() == word; };
    };
    const auto shuffle = std::find_if(all.begin(), all.end(), is("shuffle"));
    const auto first = static_cast<std::size_t>(shuffle - all.begin());
    carry_out_all(world, all.first(first));
    if (shuffle == all.end()) {
        world.finish();
        return;
    }
    const auto end = std::find_if(shuffle, all.end(), is("end"));
    if (end == all.end()) {
        throw ScenarioError(shuffle->line, "the shuffled block has no end");
    }
    const auto last = static_cast<std::size_t>(end - all.begin());
    const Steps messages = all.subspan(first + 1, last - first - 1);
    check_messages(messages);
    world.settle_last_act();
    receive_all(world, {messages.begin(), messages.end()});
    compare_orders(*shuffle, all.first(first), messages, world, problems);
    const Steps rest = all.subspan(last + 1);
    const auto another = std::find_if(rest.begin(), rest.end(), is("shuffle"));
    if (another != rest.end()) {
        throw ScenarioError(another->line, "a scenario has one shuffled block");
    }
    run_steps(world, rest, problems);
}

} // namespace

std::vector<Problem> run_scenario(const Scenario& scenario) {
    std::vector<Problem> problems;
    World world;
    try {
        run_steps(world, scenario.steps, problems);
    } catch (const ScenarioError& error) {
        problems.push_back({error.line(), error.what()});
    }
    const auto& wrong = world.problems();
    problems.insert(problems.end(), wrong.begin(), wrong.end());
    std::stable_sort(problems.begin(), problems.end(), [](const auto& left, const auto& right) {
        return left.line < right.line;
    });
    return problems;
}

} // namespace sallyport::scenarios
