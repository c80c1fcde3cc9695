#include "manifest/internal/edifact_writer.hpp"

#include "manifest/internal/edifact_text.hpp"

#include <algorithm>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <utility>

namespace sallyport::manifest::internal {

namespace {

void append_released(std::string& text, std::string_view value) {
    for (const char character : printable_utf8(value)) {
        if (std::string_view(":+?'").find(character) != std::string_view::npos) {
            text.push_back('?');
        }
        text.push_back(character);
    }
}

std::string segment_text(std::string_view tag, const std::vector<Element>& elements) {
    std::string text(tag);
    std::string open; // separators that only stay when a value follows
    for (const Element& element : elements) {
        open += '+';
        for (std::size_t index = 0; index < element.size(); ++index) {
            open += index > 0 ? ":" : "";
            if (!element[index].empty()) {
                text += std::exchange(open, {});
                append_released(text, element[index]);
            }
        }
        while (open.ends_with(':')) {
            open.pop_back();
        }
    }
    return text + '\'';
}

// The lowest level that has all characters.
std::string_view syntax_identifier(std::string_view text) {
    const auto letter_or_mark = [](char character) {
        return (character >= 'A' && character <= 'Z') || (character >= '0' && character <= '9') ||
               std::string_view(" .,-()/='+:?!\"%&*;<>").find(character) != std::string_view::npos;
    };
    const auto small_too = [&letter_or_mark](char character) {
        return letter_or_mark(character) || (character >= 'a' && character <= 'z');
    };
    if (std::ranges::all_of(text, letter_or_mark)) {
        return "UNOA";
    }
    return std::ranges::all_of(text, small_too) ? "UNOB" : "UNOY";
}

} // namespace

EdifactWriter::EdifactWriter(InterchangeHeader header, Element type) : header_(std::move(header)) {
    segment("UNH", {{"1"}, std::move(type)});
}

void EdifactWriter::segment(std::string_view tag, const std::vector<Element>& elements) {
    body_ += segment_text(tag, elements);
    ++segments_;
}

std::string EdifactWriter::finish() && {
    segment("UNT", {{std::to_string(segments_ + 1)}, {"1"}});
    const std::string control = std::to_string(header_.control_number);
    const auto minute = std::chrono::floor<std::chrono::seconds>(header_.made_at);
    const auto header = [&](std::string_view identifier) {
        return segment_text(
            "UNB",
            {{std::string(identifier), "4"},
             header_.sender,
             header_.recipient,
             {fmt::format("{:%Y%m%d}", minute), fmt::format("{:%H%M}", minute)},
             {control},
             {},
             {header_.application},
             {},
             {},
             {},
             {header_.test ? "1" : ""}}
        );
    };
    const std::string_view identifier = syntax_identifier(header("UNOA") + body_);
    return "UNA:+.? '" + header(identifier) + body_ + segment_text("UNZ", {{"1"}, {control}});
}

} // namespace sallyport::manifest::internal
