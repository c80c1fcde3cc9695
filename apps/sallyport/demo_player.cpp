#include "demo_player.hpp"

#include "base/clock.hpp"
#include "base/id.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <set>
#include <thread>

namespace sallyport::app {
namespace {

namespace json = boost::json;

std::string text_of(const json::value& value, std::string_view key) {
    const json::object* object = value.if_object();
    const json::value* field = object != nullptr ? object->if_contains(key) : nullptr;
    return field != nullptr && field->is_string() ? std::string(field->get_string())
                                                  : std::string();
}

std::int64_t number_of(const json::value& value, std::string_view key) {
    const json::object* object = value.if_object();
    const json::value* field = object != nullptr ? object->if_contains(key) : nullptr;
    return field != nullptr && field->is_int64() ? field->get_int64() : 0;
}

std::string matched_family_name(const json::value& transaction) {
    boost::system::error_code error;
    const json::value* name = transaction.find_pointer("/subjects/0/traveler/family_name", error);
    return name != nullptr && name->is_string() ? std::string(name->get_string()) : std::string();
}

bool is_as_expected(const DemoProbe& probe, const PlayedProbe& played) {
    switch (probe.expected) {
    case Expected::Match:
        return played.verdict == "match" && played.person == probe.family_name;
    case Expected::AlreadyDone:
        return played.verdict == "refer" && played.reason == "already_done";
    case Expected::NotConfirmed:
        return played.verdict == "refer" && played.reason == "not_confirmed";
    case Expected::NoFace:
        return played.verdict == "refer" && played.reason == "no_face";
    case Expected::OptOut:
        return played.verdict == "opted_out";
    }
    return false;
}

std::string new_id(Random& random) {
    return Id<struct DemoTag>::random(random).hex();
}

} // namespace

Result<json::value> DemoPlayer::call(
    std::string_view method,
    const std::string& target,
    std::string_view content_type,
    std::span<const std::uint8_t> body
) {
    transport::HttpHeaders headers;
    if (!session_.empty()) {
        headers.emplace_back("Authorization", "Bearer " + session_);
    }
    if (!content_type.empty()) {
        headers.emplace_back("Content-Type", std::string(content_type));
        headers.emplace_back("Idempotency-Key", new_id(*random_));
    }
    SALLYPORT_TRY(
        const transport::HttpResponse response, client_.request(method, target, headers, body)
    );
    boost::system::error_code error;
    json::value answer = json::parse(response.body, error);
    if (response.status >= 400 || error) {
        return fail(
            ErrorCode::Internal,
            fmt::format(
                "{} {} was answered {}: {}",
                method,
                target,
                response.status,
                text_of(answer, "detail")
            )
        );
    }
    return answer;
}

Result<json::value> DemoPlayer::get(const std::string& target) {
    return call("GET", target, "", {});
}

Result<json::value>
DemoPlayer::send(std::string_view method, const std::string& target, const json::value& body) {
    const std::string text = json::serialize(body);
    const std::vector<std::uint8_t> bytes(text.begin(), text.end());
    return call(method, target, "application/json", bytes);
}

Result<DemoPlayer>
DemoPlayer::connect(std::uint16_t port, const std::string& start_token, Random& random) {
    SALLYPORT_TRY(
        transport::HttpClient client,
        transport::HttpClient::connect("127.0.0.1", port, std::chrono::seconds(15))
    );
    DemoPlayer player(std::move(client), random);
    SALLYPORT_TRY(
        const json::value session, player.send("POST", "/v1/session", {{"token", start_token}})
    );
    player.session_ = text_of(session, "session");
    return player;
}

Result<Instant> DemoPlayer::free_departure(const std::string& designator) {
    // A kept data folder may hold flights of earlier demos; this one leaves at a minute of its own.
    SALLYPORT_TRY(const json::value known, get("/v1/contexts"));
    std::set<std::string> taken;
    for (const json::value& context : known.get_object().if_contains("contexts")->get_array()) {
        if (text_of(context, "designator") == designator) {
            taken.insert(text_of(context, "departs_at"));
        }
    }
    Instant now = std::chrono::floor<std::chrono::minutes>(SystemClock().now());
    while (taken.contains(format_instant(now + std::chrono::minutes(40)))) {
        now += std::chrono::minutes(1);
    }
    return now;
}

Result<std::string> DemoPlayer::load(
    const DemoFlight& flight,
    const std::vector<std::string>& checkpoints,
    const std::function<void(std::size_t, std::size_t)>& progress
) {
    SALLYPORT_TRY(const Instant leaves, free_departure(flight.designator));
    const std::string text = flight.manifest(leaves);
    const std::vector<std::uint8_t> list(text.begin(), text.end());
    SALLYPORT_TRY(
        const json::value received, call("POST", "/v1/manifests", "application/edifact", list)
    );
    boost::system::error_code error;
    const json::value* context = received.find_pointer("/contexts/0", error);
    if (context == nullptr || !context->is_string()) {
        return fail(ErrorCode::Internal, "the list opened no context");
    }
    context_ = std::string(context->get_string());
    for (;;) {
        SALLYPORT_TRY(const json::value coverage, get("/v1/contexts/" + context_ + "/coverage"));
        progress(
            static_cast<std::size_t>(number_of(coverage, "travelers_done")),
            static_cast<std::size_t>(number_of(coverage, "travelers"))
        );
        const std::string state = text_of(coverage, "state");
        if (state == "ready") {
            break;
        }
        if (state == "failed") {
            return fail(ErrorCode::Internal, "the gallery could not be built");
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    for (const std::string& checkpoint : checkpoints) {
        SALLYPORT_TRY(
            [[maybe_unused]] const json::value assigned,
            send(
                "PUT",
                "/v1/checkpoints/" + checkpoint + "/contexts",
                {{"contexts", json::array{json::value(context_)}}}
            )
        );
    }
    SALLYPORT_TRY(const json::value all, get("/v1/checkpoints"));
    const json::value* version = all.find_pointer("/checkpoints/0/notice_version", error);
    notice_version_ =
        version != nullptr && version->is_string() ? std::string(version->get_string()) : "";
    return context_;
}

Status DemoPlayer::open(const std::string& transaction, const std::string& checkpoint) {
    const json::value request{
        {"checkpoint", checkpoint},
        {"notice", {{"version", notice_version_}, {"shown_at", format_instant(SystemClock().now())}}
        },
        {"subjects", json::array{json::object{}}},
    };
    SALLYPORT_TRY(
        [[maybe_unused]] const json::value opened,
        send("PUT", "/v1/transactions/" + transaction, request)
    );
    return {};
}

Status
DemoPlayer::capture(const std::string& transaction, const DemoProbe& probe, PlayedProbe& played) {
    const bool png = probe.picture.size() > 1 && probe.picture[0] == 0x89;
    for (;;) {
        const auto begun = std::chrono::steady_clock::now();
        SALLYPORT_TRY(
            const json::value answer,
            call(
                "POST",
                "/v1/transactions/" + transaction + "/captures",
                png ? "image/png" : "image/jpeg",
                probe.picture
            )
        );
        const auto took = std::chrono::steady_clock::now() - begun;
        played.capture_ms.push_back(std::chrono::duration<double, std::milli>(took).count());
        played.verdict = text_of(answer, "verdict");
        played.reason = text_of(answer, "reason");
        played.person = played.verdict == "match" ? matched_family_name(answer) : "";
        // Another look only when a search said no; a poor picture would stay poor here.
        if (played.verdict != "no_match" || number_of(answer, "attempts_left") == 0) {
            return {};
        }
    }
}

Status DemoPlayer::opt_out(const std::string& transaction, PlayedProbe& played) {
    SALLYPORT_TRY(
        const json::value answer,
        send("POST", "/v1/transactions/" + transaction + "/opt-out", json::object{})
    );
    played.verdict = text_of(answer, "decision");
    // The agent checks the document of somebody on the list and lets them board.
    SALLYPORT_TRY(const json::value list, get("/v1/contexts/" + context_ + "/travelers"));
    const json::array* travelers = list.get_object().if_contains("travelers")->if_array();
    for (std::size_t index = travelers->size(); index-- > 0;) {
        const json::value& traveler = (*travelers)[index];
        if (text_of(traveler, "state") == "expected") {
            SALLYPORT_TRY(
                [[maybe_unused]] const json::value decided,
                send(
                    "POST",
                    "/v1/transactions/" + transaction + "/decision",
                    {{"decision", "boarded"},
                     {"traveler", text_of(traveler, "traveler")},
                     {"reason", "document checked"}}
                )
            );
            break;
        }
    }
    return {};
}

Result<PlayedProbe> DemoPlayer::play(
    const DemoProbe& probe, const std::string& checkpoint, const std::function<void()>& watch
) {
    PlayedProbe played;
    played.label = probe.label;
    const std::string transaction = new_id(*random_);
    SALLYPORT_CHECK(open(transaction, checkpoint));
    if (probe.expected == Expected::OptOut) {
        SALLYPORT_CHECK(opt_out(transaction, played));
    } else {
        SALLYPORT_CHECK(capture(transaction, probe, played));
    }
    watch();
    if (played.verdict == "refer") {
        SALLYPORT_TRY(
            [[maybe_unused]] const json::value decided,
            send(
                "POST",
                "/v1/transactions/" + transaction + "/decision",
                {{"decision", "referred"}, {"reason", played.reason}}
            )
        );
    }
    SALLYPORT_TRY(
        [[maybe_unused]] const json::value closed,
        send("POST", "/v1/transactions/" + transaction + "/close", json::object{})
    );
    played.as_expected = is_as_expected(probe, played);
    return played;
}

} // namespace sallyport::app
