// The envelope of PAXLST: interchange (UNA, UNB, UNZ), functional group (UNG, UNE) and message
// (UNH, UNT), with their counts and references. The inside of a message is PaxlstMessage's.
#include "base/limits.hpp"
#include "manifest/internal/edifact_dates.hpp"
#include "manifest/internal/edifact_text.hpp"
#include "manifest/internal/edifact_tokenizer.hpp"
#include "manifest/internal/fault_log.hpp"
#include "manifest/internal/paxlst_message.hpp"
#include "manifest/internal/received.hpp"
#include "manifest/passenger_list.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/core.h>
#include <optional>
#include <string>

namespace sallyport::manifest {

namespace {

using internal::EdifactTokenizer;
using internal::PaxlstMessage;
using internal::Place;
using internal::Segment;

// Counts are written with leading zeros by some.
std::optional<std::size_t> number_of(std::string_view digits) {
    std::size_t value = 0;
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || code != std::errc() || end != digits.data() + digits.size()) {
        return std::nullopt;
    }
    return value;
}

// Something that opens with a reference and closes with a count and the same reference.
struct Envelope {
    bool open = false;
    std::string reference;
    std::size_t held = 0; // what its trailer counts
};

class PaxlstReader {
public:
    // The text must outlive the reader.
    explicit PaxlstReader(const internal::Received& received)
        : received_(received), tokenizer_(received.text, &received.offsets) {}
    ListReading read();

private:
    enum class Ended {
        Over,    // with UNZ or without; another may follow
        Stopped, // at a limit, or where reading on would make no sense
    };

    void report_surroundings();
    Ended read_interchange();
    // Nothing while the interchange goes on.
    std::optional<Ended> read_segment(Segment& segment);
    void take(Segment& segment);
    void take_lost(const Segment& segment);
    bool within_limits(const Segment& segment);

    void open_interchange(const Segment& unb);
    void close_interchange(const Segment& unz);
    void open_group(const Segment& ung);
    void close_group(const Segment& une);
    void open_message(const Segment& unh);
    void close_message(const Segment& unt);
    void end_message(Place place, PaxlstMessage::Ending ending);
    void check_message_type(const Segment& unh);
    void check_trailer(const Segment& trailer, const Envelope& envelope, std::string_view counted);
    void report_open_envelopes(Place place);
    [[nodiscard]] bool at_interchange() const;

    const internal::Received& received_;
    EdifactTokenizer tokenizer_;
    internal::FaultLog faults_;
    internal::TextCheck text_;
    ListReading reading_;
    Envelope interchange_;
    Envelope group_;
    PassengerList sent_; // what UNB says of every list in it
    bool bare_ = false;  // messages without UNB
    Place bare_place_;
    std::size_t groups_ = 0;
    std::size_t messages_ = 0;
    std::size_t travelers_ = 0;
    std::optional<domain::PartialDate> sent_on_;
    std::optional<PaxlstMessage> message_;
    std::string message_reference_;
    std::size_t message_segments_ = 0;
    bool foreign_ = false; // the open message is not a PAXLST: only its envelope is looked at
};

// Mail and telegrams are the usual way; what stands around a message is worth a look, not an error.
void PaxlstReader::report_surroundings() {
    faults_.set_message(no_message);
    if (received_.bytes_before > 0) {
        faults_.warning(
            {},
            fmt::format("{} bytes stand before the message; passed over", received_.bytes_before)
        );
    }
    if (received_.lines_mended > 0) {
        faults_.warning(
            {}, fmt::format("lines are broken inside segments: {}; mended", received_.lines_mended)
        );
    }
    if (received_.bytes_after > 0) {
        faults_.warning(
            {0, received_.after_offset},
            fmt::format("{} bytes follow the end (UNZ)", received_.bytes_after)
        );
    }
}

ListReading PaxlstReader::read() {
    report_surroundings();
    while (read_interchange() != Ended::Stopped && !tokenizer_.rest().empty()) {
    }
    faults_.set_message(no_message);
    if (reading_.lists.empty() && !faults_.full()) {
        faults_.error({}, "there is no message (UNH) in the file");
    }
    reading_.faults = std::move(faults_).take();
    return std::move(reading_);
}

// UNA begins another interchange; so does UNB where the one before has ended.
bool PaxlstReader::at_interchange() const {
    return tokenizer_.rest().starts_with("UNA");
}

PaxlstReader::Ended PaxlstReader::read_interchange() {
    interchange_ = {};
    group_ = {};
    groups_ = 0;
    messages_ = 0;
    sent_on_.reset();
    sent_ = {};
    bare_ = false;
    text_ = {};
    faults_.set_message(no_message);
    const internal::Advice advice = tokenizer_.take_advice();
    if (advice == internal::Advice::Unusable) {
        faults_.error(
            tokenizer_.place(), "UNA: six different separators are needed; reading stopped here"
        );
        return Ended::Stopped;
    }
    if (advice == internal::Advice::Shortened) {
        faults_.warning(tokenizer_.place(), "UNA has lost a blank; five separators taken");
    }
    Segment segment;
    std::optional<Ended> ended;
    while (!ended) {
        ended = read_segment(segment);
    }
    if (message_) {
        end_message(segment.place, PaxlstMessage::Ending::CutShort);
    }
    text_.report(faults_);
    return *ended;
}

std::optional<PaxlstReader::Ended> PaxlstReader::read_segment(Segment& segment) {
    using Outcome = EdifactTokenizer::Outcome;
    tokenizer_.skip_blanks();
    const Outcome outcome = at_interchange() ? Outcome::End : tokenizer_.next(segment);
    switch (outcome) {
    case Outcome::Segment:
        if (!within_limits(segment)) {
            return Ended::Stopped;
        }
        take(segment);
        if (faults_.full()) {
            return Ended::Stopped;
        }
        return segment.tag() == "UNZ" ? std::optional(Ended::Over) : std::nullopt;
    case Outcome::TooLong:
        if (!within_limits(segment)) {
            return Ended::Stopped;
        }
        take_lost(segment);
        return std::nullopt;
    case Outcome::Unterminated:
        faults_.error(segment.place, "the file ends inside a segment");
        break;
    case Outcome::End:
        break;
    }
    report_open_envelopes(tokenizer_.place());
    return Ended::Over;
}

// Of a segment that is too long only the tag is known, and the reader goes on behind it.
void PaxlstReader::take_lost(const Segment& segment) {
    faults_.error(
        segment.place,
        fmt::format(
            "a segment is longer than {} characters; passed over", limits::edifact_segment_chars_max
        )
    );
    ++message_segments_;
    if (message_ && !foreign_) {
        message_->take_lost(segment);
    }
}

bool PaxlstReader::within_limits(const Segment& segment) {
    const std::size_t travelers = travelers_ + (message_ ? message_->travelers() : 0);
    if (segment.place.segment > limits::manifest_segments_max) {
        faults_.error(
            segment.place,
            fmt::format(
                "more than {} segments; reading stopped here", limits::manifest_segments_max
            )
        );
        return false;
    }
    if (travelers > limits::manifest_travelers_max) {
        faults_.error(
            segment.place,
            fmt::format(
                "more than {} travelers; reading stopped here", limits::manifest_travelers_max
            )
        );
        return false;
    }
    return true;
}

void PaxlstReader::take(Segment& segment) {
    if (segment.tag() == "UNB") {
        text_.set_syntax(segment.at(1));
    }
    text_.convert(segment, faults_.message());
    ++message_segments_;
    const std::string_view tag = segment.tag();
    if (!interchange_.open && tag != "UNB") {
        interchange_.open = true; // said once
        bare_ = tag == "UNH" || tag == "UNG";
        bare_place_ = segment.place;
        if (!bare_) {
            faults_.error(segment.place, "UNB is missing: the interchange has no header");
        }
    }
    if (tag == "UNB") {
        open_interchange(segment);
    } else if (tag == "UNG") {
        open_group(segment);
    } else if (tag == "UNH") {
        open_message(segment);
    } else if (tag == "UNT") {
        close_message(segment);
    } else if (tag == "UNE") {
        close_group(segment);
    } else if (tag == "UNZ") {
        close_interchange(segment);
    } else if (message_) {
        if (!foreign_) {
            message_->take(segment);
        }
    } else {
        faults_.error(segment.place, "a segment outside any message");
    }
}

void PaxlstReader::open_interchange(const Segment& unb) {
    if (bare_) {
        report_open_envelopes(unb.place);
        bare_ = false;
    } else if (interchange_.open) {
        faults_.error(unb.place, "UNB inside an interchange: UNZ is missing before it");
    }
    interchange_ = {.open = true, .reference = std::string(unb.at(5)), .held = 0};
    sent_.sender = unb.at(2);
    sent_.recipient = unb.at(3);
    sent_.interchange_reference = interchange_.reference;
    if (internal::character_set_of(unb.at(1)) == internal::CharacterSet::Unknown) {
        faults_.error(
            unb.place, "UNB: the character set is not one of UNOA to UNOK, UNOW and UNOY"
        );
    }
    const std::optional<std::size_t> version = number_of(unb.at(1, 1));
    if (!version || *version < 1 || *version > 4) {
        faults_.error(unb.place, "UNB: the syntax version is not 1 to 4");
    }
    sent_on_ = internal::read_sent_on(unb.at(4));
    if (!sent_on_) {
        faults_.error(unb.place, "UNB: the date of preparation is not a date");
    } else {
        sent_.prepared_at = internal::read_prepared_at(*sent_on_, unb.at(4, 1));
        if (!sent_.prepared_at) {
            faults_.warning(
                unb.place, "UNB: the time of preparation is not a time; midnight taken"
            );
            sent_.prepared_at = internal::instant_of(*sent_on_, 0, 0, 0);
        }
    }
    if (interchange_.reference.empty()) {
        faults_.error(unb.place, "UNB has no control reference");
    }
}

void PaxlstReader::open_group(const Segment& ung) {
    if (message_) {
        faults_.error(ung.place, "UNG inside a message: UNT is missing before it");
        end_message(ung.place, PaxlstMessage::Ending::CutShort);
    }
    if (group_.open) {
        faults_.error(ung.place, "UNG inside a group: UNE is missing before it");
    }
    faults_.set_message(no_message);
    ++groups_;
    group_ = {.open = true, .reference = std::string(ung.at(5)), .held = 0};
}

void PaxlstReader::open_message(const Segment& unh) {
    if (message_) {
        faults_.error(unh.place, "UNH inside a message: UNT is missing before it");
        end_message(unh.place, PaxlstMessage::Ending::CutShort);
    }
    ++messages_;
    ++group_.held;
    message_segments_ = 1;
    faults_.set_message(reading_.lists.size());
    message_.emplace(faults_, sent_on_);
    message_reference_ = unh.at(1);
    if (message_reference_.empty()) {
        faults_.error(unh.place, "UNH has no message reference");
    }
    check_message_type(unh);
}

void PaxlstReader::check_message_type(const Segment& unh) {
    foreign_ = unh.at(2) != "PAXLST";
    if (foreign_) {
        faults_.error(unh.place, "UNH: the message is not a PAXLST; its contents are not read");
        return;
    }
    const std::string_view release = unh.at(2, 2);
    if (unh.at(2, 1) != "D" || (release != "02B" && release != "05B")) {
        faults_.warning(unh.place, "UNH: the directory is neither D.02B nor D.05B; read as D.05B");
    }
}

void PaxlstReader::check_trailer(
    const Segment& trailer, const Envelope& envelope, std::string_view counted
) {
    const std::string_view tag = trailer.tag();
    const std::optional<std::size_t> stated = number_of(trailer.at(1));
    if (!stated) {
        faults_.error(trailer.place, fmt::format("{} does not state a number", tag));
    } else if (*stated != envelope.held) {
        faults_.error(
            trailer.place,
            fmt::format("{} states {} {}, there are {}", tag, *stated, counted, envelope.held)
        );
    }
    if (trailer.at(2) != envelope.reference) {
        faults_.error(
            trailer.place, fmt::format("{} does not repeat the reference of its header", tag)
        );
    }
}

void PaxlstReader::close_message(const Segment& unt) {
    if (!message_) {
        faults_.error(unt.place, "UNT without a UNH before it");
        return;
    }
    check_trailer(unt, {true, message_reference_, message_segments_}, "segments");
    end_message(unt.place, PaxlstMessage::Ending::Complete);
}

void PaxlstReader::end_message(Place place, PaxlstMessage::Ending ending) {
    // A message of another type has none of the segments that finish() looks for.
    PassengerList list =
        message_->finish(place, foreign_ ? PaxlstMessage::Ending::CutShort : ending);
    list.sender = sent_.sender;
    list.recipient = sent_.recipient;
    list.interchange_reference = sent_.interchange_reference;
    list.prepared_at = sent_.prepared_at;
    list.reference = message_reference_;
    travelers_ += list.travelers.size();
    reading_.lists.push_back(std::move(list));
    message_.reset();
}

void PaxlstReader::close_group(const Segment& une) {
    if (message_) {
        faults_.error(une.place, "UNE inside a message: UNT is missing before it");
        end_message(une.place, PaxlstMessage::Ending::CutShort);
    }
    if (!group_.open) {
        faults_.error(une.place, "UNE without a UNG before it");
        return;
    }
    check_trailer(une, group_, "messages");
    group_ = {};
}

void PaxlstReader::close_interchange(const Segment& unz) {
    if (message_) {
        faults_.error(unz.place, "UNZ inside a message: UNT is missing before it");
        end_message(unz.place, PaxlstMessage::Ending::CutShort);
    }
    if (bare_) {
        faults_.error(bare_place_, "UNB is missing: the interchange has no header");
        interchange_.reference = unz.at(2); // nothing to compare it with
    }
    if (group_.open) {
        faults_.error(unz.place, "UNZ inside a group: UNE is missing before it");
    }
    interchange_.held = groups_ > 0 ? groups_ : messages_;
    check_trailer(unz, interchange_, groups_ > 0 ? "groups" : "messages");
    interchange_ = {};
}

// The interchange ended without UNZ. Each trailer that should have come is a fault of its own.
void PaxlstReader::report_open_envelopes(Place place) {
    if (message_) {
        faults_.error(place, "UNT is missing: the message is cut short");
    }
    if (group_.open) {
        faults_.error(place, "UNE is missing: the group is cut short");
    }
    if (bare_) {
        faults_.warning(bare_place_, "UNB and UNZ are missing: a message without its interchange");
    } else {
        faults_.error(place, "UNZ is missing: the interchange is cut short");
    }
}

} // namespace

ListReading read_paxlst(std::string_view bytes) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    internal::FaultLog faults;
    ListReading reading;
    if (bytes.size() > limits::manifest_bytes_max) {
        faults.error(
            {}, fmt::format("larger than the limit of {} bytes", limits::manifest_bytes_max)
        );
    } else if (bytes.find_first_not_of(" \t\r\n") == std::string_view::npos ||
               bytes == byte_order_mark) {
        faults.error({}, "the file is empty");
    } else {
        const internal::Received received = internal::unwrap_received(bytes);
        if (received.interchanges > 0) {
            return PaxlstReader(received).read();
        }
        faults.error({}, "neither UNA nor UNB found: this is no EDIFACT message");
    }
    reading.faults = std::move(faults).take();
    return reading;
}

} // namespace sallyport::manifest
