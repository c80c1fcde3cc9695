#include "running_service.hpp"

#include "base/clock.hpp"
#include "base/id.hpp"
#include "demo_flight.hpp"
#include "holdings/folder_holdings.hpp"
#include "runtime_paths.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace sallyport::acceptance {

namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

Bytes read_file(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return Bytes(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
}

template <class T>
T expect(Result<T> result) {
    if (!result.has_value()) {
        throw std::runtime_error(result.error().describe());
    }
    return *std::move(result);
}

} // namespace

std::string Answer::text(std::string_view pointer) const {
    boost::system::error_code error;
    const json::value* found = body.find_pointer(pointer, error);
    return found != nullptr && found->is_string() ? std::string(found->get_string())
                                                  : std::string();
}

std::int64_t Answer::number(std::string_view pointer) const {
    boost::system::error_code error;
    const json::value* found = body.find_pointer(pointer, error);
    return found != nullptr && found->is_number() ? found->to_number<std::int64_t>() : -1;
}

std::string Answer::problem() const {
    const std::string type = text("/type");
    return content_type.starts_with("application/problem+json") && type.starts_with("/problems/")
               ? type.substr(10)
               : std::string();
}

std::unique_ptr<RunningService> RunningService::start() {
    if (!fs::exists(app::default_pack() / "sface.onnx") ||
        !fs::exists(app::portraits_folder() / "obama.jpg")) {
        return nullptr;
    }
    auto service = std::unique_ptr<RunningService>(new RunningService());
    std::string pattern = (fs::temp_directory_path() / "sallyport-acceptance-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error("no temporary folder");
    }
    service->folder_ = pattern;
    fs::create_directory(service->folder_ / "holdings");
    service->launch();
    return service;
}

void RunningService::launch() {
    app::ApplicationOptions options;
    options.config.data = folder_ / "data";
    options.config.key_file = folder_ / "key";
    options.config.pack = app::default_pack();
    options.config.schema = app::schema_folder();
    for (const auto& [name, file] :
         {std::pair{"gate-b12", "air-exit.toml"}, std::pair{"booth-4", "air-entry.toml"}}) {
        options.config.checkpoints.push_back(
            {.name = {name},
             .profile = expect(app::read_profile_file(app::schema_folder() / "profiles" / file))}
        );
    }
    expect(app::portrait_flight(folder_ / "holdings"));
    options.holdings = expect(holdings::open_folder_holdings(folder_ / "holdings"));
    application_ = expect(app::Application::start(std::move(options)));
    client_ = std::make_unique<transport::HttpClient>(expect(
        transport::HttpClient::connect("127.0.0.1", application_->port(), std::chrono::seconds(30))
    ));
    session_.clear();
    const std::string token = expect(application_->start_token());
    session_ = send("POST", "/v1/session", {{"token", token}}).text("/session");
}

void RunningService::restart() {
    client_.reset();
    application_.reset();
    launch();
}

RunningService::~RunningService() {
    client_.reset();
    application_.reset();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

Answer RunningService::call(
    std::string_view method,
    const std::string& target,
    std::string_view content_type,
    const Bytes& body,
    const transport::HttpHeaders& extra
) {
    transport::HttpHeaders headers = extra;
    if (!session_.empty()) {
        headers.emplace_back("Authorization", "Bearer " + session_);
    }
    if (!content_type.empty()) {
        headers.emplace_back("Content-Type", std::string(content_type));
    }
    const auto response = expect(client_->request(method, target, headers, body));
    Answer answer;
    answer.status = response.status;
    answer.content_type = std::string(response.header("Content-Type").value_or(""));
    boost::system::error_code error;
    answer.body = json::parse(response.body, error);
    return answer;
}

Answer
RunningService::send(std::string_view method, const std::string& target, const json::value& body) {
    const std::string text = json::serialize(body);
    return call(method, target, "application/json", Bytes(text.begin(), text.end()));
}

Bytes RunningService::flight_list() {
    return read_file(app::demo_folder() / "flight.edi");
}

std::string RunningService::board() {
    const Answer received = call("POST", "/v1/manifests", "application/edifact", flight_list());
    const std::string context = received.text("/contexts/0");
    while (call("GET", "/v1/contexts/" + context + "/coverage").text("/state") != "ready") {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    for (const char* checkpoint : {"gate-b12", "booth-4"}) {
        send(
            "PUT",
            std::string("/v1/checkpoints/") + checkpoint + "/contexts",
            {{"contexts", json::array{json::value(context)}}}
        );
    }
    return context;
}

std::string RunningService::open(const std::string& checkpoint) {
    const std::string id = Id<struct AcceptanceTag>::random(random_).hex();
    send(
        "PUT",
        "/v1/transactions/" + id,
        {{"checkpoint", checkpoint},
         {"notice", {{"version", "3.2"}, {"shown_at", format_instant(SystemClock().now())}}},
         {"subjects", json::array{json::object{}}}}
    );
    return id;
}

Answer RunningService::capture(
    const std::string& transaction, const Bytes& picture, std::string_view type
) {
    return call("POST", "/v1/transactions/" + transaction + "/captures", type, picture);
}

Bytes RunningService::portrait(std::string_view file) {
    return read_file(app::portraits_folder() / file);
}

} // namespace sallyport::acceptance
