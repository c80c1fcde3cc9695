#include "transport/testing/service_fixture.hpp"

#include "transport/route_table.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace sallyport::transport::testing {

namespace json = boost::json;

namespace {

domain::CheckpointProfile profile_of(domain::Direction direction, domain::DecidedBy decided_by) {
    domain::CheckpointProfile profile;
    profile.name = direction == domain::Direction::Exit ? "air-exit" : "air-entry";
    profile.direction = direction;
    profile.decided_by = decided_by;
    profile.notice_version = "3.2";
    profile.order = domain::MatchingOrder::GalleryThenDocument;
    profile.scope = {domain::ContextKind::Flight, domain::ContextKind::ArrivalsWindow};
    return profile;
}

domain::Calibration colour_calibration(const domain::TemplateVersion& version) {
    return domain::Calibration::make(version, {{1e-2, 0.3F}, {1e-4, 0.4F}, {1e-8, 0.5F}}, 1e-8)
        .value();
}

// The engine is the installation's: it outlives every matcher.
std::shared_ptr<const verification::Matcher> matcher_of(biometrics::FaceEngine& engine) {
    return std::make_shared<verification::Matcher>(verification::Matcher{
        std::shared_ptr<biometrics::FaceEngine>(std::shared_ptr<void>(), &engine),
        colour_calibration(engine.version())
    });
}

std::string text_of_code_table(std::string_view name) {
    std::ifstream file(schema_folder() / "codes" / fmt::format("{}.toml", name));
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

} // namespace

TemporaryFolder::TemporaryFolder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "sallyport_test_XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error("no temporary folder");
    }
    path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

void must(const Status& status) {
    if (!status.has_value()) {
        throw std::runtime_error(status.error().describe());
    }
}

Installation::Installation()
    : store(storage::SqliteRecords::open(folder.path() / "record.db").value()),
      custody(custody::open_keyfile(folder.path() / "key", random).value()),
      metrics({.routes = counted_routes(), .checkpoints = {std::string(gate), std::string(booth)}}),
      events(store->records(), clock), checkpoints(store->records(), store->unit_of_work()),
      directory(clock), matcher(matcher_of(engine)),
      sufficiency(manifest::read_sufficiency_rules(text_of_code_table("sufficiency")).value()),
      answer_codes(manifest::read_answer_codes(text_of_code_table("paxlst_answers")).value()),
      galleries({
          .records = store->records(),
          .unit_of_work = store->unit_of_work(),
          .sealer = custody.sealer(),
          .holdings = holdings,
          .matcher = matcher,
          .events = events,
          .clock = clock,
      }),
      contexts({
          .records = store->records(),
          .unit_of_work = store->unit_of_work(),
          .crossings = store->crossings(),
          .galleries = galleries,
          .checkpoints = checkpoints,
          .directory = directory,
          .events = events,
          .clock = clock,
          .random = random,
      }),
      manifests({
          .records = store->records(),
          .unit_of_work = store->unit_of_work(),
          .sealer = custody.sealer(),
          .blind_index = custody.blind_index(),
          .crossings = store->crossings(),
          .galleries = galleries,
          .contexts = contexts,
          .directory = directory,
          .events = events,
          .clock = clock,
          .random = random,
          .sufficiency = &sufficiency,
          .answer_codes = &answer_codes,
      }),
      transactions({
          .records = store->records(),
          .unit_of_work = store->unit_of_work(),
          .crossings = store->crossings(),
          .manifests = manifests,
          .galleries = galleries,
          .contexts = contexts,
          .directory = directory,
          .checkpoints = checkpoints,
          .holdings = holdings,
          .matcher = matcher,
          .trust = trust,
          .events = events,
          .clock = clock,
          .random = random,
          .software_version = "test",
      }),
      answers(
          store->records(), store->unit_of_work(), custody.sealer(), custody.blind_index(), clock
      ),
      sessions(random, clock) {
    using domain::DecidedBy;
    using domain::Direction;
    must(checkpoints.add({std::string(gate)}, profile_of(Direction::Exit, DecidedBy::Rule)));
    must(checkpoints.add({std::string(booth)}, profile_of(Direction::Entry, DecidedBy::Officer)));
    for (int person = 0; person < 3; ++person) {
        holdings::HeldPhoto photo;
        photo.bytes = picture_of(person);
        photo.source = "passport";
        photo.year = 2020;
        must(holdings.add(fmt::format("P000{}", person), std::move(photo)));
    }
}

Services Installation::services() {
    return {
        .manifests = manifests,
        .contexts = contexts,
        .galleries = galleries,
        .transactions = transactions,
        .checkpoints = checkpoints,
        .events = events,
        .answers = answers,
        .crossings = store->crossings(),
        .sessions = sessions,
        .clock = clock,
        .metrics = &metrics,
        .enrol_visitor = {},
        .demo_json = {},
        .readiness = [] { return std::map<std::string, std::string>{{"models", "ok"}}; },
        .prepare_pack = {},
        .software_version = "test",
    };
}

std::string Installation::sign_in(access::Role role) {
    return sessions.redeem(sessions.mint_token(role).value()).value().session;
}

void Installation::wait_for_gallery(const std::string& context) {
    const auto id = domain::ContextId::parse(context).value();
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!galleries.snapshot(id).has_value()) {
        if (std::chrono::steady_clock::now() > deadline) {
            throw std::runtime_error("the gallery was not published");
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
}

std::string flight_list() {
    std::string travelers;
    for (int person = 0; person < 4; ++person) {
        travelers += fmt::format(
            R"({}{{"family_name":"FAMILY{}","given_names":"GIVEN","sex":"F","birth_date":"1980-01-0{}",)"
            R"("nationality":"UTO","documents":[{{"type":"P","number":"P000{}","issuer":"UTO"}}]}})",
            person == 0 ? "" : ",",
            person,
            person + 1,
            person
        );
    }
    return R"({"flight":"XX100","departure":"AMS","arrival":"JFK","departs_at":"2026-12-01T09:40","travelers":[)" +
           travelers + "]}";
}

std::filesystem::path schema_folder() {
    return std::filesystem::path(SALLYPORT_SOURCE_DIR) / "schema";
}

Desk::Desk(Installation& installation)
    : services(installation.services()), documents(Documents::load(schema_folder()).value()),
      dispatcher(route_table(), services, documents, nullptr, fixture_port),
      installation_(installation) {}

Request Desk::make_request(access::Role role, std::string_view method, std::string_view target) {
    Request request;
    request.method = method_from_name(method);
    request.target = parse_target(target).value();
    request.headers.add("Host", fmt::format("127.0.0.1:{}", fixture_port));
    request.received_at = installation_.clock.steady_now();
    if (role != access::Role::None) {
        auto known = std::find_if(sessions_.begin(), sessions_.end(), [&](const auto& entry) {
            return entry.first == role;
        });
        if (known == sessions_.end()) {
            known = sessions_.insert(known, {role, installation_.sign_in(role)});
        }
        request.headers.add("Authorization", "Bearer " + known->second);
    }
    return request;
}

Response Desk::send(
    access::Role role,
    std::string_view method,
    std::string_view target,
    std::string_view content_type,
    SecretBytes body,
    const std::vector<std::pair<std::string, std::string>>& headers
) {
    Request request = make_request(role, method, target);
    for (const auto& [name, value] : headers) {
        request.headers.set(name, value);
    }
    if (!content_type.empty()) {
        request.headers.add("Content-Type", std::string(content_type));
    }
    request.content_length = body.size();
    request.has_body = !body.empty();
    request.body = std::move(body);
    return dispatcher.handle(request);
}

Response Desk::send_json(
    access::Role role,
    std::string_view method,
    std::string_view target,
    std::string_view json,
    const std::vector<std::pair<std::string, std::string>>& headers
) {
    return send(role, method, target, "application/json", bytes_of(json), headers);
}

std::string Desk::open_flight() {
    using access::Role;
    const Response sent = send_json(Role::Carrier, "POST", "/v1/manifests", flight_list());
    const std::string context = text_at(sent, "/contexts/0");
    installation_.wait_for_gallery(context);
    for (const std::string_view checkpoint : {gate, booth}) {
        const Response assigned = send_json(
            Role::Operator,
            "PUT",
            fmt::format("/v1/checkpoints/{}/contexts", checkpoint),
            fmt::format(R"({{"contexts":["{}"]}})", context)
        );
        if (assigned.status != 200) {
            throw std::runtime_error("the flight was not given to the checkpoint");
        }
    }
    return context;
}

std::string Desk::open_transaction(std::string_view checkpoint) {
    std::string id = domain::TransactionId::random(installation_.random).hex();
    const Response opened = send_json(
        access::Role::Kiosk,
        "PUT",
        "/v1/transactions/" + id,
        fmt::format(
            R"({{"checkpoint":"{}","notice":{{"version":"3.2","shown_at":"{}"}},"subjects":[{{}}]}})",
            checkpoint,
            format_instant(installation_.clock.now())
        )
    );
    if (opened.status != 201) {
        throw std::runtime_error(
            "the transaction was not opened: " + std::string(text_of(opened.body))
        );
    }
    return id;
}

Response Desk::capture(const std::string& transaction, int person, access::Role role) {
    return send(
        role,
        "POST",
        "/v1/transactions/" + transaction + "/captures",
        "image/jpeg",
        picture_of(person)
    );
}

json::value json_of(const Response& response) {
    const std::string_view text = text_of(response.body);
    json::error_code error;
    json::value value = json::parse(json::string_view(text.data(), text.size()), error);
    return error ? json::value(nullptr) : value;
}

std::string text_at(const Response& response, std::string_view pointer) {
    const json::value value = json_of(response);
    json::error_code error;
    const json::value* found = value.find_pointer({pointer.data(), pointer.size()}, error);
    if (found == nullptr) {
        return "(nothing at " + std::string(pointer) + ")";
    }
    return found->is_string() ? std::string(found->as_string().data(), found->as_string().size())
                              : json::serialize(*found);
}

} // namespace sallyport::transport::testing
