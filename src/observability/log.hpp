// Diagnostics for operators, on standard error: one line an event, as text or as JSON. An event and
// its keys are literals of lower-case letters, digits, dots and underscores, checked by the
// compiler; values are numbers, booleans and short texts that name things of the installation (ids,
// codes, files), never people: the types of personal data have no way in. Line breaks and control
// characters in a value are escaped, so that a value cannot forge a line. Safe from any thread;
// never fails. This is not the audit log: lines may be lost.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace sallyport::observability {

enum class LogLevel { Debug, Info, Warning, Error, Off };
enum class LogFormat { Text, JsonLines };

struct LogOptions {
    LogLevel level = LogLevel::Info;
    LogFormat format = LogFormat::Text;
};

// For the whole process. Before the first call: Info, Text.
void configure_log(const LogOptions& options);

// The name of an event or a field; anything but a plain literal does not compile.
class LogName {
public:
    template <std::size_t Size>
    consteval LogName(const char (&literal)[Size]) // NOLINT(google-explicit-constructor)
        : text_(literal, Size - 1) {
        for (const char letter : text_) {
            const bool plain = (letter >= 'a' && letter <= 'z') ||
                               (letter >= '0' && letter <= '9') || letter == '.' || letter == '_';
            if (!plain) {
                throw "a log name has lower-case letters, digits, dots and underscores";
            }
        }
    }
    [[nodiscard]] constexpr std::string_view text() const { return text_; }

private:
    std::string_view text_;
};

// Holds a view: lives as long as the call it is an argument of.
class LogValue {
public:
    template <class Number>
        requires std::integral<Number> && (!std::same_as<Number, bool>) &&
                 (!std::same_as<Number, char>)
    LogValue(Number value) // NOLINT(google-explicit-constructor)
        : value_(static_cast<std::int64_t>(value)) {}
    LogValue(bool value) : value_(value) {}           // NOLINT(google-explicit-constructor)
    LogValue(double value) : value_(value) {}         // NOLINT(google-explicit-constructor)
    LogValue(std::string_view text) : value_(text) {} // NOLINT(google-explicit-constructor)
    LogValue(const char* text)                        // NOLINT(google-explicit-constructor)
        : value_(std::string_view(text)) {}
    LogValue(const std::string& text) // NOLINT(google-explicit-constructor)
        : value_(std::string_view(text)) {}

    using Value = std::variant<std::int64_t, bool, double, std::string_view>;
    [[nodiscard]] const Value& value() const { return value_; }

private:
    Value value_;
};

struct LogField {
    LogName key;
    LogValue value;
};

// log_info("gallery.published", {{"context", id.hex()}, {"templates", 840}});
void log_debug(LogName event, std::initializer_list<LogField> fields = {});
void log_info(LogName event, std::initializer_list<LogField> fields = {});
void log_warning(LogName event, std::initializer_list<LogField> fields = {});
void log_error(LogName event, std::initializer_list<LogField> fields = {});

} // namespace sallyport::observability
