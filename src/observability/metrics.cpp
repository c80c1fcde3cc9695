#include "observability/metrics.hpp"

#include "base/error.hpp"
#include "domain/verdict.hpp"

#include <algorithm>
#include <map>
#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <set>
#include <span>

namespace sallyport::observability {
namespace {

template <class Key>
struct Definition {
    Key key;
    const char* name;
    const char* help;
    std::vector<std::string_view> labels;
};

const std::vector<Definition<Counter>>& counter_table() {
    static const std::vector<Definition<Counter>> table = {
        {Counter::HttpRequests,
         "sallyport_http_requests_total",
         "Requests answered, by route.",
         {"route", "method", "status"}},
        {Counter::Errors, "sallyport_errors_total", "Problems answered, by error code.", {"code"}},
        {Counter::Captures,
         "sallyport_captures_total",
         "Captures taken, by checkpoint.",
         {"checkpoint"}},
        {Counter::Verdicts,
         "sallyport_verdicts_total",
         "Verdicts given, by checkpoint, verdict and reason of a referral.",
         {"checkpoint", "verdict", "reason"}},
        {Counter::ManifestsRead, "sallyport_manifests_read_total", "Passenger lists taken in.", {}},
        {Counter::ManifestsRefused,
         "sallyport_manifests_refused_total",
         "Passenger lists refused, by error code.",
         {"code"}},
        {Counter::AnswersReplayed,
         "sallyport_answers_replayed_total",
         "Repeated requests that were given the recorded answer.",
         {}},
        {Counter::EventsSent, "sallyport_events_sent_total", "Events sent to sockets.", {}},
    };
    return table;
}

const std::vector<Definition<Gauge>>& gauge_table() {
    static const std::vector<Definition<Gauge>> table = {
        {Gauge::ContextsOpen, "sallyport_contexts_open", "Contexts that are open.", {}},
        {Gauge::TransactionsOpen, "sallyport_transactions_open", "Transactions not ended.", {}},
        {Gauge::GalleryTemplates,
         "sallyport_gallery_templates",
         "Templates in published galleries.",
         {}},
        {Gauge::WorkWaiting, "sallyport_work_waiting", "Requests waiting for a worker.", {}},
        {Gauge::EventSockets, "sallyport_event_sockets", "Open event sockets.", {}},
        {Gauge::Ready, "sallyport_ready", "1 when the server is ready, 0 when it is not.", {}},
    };
    return table;
}

const std::vector<Definition<Histogram>>& histogram_table() {
    static const std::vector<Definition<Histogram>> table = {
        {Histogram::HttpSeconds,
         "sallyport_http_seconds",
         "Time from the last byte of a request to its answer.",
         {"route"}},
        {Histogram::StageSeconds,
         "sallyport_stage_seconds",
         "Time of one stage of a verdict.",
         {"stage"}},
        {Histogram::VerdictSeconds,
         "sallyport_verdict_seconds",
         "Time from the last byte of the picture to the durable verdict.",
         {"checkpoint"}},
    };
    return table;
}

using ValueSet = std::set<std::string, std::less<>>;

ValueSet reasons() {
    ValueSet values;
    for (int value = 0; value <= static_cast<int>(domain::ReferReason::SystemFault); ++value) {
        values.emplace(domain::refer_reason_name(static_cast<domain::ReferReason>(value)));
    }
    return values;
}

ValueSet error_codes() {
    ValueSet values;
    for (const ErrorCode code : all_error_codes()) {
        values.emplace(error_code_name(code));
    }
    return values;
}

// More values than this would make the metrics a burden to whoever collects them.
constexpr std::size_t values_max = 256;
constexpr std::size_t value_chars_max = 96;

bool is_plain(std::string_view value) {
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789_-./{}*";
    return !value.empty() && value.size() <= value_chars_max &&
           value.find_first_not_of(allowed) == std::string_view::npos;
}

ValueSet plain_values(const std::vector<std::string>& candidates) {
    ValueSet values;
    for (const std::string& candidate : candidates) {
        if (is_plain(candidate) && values.size() < values_max) {
            values.insert(candidate);
        }
    }
    return values;
}

template <class Metric>
using Families = std::vector<prometheus::Family<Metric>*>;

// Tables are in the order of their enumerators, so an enumerator is its index.
template <class Metric, class Key, class Builder>
Families<Metric> register_all(
    const std::vector<Definition<Key>>& table, Builder (*builder)(), prometheus::Registry& registry
) {
    Families<Metric> families;
    for (const Definition<Key>& definition : table) {
        families.push_back(&builder().Name(definition.name).Help(definition.help).Register(registry)
        );
    }
    return families;
}

const prometheus::Histogram::BucketBoundaries& bucket_seconds() {
    static const prometheus::Histogram::BucketBoundaries bounds = {
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0
    };
    return bounds;
}

} // namespace

struct Metrics::Parts {
    explicit Parts(const Vocabulary& vocabulary)
        : allowed{
              {"verdict", {"match", "no_match", "refer"}},
              {"reason", reasons()},
              {"code", error_codes()},
              {"method", {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}},
              {"status", {"2xx", "3xx", "4xx", "5xx"}},
              {"stage", {"decode", "detect", "extract", "search", "decide", "commit"}},
              {"route", plain_values(vocabulary.routes)},
              {"checkpoint", plain_values(vocabulary.checkpoints)},
          },
          counters(register_all<prometheus::Counter>(
              counter_table(), prometheus::BuildCounter, registry
          )),
          gauges(register_all<prometheus::Gauge>(gauge_table(), prometheus::BuildGauge, registry)),
          histograms(register_all<prometheus::Histogram>(
              histogram_table(), prometheus::BuildHistogram, registry
          )) {}

    // Every label that the metric has, each with a value of its list.
    [[nodiscard]] prometheus::Labels
    checked(const std::vector<std::string_view>& names, std::span<const Label> given) const {
        prometheus::Labels labels;
        for (const std::string_view name : names) {
            const auto found = std::find_if(given.begin(), given.end(), [&](const Label& label) {
                return label.name == name;
            });
            std::string value = "none";
            if (found != given.end() && !found->value.empty()) {
                const auto values = allowed.find(name);
                const bool known = values != allowed.end() && values->second.contains(found->value);
                value = known ? std::string(found->value) : "other";
            }
            labels.emplace(name, std::move(value));
        }
        return labels;
    }

    prometheus::Registry registry;
    std::map<std::string_view, ValueSet> allowed;
    Families<prometheus::Counter> counters;
    Families<prometheus::Gauge> gauges;
    Families<prometheus::Histogram> histograms;
};

Metrics::Metrics(const Vocabulary& vocabulary) : parts_(std::make_unique<Parts>(vocabulary)) {
    // A gauge that was never set is shown as zero rather than missing.
    for (prometheus::Family<prometheus::Gauge>* gauge : parts_->gauges) {
        gauge->Add({});
    }
}

Metrics::~Metrics() = default;

void Metrics::count(Counter counter, std::initializer_list<Label> labels, double by) {
    const auto index = static_cast<std::size_t>(counter);
    const auto& definition = counter_table()[index];
    parts_->counters[index]->Add(parts_->checked(definition.labels, labels)).Increment(by);
}

void Metrics::set(Gauge gauge, double value) {
    parts_->gauges[static_cast<std::size_t>(gauge)]->Add({}).Set(value);
}

void Metrics::observe(Histogram histogram, double seconds, std::initializer_list<Label> labels) {
    const auto index = static_cast<std::size_t>(histogram);
    const auto& definition = histogram_table()[index];
    parts_->histograms[index]
        ->Add(parts_->checked(definition.labels, labels), bucket_seconds())
        .Observe(seconds);
}

std::string Metrics::render() const {
    return prometheus::TextSerializer().Serialize(parts_->registry.Collect());
}

std::string_view status_class(int http_status) {
    switch (http_status / 100) {
    case 2:
        return "2xx";
    case 3:
        return "3xx";
    case 4:
        return "4xx";
    case 5:
        return "5xx";
    default:
        return "other";
    }
}

} // namespace sallyport::observability
