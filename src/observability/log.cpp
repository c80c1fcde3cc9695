#include "observability/log.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <fmt/format.h>
#include <memory>
#include <mutex>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace sallyport::observability {
namespace {

// A longer text is no name of anything; it is cut.
constexpr std::size_t text_chars_max = 400;

spdlog::level::level_enum level_of(LogLevel level) {
    switch (level) {
    case LogLevel::Debug:
        return spdlog::level::debug;
    case LogLevel::Info:
        return spdlog::level::info;
    case LogLevel::Warning:
        return spdlog::level::warn;
    case LogLevel::Error:
        return spdlog::level::err;
    case LogLevel::Off:
        return spdlog::level::off;
    }
    return spdlog::level::info;
}

struct Process {
    std::mutex mutex;
    std::shared_ptr<spdlog::logger> logger;
    LogFormat format = LogFormat::Text;
};

std::shared_ptr<spdlog::logger> make_logger(const LogOptions& options) {
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    auto logger = std::make_shared<spdlog::logger>("sallyport", std::move(sink));
    const char* pattern = options.format == LogFormat::JsonLines
                              ? R"({"at":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})"
                              : "%Y-%m-%dT%H:%M:%S.%eZ %l %v";
    logger->set_formatter(
        std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc)
    );
    logger->set_level(level_of(options.level));
    logger->flush_on(spdlog::level::info);
    return logger;
}

// One log for the process, as standard error is one; made at first use.
Process& process() {
    static Process instance{{}, make_logger({}), LogFormat::Text};
    return instance;
}

// JSON's escapes serve both formats: no line break, quote or control character stays as it is.
std::string quoted(std::string_view text) {
    const std::string_view cut = text.substr(0, std::min(text.size(), text_chars_max));
    return boost::json::serialize(boost::json::string_view(cut.data(), cut.size()));
}

std::string text_of(const LogValue& value) {
    struct Writer {
        std::string operator()(std::int64_t number) const { return fmt::format("{}", number); }
        std::string operator()(bool yes) const { return yes ? "true" : "false"; }
        std::string operator()(double number) const {
            return std::isfinite(number) ? fmt::format("{}", number) : "null";
        }
        std::string operator()(std::string_view text) const { return quoted(text); }
    };
    return std::visit(Writer{}, value.value());
}

std::string
line_of(LogFormat format, std::string_view event, std::initializer_list<LogField> fields) {
    const bool json = format == LogFormat::JsonLines;
    std::string line = json ? fmt::format("\"event\":\"{}\"", event) : std::string(event);
    for (const LogField& field : fields) {
        line += fmt::format(
            fmt::runtime(json ? ",\"{}\":{}" : " {}={}"), field.key.text(), text_of(field.value)
        );
    }
    return line;
}

void write(spdlog::level::level_enum level, LogName event, std::initializer_list<LogField> fields) {
    std::shared_ptr<spdlog::logger> logger;
    LogFormat format = LogFormat::Text;
    {
        const std::lock_guard lock(process().mutex);
        logger = process().logger;
        format = process().format;
    }
    if (logger->should_log(level)) {
        logger->log(level, spdlog::string_view_t(line_of(format, event.text(), fields)));
    }
}

} // namespace

void configure_log(const LogOptions& options) {
    std::shared_ptr<spdlog::logger> logger = make_logger(options);
    {
        const std::lock_guard lock(process().mutex);
        process().logger = std::move(logger);
        process().format = options.format;
    }
    // What is written to spdlog itself keeps the level; its lines are text under either format.
    spdlog::set_default_logger(make_logger({.level = options.level, .format = LogFormat::Text}));
}

void log_debug(LogName event, std::initializer_list<LogField> fields) {
    write(spdlog::level::debug, event, fields);
}

void log_info(LogName event, std::initializer_list<LogField> fields) {
    write(spdlog::level::info, event, fields);
}

void log_warning(LogName event, std::initializer_list<LogField> fields) {
    write(spdlog::level::warn, event, fields);
}

void log_error(LogName event, std::initializer_list<LogField> fields) {
    write(spdlog::level::err, event, fields);
}

} // namespace sallyport::observability
