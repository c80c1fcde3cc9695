#include "manifest/internal/interchange_outline.hpp"

#include "base/limits.hpp"
#include "manifest/internal/received.hpp"

#include <utility>

namespace sallyport::manifest::internal {

namespace {

class OutlineReader {
public:
    explicit OutlineReader(const std::set<std::size_t>& wanted) : wanted_(wanted) {}
    void take(Segment segment) {
        const std::string_view tag = segment.tag();
        if (tag == "UNB" || interchanges_.empty() || closed_) {
            interchanges_.emplace_back().begin = segment.place.offset;
            message_open_ = false;
            group_open_ = false;
            closed_ = false;
        }
        OutlineInterchange& current = interchanges_.back();
        current.end = segment.place.offset;
        if (tag == "UNB") {
            current.header = std::move(segment);
        } else if (tag == "UNZ") {
            current.trailer = std::move(segment);
            closed_ = true;
        } else if (tag == "UNG") {
            current.groups.push_back({.header = std::move(segment), .trailer = {}});
            group_open_ = true;
            message_open_ = false;
        } else if (tag == "UNE") {
            if (group_open_) {
                current.groups.back().trailer = std::move(segment);
            }
            group_open_ = false;
            message_open_ = false;
        } else if (tag == "UNH") {
            OutlineMessage& message = current.messages.emplace_back();
            if (group_open_) {
                message.group = current.groups.size() - 1;
            }
            message.header = segment;
            keep_wanted(message, std::move(segment));
            message_open_ = true;
        } else if (message_open_) {
            OutlineMessage& message = current.messages.back();
            ++message.segments;
            message.complete = tag == "UNT";
            message_open_ = !message.complete;
            keep_wanted(message, std::move(segment));
        } else {
            ++current.others;
        }
    }
    [[nodiscard]] std::vector<OutlineInterchange> finish() && { return std::move(interchanges_); }

private:
    void keep_wanted(OutlineMessage& message, Segment segment) {
        if (wanted_.contains(segment.place.offset)) {
            message.wanted.emplace_back(message.segments, std::move(segment));
        }
    }

    const std::set<std::size_t>& wanted_;
    std::vector<OutlineInterchange> interchanges_;
    bool message_open_ = false;
    bool group_open_ = false;
    bool closed_ = false;
};

} // namespace

std::vector<OutlineInterchange>
outline_of(std::string_view bytes, const std::set<std::size_t>& wanted) {
    if (bytes.size() > limits::manifest_bytes_max) {
        return {};
    }
    const Received received = unwrap_received(bytes);
    EdifactTokenizer tokenizer(received.text, &received.offsets);
    OutlineReader outline(wanted);
    Segment segment;
    for (std::size_t count = 0; count < limits::manifest_segments_max; ++count) {
        tokenizer.skip_blanks();
        const std::string_view rest = tokenizer.rest();
        const bool begins = count == 0 || rest.starts_with("UNA") || rest.starts_with("UNB");
        if (begins && tokenizer.take_advice() == Advice::Unusable) {
            break;
        }
        if (tokenizer.next(segment) == EdifactTokenizer::Outcome::End) {
            break;
        }
        outline.take(std::move(segment));
        segment = {};
    }
    return std::move(outline).finish();
}

} // namespace sallyport::manifest::internal
