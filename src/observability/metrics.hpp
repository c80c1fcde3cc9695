// Counters, gauges and times for operators, in the Prometheus text format. Every metric stands in
// one table with its help text and its labels; a label takes values of a fixed list only and
// anything else is counted as "other", so neither personal data nor free text can get in and the
// number of series stays bounded:
//
//   verdict  match, no_match, refer
//   reason   refer reasons                     code     names of ErrorCode
//   method   HTTP methods                      status   2xx, 3xx, 4xx, 5xx
//   stage    decode, detect, extract, search, decide, commit
//   route, checkpoint                          what the vocabulary lists
//
// Safe from any thread; never fails.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::observability {

enum class Counter {
    HttpRequests,     // route, method, status
    Errors,           // code: answers that were problems
    Captures,         // checkpoint
    Verdicts,         // checkpoint, verdict, reason
    ManifestsRead,    // passenger lists taken in
    ManifestsRefused, // code
    AnswersReplayed,  // idempotency keys that met a recorded answer
    EventsSent,       // to sockets
};
enum class Gauge {
    ContextsOpen,
    TransactionsOpen,
    GalleryTemplates, // over all published galleries
    WorkWaiting,      // requests in the work queue
    EventSockets,
    Ready, // 1 when the server is
};
enum class Histogram {
    HttpSeconds,    // route
    StageSeconds,   // stage
    VerdictSeconds, // checkpoint: from the last byte of the picture to the durable event
};

struct Label {
    std::string_view name;
    std::string_view value;
};

// What an installation adds to the fixed lists. Values are lower-case letters, digits and the
// characters of a path; others are dropped. At most 256 of a kind.
struct Vocabulary {
    std::vector<std::string> routes;
    std::vector<std::string> checkpoints;
};

class Metrics {
public:
    explicit Metrics(const Vocabulary& vocabulary = {});
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    // A label that is not given is "none"; one that the metric does not have is ignored.
    void count(Counter counter, std::initializer_list<Label> labels = {}, double by = 1.0);
    void set(Gauge gauge, double value);
    void observe(Histogram histogram, double seconds, std::initializer_list<Label> labels = {});

    [[nodiscard]] std::string render() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

// "2xx" for 200 to 299 and so on; "other" for what is no HTTP status.
[[nodiscard]] std::string_view status_class(int http_status);

} // namespace sallyport::observability
