#include "transport/internal/counting.hpp"

#include <chrono>

namespace sallyport::transport {

using observability::Counter;
using observability::Gauge;
using observability::Histogram;

namespace {

constexpr double milliseconds_per_second = 1000.0;

} // namespace

void count_answer(const Services& services, const Request& request, const Response& response) {
    if (services.metrics == nullptr) {
        return;
    }
    services.metrics->count(
        Counter::HttpRequests,
        {{"route", response.route},
         {"method", method_name(request.method)},
         {"status", observability::status_class(response.status)}}
    );
    if (request.received_at != SteadyInstant{}) {
        const std::chrono::duration<double> took =
            services.clock.steady_now() - request.received_at;
        services.metrics->observe(
            Histogram::HttpSeconds, took.count(), {{"route", response.route}}
        );
    }
}

void count_problem(const Services& services, ErrorCode code) {
    if (services.metrics != nullptr) {
        services.metrics->count(Counter::Errors, {{"code", error_code_name(code)}});
    }
}

void count_refused_manifest(const Services& services, ErrorCode code) {
    if (services.metrics != nullptr) {
        services.metrics->count(Counter::ManifestsRefused, {{"code", error_code_name(code)}});
    }
}

void count_capture(const Services& services, const verification::TransactionView& view) {
    if (services.metrics == nullptr) {
        return;
    }
    observability::Metrics& metrics = *services.metrics;
    const std::string_view checkpoint = view.row.checkpoint.value;
    const std::string_view reason = view.reason.has_value()
                                        ? domain::refer_reason_name(*view.reason)
                                        : std::string_view("none");
    metrics.count(Counter::Captures, {{"checkpoint", checkpoint}});
    metrics.count(
        Counter::Verdicts,
        {{"checkpoint", checkpoint}, {"verdict", view.verdict}, {"reason", reason}}
    );
    const auto stage = [&](std::string_view name, double ms) {
        metrics.observe(Histogram::StageSeconds, ms / milliseconds_per_second, {{"stage", name}});
    };
    const verification::StageTimings& timings = view.timings;
    stage("decode", timings.decode_ms);
    stage("detect", timings.face.detect_ms + timings.face.landmarks_ms);
    stage("extract", timings.face.align_ms + timings.face.template_ms);
    stage("search", timings.search_ms);
    stage("decide", timings.decide_ms);
    stage("commit", timings.commit_ms);
    metrics.observe(
        Histogram::VerdictSeconds,
        timings.total_ms / milliseconds_per_second,
        {{"checkpoint", checkpoint}}
    );
}

void count(observability::Metrics* metrics, Counter counter) {
    if (metrics != nullptr) {
        metrics->count(counter);
    }
}

void set_gauge(observability::Metrics* metrics, Gauge gauge, std::size_t value) {
    if (metrics != nullptr) {
        metrics->set(gauge, static_cast<double>(value));
    }
}

} // namespace sallyport::transport
