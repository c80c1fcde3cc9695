// sallyport demo
#include "application.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "commands.hpp"
#include "demo_flight.hpp"
#include "demo_player.hpp"
#include "exit_status.hpp"
#include "holdings/folder_holdings.hpp"
#include "progress_bar.hpp"
#include "runtime_paths.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <spawn.h>
#include <stop_token>
#include <thread>
#include <unistd.h>

namespace sallyport::app {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr const char* gate = "gate-b12";
constexpr const char* booth = "booth-4";

// The demo's folders; those made for one run go with it.
class DemoFolders {
public:
    static Result<DemoFolders> make(const fs::path& kept) {
        DemoFolders folders;
        if (kept.empty()) {
            std::string pattern = (fs::temp_directory_path() / "sallyport-demo-XXXXXX").string();
            if (::mkdtemp(pattern.data()) == nullptr) {
                return fail(ErrorCode::StorageReadOnly, "cannot make a folder for the demo");
            }
            folders.temporary_ = pattern;
            folders.root_ = pattern;
        } else {
            folders.root_ = fs::absolute(kept);
        }
        std::error_code error;
        fs::create_directories(folders.root_, error);
        fs::create_directories(folders.holdings(), error);
        if (error) {
            return fail(
                ErrorCode::StorageReadOnly, "cannot write to the folder " + folders.root_.string()
            );
        }
        return folders;
    }
    DemoFolders(DemoFolders&& other) noexcept
        : root_(std::move(other.root_)), temporary_(std::exchange(other.temporary_, {})) {}
    DemoFolders& operator=(DemoFolders&&) = delete;
    DemoFolders(const DemoFolders&) = delete;
    DemoFolders& operator=(const DemoFolders&) = delete;
    ~DemoFolders() {
        if (!temporary_.empty()) {
            std::error_code ignored;
            fs::remove_all(temporary_, ignored);
        }
    }
    [[nodiscard]] fs::path data() const { return root_ / "data"; }
    [[nodiscard]] fs::path key_file() const { return root_ / "key"; }
    [[nodiscard]] fs::path holdings() const { return root_ / "holdings"; }

private:
    DemoFolders() = default;
    fs::path root_;
    fs::path temporary_;
};

Result<ApplicationOptions>
demo_options(const DemoCommand& command, const DemoFolders& folders, const DemoFlight& flight) {
    ApplicationOptions options;
    options.config.data = folders.data();
    options.config.key_file = folders.key_file();
    options.config.pack = default_pack();
    options.config.schema = schema_folder();
    if (fs::is_directory(web_folder())) {
        options.config.web = web_folder();
    }
    options.config.port = command.port;
    for (const auto& [name, file] :
         {std::pair{gate, "air-exit.toml"}, std::pair{booth, "air-entry.toml"}}) {
        SALLYPORT_TRY(auto profile, read_profile_file(schema_folder() / "profiles" / file));
        options.config.checkpoints.push_back({.name = {name}, .profile = std::move(profile)});
    }
    SALLYPORT_TRY(options.holdings, holdings::open_folder_holdings(folders.holdings()));
    options.visitors = ApplicationOptions::VisitorEnrolment::Yes;
    options.demo_json = json::serialize(json::object{
        {"demo", true},
        {"flight", flight.designator},
        {"credits", json::parse(flight.credits_json)},
        {"checkpoints", json::object{{"gate", gate}, {"booth", booth}}},
    });
    return options;
}

double percentile(std::vector<double> sorted, double share) {
    if (sorted.empty()) {
        return 0.0;
    }
    const auto last = static_cast<double>(sorted.size() - 1);
    return sorted[static_cast<std::size_t>(std::lround(share * last))];
}

struct Tally {
    std::vector<PlayedProbe> probes;
    [[nodiscard]] std::size_t count(std::string_view verdict) const {
        return static_cast<std::size_t>(std::count_if(
            probes.begin(),
            probes.end(),
            [&](const PlayedProbe& probe) { return probe.verdict == verdict; }
        ));
    }
    [[nodiscard]] std::size_t not_confirmed() const {
        return static_cast<std::size_t>(std::count_if(
            probes.begin(),
            probes.end(),
            [](const PlayedProbe& probe) { return probe.reason == "not_confirmed"; }
        ));
    }
    [[nodiscard]] bool all_as_expected() const {
        return std::all_of(probes.begin(), probes.end(), [](const PlayedProbe& probe) {
            return probe.as_expected;
        });
    }
};

json::object
report_json(const Tally& tally, const json::value& coverage, std::size_t crossings, bool passed) {
    std::vector<double> times;
    json::array probes;
    for (const PlayedProbe& probe : tally.probes) {
        times.insert(times.end(), probe.capture_ms.begin(), probe.capture_ms.end());
        probes.push_back(json::object{
            {"probe", probe.label},
            {"verdict", probe.verdict},
            {"reason", probe.reason.empty() ? json::value(nullptr) : json::value(probe.reason)},
            {"as_expected", probe.as_expected},
        });
    }
    std::sort(times.begin(), times.end());
    const json::object& covered = coverage.get_object();
    return {
        {"passed", passed},
        {"travelers", *covered.if_contains("travelers")},
        {"coverage",
         json::object{
             {"with_photo", *covered.if_contains("with_photo")},
             {"without_photo", *covered.if_contains("without_photo")},
             {"rejected_only", *covered.if_contains("rejected_only")},
             {"opted_out", *covered.if_contains("opted_out")},
             {"templates", *covered.if_contains("templates")},
         }},
        {"matches", tally.count("match")},
        {"non_matches", tally.not_confirmed()},
        {"refers", tally.count("refer") - tally.not_confirmed()},
        {"opted_out", tally.count("opted_out")},
        {"crossings", crossings},
        {"latency_ms",
         json::object{
             {"captures", times.size()},
             {"p50", percentile(times, 0.50)},
             {"p90", percentile(times, 0.90)},
             {"p99", percentile(times, 0.99)},
             {"max", times.empty() ? 0.0 : times.back()},
         }},
        {"probes", std::move(probes)},
    };
}

Result<int> check(DemoPlayer& player, const DemoFlight& flight, const std::string& context) {
    SALLYPORT_TRY(const json::value before, player.get("/v1/contexts/" + context + "/coverage"));
    Tally tally;
    for (const DemoProbe& probe : flight.probes) {
        SALLYPORT_TRY(PlayedProbe played, player.play(probe, gate, [] {}));
        tally.probes.push_back(std::move(played));
    }
    SALLYPORT_TRY(const json::value crossings, player.get("/v1/crossings?context=" + context));
    const std::size_t rows = crossings.get_object().if_contains("crossings")->get_array().size();
    const auto covered = static_cast<std::size_t>(
        before.get_object().if_contains("with_photo")->to_number<std::int64_t>()
    );
    // Every ending leaves one crossing; every held photo was enrolled; every verdict is the right
    // one.
    const bool passed =
        tally.all_as_expected() && rows == tally.probes.size() && covered == flight.with_photo;
    SALLYPORT_TRY(const json::value after, player.get("/v1/contexts/" + context + "/coverage"));
    fmt::print("{}\n", json::serialize(report_json(tally, after, rows, passed)));
    return passed ? exit_done : exit_answer_is_no;
}

std::string start_link(const std::string& url, const std::string& token, const std::string& page) {
    return fmt::format(
        "{}/start/?token={}&to={}",
        url,
        token,
        boost::urls::encode(page, boost::urls::unreserved_chars)
    );
}

void open_browser(const std::string& link) {
    // Only where there is a screen; nothing is lost without one.
    if (std::getenv("DISPLAY") == nullptr &&         // NOLINT(concurrency-mt-unsafe)
        std::getenv("WAYLAND_DISPLAY") == nullptr) { // NOLINT(concurrency-mt-unsafe)
        return;
    }
    std::string program = "xdg-open";
    std::string argument = link;
    char* arguments[] = {program.data(), argument.data(), nullptr};
    pid_t child = 0;
    ::posix_spawnp(&child, "xdg-open", nullptr, nullptr, arguments, environ);
}

// A pause that ends early when the demo stops.
void pause(const std::stop_token& stop, std::chrono::milliseconds length) {
    const auto end = std::chrono::steady_clock::now() + length;
    while (!stop.stop_requested() && std::chrono::steady_clock::now() < end) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
}

// Waits until somebody has opened a page, so that nobody misses the first traveler.
void wait_for_audience(const std::stop_token& stop, Application& application) {
    const std::size_t sessions_before = application.sessions_open();
    for (int tries = 0; tries < 1200 && !stop.stop_requested(); ++tries) {
        if (application.sessions_open() > sessions_before) {
            pause(stop, std::chrono::seconds(3));
            return;
        }
        pause(stop, std::chrono::milliseconds(100));
    }
}

void play_all(
    const std::stop_token& stop,
    Application& application,
    DemoPlayer& player,
    const DemoFlight& flight
) {
    wait_for_audience(stop, application);
    for (const DemoProbe& probe : flight.probes) {
        if (stop.stop_requested()) {
            return;
        }
        fmt::print(stderr, "at the gate: {}\n", probe.label);
        const auto played =
            player.play(probe, gate, [&stop] { pause(stop, std::chrono::seconds(6)); });
        if (!played.has_value()) {
            fmt::print(stderr, "sallyport: {}\n", played.error().describe());
            return;
        }
        fmt::print(
            stderr, "  {}{}\n", played->verdict, played->reason.empty() ? "" : ": " + played->reason
        );
    }
    fmt::print(stderr, "all travelers of the demo have come; the kiosk is yours\n");
}

Status show_links(Application& application, const DemoCommand& command, const DemoFlight& flight) {
    SALLYPORT_TRY(const std::string token, application.start_token());
    SALLYPORT_TRY(const std::string console_token, application.start_token());
    SALLYPORT_TRY(const std::string kiosk_token, application.start_token());
    const std::string console =
        start_link(application.url(), console_token, fmt::format("/console/?checkpoint={}", gate));
    const std::string kiosk =
        start_link(application.url(), kiosk_token, fmt::format("/kiosk/?checkpoint={}", gate));
    if (command.json || !command.browser) {
        fmt::print(
            "{}\n",
            json::serialize(json::object{
                {"url", application.url()},
                {"start_token", token},
                {"console", console},
                {"kiosk", kiosk},
            })
        );
    } else {
        fmt::print(
            "\n{} travelers are on the list; a photo is held for {} of them.\n\n"
            "Officer console   {}\n"
            "Kiosk             {}\n\n"
            "Each link signs in once. The kiosk uses your own camera: choose \"Add me to this "
            "flight\"\n"
            "there, then verify yourself. Pictures stay in memory and go when each check ends.\n"
            "Ctrl+C stops the demo.\n\n",
            flight.travelers,
            flight.with_photo,
            console,
            kiosk
        );
    }
    std::fflush(stdout);
    if (command.browser) {
        open_browser(console);
    }
    return {};
}

Result<int> demo(const DemoCommand& command) {
    SALLYPORT_TRY(const DemoFolders folders, DemoFolders::make(command.data));
    SALLYPORT_TRY(
        const DemoFlight flight,
        command.photos.empty() ? portrait_flight(folders.holdings())
                               : flight_of_photos(command.photos, folders.holdings())
    );
    if (!flight.warning.empty()) {
        fmt::print(stderr, "{}\n", flight.warning);
    }
    SALLYPORT_TRY(ApplicationOptions options, demo_options(command, folders, flight));
    SALLYPORT_TRY(const auto application, Application::start(std::move(options)));
    SALLYPORT_TRY(const std::string token, application->start_token());
    SystemRandom random;
    SALLYPORT_TRY(DemoPlayer player, DemoPlayer::connect(application->port(), token, random));
    std::string context;
    {
        ProgressBar bar("gallery");
        SALLYPORT_TRY(
            context,
            player.load(
                flight,
                {gate, booth},
                [&bar](std::size_t done, std::size_t total) { bar.show(done, total); }
            )
        );
    }
    if (command.check) {
        return check(player, flight, context);
    }
    SALLYPORT_CHECK(show_links(*application, command, flight));
    std::jthread playing;
    if (command.play) {
        playing = std::jthread([&](const std::stop_token& stop) {
            play_all(stop, *application, player, flight);
        });
    }
    wait_for_stop_signal();
    if (playing.joinable()) {
        playing.request_stop();
        playing.join();
    }
    application->stop();
    return exit_done;
}

} // namespace

int run_demo(const DemoCommand& command) {
    block_stop_signals();
    const auto status = demo(command);
    if (!status.has_value()) {
        fmt::print(stderr, "sallyport: {}\n", status.error().describe());
        return exit_could_not;
    }
    return *status;
}

} // namespace sallyport::app
