#include "load_run.hpp"

#include "base/clock.hpp"
#include "base/random.hpp"
#include "domain/ids.hpp"
#include "transport/http_client.hpp"

#include <boost/json.hpp>
#include <charconv>
#include <fmt/format.h>
#include <mutex>
#include <optional>
#include <span>
#include <thread>

namespace sallyport::bench {

namespace {

namespace json = boost::json;
using transport::HttpClient;
using transport::HttpHeaders;
using transport::HttpResponse;
using Time = std::chrono::steady_clock::time_point;

[[nodiscard]] double milliseconds_since(Time start) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
        .count();
}

[[nodiscard]] std::span<const std::uint8_t> bytes_of(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

[[nodiscard]] HttpHeaders headers_for(const LoadPlan& plan, const std::string& content_type) {
    HttpHeaders headers{{"Content-Type", content_type}};
    if (!plan.session.empty()) {
        headers.emplace_back("Authorization", "Bearer " + plan.session);
    }
    return headers;
}

[[nodiscard]] Result<json::value> json_answer(const Result<HttpResponse>& answer) {
    if (!answer.has_value()) {
        return fail(answer.error());
    }
    if (answer->status / 100 != 2) {
        return fail(
            ErrorCode::StateConflict, fmt::format("the server answered {}", answer->status)
        );
    }
    boost::system::error_code error;
    json::value parsed = json::parse(answer->body, error);
    if (error || !parsed.is_object()) {
        return fail(ErrorCode::MalformedInput, "the server's answer is not a JSON object");
    }
    return parsed;
}

[[nodiscard]] std::string text_of(const json::value& object, std::string_view name) {
    const json::value* value = object.as_object().if_contains({name.data(), name.size()});
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

// One connection: its samples, and the travelers it sends through.
class Checkpoint {
public:
    Checkpoint(const LoadPlan& plan, HttpClient client, std::size_t number)
        : plan_(plan), client_(std::move(client)), turn_(number) {}

    void run(Time begin, Time measure_from, Time end) {
        const auto interval =
            std::chrono::duration<double>(plan_.rate > 0.0 ? plan_.connections / plan_.rate : 0.0);
        // Connections take turns within one interval.
        auto due = begin + std::chrono::duration_cast<Time::duration>(
                               interval * static_cast<double>(turn_) / plan_.connections
                           );
        while (true) {
            if (plan_.rate > 0.0) {
                std::this_thread::sleep_until(due);
            } else {
                due = std::chrono::steady_clock::now();
            }
            if (due >= end) {
                return;
            }
            traveler(plan_.rate > 0.0 ? std::optional(due) : std::nullopt, due >= measure_from);
            due += std::chrono::duration_cast<Time::duration>(interval);
        }
    }
    [[nodiscard]] LoadReport& report() { return report_; }

private:
    [[nodiscard]] Result<HttpResponse> timed(
        std::string_view method,
        const std::string& target,
        const std::string& content_type,
        std::span<const std::uint8_t> body,
        std::vector<double>* samples
    ) {
        const Time start = std::chrono::steady_clock::now();
        auto answer = client_.request(method, target, headers_for(plan_, content_type), body);
        if (samples != nullptr) {
            samples->push_back(milliseconds_since(start));
        }
        return answer;
    }

    // False when the request failed, which is counted.
    [[nodiscard]] bool passed(const Result<HttpResponse>& answer, bool measured) {
        if (answer.has_value() && answer->status / 100 == 2) {
            return true;
        }
        if (measured) {
            const std::string kind = answer.has_value()
                                         ? std::to_string(answer->status)
                                         : std::string(error_code_name(answer.error().code()));
            ++report_.failures[kind];
        }
        return false;
    }

    void traveler(std::optional<Time> due, bool measured) {
        const auto id = domain::TransactionId::random(random_);
        const std::string path = "/v1/transactions/" + id.hex();
        const std::string open = json::serialize(json::object{
            {"checkpoint", plan_.checkpoint},
            {"notice",
             {{"version", plan_.notice_version}, {"shown_at", format_instant(clock_.now())}}},
            {"subjects", json::array{json::object{}}},
        });
        const auto samples = [measured](std::vector<double>& of) {
            return measured ? &of : nullptr;
        };
        if (!passed(
                timed("PUT", path, "application/json", bytes_of(open), samples(report_.open_ms)),
                measured
            )) {
            return;
        }
        const SecretBytes& picture = plan_.pictures[turn_++ % plan_.pictures.size()];
        const auto answer =
            timed("POST", path + "/captures", "image/jpeg", picture, samples(report_.verdict_ms));
        if (measured && due.has_value()) {
            report_.verdict_ms.back() = milliseconds_since(*due);
        }
        if (passed(answer, measured) && measured) {
            count_verdict(*answer);
        }
        static_cast<void>(passed(
            timed(
                "POST",
                path + "/close",
                "application/json",
                bytes_of("{}"),
                samples(report_.close_ms)
            ),
            measured
        ));
    }

    void count_verdict(const HttpResponse& answer) {
        const auto view = json_answer(answer);
        if (!view.has_value()) {
            ++report_.failures["no-json"];
            return;
        }
        const std::string reason = text_of(*view, "reason");
        ++report_.verdicts[text_of(*view, "verdict") + (reason.empty() ? "" : " " + reason)];
        // "decode;dur=1.234, detect;dur=4.5"
        std::string_view rest = answer.header("Server-Timing").value_or("");
        while (!rest.empty()) {
            const std::string_view stage = rest.substr(0, rest.find(", "));
            const std::size_t mark = stage.find(";dur=");
            double value = 0.0;
            if (mark != std::string_view::npos &&
                std::from_chars(stage.data() + mark + 5, stage.data() + stage.size(), value).ec ==
                    std::errc()) {
                report_.stage_ms[std::string(stage.substr(0, mark))].push_back(value);
            }
            rest.remove_prefix(std::min(rest.size(), stage.size() + 2));
        }
    }

    const LoadPlan& plan_;
    HttpClient client_;
    std::size_t turn_;
    SystemRandom random_;
    SystemClock clock_;
    LoadReport report_;
};

void append(std::vector<double>& all, const std::vector<double>& more) {
    all.insert(all.end(), more.begin(), more.end());
}

void merge(LoadReport& all, const LoadReport& one) {
    append(all.open_ms, one.open_ms);
    append(all.verdict_ms, one.verdict_ms);
    append(all.close_ms, one.close_ms);
    for (const auto& [stage, samples] : one.stage_ms) {
        append(all.stage_ms[stage], samples);
    }
    for (const auto& [verdict, count] : one.verdicts) {
        all.verdicts[verdict] += count;
    }
    for (const auto& [failure, count] : one.failures) {
        all.failures[failure] += count;
    }
}

} // namespace

Result<std::string> redeem_token(const LoadPlan& plan, const std::string& token) {
    SALLYPORT_TRY(HttpClient client, HttpClient::connect(plan.host, plan.port, plan.timeout));
    const std::string body = json::serialize(json::object{{"token", token}});
    SALLYPORT_TRY(
        const json::value session,
        json_answer(client.request(
            "POST", "/v1/session", {{"Content-Type", "application/json"}}, bytes_of(body)
        ))
    );
    return text_of(session, "session");
}

Result<std::string> notice_in_force(const LoadPlan& plan) {
    SALLYPORT_TRY(HttpClient client, HttpClient::connect(plan.host, plan.port, plan.timeout));
    SALLYPORT_TRY(
        const json::value answer,
        json_answer(
            client.request("GET", "/v1/checkpoints", {{"Authorization", "Bearer " + plan.session}})
        )
    );
    const json::value* list = answer.as_object().if_contains("checkpoints");
    if (list != nullptr && list->is_array()) {
        for (const json::value& checkpoint : list->as_array()) {
            if (checkpoint.is_object() && text_of(checkpoint, "checkpoint") == plan.checkpoint) {
                return text_of(checkpoint, "notice_version");
            }
        }
    }
    return fail(ErrorCode::NotFound, "the server has no such checkpoint");
}

Result<LoadReport> run_load(const LoadPlan& plan) {
    std::vector<Checkpoint> checkpoints;
    for (int number = 0; number < plan.connections; ++number) {
        SALLYPORT_TRY(HttpClient client, HttpClient::connect(plan.host, plan.port, plan.timeout));
        checkpoints.emplace_back(plan, std::move(client), static_cast<std::size_t>(number));
    }
    const Time begin = std::chrono::steady_clock::now();
    const Time measure_from = begin + plan.warm_up;
    const Time end = measure_from + plan.duration;
    {
        std::vector<std::jthread> threads;
        for (Checkpoint& checkpoint : checkpoints) {
            threads.emplace_back([&] { checkpoint.run(begin, measure_from, end); });
        }
    }
    LoadReport report;
    report.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - measure_from).count();
    for (Checkpoint& checkpoint : checkpoints) {
        merge(report, checkpoint.report());
    }
    return report;
}

} // namespace sallyport::bench
